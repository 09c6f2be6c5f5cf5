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
    /// One word of at most seven cells: `json`.
    pub name: &'static str,
    /// Its name in a title: `Socket.IO`.
    pub title: &'static str,
    /// The extension of a file that holds such a payload.
    pub extension: &'static str,
    /// Whether a payload looks like this kind, by a few of its bytes.
    pub(super) looks_like: fn(&Sample<'_>) -> bool,
    /// Reads a payload.
    pub(super) read: for<'a> fn(Input<'a>) -> Result<Opened<'a>, Misfit>,
}

/// Why a payload is not of a kind.
pub type Misfit = &'static str;

/// A few bytes of a payload, enough to recognise its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// The type of its message.
    pub kind: Kind,
    pub front: &'a [u8],
    /// `None` if the end is not known.
    pub back: Option<&'a [u8]>,
}

/// A payload to be read, and how far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    /// The type of its message.
    pub kind: Kind,
    pub payload: &'a [u8],
    /// At most so many bytes are read, and about as many come out.
    pub limit: usize,
    /// Whether the payload goes on behind its end here.
    pub is_cut: bool,
    /// Whether a person chose the decoder: then it need not be plausible, only readable.
    pub is_chosen: bool,
    /// How many layers may still be taken off.
    pub layers: usize,
}

/// What a decoder makes of a payload.
#[derive(Debug)]
pub(super) enum Opened<'a> {
    Body(Body<'a>),
    /// A body, and what its title says beside the name of the decoder: `event, namespace /admin`.
    Titled(Body<'a>, String),
    /// A body that stops before the end of what it shows.
    Front(Body<'a>),
    /// What another decoder, which knows more, made of the same payload.
    Refined(&'static Decoder, Body<'a>, String),
    /// What was packed, and whether it goes on.
    Packed {
        inner: Vec<u8>,
        is_cut: bool,
    },
}

impl<'a> Input<'a> {
    /// As much as is read.
    pub fn front(&self) -> &'a [u8] {
        &self.payload[..self.payload.len().min(self.limit)]
    }

    /// Whether the payload goes on behind the [`front`](Self::front).
    pub const fn goes_on(&self) -> bool {
        self.is_cut || self.payload.len() > self.limit
    }
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
    /// The decoder of the outermost layer.
    pub decoder: &'static Decoder,
    /// All layers, from the outermost: `gzip › json`, `Socket.IO event, ack 12`.
    pub title: String,
    pub body: Body<'a>,
    /// Whether a layer expands to more than is shown.
    pub is_stopped: bool,
    /// How many bytes of the payload were not read.
    pub left_out: usize,
}

/// The beginning of a payload on one line, and of what kind it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The name of the decoder.
    pub name: &'static str,
    pub pieces: Vec<Piece>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it shows a byte that is not UTF-8: `<FF>`.
    pub is_broken: bool,
}

impl Body<'_> {
    pub(super) fn into_owned(self) -> Body<'static> {
        match self {
            Self::Text(text) => Body::Text(text.into_owned().into()),
            Self::Json(text) => Body::Json(text.into_owned().into()),
            Self::Broken(bytes) => Body::Broken(bytes.into_owned().into()),
            Self::Bytes(bytes) => Body::Bytes(bytes.into_owned().into()),
        }
    }
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
            Body::Text(front) | Body::Json(front) => {
                vec![text(beginning(front, self.left_out > 0 || self.is_stopped, cells))]
            }
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
