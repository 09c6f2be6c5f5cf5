//! The outermost members of an object or an array, read from the front of its text.

use crate::payload::json::{Lines, Token};

/// How many lines of a text are looked at.
const LINES: usize = 256;

/// Members with their values as they are spelled; `{` or `[` for what is not a plain value. Those of an array have no name.
#[derive(Debug)]
pub(super) struct Members<'a> {
    pub all: Vec<(&'a str, &'a str)>,
}

impl<'a> Members<'a> {
    pub fn of(text: &'a str) -> Self {
        let lines = Lines::of(text).take(LINES).map_while(Result::ok).filter(|line| line.depth == 1);
        let all = lines.filter_map(|line| {
            let name = line.parts.first().filter(|part| part.token == Token::Name);
            let value = line.parts.get(if name.is_some() { 2 } else { 0 })?;
            // The end of what was opened here.
            if matches!(value.text, "}" | "]") {
                return None;
            }
            Some((name.map_or("", |name| name.text.trim_matches('"')), value.text))
        });
        Self { all: all.collect() }
    }

    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.all.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// The text of a string, without its quotes.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        unquoted(self.get(name)?)
    }

    /// Whether all names are among these.
    pub fn only(&self, names: &[&str]) -> bool {
        self.all.iter().all(|(name, _)| names.contains(name))
    }
}

/// A string without its quotes.
pub(super) fn unquoted(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}
