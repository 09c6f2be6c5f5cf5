//! What may stand in a line as it is, and that a parser finds it there.

use proptest::prelude::*;
use serde_json::{Value, value::RawValue};

use super::{Checker, DEEPEST};

fn stands(payload: &str) -> bool {
    Checker::default().stands(payload.as_bytes())
}

#[test]
fn json_of_any_kind_stands_with_its_blanks_and_its_spelling() {
    for payload in [
        "{}",
        "[]",
        "{ }",
        "[ ]",
        "0",
        "-0",
        "12.50",
        "-1.0E+02",
        "\"\"",
        "\"a\"",
        "true",
        "false",
        "null",
        r#"{"price": 9.50, "size":1e2 , "sides":["buy","sell"], "more":{"a":{},"b":[[],[null]]}}"#,
        r#"["\"", "\\", "a\\\"b", "\/\b\f\n\r\t", "\u00e9", "\ud83d\ude00"]"#,
        r#"{"20 °C": "£3, 漢字 😀"}"#,
        "18446744073709551616000000000000000001",
        "[1e308, 1.7976931348623157e308, 1e-999]",
    ] {
        assert!(stands(payload), "{payload}");
    }
}

#[test]
fn what_is_not_json_does_not_stand() {
    for payload in [
        "",
        " ",
        "{",
        "}",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "[1}",
        "{\"a\":1]",
        "1 2",
        "{}{}",
        "tru",
        "truely",
        "nul",
        "the quick brown fox",
        "-",
        "+1",
        "01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "\"",
        "\"a",
        "a\"",
        "\"a\"b\"",
        "[\"a\"\"b\"]",
        "'a'",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "[\"\\\\\"\"]",
        "{\"a\":1,2}",
        "\\",
        "[\\\"a\\\"]",
    ] {
        assert!(!stands(payload), "{payload}");
    }
}

#[test]
fn json_that_a_parser_of_the_line_would_not_give_back_does_not_stand() {
    for (payload, why) in [
        (" {}", "a blank before it"),
        ("{} ", "a blank behind it"),
        ("{\n}", "a line break"),
        ("[\t1]", "a tab"),
        ("\"\u{7f}\"", "DEL"),
        ("\"\u{9b}2J\"", "a control sequence"),
        (r#"{"a":1,"b":{"a":2},"a":3}"#, "a name twice"),
        (r#""\ud83d""#, "half a pair"),
        (r#""\ude00\ud83d""#, "a pair the wrong way round"),
        (r#""\ud83d\u0041""#, "half a pair before another escape"),
        ("1e309", "beyond a double"),
        ("-1e999", "beyond a double"),
    ] {
        assert!(!stands(payload), "{why}: {payload}");
    }
    assert!(!stands(&format!("1{}", "0".repeat(400))), "beyond a double");
}

#[test]
fn a_name_twice_is_found_in_small_and_large_objects_and_only_there() {
    for count in [2_usize, 3, 8, 33, 500] {
        for length in [1, 7, 8, 9, 30] {
            let names: Vec<_> = (0..count).map(|nth| format!("{}{nth:03}", "n".repeat(length))).collect();
            let members: Vec<_> = names.iter().map(|name| format!("\"{name}\":{{\"{name}\":0}}")).collect();
            assert!(stands(&format!("{{{}}}", members.join(","))), "{count} of {length}");
            let twice = format!("{{{},\"{}\":1}}", members.join(","), names[count / 2]);
            assert!(!stands(&twice), "{count} of {length}");
        }
    }
}

#[test]
fn nesting_is_followed_to_the_limit() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(stands(&nested(DEEPEST)) && !stands(&nested(DEEPEST + 1)));
    let objects = |depth| "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
    assert!(stands(&objects(DEEPEST)) && !stands(&objects(DEEPEST + 1)));
    assert!(!stands(&"[".repeat(1 << 20)));
}

#[test]
fn a_string_may_end_anywhere_in_a_block() {
    for before in 0..200 {
        let text = "x".repeat(before);
        assert!(stands(&format!("[\"{text}\",\"\\\"\",\"\\\\\"]")), "{before}");
        assert!(!stands(&format!("[\"{text}\\\"]")), "{before}");
        assert!(!stands(&format!("[\"{text}\u{85}\"]")), "{before}");
        assert!(stands(&format!("[\"{text}°\"]")), "{before}");
    }
}

/// A JSON text, and what may make it none.
fn nearly_json() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just(":"),
        Just(" "),
        Just("\""),
        Just("\\"),
        Just("\"a\""),
        Just("\"b\":"),
        Just("\"é°\""),
        Just("\"\\u0041\""),
        Just("\"\\ud83d\\ude00\""),
        Just("1"),
        Just("-1.5e3"),
        Just("01"),
        Just("true"),
        Just("null"),
        Just("nul"),
        Just("\n"),
    ];
    prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<f64>().prop_filter("JSON has no other", |number| number.is_finite()).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let tree = leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    tree.prop_map(|value| value.to_string())
}

/// The member as a parser of the line finds it, which must also understand it.
fn member(payload: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Line {
        json: Box<RawValue>,
    }
    let line = format!("{{\"id\":1,\"json\":{payload}}}");
    serde_json::from_str::<Value>(&line).ok()?;
    serde_json::from_str::<Line>(&line).ok().map(|line| line.json.get().to_owned())
}

proptest! {
    #[test]
    fn what_stands_is_found_in_its_line_byte_for_byte(payload in prop_oneof![nearly_json(), json()]) {
        if stands(&payload) {
            prop_assert_eq!(member(&payload), Some(payload));
        }
    }

    #[test]
    fn json_without_controls_stands(payload in json()) {
        prop_assert_eq!(stands(&payload), !payload.chars().any(char::is_control), "{}", payload);
    }

    #[test]
    fn what_is_refused_is_no_json_or_is_one_of_the_exceptions(payload in nearly_json()) {
        let is_plain = !payload.chars().any(char::is_control) && payload.trim() == payload;
        let may_repeat = payload.matches("\"b\":").count() > 1 || payload.matches("\"a\"").count() > 1;
        if is_plain && !may_repeat && member(&payload).is_some_and(|found| found == payload) {
            prop_assert!(stands(&payload), "{}", payload);
        }
    }
}
