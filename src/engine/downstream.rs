//! What stands behind the input, played: when a message is handed out, and how it is answered. Pure.
//!
//! ```text
//!              one read ahead          room for an answer, and nothing waits before it
//!   socket ------------------> ahead -------------------------------------------------> handed out
//!                                         ^                                                 |
//!                    rejected messages, --+   first two at once, then after a pause in which
//!                    in their order           nothing else moves, answers included       nack
//!                                         +-------------------------------------------------+
//! ```
//!
//! Under *accept*, with nothing rejected, none of this is entered: whole batches are handed out and
//! acknowledged in one go.

use std::{collections::BTreeSet, time::Duration};

use crate::session::{
    Answering, Batch, Delivery, MessageId, Pause, Policy, Redelivery, Rejects, ReplayWaits, Run, Verdict,
    What,
};

use super::{
    ledger::{Ledger, LedgerError, Rejected, Waiting},
    replay,
};

/// The rest of the pipeline in one session, across all its dials.
#[derive(Debug)]
pub(super) struct Downstream {
    policy: Policy,
    ledger: Ledger,
    rejected: Rejected,
    dice: fastrand::Rng,
    /// Whether a connection is open: without one nothing is handed out again.
    connected: bool,
    /// A message that was read and cannot be handed out yet.
    ahead: Option<Run>,
    /// A rejected message whose pause runs.
    serving: Option<Serving>,
    /// Answers that were given during the pause of another message.
    stalled: Vec<(MessageId, Answer)>,
    /// When a slow output answers.
    due: BTreeSet<(Duration, MessageId)>,
    /// Deliveries that the policy has decided on, for every nth of them.
    decided: u64,
}

#[derive(Debug)]
struct Serving {
    waiting: Waiting,
    until: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Ack,
    Nack,
}

/// What a policy does about a delivery.
enum Decision {
    Now(Answer),
    After(Duration),
    /// A person decides.
    Open,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AnswerError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("message {id} is answered already; that stands while message {other} waits for its replay")]
    Stalled { id: MessageId, other: MessageId },
}

impl Downstream {
    /// `seed` decides the jitter of every pause, and what is left to chance.
    pub(super) fn new(policy: Policy, auto_replay_nacks: bool, seed: u64) -> Self {
        Self {
            policy,
            ledger: Ledger::default(),
            rejected: Rejected::of(auto_replay_nacks),
            dice: fastrand::Rng::with_seed(seed),
            connected: false,
            ahead: None,
            serving: None,
            stalled: Vec::new(),
            due: BTreeSet::new(),
            decided: 0,
        }
    }

    pub(super) const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// How many messages have been received.
    pub(super) fn messages(&self) -> u64 {
        self.ledger.messages() + u64::from(self.ahead.is_some())
    }

    /// Messages that await an answer.
    pub(super) fn awaiting(&self) -> usize {
        self.ledger.awaiting()
    }

    /// Messages that may be taken from what was read.
    pub(super) fn room(&self) -> usize {
        match self.ahead {
            _ if self.is_plain() => usize::MAX,
            None => 1,
            Some(_) => 0,
        }
    }

    /// Why there is no room.
    pub(super) const fn pause(&self) -> Pause {
        if self.serving.is_some() { Pause::Replay } else { Pause::InFlight }
    }

    /// When [`Downstream::advance`] is wanted next.
    pub(super) fn due(&self) -> Option<Duration> {
        match &self.serving {
            Some(serving) => Some(serving.until),
            None => self.due.first().map(|(due, _)| *due),
        }
    }

    /// Whether everything is acknowledged as it comes.
    fn is_plain(&self) -> bool {
        matches!(self.policy, Policy::Accept)
            && self.serving.is_none()
            && self.ahead.is_none()
            && self.ledger.waiting() == 0
    }

    /// Takes what was read, within the room there was for it.
    pub(super) fn received(&mut self, run: Run, now: Duration, told: &mut Vec<What>) {
        if self.is_plain() {
            let first = self.ledger.hand_out_and_ack(run.spans.len() as u64);
            told.push(What::Messages(Batch { first, run, verdict: Verdict::Acked }));
        } else {
            debug_assert!(self.ahead.is_none() && run.spans.len() == 1, "there was room for one message");
            self.ahead = Some(run);
            self.advance(now, told);
        }
    }

    /// A connection has been opened, or is no more.
    pub(super) fn connected(&mut self, connected: bool, now: Duration, told: &mut Vec<What>) {
        self.connected = connected;
        self.advance(now, told);
    }

    /// What a rejection leads to from now on (`auto_replay_nacks`).
    pub(super) fn replays(&mut self, auto_replay_nacks: bool) {
        self.rejected = Rejected::of(auto_replay_nacks);
    }

