//! Inflates compressed messages of a server: permessage-deflate (RFC 7692).

use std::num::NonZeroU32;

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status};

use super::{Kind, Rule, Span, Strictness, utf8};

/// The tail that the sender omits at the end of each message (section 7.2.2).
pub(super) const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// The same, and an empty last block (RFC 1951, section 3.2.4): only that shows whether a message ended
/// between two blocks. The Go library appends it too.
const TAIL_AND_LAST: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff];

/// The same with a block that is not the last, so that the next message can refer back.
const TAIL_AND_BLOCK: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff];

/// How many bytes after a last block are kept as evidence.
const SHOWN: usize = 4;

/// More bytes than the omitted tail can yield.
const TAIL_YIELD: u64 = 64 << 10;
/// The least room that is reserved for output.
const LEAST_ROOM: usize = 4 << 10;

/// The beginning of what a message holds that has these bytes on the wire; `None` if they are not compressed. The end
/// of the message may be missing.
#[must_use]
pub fn beginning_of_deflated(wire: &[u8]) -> Option<Vec<u8>> {
    let (mut state, mut out) = (Decompress::new(false), Vec::with_capacity(LEAST_ROOM));
    state.decompress_vec(wire, &mut out, FlushDecompress::Sync).ok()?;
    let is_read = usize::try_from(state.total_in()).is_ok_and(|read| read == wire.len());
    ((is_read || out.len() == out.capacity()) && !out.is_empty()).then_some(out)
}

/// The receiving side of permessage-deflate.
#[derive(Debug)]
pub struct Inflater {
    state: Decompress,
    /// Whether a message may refer to earlier ones (section 7.1.1).
    takeover: bool,
    /// The first bytes after the last block of a message that were not read, when that first happened.
    after_last_block: Option<Bytes>,
}

impl Inflater {
    /// Each message may refer to earlier ones.
    #[must_use]
    pub fn with_takeover() -> Self {
        Self { state: Decompress::new(false), takeover: true, after_last_block: None }
    }

    /// Each message is compressed on its own: `server_no_context_takeover`.
    #[must_use]
    pub fn without_takeover() -> Self {
        Self { takeover: false, ..Self::with_takeover() }
    }

    /// Inflates the message that has these bytes on the wire and appends it to `out`. Stops soon after
    /// `limit` bytes.
    ///
    /// # Errors
    ///
    /// The rule that the message breaks. The inflater cannot be used after that.
    pub(super) fn message(&mut self, wire: &[u8], out: &mut Vec<u8>, limit: u64) -> Result<(), Rule> {
        let start = out.len();
        self.inflate(wire, out, start, limit)?;
        // The capacity of `out` may be larger than the limit.
        let size = (out.len() - start) as u64;
        if size > limit { Err(Rule::TooLarge { size, limit }) } else { Ok(()) }
    }

