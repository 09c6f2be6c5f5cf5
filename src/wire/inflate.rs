//! Compressed messages as they come from a server: permessage-deflate (RFC 7692).

use std::num::NonZeroU32;

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status};

use super::{Kind, Rule, Span, Strictness, utf8};

/// What the sender leaves out at the end of each message (section 7.2.2).
pub(super) const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// The same, and an empty block that says it is the last (RFC 1951, section 3.2.4): whether a message ends
/// between two blocks shows only behind it. The Go library reads as much.
const TAIL_AND_LAST: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff];

/// The same with a block that is not the last, so that the next message can refer back.
const TAIL_AND_BLOCK: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff];

/// How much is shown of what stands behind a last block, in bytes.
const SHOWN: usize = 4;

/// What the few bytes that were left out can bring, and more, in bytes.
const BROUGHT: u64 = 64 << 10;
/// The least room that is made for what comes out.
const LEAST_ROOM: usize = 4 << 10;

/// The receiving side of a compression that was agreed on.
#[derive(Debug)]
pub struct Inflate {
    state: Decompress,
    /// Whether a message may refer back to those before it (section 7.1.1).
    takeover: bool,
    /// What stood behind the last block of a message and was not read, when that was first seen.
    behind: Option<Bytes>,
}

impl Inflate {
    /// Each message may refer back to those before it.
    #[must_use]
    pub fn with_takeover() -> Self {
        Self { state: Decompress::new(false), takeover: true, behind: None }
    }

    /// Each message stands for itself: `server_no_context_takeover`.
    #[must_use]
    pub fn without_takeover() -> Self {
        Self { takeover: false, ..Self::with_takeover() }
    }

    /// Appends the message that these bytes of the wire stand for. No more than `limit` bytes are
    /// kept of it, however much more it would be.
    ///
    /// # Errors
    ///
    /// What is broken about it. The state is of no use after that.
    pub(super) fn message(&mut self, wire: &[u8], out: &mut Vec<u8>, limit: u64) -> Result<(), Rule> {
        let start = out.len();
        self.whole(wire, out, start, limit)?;
        // What there was room for may be more than the limit.
        let size = (out.len() - start) as u64;
        if size > limit { Err(Rule::TooLarge { size, limit }) } else { Ok(()) }
    }

    fn whole(&mut self, wire: &[u8], out: &mut Vec<u8>, start: usize, limit: u64) -> Result<(), Rule> {
        let mut rest = self.feed(wire, out, start, limit)?;
        // A block that says it is the last ends the stream, and a new one begins behind it
        // (section 7.2.3.4). Where nothing stands behind it, nothing was left out either.
        while let Some(behind) = rest {
            self.state.reset(false);
            if behind.is_empty() {
                return Ok(());
            }
            if !self.takeover {
                // The pipeline reads no further; the header of an empty block is all that may be there.
                if behind != [0] {
                    self.behind
                        .get_or_insert_with(|| Bytes::copy_from_slice(&behind[..behind.len().min(SHOWN)]));
                }
                return Ok(());
            }
            rest = self.feed(behind, out, start, limit)?;
        }
        if !self.takeover {
            let ended = self.feed(&TAIL_AND_LAST, out, start, limit)?.is_some();
            self.state.reset(false);
            return if ended { Ok(()) } else { Err(Rule::Deflate) };
        }
        let size = out.len();
        if (size - start) as u64 > limit {
            return Err(Rule::TooLarge { size: (size - start) as u64, limit });
        }
        // Whatever the bytes that were left out bring is broken, however much of it there is room for.
        let ended = self.feed(&TAIL_AND_BLOCK, out, start, limit.saturating_add(BROUGHT));
        if ended.map_err(|_| Rule::Deflate)?.is_some() {
            self.state.reset(false);
        }
        if out.len() == size { Ok(()) } else { Err(Rule::Deflate) }
    }

    /// What stood behind the last block of a message and was not read, once.
    pub(super) fn take_behind(&mut self) -> Option<Bytes> {
        self.behind.take()
    }

