//! JSON on lines: what is kept, what is refused, and where it stops.

use proptest::prelude::*;

use super::{DEEPEST, Fault, Line, Lines, Part, Token, check};

/// The lines, indented; `None` if it is not JSON.
fn spread(text: &str) -> Option<Vec<String>> {
    let line = |line: Line<'_>| {
        let parts: String = line.parts.iter().map(|part| part.text).collect();
        format!("{:1$}{parts}", "", line.depth * 2)
    };
    Lines::of(text).map(|found| found.ok().map(line)).collect()
}

fn lines(text: &str) -> Vec<String> {
    spread(text).expect("it is JSON")
}

#[test]
fn spelling_order_and_repeated_names_are_kept() {
    let text = r#"{"b":1.0e+3,"a":[],"a":12345678901234567890.10,"c":[{"é":"\u00e9"},null,{}]}"#;
    let expected = [
        "{",
        r#"  "b": 1.0e+3,"#,
        r#"  "a": [],"#,
        r#"  "a": 12345678901234567890.10,"#,
        r#"  "c": ["#,
        "    {",
        r#"      "é": "\u00e9""#,
        "    },",
        "    null,",
        "    {}",
        "  ]",
        "}",
    ];
    assert_eq!(lines(text), expected);
}

#[test]
fn a_line_knows_its_parts() {
    let line = Lines::of(r#"["x"]"#).nth(1).expect("two lines").expect("it is JSON");
    let text = Part { token: Token::Text, text: "\"x\"" };
    assert_eq!(line, Line { depth: 1, parts: vec![text] });
}

#[test]
fn what_is_not_json_is_none_and_the_fault_has_a_place() {
    let fault = |text| Lines::of(text).find_map(Result::err).map(|fault: Fault| fault.at);
    assert_eq!(fault("[1,]"), Some(3));
    assert_eq!(fault("{\"a\" 1}"), Some(5));
    assert_eq!(fault("[1"), Some(2));
    assert_eq!(fault("trup"), Some(3));
    assert_eq!(fault("1 2"), Some(2));
    assert_eq!(fault(""), Some(0));
    assert_eq!(fault("[01]"), Some(2));
    assert_eq!(spread("[1,]"), None);
}

#[test]
fn endless_nesting_is_not_followed() {
    assert_eq!(spread(&"[".repeat(DEEPEST + 2)), None);
    let deep = format!("{}{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
    assert!(spread(&deep).is_some());
}

fn almost_json() -> impl Strategy<Value = String> {
    let tokens = vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\"a\"",
        "\"\\n\"",
        "\"\\u12\"",
        "1",
        "-0.5e3",
        "01",
        "1.",
        "true",
        "nul",
        "null",
        "\"",
    ];
    prop::collection::vec(prop::sample::select(tokens), 0..14).prop_map(|tokens| tokens.concat())
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "[ -~é]*".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map("[a-z]*", inner, 0..5)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn another_library_agrees_on_what_is_json(text in almost_json()) {
        let judged = check(&text).is_ok();
        prop_assert_eq!(spread(&text).is_some(), judged);
    }

    #[test]
    fn another_library_spreads_it_the_same_way(value in json()) {
        let theirs = serde_json::to_string_pretty(&value).expect("a value can be written");
        prop_assert_eq!(lines(&value.to_string()).join("\n"), theirs);
    }
}
