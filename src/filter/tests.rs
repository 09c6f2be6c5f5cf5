//! What filters find.

use proptest::prelude::*;

use crate::wire::Kind;

use super::{Answer, Candidate, Filter, FrameKind, Key, Named, Way};

fn matches(filter: &str, payload: &str) -> bool {
    Filter::parse(filter).expect(filter).matches(&Candidate::text(payload))
}

#[test]
fn an_empty_filter_matches_everything() {
    for filter in ["", "   ", "\t"] {
        assert!(Filter::parse(filter).expect("an empty filter is valid").is_empty());
        assert!(matches(filter, "") && matches(filter, "anything"));
    }
}

#[test]
fn payloads_in_a_row_are_passed_over_only_if_none_of_them_matches() {
    for (filter, expected) in [
        ("btc", true),
        ("BTC", true),
        ("sol", false),
        ("!sol", true),
        ("!btc", true),
        ("/^eth/", true),
        ("btc sol", false),
    ] {
        let filter = Filter::parse(filter).expect("the filter is valid");
        assert_eq!(filter.may_match(Kind::Text, b"BTC 1ETH 2"), expected, "{filter:?}");
    }
}

#[test]
fn all_words_must_be_in_the_payload_in_any_order() {
    let payload = r#"{"symbol":"BTC-USD","side":"buy"}"#;
    for (filter, expected) in [
        ("btc buy", true),
        ("buy btc", true),
        ("btc sell", false),
        ("btc !sell", true),
        ("!btc", false),
        ("!eth !sell", true),
    ] {
        assert_eq!(matches(filter, payload), expected, "{filter}");
    }
}

#[test]
fn case_matters_only_for_words_with_a_capital_letter() {
    for (filter, expected) in
        [("btc", true), ("BTC", true), ("Btc", false), ("123", true), ("tick", true), ("größe", true)]
    {
        assert_eq!(matches(filter, "BTC Tick 123 Größe"), expected, "{filter}");
    }
}

#[test]
fn case_is_ignored_beyond_ascii_too() {
    assert!(matches("größe", "GRÖSSE GRÖßE"));
    assert!(!matches("Größe", "GRÖßE"));
}

