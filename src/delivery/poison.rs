//! Measures what a message that is rejected again and again does to the feed. Pure.

use std::time::Duration;

use crate::session::{
    Backlog, ControlKind, Direction, EventKind, LossKind, MessageId, Poison, ReplayWaits, Side, Verdict,
};

/// At which attempt the measurement is told: after some five pauses, which take about three seconds.
const TOLD_AT: u32 = 9;
/// The bytes of a frame around its payload, as servers send short ones.
const FRAME: u64 = 4;

/// The account of one session. Times count from its start.
#[derive(Debug, Default)]
pub(crate) struct PoisonMeter {
    counts: Counts,
    suspect: Option<Suspect>,
    /// When the last ping came, and the pause before it.
    ping: Option<(Duration, Option<Duration>)>,
    gave_up: Option<String>,
    /// The message that was told last.
    told: Option<MessageId>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    acked: u64,
    read: u64,
    bytes: u64,
}

/// A message that pauses before its redeliveries, and what was at its first pause.
#[derive(Clone, Copy, Debug)]
struct Suspect {
    id: MessageId,
    since: Duration,
    before: Counts,
    waiting: Option<u64>,
}

/// What waits before the input, at this moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waiting {
    /// Bytes in our buffer and in the system's.
    pub(crate) bytes: Option<u64>,
    /// The size of the system's receive buffer.
    pub(crate) buffer: Option<u64>,
}

impl PoisonMeter {
    /// Takes in an event. Returns what was measured once a message was rejected often enough.
    pub(crate) fn note(
        &mut self,
        event: &EventKind,
        now: Duration,
        waiting: impl FnOnce() -> Waiting,
    ) -> Option<Poison> {
        match event {
            EventKind::Messages(batch) => {
                self.counts.read += batch.len() as u64;
                self.counts.bytes += batch.payload_bytes() + FRAME * batch.len() as u64;
                self.counts.acked += if batch.verdict == Verdict::Acked { batch.len() as u64 } else { 0 };
            }
            EventKind::Delivery(run) if run.first.delivery.verdict == Verdict::Acked => {
                self.counts.acked += run.count;
                self.suspect.take_if(|suspect| run.contains(suspect.id));
            }
            EventKind::Control(control) => {
                if let (Direction::In, ControlKind::Ping(_)) = (control.direction, &control.kind) {
                    self.ping = Some((now, self.ping.map(|(last, _)| now.saturating_sub(last))));
                }
            }
            EventKind::Lost(lost) => {
                if let LossKind::Closed { by: Side::Server, frame } = &lost.kind
                    && speaks_of_pings(&frame.reason)
                {
                    self.gave_up = Some(lost.message.clone());
                }
                self.ping = None;
                self.suspect = None;
            }
            EventKind::ReplayWaits(waits) => return self.pauses(waits, now, waiting()),
            EventKind::AckMode(_) => (self.suspect, self.told) = (None, None),
            _ => {}
        }
        None
    }

    fn pauses(&mut self, waits: &ReplayWaits, now: Duration, waiting: Waiting) -> Option<Poison> {
        let suspect = *self.suspect.get_or_insert(Suspect {
            id: waits.id,
            since: now,
            before: self.counts,
            waiting: waiting.bytes,
        });
        if suspect.id != waits.id || waits.attempt < TOLD_AT || self.told == Some(waits.id) {
            return None;
        }
        self.told = Some(waits.id);
        let lasts = now.saturating_sub(suspect.since);
        let in_a_second = |count: f64| count / lasts.as_secs_f64().max(0.001);
        let grown = waiting.bytes.zip(suspect.waiting).map(|(now, then)| float(now) - float(then));
        let read = self.counts.read - suspect.before.read;
        let size = float(self.counts.bytes) / float(self.counts.read.max(1));
        Some(Poison {
            id: waits.id,
            rejections: waits.attempt.saturating_sub(1),
            lasts,
            others: in_a_second(float(self.counts.acked - suspect.before.acked)),
            arrivals: grown.map(|grown| in_a_second((float(read) + grown / size.max(1.0)).max(0.0))),
            backlog: waiting.bytes.zip(grown).map(|(bytes, grown)| Backlog {
                bytes,
                messages: float(bytes) / size.max(1.0),
                growth: in_a_second(grown),
                buffer: waiting.buffer,
            }),
            pings_every: self.ping.and_then(|(_, every)| every),
            gave_up: self.gave_up.clone(),
        })
    }
}

