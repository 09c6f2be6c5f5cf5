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

/// The most that a payload is expanded to, in bytes.
pub(super) const EXPANDED: usize = 16 << 20;

/// How many layers are taken off: gzip in base64 in gzip is three.
const LAYERS: usize = 6;

/// Why a payload is not of a kind, or not to its end.
pub type Misfit = &'static str;

/// The end of a payload is missing.
pub const CUT_SHORT: Misfit = "it ends too early";

/// A few bytes of a payload, enough to recognise its kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// The type of its message.
    pub kind: Kind,
    pub front: &'a [u8],
    /// `None` if the end is not known.
    pub back: Option<&'a [u8]>,
    /// How long the payload is; `None` if that is not known.
    pub size: Option<u64>,
}

/// A payload to be read, and how far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    /// The type of its message.
    pub kind: Kind,
    pub payload: &'a [u8],
    /// At most so many bytes are read, and about as many come out.
    pub limit: usize,
    /// How long the payload is, which may be more than is here; `None` if it goes on and nobody knows how far.
    pub size: Option<u64>,
    /// Whether a person chose the decoder: then it need not be plausible, only readable.
    pub is_chosen: bool,
    /// Whether the head of the payload was read as this kind: then it is read as far as it goes, whatever follows.
    pub is_decided: bool,
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
    /// The same with what its title says.
    Stopped(Body<'a>, String),
    /// What can be read of a payload that does not end as its kind does, what its title says, and why it stops.
    Faulty(Body<'a>, String, Misfit),
    /// What another decoder, which knows more, made of the same payload.
    Refined(&'static Decoder, Body<'a>, String, Option<Misfit>),
    /// What was packed, whether it goes on, and why no more of it can be unpacked.
    Packed {
        inner: Vec<u8>,
        is_cut: bool,
        fault: Option<Misfit>,
    },
}

impl Default for Input<'_> {
    fn default() -> Self {
        Self {
            kind: Kind::Binary,
            payload: &[],
            limit: usize::MAX,
            size: None,
            is_chosen: false,
            is_decided: false,
            layers: LAYERS,
        }
    }
}

impl<'a> Input<'a> {
    /// Says that all of the payload is here.
    pub const fn whole(self) -> Self {
        Self { size: Some(self.payload.len() as u64), ..self }
    }

    /// As much as is read.
    pub fn front(&self) -> &'a [u8] {
        &self.payload[..self.payload.len().min(self.limit)]
    }

    /// Whether the payload goes on behind its end here.
    pub fn is_cut(&self) -> bool {
        self.behind() != Some(0)
    }

    /// How many bytes of the payload are not here; `None` if nobody knows.
    pub fn behind(&self) -> Option<u64> {
        self.size.map(|size| size.saturating_sub(self.payload.len() as u64))
    }

    /// Whether the payload goes on behind the [`front`](Self::front).
    pub fn goes_on(&self) -> bool {
        self.is_cut() || self.payload.len() > self.limit
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
    /// Why what follows the body cannot be read; `None` if the payload ends as its kind does.
    pub fault: Option<Misfit>,
    /// Whether the title says more than the bytes of the body.
    pub is_titled: bool,
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
            Body::Bytes(_) if self.is_titled => vec![text(cut(&self.title, cells).into_owned())],
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
