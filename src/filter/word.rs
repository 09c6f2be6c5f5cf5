//! Makes the pattern of a word or phrase.
//!
//! Smart case: a word with a capital letter is searched literally, and the case of any other word is ignored.
//! People who type `btc` mean `BTC` too; for an exact lower-case search there is the regex. Ignoring case is
//! slower than `memmem`, but still much faster than a socket.

use memchr::memmem::Finder;
use regex::bytes::RegexBuilder;

use super::term::Pattern;

pub(super) fn pattern(text: &str) -> Pattern {
    let literal = || Pattern::Text(Box::new(Finder::new(text).into_owned()));
    let has_lowercase = text.chars().any(char::is_lowercase);
    let has_uppercase = text.chars().any(char::is_uppercase);
    if has_uppercase || !has_lowercase {
        return literal();
    }
    // An escaped word compiles unless it exceeds the size limit of the regex engine.
    let ignoring_case = RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build();
    ignoring_case.map_or_else(|_| literal(), Pattern::AnyCase)
}
