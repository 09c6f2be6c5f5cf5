//! What stands behind the input, played: when a message is delivered, and how it is answered. Pure.
//!
//! ```text
//!              one read ahead          room for an answer, and nothing waits before it
//!   socket ------------------> ahead -------------------------------------------------> delivered
//!                                         ^                                                 |
//!                    rejected messages, --+   first two at once, then after a pause in which
//!                    in their order           nothing else moves, answers included       nack
//!                                         +-------------------------------------------------+
//! ```
//!
//! Under *auto*, with nothing rejected, none of this is entered: whole batches are delivered and
//! acknowledged in one go.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    ack::{AckMode, Rejects},
    session::{
        ActiveAckMode, Batch, Delivery, EventKind, MessageId, Pause, Redelivery, ReplayWaits, Run, Verdict,
    },
};

use super::{
    ledger::{Ledger, LedgerError, OnNack, Waiting},
    replay,
};

/// The rest of the pipeline in one session, across all its connections.
#[derive(Debug)]
pub(crate) struct Downstream {
    ack_mode: AckMode,
    ledger: Ledger,
    rejected: OnNack,
    dice: fastrand::Rng,
    /// Whether a connection is open: without one nothing is redelivered.
    connected: bool,
    /// A message that was read and cannot be delivered yet.
    ahead: Option<Run>,
    /// A rejected message whose pause runs.
    delayed: Option<ReplayDelay>,
    /// Answers that were given during the pause of another message.
    stalled: Vec<(MessageId, Answer)>,
    /// When a slow output answers.
    due: BTreeSet<(Duration, MessageId)>,
    /// Deliveries that the ack mode has decided on, for every nth of them.
    decided: u64,
}

#[derive(Debug)]
struct ReplayDelay {
    waiting: Waiting,
    until: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Ack,
    Nack,
}

/// What an ack mode does about a delivery.
enum Decision {
    Now(Answer),
    After(Duration),
    /// A person decides.
    Open,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("message {id} is answered already; that stands while message {other} waits for its replay")]
    Stalled { id: MessageId, other: MessageId },
}

impl Downstream {
    /// `seed` decides the jitter of every pause, and what is left to chance.
    pub(crate) fn new(ack_mode: AckMode, auto_replay_nacks: bool, seed: u64) -> Self {
        Self {
            ack_mode,
            ledger: Ledger::default(),
            rejected: OnNack::of(auto_replay_nacks),
            dice: fastrand::Rng::with_seed(seed),
            connected: false,
            ahead: None,
            delayed: None,
            stalled: Vec::new(),
            due: BTreeSet::new(),
            decided: 0,
        }
    }

    pub(crate) const fn ack_mode(&self) -> &AckMode {
        &self.ack_mode
    }

    /// How many messages have been received.
    pub(crate) fn messages(&self) -> u64 {
        self.ledger.messages() + u64::from(self.ahead.is_some())
    }

    /// Unacknowledged messages.
    pub(crate) fn unacknowledged(&self) -> usize {
        self.ledger.unacknowledged()
    }

    /// Messages that may be taken from what was read.
    pub(crate) fn room(&self) -> usize {
        match self.ahead {
            _ if self.is_plain() => usize::MAX,
            None => 1,
            Some(_) => 0,
        }
    }

    /// Why there is no room.
    pub(crate) const fn pause(&self) -> Pause {
        if self.delayed.is_some() { Pause::Replay } else { Pause::InFlight }
    }

    /// When [`Downstream::advance`] is wanted next.
    pub(crate) fn due(&self) -> Option<Duration> {
        match &self.delayed {
            Some(delayed) => Some(delayed.until),
            None => self.due.first().map(|(due, _)| *due),
        }
    }

    /// Whether everything is acknowledged as it comes.
    fn is_plain(&self) -> bool {
        matches!(self.ack_mode, AckMode::Auto)
            && self.delayed.is_none()
            && self.ahead.is_none()
            && self.ledger.waiting() == 0
    }

    /// Takes what was read, within the room there was for it.
    pub(crate) fn received(&mut self, run: Run, now: Duration, events: &mut Vec<EventKind>) {
        if self.is_plain() {
            let first = self.ledger.hand_out_and_ack(run.spans.len() as u64);
            events.push(EventKind::Messages(Batch { first, run, verdict: Verdict::Acked }));
        } else {
            debug_assert!(self.ahead.is_none() && run.spans.len() == 1, "there was room for one message");
            self.ahead = Some(run);
            self.advance(now, events);
        }
    }

    /// A connection has been opened, or is no more.
    pub(crate) fn connected(&mut self, connected: bool, now: Duration, events: &mut Vec<EventKind>) {
        self.connected = connected;
        self.advance(now, events);
    }

