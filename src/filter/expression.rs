//! The tree of a filter: what must hold of a candidate.

use std::{borrow::Cow, fmt, sync::Arc};

use jiff::tz::TimeZone;

use crate::{
    payload::{Body, decode},
    wire::Kind,
};

use super::{
    candidate::{Candidate, FrameKind},
    jq::Jq,
    key::Condition,
    pattern::Pattern,
};

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
            Self::Jq(jq) => jq.matches(&json(candidate, jq), candidate.id),
        }
    }

    /// Whether it may hold of one of several payloads that lie one after the other; if not, it holds of none.
    pub fn may_hold(&self, kind: Kind, payloads: &[u8]) -> bool {
        match self {
            Self::All(all) => all.iter().all(|part| part.may_hold(kind, payloads)),
            Self::Any(any) => any.iter().any(|part| part.may_hold(kind, payloads)),
            Self::Payload(pattern) => pattern.may_match(payloads),
            // What is packed shows nothing of what is in it.
            Self::Jq(jq) => kind == Kind::Binary || jq.may_match(payloads),
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

/// Bytes of a payload that are decoded for jq, and of what they expand to.
const DECODED: usize = 1 << 20;

/// What jq is asked of: the payload where it may be JSON, and else the JSON that the detail shows of it: of MessagePack,
/// gzip, protobuf or Socket.IO. Not of what is written in letters, such as base64, since jq passes over text in which
/// the names that it looks for do not stand.
fn json<'a>(candidate: &Candidate<'a>, jq: &Jq) -> Cow<'a, [u8]> {
    let kind = if candidate.kind == FrameKind::Text { Kind::Text } else { Kind::Binary };
    let payload = Cow::Borrowed(candidate.payload);
    let may_be_json = matches!(candidate.payload.trim_ascii_start().first(), None | Some(b'{' | b'['));
    if may_be_json || (kind == Kind::Text && !jq.may_match(candidate.payload)) {
        return payload;
    }
    let decoded = decode(kind, candidate.payload, DECODED);
    let is_whole = !decoded.is_stopped && decoded.left_out == 0;
    match decoded.body {
        Body::Json(json) if is_whole && decoded.decoder.name != "base64" => match json {
            Cow::Borrowed(json) => json.as_bytes().into(),
            Cow::Owned(json) => json.into_bytes().into(),
        },
        _ => payload,
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
