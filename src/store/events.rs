//! The events of a captured session as they once came: messages in batches again.

use std::mem::take;

use bytes::{Bytes, BytesMut};

use crate::session::{Batch, ConnectionId, Event, EventKind, MessageId, Run, Seq, Span, Timestamp, Verdict};

use super::{
    CaptureError, Captured, Reader, SessionSummary,
    captured::{Item, Search},
};

/// The most messages, and about the most bytes, of a batch.
const MESSAGES: usize = 512;
const BYTES: usize = 1 << 20;

/// Messages that came together, as far as they are read.
#[derive(Default)]
struct Gathered {
    at: Timestamp,
    connection: ConnectionId,
    first: MessageId,
    verdict: Option<Verdict>,
    bytes: BytesMut,
    spans: Vec<Span>,
}

impl Gathered {
    fn goes_on_with(&self, captured: &Captured<'_>) -> bool {
        self.at == captured.at
            && self.connection == captured.connection
            && self.verdict == Some(captured.verdict)
            && self.first.plus(self.spans.len() as u64) == captured.message.id
            && self.spans.len() < MESSAGES
            && self.bytes.len() < BYTES
    }

    fn add(&mut self, captured: &Captured<'_>) {
        let Captured { at, connection, verdict, message } = *captured;
        if self.spans.is_empty() {
            (self.at, self.connection, self.first, self.verdict) =
                (at, connection, message.id, Some(verdict));
        }
        let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.spans.push(Span {
            start: place(self.bytes.len()),
            len: place(message.payload.len()),
            kind: message.kind,
            valid: message.valid,
            frames: message.frames,
            wire: message.wire,
        });
        self.bytes.extend_from_slice(message.payload);
    }

    fn event(&mut self) -> Option<Event> {
        let verdict = self.verdict.take()?;
        let bytes: Bytes = take(&mut self.bytes).freeze();
        let run = Run { bytes, spans: take(&mut self.spans).into() };
        let kind = EventKind::Messages(Batch { first: self.first, run, verdict });
        Some(Event { at: self.at, connection: self.connection, kind })
    }
}

impl Reader {
    /// Reads the events of a session in order, messages that came together as one batch. `each` takes the place that
    /// is read and an event, and returns whether to continue.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn events(
        &self,
        session: &SessionSummary,
        each: &mut dyn FnMut(Seq, &Event) -> bool,
    ) -> Result<(), CaptureError> {
        let mut gathered = Gathered::default();
        let mut seq = Seq(session.first.0.saturating_sub(1));
        let mut goes_on = true;
        self.items(session, Search::ALL, (session.first, session.last), &mut |item| {
            seq = seq.plus(1);
            match item {
                Item::Message(captured) if gathered.goes_on_with(captured) => gathered.add(captured),
                Item::Message(captured) => {
                    goes_on = gathered.event().is_none_or(|event| each(seq, &event));
                    gathered.add(captured);
                }
                Item::Event(event) => {
                    goes_on = gathered.event().is_none_or(|event| each(seq, &event)) && each(seq, event);
                }
            }
            goes_on
        })?;
        if let Some(event) = gathered.event().filter(|_| goes_on) {
            each(seq, &event);
        }
        Ok(())
    }
}
