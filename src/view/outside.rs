//! Text from outside, made fit for a cell: the only door for it into the frame.

use crate::{
    payload::{self, Content, Shown},
    session::Kind,
};

/// One line of text with everything a terminal would obey made visible.
#[must_use]
pub fn safe(text: &str) -> String {
    payload::printable(text).into_owned()
}

/// The beginning of a payload in `cells` cells: text as text, the rest as hex digits.
#[must_use]
pub fn preview(kind: Kind, bytes: &[u8], cells: usize) -> String {
    payload::preview(bytes, shown(kind, bytes), cells)
}

/// How a payload is shown on one line: text is text, and binary is when it looks like it.
#[must_use]
pub fn shown(kind: Kind, bytes: &[u8]) -> Shown {
    match kind {
        Kind::Text => Shown::Text,
        Kind::Binary => Content::of(bytes).shown(),
    }
}
