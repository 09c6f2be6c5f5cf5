//! Frames: the decoder's result does not depend on how the stream is cut, and memory is bounded by what was
//! received.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use bytes::BytesMut;

use crate::wire::{ControlFrame, Decoder, Inflater, Kind, Piece, Rule, Run, Strictness, Violation};

/// Takes four bytes of options, then what a server sends. Returns how many bytes may be allocated at a time.
///
/// # Panics
///
/// The decoder breaks a promise.
#[must_use]
pub fn frames(input: &[u8]) -> usize {
    let Some((&[limit, behavior, step, room], wire)) = input.split_first_chunk::<4>() else { return 0 };
    let limits = [0, 1, 16, 125, 126, 1_000, 65_535, 65_536, 1 << 20, Decoder::LARGEST];
    let limit = limits[usize::from(limit) % limits.len()];
    let options = DecoderOptions { limit, strictness: strictness(behavior), takeover: takeover(behavior) };
    let whole = options.decode(wire, usize::MAX, usize::MAX);
    let room = usize::from(room).max(1);
    options.decode(wire, usize::from(step) + 1, room).assert_same(&whole);
    options.decode(wire, 1, usize::MAX).assert_same(&whole);
    options.memory_bound(wire.len())
}

fn strictness(behavior: u8) -> Strictness {
    if behavior & 1 == 0 { Strictness::Pipeline } else { Strictness::Rfc }
}

fn takeover(behavior: u8) -> Option<bool> {
    [None, Some(true), Some(false)][usize::from(behavior >> 1) % 3]
}

/// The options of a decoder.
#[derive(Clone, Copy, Debug)]
pub(super) struct DecoderOptions {
    pub limit: u64,
    pub strictness: Strictness,
    /// Whether messages refer to earlier ones; `None` without compression.
    pub takeover: Option<bool>,
}

/// What a decoder yielded for a stream.
#[derive(Debug)]
pub(super) struct Decoded {
    pub messages: usize,
    pub controls: usize,
    /// The hash of everything decoded, in order.
    pub hash: u64,
    /// Bytes that were taken off the buffer.
    pub taken: usize,
    pub broken: Option<Violation>,
}

impl DecoderOptions {
    fn decoder(self) -> Decoder {
        let inflate =
            |takeover| if takeover { Inflater::with_takeover() } else { Inflater::without_takeover() };
        Decoder::new(self.limit, self.strictness).inflating(self.takeover.map(inflate))
    }

    /// How many bytes may be allocated while a stream of this length is decoded: the stream, and a span for
    /// each smallest frame; with compression also the inflated messages, within the limit, and the window.
    pub fn memory_bound(self, wire: usize) -> usize {
        let grown = u64::try_from(wire).unwrap_or(u64::MAX).saturating_mul(1_100);
        let run = self.limit.saturating_add(Decoder::RUN_BYTES as u64).min(grown).saturating_mul(4);
        let inflated = self.takeover.map_or(0, |_| usize::try_from(run).unwrap_or(usize::MAX));
        (128_usize << 10).saturating_add(wire.saturating_mul(64)).saturating_add(inflated)
    }

    /// Decodes a stream in pieces of `step` bytes, at most `room` messages at a time.
    pub fn decode(self, wire: &[u8], step: usize, room: usize) -> Decoded {
        let mut decoder = self.decoder();
        let mut result = Decoded { messages: 0, controls: 0, hash: 0, taken: 0, broken: None };
        let mut hasher = DefaultHasher::new();
        let mut buf = BytesMut::new();
        for part in wire.chunks(step) {
            buf.extend_from_slice(part);
            loop {
                let before = buf.len();
                let wanted = decoder.wanted(&buf);
                let most = before.max(Decoder::RUN_BYTES);
                assert!((Decoder::READ..=most).contains(&wanted), "{wanted} bytes are wanted");
                let next = decoder.next(&mut buf, room);
                assert!(buf.len() <= before);
                result.taken += before - buf.len();
                match next {
                    Ok(Some(Piece::Messages(run))) => {
                        self.check_run(&run, room, &mut hasher);
                        result.messages += run.spans.len();
                    }
                    Ok(Some(Piece::Control(frame))) => {
                        result.controls += 1;
                        hash_control(&frame, &mut hasher);
                    }
                    Ok(None) => {
                        assert_eq!(decoder.next(&mut buf, room), Ok(None), "nothing was received in between");
                        assert_eq!(decoder.next(&mut buf, 0), Ok(None), "there is no room");
                        break;
                    }
                    Err(broken) => {
                        let held = buf.len();
                        assert_eq!(decoder.next(&mut buf, room), Err(broken.clone()), "the error repeats");
                        assert_eq!(buf.len(), held, "the broken frame is not taken off");
                        assert!(broken.last.len() <= Violation::LAST);
                        assert!(matches!(broken.close_code(), 1002 | 1007 | 1009));
                        result.broken = Some(broken);
                        break;
                    }
                }
            }
            if result.broken.is_some() {
                break;
            }
        }
        result.hash = hasher.finish();
        result
    }

    fn check_run(self, run: &Run, room: usize, hasher: &mut DefaultHasher) {
        assert!((1..=room.min(Decoder::RUN_MESSAGES)).contains(&run.spans.len()));
        let longest = if run.spans.iter().any(|span| span.wire.is_some()) {
            Decoder::RUN_BYTES.saturating_add(usize::try_from(self.limit).unwrap_or(usize::MAX))
        } else {
            Decoder::RUN_BYTES
        };
        assert!(run.spans.len() == 1 || run.bytes.len() <= longest, "a run of {} bytes", run.bytes.len());
        let mut end = 0;
        for span in run.spans.iter() {
            assert!(span.start >= end, "spans overlap");
            end = span.start + span.len;
            assert!(u64::from(span.len) <= self.limit && span.frames > 0);
            let payload = run.payload(span);
            let valid = span.kind == Kind::Binary || str::from_utf8(payload).is_ok();
            assert_eq!(span.valid, valid, "{payload:?}");
            assert!(valid || self.strictness == Strictness::Pipeline, "{payload:?} is delivered");
            assert!(span.wire.is_none() || self.takeover.is_some());
            (span.kind, span.frames, span.wire).hash(hasher);
            payload.hash(hasher);
        }
    }
}

impl Decoded {
    /// The same stream, cut in another way, must give the same result.
    pub fn assert_same(&self, whole: &Self) {
        let parts = |result: &Self| (result.messages, result.controls, result.taken, result.hash);
        assert_eq!(parts(self), parts(whole), "{self:?}\n{whole:?}");
        match (&self.broken, &whole.broken) {
            (None, None) => {}
            (Some(one), Some(other)) => {
                assert!(same_rule(one.rule, other.rule), "{one:?}\n{other:?}");
                let shared = one.last.len().min(other.last.len());
                assert_eq!(one.last[..shared], other.last[..shared]);
            }
            _ => panic!("{self:?}\n{whole:?}"),
        }
    }
}

/// The size in [`Rule::TooLarge`] depends on the capacity of the buffer, so it is not compared.
fn same_rule(one: Rule, other: Rule) -> bool {
    matches!((one, other), (Rule::TooLarge { .. }, Rule::TooLarge { .. })) || one == other
}

fn hash_control(frame: &ControlFrame, hasher: &mut DefaultHasher) {
    match frame {
        ControlFrame::Ping(payload) | ControlFrame::Pong(payload) => {
            assert!(payload.len() <= 125);
            (matches!(frame, ControlFrame::Ping(_)), payload).hash(hasher);
        }
        ControlFrame::Close(close) => format!("{close:?}").hash(hasher),
    }
}
