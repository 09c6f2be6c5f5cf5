//! What is taken out, what is told, and that it is nowhere.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{super::*, *};
use crate::session::{ConnectionId, Kind, Message, MessageId, Sent, Timestamp, Verdict};

fn redacted(rules: &str, payload: &str) -> String {
    let redaction = Redaction::parse(rules).expect("they are rules");
    String::from_utf8_lossy(&redaction.payload(payload.as_bytes())).into_owned()
}

#[test]
fn values_at_paths_are_removed_everywhere_and_json_stays_json() {
    for (rules, payload, expected) in [
        (".token", r#"{"token":"abc","n":1e400}"#, r#"{"token":"•••","n":1e400}"#),
        (".token", r#"{"\u0074oken":5,"token":{"a":[1]}}"#, r#"{"\u0074oken":"•••","token":"•••"}"#),
        (".[].key , .a", r#"[{"key":1},{"key":null}]"#, r#"[{"key":"•••"},{"key":"•••"}]"#),
        (".a,.a.b", r#"{"a":{"b":1}}"#, r#"{"a":"•••"}"#),
        (".\"a,b\"", r#"{"a,b":1}"#, r#"{"a,b":"•••"}"#),
        (".t", "{\"t\":1}\n{\"t\":2}", "{\"t\":\"•••\"}\n{\"t\":\"•••\"}"),
    ] {
        assert_eq!(redacted(rules, payload), expected, "{rules}");
    }
}

#[test]
fn what_an_expression_matches_is_removed_and_json_stays_json() {
    for (rules, payload, expected) in [
        (r"/\d{16}/", "card 1234567812345678.", "card •••."),
        (r"/\d{4}/", r#"{"card":1234567,"text":"no 1234"}"#, r#"{"card":"•••","text":"no •••"}"#),
        (r"/a\/b/", r#"{"x":"a\/b","y":"a/b"}"#, r#"{"x":"•••","y":"•••"}"#),
        (r"/secret/i", r#"{"x":"SEC\u0052ET!","Secret":1}"#, r#"{"x":"•••","•••":1}"#),
        (r"/,/,/b/", "a,b", "a••••••"),
    ] {
        assert_eq!(redacted(rules, payload), expected, "{rules}");
    }
    let bytes = Redaction::parse("/pin=..../").expect("a rule");
    assert_eq!(&*bytes.payload(b"\xff\x08pin=1234\x00"), b"\xff\x08********\x00");
}

#[test]
fn what_was_removed_is_counted_and_what_could_not_be_looked_at_is_told() {
    let redaction = Redaction::parse(r".token,/\d{16}/").expect("rules");
    redaction.payload(br#"{"token":1}"#);
    redaction.payload(b"hello");
    redaction.payload(b"\x1f\x8b\x08\xff");
    let told = redaction.told();
    assert_eq!(&told[..2], [".token: 1 value removed", r"/\d{16}/: 0 values removed"]);
    assert!(told[2].starts_with("no path was looked for to the end of 2 payloads"), "{told:?}");
    assert!(told[3].starts_with("1 payload of bytes"), "{told:?}");
}

#[test]
fn a_rule_that_is_none_is_refused_with_its_column_and_what_would_be_right() {
    for (rules, column, part) in [
        ("", 1, "write a path such as .token"),
        ("token", 1, "write a path such as .token"),
        (".ä", 1, "is no path: write .price"),
        (".a,,.b", 4, "write a path"),
        (".a, /x", 5, "no closing slash"),
        (".a,/(/", 4, "is not a regex: unclosed group"),
        ("/a/b/", 4, "a comma stands between two rules"),
        ("/a*/", 1, "matches nothing at all too"),
    ] {
        let error = Redaction::parse(rules).expect_err(rules);
        assert_eq!(error.column, column, "{rules}: {error}");
        assert!(error.message.contains(part), "{rules}: {error}");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![any::<i64>().prop_map(Value::from), "[a-z\"\\\\é\n|]{0,8}".prop_map(Value::from)];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}|token", inner, 0..4)
                .prop_map(|map| Value::from_iter(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn no_removed_value_is_in_any_format(
        value in values(),
        secret in "S[0-9A-Z]{12}",
        escaped in any::<bool>(),
        by_path in any::<bool>(),
    ) {
        let payload = json!({"a": value, "deep": [{"token": secret}, {"token": {"in": secret}}]}).to_string();
        let payload = if escaped { payload.replace(&secret, &spelled(&secret)) } else { payload };
        let rules = if by_path { ".deep[].token" } else { "/S[0-9A-Z]{12}/" };
        let (at, connection) = (Timestamp(1), ConnectionId(1));
        let redaction = Redaction::parse(rules).expect("rules");
        for format in FILE_FORMATS {
            let Some(mut document) = format.contents.document::<Vec<u8>>(Exporter::new(Format::default())) else {
                continue;
            };
            let mut out = Vec::new();
            let Ok(()) = document.begin(&mut out);
            let connecting = EventKind::Connecting { url: "ws://feed.example/".to_owned() };
            let Ok(()) = document.event(&mut out, &Event { at, connection, kind: connecting });
            let sent = Sent { kind: Kind::Text, payload: payload.clone().into(), opening: false };
            let sent = redaction.event(&Event { at, connection, kind: EventKind::Sent(sent) });
            let Ok(()) = document.event(&mut out, &sent);
            let message = Message {
                id: MessageId(1), kind: Kind::Text, payload: payload.as_bytes(), valid: true, frames: 1, wire: None,
            };
            let exported = Exported::new(Origin { at, connection, verdict: Verdict::Acked }, message);
            let Ok(()) = redaction.message(&exported, |exported| document.message(&mut out, exported));
            let Ok(()) = document.end(&mut out, &redaction.told());
            let text = String::from_utf8_lossy(&out);
            prop_assert!(!text.contains(&secret) && !text.contains(&spelled(&secret)), "{}: {}", format.word, text);
        }
        let left = redaction.payload(payload.as_bytes());
        prop_assert!(serde_json::from_slice::<Value>(&left).is_ok(), "it stays JSON");
    }
}

/// Each letter as an escape.
fn spelled(text: &str) -> String {
    text.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect::<Vec<_>>().concat()
}
