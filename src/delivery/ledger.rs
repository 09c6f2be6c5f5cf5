//! The ledger of deliveries: which messages were delivered, and the verdict of each attempt. Pure.
//!
//! ```text
//!                deliver                ack
//!   received -------------> Pending --------------> Acked
//!                attempt 1    |  ^                    |
//!                             |  | undo               | nack of an acked message
//!               nack, replays |  |                    v
//!               on            +--+--> Nacked, waits in the order of the nacks
//!                             |         |  |
//!                             |         |  | the session ends
//!                nack,        |         |  +---------------------> Lost
//!                replays off  |         | redeliver
//!                             v         v
//!                          Dropped    Pending, as attempt n + 1
//! ```
//!
//! A batch that is acknowledged at once only advances the watermark. The ledger has entries for messages that are
//! unacknowledged, that wait to be redelivered, and for the last [`COMPLETED`] that were redelivered or dropped.

use std::collections::{HashMap, VecDeque};

use crate::session::{Delivery, DeliveryUpdate, MessageId, Verdict};

/// How many completed messages are remembered of those that had more than one attempt or were dropped.
pub(super) const COMPLETED: usize = 10_000;
/// How many nacked messages may wait to be redelivered.
pub(super) const WAITING: usize = 10_000;

/// What happens to a message that is nacked (`auto_replay_nacks`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnNack {
    Replay,
    Drop,
}

/// The deliveries of one session, across all its connections.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Every message up to this one was delivered.
    watermark: MessageId,
    pending: HashMap<MessageId, InFlight>,
    waiting: VecDeque<Waiting>,
    completed: Completed,
}

/// An unacknowledged message.
#[derive(Clone, Copy, Debug)]
struct InFlight {
    attempt: u32,
    /// See [`Ledger::deliver`].
    matched: bool,
}

/// A nacked message that waits to be redelivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) id: MessageId,
    /// The attempt that was nacked.
    pub(super) attempt: u32,
    /// See [`Ledger::deliver`].
    pub(super) matched: bool,
    /// The verdict that the nack replaced: pending or acked.
    before: Verdict,
}

/// The last delivery of each completed message, except those that were acked at the first attempt.
#[derive(Debug, Default)]
struct Completed {
    last: HashMap<MessageId, Delivery>,
    /// In the order of completion. An entry is stale if its message was completed again at a later attempt.
    order: VecDeque<(MessageId, u32)>,
    /// The highest id that was forgotten.
    forgotten: MessageId,
}

/// Why an answer to a message is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error("there is no message {id}: the first one is 1")]
    Unknown { id: MessageId },
    #[error("message {id} has not been received yet: the last one is {last}")]
    NotReceived { id: MessageId, last: MessageId },
    #[error("message {id} is already acked at attempt {attempt}")]
    AlreadyAcked { id: MessageId, attempt: u32 },
    #[error("message {id} is already nacked at attempt {attempt} and waits to be redelivered")]
    AlreadyNacked { id: MessageId, attempt: u32 },
    #[error("message {id} was dropped at attempt {attempt} and can no longer be answered")]
    AlreadyDropped { id: MessageId, attempt: u32 },
    #[error("message {id} was already redelivered")]
    AlreadyRedelivered { id: MessageId },
    #[error("message {id} was not nacked")]
    NotNacked { id: MessageId },
    #[error("message {id} is too old: only the last {COMPLETED} rejected messages are remembered")]
    Forgotten { id: MessageId },
    #[error("message {id} cannot be nacked now: {WAITING} messages already wait to be redelivered")]
    Full { id: MessageId },
}

impl Ledger {
    /// Delivers and acknowledges the next `count` messages. Returns the id of the first.
    pub(super) fn deliver_and_ack(&mut self, count: u64) -> MessageId {
        let first = self.watermark.plus(1);
        self.watermark = self.watermark.plus(count);
        first
    }

    /// Delivers the next message, which is then unacknowledged. `matched` is whether the filter of a `reject EXPR`
    /// matched it; the ledger keeps this for the later attempts.
    pub(super) fn deliver(&mut self, matched: bool) -> MessageId {
        self.watermark = self.watermark.plus(1);
        self.pending.insert(self.watermark, InFlight { attempt: 1, matched });
        self.watermark
    }

    /// Redelivers a nacked message. Returns the number of the attempt.
    pub(super) fn redeliver(&mut self, waiting: Waiting) -> u32 {
        let attempt = waiting.attempt.saturating_add(1);
        self.pending.insert(waiting.id, InFlight { attempt, matched: waiting.matched });
        attempt
    }

    /// Acknowledges an unacknowledged message.
    ///
    /// # Errors
    ///
    /// The message was already answered, or not received.
    pub(super) fn ack(&mut self, id: MessageId) -> Result<DeliveryUpdate, LedgerError> {
        let Some(in_flight) = self.pending.remove(&id) else {
            let (attempt, _) = self.acked(id)?;
            return Err(LedgerError::AlreadyAcked { id, attempt });
        };
        let delivery = Delivery { attempt: in_flight.attempt, verdict: Verdict::Acked };
        if in_flight.attempt > 1 {
            self.completed.insert(id, delivery);
        }
        Ok(DeliveryUpdate { id, delivery, recalled: false })
    }