    /// Answers in another way from now on. What awaits an answer is answered by the new policy; a filter,
    /// which has no payloads of earlier messages, acknowledges them.
    pub(super) fn answer_by(&mut self, policy: Policy, now: Duration, told: &mut Vec<What>) {
        self.policy = policy;
        self.due.clear();
        told.push(What::Policy(Answering::of(&self.policy)));
        for (id, attempt, mark) in self.ledger.pending() {
            if self.stalled.iter().all(|(stalled, _)| *stalled != id) {
                self.decide_on(id, attempt, mark, now, told);
            }
        }
        self.advance(now, told);
    }

    /// Does what the policy says about a message that awaits an answer.
    fn decide_on(&mut self, id: MessageId, attempt: u32, mark: bool, now: Duration, told: &mut Vec<What>) {
        match self.decide(attempt, mark) {
            Decision::Now(answer) => self.take(id, answer, told),
            Decision::After(delay) => drop(self.due.insert((now + delay, id))),
            Decision::Open => {}
        }
    }

    /// Acknowledges a message that awaits an answer.
    ///
    /// # Errors
    ///
    /// It awaits none.
    pub(super) fn ack(
        &mut self,
        id: MessageId,
        now: Duration,
        told: &mut Vec<What>,
    ) -> Result<(), AnswerError> {
        self.stall_or(id, Answer::Ack, told)?;
        self.advance(now, told);
        Ok(())
    }

    /// Rejects a message, if need be after the fact.
    ///
    /// # Errors
    ///
    /// It has been rejected, was dropped, or is not remembered.
    pub(super) fn nack(
        &mut self,
        id: MessageId,
        now: Duration,
        told: &mut Vec<What>,
    ) -> Result<(), AnswerError> {
        self.stall_or(id, Answer::Nack, told)?;
        self.advance(now, told);
        Ok(())
    }

    /// Takes a rejection back that has not led to another attempt yet.
    ///
    /// # Errors
    ///
    /// The message does not wait to be handed out again.
    pub(super) fn undo(
        &mut self,
        id: MessageId,
        now: Duration,
        told: &mut Vec<What>,
    ) -> Result<(), AnswerError> {
        let before = self.stalled.len();
        self.stalled.retain(|(stalled, answer)| *stalled != id || *answer == Answer::Ack);
        if self.stalled.len() < before {
            self.await_again(id, now, told);
            return Ok(());
        }
        let undone = match self.serving.take_if(|serving| serving.waiting.id == id) {
            Some(serving) => {
                let undone = self.ledger.restore(serving.waiting);
                self.take_stalled(told);
                undone
            }
            None => self.ledger.undo(id)?,
        };
        told.push(What::Delivery(undone));
        self.await_again(id, now, told);
        self.advance(now, told);
        Ok(())
    }

    /// A message may await an answer again: a policy that answers by itself does so.
    fn await_again(&mut self, id: MessageId, now: Duration, told: &mut Vec<What>) {
        if let Some((attempt, mark)) = self.ledger.attempt_of(id) {
            self.decide_on(id, attempt, mark, now, told);
        }
    }

    /// Does all that may be done by now: answers that are due, replays, and the message read ahead.
    pub(super) fn advance(&mut self, now: Duration, told: &mut Vec<What>) {
        loop {
            if let Some(serving) = self.serving.take_if(|serving| serving.until <= now) {
                self.hand_out_again(serving.waiting, now, told);
                self.take_stalled(told);
                continue;
            }
            if self.serving.is_some() {
                return;
            }
            while let Some((due, id)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
                self.due.remove(&(due, id));
                self.take(id, Answer::Ack, told);
            }
            if self.ledger.awaiting() >= self.policy.room() {
                return;
            }
            let next = if self.connected { self.ledger.next_waiting() } else { None };
            if let Some(waiting) = next {
                self.replay(waiting, now, told);
            } else if self.ledger.waiting() > 0 {
                return;
            } else if let Some(run) = self.ahead.take() {
                self.hand_out(run, now, told);
            } else {
                return;
            }
        }
    }

    /// The session is over: a message that was read ahead is told, since it was received, and what still waits
    /// to be handed out again is lost; how many messages that is.
    pub(super) fn end(&mut self, told: &mut Vec<What>) -> u64 {
        if let Some(run) = self.ahead.take() {
            let first = self.ledger.hand_out(false);
            told.push(What::Messages(Batch { first, run, verdict: Verdict::Pending }));
        }
        let first = self.serving.take().map(|serving| serving.waiting);
        let mut lost = 0;
        for waiting in
            first.into_iter().chain(std::iter::from_fn(|| self.ledger.next_waiting())).collect::<Vec<_>>()
        {
            told.push(What::Delivery(self.ledger.lose(waiting)));
            lost += 1;
        }
        lost
    }

