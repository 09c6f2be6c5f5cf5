//! The feed and the detail take a payload for the same, however long it is and wherever it ends.

use std::io::Write as _;

use proptest::prelude::*;
use sockeye::{
    payload::{CUT_SHORT, HEAD, decode, one_line},
    session::Kind,
};

use crate::{ALL, bytes, goldens, packets::publication, spelled};

/// What the feed says with the head alone and with all of a payload, and what the detail says: all the same.
fn taken_for(kind: Kind, payload: &[u8]) -> (&'static str, String) {
    let size = payload.len() as u64;
    let head = one_line(kind, &payload[..payload.len().min(HEAD)], size, 80).name;
    let whole = one_line(kind, payload, size, 80).name;
    let short = decode(kind, payload, 64 << 10).decoder.name;
    let detail = decode(kind, payload, ALL);
    assert_eq!([head, whole, short], [detail.decoder.name; 3], "{size} bytes of {}", detail.title);
    (head, detail.title)
}

/// Records as JSON, and the same as MessagePack.
fn records(count: u16) -> (String, Vec<u8>) {
    let json: Vec<_> = (0..count)
        .map(|id| format!("{{\"id\":{id},\"s\":\"BTC-USD\",\"p\":{}.5}}", u32::from(id) * 7919 % 65_521))
        .collect();
    let mut packed = [&[0xdc][..], &count.to_be_bytes()].concat();
    for id in 0..count {
        packed.extend_from_slice(b"\x83\xa2id\xcd");
        packed.extend_from_slice(&id.to_be_bytes());
        packed.extend_from_slice(b"\xa1s\xa7BTC-USD\xa1p\xcb");
        packed.extend_from_slice(&(f64::from(id) * 1.5).to_be_bytes());
    }
    (format!("[{}]", json.join(",")), packed)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn zstd_of(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory takes all")
}

/// Payloads of many kinds and of this many records.
fn payloads(count: u16) -> Vec<(Kind, Vec<u8>, &'static str, &'static str)> {
    use Kind::{Binary, Text};
    let (json, packed) = records(count);
    let call = format!("{{\"type\":1,\"target\":\"Send\",\"arguments\":{json}}}\u{1e}");
    let record = [&[0x95, 1, 0x80, 0xc0, 0xa4][..], b"Send", &packed].concat();
    let mut length = Vec::new();
    let mut rest = record.len();
    while rest > 0x7f {
        length.push(u8::try_from(rest & 0x7f).expect("seven bits") | 0x80);
        rest >>= 7;
    }
    length.push(u8::try_from(rest).expect("seven bits"));
    vec![
        (Text, json.clone().into_bytes(), "json", "JSON"),
        (Binary, gzip(json.as_bytes()), "gzip", "gzip › JSON"),
        (Binary, zstd_of(json.as_bytes()), "zstd", "zstd › JSON"),
        (Binary, packed.clone(), "msgpack", "MessagePack"),
        (Binary, gzip(&packed), "gzip", "gzip › MessagePack"),
        (Text, call.into_bytes(), "signalr", "SignalR invocation \"Send\""),
        (Binary, [length, record].concat(), "signalr", "SignalR invocation \"Send\""),
        (Binary, publication(&json), "mqtt", "MQTT PUBLISH ticks, QoS 0 › JSON"),
        (Text, format!("42[\"tick\",{json}]").into_bytes(), "sio", "Socket.IO event"),
        (
            Text,
            format!("MESSAGE\ndestination:/t\n\n{json}\0").into_bytes(),
            "stomp",
            "STOMP MESSAGE /t › JSON",
        ),
        (
            Text,
            format!("[\"1\",\"2\",\"room:a\",\"new\",{{\"l\":{json}}}]").into_bytes(),
            "phoenix",
            "Phoenix new, topic room:a, ref 2",
        ),
        (
            Text,
            format!("{{\"type\":\"next\",\"id\":\"1\",\"payload\":{{\"data\":{json}}}}}").into_bytes(),
            "graphql",
            "GraphQL next, id 1",
        ),
    ]
}

#[test]
fn a_payload_of_any_length_is_taken_for_the_same_everywhere() {
    for count in [2, 50, 100, 300, 1_000, 5_000] {
        for (kind, payload, name, title) in payloads(count) {
            assert_eq!(taken_for(kind, &payload), (name, title.to_owned()), "{count}");
        }
    }
}

#[test]
fn what_is_cut_or_goes_on_is_taken_for_the_same_everywhere() {
    for count in [50, 300, 1_000, 5_000] {
        for (kind, payload, _, title) in payloads(count) {
            for end in [payload.len() - 1, payload.len() - 10, payload.len() / 2] {
                taken_for(kind, &payload[..end]);
            }
            let longer = [&payload, &b"\xc1\xc1garbage"[..]].concat();
            let (_, found) = taken_for(kind, &longer);
            assert!(payload.len() < HEAD || found != title, "{found} hides what follows");
        }
    }
}

#[test]
fn what_ends_too_early_says_so_and_shows_what_is_there() {
    let (json, packed) = records(300);
    let cases = [
        (gzip(json.as_bytes()), "gzip, cut › JSON"),
        (gzip(&json.as_bytes()[..2_000]), "gzip, cut › JSON"),
        (zstd_of(json.as_bytes()), "zstd of 10.9 kB, cut"),
        (packed.clone(), "MessagePack, cut"),
        (records(50).1, "MessagePack, cut"),
    ];
    for (payload, title) in cases {
        let decoded = decode(Kind::Binary, &payload[..payload.len() - 10], ALL);
        assert_eq!((decoded.title.as_str(), decoded.fault), (title, Some(CUT_SHORT)));
        assert!(!spelled(&decoded.body).is_empty());
    }
    let whole = gzip(json.as_bytes());
    let decoded = decode(Kind::Binary, &whole[..whole.len() - 10], ALL);
    assert!(spelled(&decoded.body).len() > json.len() - 500);
    // One of its own bits is gone.
    let picture = bytes("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489");
    assert_eq!(decode(Kind::Binary, &picture, ALL).title, "PNG 1 × 1, cut");
}

#[test]
fn a_picture_is_shown_as_its_name_and_size() {
    let line = |kind, payload: &[u8]| -> String {
        let preview = one_line(kind, payload, payload.len() as u64, 40);
        preview.pieces.into_iter().map(|piece| piece.text).collect()
    };
    for golden in goldens().iter().filter(|golden| ["png", "gif"].contains(&golden.name)) {
        assert_eq!(line(golden.kind, &golden.payload), golden.title);
    }
    assert_eq!(line(Kind::Binary, b"\x01\x02"), "01 02");
}

#[test]
fn base64_is_read_where_it_holds_something_with_a_structure() {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
    let packed = b"\x83\xa5price\x01\xa1s\xa7BTC-USD\xa3abc\x93\x01\x02\x03";
    let title = |text: &str| decode(Kind::Text, text.as_bytes(), ALL).title;
    assert_eq!(title(&BASE64_STANDARD.encode(packed)), "base64 › MessagePack");
    assert_eq!(title(&BASE64_URL_SAFE_NO_PAD.encode(packed)), "base64 › MessagePack");
    assert_eq!(title(&BASE64_STANDARD.encode(b"\xa2eprice\x01asgBTC-USD")), "base64 › CBOR");
    assert_eq!(
        title(&BASE64_STANDARD.encode("MESSAGE\ndestination:/t\n\n{\"a\":1}\0")),
        "base64 › STOMP MESSAGE /t › JSON"
    );
    assert_eq!(title(&BASE64_URL_SAFE_NO_PAD.encode("{\"a\":\"?>?>\",\"b\":1}")), "base64 › JSON");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn noise_is_taken_for_the_same_everywhere(first in any::<u8>(), rest in prop::collection::vec(any::<u8>(), 0..6_000)) {
        let payload = [vec![first], rest].concat();
        for kind in [Kind::Text, Kind::Binary] {
            taken_for(kind, &payload);
        }
        let decoded = decode(Kind::Binary, &payload, ALL);
        prop_assert!(!decoded.title.starts_with("MessagePack, cut") && !decoded.title.starts_with("CBOR, cut"), "{}", decoded.title);
    }

    #[test]
    fn ends_of_known_payloads_are_taken_for_the_same_everywhere(nth in 0usize..60, end in any::<prop::sample::Index>()) {
        let goldens = goldens();
        let golden = &goldens[nth % goldens.len()];
        taken_for(golden.kind, &golden.payload[..end.index(golden.payload.len() + 1)]);
    }
}
