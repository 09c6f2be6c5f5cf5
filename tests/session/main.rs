//! Sessions with a scripted peer. There is no port and no real time: the clock is paused, and advances by
//! itself when every task waits.

mod backpressure;
mod commands;
mod deliveries;
mod draining;
mod endings;
mod frames;
mod orders;
mod retries;
#[path = "../support/orders.rs"]
mod scenarios;

#[path = "../support/peer.rs"]
mod peer;

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use peer::{Answer, CLOSE, Connections, Frame, PING, PONG, frame, peer, settings};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, sleep, timeout, timeout_at},
};

use sockeye::{
    ack::AckMode,
    config::{Dialect, Settings},
    engine::{Events, Handle, HandleError, start},
    session::{
        CloseFrame, Command, Control, ControlKind, DeliveryUpdate, Direction, End, Event, EventKind, Kind,
        MessageId, Outgoing, Pongs, Timestamp, Verdict,
    },
};

const SEED: u64 = 42;
const SECOND: Duration = Duration::from_secs(1);
/// How long a stop waits for the server's close frame.
const STOP_LIMIT: Duration = ms(200);
/// What the paused clock may add to a pause: timers count whole milliseconds.
const TICK: Duration = Duration::from_millis(2);

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// A session, and its events that were not read yet.
struct Session {
    handle: Handle,
    events: Events,
    waiting: VecDeque<Event>,
}

fn start_session(settings: Settings, answers: &[Answer]) -> (Session, Connections) {
    start_with("auto", settings, answers)
}

/// Starts a session with another ack mode.
fn start_with(ack_mode: &str, settings: Settings, answers: &[Answer]) -> (Session, Connections) {
    let (network, connections) = peer(answers);
    let ack_mode = AckMode::parse(ack_mode).expect("it is an ack mode");
    let (handle, events) = start(settings, ack_mode, network, SEED);
    (Session { handle, events, waiting: VecDeque::new() }, connections)
}

impl Session {
    async fn next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            self.waiting.extend(self.events.recv().await?);
        }
        self.waiting.pop_front()
    }

    /// The events up to the first one that is `wanted`, included.
    async fn until(&mut self, wanted: impl Fn(&EventKind) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await.expect("the session has not ended before");
            let last = wanted(&event.kind);
            events.push(event);
            if last {
                return events;
            }
        }
    }

    /// The remaining events of the session, as texts.
    async fn rest(&mut self) -> Vec<String> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        texts(&events)
    }

    fn send(&self, command: Command) {
        self.handle.send(command).expect("the engine takes commands");
    }
}

/// Events as texts. Stages, findings and pipeline lines are left out; other tests cover them.
fn texts(events: &[Event]) -> Vec<String> {
    events.iter().flat_map(|event| text(&event.kind)).collect()
}

fn text(kind: &EventKind) -> Vec<String> {
    let one = match kind {
        EventKind::Connecting { .. } => "connecting".to_owned(),
        EventKind::StageStarted(_)
        | EventKind::StageEnded(_)
        | EventKind::Finding(_)
        | EventKind::Whereabouts(_)
        | EventKind::Pipeline(_) => {
            return Vec::new();
        }
        EventKind::Opened(_) => "opened".to_owned(),
        EventKind::Answered(answered) => format!("answered {}", answered.status),
        EventKind::Messages(batch) => {
            let verdict = match batch.verdict {
                Verdict::Acked => String::new(),
                other => format!(" {}", other.word()),
            };
            let text = |payload| String::from_utf8_lossy(payload).into_owned();
            return batch
                .messages()
                .map(|one| format!("{}{verdict}: {}", one.id, text(one.payload)))
                .collect();
        }
        EventKind::Control(Control { direction, kind }) => format!("{direction:?} {}", control(kind)),
        EventKind::Sent(sent) => format!("sent {:?} {}", sent.kind, String::from_utf8_lossy(&sent.payload)),
        EventKind::Delivery(run) => {
            let one = |DeliveryUpdate { id, delivery, recalled }| {
                let recalled = if recalled { " (recalled)" } else { "" };
                format!("{id} attempt {} {:?}{recalled}", delivery.attempt, delivery.verdict)
            };
            return run.updates().map(one).collect();
        }
        EventKind::Lost(lost) => format!("lost after {} messages: {}", lost.messages, lost.message),
        EventKind::Failed(failure) => format!("failed at {}", failure.stage),
        EventKind::RetryIn(retry) => format!("retry {} left {:?}", retry.failures, retry.left),
        EventKind::AckMode(ack_mode) => format!("ack mode {}", ack_mode.text),
        EventKind::ReplayWaits(waits) => format!("{} waits for attempt {}", waits.id, waits.attempt),
        EventKind::BackPressure(_) | EventKind::TcpLine(_) => return Vec::new(),
        EventKind::ReadingPaused { .. } => "reading paused".to_owned(),
        EventKind::ReadingResumed { .. } => "reading resumed".to_owned(),
        EventKind::Refused { command, message } => format!("refused {command}: {message}"),
        EventKind::Ended(ended) => {
            let why = match &ended.why {
                End::Stopped => match ended.during {
                    Some(stage) => format!("stopped during {stage}"),
                    None => "stopped".to_owned(),
                },
                End::NotRetried => "not retried".to_owned(),
                End::FileEnds => "the file ends".to_owned(),
                End::RetriesExhausted { retries, last } => {
                    format!("{retries} retries used up at {}", last.stage)
                }
            };
            format!("ended, {why}: {} messages, {} connections", ended.messages, ended.connections)
        }
    };
    vec![one]
}

fn control(kind: &ControlKind) -> String {
    match kind {
        ControlKind::Ping(payload) => format!("ping {}", String::from_utf8_lossy(payload)),
        ControlKind::Pong { payload, round_trip } => {
            format!("pong {} {round_trip:?}", String::from_utf8_lossy(payload))
        }
        ControlKind::Close(CloseFrame { code, reason }) => format!("close {code:?} {reason}"),
    }
}

fn is_open(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Opened(_))
}

fn is_lost(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Lost(_))
}

fn is_retry(kind: &EventKind) -> bool {
    matches!(kind, EventKind::RetryIn(_))
}

fn is_message(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Messages(_))
}

fn normal_close() -> Frame {
    Frame { opcode: CLOSE, payload: 1000u16.to_be_bytes().to_vec() }
}

/// The pauses with the jitter of this seed around these intervals, in milliseconds.
fn jittered(seed: u64, intervals: &[u64]) -> Vec<Duration> {
    let mut rng = fastrand::Rng::with_seed(seed);
    intervals.iter().map(|&middle| ms(middle).mul_f64(0.5 + rng.f64())).collect()
}

fn assert_pauses(found: &[Duration], expected: &[Duration]) {
    assert_eq!(found.len(), expected.len(), "{found:?} against {expected:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found >= expected && *found <= *expected + TICK, "{found:?} against {expected:?}");
    }
}
