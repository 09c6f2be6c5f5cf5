//! From a word or phrase to what searches for it.
//!
//! Smart case: a word with a capital letter is searched for as it stands, one without in any
//! case. People who type `btc` mean `BTC` too; who wants the exact case of small letters takes a
//! regex. Searching in any case is slower than `memmem`, but still well above what a socket
//! yields.

use memchr::memmem::Finder;
use regex::bytes::RegexBuilder;

use super::term::Pattern;

pub(super) fn pattern(text: &str) -> Pattern {
    let as_it_stands = || Pattern::Text(Box::new(Finder::new(text).into_owned()));
    let has_small_dead_letters = text.chars().any(char::is_lowercase);
    let has_capitals = text.chars().any(char::is_uppercase);
    if has_capitals || !has_small_dead_letters {
        return as_it_stands();
    }
    // An escaped word compiles unless it is longer than the regex engine takes.
    let in_any_case = RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build();
    in_any_case.map_or_else(|_| as_it_stands(), Pattern::Regex)
}
