//! What differs between two payloads: paths of JSON, lines of text, or runs of bytes; and between two lists of facts.

mod bytes;
mod json;
mod lines;
pub mod pairs;

#[cfg(test)]
mod tests;

use super::{Body, decode};
use crate::wire::Kind;

/// The most differences that are told.
pub const MOST: usize = 10_000;
/// The most bytes of a payload that are compared.
pub const LIMIT: usize = 16 << 20;

/// One difference: what the first has and what the second has, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// A path as jq writes it, `line 12`, an offset in bytes as hex digits, or the name of a fact.
    pub place: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Paths,
    Lines,
    Bytes,
    Facts,
}

/// The differences of two payloads, in the order of the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub unit: Unit,
    pub changes: Vec<Change>,
    /// How many paths, lines or bytes are equal.
    pub equal: u64,
    /// Whether there are more differences, or more bytes, than are told.
    pub is_cut: bool,
}

/// Compares two payloads, each with the type of its message.
#[must_use]
pub fn compare(before: (Kind, &[u8]), after: (Kind, &[u8])) -> Comparison {
    let [first, second] = [before, after].map(|(kind, payload)| decode(kind, payload, LIMIT));
    let is_cut = first.left_out + second.left_out > 0;
    let mut comparison = match (&first.body, &second.body) {
        (Body::Json(one), Body::Json(other)) => json::compare(one, other),
        _ => match (first.text(), second.text()) {
            (Some(one), Some(other)) => lines::compare(&one, &other),
            _ => bytes::compare(before.1, after.1),
        },
    };
    comparison.is_cut |= is_cut || comparison.changes.len() > MOST;
    comparison.changes.truncate(MOST);
    comparison
}
