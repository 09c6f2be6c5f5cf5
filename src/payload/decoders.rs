//! The kinds of payload, asked in turn: a row each, and a file for those that go together.

mod binary;
mod json;
mod text;

use crate::wire::Kind;

use super::{
    decoded::{Decoded, Decoder, Piece, Sample},
    fit::bytes_for,
};

/// How much of a payload is looked at to tell its kind.
const SAMPLE: usize = 4096;

/// The first one that can read a payload has it; the last can read any.
static DECODERS: &[&Decoder] =
    &[&json::JSON, &text::TEXT, &text::BROKEN, &binary::GZIP, &binary::ZLIB, &binary::ZSTD, &binary::BINARY];

/// Tells what a payload is from what it was sent as and from its bytes, and reads it, looking at no more than `limit`
/// bytes from its front and at a few from its end.
#[must_use]
pub fn decode(kind: Kind, payload: &[u8], limit: usize) -> Decoded<'_> {
    let sample = &payload[..payload.len().min(SAMPLE).min(limit)];
    let sample = Sample { kind, front: sample, back: &payload[payload.len() - sample.len()..] };
    let read = |decoder: &'static Decoder| Some((decoder, (decoder.read)(payload, limit)?));
    let mut fitting = DECODERS.iter().copied().filter(|decoder| (decoder.looks_like)(&sample));
    let (decoder, body) =
        fitting.find_map(read).unwrap_or_else(|| (&binary::BINARY, binary::bytes(payload, limit)));
    Decoded { decoder, body, left_out: payload.len().saturating_sub(limit) }
}

/// The beginning of a payload on one line of at most `cells` cells, fit to be shown.
#[must_use]
pub fn one_line(kind: Kind, payload: &[u8], cells: usize) -> Vec<Piece> {
    decode(kind, payload, bytes_for(cells)).line(cells)
}

#[cfg(test)]
mod tests;
