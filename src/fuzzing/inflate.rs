//! Compressed messages: they survive a round trip, and invalid ones end in an error.

use std::io::Read as _;

use bytes::BytesMut;
use flate2::{Compress, Compression, FlushCompress, read::DeflateDecoder};

use super::frames::DecoderOptions;
use crate::wire::{Decoder, Inflater, Piece, Strictness};

/// The tail that a sender omits at the end of a message (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// An empty last block, which ends the stream, as the pipeline appends it.
const LAST: [u8; 5] = [0x01, 0x00, 0x00, 0xff, 0xff];

/// Takes three bytes of options, then messages, each after its length. Returns how many bytes may be
/// allocated at a time.
///
/// # Panics
///
/// A message does not survive the round trip, or a limit is exceeded.
#[must_use]
pub fn inflate(input: &[u8]) -> usize {
    let Some((&[limit, behavior, step], rest)) = input.split_first_chunk::<3>() else { return 0 };
    let limits = [0, 1, 300, 5_000, 65_536, 1 << 20, 8 << 20];
    let limit = limits[usize::from(limit) % limits.len()];
    let options =
        DecoderOptions { limit, strictness: Strictness::Pipeline, takeover: Some(behavior & 1 == 0) };
    let wire = if behavior & 2 == 0 {
        raw_frames(rest, options)
    } else {
        round_trip(rest, behavior, options.takeover == Some(true))
    };
    let whole = options.decode(&wire, usize::MAX, usize::MAX);
    options.decode(&wire, usize::from(step) + 1, 1).assert_same(&whole);
    options.memory_bound(wire.len() + rest.len()) + (1 << 20)
}

/// The raw messages, each in a frame. The first one is compared with the result of another inflater.
fn raw_frames(rest: &[u8], options: DecoderOptions) -> Vec<u8> {
    let mut wire = Vec::new();
    for message in messages(rest) {
        frame(&mut wire, message);
    }
    if let Some(first) = messages(rest).next() {
        let mut buf = BytesMut::new();
        frame_into(&mut buf, first);
        let mut decoder =
            Decoder::new(options.limit, Strictness::Pipeline).inflating(Some(Inflater::without_takeover()));
        if let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, 1) {
            assert_eq!(run.payload(&run.spans[0]), inflate_by_reader(first, run.bytes.len()), "{first:02x?}");
        }
    }
    wire
}

/// The messages compressed as a server does. Each must survive the round trip.
fn round_trip(rest: &[u8], behavior: u8, takeover: bool) -> Vec<u8> {
    let mut compress = Compress::new(Compression::new(u32::from(behavior >> 4) % 10), false);
    let inflate = if takeover { Inflater::with_takeover() } else { Inflater::without_takeover() };
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
            panic!("{message:02x?} does not survive the round trip");
        };
        assert_eq!(run.payload(&run.spans[0]), message);
    }
    wire
}

/// Inflates one message with the reader of `flate2`, up to about `most` bytes. Bytes after a last block are
/// ignored.
fn inflate_by_reader(message: &[u8], most: usize) -> Vec<u8> {
    let ended = [message, &TAIL, &LAST].concat();
    let mut out = Vec::new();
    let _ = DeflateDecoder::new(&ended[..]).take(most as u64 + 1).read_to_end(&mut out);
    out
}

/// The messages of the input: each follows a byte with its length; 255 takes the rest.
fn messages(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (&length, after) = rest.split_first()?;
        let length = if length == 255 { after.len() } else { usize::from(length).min(after.len()) };
        let (message, after) = after.split_at(length);
        rest = after;
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
