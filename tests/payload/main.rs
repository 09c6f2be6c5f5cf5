//! Payloads that the reference library of each format made, and hostile ones: what they are taken for and how they read.

use proptest::prelude::*;
use sockeye::{
    payload::{Body, decode, decode_with, hex, one_line, views},
    session::Kind,
};

mod agreement;
mod packets;

const ALL: usize = usize::MAX;

struct Golden {
    kind: Kind,
    payload: Vec<u8>,
    name: &'static str,
    title: &'static str,
    body: String,
}

fn goldens() -> Vec<Golden> {
    let rows = include_str!("goldens.tsv").lines();
    let goldens = rows.map(|row| {
        let [kind, digits, name, title, body] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("five columns: {row}")
        };
        Golden {
            kind: if kind == "text" { Kind::Text } else { Kind::Binary },
            payload: bytes(digits),
            name,
            title,
            body: body.replace("\\n", "\n"),
        }
    });
    goldens.collect()
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).expect("digits"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("digits")).collect()
}

fn spelled(body: &Body<'_>) -> String {
    match body {
        Body::Text(text) | Body::Json(text) => text.to_string(),
        Body::Broken(bytes) | Body::Bytes(bytes) => hex::encode(bytes),
    }
}

#[test]
fn what_a_reference_library_wrote_is_known_and_read() {
    for golden in goldens() {
        let decoded = decode(golden.kind, &golden.payload, ALL);
        let found = (decoded.decoder.name, decoded.title.as_str(), spelled(&decoded.body));
        assert_eq!(found, (golden.name, golden.title, golden.body));
        assert_eq!(decoded.is_stopped, decoded.fault.is_some(), "{}", golden.title);
    }
}

#[test]
fn what_is_known_can_be_chosen_by_name() {
    for golden in goldens() {
        let decoded =
            decode_with(golden.name, golden.kind, &golden.payload, ALL).expect("its own decoder reads it");
        assert_eq!(spelled(&decoded.body), golden.body);
        assert_eq!(
            one_line(golden.kind, &golden.payload, golden.payload.len() as u64, 80).name,
            golden.name,
            "{}",
            golden.title
        );
    }
}

#[test]
fn a_payload_that_ends_too_early_is_taken_for_nothing_that_it_is_not() {
    for golden in goldens().iter().filter(|golden| golden.kind == Kind::Binary) {
        for end in 0..golden.payload.len() {
            let decoded = decode(golden.kind, &golden.payload[..end], ALL);
            // A message of Protobuf may end after any of its fields, and an image is known by its head.
            let may_end = ["binary", "text", "utf-16", "png", "gif", "proto"].contains(&decoded.decoder.name);
            // The first of several records is a message too.
            let is_record = golden.name == "signalr" && decoded.decoder.name == "signalr";
            // What can hardly be anything else says that its end is missing.
            let is_cut = decoded.fault.is_some() && decoded.decoder.name == golden.name;
            assert!(may_end || is_record || is_cut, "{} of {} bytes of {}", decoded.title, end, golden.title);
            views(golden.kind, &golden.payload[..end], ALL).for_each(drop);
        }
    }
}

#[test]
fn short_bytes_and_words_stay_what_they_are() {
    let binary: [&[u8]; 8] = [
        b"\x01\x02\x03",
        b"\x80",
        b"\x92\x01\x02",
        b"\xa0",
        b"\x08\x96\x01",
        b"\xc0\x00",
        b"\xff\xff\xff\xff",
        b"\x81\x01\x02",
    ];
    for payload in binary {
        assert_eq!(decode(Kind::Binary, payload, ALL).title, "binary", "{payload:?}");
    }
    let text = [
        "subscriptionconfirmed",
        "ABCDEFGHIJKLMNOPQRST",
        "0123456789012345",
        "2",
        "3",
        "40",
        "42",
        "hello",
        "deadbeefdeadbeef",
    ];
    for payload in text {
        assert_eq!(decode(Kind::Text, payload.as_bytes(), ALL).title, "text", "{payload}");
    }
    let json = [
        "[33,1,2]",
        "[1,2,3]",
        r#"{"type":"ping"}"#,
        r#"{"type":"subscribe","id":1,"payload":{}}"#,
        r#"["a","b","c","d",1]"#,
    ];
    for payload in json {
        assert_eq!(decode(Kind::Text, payload.as_bytes(), ALL).title, "JSON", "{payload}");
    }
}

#[test]
fn a_bomb_is_expanded_only_as_far_as_it_is_shown() {
    let zeros = {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..3 {
            gzip.write_all(&vec![b'a'; 1 << 20]).expect("memory takes all");
        }
        gzip.finish().expect("memory takes all")
    };
    let decoded = decode(Kind::Binary, &zeros, 1 << 20);
    assert!(decoded.is_stopped);
    assert_eq!((decoded.title.as_str(), spelled(&decoded.body).len()), ("gzip › text", 1 << 20));
    assert_eq!(spelled(&decode(Kind::Binary, &zeros, 100).body).len(), 100);
}

#[test]
fn a_nesting_of_a_million_is_read_to_where_it_can_be_shown() {
    for opening in [0x91, 0x81, 0x9f] {
        let nested = vec![opening; 1_000_000];
        for (name, _) in views(Kind::Binary, b"", ALL).map(|(decoder, fits)| (decoder.name, fits)) {
            let _ = decode_with(name, Kind::Binary, &nested, ALL);
        }
        let _ = decode(Kind::Binary, &nested, ALL);
    }
    let nested = vec![b'['; 1_000_000];
    assert_eq!(decode(Kind::Text, &nested, ALL).title, "JSON, cut");
}

#[test]
fn a_declared_length_takes_no_memory() {
    for head in [
        &b"\xdd\xff\xff\xff\xff"[..],
        b"\xdf\xff\xff\xff\xff",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
    ] {
        assert_eq!(decode(Kind::Binary, head, ALL).title, "binary");
    }
}

#[test]
fn the_reason_why_a_kind_does_not_fit_is_said() {
    let reason =
        |name| decode_with(name, Kind::Binary, b"\x93\x01", ALL).map(drop).expect_err("it does not fit");
    assert_eq!(reason("msgpack"), "it ends inside a value");
    assert_eq!(reason("text"), "it is not UTF-8");
    assert_eq!(reason("gzip"), "it ends too early");
    assert_eq!(reason("csv"), "there is no such decoder");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn changed_bytes_are_read_or_refused(nth in 0usize..60, at in any::<prop::sample::Index>(), byte in any::<u8>(), limit in 0usize..200) {
        let goldens = goldens();
        let golden = &goldens[nth % goldens.len()];
        let mut payload = golden.payload.clone();
        let at = at.index(payload.len());
        payload[at] = byte;
        for kind in [Kind::Text, Kind::Binary] {
            let _ = decode(kind, &payload, limit);
            let _ = one_line(kind, &payload, 1000, limit);
            views(kind, &payload, limit).for_each(drop);
        }
    }
}