    /// Inflates `input`; what of it stands behind the end of the stream, if that came.
    fn feed<'a>(
        &mut self,
        mut input: &'a [u8],
        out: &mut Vec<u8>,
        start: usize,
        limit: u64,
    ) -> Result<Option<&'a [u8]>, Rule> {
        loop {
            let size = (out.len() - start) as u64;
            if size > limit {
                return Err(Rule::TooLarge { size, limit });
            }
            // One byte over the limit is enough to see that it is too much.
            let room = usize::try_from(limit - size).unwrap_or(usize::MAX).saturating_add(1);
            let wanted = input.len().saturating_mul(2).max(out.len() - start).max(LEAST_ROOM);
            if out.capacity() == out.len() {
                out.reserve(wanted.min(room));
            }
            let before = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress_vec(input, out, FlushDecompress::Sync);
            // With less room it would not have come as far as to what is broken, nor to an end.
            let size = (out.len() - start) as u64;
            if size > limit {
                return Err(Rule::TooLarge { size, limit });
            }
            let status = status.map_err(|_| Rule::Deflate)?;
            let taken = usize::try_from(self.state.total_in() - before.0).unwrap_or(input.len());
            input = input.get(taken..).unwrap_or_default();
            if status == Status::StreamEnd {
                return Ok(Some(input));
            }
            if out.len() < out.capacity() {
                let stuck = taken == 0 && self.state.total_out() == before.1;
                match input {
                    [] => return Ok(None),
                    _ if stuck => return Err(Rule::Deflate),
                    _ => {}
                }
            }
        }
    }
}

/// A compressed message that is whole.
pub(super) struct Inflated {
    pub kind: Kind,
    pub frames: u32,
    /// Length of its payload on the wire in bytes.
    pub wire: u64,
}

impl Inflated {
    /// Inflates `payload` to the end of `out`.
    pub fn add(
        &self,
        inflate: &mut Inflate,
        payload: &[u8],
        out: &mut Vec<u8>,
        limit: u64,
        strictness: Strictness,
    ) -> Result<Span, Rule> {
        let start = out.len();
        let inflated = inflate.message(payload, out, limit);
        let message = &out[start..];
        let valid = self.kind == Kind::Binary || utf8::is_text(message);
        let len = message.len();
        let text = if valid || strictness == Strictness::Pipeline { Ok(()) } else { Err(Rule::InvalidUtf8) };
        if let Err(rule) = inflated.and(text) {
            out.truncate(start);
            return Err(rule);
        }
        // A run ends at 1 MiB and a message below `u32::MAX`, less the room of a header.
        let narrow = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
        let wire = NonZeroU32::new(u32::try_from(self.wire).unwrap_or(u32::MAX));
        Ok(Span { start: narrow(start), len: narrow(len), kind: self.kind, valid, frames: self.frames, wire })
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::*;

    fn deflated(state: &mut Compress, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(payload.len() + 64);
        state.compress_vec(payload, &mut out, FlushCompress::Sync).expect("it can be compressed");
        out.truncate(out.len() - TAIL.len());
        out
    }

    fn inflated(inflate: &mut Inflate, wire: &[u8]) -> Result<Vec<u8>, Rule> {
        let mut out = Vec::new();
        inflate.message(wire, &mut out, 1 << 20).map(|()| out)
    }

    /// The examples of section 7.2.3.
    #[test]
    fn the_examples_of_the_rfc_say_hello() {
        let mut inflate = Inflate::with_takeover();
        let one = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        let again = [0xf2, 0x00, 0x11, 0x00, 0x00];
        let stored = [0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00];
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
        let two = [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00];
        for wire in [&one[..], &again, &stored, &last, &two] {
            assert_eq!(inflated(&mut inflate, wire), Ok(b"Hello".to_vec()), "{wire:02x?}");
        }
    }

    #[test]
    fn a_last_block_without_anything_behind_it_is_an_empty_message() {
        for mut inflate in [Inflate::with_takeover(), Inflate::without_takeover()] {
            assert_eq!(inflated(&mut inflate, &[0x03, 0x80]), Ok(Vec::new()));
            let next = deflated(&mut Compress::new(Compression::fast(), false), b"next");
            assert_eq!(inflated(&mut inflate, &next), Ok(b"next".to_vec()));
        }
    }

    #[test]
    fn a_message_that_ends_within_a_block_is_broken() {
        for make in [Inflate::with_takeover, Inflate::without_takeover] {
            let kept = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00, 0x00, 0xff, 0xff];
            for wire in [&[][..], &[0xf2, 0x48, 0xcd, 0xc9], &[0xff, 0xff, 0xff], &kept] {
                assert_eq!(inflated(&mut make(), wire), Err(Rule::Deflate), "{wire:02x?}");
            }
            assert_eq!(inflated(&mut make(), &[0x00]), Ok(Vec::new()));
        }
    }

    #[test]
    fn what_stands_behind_a_last_block_is_told_where_the_pipeline_drops_it() {
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        let mut inflate = Inflate::without_takeover();
        assert_eq!(inflated(&mut inflate, &[&last[..], &[0x00]].concat()), Ok(b"Hello".to_vec()));
        assert_eq!(inflate.take_behind(), None);
        let again = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        let twice = [last, again].concat();
        assert_eq!(inflated(&mut inflate, &twice), Ok(b"Hello".to_vec()));
        assert_eq!(inflate.take_behind().as_deref(), Some(&again[..SHOWN]));
        assert_eq!(inflated(&mut Inflate::with_takeover(), &twice), Ok(b"HelloHello".to_vec()));
    }

