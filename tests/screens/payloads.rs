//! What the feed and the detail say a payload is.

use sockeye::{
    app::{App, press},
    session::Kind,
};

use super::{screen, snapshots, story::*};

/// A feed with a message of MessagePack, `{"a": "b", "n": 1}`, and one of Socket.IO.
fn packed() -> App {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    let payloads: [(Kind, &[u8]); 2] =
        [(Kind::Binary, b"\x82\xa1a\xa1b\xa1n\x01"), (Kind::Text, br#"42/admin,12["price",{"a":1}]"#)];
    tell(&mut app, [event(500, 1, batch(1, &payloads))]);
    app
}

#[track_caller]
fn assert_says(drawn: &str, part: &str) {
    assert!(drawn.contains(part), "{part}\n{drawn}");
}

#[test]
fn the_feed_names_the_kind_of_each_payload_and_shows_what_is_in_it() {
    let drawn = screen(&mut packed(), (160, 40));
    assert_says(&drawn, "↓  msgpack");
    assert_says(&drawn, r#"{"a": "b", "n": 1}"#);
    assert_says(&drawn, "↓  sio ");
}

#[test]
fn the_detail_says_what_a_packet_is_and_reads_it_as_another_kind_by_hand() {
    let mut app = packed();
    press(&mut app, "G<enter>");
    assert_says(&screen(&mut app, (200, 40)), "Socket.IO event, namespace /admin, ack 12");
    press(&mut app, "V");
    snapshots("decoders", &mut app);
    press(&mut app, "j<enter>");
    assert!(app.overlay.is_none(), "enter chooses");
    assert_says(&screen(&mut app, (200, 40)), "42/admin,12[");
    press(&mut app, "v");
    assert_says(&screen(&mut app, (200, 40)), "Socket.IO event, namespace /admin, ack 12");
}

#[test]
fn a_decoder_that_does_not_fit_says_why_and_is_not_taken() {
    let mut app = packed();
    press(&mut app, "G<enter>V<end>");
    press(&mut app, &"j".repeat(40));
    let before = app.detail.mode;
    press(&mut app, "<enter>");
    assert!(app.notice.as_ref().is_some_and(|notice| notice.message.starts_with("read as it: ")));
    press(&mut app, "<esc>");
    assert_eq!((app.overlay, app.detail.mode), (None, before), "esc leaves all as it was");
}
