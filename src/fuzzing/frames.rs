//! Frames: how their bytes are cut changes nothing, and no more gathers than has come.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use bytes::BytesMut;

use crate::wire::{ControlFrame, Decoder, Inflate, Kind, Piece, Rule, Run, Strictness, Violation};

/// Four bytes of wishes, then what a server sends. Says how many bytes may be held at once.
///
/// # Panics
///
/// The decoder breaks a promise.
#[must_use]
pub fn frames(input: &[u8]) -> usize {
    let Some((&[limit, behavior, step, room], wire)) = input.split_first_chunk::<4>() else { return 0 };
    let limits = [0, 1, 16, 125, 126, 1_000, 65_535, 65_536, 1 << 20, Decoder::LARGEST];
    let limit = limits[usize::from(limit) % limits.len()];
    let asked = Asked { limit, strictness: strictness(behavior), takeover: takeover(behavior) };
    let whole = asked.told(wire, usize::MAX, usize::MAX);
    let room = usize::from(room).max(1);
    asked.told(wire, usize::from(step) + 1, room).agrees_with(&whole);
    asked.told(wire, 1, usize::MAX).agrees_with(&whole);
    asked.room(wire.len())
}

fn strictness(behavior: u8) -> Strictness {
    if behavior & 1 == 0 { Strictness::Pipeline } else { Strictness::Rfc }
}

fn takeover(behavior: u8) -> Option<bool> {
    [None, Some(true), Some(false)][usize::from(behavior >> 1) % 3]
}

/// What a decoder was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub limit: u64,
    pub strictness: Strictness,
    /// Whether messages refer back, where compression was agreed on.
    pub takeover: Option<bool>,
}

/// What a decoder made of a stream.
#[derive(Debug)]
pub(super) struct Told {
    pub messages: usize,
    pub controls: usize,
    /// Of everything told, in order.
    pub hash: u64,
    /// Bytes that were taken off.
    pub taken: usize,
    pub broken: Option<Violation>,
}

impl Asked {
    fn decoder(self) -> Decoder {
        let inflate =
            |takeover| if takeover { Inflate::with_takeover() } else { Inflate::without_takeover() };
        Decoder::new(self.limit, self.strictness).inflating(self.takeover.map(inflate))
    }

    /// How many bytes may be held while a stream of this length is decoded: what has come, and a
    /// span for the smallest frame; inflated, what a byte may grow to, within the limit, and the
    /// window that is referred back to.
    pub fn room(self, wire: usize) -> usize {
        let grown = u64::try_from(wire).unwrap_or(u64::MAX).saturating_mul(1_100);
        let run = self.limit.saturating_add(Decoder::RUN_BYTES as u64).min(grown).saturating_mul(4);
        let inflated = self.takeover.map_or(0, |_| usize::try_from(run).unwrap_or(usize::MAX));
        (128_usize << 10).saturating_add(wire.saturating_mul(64)).saturating_add(inflated)
    }

    /// Feeds a stream in pieces of `step` bytes and takes at most `room` messages at a time.
    pub fn told(self, wire: &[u8], step: usize, room: usize) -> Told {
        let mut decoder = self.decoder();
        let mut told = Told { messages: 0, controls: 0, hash: 0, taken: 0, broken: None };
        let mut hasher = DefaultHasher::new();
        let mut buf = BytesMut::new();
        for part in wire.chunks(step) {
            buf.extend_from_slice(part);
            loop {
                let before = buf.len();
                let wanted = decoder.wanted(&buf);
                let most = before.max(Decoder::RUN_BYTES);
                assert!((Decoder::READ..=most).contains(&wanted), "{wanted} bytes are asked for");
                let next = decoder.next(&mut buf, room);
                assert!(buf.len() <= before);
                told.taken += before - buf.len();
                match next {
                    Ok(Some(Piece::Messages(run))) => {
                        self.look_at(&run, room, &mut hasher);
                        told.messages += run.spans.len();
                    }
                    Ok(Some(Piece::Control(frame))) => {
                        told.controls += 1;
                        hash_control(&frame, &mut hasher);
                    }
                    Ok(None) => {
                        assert_eq!(decoder.next(&mut buf, room), Ok(None), "nothing came in between");
                        assert_eq!(decoder.next(&mut buf, 0), Ok(None), "nothing was asked for");
                        break;
                    }
                    Err(broken) => {
                        let held = buf.len();
                        assert_eq!(decoder.next(&mut buf, room), Err(broken.clone()), "asked again");
                        assert_eq!(buf.len(), held, "the broken frame stays");
                        assert!(broken.last.len() <= Violation::LAST);
                        assert!(matches!(broken.close_code(), 1002 | 1007 | 1009));
                        told.broken = Some(broken);
                        break;
                    }
                }
            }
            if told.broken.is_some() {
                break;
            }
        }
        told.hash = hasher.finish();
        told
    }

    fn look_at(self, run: &Run, room: usize, hasher: &mut DefaultHasher) {
        assert!((1..=room.min(Decoder::RUN_MESSAGES)).contains(&run.spans.len()));
        let longest = if run.spans.iter().any(|span| span.wire.is_some()) {
            Decoder::RUN_BYTES.saturating_add(usize::try_from(self.limit).unwrap_or(usize::MAX))
        } else {
            Decoder::RUN_BYTES
        };
        assert!(run.spans.len() == 1 || run.bytes.len() <= longest, "a run of {} bytes", run.bytes.len());
        let mut end = 0;
        for span in &run.spans {
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

impl Told {
    /// The same stream, cut in another way, told the same.
    pub fn agrees_with(&self, whole: &Self) {
        let parts = |told: &Self| (told.messages, told.controls, told.taken, told.hash);
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

/// How far a message over the limit was inflated before that was seen is up to the room there was.
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
