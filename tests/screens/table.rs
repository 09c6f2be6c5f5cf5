//! The feed's table as a person wants it: coloured, jumped through, in the columns and times of their choice.

use bytes::Bytes;
use ratatui::{
    Terminal,
    backend::TestBackend,
    layout::{Position, Size},
    style::{Color, Style},
};
use sockeye::{
    app::{App, Input, press, update},
    session::{EventKind, Kind, Sent},
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

/// Trades, a text that is no JSON, and one whose price stands behind 20 KiB of something else.
fn trades() -> App {
    let mut app = receiving(2);
    let far = format!(r#"{{"s":"FAR","pad":"{}","price":5}}"#, "x".repeat(20 << 10));
    let payloads: [(Kind, &[u8]); 5] = [
        (Kind::Text, br#"{"s":"BTC-USD","price":64012.5,"book":[{"bid":1}]}"#),
        (Kind::Text, br#"{"s":"ETH-USD","price":3100.25,"book":[]}"#),
        (Kind::Text, b"not JSON"),
        (Kind::Text, br#"{"s":null,"price":18446744073709551616}"#),
        (Kind::Text, far.as_bytes()),
    ];
    tell(&mut app, [event(900, 1, batch(3, &payloads))]);
    app
}

#[test]
fn paths_of_json_become_columns() {
    let mut app = trades();
    press(&mut app, ":columns .s .price .book[].bid<enter>");
    snapshots_of("columns", &mut app, &TABLE);
}

#[test]
fn the_dot_that_stands_in_the_prompt_may_be_written_once_more() {
    let mut app = receiving(9);
    press(&mut app, "|a.price<enter>");
    assert!(screen(&mut app, (120, 36)).contains(".price"));
    assert!(!screen(&mut app, (120, 36)).contains("is no path"));
}

#[test]
fn columns_are_ticked_and_moved() {
    let mut app = trades();
    press(&mut app, ":columns .s<enter>|jj jjjjjj");
    press(&mut app, "KKKKKKKKK");
    snapshots_of("columns-list", &mut app, &TABLE);
    press(&mut app, "<esc>");
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains(".s         number  time"), "{drawn}");
    assert!(!drawn.contains('Δ'), "{drawn}");
    press(&mut app, "|x<esc>");
    assert!(!screen(&mut app, (120, 36)).contains("BTC-USD  "));
}

#[test]
fn a_path_is_completed_from_those_that_were_seen() {
    let mut app = trades();
    press(&mut app, "|a");
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains("seen: .") && drawn.contains(".book[].bid"), "{drawn}");
    press(&mut app, "pr<tab><enter>");
    assert!(screen(&mut app, (120, 36)).contains("64012.5"));
    press(&mut app, "|aprice<enter>");
    assert!(screen(&mut app, (120, 36)).contains(".price"));
    press(&mut app, "<esc>|ax y<enter>");
    assert!(screen(&mut app, (120, 36)).contains("is no path: write .price"));
}

#[test]
fn the_newest_row_stands_at_the_top_and_moves_go_as_they_are_seen() {
    let mut app = receiving(200);
    press(&mut app, "T");
    snapshots_of("newest-first", &mut app, &TABLE);
    press(&mut app, "jj");
    let id = app.timeline.selected_message_id().map(|id| id.0);
    assert_eq!(id, Some(198));
    tell(&mut app, ticks(201, 50, 900));
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains("50 new"), "{drawn}");
    assert_eq!(app.timeline.selected_message_id().map(|id| id.0), Some(198));
    press(&mut app, "G");
    assert!(app.timeline.is_following());
    press(&mut app, "gkk");
    assert_eq!(app.timeline.selected_message_id().map(|id| id.0), Some(2));
}

#[test]
fn a_click_selects_the_row_that_is_seen_there() {
    let mut app = receiving(200);
    press(&mut app, "T");
    screen(&mut app, (80, 24));
    update(&mut app, Input::Click(Position { x: 9, y: 6 }));
    let drawn = screen(&mut app, (80, 24));
    let line = drawn.lines().nth(6).expect("a line");
    assert!(line.contains('▌'), "{drawn}");
    let id = app.timeline.selected_message_id().expect("a message").0;
    assert!(line.contains(&format!(" {id} ")), "{line}");
}

/// Heartbeats between trades: three, a trade, one that was sent twice, and forty more.
fn heartbeats() -> App {
    let mut app = receiving(2);
    let beat = (Kind::Text, &br#"{"op":"heartbeat"}"#[..]);
    tell(&mut app, [event(900, 1, batch(3, &[beat; 3]))]);
    tell(&mut app, ticks(6, 1, 910));
    let sent = Sent { kind: Kind::Text, payload: Bytes::from_static(beat.1), opening: false };
    tell(&mut app, [event(920, 1, EventKind::Sent(sent.clone())), event(930, 1, EventKind::Sent(sent))]);
    for nth in 0..20 {
        tell(&mut app, [event(1_000 + 100 * nth, 1, batch(7 + 2 * nth, &[beat; 2]))]);
    }
    app
}

/// Each row's message, and for how many it stands.
fn folded(app: &App) -> Vec<(Option<u64>, u64)> {
    let rows = app.timeline.visible(50);
    rows.map(|row| {
        (app.timeline.message_at(row.id).map(|id| id.0), app.timeline.times_repeated(row.id).unwrap_or(1))
    })
    .collect()
}

#[test]
fn equal_messages_in_a_row_are_one_row_until_they_are_unfolded() {
    let mut app = heartbeats();
    press(&mut app, "*");
    let all = [(None, 1), (Some(1), 1), (Some(2), 1), (Some(5), 3), (Some(6), 1), (None, 2), (Some(46), 40)];
    assert_eq!(folded(&app), all);
    snapshots_of("repeats", &mut app, &TABLE);
    press(&mut app, "kkk.");
    assert_eq!(folded(&app)[3..6], [(Some(3), 1), (Some(4), 1), (Some(5), 1)]);
    press(&mut app, ".");
    assert_eq!(folded(&app), all);
    press(&mut app, "*");
    assert_eq!(folded(&app).len(), 49);
}

#[test]
fn what_arrives_joins_a_fold_only_while_the_view_follows() {
    let mut app = heartbeats();
    let beat = (Kind::Text, &br#"{"op":"heartbeat"}"#[..]);
    press(&mut app, "*k");
    tell(&mut app, [event(5_000, 1, batch(47, &[beat; 2]))]);
    assert_eq!(folded(&app)[6..], [(Some(46), 40), (Some(48), 2)]);
    press(&mut app, "f");
    assert_eq!(folded(&app)[6..], [(Some(48), 42)]);
    tell(&mut app, [event(5_100, 1, batch(49, &[beat; 2]))]);
    assert_eq!(folded(&app)[6..], [(Some(50), 44)]);
}

#[test]
fn a_folded_message_that_is_gone_to_is_unfolded_and_a_filter_shows_each() {
    let mut app = heartbeats();
    press(&mut app, "*:20<enter>");
    assert_eq!(app.timeline.selected_message_id().map(|id| id.0), Some(20));
    press(&mut app, "/heartbeat<enter>");
    assert_eq!(app.timeline.filter_view().map(sockeye::app::FilterView::matches), Some(45));
    assert_eq!(app.timeline.len(), 46);
}

/// Messages of which every third is long, and one is in wide characters.
fn long_messages() -> App {
    let mut app = receiving(20);
    for nth in 0..20 {
        let text = match nth % 3 {
            0 => format!(r#"{{"n":{nth},"words":"{}"}}"#, "lorem ipsum ".repeat(4 * (nth + 1))),
            1 => "漢字".repeat(nth),
            _ => format!(r#"{{"n":{nth}}}"#),
        };
        let id = 21 + nth as u64;
        tell(&mut app, [event(900 + nth as u64, 1, batch(id, &[(Kind::Text, text.as_bytes())]))]);
    }
    app
}

#[test]
fn long_previews_go_on_in_further_lines_and_the_selected_row_stays_in_sight() {
    let mut app = long_messages();
    press(&mut app, "W");
    snapshots_of("wrapped", &mut app, &TABLE);
    for keys in ["k", "kkkk", "<ctrl-u>", "jjj", "g", "<ctrl-d>", "<ctrl-d>", "G", "T", "jjjj", "g", "kkk"] {
        press(&mut app, keys);
        let drawn = screen(&mut app, (80, 24));
        assert!(drawn.contains('▌'), "after {keys}:\n{drawn}");
    }
}

#[test]
fn a_click_on_any_line_of_a_wrapped_row_selects_it() {
    let mut app = long_messages();
    press(&mut app, "W");
    let drawn = screen(&mut app, (80, 24));
    let lines: Vec<_> = drawn.lines().collect();
    let first = lines.iter().position(|line| line.contains(r#"{"n":15,"#)).expect("a long message");
    update(&mut app, Input::Click(Position { x: 40, y: u16::try_from(first + 2).expect("small") }));
    assert_eq!(app.timeline.selected_message_id().map(|id| id.0), Some(36));
}
