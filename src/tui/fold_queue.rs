//! Events that wait to be folded. What is too much is counted: runs of messages become one number a second.

use std::collections::VecDeque;

use crate::session::{ConnectionId, Event, EventKind, MessageId, Seq, Timestamp};

/// Events that may wait.
const ITEMS: usize = 512;
/// Bytes of messages that may wait.
const BYTES: usize = 4 << 20;
/// Beyond so many, other events are left out too; only a flood of control frames makes so many.
const MOST: usize = 8_192;

/// What is folded next.
#[derive(Debug)]
pub(super) enum Item {
    Event(Event),
    /// Messages that are only counted.
    Counted {
        first: MessageId,
        connection: ConnectionId,
        at: Timestamp,
        messages: u64,
        bytes: u64,
    },
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
    /// The place of the last event that came.
    pub seq: Seq,
    /// What comes is in the capture too, and is read from there.
    pub is_passed_over: bool,
}

impl Queue {
    pub(super) fn push(&mut self, event: &Event) {
        self.seq = match &event.kind {
            EventKind::Messages(batch) => self.seq.plus(batch.len() as u64),
            _ => self.seq.plus(1),
        };
        if self.is_passed_over || !is_folded(&event.kind) {
            return;
        }
        let EventKind::Messages(batch) = &event.kind else {
            if self.items.len() < MOST {
                self.items.push_back(Item::Event(event.clone()));
            }
            return;
        };
        let size = batch.run.bytes.len();
        // A message that is larger than the queue is read too, if nothing else waits.
        if self.items.len() < ITEMS && (self.bytes == 0 || self.bytes + size <= BYTES) {
            self.bytes += size;
            self.items.push_back(Item::Event(event.clone()));
            return;
        }
        let (messages, bytes) = (batch.len() as u64, batch.payload_bytes());
        if let Some(Item::Counted { connection, at, messages: more, bytes: size, .. }) = self.items.back_mut()
            && *connection == event.connection
            && second(*at) == second(event.at)
        {
            (*more, *size, *at) = (*more + messages, *size + bytes, event.at);
            return;
        }
        let (first, connection, at) = (batch.first, event.connection, event.at);
        self.items.push_back(Item::Counted { first, connection, at, messages, bytes });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn take(&mut self) -> VecDeque<Item> {
        self.bytes = 0;
        std::mem::take(&mut self.items)
    }
}

/// Whether the folds look at such an event.
const fn is_folded(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Connecting { .. }
            | EventKind::StageEnded(_)
            | EventKind::Opened(_)
            | EventKind::Messages(_)
            | EventKind::Control(_)
            | EventKind::ReadingPaused { .. }
            | EventKind::BackPressure(_)
            | EventKind::ReadingResumed { .. }
            | EventKind::TcpLine(_)
            | EventKind::Lost(_)
            | EventKind::Failed(_)
            | EventKind::Ended(_)
    )
}

const fn second(at: Timestamp) -> i64 {
    at.0.div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Batch, Kind, Run, Span, Verdict};

    fn messages(millis: i64, first: u64, size: usize) -> Event {
        let len = u32::try_from(size).expect("it is small");
        let span = Span { start: 0, len, kind: Kind::Text, valid: true, frames: 1, wire: None };
        let run = Run { bytes: vec![b'x'; size].into(), spans: [span].into() };
        let batch = Batch { first: MessageId(first), run, verdict: Verdict::Acked };
        let at = Timestamp(millis * 1_000);
        Event { at, connection: ConnectionId(1), kind: EventKind::Messages(batch) }
    }

    fn counted(queue: &mut Queue) -> Vec<u64> {
        let counted = |item: Item| match item {
            Item::Counted { messages, .. } => Some(messages),
            Item::Event(_) => None,
        };
        queue.take().into_iter().filter_map(counted).collect()
    }

    #[test]
    fn what_is_too_much_is_counted_by_the_second() {
        let mut queue = Queue::default();
        (0..4).for_each(|nth| queue.push(&messages(0, nth, 1 << 20)));
        (4..10).for_each(|nth| queue.push(&messages(500, nth, 1 << 20)));
        queue.push(&messages(1_000, 10, 1 << 20));
        assert_eq!(queue.seq, Seq(11));
        assert_eq!(counted(&mut queue), [6, 1]);
        queue.push(&messages(1_001, 11, 1 << 20));
        assert_eq!(counted(&mut queue), [0_u64; 0], "there is room again");
    }

    #[test]
    fn a_message_that_is_larger_than_the_queue_is_folded_alone() {
        let mut queue = Queue::default();
        (0..3).for_each(|nth| queue.push(&messages(0, nth, 6 << 20)));
        assert_eq!(counted(&mut queue), [2]);
    }

    #[test]
    fn what_is_read_from_the_capture_keeps_its_place_only() {
        let mut queue = Queue { is_passed_over: true, ..Queue::default() };
        queue.push(&messages(0, 1, 10));
        assert_eq!((queue.is_empty(), queue.seq), (true, Seq(1)));
    }
}
