//! What the output has made of the messages: counters, what is unacknowledged, what waits to be handed
//! out again, and how much the socket was held up.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};

use crate::{
    ack::{AckMode, AckModeKind},
    config::MASK,
    session::{
        ActiveAckMode, DeadLetter, Delivery, DeliveryUpdate, Event, EventKind, MessageId, MessageRange,
        Pause, ReplayWaits, Timestamp, Verdict, Whereabouts,
    },
};

use super::{pings::Pings, step::Step};

/// Messages in flight, and waiting ones, that are listed.
const LISTED: usize = 10_000;
/// Rejected messages whose deliveries are remembered for an export.
pub const LETTERS: usize = 10_000;
/// Seconds of back-pressure that are remembered.
const SECONDS: usize = 120;

/// The account of one session, folded from its events.
#[derive(Clone, Debug, Default)]
pub struct Deliveries {
    pub ack_mode: ActiveAckMode,
    /// The same, parsed.
    bench: AckMode,
    pub tally: Tally,
    /// What is unacknowledged.
    pub in_flight: BTreeMap<MessageId, Listed>,
    /// What was rejected and waits to be redelivered, in order.
    pub waiting: VecDeque<Listed>,
    /// Where the messages are on their way, as last reported.
    pub whereabouts: Whereabouts,
    /// The pause of the first rejected one that began last.
    pub pause: Option<ReplayDelay>,
    /// When a message was delivered for the first time last.
    pub last_new: Option<Timestamp>,
    /// When a message was read last.
    pub last_read: Option<Timestamp>,
    /// Since when the socket is not read, or only as messages are taken, and why.
    pub held: Option<(Timestamp, Pause)>,
    /// The server's pings on the connection.
    pub pings: Pings,
    /// Bytes read and not looked at, and bytes that wait in the system's buffer, as last reported.
    pub backlog: (u64, Option<u64>),
    /// How much of each second the socket was held up, the last one last.
    pub pressure: VecDeque<(Timestamp, Duration)>,
    /// When the session ended: nothing gets older after that.
    ended: Option<Timestamp>,
    /// Messages that were rejected, the oldest first.
    dead_letters: HashMap<MessageId, DeadLetter>,
    order: VecDeque<MessageId>,
    /// The selected line of the list.
    selected: usize,
}

/// Deliveries by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub delivered: u64,
    pub acked: u64,
    pub nacked: u64,
    pub replayed: u64,
    pub dropped: u64,
    pub lost: u64,
}

/// The pause before a message is redelivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayDelay {
    pub id: MessageId,
    pub attempt: u32,
    pub until: Timestamp,
}

/// A message that is unacknowledged, or that was rejected and waits to be redelivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: MessageId,
    /// The last one: pending, or nacked while it waits.
    pub delivery: Delivery,
    pub since: Timestamp,
}

