//! What payloads are taken for, and what a line shows of each.

use proptest::prelude::*;
use regex::Regex;
use unicode_width::UnicodeWidthStr;

use super::{decode, one_line};
use crate::{
    payload::{Body, cut, printable, printable_lines},
    wire::Kind,
};

const ALL: usize = usize::MAX;

fn line(kind: Kind, payload: &[u8], cells: usize) -> String {
    one_line(kind, payload, payload.len() as u64, cells).pieces.into_iter().map(|piece| piece.text).collect()
}

#[test]
fn a_payload_is_known_by_its_ends_and_by_what_it_was_sent_as() {
    use Kind::{Binary, Text};
    let cases: [(Kind, &[u8], &str, &str); 17] = [
        (Binary, b"", "text", "txt"),
        (Binary, b"hello", "text", "txt"),
        (Binary, b"x^2 is not zlib", "text", "txt"),
        (Text, b" {\"a\": 1}\n", "json", "json"),
        (Binary, b"[1]", "json", "json"),
        (Text, b"{a}", "text", "txt"),
        (Text, b"{ not closed", "text", "txt"),
        (Text, b"[[1]", "text", "txt"),
        (Text, b"42", "text", "txt"),
        (Text, b"a\x1b[2J\x07\x00", "text", "txt"),
        (Text, b"caf\xe9 au lait", "text!", "bin"),
        (Binary, b"\x1f\x8b\x08\x00", "binary", "bin"),
        (Binary, b"\x78\x9c\x03\x00\x00\x00\x00\x01", "zlib", "zlib"),
        (Binary, b"\x28\xb5\x2f\xfd\x00", "binary", "bin"),
        (Binary, b"\x00\x01\x02", "binary", "bin"),
        (Binary, b"caf\xe9", "binary", "bin"),
        (Binary, b"a\x07\x00", "binary", "bin"),
    ];
    for (kind, payload, name, extension) in cases {
        let decoder = decode(kind, payload, ALL).decoder;
        assert_eq!((decoder.name, decoder.extension), (name, extension), "{kind:?} {payload:?}");
    }
}

#[test]
fn only_the_beginning_is_looked_at_and_a_character_that_is_cut_there_is_left_out() {
    let long = format!("a{}", "é".repeat(4000));
    let decoded = decode(Kind::Binary, long.as_bytes(), 10);
    assert_eq!((decoded.body, decoded.left_out), (Body::Text("aéééé".into()), 7_991));
    let json = format!("[{}1]", "1,".repeat(4000));
    assert_eq!(decode(Kind::Text, json.as_bytes(), 10).body, Body::Json("[1,1,1,1,1".into()));
    assert_eq!(decode(Kind::Text, b"\xff", 0).body, Body::Broken(b"".as_slice().into()));
}

#[test]
fn a_text_is_there_where_there_is_one() {
    let text = |kind, payload| decode(kind, payload, ALL).text().map(std::borrow::Cow::into_owned);
    assert_eq!(text(Kind::Binary, b"{\"a\":1}"), Some("{\"a\":1}".to_owned()));
    assert_eq!(text(Kind::Text, b"caf\xe9 au lait"), Some("caf\u{fffd} au lait".to_owned()));
    assert_eq!(text(Kind::Binary, &[0, 1]), None);
}

#[test]
fn a_line_says_when_it_is_not_all() {
    assert_eq!(line(Kind::Text, b"{\"a\":1}", 10), "{\"a\":1}");
    assert_eq!(line(Kind::Text, b"first\nsecond", 8), "first␊s…");
    assert_eq!(line(Kind::Text, &vec![b'a'; 1 << 20], 4), "aaa…");
}

#[test]
fn bytes_that_are_no_text_are_told_apart() {
    let pieces = decode(Kind::Text, b"ok \xff\xfe bad", ALL).line(40);
    let shown: Vec<_> = pieces.iter().map(|piece| (piece.text.as_str(), piece.is_broken)).collect();
    assert_eq!(shown, [("ok ", false), ("<FF>", true), ("<FE>", true), (" bad", false)]);
    assert_eq!(line(Kind::Text, b"ok \xff\xfe bad", 9), "ok <FF><…");
}

#[test]
fn binary_is_shown_in_pairs_of_digits() {
    let shown = |cells| line(Kind::Binary, &[0x1f, 0x3a, 0, 1], cells);
    assert_eq!([11, 10, 9, 1].map(shown), ["1f 3a 00 01", "1f 3a 00 …", "1f 3a …", "…"]);
}

fn outside() -> impl Strategy<Value = Vec<u8>> {
    let nasty = prop::sample::select(
        "\u{0}\u{7}\n\t\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{301}\u{61c}\u{200b}\u{200d}\u{200e}\u{2028}\u{202e}\
         \u{2066}\u{feff}\u{fe0f}\u{fe0e}\u{e0041}\u{e0100}👩👧❤☺1\u{20e3}🇨🇭日a\u{644}\u{627}\u{1f3fb}"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any::<String>().prop_map(String::into_bytes),
        prop::collection::vec(nasty, 0..60).prop_map(|it| it.into_iter().collect::<String>().into_bytes()),
    ]
}

proptest! {
    #[test]
    fn nothing_unseen_comes_out_and_nothing_too_wide(bytes in outside(), cells in 0usize..40) {
        let unseen = Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Bidi_Control}]").expect("a class");
        for kind in [Kind::Text, Kind::Binary] {
            let line = line(kind, &bytes, cells);
            prop_assert!(!unseen.is_match(&line), "{line:?}");
            prop_assert!(line.width() <= cells, "{line:?} is {} wide", line.width());
        }
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(!unseen.is_match(&printable(&text)));
        prop_assert!(!unseen.is_match(&printable_lines(&text).replace('\n', "")));
        prop_assert!(cut(&printable(&text), cells).width() <= cells);
    }
}
