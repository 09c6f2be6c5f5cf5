//! The pipeline behind the input, played: when a message is delivered, and how it is answered. Pure.
//!
//! ```text
//!             +-------- reader --------+
//!   socket -> | read ahead     offered | -> stages that hold messages -> output, max_in_flight at a time
//!             |    rejected ones       |                                           |
//!             +-----------^------------+                                           |
//!                         +----------------------------- nacked -------------------+
//! ```
//!
//! The offered message and those in the stages are one queue: each is delivered in its turn, before anything that is
//! rejected meanwhile.
//!
//! An answer without a delay comes a moment after the delivery: the reader picks and reads before it. While nothing is
//! on its way and nothing delays an answer, none of this applies: all messages up to the next that is rejected are
//! delivered and acknowledged in one go.

mod answers;
mod output;

use std::{collections::VecDeque, time::Duration};

use crate::{
    ack::{AckMode, Answers, Stages, Width},
    session::{
        ActiveAckMode, Batch, DeliveryUpdate, EventKind, MessageId, Pause, Place, Run, Span, Verdict,
        Whereabouts,
    },
};

use super::{
    ledger::{Ledger, OnNack},
    reader::{Pick, Reader},
    ticket::Ticket,
};

pub(crate) use answers::AnswerError;
use output::Planned;

/// The pipeline behind the input in one session, across all its connections.
#[derive(Debug)]
pub(crate) struct Downstream {
    ack_mode: AckMode,
    stages: Stages,
    width: Width,
    ledger: Ledger,
    on_nack: OnNack,
    dice: fastrand::Rng,
    reader: Reader,
    /// The offered message, last, and those in the stages.
    queue: VecDeque<Ticket>,
    /// What was offered when the session stopped.
    abandoned: Vec<Ticket>,
    planned: Planned,
    /// A message that was just read, until its event is emitted.
    fresh: Option<(MessageId, Run)>,
    /// How often something may have moved.
    moves: u64,
    /// Whether the reader has noticed that the connection is lost, and nobody was told.
    noticed_loss: bool,
    /// The last message that belongs to the session.
    last: MessageId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Ack,
    Nack,
}

/// Messages that are received in one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) messages: usize,
    /// Whether each is accepted at once.
    are_accepted: bool,
}

/// The messages that a session leaves behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftBehind {
    /// Read and never delivered.
    pub(crate) undelivered: u64,
    /// Rejected and not redelivered.
    pub(crate) rejected: u64,
    /// In the output.
    pub(crate) unacknowledged: u64,
}

impl Downstream {
    /// `seed` decides the jitter of the pauses and the random rejections.
    pub(crate) fn new(ack_mode: AckMode, stages: Stages, auto_replay_nacks: bool, seed: u64) -> Self {
        let width = ack_mode.width(&stages);
        Self {
            ack_mode,
            stages,
            width,
            ledger: Ledger::default(),
            on_nack: OnNack::of(auto_replay_nacks),
            dice: fastrand::Rng::with_seed(seed),
            reader: Reader::default(),
            queue: VecDeque::new(),
            abandoned: Vec::new(),
            planned: Planned::default(),
            fresh: None,
            moves: 0,
            noticed_loss: false,
            last: MessageId(u64::MAX),
        }
    }

    pub(crate) const fn ack_mode(&self) -> &AckMode {
        &self.ack_mode
    }

    pub(crate) fn active_ack_mode(&self) -> ActiveAckMode {
        ActiveAckMode::of(&self.ack_mode, self.width)
    }

    /// How many messages the output can answer in a second; `None` without a delay, or if the user answers.
    pub(crate) fn capacity(&self) -> Option<f64> {
        let delay = self.ack_mode.delay;
        #[expect(clippy::cast_precision_loss, reason = "it is at most ten thousand")]
        let width = self.width.max_in_flight as f64;
        (!delay.is_zero()).then(|| width / delay.mean().as_secs_f64())
    }

    /// How many messages have been received.
    pub(crate) fn messages(&self) -> u64 {
        self.ledger.messages()
    }

    /// How many messages are in the output.
    pub(crate) fn unacknowledged(&self) -> usize {
        self.ledger.unacknowledged()
    }

    /// How many more messages may be decoded.
    pub(crate) fn room(&self) -> usize {
        if self.is_prompt() {
            usize::MAX
        } else {
            self.room_of_output().max(usize::from(self.reader.awaits_read()))
        }
    }

    /// How many messages can go straight into the output, one behind the other: nothing is on its way before it, and
    /// none of them is answered at once.
    fn room_of_output(&self) -> usize {
        let delays = matches!(self.ack_mode.answers, Answers::Manual) || !self.ack_mode.delay.is_zero();
        if delays && self.reader.awaits_read() && self.reader.is_idle() && self.queue.is_empty() {
            self.width.max_in_flight.saturating_sub(self.ledger.unacknowledged())
        } else {
            0
        }
    }

