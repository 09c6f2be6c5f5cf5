//! The result of decoding a payload: what it is, and its readable body. The feed, the detail, exports and probes use it.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::wire::Kind;

use super::{
    fit::{CUT, beginning, bytes_for, cut},
    hex::spaced,
    printable::printable,
};

/// Recognises and reads one kind of payload: a row of the table in `decoders.rs`.
#[derive(Debug)]
pub struct Decoder {
    /// One word: `json`.
    pub name: &'static str,
    /// The extension of a file that holds such a payload.
    pub extension: &'static str,
    /// Whether a payload looks like this kind, by a few of its bytes.
    pub(super) looks_like: fn(&Sample<'_>) -> bool,
    /// Reads at most this many bytes from the front of a payload; `None` if it is not of this kind after all.
    pub(super) read: for<'a> fn(&'a [u8], usize) -> Option<Body<'a>>,
}

/// A few bytes of a payload, enough to recognise its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// The type of its message.
    pub kind: Kind,
    pub front: &'a [u8],
    pub back: &'a [u8],
}

/// The readable content of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    Text(Cow<'a, str>),
    /// Text that is JSON; its end may be missing.
    Json(Cow<'a, str>),
    /// Sent as text, but contains bytes that are not UTF-8.
    Broken(Cow<'a, [u8]>),
    /// Not text.
    Bytes(Cow<'a, [u8]>),
}

/// A decoded payload.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    pub decoder: &'static Decoder,
    pub body: Body<'a>,
    /// How many bytes of the payload were not read.
    pub left_out: usize,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it shows a byte that is not UTF-8: `<FF>`.
    pub is_broken: bool,
}

impl Decoded<'_> {
    /// Its text, with bytes that are not UTF-8 replaced; `None` if it is not text.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match &self.body {
            Body::Text(text) | Body::Json(text) => Some(Cow::Borrowed(text)),
            Body::Broken(bytes) => Some(String::from_utf8_lossy(bytes)),
            Body::Bytes(_) => None,
        }
    }

    /// One printable line of at most `cells` cells: text as text, anything else as hex digits. It ends with `…` if
    /// something is missing.
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

/// Text in which bytes that are not UTF-8 are shown as `<FF>`.
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
