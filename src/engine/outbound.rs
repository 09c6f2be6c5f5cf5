//! Buffers outgoing frames, with a bound, and emits each once it is written.

use std::{collections::VecDeque, time::Duration};

use bytes::{Buf, Bytes, BytesMut};

use crate::{
    session::{CloseFrame, Control, ControlKind, Direction, EventKind, Kind, Outgoing, Sent},
    wire::{Opcode, close, close_payload, write_frame},
};

/// How many bytes may wait for a server that does not read; a larger frame waits alone.
pub(super) const BOUND: usize = 1 << 20;
/// How many pings are remembered until their pongs.
const PINGS: usize = 64;
/// The longest payload of a control frame (RFC 6455, section 5.5).
const CONTROL: usize = 125;

/// The sending half of a connection, without the socket.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    bytes: BytesMut,
    /// The total of bytes that were queued, and of those that were written.
    queued: u64,
    written: u64,
    /// The events of frames, each with the total of written bytes at which it is emitted.
    frames: VecDeque<(u64, EventKind)>,
    /// Pings that were written and not answered, oldest first, with their times.
    pings: VecDeque<(Bytes, Duration)>,
}

impl Outbound {
    /// Whether a payload of `len` bytes may be queued.
    pub(super) fn has_room_for(&self, len: usize) -> bool {
        self.bytes.is_empty() || self.bytes.len().saturating_add(len) <= BOUND
    }

    /// Whether the buffer is full, so that nothing should be read that may need an answer.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= BOUND
    }

    /// `shown` is what is told of it, if not the payload.
    pub(super) fn message(&mut self, kind: Kind, payload: &Bytes, shown: Option<Bytes>) {
        let told = Sent { kind, payload: shown.unwrap_or_else(|| payload.clone()), opening: false };
        self.frame(kind.into(), payload, EventKind::Sent(told));
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

    fn frame(&mut self, opcode: Opcode, payload: &[u8], event: EventKind) {
        let before = self.bytes.len();
        write_frame(&mut self.bytes, true, opcode, payload, mask());
        self.queued += (self.bytes.len() - before) as u64;
        self.frames.push_back((self.queued, event));
    }

    /// The bytes that are not written yet.
    pub(super) fn unwritten(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, if nothing more will be queued.
    pub(super) fn into_unwritten(self) -> BytesMut {
        self.bytes
    }

    /// Notes that `len` bytes were written.
    pub(super) fn mark_written(&mut self, len: usize) {
        self.bytes.advance(len);
        self.written += len as u64;
    }

    /// Whether a frame was written completely and not emitted yet.
    pub(super) fn has_written_frame(&self) -> bool {
        self.frames.front().is_some_and(|&(end, _)| end <= self.written)
    }

    /// The event of the next frame that was written completely.
    pub(super) fn next_written(&mut self, now: Duration) -> Option<EventKind> {
        if !self.has_written_frame() {
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

    /// The time since the ping that this pong answers, if it was one of ours. A pong also answers the pings
    /// before it (RFC 6455, section 5.5.3).
    pub(super) fn round_trip(&mut self, payload: &Bytes, now: Duration) -> Option<Duration> {
        let nth = self.pings.iter().position(|(ping, _)| ping == payload)?;
        self.pings.drain(..=nth).next_back().map(|(_, sent)| now.saturating_sub(sent))
    }
}

/// Four bytes that a peer cannot predict (RFC 6455, section 5.3).
fn mask() -> [u8; 4] {
    let mut mask = [0; 4];
    // If the system has no randomness, the frame is still well formed.
    if getrandom::fill(&mut mask).is_err() {
        mask = fastrand::u32(..).to_ne_bytes();
    }
    mask
}

/// Checks whether the protocol allows the frame. The error says what is allowed.
pub(super) fn check(frame: &Outgoing) -> Result<(), String> {
    match frame {
        Outgoing::Ping(payload) | Outgoing::Pong(payload) if payload.len() > CONTROL => Err(format!(
            "a {} carries at most {CONTROL} bytes (RFC 6455, section 5.5), not {}",
            frame.word(),
            payload.len()
        )),
        Outgoing::Close(CloseFrame { code: None, reason }) if !reason.is_empty() => {
            Err("a close frame without a code cannot carry a reason; give it a code".to_owned())
        }
        Outgoing::Close(CloseFrame { code: Some(code), .. }) if !close::may_be_sent(*code) => Err(format!(
            "{code} must not be sent as a close code (RFC 6455, section 7.4); 1000 is a normal close, and \
             3000 to 4999 are for private use"
        )),
        Outgoing::Close(CloseFrame { reason, .. }) if reason.len() > CONTROL - 2 => Err(format!(
            "the reason of a close frame has at most {} bytes (RFC 6455, section 5.5), not {}",
            CONTROL - 2,
            reason.len()
        )),
        Outgoing::Data { .. } | Outgoing::Ping(_) | Outgoing::Pong(_) | Outgoing::Close(_) => Ok(()),
    }
}

pub(super) fn payload_len(frame: &Outgoing) -> usize {
    match frame {
        Outgoing::Data { payload, .. } | Outgoing::Ping(payload) | Outgoing::Pong(payload) => payload.len(),
        Outgoing::Close(frame) => frame.reason.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1);

    #[test]
    fn a_frame_is_emitted_when_its_last_byte_is_written() {
        let mut out = Outbound::default();
        out.message(Kind::Text, &Bytes::from_static(b"abc"), None);
        out.mark_written(out.unwritten().len() - 1);
        assert_eq!(out.next_written(NOW), None);
        out.mark_written(1);
        let sent = Sent { kind: Kind::Text, payload: Bytes::from_static(b"abc"), opening: false };
        assert_eq!(out.next_written(NOW), Some(EventKind::Sent(sent)));
        assert_eq!(out.next_written(NOW), None);
    }

    #[test]
    fn only_a_single_large_frame_may_exceed_the_bound() {
        let mut out = Outbound::default();
        assert!(out.has_room_for(BOUND + 1));
        out.ping(Bytes::new());
        assert!(out.has_room_for(100) && !out.has_room_for(BOUND));
    }

    #[test]
    fn a_pong_answers_the_ping_with_its_payload_and_those_before() {
        let mut out = Outbound::default();
        let payload = |text: &'static str| Bytes::from_static(text.as_bytes());
        for text in ["a", "b", "c"] {
            out.ping(payload(text));
        }
        out.mark_written(out.unwritten().len());
        while out.next_written(NOW).is_some() {}
        let later = NOW + Duration::from_millis(30);
        assert_eq!(out.round_trip(&payload("b"), later), Some(Duration::from_millis(30)));
        assert_eq!(out.round_trip(&payload("a"), later), None);
        assert_eq!(out.round_trip(&payload("x"), later), None);
        assert_eq!(out.round_trip(&payload("c"), later), Some(Duration::from_millis(30)));
    }
}
