//! What is searched for in a payload.

use std::{fmt, ops::Range};

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

/// Text or a regex, with its search prepared.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    search: Search,
    /// As it is read: a quoted text, or a regex between slashes.
    written: String,
}

#[derive(Clone, Debug)]
enum Search {
    /// Text to find literally.
    Text(Box<Finder<'static>>),
    /// Text to find in any case.
    AnyCase(Regex),
    Regex(Regex),
}

impl Pattern {
    /// Text with smart case: with a capital letter it is searched literally, otherwise its case is ignored. People who
    /// type `btc` mean `BTC` too; for an exact search in lower case there is the regex.
    pub fn text(text: &str) -> Self {
        let written = format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""));
        let literal = || Search::Text(Box::new(Finder::new(text).into_owned()));
        let has_lowercase = text.chars().any(char::is_lowercase);
        let has_uppercase = text.chars().any(char::is_uppercase);
        if has_uppercase || !has_lowercase {
            return Self { search: literal(), written };
        }
        // An escaped word compiles unless it exceeds the size limit of the regex engine.
        let ignoring_case = RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build();
        Self { search: ignoring_case.map_or_else(|_| literal(), Search::AnyCase), written }
    }

    /// A regex over bytes.
    ///
    /// # Errors
    ///
    /// It is none.
    pub fn regex(source: &str, any_case: bool) -> Result<Self, regex::Error> {
        let regex = RegexBuilder::new(source).case_insensitive(any_case).build()?;
        let flag = if any_case { "i" } else { "" };
        Ok(Self { search: Search::Regex(regex), written: format!("/{}/{flag}", slashed(source)) })
    }

    pub fn matches(&self, payload: &[u8]) -> bool {
        match &self.search {
            Search::Text(finder) => finder.find(payload).is_some(),
            Search::AnyCase(regex) | Search::Regex(regex) => regex.is_match(payload),
        }
    }

    /// Whether one of several payloads, one after the other, may match: a regex may be bound to the ends of one.
    pub fn may_match(&self, payloads: &[u8]) -> bool {
        matches!(self.search, Search::Regex(_)) || self.matches(payloads)
    }

    /// Where it is found first from a place on.
    pub fn find(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        match &self.search {
            Search::Text(finder) => {
                let start = from + finder.find(text.get(from..)?)?;
                Some(start..start + finder.needle().len())
            }
            Search::AnyCase(regex) | Search::Regex(regex) => {
                (from <= text.len()).then(|| regex.find_at(text, from)).flatten().map(|found| found.range())
            }
        }
    }
}

/// A regex with a backslash before each slash that has none.
fn slashed(source: &str) -> String {
    let mut written = String::with_capacity(source.len());
    let mut is_escaped = false;
    for letter in source.chars() {
        if letter == '/' && !is_escaped {
            written.push('\\');
        }
        is_escaped = letter == '\\' && !is_escaped;
        written.push(letter);
    }
    written
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}
