//! Filters for messages: words and `/regex/`.
//!
//! ```text
//!   btc                 the payload contains btc, case ignored
//!   BTC                 the payload contains BTC (smart case: a capital letter makes the case matter)
//!   "last trade"        the payload contains this phrase; \" and \\ are a quote and a backslash
//!   !heartbeat          the payload does not contain heartbeat; ! also excludes a phrase or a /regex/
//!   /"px":1\d\./        the payload matches (regex crate, over bytes); \/ is a slash
//!   /error/i            the same, case ignored; a regex has no smart case
//! ```
//!
//! Terms are separated by whitespace, and all of them must hold. An empty filter matches everything.

mod parse;
mod term;
mod word;

pub use parse::FilterError;

use term::Term;

/// A parsed filter, with its searches prepared.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// Parses an expression.
    ///
    /// # Errors
    ///
    /// The expression is invalid; the error has the column, the reason and a fix.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::terms(text).map(|terms| Self { terms })
    }

    /// Whether the payload satisfies every term.
    #[must_use]
    pub fn matches(&self, payload: &[u8]) -> bool {
        self.terms.iter().all(|term| term.pattern.matches(payload) == term.wanted)
    }

    /// Whether one of several payloads, which lie one after the other, may satisfy every term. If not, none does.
    #[must_use]
    pub fn may_match(&self, payloads: &[u8]) -> bool {
        self.terms.iter().all(|term| !term.wanted || term.pattern.may_match(payloads))
    }

    /// Whether the filter matches everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Filter;

    fn matches(filter: &str, payload: &str) -> bool {
        Filter::parse(filter).expect("the filter is valid").matches(payload.as_bytes())
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
            assert_eq!(filter.may_match(b"BTC 1ETH 2"), expected, "{filter:?}");
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
        assert!(filter.matches(b"\xff\x00TICK\xff"));
        assert!(!filter.matches(b"\xfeTICK"));
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(
            text in r#"[a-zA-Z "/!\\()\[*+äß-]{0,24}"#,
            payload in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            match Filter::parse(&text) {
                Ok(filter) => prop_assert_eq!(filter.matches(&payload), filter.clone().matches(&payload)),
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
}
