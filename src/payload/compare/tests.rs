//! What is told of two payloads.

use proptest::prelude::*;

use super::{Change, Unit, compare};
use crate::wire::Kind;

fn changes(before: &str, after: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let comparison = compare((Kind::Text, before.as_bytes()), (Kind::Text, after.as_bytes()));
    comparison.changes.into_iter().map(|Change { place, before, after }| (place, before, after)).collect()
}

fn told(place: &str, before: Option<&str>, after: Option<&str>) -> (String, Option<String>, Option<String>) {
    (place.to_owned(), before.map(str::to_owned), after.map(str::to_owned))
}

#[test]
fn json_differs_by_paths_and_spelling_counts() {
    let before = r#"{"s":"BTC","p":1.0,"old":null,"l":[1,2]}"#;
    let after = r#"{"p":1.00,"s":"BTC","l":[1,3,{}],"new":true}"#;
    let expected = [
        told(".p", Some("1.0"), Some("1.00")),
        told(".l[1]", Some("2"), Some("3")),
        told(".l[2]", None, Some("{}")),
        told(".new", None, Some("true")),
        told(".old", Some("null"), None),
    ];
    assert_eq!(changes(before, after), expected);
}

#[test]
fn a_name_that_occurs_twice_is_compared_with_its_like() {
    assert_eq!(changes(r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#), [told(".a", Some("2"), Some("3"))]);
}

#[test]
fn text_differs_by_lines() {
    assert_eq!(
        changes("one\ntwo\nthree\n", "one\n2\nthree\nfour"),
        [
            told("line 2", Some("two"), None),
            told("line 2", None, Some("2")),
            told("line 4", None, Some("four")),
        ]
    );
}

#[test]
fn binary_differs_by_runs_of_bytes() {
    let comparison = compare((Kind::Binary, &[0, 1, 2, 3, 255]), (Kind::Binary, &[0, 9, 9, 3, 255, 4]));
    assert_eq!((comparison.unit, comparison.equal), (Unit::Bytes, 3));
    let changes: Vec<_> =
        comparison.changes.into_iter().map(|change| (change.place, change.before, change.after)).collect();
    assert_eq!(changes, [told("00000001", Some("01 02"), Some("09 09")), told("00000005", None, Some("04"))]);
}

proptest! {
    #[test]
    fn a_payload_does_not_differ_from_itself(payload in prop::collection::vec(any::<u8>(), 0..60), text in "[\\[\\]{}\":,a1 \n]{0,40}") {
        for (kind, payload) in [(Kind::Binary, payload.as_slice()), (Kind::Text, text.as_bytes())] {
            prop_assert_eq!(compare((kind, payload), (kind, payload)).changes, []);
        }
    }
}
