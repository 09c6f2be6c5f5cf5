//! The filter language: the same on the feed, in `tail --filter`, `--reject`, `export` and the rules of the ack modes.
//!
//! ```text
//!   btc                 the payload contains btc, case ignored
//!   BTC                 the payload contains BTC (smart case: a capital letter makes the case matter)
//!   "last trade"        the payload contains this phrase; \" and \\ are a quote and a backslash
//!   /"px":1\d\./        the payload matches (regex crate, over bytes); \/ is a slash
//!   /error/i            the same, case ignored; a regex has no smart case
//!   size:>10k           what a key asks: see KEYS in key.rs
//!   .price > 100        jq over the JSON of a payload; it matches if an output is neither false nor null
//!   @errors             what the filter with this name matches; names are known on the screen only
//!   !heartbeat          not; also before a phrase, a regex, a key or a group
//!   a b, a and b        both
//!   a or b              one of them; and binds more strongly
//!   (a or b) c          a group
//! ```
//!
//! ```text
//!   any   = all ("or" all)*
//!   all   = one (["and"] one)*
//!   one   = "!" one | "(" any ")" | phrase | regex | key ":" value | "@" name | jq | word
//! ```
//!
//! An empty filter matches everything. A term that begins with a dot is jq, and goes on as far as what follows is jq
//! (see `extent.rs`). A lower-case name with a colon behind it is a key, unless a slash or a quote follows: `http://x`
//! is a word; a name that is no key is an error, so that no one searches for the text `szie:>3` without knowing.

mod candidate;
mod complete;
mod counted;
mod error;
mod expression;
mod extent;
mod jq;
mod jq_error;
mod key;
mod named;
mod nearest;
mod parse;
mod pattern;
mod place;
mod project;
mod query;
mod range;
mod simple;
mod simple_source;

pub use candidate::{Answer, Candidate, FrameKind, Way};
pub use complete::{Completions, complete};
pub use error::FilterError;
pub use key::{KEYS, Key};
pub use named::Named;
pub use query::Query;

use std::{fmt, ops::Range, sync::atomic::Ordering};

use jiff::tz::TimeZone;

use crate::{payload::thousands, wire::Kind};

use expression::Expression;
use key::Condition;

/// A parsed filter, with its searches prepared.
#[derive(Clone, Debug)]
pub struct Filter {
    expression: Expression,
    /// Where a time of the day is meant.
    zone: TimeZone,
}

impl Default for Filter {
    /// Matches everything.
    fn default() -> Self {
        Self { expression: Expression::All(Vec::new()), zone: TimeZone::UTC }
    }
}

/// What a reader must find out about its candidates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The time since the message before.
    pub gap: bool,
    /// How the message was answered, and how often it was delivered.
    pub answer: bool,
    /// Whether pings, pongs and closes are candidates; otherwise they are none.
    pub control: bool,
}

/// On some messages jq took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// How often.
    pub count: u64,
    /// The number of the first message, if that is known.
    pub first: Option<u64>,
}

/// What it means, in one sentence.
impl fmt::Display for Overrun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self.first {
            Some(id) => format!("message {}", thousands(id)),
            None => "a message".to_owned(),
        };
        match self.count {
            0 | 1 => write!(f, "jq took too long on {message}: it counts as no match"),
            more => write!(
                f,
                "jq took too long on {} messages, {message} first: they count as no match",
                thousands(more)
            ),
        }
    }
}

/// The most places that are told of one text.
const PLACES: usize = 1_000;

