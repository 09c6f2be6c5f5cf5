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

#[test]
fn a_payload_that_expands_without_end_or_ends_too_early_says_so_in_a_narrow_pane() {
    let bomb = zstd::encode_all(vec![b' '; 20 << 20].as_slice(), 1).expect("memory takes all");
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, [event(500, 1, batch(1, &[(Kind::Binary, picture), (Kind::Binary, &bomb)]))]);
    press(&mut app, "G");
    for size in [(120, 36), (200, 50)] {
        let drawn = screen(&mut app, size);
        assert!(drawn.contains("cut at 16.") || drawn.contains("stopped after 16."), "{size:?}\n{drawn}");
    }
    press(&mut app, "k");
    let drawn = screen(&mut app, (120, 36));
    assert_says(&drawn, "PNG 640 × 480");
    assert_says(&drawn, "ends too early");
}

#[test]
fn a_zero_in_a_text_ends_neither_its_preview_nor_its_detail() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, [event(500, 1, batch(1, &[(Kind::Text, b"a\0b and more")]))]);
    assert_eq!(screen(&mut app, (160, 40)).matches("a␀b and more").count(), 2);
}
