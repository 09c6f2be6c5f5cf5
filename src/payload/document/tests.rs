//! Rows of payloads: every byte of the text is shown once, from any place, whatever the width.

use std::fmt::Write as _;

use bytes::Bytes;
use proptest::prelude::*;

use super::{Document, Form, PartKind, Row, Token};

fn document(text: &str, form: Form, width: usize) -> Document {
    Document::new(Bytes::copy_from_slice(text.as_bytes()), form, width)
}

/// A row as it would be drawn.
fn drawn(document: &Document, row: &Row) -> String {
    let mut drawn = " ".repeat(row.indent);
    for part in &row.parts {
        match part.kind {
            PartKind::Folded(folded) => {
                let _ = write!(drawn, "({} items)", folded.items);
            }
            PartKind::Json(Token::Empty) => {
                drawn.push_str(if document.text()[part.range.start] == b'{' { "{}" } else { "[]" });
            }
            _ => document.shown(part.range.clone()).into_iter().for_each(|(text, _)| drawn.push_str(&text)),
        }
        if part.kind == PartKind::Json(Token::Colon) {
            drawn.push(' ');
        }
    }
    drawn
}

fn all(document: &Document) -> Vec<String> {
    document.page(0, usize::MAX).iter().map(|row| drawn(document, row)).collect()
}

fn rows(text: &str, form: Form, width: usize) -> Vec<String> {
    all(&document(text, form, width))
}

#[test]
fn spelling_order_and_repeated_names_are_kept() {
    let text = r#" {"b":1.0e+3,"a":[ ],"a":12345678901234567890.10,"c":[{"é":"\u00e9"},null,{}]} "#;
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
    assert_eq!(rows(text, Form::Json, 60), expected);
}

