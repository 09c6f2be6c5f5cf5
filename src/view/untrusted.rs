//! Text from outside, made fit for a cell: the only door for it into the frame.

use crate::{payload, session::Kind};

/// One line of text with everything a terminal would obey made visible.
pub fn safe(text: &str) -> String {
    payload::printable(text).into_owned()
}

/// The beginning of a payload in `cells` cells: text as text, the rest as hex digits.
pub fn preview(kind: Kind, bytes: &[u8], cells: usize) -> String {
    payload::one_line(kind, bytes, bytes.len() as u64, cells)
        .pieces
        .into_iter()
        .map(|piece| piece.text)
        .collect()
}