impl Filter {
    /// Parses an expression. A time of the day is one in UTC, unless [`Filter::in_zone`] says otherwise.
    ///
    /// # Errors
    ///
    /// The expression is invalid; the error has the column, the reason and a fix.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Self::parse_with(text, &Named::default())
    }

    /// The same where some filters have names. They become part of it: it stays as it is when a name goes.
    ///
    /// # Errors
    ///
    /// As for [`Filter::parse`].
    pub fn parse_with(text: &str, named: &Named) -> Result<Self, FilterError> {
        parse::expression(text, named).map(|expression| Self { expression, ..Self::default() })
    }

    /// What matches all of these; times of the day are those of the last.
    #[must_use]
    pub fn all<'a>(filters: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = Self::default();
        let mut parts = Vec::new();
        for filter in filters.into_iter().filter(|filter| !filter.is_empty()) {
            parts.push(filter.expression.clone());
            all.zone = filter.zone.clone();
        }
        all.expression = if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) };
        all
    }

    /// The same with times of the day in this zone.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// Whether what it looks at satisfies it.
    #[must_use]
    pub fn matches(&self, candidate: &Candidate<'_>) -> bool {
        self.expression.holds(candidate, &self.zone)
    }

    /// Whether one of several payloads of a kind, which lie one after the other, may satisfy it. If not, none does.
    #[must_use]
    pub fn may_match(&self, kind: Kind, payloads: &[u8]) -> bool {
        self.expression.may_hold(kind, payloads)
    }

    /// Whether the filter matches everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(&self.expression, Expression::All(parts) if parts.is_empty())
    }

    /// The same filter, which counts by itself on how many messages jq takes too long; other copies count together.
    #[must_use]
    pub fn counting_apart(mut self) -> Self {
        self.expression.count_apart();
        self
    }

    /// On how many messages jq took too long, if on any.
    #[must_use]
    pub fn overrun(&self) -> Option<Overrun> {
        let mut overrun = Overrun { count: 0, first: None };
        self.expression.each_jq(&mut |jq| {
            overrun.count += jq.overruns.count.load(Ordering::Relaxed);
            let first = Some(jq.overruns.first.load(Ordering::Relaxed)).filter(|first| *first > 0);
            overrun.first = overrun.first.or(first);
        });
        (overrun.count > 0).then_some(overrun)
    }

    /// What it asks for that costs its reader something to know.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let asks_for_control = |condition: &Condition| match condition {
            Condition::Kind(kinds) => kinds.iter().any(|kind| kind.is_control()),
            _ => false,
        };
        Needs {
            gap: self.expression.has(&|condition| matches!(condition, Condition::Gap(_))),
            answer: self
                .expression
                .has(&|condition| matches!(condition, Condition::Answer(_) | Condition::Attempt(_))),
            control: self.expression.has(&asks_for_control),
        }
    }

    /// Whether it looks at nothing but payloads and types, so that it can judge what has no place in a session.
    #[must_use]
    pub fn looks_at_payloads_only(&self) -> bool {
        let of_payloads = |condition: &Condition| {
            matches!(
                condition,
                Condition::Kind(_)
                    | Condition::Size(_)
                    | Condition::Length(_)
                    | Condition::Has(_)
                    | Condition::Shape(_)
            )
        };
        !self.expression.has(&|condition| !of_payloads(condition))
    }

    /// The first place from one on where words, phrases and regexes are found that are not excluded.
    #[must_use]
    pub fn find(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let mut patterns = Vec::new();
        self.expression.patterns(&mut patterns);
        let found = patterns.iter().filter_map(|pattern| pattern.find(text, from));
        found
            .filter(|place| !place.is_empty())
            .min_by_key(|place| (place.start, std::cmp::Reverse(place.end)))
    }

    /// All such places of a short text, at most a thousand, in order and apart from each other.
    #[must_use]
    pub fn places(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut from = 0;
        let places = std::iter::from_fn(|| {
            let place = self.find(text, from)?;
            from = place.end;
            Some(place)
        });
        places.take(PLACES).collect()
    }
}

impl<N: Into<String>> FromIterator<(N, Filter)> for Named {
    fn from_iter<T: IntoIterator<Item = (N, Filter)>>(filters: T) -> Self {
        let mut named = Self::default();
        filters.into_iter().for_each(|(name, filter)| named.insert(name.into(), filter.expression));
        named
    }
}

/// As it is parsed again.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

#[cfg(test)]
mod tests;
