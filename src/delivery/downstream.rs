//! The pipeline behind the input, played: when a message is delivered, and how it is answered. Pure.
//!
//! ```text
//!              one read ahead          below the limit of unacknowledged messages, no replay due first
//!   socket ------------------> undelivered ---------------------------------------------> delivered
//!                                         ^                                                 |
//!                     nacked messages, ---+   the first two replays are immediate, later    | nack
//!                     in their order          ones follow a pause in which nothing else     |
//!                                         |   is delivered or answered                      |
//!                                         +-------------------------------------------------+
//! ```
//!
//! Under *auto*, while no nacked message waits, none of this applies: whole batches are delivered and
//! acknowledged in one go.

mod answers;

use std::{collections::BTreeSet, time::Duration};

use crate::{
    ack::{AckMode, RejectRule},
    session::{
        ActiveAckMode, Batch, Delivery, DeliveryUpdate, EventKind, MessageId, Pause, ReplayWaits, Run,
        Verdict,
    },
};

use super::{
    ledger::{Ledger, OnNack, Waiting},
    replay,
};

pub(crate) use answers::AnswerError;

/// The pipeline behind the input in one session, across all its connections.
#[derive(Debug)]
pub(crate) struct Downstream {
    ack_mode: AckMode,
    ledger: Ledger,
    on_nack: OnNack,
    dice: fastrand::Rng,
    /// Whether a connection is open: without one nothing is redelivered.
    connected: bool,
    /// A message that was received and cannot be delivered yet.
    undelivered: Option<Run>,
    /// The nacked message whose pause before its replay is running.
    delayed: Option<ReplayDelay>,
    /// Answers that were given during that pause.
    stalled: Vec<(MessageId, Answer)>,
    /// The acks of a slow output, each with its time.
    slow_acks: BTreeSet<(Duration, MessageId)>,
    /// How many deliveries the ack mode has decided on; `reject every N` counts them.
    decisions: u64,
}

#[derive(Debug)]
struct ReplayDelay {
    waiting: Waiting,
    until: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Ack,
    Nack,
}

/// What an ack mode does about a delivery.
enum Decision {
    Now(Answer),
    /// Acknowledge it after this delay.
    AckAfter(Duration),
    /// Leave it to the user.
    Manual,
}

impl Downstream {
    /// `seed` decides the jitter of the pauses and the random rejections.
    pub(crate) fn new(ack_mode: AckMode, auto_replay_nacks: bool, seed: u64) -> Self {
        Self {
            ack_mode,
            ledger: Ledger::default(),
            on_nack: OnNack::of(auto_replay_nacks),
            dice: fastrand::Rng::with_seed(seed),
            connected: false,
            undelivered: None,
            delayed: None,
            stalled: Vec::new(),
            slow_acks: BTreeSet::new(),
            decisions: 0,
        }
    }

    pub(crate) const fn ack_mode(&self) -> &AckMode {
        &self.ack_mode
    }

    /// How many messages have been received.
    pub(crate) fn messages(&self) -> u64 {
        self.ledger.messages() + u64::from(self.undelivered.is_some())
    }

    /// How many messages are unacknowledged.
    pub(crate) fn unacknowledged(&self) -> usize {
        self.ledger.unacknowledged()
    }

    /// How many more messages may be received.
    pub(crate) fn room(&self) -> usize {
        match self.undelivered {
            _ if self.is_passthrough() => usize::MAX,
            None => 1,
            Some(_) => 0,
        }
    }

    /// Why there is no room.
    pub(crate) const fn pause(&self) -> Pause {
        if self.delayed.is_some() { Pause::Replay } else { Pause::InFlight }
    }

    /// When [`Downstream::advance`] must be called next.
    pub(crate) fn due(&self) -> Option<Duration> {
        match &self.delayed {
            Some(delayed) => Some(delayed.until),
            None => self.slow_acks.first().map(|(due, _)| *due),
        }
    }

    /// Whether every message is delivered and acknowledged on receipt.
    fn is_passthrough(&self) -> bool {
        matches!(self.ack_mode, AckMode::Auto)
            && self.delayed.is_none()
            && self.undelivered.is_none()
            && self.ledger.waiting() == 0
    }

    /// Receives messages, at most as many as [`Downstream::room`] allows.
    pub(crate) fn receive(&mut self, run: Run, now: Duration, events: &mut Vec<EventKind>) {
        if self.is_passthrough() {
            let first = self.ledger.deliver_and_ack(run.spans.len() as u64);
            events.push(EventKind::Messages(Batch { first, run, verdict: Verdict::Acked }));
        } else {
            debug_assert!(
                self.undelivered.is_none() && run.spans.len() == 1,
                "there was room for one message"
            );
            self.undelivered = Some(run);
            self.advance(now, events);
        }
    }

    /// Notes that a connection was opened or lost.
    pub(crate) fn set_connected(&mut self, connected: bool, now: Duration, events: &mut Vec<EventKind>) {
        self.connected = connected;
        self.advance(now, events);
    }

    /// Sets whether nacked messages are redelivered (`auto_replay_nacks`) or dropped.
    pub(crate) fn set_auto_replay(&mut self, auto_replay_nacks: bool) {
        self.on_nack = OnNack::of(auto_replay_nacks);
    }

    /// Changes the ack mode, which then also answers the messages that are unacknowledged. Their payloads are
    /// gone, so the filter of a `reject EXPR` acknowledges them.
    pub(crate) fn set_ack_mode(&mut self, ack_mode: AckMode, now: Duration, events: &mut Vec<EventKind>) {
        self.ack_mode = ack_mode;
        self.slow_acks.clear();
        events.push(EventKind::AckMode(ActiveAckMode::of(&self.ack_mode)));
        for (id, attempt, matched) in self.ledger.pending() {
            if self.stalled.iter().all(|(stalled, _)| *stalled != id) {
                self.apply_ack_mode(id, attempt, matched, now, events);
            }
        }
        self.advance(now, events);
    }