    /// What a rejection leads to from now on (`auto_replay_nacks`).
    pub(crate) fn replays(&mut self, auto_replay_nacks: bool) {
        self.rejected = OnNack::of(auto_replay_nacks);
    }

    /// Answers in another way from now on. What is unacknowledged is answered by the new ack mode; a filter,
    /// which has no payloads of earlier messages, acknowledges them.
    pub(crate) fn answer_by(&mut self, ack_mode: AckMode, now: Duration, events: &mut Vec<EventKind>) {
        self.ack_mode = ack_mode;
        self.due.clear();
        events.push(EventKind::AckMode(ActiveAckMode::of(&self.ack_mode)));
        for (id, attempt, mark) in self.ledger.pending() {
            if self.stalled.iter().all(|(stalled, _)| *stalled != id) {
                self.decide_on(id, attempt, mark, now, events);
            }
        }
        self.advance(now, events);
    }

    /// Does what the ack mode says about an unacknowledged message.
    fn decide_on(
        &mut self,
        id: MessageId,
        attempt: u32,
        mark: bool,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) {
        match self.decide(attempt, mark) {
            Decision::Now(answer) => self.take(id, answer, events),
            Decision::After(delay) => drop(self.due.insert((now + delay, id))),
            Decision::Open => {}
        }
    }

    /// Acknowledges an unacknowledged message.
    ///
    /// # Errors
    ///
    /// It awaits none.
    pub(crate) fn ack(
        &mut self,
        id: MessageId,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) -> Result<(), AnswerError> {
        self.stall_or(id, Answer::Ack, events)?;
        self.advance(now, events);
        Ok(())
    }

    /// Rejects a message, if need be after the fact.
    ///
    /// # Errors
    ///
    /// It has been rejected, was dropped, or is not remembered.
    pub(crate) fn nack(
        &mut self,
        id: MessageId,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) -> Result<(), AnswerError> {
        self.stall_or(id, Answer::Nack, events)?;
        self.advance(now, events);
        Ok(())
    }

