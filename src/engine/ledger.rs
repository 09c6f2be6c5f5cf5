//! Which messages have been handed out, and what became of each.
//!
//! ```text
//!              hand_out              nack, replays on
//!   received ------------> Acked --------------------> Nacked (recalled), and the
//!                 attempt 1  |                          message is Acked as attempt n + 1
//!                            |   nack, replays off
//!                            +----------------------> Dropped (recalled)
//! ```
//!
//! Under the *accept* policy a batch is handed out and acknowledged in one go, so that the ledger
//! keeps one number for all of it, and an entry only for a message that was rejected after the
//! fact. A policy that decides on each message by itself keeps its undecided ones as further
//! entries, with the verdict pending; the watermark then stands for the decided rest.

use std::collections::HashMap;

use crate::session::{Delivery, MessageId, Redelivery, Verdict};

/// How many messages may have been rejected after the fact in one session.
pub(super) const EXCEPTIONS: usize = 10_000;

/// What the rejection of a message leads to (`auto_replay_nacks`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejected {
    /// It is handed out again.
    Replayed,
    /// It is gone.
    Dropped,
}

/// The book of deliveries of one session, across all its dials.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Every message up to this one has been handed out.
    watermark: MessageId,
    /// The last delivery of each message that is not simply acknowledged at the first attempt.
    exceptions: HashMap<MessageId, Delivery>,
    tally: Tally,
}

/// Attempts by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) handed_out: u64,
    pub(super) acked: u64,
    pub(super) nacked: u64,
    pub(super) dropped: u64,
}

/// Why a message cannot be rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LedgerError {
    #[error("there is no message {id}: the first one is 1")]
    Unknown { id: MessageId },
    #[error("message {id} has not been received yet: the last one is {last}")]
    NotYet { id: MessageId, last: MessageId },
    #[error("message {id} was dropped at attempt {attempt}, so there is nothing left to reject")]
    AlreadyDropped { id: MessageId, attempt: u32 },
    #[error(
        "message {id} cannot be rejected: {EXCEPTIONS} messages have been, and no more are kept \
         account of in one session; one that was rejected before still can be"
    )]
    Full { id: MessageId },
}

impl Ledger {
    /// Hands out the next `count` messages and acknowledges them; the id of the first.
    pub(super) fn hand_out(&mut self, count: u64) -> MessageId {
        let first = self.watermark.plus(1);
        self.watermark = self.watermark.plus(count);
        self.tally.handed_out += count;
        self.tally.acked += count;
        first
    }

    /// Takes back the acknowledgement of a message and rejects it instead.
    ///
    /// Returns what to tell, in order: the verdict on the attempt, and the next attempt if the
    /// message is replayed.
    ///
    /// # Errors
    ///
    /// The message was never handed out or has been dropped, or too many others were rejected.
    pub(super) fn nack(
        &mut self,
        id: MessageId,
        rejected: Rejected,
    ) -> Result<(Redelivery, Option<Redelivery>), LedgerError> {
        let attempt = self.answered(id)?;
        self.tally.acked -= 1;
        let (verdict, again) = match rejected {
            Rejected::Dropped => {
                self.tally.dropped += 1;
                (Verdict::Dropped, None)
            }
            Rejected::Replayed => {
                self.tally.nacked += 1;
                self.tally.handed_out += 1;
                self.tally.acked += 1;
                (Verdict::Nacked, Some(Delivery { attempt: attempt + 1, verdict: Verdict::Acked }))
            }
        };
        let delivery = Delivery { attempt, verdict };
        self.exceptions.insert(id, again.unwrap_or(delivery));
        let told = Redelivery { id, delivery, recalled: true };
        Ok((told, again.map(|delivery| Redelivery { id, delivery, recalled: false })))
    }

    /// The attempt of a message whose acknowledgement can be taken back.
    fn answered(&self, id: MessageId) -> Result<u32, LedgerError> {
        if id < MessageId(1) {
            return Err(LedgerError::Unknown { id });
        }
        if id > self.watermark {
            return Err(LedgerError::NotYet { id, last: self.watermark });
        }
        match self.exceptions.get(&id) {
            Some(Delivery { verdict: Verdict::Dropped, attempt }) => {
                Err(LedgerError::AlreadyDropped { id, attempt: *attempt })
            }
            Some(delivery) => Ok(delivery.attempt),
            None if self.exceptions.len() >= EXCEPTIONS => Err(LedgerError::Full { id }),
            None => Ok(1),
        }
    }