    #[test]
    fn messages_refer_back_only_where_that_was_agreed() {
        let mut state = Compress::new(Compression::best(), false);
        let [first, second] = [0, 1].map(|_| deflated(&mut state, b"the same words, said twice"));
        assert!(second.len() < first.len() / 2, "the second one refers to the first");
        let mut inflate = Inflate::with_takeover();
        assert!(inflated(&mut inflate, &first).is_ok());
        assert_eq!(inflated(&mut inflate, &second), Ok(b"the same words, said twice".to_vec()));
        let mut inflate = Inflate::without_takeover();
        assert!(inflated(&mut inflate, &first).is_ok());
        assert_eq!(inflated(&mut inflate, &second), Err(Rule::Deflate));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let wire = deflated(&mut Compress::new(Compression::best(), false), &vec![0; 64 << 20]);
        assert!(wire.len() < 70_000);
        let mut out = Vec::new();
        let ended = Inflate::with_takeover().message(&wire, &mut out, 100_000);
        assert!(matches!(ended, Err(Rule::TooLarge { size: 100_001.., limit: 100_000 })), "{ended:?}");
        assert!(out.capacity() < 300_000, "{}", out.capacity());
        let fits = Inflate::with_takeover().message(&wire, &mut Vec::new(), 64 << 20);
        assert_eq!(fits, Ok(()));
    }

    #[test]
    fn a_message_that_says_where_it_ends_is_held_to_the_limit_too() {
        let payload = [b'x'; 1_001];
        let mut wire = Vec::with_capacity(1_100);
        let ended = Compress::new(Compression::none(), false).compress_vec(
            &payload,
            &mut wire,
            FlushCompress::Finish,
        );
        assert_eq!(ended.expect("it can be compressed"), Status::StreamEnd);
        for (limit, fits) in [(1_001, true), (1_000, false), (10, false)] {
            let mut out = Vec::with_capacity(5_000);
            let inflated = Inflate::with_takeover().message(&wire, &mut out, limit);
            assert_eq!(inflated.is_ok(), fits, "{limit}: {inflated:?}");
        }
    }

    #[test]
    fn what_is_broken_behind_the_limit_is_over_the_limit_however_much_room_there_is() {
        let mut wire = deflated(&mut Compress::new(Compression::best(), false), &[b'x'; 2_000]);
        wire.extend_from_slice(b"\0\0\xff\xff\xff\xff\xff");
        for room in [0, 1_500, 5_000] {
            let inflated =
                |limit| Inflate::with_takeover().message(&wire, &mut Vec::with_capacity(room), limit).err();
            assert_eq!(inflated(3_000), Some(Rule::Deflate), "{room}");
            assert!(matches!(inflated(1_000), Some(Rule::TooLarge { .. })), "{room}");
        }
    }

    #[test]
    fn a_message_over_the_limit_that_has_no_end_is_over_the_limit_however_much_room_there_is() {
        let wire = b"\xca\x57\x13\x00\xc8\x05\x01\x00\x00\xff\xff";
        for room in [0, 16, 17, 40, 5_000] {
            let (mut inflate, mut out) = (Inflate::without_takeover(), Vec::with_capacity(room));
            let told = inflate.message(wire, &mut out, 2);
            assert!(matches!(told, Err(Rule::TooLarge { .. })), "{room}: {told:?}");
        }
    }

    #[test]
    fn a_block_that_the_bytes_left_out_end_is_broken_however_much_room_there_is() {
        let wire = b"\xca\x57\xc8\x29\xd2\x32\x02\x08\x02\x03\xc1";
        let told = |room: usize| {
            let (mut inflate, mut out) = (Inflate::with_takeover(), Vec::with_capacity(room));
            let _first = inflate.message(b"\xcb\x48\xcd\xc9\xc9\x57\xc8\x29\x52\x2b\x01", &mut out, 16);
            inflate.message(wire, &mut Vec::with_capacity(room), 16)
        };
        assert!([0, 16, 17, 40, 5_000].map(told).windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_message_without_a_byte_is_no_deflate() {
        // The bytes that were left out would begin a block in which those of the next message are.
        for mut inflate in [Inflate::with_takeover(), Inflate::without_takeover()] {
            assert_eq!(inflate.message(b"", &mut Vec::new(), 0), Err(Rule::Deflate));
        }
    }

    #[test]
    fn what_is_no_deflate_is_told() {
        assert_eq!(inflated(&mut Inflate::with_takeover(), b"\xff\xff\xff"), Err(Rule::Deflate));
    }
}