    /// Rejects a message that is unacknowledged or acknowledged.
    ///
    /// # Errors
    ///
    /// The message was rejected or dropped already, or is not remembered; or [`WAITING`] messages wait.
    pub(super) fn nack(&mut self, id: MessageId, on_nack: OnNack) -> Result<DeliveryUpdate, LedgerError> {
        let (attempt, matched, before) = if let Some(in_flight) = self.pending.get(&id) {
            (in_flight.attempt, in_flight.matched, Verdict::Pending)
        } else {
            let (attempt, matched) = self.acked(id)?;
            (attempt, matched, Verdict::Acked)
        };
        if on_nack == OnNack::Replay && self.waiting.len() >= WAITING {
            return Err(LedgerError::Full { id });
        }
        self.pending.remove(&id);
        let verdict = match on_nack {
            OnNack::Drop => {
                self.completed.insert(id, Delivery { attempt, verdict: Verdict::Dropped });
                Verdict::Dropped
            }
            OnNack::Replay => {
                self.completed.last.remove(&id);
                self.waiting.push_back(Waiting { id, attempt, matched, before });
                Verdict::Nacked
            }
        };
        let recalled = before == Verdict::Acked;
        Ok(DeliveryUpdate { id, delivery: Delivery { attempt, verdict }, recalled })
    }

    /// Takes back a nack, unless the message was redelivered already. The previous verdict is restored.
    ///
    /// # Errors
    ///
    /// The message does not wait to be redelivered.
    pub(super) fn undo(&mut self, id: MessageId) -> Result<DeliveryUpdate, LedgerError> {
        let at = self.waiting.iter().position(|waiting| waiting.id == id);
        match at.and_then(|at| self.waiting.remove(at)) {
            Some(waiting) => Ok(self.restore(waiting)),
            None => Err(match self.pending.get(&id) {
                Some(InFlight { attempt: 2.., .. }) => LedgerError::AlreadyRedelivered { id },
                Some(_) => LedgerError::NotNacked { id },
                None => match self.acked(id)? {
                    (2.., _) => LedgerError::AlreadyRedelivered { id },
                    _ => LedgerError::NotNacked { id },
                },
            }),
        }
    }

    /// Restores the previous verdict of a message that was taken off the list of waiting ones.
    pub(super) fn restore(&mut self, waiting: Waiting) -> DeliveryUpdate {
        let Waiting { id, attempt, matched, before } = waiting;
        let delivery = Delivery { attempt, verdict: before };
        if before == Verdict::Pending {
            self.pending.insert(id, InFlight { attempt, matched });
        } else if attempt > 1 {
            self.completed.insert(id, delivery);
        }
        DeliveryUpdate { id, delivery, recalled: true }
    }

    /// Takes the first message off the list of those that wait to be redelivered.
    pub(super) fn next_waiting(&mut self) -> Option<Waiting> {
        self.waiting.pop_front()
    }

    /// Marks a waiting message as lost: the session ends before it is redelivered.
    pub(super) fn lose(&mut self, waiting: Waiting) -> DeliveryUpdate {
        let Waiting { id, attempt, .. } = waiting;
        let delivery = Delivery { attempt, verdict: Verdict::Lost };
        self.completed.insert(id, delivery);
        DeliveryUpdate { id, delivery, recalled: false }
    }

    /// Attempt and `matched` of an unacknowledged message.
    pub(super) fn attempt_of(&self, id: MessageId) -> Option<(u32, bool)> {
        self.pending.get(&id).map(|in_flight| (in_flight.attempt, in_flight.matched))
    }

    /// How many messages are unacknowledged.
    pub(super) fn unacknowledged(&self) -> usize {
        self.pending.len()
    }

    /// How many nacked messages wait to be redelivered.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The unacknowledged messages in the order they were received, with attempt and `matched`.
    pub(super) fn pending(&self) -> Vec<(MessageId, u32, bool)> {
        let mut all: Vec<_> =
            self.pending.iter().map(|(id, in_flight)| (*id, in_flight.attempt, in_flight.matched)).collect();
        all.sort_unstable();
        all
    }

    /// How many messages were delivered.
    pub(super) const fn messages(&self) -> u64 {
        self.watermark.0
    }

    /// Attempt and `matched` of an acknowledged message. A completed message has lost its `matched`.
    fn acked(&self, id: MessageId) -> Result<(u32, bool), LedgerError> {
        if id < MessageId(1) {
            return Err(LedgerError::Unknown { id });
        }
        if id > self.watermark {
            return Err(LedgerError::NotReceived { id, last: self.watermark });
        }
        if let Some(waiting) = self.waiting.iter().find(|waiting| waiting.id == id) {
            return Err(LedgerError::AlreadyNacked { id, attempt: waiting.attempt });
        }
        match self.completed.last.get(&id) {
            Some(Delivery { verdict: Verdict::Dropped | Verdict::Lost, attempt }) => {
                Err(LedgerError::AlreadyDropped { id, attempt: *attempt })
            }
            Some(delivery) => Ok((delivery.attempt, false)),
            None if id <= self.completed.forgotten => Err(LedgerError::Forgotten { id }),
            None => Ok((1, false)),
        }
    }
}

impl Completed {
    fn insert(&mut self, id: MessageId, delivery: Delivery) {
        self.last.insert(id, delivery);
        self.order.push_back((id, delivery.attempt));
        while self.order.len() > COMPLETED {
            let Some((id, attempt)) = self.order.pop_front() else { return };
            if self.last.get(&id).is_some_and(|last| last.attempt == attempt) {
                self.last.remove(&id);
                self.forgotten = self.forgotten.max(id);
            }
        }
    }
}

#[cfg(test)]
mod tests;
