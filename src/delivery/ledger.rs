//! The ledger of deliveries: what the output has, and the verdict of each attempt. Pure.
//!
//! ```text
//!           read               take                 ack
//!   socket ------> a ticket ---------> Pending ---------------> Acked
//!                     ^   attempt n+1   |  ^                      |
//!                     |                 |  | undo                 | nack of an acked message
//!                     |   nack,         |  |                      v
//!                     |   replays on    +--+--> Nacked, as a ticket
//!                     +-------------------------------+  |
//!                                       |                | the session ends
//!                         nack,         |                +---------------------> Lost
//!                         replays off   v
//!                                    Dropped
//! ```
//!
//! A batch that is acknowledged at once only advances the watermark. The ledger has entries for messages in the
//! output, and for the last [`COMPLETED`] that were redelivered or dropped.

use std::collections::{HashMap, VecDeque};

use foldhash::fast::FixedState;

use crate::session::{Delivery, DeliveryUpdate, MessageId, Verdict};

use super::ticket::Ticket;

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
    /// Every message up to this one was read.
    watermark: MessageId,
    /// The ids are counted here: nobody chooses them so that they collide.
    pending: HashMap<MessageId, InFlight, FixedState>,
    completed: Completed,
}

/// A message in the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct InFlight {
    pub(super) attempt: u32,
    /// See [`Ticket::matches`].
    pub(super) matches: bool,
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
    #[error("message {id} is read and not delivered yet")]
    NotDelivered { id: MessageId },
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

    /// Reads the next message. `matches` is whether the filter of the rule matches it.
    pub(super) fn read(&mut self, matches: bool) -> Ticket {
        self.watermark = self.watermark.plus(1);
        Ticket { id: self.watermark, attempts: 0, matches, before: Verdict::Pending }
    }

    /// Delivers a message. Returns the number of the attempt.
    pub(super) fn take(&mut self, ticket: Ticket) -> u32 {
        let attempt = ticket.attempts.saturating_add(1);
        self.pending.insert(ticket.id, InFlight { attempt, matches: ticket.matches });
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

    /// Rejects a message that is unacknowledged or acknowledged. Returns its ticket if it is to be redelivered.
    ///
    /// # Errors
    ///
    /// The message was dropped already, or is not remembered.
    pub(super) fn nack(
        &mut self,
        id: MessageId,
        on_nack: OnNack,
    ) -> Result<(DeliveryUpdate, Option<Ticket>), LedgerError> {
        let (attempts, matches, before) = if let Some(in_flight) = self.pending.get(&id) {
            (in_flight.attempt, in_flight.matches, Verdict::Pending)
        } else {
            let (attempt, matches) = self.acked(id)?;
            (attempt, matches, Verdict::Acked)
        };
        self.pending.remove(&id);
        let (verdict, ticket) = match on_nack {
            OnNack::Drop => {
                self.completed.insert(id, Delivery { attempt: attempts, verdict: Verdict::Dropped });
                (Verdict::Dropped, None)
            }
            OnNack::Replay => {
                self.completed.last.remove(&id);
                (Verdict::Nacked, Some(Ticket { id, attempts, matches, before }))
            }
        };
        let delivery = Delivery { attempt: attempts, verdict };
        Ok((DeliveryUpdate { id, delivery, recalled: before == Verdict::Acked }, ticket))
    }

    /// Restores the verdict that a rejection replaced.
    pub(super) fn restore(&mut self, ticket: Ticket) -> DeliveryUpdate {
        let Ticket { id, attempts, matches, before } = ticket;
        let delivery = Delivery { attempt: attempts, verdict: before };
        if before == Verdict::Pending {
            self.pending.insert(id, InFlight { attempt: attempts, matches });
        } else if attempts > 1 {
            self.completed.insert(id, delivery);
        }
        DeliveryUpdate { id, delivery, recalled: true }
    }

    /// Why there is no nack to take back.
    pub(super) fn not_nacked(&self, id: MessageId) -> LedgerError {
        let attempt = match self.pending.get(&id) {
            Some(in_flight) => Ok(in_flight.attempt),
            None => self.acked(id).map(|(attempt, _)| attempt),
        };
        match attempt {
            Ok(2..) => LedgerError::AlreadyRedelivered { id },
            Ok(_) => LedgerError::NotNacked { id },
            Err(error) => error,
        }
    }

    /// Marks a message as lost: the session ends before it is delivered.
    pub(super) fn lose(&mut self, ticket: Ticket) -> DeliveryUpdate {
        let delivery = Delivery { attempt: ticket.attempts.max(1), verdict: Verdict::Lost };
        self.completed.insert(ticket.id, delivery);
        DeliveryUpdate { id: ticket.id, delivery, recalled: false }
    }

    /// A message in the output.
    pub(super) fn in_flight(&self, id: MessageId) -> Option<InFlight> {
        self.pending.get(&id).copied()
    }

    /// How many messages are in the output.
    pub(super) fn unacknowledged(&self) -> usize {
        self.pending.len()
    }

    /// The messages in the output, in the order they were received.
    pub(super) fn pending(&self) -> Vec<(MessageId, InFlight)> {
        let mut all: Vec<_> = self.pending.iter().map(|(id, in_flight)| (*id, *in_flight)).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// How many messages were read.
    pub(super) const fn messages(&self) -> u64 {
        self.watermark.0
    }

    /// Attempt and `matches` of an acknowledged message. A completed message has lost its `matches`.
    fn acked(&self, id: MessageId) -> Result<(u32, bool), LedgerError> {
        if id < MessageId(1) {
            return Err(LedgerError::Unknown { id });
        }
        if id > self.watermark {
            return Err(LedgerError::NotReceived { id, last: self.watermark });
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
