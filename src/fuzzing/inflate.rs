//! Compressed messages: what was compressed comes out again, and what was not ends in an error.

use std::io::Read as _;

use bytes::BytesMut;
use flate2::{Compress, Compression, FlushCompress, read::DeflateDecoder};

use super::frames::Asked;
use crate::wire::{Decoder, Inflate, Piece, Strictness};

/// What a sender leaves out at the end of a message (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// An empty last block, which ends the stream as in the pipeline.
const LAST: [u8; 5] = [0x01, 0x00, 0x00, 0xff, 0xff];

/// Three bytes of wishes, then messages, each behind its length. Says how many bytes may be held
/// at once.
///
/// # Panics
///
/// A message comes out as another, or a limit does not hold.
#[must_use]
pub fn inflate(input: &[u8]) -> usize {
    let Some((&[limit, behavior, step], rest)) = input.split_first_chunk::<3>() else { return 0 };
    let limits = [0, 1, 300, 5_000, 65_536, 1 << 20, 8 << 20];
    let limit = limits[usize::from(limit) % limits.len()];
    let asked = Asked { limit, strictness: Strictness::Pipeline, takeover: Some(behavior & 1 == 0) };
    let wire = if behavior & 2 == 0 {
        raw(rest, asked)
    } else {
        there_and_back(rest, behavior, asked.takeover == Some(true))
    };
    let whole = asked.told(&wire, usize::MAX, usize::MAX);
    asked.told(&wire, usize::from(step) + 1, 1).agrees_with(&whole);
    asked.room(wire.len() + rest.len()) + (1 << 20)
}

/// Messages as they stand, each in a frame; the first is held against another way to inflate.
fn raw(rest: &[u8], asked: Asked) -> Vec<u8> {
    let mut wire = Vec::new();
    for message in messages(rest) {
        frame(&mut wire, message);
    }
    if let Some(first) = messages(rest).next() {
        let mut buf = BytesMut::new();
        frame_into(&mut buf, first);
        let mut decoder =
            Decoder::new(asked.limit, Strictness::Pipeline).inflating(Some(Inflate::without_takeover()));
        if let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, 1) {
            assert_eq!(run.payload(&run.spans[0]), slowly(first, run.bytes.len()), "{first:02x?}");
        }
    }
    wire
}

/// The messages compressed as a server would, which must come out as they went in.
fn there_and_back(rest: &[u8], behavior: u8, takeover: bool) -> Vec<u8> {
    let mut compress = Compress::new(Compression::new(u32::from(behavior >> 4) % 10), false);
    let inflate = if takeover { Inflate::with_takeover() } else { Inflate::without_takeover() };
    let mut decoder = Decoder::new(1 << 20, Strictness::Pipeline).inflating(Some(inflate));
    let mut wire = Vec::new();
    for message in messages(rest) {
        let mut out = Vec::with_capacity(message.len() * 2 + 64);
        compress.compress_vec(message, &mut out, FlushCompress::Sync).expect("it can be compressed");
        if out.is_empty() {
            // Nothing to compress and nothing to flush: the message is an empty block.
            out.extend_from_slice(&[&[0x00][..], &TAIL].concat());
        }
        assert!(out.ends_with(&TAIL), "there was room");
        out.truncate(out.len() - TAIL.len());
        if !takeover {
            compress.reset();
        }
        let mut buf = BytesMut::new();
        frame_into(&mut buf, &out);
        wire.extend_from_slice(&buf);
        let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, 1) else {
            panic!("{message:02x?} does not come back");
        };
        assert_eq!(run.payload(&run.spans[0]), message);
    }
    wire
}

/// One message inflated by a reader, at most a little more than `most` bytes of it; what stands behind a last block
/// is no part of it.
fn slowly(message: &[u8], most: usize) -> Vec<u8> {
    let ended = [message, &TAIL, &LAST].concat();
    let mut out = Vec::new();
    let _ = DeflateDecoder::new(&ended[..]).take(most as u64 + 1).read_to_end(&mut out);
    out
}

/// Each behind a byte that says how long it is; 255 takes the rest.
fn messages(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (&length, behind) = rest.split_first()?;
        let length = if length == 255 { behind.len() } else { usize::from(length).min(behind.len()) };
        let (message, behind) = behind.split_at(length);
        rest = behind;
        Some(message)
    })
}

fn frame(wire: &mut Vec<u8>, message: &[u8]) {
    let mut buf = BytesMut::new();
    frame_into(&mut buf, message);
    wire.extend_from_slice(&buf);
}

fn frame_into(buf: &mut BytesMut, message: &[u8]) {
    buf.extend_from_slice(&[0xc2, 127]);
    buf.extend_from_slice(&(message.len() as u64).to_be_bytes());
    buf.extend_from_slice(message);
}