impl Deliveries {
    /// The account of a new session with the same output.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self { ack_mode: self.ack_mode.clone(), bench: self.bench.clone(), ..Self::default() }
    }

    /// Takes in one event.
    pub fn apply(&mut self, event: &Event) {
        self.pings.apply(event);
        match &event.kind {
            EventKind::AckMode(ack_mode) => {
                self.bench = AckMode::parse(&ack_mode.text).unwrap_or_default();
                self.ack_mode = ack_mode.clone();
            }
            EventKind::Messages(batch) => {
                self.last_read = Some(event.at);
                self.deliver_new(batch.first, batch.len() as u64, batch.verdict, event.at);
            }
            EventKind::Delivery(run) => run.updates().for_each(|update| self.update(update, event.at)),
            EventKind::Connecting { .. } => self.ended = None,
            EventKind::ReplayWaits(ReplayWaits { id, attempt, delay }) => {
                self.pause = Some(ReplayDelay { id: *id, attempt: *attempt, until: event.at.plus(*delay) });
            }
            EventKind::Whereabouts(whereabouts) => self.whereabouts = (**whereabouts).clone(),
            EventKind::ReadingPaused { why, read_ahead } => {
                self.held = Some((event.at, *why));
                self.backlog.0 = *read_ahead;
            }
            EventKind::ReadingResumed { .. } | EventKind::Lost(_) | EventKind::Ended(_) => {
                if let EventKind::Ended(_) = event.kind {
                    // What the output has not answered stays there.
                    let output = self.in_flight.keys().copied().collect();
                    self.whereabouts = Whereabouts { output, ..Whereabouts::default() };
                    self.ended = Some(event.at);
                }
                self.held = None;
                self.backlog = (0, None);
            }
            EventKind::BackPressure(pressure) => {
                self.backlog = (pressure.read_ahead, pressure.unread);
                self.pressure.push_back((event.at, pressure.paused));
                if self.pressure.len() > SECONDS {
                    self.pressure.pop_front();
                }
            }
            _ => {}
        }
    }

    /// How long something has lasted that began then, up to the end of the session at most.
    pub fn age(&self, since: Timestamp, now: Timestamp) -> Duration {
        self.ended.unwrap_or(now).since(since)
    }

    /// Takes in messages of an old capture, of which no more is known than what became of them.
    pub fn remember(&mut self, range: &MessageRange) {
        self.deliver_new(range.first, range.count, range.verdict, range.at);
    }

    /// Messages were read; unless they are pending they were delivered and answered at once.
    fn deliver_new(&mut self, first: MessageId, count: u64, verdict: Verdict, at: Timestamp) {
        if verdict == Verdict::Pending {
            return;
        }
        self.last_new = Some(at);
        self.tally.delivered += count;
        for id in (0..count).map(|nth| first.plus(nth)) {
            match verdict {
                Verdict::Acked => {
                    self.tally.acked += count;
                    return;
                }
                verdict => {
                    self.write(id, Delivery::first(verdict), at);
                    self.reject(id, Delivery::first(verdict), at);
                }
            }
        }
    }

    fn update(&mut self, update: DeliveryUpdate, at: Timestamp) {
        let DeliveryUpdate { id, delivery: Delivery { attempt, verdict }, recalled } = update;
        self.write(id, update.delivery, at);
        let was_in_flight = self.in_flight.remove(&id).is_some();
        if matches!(verdict, Verdict::Lost) {
            self.unqueue(id);
            self.tally.lost += 1;
            return;
        }
        if recalled && matches!(verdict, Verdict::Acked | Verdict::Pending) {
            // A rejection was taken back.
            self.tally.nacked -= self.unqueue(id);
        } else if recalled {
            // It had been acknowledged.
            self.tally.acked = self.tally.acked.saturating_sub(1);
        } else if !was_in_flight || verdict == Verdict::Pending {
            self.tally.delivered += 1;
            if attempt > 1 {
                self.unqueue(id);
                self.tally.replayed += 1;
            } else {
                self.last_new = Some(at);
            }
        }
        match verdict {
            Verdict::Acked => self.tally.acked += 1,
            Verdict::Pending => self.deliver(id, attempt, at),
            Verdict::Nacked | Verdict::Dropped | Verdict::Lost => self.reject(id, update.delivery, at),
        }
    }

    fn deliver(&mut self, id: MessageId, attempt: u32, at: Timestamp) {
        if self.in_flight.len() < LISTED {
            let delivery = Delivery { attempt, verdict: Verdict::Pending };
            self.in_flight.insert(id, Listed { id, delivery, since: at });
        }
    }

    fn reject(&mut self, id: MessageId, delivery: Delivery, at: Timestamp) {
        if delivery.verdict == Verdict::Dropped {
            self.tally.dropped += 1;
            return;
        }
        self.tally.nacked += 1;
        if self.waiting.len() < LISTED {
            let delivery = Delivery { verdict: Verdict::Nacked, ..delivery };
            self.waiting.push_back(Listed { id, delivery, since: at });
        }
    }

    /// Takes a message off the list of those that wait; how many that were.
    fn unqueue(&mut self, id: MessageId) -> u64 {
        self.pause.take_if(|pause| pause.id == id);
        let at = self.waiting.iter().position(|waiting| waiting.id == id);
        u64::from(at.and_then(|at| self.waiting.remove(at)).is_some())
    }

    /// Adds to what is remembered of a message that was rejected, now or before.
    fn write(&mut self, id: MessageId, delivery: Delivery, at: Timestamp) {
        let is_rejection = matches!(delivery.verdict, Verdict::Nacked | Verdict::Dropped | Verdict::Lost);
        match self.dead_letters.get_mut(&id) {
            Some(letter) => letter.record(at, delivery),
            None if is_rejection => {
                self.dead_letters.insert(id, DeadLetter::new(id, at, delivery));
                self.order.push_back(id);
                if self.order.len() > LETTERS
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.dead_letters.remove(&oldest);
                }
            }
            None => {}
        }
    }

    /// The rejected messages that are remembered, in the order they were received.
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        let mut dead_letters: Vec<_> = self.dead_letters.values().cloned().collect();
        dead_letters.sort_by_key(|letter| letter.id);
        dead_letters
    }

    /// Whether any message was rejected.
    pub fn has_letters(&self) -> bool {
        !self.dead_letters.is_empty()
    }

    /// Whether each message is acknowledged as it comes.
    pub fn is_auto(&self) -> bool {
        self.ack_mode.mode == AckModeKind::Auto
    }

    /// The ack mode in effect as it can be changed; `None` if its text does not say all of it, since a secret in it is
    /// masked.
    pub fn bench(&self) -> Option<&AckMode> {
        (!self.ack_mode.text.contains(MASK)).then_some(&self.bench)
    }

    /// The pause that runs before a message is redelivered.
    pub fn pausing(&self, now: Timestamp) -> Option<ReplayDelay> {
        self.pause.filter(|pause| now < pause.until)
    }

    /// Whether a message was read and is not answered.
    pub fn has_any_on_the_way(&self) -> bool {
        self.listed() > 0 || self.whereabouts != Whereabouts::default()
    }

    /// Whether the user answers.
    pub fn is_manual(&self) -> bool {
        self.ack_mode.mode == AckModeKind::Manual
    }

    /// Whether the output takes several messages at a time.
    pub const fn has_many_in_flight(&self) -> bool {
        self.ack_mode.max_in_flight > 1
    }

    /// What is listed from a place on: what is unacknowledged, the oldest first, then what waits, in its order.
    pub fn listed_from(&self, place: usize) -> impl Iterator<Item = Listed> {
        let waiting =
            self.waiting.range(place.saturating_sub(self.in_flight.len()).min(self.waiting.len())..);
        self.in_flight.values().skip(place).chain(waiting).copied()
    }

    /// How many lines the list has.
    pub fn listed(&self) -> usize {
        self.in_flight.len() + self.waiting.len()
    }

    /// The place of the selected line.
    pub fn place(&self) -> usize {
        self.selected.min(self.listed().saturating_sub(1))
    }

    /// The selected line of the list.
    pub fn selected(&self) -> Option<Listed> {
        self.listed_from(self.place()).next()
    }

    /// Moves through the list.
    pub fn go(&mut self, step: Step) {
        self.selected = step.from(self.place(), self.listed().saturating_sub(1));
    }

    /// Selects a line; there may be none there.
    pub fn select(&mut self, place: usize) {
        if place < self.listed() {
            self.selected = place;
        }
    }
}

#[cfg(test)]
mod tests;
