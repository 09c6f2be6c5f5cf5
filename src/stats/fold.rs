//! Takes the events of a session, one after the other.

use std::time::Duration;

use crate::{
    payload::document::{Found, MemberPath, values},
    session::{
        Batch, ConnectionId, Control, ControlKind, Direction, Event, EventKind, Evidence, MessageId,
        StageReport, Timestamp,
    },
};

use super::{
    Arrivals, Beginnings, Bucket, InEffect, Kinds, Lag, LagReader, Lates, Life, Novelty, Offset, Paths,
    Sequences, Series, Shapes, Silences,
    moment::moment,
    number::number,
    propose::{Proposal, propose},
};

/// Messages that are held until the paths are proposed.
const HELD: usize = 200;
/// So many bytes of payloads are enough, if they are of so many messages as propose something.
const HELD_BYTES: usize = 1 << 20;
/// Bytes of payloads that are held at most.
const MOST_BYTES: usize = 16 << 20;
/// Events that are held at most: messages, and the ends of connections between them.
const MOST_EVENTS: usize = 2_000;
/// How long messages are held, if so many have come by then: a slow feed is looked at for longer.
const PATIENCE: [(Duration, usize); 2] =
    [(Duration::from_secs(10), 20), (Duration::from_secs(30), super::propose::LEAST)];

/// Everything that is counted over a session.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    choices: Paths,
    phase: Phase,
    pub paths: InEffect,
    pub messages: u64,
    pub bytes: u64,
    /// Messages that were not looked into, because the feed was faster than this can read; they are counted everywhere
    /// but in sequence, lag, shapes and kinds.
    pub skipped: u64,
    pub sequences: Sequences,
    pub lag: Lag,
    pub lates: Lates,
    pub arrivals: Arrivals,
    pub silences: Silences,
    pub life: Life,
    pub beginnings: Beginnings,
    pub shapes: Shapes,
    pub kinds: Kinds,
    pub series: Series,
}

/// Whether the paths are decided.
#[derive(Clone, Debug)]
enum Phase {
    Learning(Learning),
    Reading,
}

impl Default for Phase {
    fn default() -> Self {
        Self::Learning(Learning::default())
    }
}

/// What waits for the paths.
#[derive(Clone, Debug, Default)]
struct Learning {
    held: Vec<Held>,
    /// When the first message came.
    since: Option<Timestamp>,
    messages: usize,
    bytes: usize,
}

#[derive(Clone, Debug)]
enum Held {
    /// Messages, or the beginning or the end of a connection between them.
    Event(Event, Taken),
    /// Messages of this connection that are only counted.
    Skipped(ConnectionId),
}

impl Learning {
    fn hold(&mut self, event: &Event, depth: Taken) {
        if let EventKind::Messages(batch) = &event.kind {
            self.since.get_or_insert(event.at);
            self.messages += batch.len();
            self.bytes += batch.run.bytes.len();
        }
        self.held.push(Held::Event(event.clone(), depth));
    }

    /// Whether what is held is enough to decide by, or as much as may be held.
    fn is_enough(&self) -> bool {
        let has_all = self.messages >= HELD || self.bytes >= MOST_BYTES || self.held.len() >= MOST_EVENTS;
        has_all || (self.bytes >= HELD_BYTES && self.messages >= super::propose::LEAST)
    }

    /// Whether what is held has to be enough at this time.
    fn is_late(&self, now: Timestamp) -> bool {
        let waited = self.since.map_or(Duration::ZERO, |since| now.since(since));
        PATIENCE.iter().any(|(patience, least)| waited >= *patience && self.messages >= *least)
    }
}

/// How much is done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Its payload is read.
    Whole,
    /// It is only counted.
    Counted,
}

impl Stats {
    /// Folds that read these paths.
    #[must_use]
    pub fn new(choices: Paths) -> Self {
        let mut stats = Self { choices, ..Self::default() };
        let Paths { sequence, time, kind } = &stats.choices;
        if sequence.is_decided() && time.is_decided() && kind.is_decided() {
            stats.settle();
        }
        stats
    }

    /// Folds that read other paths from here on. What is known of the connection that stands goes on.
    #[must_use]
    pub fn with_other_paths(&self, choices: Paths) -> Self {
        Self {
            life: self.life.clone(),
            silences: self.silences.clone(),
            beginnings: self.beginnings.clone(),
            lag: Lag { offset: self.lag.offset, ..Lag::default() },
            ..Self::new(choices)
        }
    }

    /// The next event of the session.
    pub fn take(&mut self, event: &Event) {
        self.take_as(event, Taken::Whole);
    }

