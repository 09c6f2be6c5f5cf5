//! One term of a filter: what to search for, and whether it must occur.

use memchr::memmem::Finder;
use regex::bytes::Regex;

#[derive(Clone, Debug)]
pub(super) struct Term {
    /// Whether the payload must match the pattern, or must not.
    pub wanted: bool,
    pub pattern: Pattern,
}

#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Text to find literally.
    Text(Box<Finder<'static>>),
    /// Text to find in any case.
    AnyCase(Regex),
    Regex(Regex),
}

impl Pattern {
    pub fn matches(&self, payload: &[u8]) -> bool {
        match self {
            Self::Text(finder) => finder.find(payload).is_some(),
            Self::AnyCase(regex) | Self::Regex(regex) => regex.is_match(payload),
        }
    }

    /// Whether one of several payloads, one after the other, may match: a regex may be bound to the ends of one.
    pub fn may_match(&self, payloads: &[u8]) -> bool {
        matches!(self, Self::Regex(_)) || self.matches(payloads)
    }
}
