//! The output: takes messages, and answers them as the ack mode decides.

use std::{collections::VecDeque, time::Duration};

use crate::{
    ack::{Answers, Attempt},
    delivery::{
        ledger::{InFlight, OnNack},
        ticket::Ticket,
    },
    session::{Batch, Delivery, DeliveryUpdate, EventKind, MessageId, Run, Span, Verdict},
};

use super::{Answer, Downstream, tell};

/// The answers that the ack mode has decided on, by their time and, at the same time, by their decision.
#[derive(Debug, Default)]
pub(super) struct Planned {
    answers: VecDeque<(Duration, PlannedAnswer)>,
    /// How many deliveries the ack mode has decided on; `reject every N` counts them.
    decisions: u64,
}

#[derive(Clone, Copy, Debug)]
struct PlannedAnswer {
    id: MessageId,
    answer: Answer,
    /// What the event of the delivery has told already.
    told: Option<Verdict>,
}

impl Planned {
    pub(super) fn due(&self) -> Option<Duration> {
        self.answers.front().map(|(due, _)| *due)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.answers.clear();
    }

    /// Forgets the answer to a message.
    pub(super) fn remove(&mut self, id: MessageId) {
        self.answers.retain(|(_, planned)| planned.id != id);
    }

    fn insert(&mut self, due: Duration, planned: PlannedAnswer) {
        let at = match self.answers.back() {
            Some((last, _)) if due < *last => self.answers.partition_point(|(other, _)| *other <= due),
            _ => self.answers.len(),
        };
        self.answers.insert(at, (due, planned));
    }
}

impl Downstream {
    /// The output takes a message.
    pub(super) fn deliver(&mut self, ticket: Ticket, now: Duration, events: &mut Vec<EventKind>) {
        let (id, attempt) = (ticket.id, self.ledger.take(ticket));
        let verdict = match self.plan(id, InFlight { attempt, matches: ticket.matches }, now) {
            Some(answer) => self.answer_at_once(id, answer, now),
            None => Verdict::Pending,
        };
        if let Some((first, run)) = self.fresh.take_if(|(fresh, _)| *fresh == id) {
            events.push(EventKind::Messages(Batch { first, run, verdict }));
            if verdict != Verdict::Pending {
                return;
            }
        }
        let delivery = Delivery { attempt, verdict };
        tell(DeliveryUpdate { id, delivery, recalled: false }, events);
    }

    /// Answers a message in the output anew, under another ack mode or after a nack was taken back.
    pub(super) fn plan_again(
        &mut self,
        id: MessageId,
        in_flight: InFlight,
        now: Duration,
        events: &mut Vec<EventKind>,
    ) {
        if let Some(answer) = self.plan(id, in_flight, now) {
            self.answer_now(id, answer).into_iter().for_each(|update| tell(update, events));
        }
    }

    /// How many of these messages, from this one on, are accepted at their first delivery, up to the first that is not.
    pub(super) fn accepts(&self, run: &Run, from: usize) -> usize {
        let spans = &run.spans[from..];
        let Answers::Reject(rule) = &self.ack_mode.answers else { return spans.len() };
        let mut dice = self.dice.clone();
        let decisions = self.planned.decisions + 1..;
        let is_rejected = |(span, nth): (&Span, u64)| {
            let matches = rule.matches(span.kind.into(), run.payload(span));
            rule.rejects(Attempt { attempt: 1, nth, matches, dice: dice.f64() })
        };
        spans.iter().zip(decisions).position(is_rejected).unwrap_or(spans.len())
    }

    /// Notes that so many messages were accepted at their first delivery.
    pub(super) fn count_accepted(&mut self, messages: usize) {
        if let Answers::Reject(_) = self.ack_mode.answers {
            self.planned.decisions += messages as u64;
            for _ in 0..messages {
                self.dice.f64();
            }
        }
    }

    /// Decides on a delivery. Returns the answer if there is no delay before it.
    fn plan(&mut self, id: MessageId, in_flight: InFlight, now: Duration) -> Option<Answer> {
        self.planned.decisions += 1;
        let InFlight { attempt, matches } = in_flight;
        let rejects = match &self.ack_mode.answers {
            Answers::Auto => false,
            Answers::Manual => return None,
            Answers::Reject(rule) => {
                rule.rejects(Attempt { attempt, nth: self.planned.decisions, matches, dice: self.dice.f64() })
            }
        };
        let answer = if rejects { Answer::Nack } else { Answer::Ack };
        if self.ack_mode.delay.is_zero() {
            return Some(answer);
        }
        let due = now + self.ack_mode.delay.at(self.dice.f64());
        self.planned.insert(due, PlannedAnswer { id, answer, told: None });
        None
    }

    /// Gives the planned answer that is due first.
    pub(super) fn answer_planned(&mut self, events: &mut Vec<EventKind>) {
        let Some((_, PlannedAnswer { id, answer, told })) = self.planned.answers.pop_front() else {
            return;
        };
        let update = self.answer_now(id, answer);
        debug_assert!(update.is_ok(), "message {id} is unacknowledged: {update:?}");
        // Meanwhile redeliveries may have been switched off or on.
        let is_news = |update: &DeliveryUpdate| told != Some(update.delivery.verdict);
        update.ok().filter(is_news).into_iter().for_each(|update| tell(update, events));
    }

    /// Answers a message without a delay; its verdict is told by the event of its delivery. What comes of a rejection
    /// comes a moment later, and later answers behind it, so that not a whole backlog passes in that moment.
    fn answer_at_once(&mut self, id: MessageId, answer: Answer, now: Duration) -> Verdict {
        let verdict = match (answer, self.on_nack) {
            (Answer::Ack, _) => Verdict::Acked,
            (Answer::Nack, OnNack::Drop) => Verdict::Dropped,
            (Answer::Nack, OnNack::Replay) => Verdict::Nacked,
        };
        if verdict == Verdict::Nacked || !self.planned.is_empty() {
            self.planned.insert(now, PlannedAnswer { id, answer, told: Some(verdict) });
            return verdict;
        }
        self.answer_now(id, answer).map_or(Verdict::Pending, |update| update.delivery.verdict)
    }
}
