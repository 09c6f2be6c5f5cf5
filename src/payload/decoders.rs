//! The table of decoders, one row for each kind of payload. `decode` asks them in turn.

mod binary;
mod json;
mod text;

use crate::wire::Kind;

use super::{
    decoded::{Decoded, Decoder, Piece, Sample},
    fit::bytes_for,
};

/// How many bytes of a payload are read to recognise its kind.
const SAMPLE: usize = 4096;

/// The first decoder that can read a payload is used; the last can read any payload.
static DECODERS: [&Decoder; 7] =
    [&json::JSON, &text::TEXT, &text::BROKEN, &binary::GZIP, &binary::ZLIB, &binary::ZSTD, &binary::BINARY];

/// Decides what a payload is, by the type of its message and by its bytes, and reads it. It looks at no more than
/// `limit` bytes from the front and at a few from the end.
#[must_use]
pub fn decode(kind: Kind, payload: &[u8], limit: usize) -> Decoded<'_> {
    decode_as(&DECODERS, kind, payload, limit)
}

fn decode_as<'a>(decoders: &[&'static Decoder], kind: Kind, payload: &'a [u8], limit: usize) -> Decoded<'a> {
    let sample = &payload[..payload.len().min(SAMPLE).min(limit)];
    let sample = Sample { kind, front: sample, back: &payload[payload.len() - sample.len()..] };
    let read = |decoder: &'static Decoder| Some((decoder, (decoder.read)(payload, limit)?));
    let mut fitting = decoders.iter().copied().filter(|decoder| (decoder.looks_like)(&sample));
    let (decoder, body) =
        fitting.find_map(read).unwrap_or_else(|| (&binary::BINARY, binary::bytes(payload, limit)));
    Decoded { decoder, body, left_out: payload.len().saturating_sub(limit) }
}

/// The beginning of a payload on one printable line of at most `cells` cells.
#[must_use]
pub fn one_line(kind: Kind, payload: &[u8], cells: usize) -> Vec<Piece> {
    // On one line JSON is text like any other, so it is not checked.
    decode_as(&DECODERS[1..], kind, payload, bytes_for(cells)).line(cells)
}

#[cfg(test)]
mod tests;