    fn inflate(&mut self, wire: &[u8], out: &mut Vec<u8>, start: usize, limit: u64) -> Result<(), Rule> {
        let mut rest = self.feed(wire, out, start, limit)?;
        // A block with the last-block bit ends the stream, and a new one starts after it (section 7.2.3.4).
        // If nothing follows, no tail was omitted either.
        while let Some(after) = rest {
            self.state.reset(false);
            if after.is_empty() {
                return Ok(());
            }
            if !self.takeover {
                // The pipeline stops here. Only the header of an empty block may follow.
                if after != [0] {
                    self.after_last_block
                        .get_or_insert_with(|| Bytes::copy_from_slice(&after[..after.len().min(SHOWN)]));
                }
                return Ok(());
            }
            rest = self.feed(after, out, start, limit)?;
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
        // If the tail yields any output, the message is broken, whatever the capacity.
        let ended = self.feed(&TAIL_AND_BLOCK, out, start, limit.saturating_add(TAIL_YIELD));
        if ended.map_err(|_| Rule::Deflate)?.is_some() {
            self.state.reset(false);
        }
        if out.len() == size { Ok(()) } else { Err(Rule::Deflate) }
    }

    /// Takes the first bytes after a last block that were not read, if any.
    pub(super) fn take_after_last_block(&mut self) -> Option<Bytes> {
        self.after_last_block.take()
    }

    /// Inflates `input`. Returns the bytes after the end of the stream, if the stream ended.
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
            // One byte over the limit is enough to see that the message is too large.
            let room = usize::try_from(limit - size).unwrap_or(usize::MAX).saturating_add(1);
            let reserve = input.len().saturating_mul(2).max(out.len() - start).max(LEAST_ROOM);
            if out.capacity() == out.len() {
                out.reserve(reserve.min(room));
            }
            let before = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress_vec(input, out, FlushDecompress::Sync);
            // The limit is checked first: with less capacity the error or the end would not have been
            // reached.
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

/// A complete compressed message.
pub(super) struct CompressedMessage {
    pub kind: Kind,
    pub frames: u32,
    /// The compressed length of its payload in bytes.
    pub wire: u64,
}

impl CompressedMessage {
    /// Inflates `payload` and appends it to `out`.
    pub fn inflate_into(
        &self,
        inflate: &mut Inflater,
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
        // A run ends at 1 MiB, and a message is shorter than `u32::MAX` minus the length of a header.
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

    fn inflated(inflate: &mut Inflater, wire: &[u8]) -> Result<Vec<u8>, Rule> {
        let mut out = Vec::new();
        inflate.message(wire, &mut out, 1 << 20).map(|()| out)
    }

    /// The examples of section 7.2.3.
    #[test]
    fn the_examples_of_the_rfc_inflate_to_hello() {
        let mut inflate = Inflater::with_takeover();
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
    fn a_last_block_without_anything_after_it_is_an_empty_message() {
        for mut inflate in [Inflater::with_takeover(), Inflater::without_takeover()] {
            assert_eq!(inflated(&mut inflate, &[0x03, 0x80]), Ok(Vec::new()));
            let next = deflated(&mut Compress::new(Compression::fast(), false), b"next");
            assert_eq!(inflated(&mut inflate, &next), Ok(b"next".to_vec()));
        }
    }

    #[test]
    fn a_message_that_ends_within_a_block_is_broken() {
        for make in [Inflater::with_takeover, Inflater::without_takeover] {
            let kept = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00, 0x00, 0xff, 0xff];
            for wire in [&[][..], &[0xf2, 0x48, 0xcd, 0xc9], &[0xff, 0xff, 0xff], &kept] {
                assert_eq!(inflated(&mut make(), wire), Err(Rule::Deflate), "{wire:02x?}");
            }
            assert_eq!(inflated(&mut make(), &[0x00]), Ok(Vec::new()));
        }
    }

    #[test]
    fn bytes_after_a_last_block_are_kept_as_evidence_when_the_pipeline_ignores_them() {
        let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        let mut inflate = Inflater::without_takeover();
        assert_eq!(inflated(&mut inflate, &[&last[..], &[0x00]].concat()), Ok(b"Hello".to_vec()));
        assert_eq!(inflate.take_after_last_block(), None);
        let again = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        let twice = [last, again].concat();
        assert_eq!(inflated(&mut inflate, &twice), Ok(b"Hello".to_vec()));
        assert_eq!(inflate.take_after_last_block().as_deref(), Some(&again[..SHOWN]));
        assert_eq!(inflated(&mut Inflater::with_takeover(), &twice), Ok(b"HelloHello".to_vec()));
    }

    #[test]
    fn messages_refer_to_earlier_ones_only_with_context_takeover() {
        let mut state = Compress::new(Compression::best(), false);
        let [first, second] = [0, 1].map(|_| deflated(&mut state, b"the same words, said twice"));
        assert!(second.len() < first.len() / 2, "the second one refers to the first");
        let mut inflate = Inflater::with_takeover();
        assert!(inflated(&mut inflate, &first).is_ok());
        assert_eq!(inflated(&mut inflate, &second), Ok(b"the same words, said twice".to_vec()));
        let mut inflate = Inflater::without_takeover();
        assert!(inflated(&mut inflate, &first).is_ok());
        assert_eq!(inflated(&mut inflate, &second), Err(Rule::Deflate));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let wire = deflated(&mut Compress::new(Compression::best(), false), &vec![0; 64 << 20]);
        assert!(wire.len() < 70_000);
        let mut out = Vec::new();
        let ended = Inflater::with_takeover().message(&wire, &mut out, 100_000);
        assert!(matches!(ended, Err(Rule::TooLarge { size: 100_001.., limit: 100_000 })), "{ended:?}");
        assert!(out.capacity() < 300_000, "{}", out.capacity());
        let fits = Inflater::with_takeover().message(&wire, &mut Vec::new(), 64 << 20);
        assert_eq!(fits, Ok(()));
    }

    #[test]
    fn a_message_with_a_last_block_obeys_the_limit_too() {
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
            let inflated = Inflater::with_takeover().message(&wire, &mut out, limit);
            assert_eq!(inflated.is_ok(), fits, "{limit}: {inflated:?}");
        }
    }

    #[test]
    fn an_error_beyond_the_limit_is_reported_as_too_large_for_any_capacity() {
        let mut wire = deflated(&mut Compress::new(Compression::best(), false), &[b'x'; 2_000]);
        wire.extend_from_slice(b"\0\0\xff\xff\xff\xff\xff");
        for room in [0, 1_500, 5_000] {
            let inflated =
                |limit| Inflater::with_takeover().message(&wire, &mut Vec::with_capacity(room), limit).err();
            assert_eq!(inflated(3_000), Some(Rule::Deflate), "{room}");
            assert!(matches!(inflated(1_000), Some(Rule::TooLarge { .. })), "{room}");
        }
    }

    #[test]
    fn an_unfinished_message_over_the_limit_is_reported_as_too_large_for_any_capacity() {
        let wire = b"\xca\x57\x13\x00\xc8\x05\x01\x00\x00\xff\xff";
        for room in [0, 16, 17, 40, 5_000] {
            let (mut inflate, mut out) = (Inflater::without_takeover(), Vec::with_capacity(room));
            let result = inflate.message(wire, &mut out, 2);
            assert!(matches!(result, Err(Rule::TooLarge { .. })), "{room}: {result:?}");
        }
    }

    #[test]
    fn a_block_that_ends_in_the_omitted_tail_is_broken_for_any_capacity() {
        let wire = b"\xca\x57\xc8\x29\xd2\x32\x02\x08\x02\x03\xc1";
        let result = |room: usize| {
            let (mut inflate, mut out) = (Inflater::with_takeover(), Vec::with_capacity(room));
            let _first = inflate.message(b"\xcb\x48\xcd\xc9\xc9\x57\xc8\x29\x52\x2b\x01", &mut out, 16);
            inflate.message(wire, &mut Vec::with_capacity(room), 16)
        };
        assert!([0, 16, 17, 40, 5_000].map(result).windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn an_empty_compressed_message_is_invalid() {
        // The omitted tail would start a block that contains the next message.
        for mut inflate in [Inflater::with_takeover(), Inflater::without_takeover()] {
            assert_eq!(inflate.message(b"", &mut Vec::new(), 0), Err(Rule::Deflate));
        }
    }

    #[test]
    fn bytes_that_are_not_deflate_are_invalid() {
        assert_eq!(inflated(&mut Inflater::with_takeover(), b"\xff\xff\xff"), Err(Rule::Deflate));
    }
}