/// Whether the reason of a close frame says that no pong came, or that this side did not read.
fn speaks_of_pings(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["ping", "pong", "keepalive", "keep-alive", "heartbeat", "idle", "slow", "timed out", "timeout"]
        .iter()
        .any(|word| reason.contains(word))
}

#[expect(clippy::cast_precision_loss, reason = "a rate is an estimate")]
const fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use crate::session::{Batch, Control, Delivery, DeliveryUpdate, Kind, Run, Span};

    use super::*;

    fn read(first: u64, verdict: Verdict) -> EventKind {
        let span = Span { start: 0, len: 6, kind: Kind::Text, valid: true, frames: 1, wire: None };
        let run = Run { bytes: Bytes::from_static(b"a tick"), spans: [span].into() };
        EventKind::Messages(Batch { first: MessageId(first), run, verdict })
    }

    fn pause(attempt: u32) -> EventKind {
        EventKind::ReplayWaits(ReplayWaits { id: MessageId(1), attempt, delay: Duration::from_millis(500) })
    }

    /// A poison message at two other messages a second, while twenty come.
    fn measured(meter: &mut PoisonMeter) -> Vec<Poison> {
        let mut told = Vec::new();
        for (step, attempt) in (0..8).zip(4..) {
            let now = Duration::from_millis(500 * step);
            let waiting = Waiting { bytes: Some(90 * step), buffer: Some(4_000) };
            told.extend(meter.note(&read(step + 2, Verdict::Acked), now, Waiting::default));
            told.extend(meter.note(&pause(attempt), now, || waiting));
        }
        told
    }

    #[test]
    fn a_poison_message_is_told_once_with_the_rates_and_the_backlog() {
        let told = measured(&mut PoisonMeter::default());
        let [poison] = &told[..] else { panic!("it is told once: {told:?}") };
        assert_eq!(
            (poison.id, poison.rejections, poison.lasts),
            (MessageId(1), 8, Duration::from_millis(2_500))
        );
        assert!((poison.others - 2.0).abs() < 0.01, "{poison:?}");
        assert!(poison.arrivals.is_some_and(|rate| (rate - 20.0).abs() < 0.01), "{poison:?}");
        let backlog = Backlog { bytes: 450, messages: 45.0, growth: 180.0, buffer: Some(4_000) };
        assert_eq!(poison.backlog, Some(backlog));
    }

    #[test]
    fn the_rhythm_of_the_pings_and_an_earlier_end_for_want_of_a_pong_are_told() {
        let mut meter = PoisonMeter::default();
        let ping =
            EventKind::Control(Control { direction: Direction::In, kind: ControlKind::Ping(Bytes::new()) });
        for seconds in [1, 21] {
            meter.note(&ping, Duration::from_secs(seconds), Waiting::default);
        }
        let told = measured(&mut meter);
        assert_eq!(told[0].pings_every, Some(Duration::from_secs(20)));
        assert!(speaks_of_pings("keepalive ping timeout") && !speaks_of_pings("going away"));
    }

    #[test]
    fn a_message_that_is_accepted_at_last_is_none() {
        let mut meter = PoisonMeter::default();
        let mut told = Vec::new();
        for attempt in 4..8 {
            told.extend(meter.note(&pause(attempt), Duration::ZERO, Waiting::default));
        }
        let delivery = Delivery { attempt: 8, verdict: Verdict::Acked };
        let acked =
            EventKind::Delivery(DeliveryUpdate { id: MessageId(1), delivery, recalled: false }.into());
        told.extend(meter.note(&acked, Duration::ZERO, Waiting::default));
        assert!(told.is_empty() && meter.suspect.is_none());
    }
}
