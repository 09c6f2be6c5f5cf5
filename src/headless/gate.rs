//! Ends the session of `tail --count` at the last message that was asked for: later ones are neither written nor
//! captured nor counted.

use crate::{
    filter::{Filter, Overrun},
    session::{Batch, ConnectionId, Event, EventKind, MessageId, Timestamp},
};

/// Lets events through until enough messages have passed the filter.
pub struct Gate {
    filter: Filter,
    /// How many messages are still to pass; `None` for no limit.
    left: Option<u64>,
    /// The last message that was let through.
    last: MessageId,
    /// How many were held back, in the session and of the connection that is open.
    held: u64,
    held_of_connection: u64,
    /// When the last message came.
    before: Option<Timestamp>,
}

impl Gate {
    pub const fn new(filter: Filter, count: Option<u64>) -> Self {
        Self { filter, left: count, last: MessageId(0), held: 0, held_of_connection: 0, before: None }
    }

    /// On how many messages jq took too long.
    pub fn overrun(&self) -> Option<Overrun> {
        self.filter.overrun()
    }

    /// The last message that was let through.
    pub const fn last(&self) -> MessageId {
        self.last
    }

    /// Whether a count was asked for.
    pub const fn has_count(&self) -> bool {
        self.left.is_some()
    }

    /// Whether as many as were asked for have passed.
    pub fn is_done(&self) -> bool {
        self.left == Some(0)
    }

    /// The events that are part of the session, with the totals of what they hold.
    pub fn pass(&mut self, mut events: Vec<Event>) -> Vec<Event> {
        if self.left.is_some() {
            events.retain_mut(|event| self.lets_through(event));
        }
        events
    }

    fn lets_through(&mut self, event: &mut Event) -> bool {
        let (at, connection) = (event.at, event.connection);
        match &mut event.kind {
            EventKind::Messages(batch) => return self.cut(batch, at, connection),
            EventKind::Delivery(run) if self.is_done() => return run.cut_behind(self.last),
            EventKind::Opened(_) => self.held_of_connection = 0,
            EventKind::Lost(lost) => lost.messages = lost.messages.saturating_sub(self.held_of_connection),
            EventKind::Ended(ended) => ended.messages = ended.messages.saturating_sub(self.held),
            _ => (),
        }
        true
    }

    /// Cuts a batch behind the last message that is wanted; whether anything is left of it.
    fn cut(&mut self, batch: &mut Batch, at: Timestamp, connection: ConnectionId) -> bool {
        let all = batch.len();
        let wanted = self.wanted(batch, at, connection);
        batch.run = batch.run.part(0..wanted);
        let held = (all - wanted) as u64;
        self.held += held;
        self.held_of_connection += held;
        if wanted > 0 {
            self.last = MessageId(batch.first.0 + wanted as u64 - 1);
        }
        wanted > 0
    }

    /// How many messages of a batch there are up to the last that is wanted.
    fn wanted(&mut self, batch: &Batch, at: Timestamp, connection: ConnectionId) -> usize {
        let Some(left) = &mut self.left else { return batch.len() };
        if self.filter.is_empty() {
            let wanted = batch.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= wanted as u64;
            return wanted;
        }
        let before = self.before.replace(at);
        let mut wanted = 0;
        for candidate in batch.candidates(at, connection, before) {
            if *left == 0 {
                break;
            }
            wanted += 1;
            *left -= u64::from(self.filter.matches(&candidate));
        }
        wanted
    }
}
