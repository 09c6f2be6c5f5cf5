//! The tree of a filter: what must hold of a candidate.

use std::{fmt, sync::Arc};

use jiff::tz::TimeZone;

use super::{candidate::Candidate, jq::Jq, key::Condition, pattern::Pattern};

/// What must hold.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    /// All of them; of none, everything.
    All(Vec<Expression>),
    /// At least one of them.
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Payload(Pattern),
    Key(Condition),
    Jq(Jq),
}

impl Expression {
    pub fn holds(&self, candidate: &Candidate<'_>, zone: &TimeZone) -> bool {
        match self {
            Self::All(all) => all.iter().all(|part| part.holds(candidate, zone)),
            Self::Any(any) => any.iter().any(|part| part.holds(candidate, zone)),
            Self::Not(part) => !part.holds(candidate, zone),
            Self::Payload(pattern) => pattern.matches(candidate.payload),
            Self::Key(condition) => condition.holds(candidate, zone),
            Self::Jq(jq) => jq.matches(candidate.payload, candidate.id),
        }
    }

    /// Whether it may hold of one of several payloads that lie one after the other; if not, it holds of none.
    pub fn may_hold(&self, payloads: &[u8]) -> bool {
        match self {
            Self::All(all) => all.iter().all(|part| part.may_hold(payloads)),
            Self::Any(any) => any.iter().any(|part| part.may_hold(payloads)),
            Self::Payload(pattern) => pattern.may_match(payloads),
            Self::Jq(jq) => jq.may_match(payloads),
            Self::Not(_) | Self::Key(_) => true,
        }
    }

    /// Whether any of its conditions is such.
    pub fn has(&self, wanted: &dyn Fn(&Condition) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.has(wanted)),
            Self::Not(part) => part.has(wanted),
            Self::Key(condition) => wanted(condition),
            Self::Payload(_) | Self::Jq(_) => false,
        }
    }

    /// The conditions in jq.
    pub fn each_jq<'a>(&'a self, each: &mut dyn FnMut(&'a Jq)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_jq(each)),
            Self::Not(part) => part.each_jq(each),
            Self::Jq(jq) => each(jq),
            Self::Payload(_) | Self::Key(_) => {}
        }
    }

    /// Lets its conditions in jq count by themselves what takes too long.
    pub fn count_apart(&mut self) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(Self::count_apart),
            Self::Not(part) => part.count_apart(),
            Self::Jq(jq) => jq.overruns = Arc::default(),
            Self::Payload(_) | Self::Key(_) => {}
        }
    }

    /// The patterns that are wanted and not excluded.
    pub fn patterns<'a>(&'a self, found: &mut Vec<&'a Pattern>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.patterns(found)),
            Self::Payload(pattern) => found.push(pattern),
            Self::Not(_) | Self::Key(_) | Self::Jq(_) => {}
        }
    }
}

/// As it is read: every group but the outermost in parentheses.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grouped = |part: &Self, f: &mut fmt::Formatter<'_>| match part {
            Self::All(_) | Self::Any(_) | Self::Jq(_) => write!(f, "({part})"),
            _ => part.fmt(f),
        };
        let joined = |parts: &[Self], word: &str, f: &mut fmt::Formatter<'_>| {
            for (nth, part) in parts.iter().enumerate() {
                if nth > 0 {
                    write!(f, " {word} ")?;
                }
                grouped(part, f)?;
            }
            Ok(())
        };
        match self {
            Self::All(parts) => joined(parts, "and", f),
            Self::Any(parts) => joined(parts, "or", f),
            Self::Not(part) => {
                f.write_str("!")?;
                grouped(part, f)
            }
            Self::Payload(pattern) => pattern.fmt(f),
            Self::Key(condition) => condition.fmt(f),
            Self::Jq(jq) => jq.fmt(f),
        }
    }
}
