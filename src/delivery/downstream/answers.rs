//! The answers of the user to delivered messages: ack, nack, and the undo of a nack.
//!
//! During the pause before a replay an answer is kept, and applied when the pause is over.

use std::time::Duration;

use crate::{
    delivery::ledger::LedgerError,
    session::{DeliveryUpdate, EventKind, MessageId},
};

use super::{Answer, Downstream};

/// Why an answer is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("message {id} is already answered; the answer applies once message {other} is redelivered")]
    Stalled { id: MessageId, other: MessageId },
}

impl Downstream {
    /// Acknowledges an unacknowledged message, or rejects one, also one that is acknowledged already.
    ///
    /// # Errors
    ///
    /// The message has this answer already, or is not remembered.
    pub(crate) fn answer(
        &mut self,
        id: MessageId,
        answer: Answer,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) -> Result<(), AnswerError> {
        self.answer_or_stall(id, answer, events)?;
        self.advance(now, events);
        Ok(())
    }

    /// Takes back a nack, unless the message was redelivered already.
    ///
    /// # Errors
    ///
    /// The message does not wait to be redelivered.
    pub(crate) fn undo(
        &mut self,
        id: MessageId,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) -> Result<(), AnswerError> {
        let before = self.stalled.len();
        self.stalled.retain(|(stalled, answer)| *stalled != id || *answer == Answer::Ack);
        if self.stalled.len() < before {
            self.answer_again(id, now, events);
            return Ok(());
        }
        let undone = match self.delayed.take_if(|delayed| delayed.waiting.id == id) {
            Some(delayed) => {
                let undone = self.ledger.restore(delayed.waiting);
                self.apply_stalled(events);
                undone
            }
            None => self.ledger.undo(id)?,
        };
        events.push(EventKind::Delivery(undone));
        self.answer_again(id, now, events);
        self.advance(now, events);
        Ok(())
    }

    /// Applies the ack mode to a message that is unacknowledged again.
    fn answer_again(&mut self, id: MessageId, now: Duration, events: &mut Vec<EventKind>) {
        if let Some((attempt, matched)) = self.ledger.attempt_of(id) {
            self.apply_ack_mode(id, attempt, matched, now, events);
        }
    }

    /// Applies an answer, or keeps it until the current pause is over.
    fn answer_or_stall(
        &mut self,
        id: MessageId,
        answer: Answer,
        events: &mut Vec<EventKind>,
    ) -> Result<(), AnswerError> {
        if let Some(delayed) = &self.delayed {
            let other = delayed.waiting.id;
            if self.stalled.iter().any(|(stalled, _)| *stalled == id) {
                return Err(AnswerError::Stalled { id, other });
            }
            if self.ledger.attempt_of(id).is_some() {
                self.slow_acks.retain(|(_, slow)| *slow != id);
                self.stalled.push((id, answer));
                return Ok(());
            }
            if other == id {
                let attempt = delayed.waiting.attempt;
                return Err(LedgerError::AlreadyNacked { id, attempt }.into());
            }
        }
        let update = self.enter(id, answer)?;
        self.slow_acks.retain(|(_, slow)| *slow != id);
        events.push(EventKind::Delivery(update));
        Ok(())
    }

    /// Applies an answer to an unacknowledged message.
    pub(super) fn apply(&mut self, id: MessageId, answer: Answer, events: &mut Vec<EventKind>) {
        let update = self.enter(id, answer);
        debug_assert!(update.is_ok(), "message {id} is unacknowledged: {update:?}");
        events.extend(update.map(EventKind::Delivery));
    }

    fn enter(&mut self, id: MessageId, answer: Answer) -> Result<DeliveryUpdate, LedgerError> {
        match answer {
            Answer::Ack => self.ledger.ack(id),
            Answer::Nack => self.ledger.nack(id, self.on_nack),
        }
    }

    pub(super) fn apply_stalled(&mut self, events: &mut Vec<EventKind>) {
        for (id, answer) in std::mem::take(&mut self.stalled) {
            self.apply(id, answer, events);
        }
    }
}