    /// How many messages have been received.
    pub(super) const fn messages(&self) -> u64 {
        self.watermark.0
    }

    /// Attempts by what became of them; they add up.
    #[cfg(test)]
    pub(super) const fn tally(&self) -> Tally {
        self.tally
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn told(id: u64, attempt: u32, verdict: Verdict, recalled: bool) -> Redelivery {
        Redelivery { id: MessageId(id), delivery: Delivery { attempt, verdict }, recalled }
    }

    #[test]
    fn ids_run_on_from_batch_to_batch() {
        let mut ledger = Ledger::default();
        assert_eq!([ledger.hand_out(3), ledger.hand_out(1), ledger.hand_out(2)].map(|id| id.0), [1, 4, 5]);
        assert_eq!(ledger.messages(), 6);
    }

    #[test]
    fn a_nacked_message_comes_back_as_the_next_attempt() {
        let mut ledger = Ledger::default();
        ledger.hand_out(2);
        for attempt in 1..4 {
            assert_eq!(
                ledger.nack(MessageId(2), Rejected::Replayed),
                Ok((
                    told(2, attempt, Verdict::Nacked, true),
                    Some(told(2, attempt + 1, Verdict::Acked, false))
                ))
            );
        }
        assert_eq!(ledger.tally(), Tally { handed_out: 5, acked: 2, nacked: 3, dropped: 0 });
    }

    #[test]
    fn a_nacked_message_is_dropped_when_replays_are_off() {
        let mut ledger = Ledger::default();
        ledger.hand_out(1);
        let dropped = told(1, 1, Verdict::Dropped, true);
        assert_eq!(ledger.nack(MessageId(1), Rejected::Dropped), Ok((dropped, None)));
        assert_eq!(ledger.tally(), Tally { handed_out: 1, acked: 0, nacked: 0, dropped: 1 });
    }

    #[test]
    fn a_message_that_cannot_be_rejected_is_refused_in_words() {
        let mut ledger = Ledger::default();
        ledger.hand_out(2);
        ledger.nack(MessageId(1), Rejected::Dropped).expect("message 1 was handed out");
        let refusal = |ledger: &mut Ledger, id| {
            ledger.nack(MessageId(id), Rejected::Replayed).expect_err("it must be refused").to_string()
        };
        assert_eq!(refusal(&mut ledger, 0), "there is no message 0: the first one is 1");
        assert_eq!(refusal(&mut ledger, 3), "message 3 has not been received yet: the last one is 2");
        assert_eq!(
            refusal(&mut ledger, 1),
            "message 1 was dropped at attempt 1, so there is nothing left to reject"
        );
    }

    #[test]
    fn the_account_of_rejected_messages_has_an_end() {
        let mut ledger = Ledger::default();
        let many = EXCEPTIONS as u64;
        ledger.hand_out(many + 1);
        for id in 1..=many {
            ledger.nack(MessageId(id), Rejected::Replayed).expect("there is room");
        }
        let over = MessageId(many + 1);
        assert_eq!(ledger.nack(over, Rejected::Replayed), Err(LedgerError::Full { id: over }));
        assert!(ledger.nack(MessageId(7), Rejected::Replayed).is_ok(), "one that has an entry still can be");
    }

    proptest! {
        #[test]
        fn no_attempt_is_answered_twice_and_the_counts_add_up(
            steps in prop::collection::vec((0u64..6, 0u8..3), 0..100),
        ) {
            let mut ledger = Ledger::default();
            let mut rejected = HashSet::new();
            for (number, kind) in steps {
                let replay = match kind {
                    0 => {
                        ledger.hand_out(number);
                        continue;
                    }
                    1 => Rejected::Replayed,
                    _ => Rejected::Dropped,
                };
                if let Ok((verdict, again)) = ledger.nack(MessageId(number), replay) {
                    prop_assert!(rejected.insert((verdict.id, verdict.delivery.attempt)));
                    prop_assert_eq!(again.is_some(), replay == Rejected::Replayed);
                }
                let tally = ledger.tally();
                prop_assert_eq!(tally.handed_out, tally.acked + tally.nacked + tally.dropped);
                prop_assert_eq!(tally.nacked + tally.dropped, rejected.len() as u64);
                prop_assert_eq!(tally.handed_out, ledger.messages() + tally.nacked);
            }
        }
    }
}