    /// The same; the payloads of messages are left out if they are only counted.
    pub fn take_as(&mut self, event: &Event, depth: Taken) {
        let (at, connection) = (event.at, event.connection);
        self.life.seen(at);
        match &event.kind {
            EventKind::Connecting { .. } => self.life.connecting(connection, at),
            EventKind::StageEnded(report) => self.note_clock(report),
            EventKind::Opened(_) => {
                self.life.opened(connection, at);
                self.silences.opened(connection);
                self.in_order(event, depth);
            }
            EventKind::Messages(batch) => {
                self.count(batch.first, connection, at, (batch.len() as u64, batch.payload_bytes()));
                // A shape needs no path.
                for message in batch.messages().filter(|_| depth == Taken::Whole) {
                    self.shapes.came(message.payload, message.id, at);
                }
                self.in_order(event, depth);
            }
            EventKind::Control(control) => self.heard(control, at),
            EventKind::BackPressure(pressure) => self.lates.paused(pressure.paused),
            EventKind::TcpLine(tcp) => self.silences.looked(at, *tcp),
            EventKind::ReadingPaused { .. } => self.silences.held(at),
            EventKind::ReadingResumed { .. } => self.silences.resumed(at),
            EventKind::Lost(lost) => {
                self.life.lost(connection, lost, at);
                self.silences.ended(at);
                self.in_order(event, depth);
            }
            EventKind::Failed(failure) => self.life.failed(connection, &failure.message, at),
            EventKind::Ended(_) => {
                self.life.end(at);
                self.silences.ended(at);
                self.settle();
            }
            _ => {}
        }
    }

    fn heard(&mut self, control: &Control, at: Timestamp) {
        match (control.direction, &control.kind) {
            (Direction::In, ControlKind::Ping(payload)) => {
                self.silences.heard(at);
                // Some servers write the time into their pings.
                if let Some((time, _)) = moment(payload) {
                    self.lag.clock_was(time, at);
                }
            }
            (Direction::In, ControlKind::Pong { round_trip, .. }) => {
                self.silences.heard(at);
                if let Some(time) = round_trip {
                    self.lates.answered(*time);
                }
            }
            (Direction::Out, ControlKind::Ping(_)) => self.silences.asked(at),
            _ => {}
        }
    }

    /// It is this late now, and nothing has come.
    pub fn tick(&mut self, now: Timestamp) {
        self.silences.tick(now);
        self.lates.tick(now);
        self.life.passes(now);
        if !self.life.has_ended() {
            self.series.passes(now);
        }
        if matches!(&self.phase, Phase::Learning(learning) if learning.is_late(now)) {
            self.settle();
        }
    }

    /// What is read along the paths: at once, or when they are known, but always in the order in which it came.
    fn in_order(&mut self, event: &Event, depth: Taken) {
        match &mut self.phase {
            // A connection without messages has nothing that waits.
            Phase::Learning(learning)
                if learning.messages > 0 || matches!(event.kind, EventKind::Messages(_)) =>
            {
                learning.hold(event, depth);
                if learning.is_enough() || learning.is_late(event.at) {
                    self.settle();
                }
            }
            Phase::Learning(_) | Phase::Reading => self.follow(event, depth),
        }
    }

    /// Decides on the paths with what has come so far.
    pub fn settle(&mut self) {
        let Phase::Learning(Learning { held, .. }) = std::mem::replace(&mut self.phase, Phase::Reading)
        else {
            return;
        };
        let messages: Vec<_> = held
            .iter()
            .filter_map(|held| match held {
                Held::Event(Event { at, kind: EventKind::Messages(batch), .. }, _) => Some((*at, batch)),
                _ => None,
            })
            .flat_map(|(at, batch)| batch.messages().map(move |message| (at, message.payload)))
            .take(HELD)
            .collect();
        let Proposal { sequence, time, kind } = propose(&messages);
        let choices = std::mem::take(&mut self.choices);
        self.paths = InEffect {
            sequence: choices.sequence.clone().or(sequence),
            time: choices.time.clone().or(time),
            kind: choices.kind.clone().or(kind),
        };
        self.choices = choices;
        for held in held {
            match held {
                Held::Event(event, depth) => self.follow(&event, depth),
                Held::Skipped(connection) => self.pass_over(connection),
            }
        }
    }

    /// Reads what came along the paths.
    fn follow(&mut self, event: &Event, depth: Taken) {
        let (at, connection) = (event.at, event.connection);
        match &event.kind {
            EventKind::Opened(_) => {
                self.kinds.opened(at);
                self.beginnings.opened(connection, at);
            }
            EventKind::Messages(batch) if depth == Taken::Counted => {
                self.skipped += batch.len() as u64;
                self.pass_over(connection);
            }
            EventKind::Messages(batch) => self.read(batch, connection, at),
            EventKind::Lost(_) => {
                self.lates.end(at);
                self.kinds.ended(at);
                self.beginnings.end(connection);
            }
            _ => {}
        }
    }

