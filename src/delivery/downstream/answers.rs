//! The answers of the user to delivered messages: ack, nack, and the undo of a nack.

use std::time::Duration;

use crate::{
    delivery::{
        ledger::{LedgerError, WAITING},
        ticket::Ticket,
    },
    session::{DeliveryUpdate, EventKind, MessageId},
};

use super::{Answer, Downstream, tell};

/// Why an answer is refused.
pub(crate) type AnswerError = LedgerError;

impl Downstream {
    /// Acknowledges a message in the output, or rejects one, also one that is acknowledged already.
    ///
    /// # Errors
    ///
    /// The message has this answer already, is not delivered yet, or is not remembered.
    pub(crate) fn answer(
        &mut self,
        id: MessageId,
        answer: Answer,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) -> Result<(), AnswerError> {
        self.answer_due(now, events);
        if let Some(ticket) = self.ticket(id) {
            let attempt = ticket.attempts;
            return Err(if ticket.is_rejected() {
                LedgerError::AlreadyNacked { id, attempt }
            } else {
                LedgerError::NotDelivered { id }
            });
        }
        let update = self.answer_now(id, answer)?;
        self.planned.remove(id);
        tell(update, events);
        self.settle(now, events);
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
        self.answer_due(now, events);
        let ticket = self.withdraw(id).ok_or_else(|| self.ledger.not_nacked(id))?;
        tell(self.ledger.restore(ticket), events);
        if let Some(in_flight) = self.ledger.in_flight(id) {
            self.plan_again(id, in_flight, now, events);
        }
        self.settle(now, events);
        Ok(())
    }

    /// Answers a message, and gives its ticket to the reader if it is to be redelivered.
    pub(super) fn answer_now(
        &mut self,
        id: MessageId,
        answer: Answer,
    ) -> Result<DeliveryUpdate, LedgerError> {
        match answer {
            Answer::Ack => self.ledger.ack(id),
            Answer::Nack if self.reader.rejected().nth(WAITING - 1).is_some() => {
                Err(LedgerError::Full { id })
            }
            Answer::Nack => {
                let (update, ticket) = self.ledger.nack(id, self.on_nack)?;
                if let Some(ticket) = ticket {
                    self.reader.reject(ticket);
                }
                Ok(update)
            }
        }
    }

    /// Gives all answers that are due.
    pub(super) fn answer_due(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        while self.step(now, events) {}
    }

    /// A message on its way to the output.
    fn ticket(&self, id: MessageId) -> Option<Ticket> {
        let of_reader = self.reader.rejected().chain(self.reader.read_ahead());
        self.queue.iter().copied().chain(of_reader).find(|ticket| ticket.id == id)
    }

    /// Takes a rejected message off its way.
    fn withdraw(&mut self, id: MessageId) -> Option<Ticket> {
        let at = self.queue.iter().position(|ticket| ticket.id == id && ticket.is_rejected());
        match at {
            Some(at) => self.queue.remove(at),
            None => self.reader.withdraw(id),
        }
    }
}
