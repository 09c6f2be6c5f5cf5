//! The feed's table as a person wants it: coloured, jumped through, in the columns and times of their choice.

use ratatui::{
    Terminal,
    backend::TestBackend,
    layout::Size,
    style::{Color, Style},
};
use sockeye::{
    app::{App, Input, press, update},
    session::Kind,
    view,
};

use super::{screen, snapshots_of, story::*};

const TABLE: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

/// The style of the first cell of a text on the screen.
fn style_of(app: &mut App, text: &str) -> Style {
    let (width, height) = (120, 36);
    update(app, Input::Resized(Size { width, height }));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen in memory");
    terminal.draw(|frame| view::draw(frame, app)).expect("drawing into memory");
    let buffer = terminal.backend().buffer();
    let found = (0..height).find_map(|y| {
        let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        let before = &line[..line.find(text)?];
        Some((u16::try_from(before.chars().count()).expect("a column"), y))
    });
    buffer[found.expect("the text is on the screen")].style()
}

#[test]
fn the_first_rule_that_matches_colours_a_row() {
    let mut app = receiving(1);
    let payloads: [(Kind, &[u8]); 3] =
        [(Kind::Text, br#"{"n":2}"#), (Kind::Text, br#"{"n":3}"#), (Kind::Text, br#"{"n":4}"#)];
    tell(&mut app, [event(900, 1, batch(2, &payloads))]);
    press(&mut app, "c");
    press(&mut app, "red .n == 3<enter>");
    press(&mut app, ":colour green .n > 2<enter>");
    let [second, third, fourth] =
        ["{\"n\":2}", "{\"n\":3}", "{\"n\":4}"].map(|text| style_of(&mut app, text).fg);
    assert_eq!(second, Some(Color::Reset));
    assert_eq!(third, Some(Color::from_u32(0xe5_6b_6f)));
    assert_eq!(fourth, Some(Color::from_u32(0x8f_bf_7f)));
}

#[test]
fn colour_rules_are_listed_and_removed() {
    let mut app = receiving(9);
    press(&mut app, "c");
    press(&mut app, "red .n == 3<enter>cagreen size:>1<enter>c");
    snapshots_of("colours", &mut app, &TABLE);
    press(&mut app, "x");
    assert!(!screen(&mut app, (80, 24)).contains(".n == 3"));
    press(&mut app, "x");
    assert!(app.overlay.is_none());
}

#[test]
fn a_colour_rule_that_cannot_be_read_is_asked_again() {
    let mut app = receiving(3);
    press(&mut app, "cpink x<enter>");
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains("\"pink\" is none of red, yellow, green, blue, grey"), "{drawn}");
}

#[test]
fn jumps_go_to_errors_connections_gaps_and_times() {
    let mut app = receiving(9);
    tell(&mut app, lost(900));
    tell(&mut app, opened(2, 5_000));
    tell(&mut app, ticks(10, 3, 9_000));
    let mut at = |keys: &str| {
        press(&mut app, keys);
        let row = app.timeline.selected().expect("a row");
        (row.connection.0, row.at.clock(&app.zone))
    };
    let (_, lost) = at("gE");
    assert_eq!(lost, "12:00:00.900");
    assert_eq!(at("C").0, 2);
    let (_, first) = at("g:12:00:01<enter>");
    assert!(first.starts_with("12:00:05"), "{first}");
    assert_eq!(at("P").1, "12:00:09.000");
    assert_eq!(at(":go to 12:00:00<enter>").1, "12:00:00.084");
    assert_eq!(at("G<alt-p>").1, "12:00:09.000");
    assert!(at("<alt-p>").1.starts_with("12:00:05"));
    assert_eq!(at("G<alt-e>").1, "12:00:00.900");
    assert_eq!(at("G<alt-c>").0, 2);
    assert_eq!(at("<alt-c>").0, 1);
    press(&mut app, "<alt-c>");
    assert_eq!(app.notice.as_ref().map(|notice| notice.message.as_str()), Some("no connection above"));
    press(&mut app, ":13:00<enter>");
    let said = app.notice.as_ref().map(|notice| notice.message.as_str());
    assert_eq!(said, Some("no row came at 13:00:00 or later on that day"));
}

#[test]
fn jumps_and_times_since_the_connection_opened_outlive_a_view_that_is_cleared() {
    let mut app = receiving(9);
    press(&mut app, "<ctrl-l>");
    tell(&mut app, ticks(10, 3, 5_000));
    press(&mut app, "ttt");
    assert!(screen(&mut app, (120, 36)).contains("+0:04.916"));
    press(&mut app, "<alt-p>");
    assert_eq!(app.timeline.selected_message_id().map(|id| id.0), Some(10));
    press(&mut app, "<alt-c>");
    assert_eq!(app.notice.as_ref().map(|notice| notice.message.as_str()), Some("no connection above"));
}

#[test]
fn one_way_is_shown_beside_a_filter_and_all_again() {
    let mut app = receiving(3);
    press(&mut app, "/a or b<enter>>");
    assert_eq!(app.filter.input.text(), "dir:out (a or b)");
    press(&mut app, "<");
    assert_eq!(app.filter.input.text(), "dir:in (a or b)");
    press(&mut app, "<");
    assert_eq!(app.filter.input.text(), "a or b");
}

#[test]
fn times_are_shown_in_five_styles_in_the_same_place() {
    let mut app = receiving(9);
    tell(&mut app, lost(900));
    tell(&mut app, opened(2, 5_000));
    tell(&mut app, ticks(10, 3, 9_000));
    press(&mut app, "ttt");
    snapshots_of("since-opened", &mut app, &TABLE);
    press(&mut app, "t");
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains("-0:08.800  ↓  json"), "{drawn}");
    press(&mut app, "t");
    assert!(screen(&mut app, (120, 36)).contains("12:00:09.000"));
}
