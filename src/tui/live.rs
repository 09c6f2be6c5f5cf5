//! A session that runs, and the capture it passes through on its way to the screen.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{
    ack::AckMode,
    config::Settings,
    engine::{self, Events, Handle, HandleError},
    net::Network,
    session::{Command, Event, EventKind},
    store::Recorder,
};

/// How long a few messages may wait for more, so that a steady feed does not wake the screen for each.
const GATHER: Duration = Duration::from_millis(5);
/// From this many events on there is no waiting: a flood is taken as it comes.
const MANY: usize = 64;

/// A session and the ends of its queues.
pub(super) struct Live {
    /// Those it was last asked to run with.
    pub settings: Settings,
    /// How messages are answered, as it was last asked.
    pub ack_mode: AckMode,
    pub handle: Handle,
    events: Events,
    /// The engine has emitted its last event.
    told_all: bool,
    /// Until then events are gathered.
    gather_until: Option<Instant>,
    /// Events that are not queued for the capture yet.
    unrecorded: Option<Vec<Event>>,
}

impl Live {
    pub(super) fn start(settings: Settings, ack_mode: AckMode) -> Self {
        let (handle, events) =
            engine::start(settings.clone(), ack_mode.clone(), Network::new(), fastrand::u64(..));
        Self { settings, ack_mode, handle, events, told_all: false, gather_until: None, unrecorded: None }
    }

    /// Connects with these settings, in a new session if this one has ended.
    pub(super) fn connect(&mut self, settings: Settings) {
        self.settings = settings.clone();
        if self.handle.send(Command::Connect(Box::new(settings.clone()))) == Err(HandleError::Ended) {
            *self = Self::start(settings, self.ack_mode.clone());
        }
    }

    /// The next events of the engine, once they are queued for the capture; `None` once, after the last of
    /// them, and never again. Safe to cancel: what was received stays here until it is queued.
    pub(super) async fn recv(&mut self, recorder: Option<&Recorder>) -> Option<Vec<Event>> {
        if self.told_all {
            return std::future::pending().await;
        }
        if self.unrecorded.is_none() {
            if let Some(until) = self.gather_until {
                sleep_until(until).await;
            }
            self.unrecorded = self.events.recv_waiting().await;
            let few = self.unrecorded.as_ref().is_some_and(|events| count(events) < MANY);
            self.gather_until = few.then(|| Instant::now() + GATHER);
        }
        if let (Some(events), Some(recorder)) = (&self.unrecorded, recorder) {
            recorder.record(events).await;
        }
        self.told_all = self.unrecorded.is_none();
        self.unrecorded.take()
    }
}

/// The messages among them, and the other events.
fn count(events: &[Event]) -> usize {
    let of = |event: &Event| match &event.kind {
        EventKind::Messages(batch) => batch.run.spans.len(),
        _ => 1,
    };
    events.iter().map(of).sum()
}