    /// Does all that is due: slow acks, replays, and the delivery of the message that was read ahead.
    pub(crate) fn advance(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        loop {
            if let Some(delayed) = self.delayed.take_if(|delayed| delayed.until <= now) {
                self.redeliver(delayed.waiting, now, events);
                self.apply_stalled(events);
                continue;
            }
            if self.delayed.is_some() {
                return;
            }
            while let Some((due, id)) = self.slow_acks.first().copied().filter(|(due, _)| *due <= now) {
                self.slow_acks.remove(&(due, id));
                self.apply(id, Answer::Ack, events);
            }
            if self.ledger.unacknowledged() >= self.ack_mode.max_in_flight() {
                return;
            }
            let next = if self.connected { self.ledger.next_waiting() } else { None };
            if let Some(waiting) = next {
                self.start_replay(waiting, now, events);
            } else if self.ledger.waiting() > 0 {
                return;
            } else if let Some(run) = self.undelivered.take() {
                self.deliver(run, now, events);
            } else {
                return;
            }
        }
    }

    /// Ends the session. A message that was read ahead is emitted, since it was received; the messages that
    /// still wait to be redelivered are lost. Returns how many those are.
    pub(crate) fn end(&mut self, events: &mut Vec<EventKind>) -> u64 {
        if let Some(run) = self.undelivered.take() {
            let first = self.ledger.deliver(false);
            events.push(EventKind::Messages(Batch { first, run, verdict: Verdict::Pending }));
        }
        let mut next =
            self.delayed.take().map(|delayed| delayed.waiting).or_else(|| self.ledger.next_waiting());
        let mut lost = 0;
        while let Some(waiting) = next {
            events.push(EventKind::Delivery(self.ledger.lose(waiting)));
            lost += 1;
            next = self.ledger.next_waiting();
        }
        lost
    }

    /// Delivers a message for the first time.
    fn deliver(&mut self, run: Run, now: Duration, events: &mut Vec<EventKind>) {
        let matched = match (&self.ack_mode, run.spans.first()) {
            (AckMode::Reject(RejectRule::Matching { filter, .. }), Some(span)) => {
                filter.matches(run.payload(span))
            }
            _ => false,
        };
        let first = self.ledger.deliver(matched);
        let verdict = self.first_verdict(first, 1, matched, now);
        events.push(EventKind::Messages(Batch { first, run, verdict }));
    }

    /// Redelivers a nacked message, or starts the pause before that.
    fn start_replay(&mut self, waiting: Waiting, now: Duration, events: &mut Vec<EventKind>) {
        let Some(delay) = replay::pause(waiting.attempt, self.dice.f64()) else {
            return self.redeliver(waiting, now, events);
        };
        let (id, attempt) = (waiting.id, waiting.attempt.saturating_add(1));
        events.push(EventKind::ReplayWaits(ReplayWaits { id, attempt, delay }));
        self.delayed = Some(ReplayDelay { waiting, until: now + delay });
    }

    fn redeliver(&mut self, waiting: Waiting, now: Duration, events: &mut Vec<EventKind>) {
        let (id, matched) = (waiting.id, waiting.matched);
        let attempt = self.ledger.redeliver(waiting);
        let verdict = self.first_verdict(id, attempt, matched, now);
        let delivery = Delivery { attempt, verdict };
        events.push(EventKind::Delivery(DeliveryUpdate { id, delivery, recalled: false }));
    }

    /// Applies the ack mode to a new delivery. The event of the delivery carries the verdict, so that the
    /// answer needs no event of its own.
    fn first_verdict(&mut self, id: MessageId, attempt: u32, matched: bool, now: Duration) -> Verdict {
        let mut answers = Vec::new();
        self.apply_ack_mode(id, attempt, matched, now, &mut answers);
        match answers.last() {
            Some(EventKind::Delivery(update)) => update.delivery.verdict,
            _ => Verdict::Pending,
        }
    }

    /// Answers an unacknowledged message as the ack mode decides.
    fn apply_ack_mode(
        &mut self,
        id: MessageId,
        attempt: u32,
        matched: bool,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) {
        match self.decide(attempt, matched) {
            Decision::Now(answer) => self.apply(id, answer, events),
            Decision::AckAfter(delay) => drop(self.slow_acks.insert((now + delay, id))),
            Decision::Manual => {}
        }
    }

    fn decide(&mut self, attempt: u32, matched: bool) -> Decision {
        self.decisions += 1;
        let rejects = match &self.ack_mode {
            AckMode::Auto => false,
            AckMode::Manual { .. } => return Decision::Manual,
            AckMode::Slow { from, to, .. } => {
                return Decision::AckAfter(*from + to.saturating_sub(*from).mul_f64(self.dice.f64()));
            }
            AckMode::Reject(RejectRule::All) => true,
            AckMode::Reject(RejectRule::Matching { .. }) => matched,
            AckMode::Reject(RejectRule::Percent(percent)) => self.dice.f64() * 100.0 < *percent,
            AckMode::Reject(RejectRule::First(attempts)) => attempt <= *attempts,
            AckMode::Reject(RejectRule::Every(nth)) => self.decisions.is_multiple_of(nth.get()),
        };
        Decision::Now(if rejects { Answer::Nack } else { Answer::Ack })
    }
}

impl OnNack {
    const fn of(auto_replay_nacks: bool) -> Self {
        if auto_replay_nacks { Self::Replay } else { Self::Drop }
    }
}

#[cfg(test)]
mod tests;
