//! A pair, or a message that is missing, as a row of the screen.

use crate::{
    payload::{compare::Change, cut, one_line, printable},
    session::Kind,
    stats::{ComparedChange, ComparedRow, ComparedWhat, Missing, Pair, Side},
};

use super::{Kept, pairs::shown};

/// Cells of the beginning of a message, and of a key.
const TEXT: usize = 300;
const KEY: usize = 60;
/// The most places that a row tells.
const PLACES: usize = 6;

pub(super) fn of_pair(key: &[u8], pair: &Pair<Kept>, changes: Vec<Change>) -> ComparedRow {
    let (a, b) = (&pair.a, &pair.b);
    let lead = match a.at.cmp(&b.at) {
        std::cmp::Ordering::Less => Some((Side::A, b.at.since(a.at))),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some((Side::B, a.at.since(b.at))),
    };
    let change = |Change { place, before, after }| {
        let [a, b] = [before, after].map(|value| value.as_deref().map(shown));
        ComparedChange { place, a, b }
    };
    let what = if changes.is_empty() {
        ComparedWhat::Same
    } else {
        ComparedWhat::Differs(changes.into_iter().take(PLACES).map(change).collect())
    };
    let texts = [Some(text(&a.kept)), Some(text(&b.kept))];
    ComparedRow { nth: 0, at: a.at.min(b.at), key: written(key), what, lead, texts }
}

pub(super) fn of_missing(missing: &Missing<Kept>) -> ComparedRow {
    let text = Some(text(&missing.came.kept));
    let texts = if missing.on == Side::A { [None, text] } else { [text, None] };
    let what = ComparedWhat::Missing(missing.on);
    ComparedRow { nth: 0, at: missing.came.at, key: written(&missing.key), what, lead: None, texts }
}

/// A key in words: a sequence within its own key has that before it.
fn written(key: &[u8]) -> String {
    let text = String::from_utf8_lossy(&key[..key.len().min(4 * KEY)]);
    cut(&printable(&text.replace('\0', " ")), KEY).into_owned()
}

/// How a message begins.
fn text((kind, payload): &(Kind, bytes::Bytes)) -> String {
    let preview = one_line(*kind, payload, payload.len() as u64, TEXT);
    preview.pieces.into_iter().map(|piece| piece.text).collect()
}
