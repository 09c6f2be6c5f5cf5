//! Reads a session of a capture as the events that a live one emits.

use crate::{
    session::{Batch, Event, EventKind, MessageId, Run, Span, Verdict},
    store::{CaptureError, Captured, Item, Reader, Search, SessionSummary},
};

/// The most messages of a batch.
const MESSAGES: usize = 1_000;
/// The most bytes of a batch, unless one message has more.
const BYTES: usize = 1 << 20;

/// Reads the events of a session in their order. `each` returns whether to continue.
///
/// # Errors
///
/// The disk, or the file, fails.
pub(super) fn each_event(
    reader: &Reader,
    session: &SessionSummary,
    each: &mut dyn FnMut(&Event) -> bool,
) -> Result<(), CaptureError> {
    let mut batch = Gathered::default();
    reader.items(session, Search::ALL, (session.first, session.last), &mut |item| match item {
        Item::Message(captured) => {
            let goes_on = batch.has_room_for(captured) || batch.finish().is_none_or(|event| each(&event));
            batch.add(captured);
            goes_on
        }
        Item::Event(event) => batch.finish().is_none_or(|event| each(&event)) && each(event),
    })?;
    if let Some(event) = batch.finish() {
        each(&event);
    }
    Ok(())
}

/// Messages that came together.
#[derive(Default)]
struct Gathered {
    spans: Vec<Span>,
    bytes: Vec<u8>,
    /// The first one's event, without its messages.
    head: Option<(Event, MessageId, Verdict)>,
}

impl Gathered {
    /// Whether a message came with those that are gathered. Messages of one read have one time.
    fn has_room_for(&self, captured: &Captured<'_>) -> bool {
        let Some((event, first, verdict)) = &self.head else { return true };
        event.at == captured.at
            && event.connection == captured.connection
            && *verdict == captured.verdict
            && first.plus(self.spans.len() as u64) == captured.message.id
            && self.spans.len() < MESSAGES
            && self.bytes.len() + captured.message.payload.len() <= BYTES
    }

    fn add(&mut self, captured: &Captured<'_>) {
        let message = captured.message;
        self.head.get_or_insert_with(|| {
            let (at, connection) = (captured.at, captured.connection);
            let nothing = Batch { first: message.id, run: Run::default(), verdict: captured.verdict };
            (Event { at, connection, kind: EventKind::Messages(nothing) }, message.id, captured.verdict)
        });
        // A payload is at most as long as a capture takes, and a batch has one that is longer than its bound.
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        self.spans.push(Span {
            start: length(self.bytes.len()),
            len: length(message.payload.len()),
            kind: message.kind,
            valid: message.valid,
            frames: message.frames,
            wire: message.wire,
        });
        self.bytes.extend_from_slice(message.payload);
    }

    /// The batch, if there is any message.
    fn finish(&mut self) -> Option<Event> {
        let (event, first, verdict) = self.head.take()?;
        let run = Run {
            bytes: std::mem::take(&mut self.bytes).into(),
            spans: std::mem::take(&mut self.spans).into(),
        };
        Some(Event { kind: EventKind::Messages(Batch { first, run, verdict }), ..event })
    }
}
