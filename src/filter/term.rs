//! One term of a filter: what is searched for, and whether it must be there.

use memchr::memmem::Finder;
use regex::bytes::Regex;

#[derive(Clone, Debug)]
pub(super) struct Term {
    /// Whether the payload must match, or must not.
    pub wanted: bool,
    pub pattern: Pattern,
}

#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Text to be found as it stands.
    Text(Box<Finder<'static>>),
    Regex(Regex),
}

impl Pattern {
    pub fn is_in(&self, payload: &[u8]) -> bool {
        match self {
            Self::Text(finder) => finder.find(payload).is_some(),
            Self::Regex(regex) => regex.is_match(payload),
        }
    }
}
