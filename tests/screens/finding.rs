//! What is found is coloured, stepped through, and completed while it is written.

use ratatui::{
    Terminal,
    backend::TestBackend,
    layout::Size,
    style::{Color, Modifier},
};
use sockeye::{
    app::{App, Input, press, update},
    session::Kind,
    view,
};

use super::{screen, story::*};

/// The pieces of the screen that have a style, line by line.
fn pieces(app: &mut App, is_styled: fn(&ratatui::buffer::Cell) -> bool) -> Vec<String> {
    let size = Size { width: 120, height: 30 };
    update(app, Input::Resized(size));
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).expect("a screen in memory");
    terminal.draw(|frame| view::draw(frame, app)).expect("drawing into memory");
    let buffer = terminal.backend().buffer();
    let lines = (0..size.height).map(|y| {
        let cells = (0..size.width).map(|x| &buffer[(x, y)]);
        cells.map(|cell| if is_styled(cell) { cell.symbol() } else { "\0" }).collect::<String>()
    });
    let pieces = lines.flat_map(|line| line.split('\0').map(str::to_owned).collect::<Vec<_>>());
    pieces.filter(|piece| !piece.is_empty()).collect()
}

fn found(app: &mut App) -> Vec<String> {
    pieces(app, |cell| cell.modifier.contains(Modifier::UNDERLINED))
}

/// A feed of orders and heartbeats.
fn feed() -> App {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    let payloads: [&[u8]; 4] = [
        br#"{"order":{"side":"buy","id":7}}"#,
        br#"{"heartbeat":1}"#,
        br#"{"order":{"side":"sell","id":8}}"#,
        br#"{"heartbeat":2}"#,
    ];
    tell(&mut app, [event(500, 1, batch(1, &payloads.map(|payload| (Kind::Text, payload))))]);
    app
}

#[test]
fn what_the_filter_finds_is_coloured_in_the_preview_and_in_the_detail() {
    let mut app = feed();
    press(&mut app, "/order id:3<enter>");
    assert_eq!(found(&mut app), ["order", "order"]);
}

#[test]
fn a_highlight_hides_nothing_and_is_gone_through() {
    let mut app = feed();
    press(&mut app, "\\order<enter>");
    assert!(app.timeline.filter_view().is_none());
    assert_eq!(found(&mut app), ["order", "order"]);
    let selected = |app: &App| app.timeline.selected_message_id().map(|id| id.0);
    press(&mut app, "N");
    assert_eq!(selected(&app), Some(3));
    press(&mut app, "N");
    assert_eq!(selected(&app), Some(1));
    press(&mut app, "N");
    assert_eq!(selected(&app), Some(1));
    assert!(screen(&mut app, (120, 30)).contains("nothing above matches what is coloured"));
    press(&mut app, "n");
    assert_eq!(selected(&app), Some(3));
    press(&mut app, "<esc>");
    assert!(found(&mut app).is_empty());
}

#[test]
fn a_search_in_the_payload_opens_the_bracket_around_what_it_finds() {
    let mut app = feed();
    press(&mut app, "kv<enter><tab><tab>/sell");
    assert_eq!(app.path_of_cursor().as_deref(), Some(".order.side"));
    press(&mut app, "<enter>n");
    assert!(screen(&mut app, (120, 30)).contains("match 1 of 1, from the end to the beginning"));
    press(&mut app, "<esc>");
    assert!(found(&mut app).is_empty());
}

/// What is coloured as the match that one has gone to.
fn current(app: &mut App) -> Vec<String> {
    pieces(app, |cell| cell.bg == Color::from_u32(0xe8_b8_4a))
}

#[test]
fn the_match_that_one_has_gone_to_is_numbered_and_stands_out() {
    let mut app = feed();
    press(&mut app, "\\order<enter>");
    assert!(current(&mut app).is_empty());
    assert!(screen(&mut app, (120, 30)).contains("\\order 2 · "));
    press(&mut app, "NN");
    assert!(screen(&mut app, (120, 30)).contains("match 1 of 2"));
    assert_eq!(current(&mut app), ["order"]);
    press(&mut app, "<esc>/order<enter>n");
    assert!(screen(&mut app, (120, 30)).contains("match 2 of 2"), "a connection is no match");
    assert_eq!(current(&mut app), ["order"]);
}

#[test]
fn a_highlight_is_gone_through_among_the_rows_that_are_shown() {
    let mut app = feed();
    press(&mut app, "/sell<enter>\\order<enter>N");
    assert!(screen(&mut app, (120, 30)).contains("nothing above matches what is coloured"));
    press(&mut app, "<esc>/<ctrl-u>heartbeat<enter>\\2<enter>gn");
    assert!(screen(&mut app, (120, 30)).contains("match 1 of 1"));
    press(&mut app, "/<ctrl-u>1<enter>");
    assert!(screen(&mut app, (120, 30)).contains("\\2 0 · "));
}

#[test]
fn the_place_that_one_has_gone_to_in_a_payload_stands_out() {
    let mut app = feed();
    press(&mut app, "k<enter>/e<enter>n");
    assert!(screen(&mut app, (120, 30)).contains("match 2 of 3"));
    assert_eq!(current(&mut app), ["e"]);
    assert!(found(&mut app).len() > 1);
}

#[test]
fn the_filter_is_completed_with_keys_and_with_paths_that_were_received() {
    let mut app = feed();
    press(&mut app, "/dir:o");
    assert!(screen(&mut app, (120, 30)).contains("/ dir:out"));
    press(&mut app, "<tab> .ord<tab>");
    assert_eq!(app.filter.input.text(), "dir:out .order.");
    let drawn = screen(&mut app, (120, 30));
    assert!(drawn.contains(".order.id  .order.side"), "{drawn}");
    press(&mut app, "<tab>");
    assert_eq!(app.filter.input.text(), "dir:out .order.id");
}

#[test]
fn only_what_cannot_be_read_of_a_filter_is_red() {
    let mut app = feed();
    press(&mut app, "/buy szie:>3");
    let red = pieces(&mut app, |cell| cell.fg == Color::Red || cell.fg == Color::from_u32(0xe5_6b_6f));
    assert!(red.iter().any(|piece| piece.trim_end() == "szie:>3"), "{red:?}");
}
