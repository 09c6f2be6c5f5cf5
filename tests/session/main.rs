//! Sessions with a scripted peer, told in words. No port, no real time: the clock is paused and
//! moves on by itself when everybody waits.

mod deliveries;
mod draining;
mod endings;
mod frames;
mod pace;
mod retries;
mod wishes;

#[path = "../support/peer.rs"]
mod peer;

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use peer::{Answer, CLOSE, Heard, PING, PONG, Visits, frame, peer, settings};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, sleep, timeout},
};

use sockeye::{
    ack::AckMode,
    config::{Dialect, Settings},
    engine::{Events, Handle, HandleError, start},
    session::{
        CloseFrame, Command, Control, ControlKind, Direction, End, Event, EventKind, Kind, MessageId,
        Outgoing, Verdict,
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

/// A session and what it has told.
struct Session {
    handle: Handle,
    events: Events,
    waiting: VecDeque<Event>,
}

fn begin(settings: Settings, answers: &[Answer]) -> (Session, Visits) {
    begin_under("auto", settings, answers)
}

/// The same with another output behind the input.
fn begin_under(ack_mode: &str, settings: Settings, answers: &[Answer]) -> (Session, Visits) {
    let (network, visits) = peer(answers);
    let ack_mode = AckMode::parse(ack_mode).expect("it is an ack mode");
    let (handle, events) = start(settings, ack_mode, network, SEED);
    (Session { handle, events, waiting: VecDeque::new() }, visits)
}

impl Session {
    async fn next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            self.waiting.extend(self.events.recv().await?);
        }
        self.waiting.pop_front()
    }

    /// Everything up to the first event that is `wanted`, which comes last.
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

    /// The rest of the session, in words.
    async fn rest(&mut self) -> Vec<String> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        story(&events)
    }

    fn send(&self, command: Command) {
        self.handle.send(command).expect("the engine takes commands");
    }
}

/// Events as words. Stages and findings, which are others' business, are left out.
fn story(events: &[Event]) -> Vec<String> {
    events.iter().flat_map(|event| words(&event.kind)).collect()
}

fn words(kind: &EventKind) -> Vec<String> {
    let one = match kind {
        EventKind::Connecting { .. } => "connecting".to_owned(),
        EventKind::StageStarted(_)
        | EventKind::StageEnded(_)
        | EventKind::Finding(_)
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
        EventKind::Delivery(told) => {
            let recalled = if told.recalled { " (recalled)" } else { "" };
            format!("{} attempt {} {:?}{recalled}", told.id, told.delivery.attempt, told.delivery.verdict)
        }
        EventKind::Lost(lost) => format!("lost after {} messages: {}", lost.messages, lost.message),
        EventKind::Failed(failure) => format!("failed at {}", failure.stage),
        EventKind::RetryIn(retry) => format!("retry {} left {:?}", retry.failures, retry.left),
        EventKind::AckMode(answering) => format!("ack mode {}", answering.text),
        EventKind::ReplayWaits(waits) => format!("{} waits for attempt {}", waits.id, waits.attempt),
        EventKind::BackPressure(_) => return Vec::new(),
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

fn normal_close() -> Heard {
    Heard { opcode: CLOSE, payload: 1000u16.to_be_bytes().to_vec() }
}

/// The pauses that the rules give for the dice of this seed around these intervals.
fn jittered(seed: u64, intervals: &[u64]) -> Vec<Duration> {
    let mut dice = fastrand::Rng::with_seed(seed);
    intervals.iter().map(|&middle| ms(middle).mul_f64(0.5 + dice.f64())).collect()
}

fn assert_pauses(found: &[Duration], expected: &[Duration]) {
    assert_eq!(found.len(), expected.len(), "{found:?} against {expected:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found >= expected && *found <= *expected + TICK, "{found:?} against {expected:?}");
    }
}
