//! What a payload turned out to be, and what can be read in it: decided once, for whoever shows or saves it.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::wire::Kind;

use super::{
    fit::{CUT, beginning, bytes_for, cut},
    hex::spaced,
    printable::printable,
};

/// One kind of payload, and how it is read: a row of the table in `decoders.rs`.
#[derive(Debug)]
pub struct Decoder {
    /// One word: `json`.
    pub name: &'static str,
    /// What the name of a file ends in that holds such a payload.
    pub extension: &'static str,
    /// Whether a payload looks like it, from a few of its bytes.
    pub(super) looks_like: fn(&Sample<'_>) -> bool,
    /// What is read in the payload, of which at most so many first bytes are looked at; `None` where it is not what
    /// it looked like.
    pub(super) read: for<'a> fn(&'a [u8], usize) -> Option<Body<'a>>,
}

/// A few bytes of a payload, enough to tell its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// What it was sent as.
    pub kind: Kind,
    pub front: &'a [u8],
    pub back: &'a [u8],
}

/// What can be read in a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    Text(Cow<'a, str>),
    /// Text that is JSON; that its end may be missing is no fault of it.
    Json(Cow<'a, str>),
    /// Sent as text, with bytes in it that are not UTF-8.
    Broken(Cow<'a, [u8]>),
    /// Nothing that is text.
    Bytes(Cow<'a, [u8]>),
}

/// A payload that was looked at.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    pub decoder: &'static Decoder,
    pub body: Body<'a>,
    /// Bytes of the payload behind those that were looked at.
    pub left_out: usize,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it stands for bytes that the text must not have: `<FF>`.
    pub is_broken: bool,
}

impl Decoded<'_> {
    /// What it says as text, bytes that are not UTF-8 replaced; `None` where it is no text.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match &self.body {
            Body::Text(text) | Body::Json(text) => Some(Cow::Borrowed(text)),
            Body::Broken(bytes) => Some(String::from_utf8_lossy(bytes)),
            Body::Bytes(_) => None,
        }
    }

    /// It on one line of at most `cells` cells, fit to be shown: text as text, anything else as hex digits. It ends
    /// with `…` if something is missing.
    #[must_use]
    pub fn line(&self, cells: usize) -> Vec<Piece> {
        let text = |text| Piece { text, is_broken: false };
        match &self.body {
            Body::Text(front) | Body::Json(front) => vec![text(beginning(front, self.left_out > 0, cells))],
            Body::Broken(bytes) => broken(bytes, cells),
            Body::Bytes(bytes) => vec![text(hex(bytes, cells))],
        }
    }
}

/// Text with bytes that are not UTF-8 as `<FF>` in it.
fn broken(bytes: &[u8], cells: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut room = cells;
    for chunk in bytes[..bytes.len().min(bytes_for(cells))].utf8_chunks() {
        let bad = chunk.invalid().iter().map(|byte| (format!("<{byte:02X}>"), true));
        for (text, is_broken) in std::iter::once((printable(chunk.valid()).into_owned(), false)).chain(bad) {
            let text = cut(&text, room).into_owned();
            room = room.saturating_sub(text.width());
            if !text.is_empty() {
                pieces.push(Piece { text, is_broken });
            }
        }
        if room == 0 {
            break;
        }
    }
    pieces
}

fn hex(bytes: &[u8], cells: usize) -> String {
    let width = (bytes.len().saturating_mul(3)).saturating_sub(1);
    let pairs = if width <= cells { bytes.len() } else { cells.saturating_sub(1) / 3 };
    let mut shown = spaced(&bytes[..pairs]);
    if pairs < bytes.len() && cells > 0 {
        shown.push_str(if pairs > 0 { " …" } else { CUT });
    }
    shown
}
