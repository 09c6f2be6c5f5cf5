//! What the feed and the detail say a payload is.

use sockeye::{
    app::{App, press},
    session::Kind,
};

use super::{screen, story::*};

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
    assert_says(&screen(&mut app, (200, 40)), "read as Socket.IO, 1 of ");
    press(&mut app, "V");
    assert_says(&screen(&mut app, (200, 40)), "42/admin,12[");
}
