//! Packets of protocols on top of messages, as their own libraries wrote them.

use sockeye::{payload::decode, session::Kind};

use crate::{ALL, bytes, spelled};

#[test]
fn each_packet_of_mqtt_says_what_it_is() {
    let packets = [
        (
            "101400044d51545404c2003c00026d65000175000170",
            "MQTT CONNECT, level 4, client me",
            r#"{"packet": "CONNECT", "level": 4, "keep_alive": 60, "clean": true, "client": "me", "user": "u", "password": "•••"}"#,
        ),
        (
            "101400044d5154540502003c0511000004d200026d65",
            "MQTT CONNECT, level 5, client me",
            r#"{"packet": "CONNECT", "level": 5, "keep_alive": 60, "clean": true, "properties": {"session_expires_after": 1234}, "client": "me"}"#,
        ),
        (
            "20020000",
            "MQTT CONNACK, accepted",
            r#"{"packet": "CONNACK", "session_present": false, "code": 0}"#,
        ),
        ("4002002a", "MQTT PUBACK id 42", r#"{"packet": "PUBACK", "id": 42}"#),
        ("9003000701", "MQTT SUBACK id 7", r#"{"packet": "SUBACK", "id": 7, "codes": [1]}"#),
        (
            "820c000700077469636b732f2301",
            "MQTT SUBSCRIBE ticks/#, QoS 1, id 7",
            r#"{"packet": "SUBSCRIBE", "id": 7, "topics": {"ticks/#": {"qos": 1}}}"#,
        ),
        (
            "a20b000800077469636b732f23",
            "MQTT UNSUBSCRIBE ticks/#, id 8",
            r#"{"packet": "UNSUBSCRIBE", "id": 8, "topics": {"ticks/#": {}}}"#,
        ),
        (
            "e0088b061f0003627965",
            "MQTT DISCONNECT",
            r#"{"packet": "DISCONNECT", "code": 139, "properties": {"reason": "bye"}}"#,
        ),
        (
            "303100097469636b732f6274631a0300106170706c69636174696f6e2f6a736f6e260001610001627b227072696365223a317d",
            "MQTT PUBLISH ticks/btc, QoS 0 › JSON",
            r#"{"packet": "PUBLISH", "topic": "ticks/btc", "properties": {"content_type": "application/json", "user a": "b"}, "body": {"price":1}}"#,
        ),
        (
            "4002002a331e00097469636b732f627463002a7b227072696365223a36343031322e357d",
            "MQTT PUBACK id 42, 2 packets",
            "[{\"packet\": \"PUBACK\", \"id\": 42},\n{\"packet\": \"PUBLISH\", \"topic\": \"ticks/btc\", \"id\": 42, \"body\": {\"price\":64012.5}}]",
        ),
    ];
    for (digits, title, body) in packets {
        let payload = bytes(digits);
        let decoded = decode(Kind::Binary, &payload, ALL);
        assert_eq!((decoded.title.as_str(), spelled(&decoded.body).as_str()), (title, body));
    }
}

#[test]
fn what_only_resembles_mqtt_is_binary() {
    for digits in
        ["c000", "d000", "e000", "20020009", "4003002a05", "331e00097469636b732f627463002a", "9002000a"]
    {
        assert_eq!(decode(Kind::Binary, &bytes(digits), ALL).title, "binary", "{digits}");
    }
}

#[test]
fn a_publication_of_any_length_is_one_of_mqtt() {
    for length in [10, 100, 127, 128, 300, 4_094, 5_000, 16_384, 70_000, 2_100_000] {
        let packet = publication(&format!("{{\"x\":\"{}\"}}", "y".repeat(length)));
        let decoded = decode(Kind::Binary, &packet, ALL);
        assert_eq!(decoded.title, "MQTT PUBLISH ticks, QoS 0 › JSON", "{length}");
        assert!(!decoded.is_stopped && decoded.fault.is_none());
    }
}

#[test]
fn the_binary_messages_of_phoenix_say_their_topic_and_event() {
    let said = |digits: &str| decode(Kind::Binary, &bytes(digits), ALL).title;
    assert_eq!(
        said("0001010a023132726f6f6d3a6c6f6262797570010203"),
        "Phoenix up, topic room:lobby, ref 2 › binary"
    );
    assert_eq!(said("020a02726f6f6d3a6c6f6262796263090807"), "Phoenix bc, topic room:lobby › binary");
    assert_eq!(said("020a02726f6f6d206c6f6262796263090807"), "binary");
}

#[test]
fn the_headers_of_stomp_are_read_without_their_escapes() {
    let frame = b"SEND\ndestination:/q/a\\cb\nnote:two\\nlines \\\\c\n\nplain\0";
    let decoded = decode(Kind::Text, frame, ALL);
    assert_eq!(decoded.title, "STOMP SEND /q/a:b › text");
    let expected = r#"{"command": "SEND", "headers": {"destination": "/q/a:b", "note": "two\nlines \\c"}, "body": "plain"}"#;
    assert_eq!(spelled(&decoded.body), expected);
}

/// A packet that publishes a text.
pub fn publication(text: &str) -> Vec<u8> {
    let body = ["\0\u{5}ticks", text].concat().into_bytes();
    let (mut packet, mut length) = (vec![0x30], body.len());
    loop {
        let more = length > 0x7f;
        packet.push(u8::try_from(length & 0x7f).expect("seven bits") | u8::from(more) << 7);
        length >>= 7;
        if !more {
            return [packet, body].concat();
        }
    }
}