    /// Which of these messages, from this one on, are received in one go: as many as there is room for, up to the next
    /// that is rejected.
    pub(crate) fn takes(&self, run: &Run, from: usize) -> Taken {
        let left = run.spans.len() - from;
        let accepted = if self.is_prompt() { self.accepts(run, from) } else { 0 };
        let room = if accepted > 0 { accepted } else { self.room_of_output().max(self.room().min(1)) };
        Taken { messages: room.min(left), are_accepted: accepted > 0 }
    }

    /// Whether the reader pauses before a redelivery.
    pub(crate) fn is_pausing(&self) -> bool {
        self.reader.pausing().is_some()
    }

    /// Why there is no room.
    pub(crate) fn pause(&self) -> Pause {
        if self.is_pausing() { Pause::Replay } else { Pause::InFlight }
    }

    /// When [`Downstream::step`] must be called next.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.wakes_at().into_iter().chain(self.planned.due()).min()
    }

    /// When the pause of the reader ends. While a message is offered it lasts on: the stages may have become fewer in it.
    fn wakes_at(&self) -> Option<Duration> {
        self.reader.pausing().map(|(_, until)| until).filter(|_| !self.is_offering())
    }

    /// Whether the reader offers a message that is not taken.
    fn is_offering(&self) -> bool {
        self.queue.len() > self.width.held
    }

    /// Whether a message is answered on receipt: nothing is on its way, and nothing delays an answer.
    fn is_prompt(&self) -> bool {
        !matches!(self.ack_mode.answers, Answers::Manual)
            && self.ack_mode.delay.is_zero()
            && self.reader.is_idle()
            && self.queue.is_empty()
            && self.ledger.unacknowledged() == 0
            && self.planned.is_empty()
    }

    /// Receives the messages that [`Downstream::takes`] has told.
    pub(crate) fn receive(&mut self, run: Run, taken: Taken, now: Duration, events: &mut Vec<EventKind>) {
        if taken.are_accepted {
            self.count_accepted(run.spans.len());
            let first = self.ledger.deliver_and_ack(run.spans.len() as u64);
            events.push(EventKind::Messages(Batch { first, run, verdict: Verdict::Acked }));
            return;
        }
        if run.spans.len() > 1 {
            self.receive_into_output(run, now, events);
            return;
        }
        let matches = run.spans.first().is_some_and(|span| self.matches(&run, span));
        let ticket = self.ledger.read(matches);
        self.reader.read(ticket);
        self.fresh = Some((ticket.id, run));
        self.settle(now, events);
        if let Some((first, run)) = self.fresh.take() {
            events.push(EventKind::Messages(Batch { first, run, verdict: Verdict::Pending }));
        }
    }

    /// Receives messages that the output has room for, see [`Downstream::room_of_output`].
    fn receive_into_output(&mut self, run: Run, now: Duration, events: &mut Vec<EventKind>) {
        debug_assert!(run.spans.len() <= self.room_of_output(), "there is room for them");
        let tickets: Vec<_> =
            run.spans.iter().map(|span| self.ledger.read(self.matches(&run, span))).collect();
        let Some(first) = tickets.first().map(|ticket| ticket.id) else { return };
        events.push(EventKind::Messages(Batch { first, run, verdict: Verdict::Pending }));
        for ticket in tickets {
            self.deliver(ticket, now, events);
        }
        self.moves += 1;
    }

    /// Whether the filter of the rule that rejects matches a message.
    fn matches(&self, run: &Run, span: &Span) -> bool {
        match &self.ack_mode.answers {
            Answers::Reject(rule) => rule.matches(span.kind.into(), run.payload(span)),
            _ => false,
        }
    }

    /// Notes that a connection was opened.
    pub(crate) fn connect(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        self.reader.set_connected(true);
        self.settle(now, events);
    }

    /// Notes that the connection was lost. The reader notices it when its read is its turn, see
    /// [`Downstream::take_noticed_loss`].
    pub(crate) fn lose(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        self.reader.lose();
        self.noticed_loss = !self.reader.is_connected();
        self.settle(now, events);
    }

    /// Whether the reader has noticed the loss since the last call.
    pub(crate) fn take_noticed_loss(&mut self) -> bool {
        std::mem::take(&mut self.noticed_loss)
    }

    /// Forgets a loss that the reader has not noticed.
    pub(crate) fn forget_loss(&mut self) {
        self.reader.set_connected(false);
    }

    /// Sets whether nacked messages are redelivered (`auto_replay_nacks`) or dropped.
    pub(crate) fn set_auto_replay(&mut self, auto_replay_nacks: bool) {
        self.on_nack = OnNack::of(auto_replay_nacks);
    }

    /// Sets what the pipeline's file says of what stands behind the input.
    pub(crate) fn set_stages(&mut self, stages: Stages, now: Duration, events: &mut Vec<EventKind>) {
        if self.stages != stages {
            self.stages = stages;
            self.set_ack_mode(self.ack_mode.clone(), now, events);
        }
    }

    /// Changes the ack mode, which then also answers the messages that are in the output. Whether a filter matches a
    /// message is decided when it is read: to those that were read before, no filter applies.
    pub(crate) fn set_ack_mode(&mut self, ack_mode: AckMode, now: Duration, events: &mut Vec<EventKind>) {
        self.answer_due(now, events);
        self.width = ack_mode.width(&self.stages);
        self.ack_mode = ack_mode;
        self.planned.clear();
        events.push(EventKind::AckMode(self.active_ack_mode()));
        for (id, in_flight) in self.ledger.pending() {
            self.plan_again(id, in_flight, now, events);
        }
        self.settle(now, events);
    }

    /// Does one thing that is due: the end of a pause, or one answer; all answers that are due if nothing waits for
    /// them. Whether there was one.
    pub(crate) fn step(&mut self, now: Duration, events: &mut Vec<EventKind>) -> bool {
        let wakes = self.wakes_at().filter(|until| *until <= now);
        match self.planned.due().filter(|due| *due <= now) {
            Some(due) if wakes.is_none_or(|until| due <= until) => {
                self.answer_planned(events);
                while self.queue.is_empty()
                    && self.reader.is_idle()
                    && self.planned.due().is_some_and(|due| due <= now)
                {
                    self.answer_planned(events);
                }
            }
            _ if wakes.is_none() => return false,
            _ => {}
        }
        self.settle(now, events);
        true
    }

    /// Moves messages as far as they go: into the output while it has room, and out of the reader while nothing is
    /// offered.
    fn settle(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        self.moves += 1;
        loop {
            while self.ledger.unacknowledged() < self.width.max_in_flight
                && let Some(ticket) = self.queue.pop_front()
            {
                self.deliver(ticket, now, events);
            }
            let pick = if self.is_offering() { Pick::Nothing } else { self.reader.pick(now, &mut self.dice) };
            match pick {
                Pick::Offer(ticket) => self.queue.push_back(ticket),
                Pick::Pause(waits) => events.push(EventKind::ReplayWaits(waits)),
                Pick::Loss => self.noticed_loss = true,
                Pick::Nothing if self.reader.enter_notes() => {}
                Pick::Nothing => return,
            }
        }
    }

    /// Grows whenever a message may have moved.
    pub(crate) const fn moves(&self) -> u64 {
        self.moves
    }

    /// Where the messages are that were read and are not answered.
    pub(crate) fn whereabouts(&self) -> Whereabouts {
        let held = self.queue.len().min(self.width.held);
        let ids = |tickets: std::collections::vec_deque::Iter<'_, Ticket>| -> Place {
            tickets.map(|ticket| ticket.id).collect()
        };
        Whereabouts {
            read_ahead: self.reader.read_ahead().map(|ticket| ticket.id).into_iter().collect(),
            offered: ids(self.queue.range(held..)),
            threads: ids(self.queue.range(..held)),
            output: self.ledger.pending().into_iter().map(|(id, _)| id).collect(),
            rejected: self.reader.rejected().map(|ticket| ticket.id).collect(),
        }
    }

    /// Stops reading, picking and redelivering. What is in the stages is still delivered, as the engine does while it
    /// shuts down.
    pub(crate) fn stop(&mut self) {
        self.reader.stop();
        self.abandoned.extend(self.queue.drain(self.queue.len().min(self.width.held)..));
    }

    /// Counts no message behind this one among those that are left.
    pub(crate) fn count_upto(&mut self, last: MessageId) {
        self.last = last;
    }

    /// How many messages of the session are in the output.
    pub(crate) fn unanswered(&self) -> u64 {
        self.ledger.pending().into_iter().filter(|(id, _)| *id <= self.last).count() as u64
    }

    /// Whether nothing more comes of what is on its way, unless the user answers.
    pub(crate) fn is_drained(&self) -> bool {
        self.planned.is_empty()
    }

    /// Ends the session: what was read and not delivered, and what waits to be redelivered, is lost.
    pub(crate) fn end(&mut self, events: &mut Vec<EventKind>) -> LeftBehind {
        let mut left = LeftBehind { unacknowledged: self.unanswered(), ..LeftBehind::default() };
        let queued: Vec<_> = self.queue.drain(..).chain(self.abandoned.drain(..)).collect();
        for ticket in self.reader.drain().into_iter().chain(queued) {
            let count = if ticket.is_rejected() { &mut left.rejected } else { &mut left.undelivered };
            *count += u64::from(ticket.id <= self.last);
            tell(self.ledger.lose(ticket), events);
        }
        left
    }
}

/// Tells a change of a delivery, together with the same change of the message before.
fn tell(update: DeliveryUpdate, events: &mut Vec<EventKind>) {
    if let Some(EventKind::Delivery(run)) = events.last_mut()
        && run.join(update)
    {
        return;
    }
    events.push(EventKind::Delivery(update.into()));
}

impl OnNack {
    const fn of(auto_replay_nacks: bool) -> Self {
        if auto_replay_nacks { Self::Replay } else { Self::Drop }
    }
}

#[cfg(test)]
mod tests;