    /// Hands out a message for the first time.
    fn hand_out(&mut self, run: Run, now: Duration, told: &mut Vec<What>) {
        let mark = match (&self.policy, run.spans.first()) {
            (Policy::Reject(Rejects::Matching { filter, .. }), Some(span)) => {
                filter.matches(run.payload(span))
            }
            _ => false,
        };
        let first = self.ledger.hand_out(mark);
        let mut answered = Vec::new();
        let verdict = self.answer(first, 1, mark, now, &mut answered);
        told.push(What::Messages(Batch { first, run, verdict }));
    }

    /// Hands out a rejected message again, or begins its pause.
    fn replay(&mut self, waiting: Waiting, now: Duration, told: &mut Vec<What>) {
        let Some(delay) = replay::pause(waiting.attempt, self.dice.f64()) else {
            return self.hand_out_again(waiting, now, told);
        };
        let (id, attempt) = (waiting.id, waiting.attempt.saturating_add(1));
        told.push(What::ReplayWaits(ReplayWaits { id, attempt, delay }));
        self.serving = Some(Serving { waiting, until: now + delay });
    }

    fn hand_out_again(&mut self, waiting: Waiting, now: Duration, told: &mut Vec<What>) {
        let (id, mark) = (waiting.id, waiting.mark);
        let attempt = self.ledger.hand_out_again(waiting);
        let mut answered = Vec::new();
        let verdict = self.answer(id, attempt, mark, now, &mut answered);
        let delivery = Delivery { attempt, verdict };
        told.push(What::Delivery(Redelivery { id, delivery, recalled: false }));
    }

    /// What the policy makes of a delivery that has just been handed out.
    fn answer(
        &mut self,
        id: MessageId,
        attempt: u32,
        mark: bool,
        now: Duration,
        answered: &mut Vec<What>,
    ) -> Verdict {
        self.decide_on(id, attempt, mark, now, answered);
        match answered.last() {
            Some(What::Delivery(told)) => told.delivery.verdict,
            _ => Verdict::Pending,
        }
    }

    fn decide(&mut self, attempt: u32, mark: bool) -> Decision {
        self.decided += 1;
        let rejects = match &self.policy {
            Policy::Accept => false,
            Policy::Manual { .. } => return Decision::Open,
            Policy::Slow { from, to, .. } => {
                return Decision::After(*from + to.saturating_sub(*from).mul_f64(self.dice.f64()));
            }
            Policy::Reject(Rejects::All) => true,
            Policy::Reject(Rejects::Matching { .. }) => mark,
            Policy::Reject(Rejects::Percent(percent)) => self.dice.f64() * 100.0 < *percent,
            Policy::Reject(Rejects::First(attempts)) => attempt <= *attempts,
            Policy::Reject(Rejects::Every(nth)) => self.decided.is_multiple_of(nth.get()),
        };
        Decision::Now(if rejects { Answer::Nack } else { Answer::Ack })
    }

    /// Takes an answer, or keeps it until the pause that runs is over.
    fn stall_or(&mut self, id: MessageId, answer: Answer, told: &mut Vec<What>) -> Result<(), AnswerError> {
        if let Some(serving) = &self.serving {
            let other = serving.waiting.id;
            if self.stalled.iter().any(|(stalled, _)| *stalled == id) {
                return Err(AnswerError::Stalled { id, other });
            }
            if self.ledger.is_pending(id) {
                self.due.retain(|(_, due)| *due != id);
                self.stalled.push((id, answer));
                return Ok(());
            }
            if other == id {
                let attempt = serving.waiting.attempt;
                return Err(LedgerError::AlreadyNacked { id, attempt }.into());
            }
        }
        let answered = match answer {
            Answer::Ack => self.ledger.ack(id)?,
            Answer::Nack => self.ledger.nack(id, self.rejected)?,
        };
        self.due.retain(|(_, due)| *due != id);
        told.push(What::Delivery(answered));
        Ok(())
    }

    /// Takes an answer to a message that awaits one.
    fn take(&mut self, id: MessageId, answer: Answer, told: &mut Vec<What>) {
        let answered = match answer {
            Answer::Ack => self.ledger.ack(id),
            Answer::Nack => self.ledger.nack(id, self.rejected),
        };
        debug_assert!(answered.is_ok(), "message {id} awaits an answer: {answered:?}");
        told.extend(answered.map(What::Delivery));
    }

    fn take_stalled(&mut self, told: &mut Vec<What>) {
        for (id, answer) in std::mem::take(&mut self.stalled) {
            self.take(id, answer, told);
        }
    }
}

impl Rejected {
    const fn of(auto_replay_nacks: bool) -> Self {
        if auto_replay_nacks { Self::Replayed } else { Self::Dropped }
    }
}

#[cfg(test)]
#[path = "downstream_tests.rs"]
mod tests;
