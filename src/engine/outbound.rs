//! What is on its way out: frames in a bounded buffer, told once they have been written.

use std::{collections::VecDeque, time::Duration};

use bytes::{Buf, Bytes, BytesMut};

use crate::{
    session::{CloseFrame, Control, ControlKind, Direction, EventKind, Kind, Sent},
    wire::{Opcode, close_payload, write_frame},
};

/// How many bytes may wait for a server that does not read; a larger frame waits alone.
pub(super) const BOUND: usize = 1 << 20;
/// How many pings of ours are remembered while they wait for their pongs.
const PINGS: usize = 64;

/// The sending half of a connection, short of the socket.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    bytes: BytesMut,
    /// How many bytes were ever put in, and how many of these have been written.
    queued: u64,
    written: u64,
    /// What to tell once so many bytes have been written.
    frames: VecDeque<(u64, EventKind)>,
    /// Pings of ours that went out and were not answered, oldest first.
    pings: VecDeque<(Bytes, Duration)>,
}

impl Outbound {
    /// Whether a payload of `len` bytes may be put in.
    pub(super) fn has_room_for(&self, len: usize) -> bool {
        self.bytes.is_empty() || self.bytes.len().saturating_add(len) <= BOUND
    }

    /// Whether so much is waiting that nothing should be read which may want an answer.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= BOUND
    }

    pub(super) fn message(&mut self, kind: Kind, payload: Bytes) {
        self.frame(kind.into(), &payload.clone(), EventKind::Sent(Sent { kind, payload, opening: false }));
    }

    pub(super) fn ping(&mut self, payload: Bytes) {
        self.control(Opcode::Ping, &payload.clone(), ControlKind::Ping(payload));
    }

    pub(super) fn pong(&mut self, payload: Bytes) {
        self.control(Opcode::Pong, &payload.clone(), ControlKind::Pong { payload, round_trip: None });
    }

    /// Without a code the frame is empty and `reason` must be too (RFC 6455, section 5.5.1).
    pub(super) fn close(&mut self, frame: CloseFrame) {
        let payload = frame.code.map(|code| close_payload(code, &frame.reason)).unwrap_or_default();
        self.control(Opcode::Close, &payload, ControlKind::Close(frame));
    }

    fn control(&mut self, opcode: Opcode, payload: &[u8], kind: ControlKind) {
        self.frame(opcode, payload, EventKind::Control(Control { direction: Direction::Out, kind }));
    }

    fn frame(&mut self, opcode: Opcode, payload: &[u8], events: EventKind) {
        let before = self.bytes.len();
        write_frame(&mut self.bytes, true, opcode, payload, mask());
        self.queued += (self.bytes.len() - before) as u64;
        self.frames.push_back((self.queued, events));
    }

    /// The bytes to write next.
    pub(super) fn unwritten(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, when nothing more will be put in.
    pub(super) fn into_unwritten(self) -> BytesMut {
        self.bytes
    }

    /// So many bytes have been written.
    pub(super) fn wrote(&mut self, len: usize) {
        self.bytes.advance(len);
        self.written += len as u64;
    }

    /// Whether a whole frame has been written that was not told.
    pub(super) fn has_news(&self) -> bool {
        self.frames.front().is_some_and(|&(end, _)| end <= self.written)
    }

    /// The next frame that has been written whole, to be told at `now`.
    pub(super) fn news(&mut self, now: Duration) -> Option<EventKind> {
        if !self.has_news() {
            return None;
        }
        let (_, kind) = self.frames.pop_front()?;
        if let EventKind::Control(Control { kind: ControlKind::Ping(payload), .. }) = &kind {
            if self.pings.len() == PINGS {
                self.pings.pop_front();
            }
            self.pings.push_back((payload.clone(), now));
        }
        Some(kind)
    }

    /// How long ago the ping went out that this pong answers, if it was one of ours. A pong also
    /// settles the pings before it (RFC 6455, section 5.5.3).
    pub(super) fn round_trip(&mut self, payload: &Bytes, now: Duration) -> Option<Duration> {
        let nth = self.pings.iter().position(|(ping, _)| ping == payload)?;
        self.pings.drain(..=nth).next_back().map(|(_, sent)| now.saturating_sub(sent))
    }
}

/// Four bytes that no peer can foresee (RFC 6455, section 5.3).
fn mask() -> [u8; 4] {
    let mut mask = [0; 4];
    // A system that has no randomness left to give still gets a frame that is well formed.
    if getrandom::fill(&mut mask).is_err() {
        mask = fastrand::u32(..).to_ne_bytes();
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1);

    #[test]
    fn a_frame_is_told_when_its_last_byte_is_written() {
        let mut out = Outbound::default();
        out.message(Kind::Text, Bytes::from_static(b"abc"));
        out.wrote(out.unwritten().len() - 1);
        assert_eq!(out.news(NOW), None);
        out.wrote(1);
        let sent = Sent { kind: Kind::Text, payload: Bytes::from_static(b"abc"), opening: false };
        assert_eq!(out.news(NOW), Some(EventKind::Sent(sent)));
        assert_eq!(out.news(NOW), None);
    }

    #[test]
    fn the_buffer_has_a_bound_that_one_large_frame_alone_may_pass() {
        let mut out = Outbound::default();
        assert!(out.has_room_for(BOUND + 1));
        out.ping(Bytes::new());
        assert!(out.has_room_for(100) && !out.has_room_for(BOUND));
    }

    #[test]
    fn a_pong_answers_the_ping_of_its_payload_and_settles_those_before() {
        let mut out = Outbound::default();
        let payload = |text: &'static str| Bytes::from_static(text.as_bytes());
        for text in ["a", "b", "c"] {
            out.ping(payload(text));
        }
        out.wrote(out.unwritten().len());
        while out.news(NOW).is_some() {}
        let later = NOW + Duration::from_millis(30);
        assert_eq!(out.round_trip(&payload("b"), later), Some(Duration::from_millis(30)));
        assert_eq!(out.round_trip(&payload("a"), later), None);
        assert_eq!(out.round_trip(&payload("x"), later), None);
        assert_eq!(out.round_trip(&payload("c"), later), Some(Duration::from_millis(30)));
    }
}