    /// Messages of this connection were only counted.
    fn pass_over(&mut self, connection: ConnectionId) {
        self.sequences.passed_over();
        self.beginnings.end(connection);
    }

    /// What was chosen, and what is proposed by itself.
    #[must_use]
    pub const fn choices(&self) -> &Paths {
        &self.choices
    }

    /// How the lag of one message is read; `None` without the path of a time.
    #[must_use]
    pub fn lag_reader(&self) -> Option<LagReader> {
        let (path, _) = self.paths.time.as_ref()?;
        Some(LagReader { path: path.clone(), offset: self.lag.offset })
    }

    /// Whether the paths are still being proposed.
    #[must_use]
    pub const fn is_learning(&self) -> bool {
        matches!(self.phase, Phase::Learning(_))
    }

    /// The last new shape, if there is one.
    #[must_use]
    pub fn newest_shape(&self) -> Option<&Novelty> {
        self.shapes.novelties().last()
    }

    /// The server's clock, from an answer to the upgrade.
    fn note_clock(&mut self, report: &StageReport) {
        let Evidence::Upgrade(exchange) = &report.evidence else { return };
        let Some(date) = exchange.response.as_ref().and_then(crate::session::Response::date) else { return };
        let at = report.began.plus(report.took);
        self.lag.note(Offset::of(date, at, report.took));
    }

    /// So many messages with so many bytes came together, and nothing more is known of them.
    pub fn skip(
        &mut self,
        first: MessageId,
        connection: ConnectionId,
        at: Timestamp,
        (messages, bytes): (u64, u64),
    ) {
        self.life.seen(at);
        self.count(first, connection, at, (messages, bytes));
        self.skipped += messages;
        match &mut self.phase {
            Phase::Learning(Learning { held, .. }) if !held.is_empty() => {
                if !matches!(held.last(), Some(Held::Skipped(_))) {
                    held.push(Held::Skipped(connection));
                }
            }
            _ => self.pass_over(connection),
        }
    }

    fn count(
        &mut self,
        first: MessageId,
        connection: ConnectionId,
        at: Timestamp,
        (messages, bytes): (u64, u64),
    ) {
        self.messages += messages;
        self.bytes += bytes;
        let gap = self.arrivals.came(at, messages).unwrap_or_default();
        self.series.add(at, Bucket { messages, bytes, lag: None, gap });
        self.silences.came(at);
        self.life.came(connection, first, messages);
    }

    fn read(&mut self, batch: &Batch, connection: ConnectionId, at: Timestamp) {
        let paths = self.paths.clone();
        let sequence = paths.sequence.as_ref().map(|(path, _)| path);
        let slots: [Option<&MemberPath>; 4] = [
            sequence.map(|path| &path.number),
            sequence.and_then(|path| path.key.as_ref()),
            paths.time.as_ref().map(|(path, _)| path),
            paths.kind.as_ref().map(|(path, _)| path),
        ];
        let wanted: Vec<_> = slots.iter().copied().flatten().collect();
        let mut most = None;
        for message in batch.messages() {
            if wanted.is_empty() {
                self.beginnings.came(connection, message.id, message.payload, None);
                continue;
            }
            let mut found = values(message.payload, true, &wanted).into_iter();
            let [number_at, key_at, time_at, kind_at] = slots.map(|slot| {
                slot.and_then(|_| match found.next() {
                    Some(Found::At(range)) => message.payload.get(range),
                    _ => None,
                })
            });
            if let Some(path) = sequence {
                match (number_at.and_then(number), key_at) {
                    (Some(_), None) if path.key.is_some() => self.sequences.came_without(),
                    (Some(number), key) => {
                        self.sequences.came(key.unwrap_or_default(), number, (message.id, at), connection);
                    }
                    (None, _) => self.sequences.came_without(),
                }
            }
            if paths.time.is_some() {
                match time_at.and_then(moment) {
                    Some((time, unit)) => {
                        let lag = self.lag.came(message.id, at, time, unit);
                        self.lates.came(message.id, at, lag);
                        most = most.max(Some(lag));
                    }
                    None => self.lag.came_without(),
                }
            }
            self.beginnings.came(connection, message.id, message.payload, kind_at);
            if paths.kind.is_some() {
                match kind_at {
                    Some(kind) => self.kinds.came(kind, message.payload.len() as u64, message.id, at),
                    None => self.kinds.came_without(),
                }
            }
        }
        if most.is_some() {
            self.series.add(at, Bucket { lag: most, ..Bucket::default() });
        }
    }
}

#[cfg(test)]
mod tests;
