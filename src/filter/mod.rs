//! Which messages a person wants to see: words and `/regex/`.
//!
//! ```text
//!   btc                 the payload holds btc, in any case
//!   BTC                 it holds BTC, in this case (smart case: a capital letter asks for it)
//!   "last trade"        it holds this phrase; \" and \\ stand for themselves
//!   !heartbeat          it does not hold heartbeat; also before a phrase or a /regex/
//!   /"px":1\d\./        it matches (regex crate, over bytes); \/ is a slash
//!   /error/i            the same in any case; a regex has no smart case
//! ```
//!
//! Terms stand apart by blanks and all of them must hold. An empty filter holds for everything.

mod parse;
mod term;
mod word;

pub use parse::FilterError;

use term::Term;

/// A parsed filter. Everything that can be worked out beforehand has been.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, why, and what would be right.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::terms(text).map(|terms| Self { terms })
    }

    /// Whether the payload meets every term.
    #[must_use]
    pub fn matches(&self, payload: &[u8]) -> bool {
        self.terms.iter().all(|term| term.pattern.is_in(payload) == term.wanted)
    }

    /// Whether it holds for everything.
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
        Filter::parse(filter).expect("the filter can be read").matches(payload.as_bytes())
    }

    #[test]
    fn an_empty_filter_holds_for_everything() {
        for filter in ["", "   ", "\t"] {
            assert!(Filter::parse(filter).expect("an empty filter can be read").is_empty());
            assert!(matches(filter, "") && matches(filter, "anything"));
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
    fn a_capital_letter_asks_for_the_case_and_small_dead_letters_do_not() {
        for (filter, expected) in
            [("btc", true), ("BTC", true), ("Btc", false), ("123", true), ("tick", true), ("größe", true)]
        {
            assert_eq!(matches(filter, "BTC Tick 123 Größe"), expected, "{filter}");
        }
    }

    #[test]
    fn dead_letters_beyond_ascii_are_the_same_in_any_case_too() {
        assert!(matches("größe", "GRÖSSE GRÖßE"));
        assert!(!matches("Größe", "GRÖßE"));
    }

    #[test]
    fn a_phrase_keeps_its_blanks_and_quotes() {
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
    fn a_regex_is_taken_as_written_and_i_ignores_case() {
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
    fn payloads_need_not_be_text() {
        let filter = Filter::parse(r"tick !/(?-u)\xfe/").expect("the filter can be read");
        assert!(filter.matches(b"\xff\x00TICK\xff"));
        assert!(!filter.matches(b"\xfeTICK"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_refused_but_never_panics(
            text in r#"[a-zA-Z "/!\\()\[*+äß-]{0,24}"#,
            payload in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            match Filter::parse(&text) {
                Ok(filter) => prop_assert_eq!(filter.matches(&payload), filter.clone().matches(&payload)),
                Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.column)),
            }
        }

        #[test]
        fn a_small_word_is_found_wherever_a_plain_search_finds_it(
            word in "[a-d]{1,4}",
            payload in "[a-dA-D]{0,60}",
        ) {
            let expected = payload.to_ascii_lowercase().contains(&word);
            prop_assert_eq!(matches(&word, &payload), expected);
        }
    }
}