#[test]
fn a_long_value_goes_on_below_and_nothing_is_cut() {
    let text = r#"{"name":"abcdefghijklmnopqrstuvwxyz"}"#;
    let expected = ["{", r#"  "name": "abcdefghi"#, "    jklmnopqrstuvwx", r#"    yz""#, "}"];
    assert_eq!(rows(text, Form::Json, 20), expected);
    assert_eq!(rows("añb漢字\nc\r\n", Form::Text, 4), ["añb", "漢字", "c"]);
}

#[test]
fn where_it_is_not_json_any_more_the_text_is_shown_as_it_is() {
    let cut = document(r#"{"a":[1,2,{"b": tru"#, Form::Json, 40);
    assert_eq!(all(&cut), ["{", r#"  "a": ["#, "    1,", "    2,", "    {", r#"      "b": "#, " tru"]);
    assert_eq!(cut.fault(), Some(19));
    let control = document("{\"a\": \"x\u{1b}[2J\"}", Form::Json, 40);
    assert!(all(&control).concat().contains("x␛[2J"));
}

#[test]
fn bytes_that_are_not_utf8_and_what_a_terminal_would_obey_are_shown_by_signs() {
    let document = Document::new(Bytes::from_static(b"ab\xffc\t\x1b[1m\xe6\xbc"), Form::Text, 80);
    assert_eq!(all(&document), ["ab<FF>c    ␛[1m<E6><BC>"]);
}

#[test]
fn a_bracket_is_closed_and_opened_again() {
    let mut document = document(r#"{"a":{"x":[1,2,3]},"b":[[],[{}]]}"#, Form::Json, 40);
    let open = all(&document);
    assert_eq!(document.toggle(1), Some(1));
    assert_eq!(all(&document)[..3], ["{", r#"  "a": (1 items),"#, r#"  "b": ["#]);
    document.toggle(1);
    assert_eq!(all(&document), open);
    assert_eq!(document.toggle(3), None, "a number has no bracket");
    document.fold_below(Some(1));
    assert_eq!(all(&document), ["{", r#"  "a": (1 items),"#, r#"  "b": (2 items)"#, "}"]);
    document.toggle(2);
    assert_eq!(all(&document)[2..5], [r#"  "b": ["#, "    [],", "    (1 items)"]);
}

#[test]
fn each_row_knows_its_way_as_jq_writes_it_and_its_value() {
    let document = document(r#"{"a":{"x y":[1,{"b":null}]},"c":[[],"long text"]}"#, Form::Json, 60);
    let value =
        |row| document.value(row).map(|range| String::from_utf8_lossy(&document.text()[range]).into_owned());
    let known: Vec<_> =
        (0..document.rows()).map(|row| (document.path(row).expect("it is JSON"), value(row))).collect();
    let whole = r#"{"a":{"x y":[1,{"b":null}]},"c":[[],"long text"]}"#;
    let expected = [
        (".", Some(whole)),
        (".a", Some(r#"{"x y":[1,{"b":null}]}"#)),
        (r#".a."x y""#, Some(r#"[1,{"b":null}]"#)),
        (r#".a."x y"[0]"#, Some("1")),
        (r#".a."x y"[1]"#, Some(r#"{"b":null}"#)),
        (r#".a."x y"[1].b"#, Some("null")),
        (r#".a."x y"[1]"#, None),
        (r#".a."x y""#, None),
        (".a", None),
        (".c", Some(r#"[[],"long text"]"#)),
        (".c[0]", Some("[]")),
        (".c[1]", Some(r#""long text""#)),
        (".c", None),
        (".", None),
    ];
    let known: Vec<_> = known.iter().map(|(path, value)| (path.as_str(), value.as_deref())).collect();
    assert_eq!(known, expected);
    assert_eq!(self::document("[3]", Form::Json, 60).path(1).as_deref(), Some(".[0]"));
}

#[test]
fn a_nesting_of_a_million_is_laid_out_to_its_end() {
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    let mut document = document(&deep, Form::Json, 80);
    document.lay_out(usize::MAX);
    // The innermost is empty: one row for both of its brackets.
    assert_eq!((document.rows(), document.fault()), (1_999_999, None));
    assert_eq!(document.page(1_999_998, 9).len(), 1);
    assert_eq!((document.path(40).map(|path| path.len()), document.path(70)), (Some(1 + 3 * 40), None));
}

#[test]
fn hex_has_sixteen_bytes_a_row_where_they_fit() {
    let document = Document::new(Bytes::from(vec![7; 33]), Form::Hex, 80);
    assert_eq!((document.rows(), document.page(2, 9)[0].parts[0].range.clone()), (3, 32..33));
    assert_eq!(document.row_at(17), 1);
}

/// JSON of every shape, with blanks.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?",
        "\"([ a-zé漢{}\\[\\]:,]|\\\\\"|\\\\u00e9){0,24}\"",
        Just("[ ]".to_owned()),
        Just("{\n}".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let name = "\"[a-c \\[]{0,3}\"";
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(|items| format!("[{}]", items.join(" ,\t"))),
            prop::collection::vec((name, inner), 1..5).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("{name} : {value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Without blanks outside of strings.
fn pressed(text: &str) -> String {
    let mut is_inside = false;
    let mut is_escaped = false;
    text.chars()
        .filter(|&letter| {
            if letter == '"' && !is_escaped {
                is_inside = !is_inside;
            }
            is_escaped = letter == '\\' && !is_escaped;
            is_inside || !letter.is_ascii_whitespace()
        })
        .collect()
}

proptest! {
    #[test]
    fn json_is_shown_whole_at_any_width(text in json(), width in 12_usize..60) {
        let document = document(&text, Form::Json, width);
        prop_assert_eq!(document.fault(), None);
        let mut shown = String::new();
        for row in document.page(0, usize::MAX) {
            for part in row.parts {
                shown.push_str(&text[part.range]);
            }
        }
        prop_assert_eq!(pressed(&shown), pressed(&text));
    }

    #[test]
    fn rows_are_the_same_from_any_row_on(text in json(), width in 12_usize..40, form in prop_oneof![Just(Form::Json), Just(Form::Tree), Just(Form::Text)]) {
        let document = document(&text, form, width);
        let whole = document.page(0, usize::MAX);
        prop_assert_eq!(whole.len() as u64, document.rows());
        for (nth, row) in whole.iter().enumerate() {
            let nth = nth as u64;
            prop_assert_eq!(&document.page(nth, 1)[0], row);
            prop_assert_eq!(document.row_at(row.at), nth);
        }
    }

    #[test]
    fn any_bytes_are_laid_out_in_pieces_as_at_once(
        bytes in prop::collection::vec(prop_oneof![Just(b'{'), Just(b'"'), Just(b'['), Just(b','), Just(b'\n'), any::<u8>()], 0..200),
        width in 1_usize..30,
        form in prop_oneof![Just(Form::Json), Just(Form::Text)],
    ) {
        let bytes = Bytes::from(bytes);
        let document = Document::new(bytes.clone(), form, width);
        let mut in_pieces = Document::unread(bytes.clone(), form, width);
        while in_pieces.laid_out().is_some() {
            in_pieces.lay_out(1);
        }
        let rows = document.page(0, usize::MAX);
        prop_assert_eq!(&in_pieces.page(0, usize::MAX), &rows);
        // Nothing but blanks of JSON and line breaks is passed over.
        let mut at = 0;
        for part in rows.iter().flat_map(|row| &row.parts) {
            prop_assert!(part.range.start >= at);
            prop_assert!(bytes[at..part.range.start].iter().all(u8::is_ascii_whitespace));
            at = part.range.end;
        }
        prop_assert!(bytes[at..].iter().all(u8::is_ascii_whitespace));
    }
}
