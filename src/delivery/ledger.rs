//! The book of deliveries: what has been delivered, and what became of each attempt. Pure.
//!
//! ```text
//!                hand_out               ack
//!   received -------------> Pending --------------> Acked
//!                attempt 1    |  ^                    |
//!                             |  | undo               | nack, after the fact
//!               nack, replays |  |                    v
//!               on            +--+--> Nacked, and waits in order of rejection
//!                             |         |  |
//!                             |         |  | the session ends
//!                nack,        |         |  +---------------------> Lost
//!                replays off  |         | hand_out_again
//!                             v         v
//!                          Dropped    Pending, as attempt n + 1
//! ```
//!
//! Where all is acknowledged at once a batch is one number in this book; an entry is kept only for a
//! message is unacknowledged or was rejected, and of those that are settled no more than
//! [`SETTLED`].

use std::collections::{HashMap, VecDeque};

use crate::session::{Delivery, MessageId, Redelivery, Verdict};

/// Settled messages that had more than one attempt or were dropped, as far as they are remembered.
pub(super) const SETTLED: usize = 10_000;
/// Rejected messages that may wait to be redelivered.
pub(super) const WAITING: usize = 10_000;

/// What the rejection of a message leads to (`auto_replay_nacks`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnNack {
    /// It is redelivered.
    Replayed,
    /// It is gone.
    Dropped,
}

/// The book of one session, across all its connections.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Every message up to this one has been delivered.
    watermark: MessageId,
    pending: HashMap<MessageId, InFlight>,
    waiting: VecDeque<Waiting>,
    completed: Completed,
    tally: Tally,
}

/// A message is unacknowledged.
#[derive(Clone, Copy, Debug)]
struct InFlight {
    attempt: u32,
    mark: bool,
}

/// A rejected message that is to be redelivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) id: MessageId,
    /// The attempt that was rejected.
    pub(super) attempt: u32,
    /// As it was given with the first attempt.
    pub(super) mark: bool,
    /// What the rejection was said of: pending, or acknowledged already.
    before: Verdict,
}

/// Attempts by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) handed_out: u64,
    pub(super) acked: u64,
    pub(super) nacked: u64,
    pub(super) dropped: u64,
    pub(super) lost: u64,
}

/// The last delivery of messages that are not simply acknowledged at the first attempt.
#[derive(Debug, Default)]
struct Completed {
    last: HashMap<MessageId, Delivery>,
    /// In the order they were settled; an entry that was settled again since stands for nothing.
    order: VecDeque<(MessageId, u32)>,
    /// The highest one that is not remembered any more.
    forgotten: MessageId,
}

/// Why a message cannot be answered so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error("there is no message {id}: the first one is 1")]
    Unknown { id: MessageId },
    #[error("message {id} has not been received yet: the last one is {last}")]
    NotYet { id: MessageId, last: MessageId },
    #[error("message {id} is acked at attempt {attempt} already")]
    AlreadyAcked { id: MessageId, attempt: u32 },
    #[error("message {id} is nacked at attempt {attempt} already and waits to be redelivered")]
    AlreadyNacked { id: MessageId, attempt: u32 },
    #[error("message {id} was dropped at attempt {attempt}, so there is nothing left to answer")]
    AlreadyDropped { id: MessageId, attempt: u32 },
    #[error("message {id} is redelivered already")]
    HandedOutAgain { id: MessageId },
    #[error("message {id} was not nacked")]
    NotNacked { id: MessageId },
    #[error("message {id} is too long ago: the last {SETTLED} that were rejected are remembered")]
    Forgotten { id: MessageId },
    #[error("message {id} cannot be nacked now: {WAITING} messages wait to be redelivered")]
    Full { id: MessageId },
}

impl Ledger {
    /// Hands out the next `count` messages and acknowledges them; the id of the first.
    pub(super) fn hand_out_and_ack(&mut self, count: u64) -> MessageId {
        let first = self.watermark.plus(1);
        self.watermark = self.watermark.plus(count);
        self.tally.handed_out += count;
        self.tally.acked += count;
        first
    }

    /// Hands out the next message, which is then unacknowledged. `mark` comes back with each replay of it.
    pub(super) fn hand_out(&mut self, mark: bool) -> MessageId {
        self.watermark = self.watermark.plus(1);
        self.tally.handed_out += 1;
        self.pending.insert(self.watermark, InFlight { attempt: 1, mark });
        self.watermark
    }

    /// Hands out a rejected message again; which attempt that is.
    pub(super) fn hand_out_again(&mut self, waiting: Waiting) -> u32 {
        let attempt = waiting.attempt.saturating_add(1);
        self.tally.handed_out += 1;
        self.pending.insert(waiting.id, InFlight { attempt, mark: waiting.mark });
        attempt
    }

    /// Acknowledges an unacknowledged message.
    ///
    /// # Errors
    ///
    /// It awaits none.
    pub(super) fn ack(&mut self, id: MessageId) -> Result<Redelivery, LedgerError> {
        let Some(in_flight) = self.pending.remove(&id) else {
            let (attempt, _) = self.answered(id)?;
            return Err(LedgerError::AlreadyAcked { id, attempt });
        };
        self.tally.acked += 1;
        let delivery = Delivery { attempt: in_flight.attempt, verdict: Verdict::Acked };
        if in_flight.attempt > 1 {
            self.completed.insert(id, delivery);
        }
        Ok(Redelivery { id, delivery, recalled: false })
    }

