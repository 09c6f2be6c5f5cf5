//! The detail of a message: moving in it, closing brackets, its paths, comparing it, and payloads of any size.

use sockeye::{
    app::{App, Effect, Input, Outcome, press, update},
    session::Kind,
};

use super::{screen, story::*};

/// A feed with these messages, of which the last is selected and has the keys in its detail.
fn reading(payloads: &[&str]) -> App {
    let payloads: Vec<_> = payloads.iter().map(|text| (Kind::Text, text.as_bytes())).collect();
    reading_frames(&payloads)
}

fn reading_frames(payloads: &[(Kind, &[u8])]) -> App {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, [event(500, 1, batch(1, payloads))]);
    press(&mut app, "<enter>");
    app
}

fn copied(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| if let Effect::Copy(text) = effect { Some(text.as_str()) } else { None })
}

#[track_caller]
fn assert_says(app: &mut App, part: &str) {
    let drawn = screen(app, (120, 40));
    assert!(drawn.contains(part), "{part}\n{drawn}");
}

const TRADE: &str = r#"{"s":"BTC","p":64012.50,"legs":[{"id":18446744073709551615},[]],"odd name":1e400}"#;

#[test]
fn the_cursor_tells_its_path_and_copies_path_and_value_as_they_were_sent() {
    let mut app = reading(&[TRADE]);
    assert_eq!(copied(&press(&mut app, "jjc")), Some(".p"));
    assert_eq!(copied(&press(&mut app, "C")), Some("64012.50"));
    assert_eq!(copied(&press(&mut app, "jjjc")), Some(".legs[0].id"));
    assert_eq!(copied(&press(&mut app, "C")), Some("18446744073709551615"));
    assert_says(&mut app, ".legs[0].id");
    assert_eq!(copied(&press(&mut app, "Gkc")), Some(r#"."odd name""#));
    assert_eq!(copied(&press(&mut app, "C")), Some("1e400"));
}

#[test]
fn brackets_close_and_open_and_the_tree_begins_closed() {
    let mut app = reading(&[TRADE]);
    press(&mut app, "jjj<enter>");
    assert_says(&mut app, r#""legs": [ 2 elements ]"#);
    press(&mut app, "<enter>");
    assert_says(&mut app, r#""id": 18446744073709551615"#);
    press(&mut app, "-");
    assert_says(&mut app, r#""legs": [ 2 elements ]"#);
    press(&mut app, "+v");
    assert_says(&mut app, r#""legs": [ 2 elements ]"#);
    assert_says(&mut app, "tree");
}

#[test]
fn a_value_becomes_a_filter_by_one_key() {
    let mut app = reading(&[r#"{"s":"ETH"}"#, r#"{"s":"BTC"}"#]);
    press(&mut app, "j=");
    assert_eq!(app.filter.input.text(), r#".s == "BTC""#);
    assert_eq!(app.timeline.filter_view().map(sockeye::app::FilterView::matches), Some(1));
    assert_says(&mut app, "1 of 2");
}

#[test]
fn a_value_that_was_decoded_becomes_a_filter_where_the_filter_sees_it() {
    // {"s":"BTC"} in MessagePack, and in base64, which no filter looks into.
    let mut app =
        reading_frames(&[(Kind::Text, b"eyJzIjoiQlRDIiwicCI6MX0="), (Kind::Binary, b"\x81\xa1s\xa3BTC")]);
    press(&mut app, "j=");
    assert_eq!(app.filter.input.text(), r#".s == "BTC""#);
    assert_says(&mut app, "1 of 2");
    press(&mut app, "<esc>/<esc>gj<enter>j=");
    assert_says(&mut app, "a filter does not see this value");
    assert!(app.timeline.filter_view().is_none());
}

#[test]
fn a_message_is_compared_with_the_one_before_of_its_shape_or_with_the_marked_one() {
    let mut app = reading(&[
        r#"{"s":"BTC","p":1}"#,
        r#"{"s":"BTC","p":1.5}"#,
        r#"{"error":"slow down"}"#,
        r#"{"s":"BTC","p":1.75,"q":2}"#,
        r#"{"s":"BTC","p":2}"#,
    ]);
    press(&mut app, "d");
    assert_says(&mut app, "#5 compared with #2");
    assert_says(&mut app, "1.5 → 2");
    assert_says(&mut app, "1 changed · 0 added");
    press(&mut app, "<esc><esc>gjjjj<space>GD");
    assert_says(&mut app, "#5 compared with #4");
    assert_says(&mut app, "- .q");
    press(&mut app, "D");
    assert_says(&mut app, r#""p": 2"#);
}

#[test]
fn the_detail_opens_by_itself_where_there_is_room_and_closes_for_good() {
    let mut app = receiving(3);
    assert!(screen(&mut app, (120, 40)).contains("#3 · "));
    assert!(!screen(&mut app, (119, 40)).contains("#3 · "));
    screen(&mut app, (120, 40));
    press(&mut app, "<esc>");
    assert!(!screen(&mut app, (120, 40)).contains("#3 · "));
    press(&mut app, "z");
    assert!(!screen(&mut app, (120, 40)).contains("number  time"), "it has the whole width");
}

#[test]
fn a_large_payload_opens_at_once_and_its_end_is_reached_when_it_is_laid_out() {
    let large = format!("[{}{{\"last\":true}}]", "{\"a\":1},".repeat(200_000));
    let mut app = app();
    tell(&mut app, opened(1, 0));
    let payloads = [(Kind::Text, large.as_bytes())];
    let effects = update(&mut app, Input::Events(vec![event(500, 1, batch(1, &payloads))]));
    let Some(Effect::LayOut { generation, document }) = effects.into_iter().next() else {
        panic!("the rest is laid out elsewhere");
    };
    assert_says(&mut app, "% laid out");
    press(&mut app, "<enter>G");
    let mut document = *document;
    while document.laid_out().is_some() {
        document.lay_out(1 << 20);
    }
    update(&mut app, Input::Outcome(Outcome::LaidOut { generation, document: document.into() }));
    assert_says(&mut app, r#""last": true"#);
    assert_says(&mut app, "of 600,005");
}