#[test]
fn a_phrase_keeps_its_spaces_and_quotes() {
    assert!(matches(r#""last trade""#, "the last trade of today"));
    assert!(!matches(r#""last trade""#, "trade last"));
    assert!(matches(r#""\"side\":\"buy\"""#, r#"{"side":"buy"}"#));
    assert!(matches(r#""a\\b""#, r"a\b"));
    assert!(!matches(r#"!"last trade""#, "the last trade of today"));
}

#[test]
fn a_quote_or_a_slash_inside_a_word_is_part_of_it() {
    assert!(matches(r#"{"side":"buy"}"#, r#"x{"side":"buy"}x"#));
    assert!(matches("a/b", "a/b"));
    assert!(matches(r"c:\new", r"C:\new"));
}

#[test]
fn a_regex_is_case_sensitive_unless_its_flag_is_i() {
    for (filter, payload, expected) in [
        (r"/px:1\d/", "px:17", true),
        (r"/px:1\d/", "px:27", false),
        (r"!/px:1\d/", "px:27", true),
        ("/error/", "ERROR", false),
        ("/error/i", "ERROR", true),
        (r"/a\/b/", "a/b", true),
        ("/a b/ c", "a b c", true),
        (r"/(?-u)\xff/", "no such byte", false),
    ] {
        assert_eq!(matches(filter, payload), expected, "{filter} on {payload}");
    }
}

#[test]
fn payloads_may_be_binary() {
    let filter = Filter::parse(r"tick !/(?-u)\xfe/").expect("the filter is valid");
    assert!(filter.matches(&Candidate::received(FrameKind::Binary, b"\xff\x00TICK\xff")));
    assert!(!filter.matches(&Candidate::received(FrameKind::Binary, b"\xfeTICK")));
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_without_a_panic(
        text in r#"[a-c "/!\\().\[*+äß-]{0,12}|((size:>3|type:text|!|\(|\)|a|B|"a b"|/a.?/i|\.a > 1|and|or) ?){0,8}"#,
        payload in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        match Filter::parse(&text) {
            Ok(filter) => {
                let candidate = Candidate::received(FrameKind::Binary, &payload);
                let again = Filter::parse(&filter.to_string());
                prop_assert!(again.is_ok(), "{} is written {}: {:?}", text, filter, again);
                let again = again.expect("it was just asked");
                prop_assert_eq!(filter.matches(&candidate), again.matches(&candidate), "{} is written {}", text, filter);
                prop_assert_eq!(again.to_string(), filter.to_string());
                prop_assert!(!filter.matches(&candidate) || filter.may_match(Kind::Text, &payload));
            }
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.column)),
        }
    }

    #[test]
    fn a_lower_case_word_is_found_like_by_a_search_that_ignores_case(
        word in "[a-d]{1,4}",
        payload in "[a-dA-D]{0,60}",
    ) {
        let expected = payload.to_ascii_lowercase().contains(&word);
        prop_assert_eq!(matches(&word, &payload), expected);
    }
}

/// A candidate of which everything is known: a nacked third delivery.
fn known(payload: &str) -> Candidate<'_> {
    Candidate {
        way: Way::In,
        id: Some(148),
        connection: Some(3),
        // 2026-11-29T12:00:05Z
        at: Some(1_795_953_605_000_000),
        gap: Some(std::time::Duration::from_millis(1_500)),
        answer: Some(Answer::Nacked),
        attempt: Some(3),
        ..Candidate::text(payload)
    }
}

#[test]
fn a_key_asks_for_more_than_the_payload() {
    for (filter, expected) in [
        ("dir:in", true),
        ("dir:out", false),
        ("type:text", true),
        ("type:ping|text", true),
        ("type:binary,close", false),
        ("size:18", true),
        ("size:>18", false),
        ("size:>=17 size:<1k", true),
        ("size:10..20", true),
        ("len:17", true),
        ("conn:3", true),
        ("conn:4..", false),
        ("id:100..200", true),
        ("id:>1_000", false),
        ("ack:nacked", true),
        ("ack:acked|pending", false),
        ("attempt:>2", true),
        ("after:12:00:05", true),
        ("after:12:00:06", false),
        ("before:12:00", false),
        ("after:2026-11-29", true),
        ("before:2026-11-29T12:00:06Z", true),
        ("after:2026-11-29T13:00:05+01:00", true),
        ("after:2026-11-29T14:00", false),
        ("gap:>1s", true),
        ("gap:<500ms", false),
        ("has:json", true),
        ("has:gzip", false),
        ("!has:gzip (dir:out or conn:3)", true),
        ("dir:out or btc", true),
        ("dir:out or btc sol", false),
    ] {
        let filter = Filter::parse(filter).expect(filter);
        assert_eq!(filter.matches(&known(r#"{"s":"BTC","é":1}"#)), expected, "{filter}");
    }
}

#[test]
fn what_is_not_known_of_a_candidate_matches_no_condition_on_it() {
    for filter in ["conn:1", "id:>=0", "ack:acked", "gap:>=0s", "before:2030-01-01", "attempt:1"] {
        assert!(!matches(filter, "text"), "{filter}");
        assert!(matches(&format!("!{filter}"), "text"), "{filter}");
    }
}

#[test]
fn jq_and_words_stand_beside_each_other() {
    let payload = r#"{"s":"BTC-USD","price":101.5,"l":[1,2],"m":{"k":null}}"#;
    for (filter, expected) in [
        (r#".price > 100 and .s == "BTC-USD""#, true),
        (".price > 100 and .s == \"ETH\"", false),
        (".price > 100 and btc", true),
        (".price > 100 and eth", false),
        ("btc .price > 100", true),
        ("dir:in .price > 100 size:<1k", true),
        (".price > 1000 or btc", true),
        ("(.price > 1000 or btc) and .l", true),
        ("(.l | length) > 1", true),
        (".m | .k and .none", false),
        (".l[] | . > 1", true),
        ("!.price", false),
        (".price / 2 > 50", true),
        (".price > 1 /usd/i", true),
        (".s | test(\"^BTC\")", true),
        (r#".s == "a and b" or .s == "BTC-USD""#, true),
        ("..|numbers == 101.5", true),
    ] {
        assert_eq!(matches(filter, payload), expected, "{filter}");
    }
}

#[test]
fn what_looks_like_a_key_and_is_none_is_a_word_where_no_key_can_be() {
    assert!(matches("http://x", "see HTTP://X/"));
    assert!(matches("12:00:05", "at 12:00:05"));
    assert!(matches(r#"{"a":1}"#, r#"[{"a":1}]"#));
    assert!(matches("note:", "a note: x"));
    assert!(matches(r#""size:>3""#, "size:>3"));
}

#[test]
fn places_that_are_searched_for_are_told_and_those_excluded_are_not() {
    let filter = Filter::parse("btc or /[0-9]+/ or !usd").expect("the filter is valid");
    assert_eq!(filter.places(b"BTC-USD 17 btc"), [0..3, 8..10, 11..14]);
    assert!(Filter::parse("size:>3").expect("the filter is valid").places(b"3333").is_empty());
}

#[test]
fn a_filter_with_a_name_is_part_of_another() {
    let parse = |text: &str, named: &Named| Filter::parse_with(text, named);
    let of = |text: &str| Filter::parse(text).expect(text);
    let named = Named::from_iter([("low", of(".p < 5 or .p == null")), ("btc", of("btc"))]);
    for (filter, payload, expected) in [
        ("@low", r#"{"p":3}"#, true),
        ("@low @btc", r#"{"p":3}"#, false),
        (".p > 1 and @btc", r#"{"p":3,"s":"BTC"}"#, true),
        ("!@low", r#"{"p":3}"#, false),
        ("(@btc or @low) dir:in", r#"{"p":3}"#, true),
        ("\"@low\"", "see @low", true),
        ("@", "a@b", true),
    ] {
        let filter = parse(filter, &named).expect(filter);
        assert_eq!(filter.matches(&Candidate::text(payload)), expected, "{filter} on {payload}");
        assert_eq!(
            Filter::parse(&filter.to_string()).expect("it names none").to_string(),
            filter.to_string()
        );
    }
    let error = parse("a @lwo", &named).expect_err("there is none");
    assert_eq!((error.column, error.message.contains("the nearest is @low")), (3, true), "{error}");
    let error = parse("@x1234", &named).expect_err("there is none");
    assert!(error.message.contains("F lists"), "{error}");
}

#[test]
fn all_of_several_filters_is_what_each_matches() {
    let of = |text: &str| Filter::parse(text).expect(text);
    let all =
        |texts: &[&str]| Filter::all(&texts.iter().map(|text| of(text)).collect::<Vec<_>>()).to_string();
    assert!(Filter::all([]).is_empty());
    assert_eq!(all(&["", "a or b"]), of("a or b").to_string());
    assert_eq!(all(&["a or b", "dir:in"]), of("(a or b) dir:in").to_string());
}

#[test]
fn jq_looks_at_what_a_payload_holds_and_passes_over_what_only_letters_tell() {
    let holds = |kind, payload: &[u8]| {
        let filter = Filter::parse(".s == \"BTC\" and .p > 1").expect("it is jq");
        filter.may_match(if kind == FrameKind::Text { Kind::Text } else { Kind::Binary }, payload)
            && filter.matches(&Candidate::received(kind, payload))
    };
    let json = br#"{"s":"BTC","p":2}"#;
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zipped, json).expect("memory takes it");
    assert!(holds(FrameKind::Text, json) && holds(FrameKind::Binary, json));
    assert!(holds(FrameKind::Binary, &zipped.finish().expect("memory takes it")));
    assert!(holds(FrameKind::Binary, b"\x82\xa1s\xa3BTC\xa1p\x02"), "MessagePack");
    assert!(!holds(FrameKind::Binary, b"\x82\xa1s\xa3ETH\xa1p\x02"), "MessagePack");
    assert!(!holds(FrameKind::Text, b"eyJzIjoiQlRDIiwicCI6Mn0="), "base64");
    assert!(!holds(FrameKind::Text, b"s BTC p 2"));
}

#[test]
fn what_a_payload_holds_is_asked_by_names_that_there_are() {
    let has = Key::find("has").expect("there is such a key");
    for word in has.words {
        assert!(Filter::parse(&format!("has:{word}")).is_ok(), "{word}");
    }
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0";
    let filter = Filter::parse("has:image").expect("it is a kind");
    assert!(filter.matches(&Candidate::received(FrameKind::Binary, png)));
    let filter = Filter::parse("has:broken").expect("it is a kind");
    assert!(filter.matches(&Candidate::received(FrameKind::Text, b"a\xff")));
    let error = Filter::parse("has:foo").expect_err("nothing is called so");
    assert!(error.message.contains("has: does not take foo: write json"), "{error}");
}