    /// Takes a rejection back that has not led to another attempt yet.
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
            self.await_again(id, now, events);
            return Ok(());
        }
        let undone = match self.delayed.take_if(|delayed| delayed.waiting.id == id) {
            Some(delayed) => {
                let undone = self.ledger.restore(delayed.waiting);
                self.take_stalled(events);
                undone
            }
            None => self.ledger.undo(id)?,
        };
        events.push(EventKind::Delivery(undone));
        self.await_again(id, now, events);
        self.advance(now, events);
        Ok(())
    }

    /// A message is unacknowledged again: an ack mode that answers by itself does so.
    fn await_again(&mut self, id: MessageId, now: Duration, events: &mut Vec<EventKind>) {
        if let Some((attempt, mark)) = self.ledger.attempt_of(id) {
            self.decide_on(id, attempt, mark, now, events);
        }
    }

    /// Does all that may be done by now: answers that are due, replays, and the message read ahead.
    pub(crate) fn advance(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        loop {
            if let Some(delayed) = self.delayed.take_if(|delayed| delayed.until <= now) {
                self.hand_out_again(delayed.waiting, now, events);
                self.take_stalled(events);
                continue;
            }
            if self.delayed.is_some() {
                return;
            }
            while let Some((due, id)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
                self.due.remove(&(due, id));
                self.take(id, Answer::Ack, events);
            }
            if self.ledger.unacknowledged() >= self.ack_mode.room() {
                return;
            }
            let next = if self.connected { self.ledger.next_waiting() } else { None };
            if let Some(waiting) = next {
                self.replay(waiting, now, events);
            } else if self.ledger.waiting() > 0 {
                return;
            } else if let Some(run) = self.ahead.take() {
                self.hand_out(run, now, events);
            } else {
                return;
            }
        }
    }

    /// The session is over: a message that was read ahead is told, since it was received, and what still waits
    /// to be redelivered is lost; how many messages that is.
    pub(crate) fn end(&mut self, events: &mut Vec<EventKind>) -> u64 {
        if let Some(run) = self.ahead.take() {
            let first = self.ledger.hand_out(false);
            events.push(EventKind::Messages(Batch { first, run, verdict: Verdict::Pending }));
        }
        let first = self.delayed.take().map(|delayed| delayed.waiting);
        let mut lost = 0;
        for waiting in
            first.into_iter().chain(std::iter::from_fn(|| self.ledger.next_waiting())).collect::<Vec<_>>()
        {
            events.push(EventKind::Delivery(self.ledger.lose(waiting)));
            lost += 1;
        }
        lost
    }

    /// Hands out a message for the first time.
    fn hand_out(&mut self, run: Run, now: Duration, events: &mut Vec<EventKind>) {
        let mark = match (&self.ack_mode, run.spans.first()) {
            (AckMode::Reject(Rejects::Matching { filter, .. }), Some(span)) => {
                filter.matches(run.payload(span))
            }
            _ => false,
        };
        let first = self.ledger.hand_out(mark);
        let mut answered = Vec::new();
        let verdict = self.answer(first, 1, mark, now, &mut answered);
        events.push(EventKind::Messages(Batch { first, run, verdict }));
    }

    /// Hands out a rejected message again, or begins its pause.
    fn replay(&mut self, waiting: Waiting, now: Duration, events: &mut Vec<EventKind>) {
        let Some(delay) = replay::pause(waiting.attempt, self.dice.f64()) else {
            return self.hand_out_again(waiting, now, events);
        };
        let (id, attempt) = (waiting.id, waiting.attempt.saturating_add(1));
        events.push(EventKind::ReplayWaits(ReplayWaits { id, attempt, delay }));
        self.delayed = Some(ReplayDelay { waiting, until: now + delay });
    }

    fn hand_out_again(&mut self, waiting: Waiting, now: Duration, events: &mut Vec<EventKind>) {
        let (id, mark) = (waiting.id, waiting.mark);
        let attempt = self.ledger.hand_out_again(waiting);
        let mut answered = Vec::new();
        let verdict = self.answer(id, attempt, mark, now, &mut answered);
        let delivery = Delivery { attempt, verdict };
        events.push(EventKind::Delivery(Redelivery { id, delivery, recalled: false }));
    }

    /// What the ack mode makes of a delivery that has just been delivered.
    fn answer(
        &mut self,
        id: MessageId,
        attempt: u32,
        mark: bool,
        now: Duration,
        answered: &mut Vec<EventKind>,
    ) -> Verdict {
        self.decide_on(id, attempt, mark, now, answered);
        match answered.last() {
            Some(EventKind::Delivery(events)) => events.delivery.verdict,
            _ => Verdict::Pending,
        }
    }

    fn decide(&mut self, attempt: u32, mark: bool) -> Decision {
        self.decided += 1;
        let rejects = match &self.ack_mode {
            AckMode::Auto => false,
            AckMode::Manual { .. } => return Decision::Open,
            AckMode::Slow { from, to, .. } => {
                return Decision::After(*from + to.saturating_sub(*from).mul_f64(self.dice.f64()));
            }
            AckMode::Reject(Rejects::All) => true,
            AckMode::Reject(Rejects::Matching { .. }) => mark,
            AckMode::Reject(Rejects::Percent(percent)) => self.dice.f64() * 100.0 < *percent,
            AckMode::Reject(Rejects::First(attempts)) => attempt <= *attempts,
            AckMode::Reject(Rejects::Every(nth)) => self.decided.is_multiple_of(nth.get()),
        };
        Decision::Now(if rejects { Answer::Nack } else { Answer::Ack })
    }

    /// Takes an answer, or keeps it until the pause that runs is over.
    fn stall_or(
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
            if self.ledger.is_pending(id) {
                self.due.retain(|(_, due)| *due != id);
                self.stalled.push((id, answer));
                return Ok(());
            }
            if other == id {
                let attempt = delayed.waiting.attempt;
                return Err(LedgerError::AlreadyNacked { id, attempt }.into());
            }
        }
        let answered = match answer {
            Answer::Ack => self.ledger.ack(id)?,
            Answer::Nack => self.ledger.nack(id, self.rejected)?,
        };
        self.due.retain(|(_, due)| *due != id);
        events.push(EventKind::Delivery(answered));
        Ok(())
    }

    /// Takes an answer to an unacknowledged message.
    fn take(&mut self, id: MessageId, answer: Answer, events: &mut Vec<EventKind>) {
        let answered = match answer {
            Answer::Ack => self.ledger.ack(id),
            Answer::Nack => self.ledger.nack(id, self.rejected),
        };
        debug_assert!(answered.is_ok(), "message {id} is unacknowledged: {answered:?}");
        events.extend(answered.map(EventKind::Delivery));
    }

    fn take_stalled(&mut self, events: &mut Vec<EventKind>) {
        for (id, answer) in std::mem::take(&mut self.stalled) {
            self.take(id, answer, events);
        }
    }
}

impl OnNack {
    const fn of(auto_replay_nacks: bool) -> Self {
        if auto_replay_nacks { Self::Replayed } else { Self::Dropped }
    }
}

#[cfg(test)]
mod tests;
