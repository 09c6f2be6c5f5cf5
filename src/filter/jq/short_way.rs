//! The conditions that are answered without jaq are answered as jaq answers them.

use proptest::prelude::*;

use super::Jq;

fn jq(source: &str) -> Jq {
    Jq::parse(source).expect("it is jq")
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        "-?[0-9]{1,3}(\\.[0-9]{1,2})?".prop_filter("JSON has no leading zeros", |digits| {
            let digits = digits.trim_start_matches('-');
            !digits.starts_with('0') || digits.len() == 1 || digits.starts_with("0.")
        }),
        Just("1e400".to_owned()),
        Just("18446744073709551615".to_owned()),
        "\"[ab]{0,2}\"",
        Just(r#""\u0061""#.to_owned()),
        Just("[]".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let object = prop::collection::vec(("[abc]", inner.clone()), 0..4).prop_map(|members| {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
            format!("{{{}}}", members.join(","))
        });
        let array = prop::collection::vec(inner, 0..4).prop_map(|values| format!("[ {}]", values.join(", ")));
        prop_oneof![2 => object, 1 => array]
    })
}

/// A condition without loops.
fn comparison() -> impl Strategy<Value = String> {
    let operator = prop_oneof![Just("=="), Just("!="), Just("<"), Just("<="), Just(">"), Just(">=")];
    let literal = prop_oneof![
        Just("null"),
        Just("true"),
        Just("1"),
        Just("-0.5"),
        Just("100"),
        Just("\"a\""),
        Just("\"ab\""),
    ];
    let path = prop_oneof![1 => Just(".".to_owned()), 3 => "(\\.[abc]){1,2}"];
    (path, prop::option::of((operator, literal))).prop_map(|(path, compared)| match compared {
        Some((operator, literal)) => format!("{path} {operator} {literal}"),
        None => path,
    })
}

/// A condition with loops.
fn loops() -> impl Strategy<Value = String> {
    let parts = || prop_oneof![Just(".[]"), Just(".a[]"), Just(".b[].a"), Just(".[][]"), Just("..")];
    let asked = (comparison(), parts()).prop_map(|(comparison, parts)| match parts {
        ".." => format!(".. | {comparison}"),
        parts if comparison.starts_with(". ") || comparison == "." => {
            format!("{parts}{}", &comparison[1..])
        }
        parts => format!("{parts}{comparison}"),
    });
    let word = prop_oneof![Just("any"), Just("all")];
    let negated = prop_oneof![Just(""), Just(" | not")];
    let quantified = (word, parts(), comparison(), 0..3_u8, negated).prop_map(
        |(word, parts, comparison, form, negated)| match form {
            0 => format!("({word}{negated})"),
            1 => format!("({word}({comparison}){negated})"),
            _ => format!("({word}({parts}; {comparison}){negated})"),
        },
    );
    (comparison(), prop_oneof![2 => asked, 3 => quantified], prop_oneof![Just(" and "), Just(" or ")])
        .prop_flat_map(|(comparison, looping, join)| {
            prop_oneof![
                Just(looping.clone()),
                Just(format!(". | {looping}")),
                Just(format!(".a | ({comparison}{join}({looping}))")),
                Just(format!("any(.[]; {looping}){join}{comparison}")),
                Just(format!("{comparison} and ({looping})")),
            ]
        })
}

proptest! {
    #[test]
    fn the_short_way_through_loops_says_what_jq_says(payload in value(), source in loops()) {
        let condition = jq(&source);
        prop_assert!(condition.simple.is_some(), "{}", source);
        let of_jq = Jq { members: None, ..condition.clone() }.asks_jq(payload.as_bytes()) == Ok(true);
        prop_assert_eq!(condition.matches(payload.as_bytes(), None), of_jq, "{} on {}", condition, payload);
    }

    #[test]
    fn the_short_way_says_what_jq_says(
        payload in value(),
        path in "(\\.[abc]){1,2}",
        operator in prop_oneof![Just("=="), Just("!="), Just("<"), Just("<="), Just(">"), Just(">=")],
        literal in prop_oneof![Just("null"), Just("true"), Just("1"), Just("-0.5"), Just("100"), Just("\"a\""), Just("\"ab\"")],
        join in prop_oneof![Just(" and "), Just(" or ")],
        other in "(\\.[abc]){1,2}",
    ) {
        let condition = jq(&format!("{path} {operator} {literal}{join}{other}"));
        prop_assert!(condition.simple.is_some());
        let of_jq = Jq { members: None, ..condition.clone() }.asks_jq(payload.as_bytes()) == Ok(true);
        prop_assert_eq!(condition.matches(payload.as_bytes(), None), of_jq, "{} on {}", condition, payload);
        let piped = jq(&format!("{path}{join}{other} | . {operator} {literal}"));
        let of_jq = Jq { members: None, ..piped.clone() }.asks_jq(payload.as_bytes()) == Ok(true);
        prop_assert_eq!(piped.matches(payload.as_bytes(), None), of_jq, "{} on {}", piped, payload);
    }
}