    /// Rejects an unacknowledged message, or one that is acknowledged after the fact.
    ///
    /// # Errors
    ///
    /// It has been rejected already, was dropped, or is not remembered; or too many wait.
    pub(super) fn nack(&mut self, id: MessageId, rejected: OnNack) -> Result<Redelivery, LedgerError> {
        let (attempt, mark, before) = if let Some(in_flight) = self.pending.get(&id) {
            (in_flight.attempt, in_flight.mark, Verdict::Pending)
        } else {
            let (attempt, mark) = self.answered(id)?;
            (attempt, mark, Verdict::Acked)
        };
        if rejected == OnNack::Replayed && self.waiting.len() >= WAITING {
            return Err(LedgerError::Full { id });
        }
        match before {
            Verdict::Pending => drop(self.pending.remove(&id)),
            _ => self.tally.acked -= 1,
        }
        let verdict = match rejected {
            OnNack::Dropped => {
                self.tally.dropped += 1;
                self.completed.insert(id, Delivery { attempt, verdict: Verdict::Dropped });
                Verdict::Dropped
            }
            OnNack::Replayed => {
                self.tally.nacked += 1;
                self.completed.last.remove(&id);
                self.waiting.push_back(Waiting { id, attempt, mark, before });
                Verdict::Nacked
            }
        };
        let recalled = before == Verdict::Acked;
        Ok(Redelivery { id, delivery: Delivery { attempt, verdict }, recalled })
    }

    /// Takes a rejection back, unless the message has been redelivered: it is as it was before.
    ///
    /// # Errors
    ///
    /// It does not wait to be redelivered.
    pub(super) fn undo(&mut self, id: MessageId) -> Result<Redelivery, LedgerError> {
        let at = self.waiting.iter().position(|waiting| waiting.id == id);
        match at.and_then(|at| self.waiting.remove(at)) {
            Some(waiting) => Ok(self.restore(waiting)),
            None => Err(match self.pending.get(&id) {
                Some(InFlight { attempt: 2.., .. }) => LedgerError::HandedOutAgain { id },
                Some(_) => LedgerError::NotNacked { id },
                None => match self.answered(id)? {
                    (2.., _) => LedgerError::HandedOutAgain { id },
                    _ => LedgerError::NotNacked { id },
                },
            }),
        }
    }

    /// Makes a message that was taken for its replay what it was before its rejection.
    pub(super) fn restore(&mut self, waiting: Waiting) -> Redelivery {
        let Waiting { id, attempt, mark, before } = waiting;
        self.tally.nacked -= 1;
        let delivery = Delivery { attempt, verdict: before };
        if before == Verdict::Pending {
            self.pending.insert(id, InFlight { attempt, mark });
        } else {
            self.tally.acked += 1;
            if attempt > 1 {
                self.completed.insert(id, delivery);
            }
        }
        Redelivery { id, delivery, recalled: true }
    }

    /// The first of the rejected messages, taken off the list.
    pub(super) fn next_waiting(&mut self) -> Option<Waiting> {
        self.waiting.pop_front()
    }

    /// A rejected message is not redelivered any more.
    pub(super) fn lose(&mut self, waiting: Waiting) -> Redelivery {
        let Waiting { id, attempt, .. } = waiting;
        self.tally.nacked -= 1;
        self.tally.lost += 1;
        let delivery = Delivery { attempt, verdict: Verdict::Lost };
        self.completed.insert(id, delivery);
        Redelivery { id, delivery, recalled: false }
    }

    /// Attempt and mark of an unacknowledged message.
    pub(super) fn attempt_of(&self, id: MessageId) -> Option<(u32, bool)> {
        self.pending.get(&id).map(|in_flight| (in_flight.attempt, in_flight.mark))
    }

    /// Whether a message is unacknowledged.
    pub(super) fn is_pending(&self, id: MessageId) -> bool {
        self.pending.contains_key(&id)
    }

    /// How many messages are unacknowledged.
    pub(super) fn unacknowledged(&self) -> usize {
        self.pending.len()
    }

    /// How many rejected messages wait to be redelivered.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The unacknowledged messages, in the order they were received, with attempt and mark.
    pub(super) fn pending(&self) -> Vec<(MessageId, u32, bool)> {
        let mut all: Vec<_> =
            self.pending.iter().map(|(id, in_flight)| (*id, in_flight.attempt, in_flight.mark)).collect();
        all.sort_unstable();
        all
    }

    /// How many messages have been received and delivered.
    pub(super) const fn messages(&self) -> u64 {
        self.watermark.0
    }

    /// Attempts by what became of them; they add up.
    #[cfg(test)]
    pub(super) const fn tally(&self) -> Tally {
        self.tally
    }

    /// The attempt and the mark of a message that is acknowledged. The mark of one that is settled is not
    /// kept.
    fn answered(&self, id: MessageId) -> Result<(u32, bool), LedgerError> {
        if id < MessageId(1) {
            return Err(LedgerError::Unknown { id });
        }
        if id > self.watermark {
            return Err(LedgerError::NotYet { id, last: self.watermark });
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
        while self.order.len() > SETTLED {
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
