//! The life of a session as a pure state machine: what to do next, and until when to wait.
//!
//! ```text
//!            Connect             Opened            Ending, or Close asked
//!   Idle ------------> Connecting ----------> Open -------------------------> Closing
//!                       ^    |              |                                 |
//!          time is up,  |    | Failed       | Lost                            | Lost,
//!          Reconnect    |    v              v                                 v time is up
//!                       +-- Waiting <-------+--------------------- as was meant to follow
//!
//!   Stop, or retries used up: Ended, from Open and Closing by way of a polite close.
//! ```
//!
//! Time is the span since the session began. An input that belongs to an earlier connection changes
//! nothing.

use std::{sync::Arc, time::Duration};

use crate::{
    config::Settings,
    session::{CloseFrame, ConnectionId, End, Failure, RetryIn},
};

use super::retry::Retry;

/// How long a closing handshake may take.
pub(super) const CLOSE_LIMIT: Duration = Duration::from_secs(1);
/// The same when the session ends by it: somebody waits for that.
pub(super) const STOP_LIMIT: Duration = Duration::from_millis(200);
/// How long an open connection may stay without a message before that is worth a word.
pub(super) const SILENCE: Duration = Duration::from_secs(10);
/// The longest pause before a connection after connections that brought no message.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A connection that lasted this long is no part of a loop, whatever it brought.
const LASTING: Duration = Duration::from_secs(10);
/// The status code of a polite close (RFC 6455, section 7.4.1).
pub(super) const NORMAL: u16 = 1000;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Idle,
    Connecting,
    Open {
        /// When to say that nothing came; `None` once that is settled.
        silent_at: Option<Duration>,
    },
    /// A close frame went out, or the connection broke; its end is awaited until `until`.
    Closing {
        then: Then,
        until: Duration,
    },
    Waiting {
        until: Duration,
    },
    Ended,
}

/// What follows a closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// As after any loss: a pause, then a connection.
    Retry,
    /// A connection at once.
    Dial,
    End,
}

/// What the machine is fed.
#[derive(Clone, Debug)]
pub(super) enum Input {
    Connect(Arc<Settings>),
    Reconnect,
    Stop,
    Opened(ConnectionId),
    Failed(ConnectionId, Box<Failure>),
    /// The first data message of a connection has come.
    Heard(ConnectionId),
    /// A close frame came or went, or the connection can no longer be used: its end is near.
    Ending(ConnectionId),
    /// The connection is no more.
    Lost(ConnectionId),
    /// The time of [`Machine::due`] has come.
    TimeIsUp,
}

/// What the machine wants done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Give up any connection under way, and begin this one.
    Dial(ConnectionId, Arc<Settings>),
    /// Put a close frame on the wire.
    Close(CloseFrame),
    /// Leave the connection as it stands; answered with [`Input::Lost`].
    HangUp,
    /// Say that nothing has come since the connection opened.
    Silent,
    RetryIn(RetryIn),
    Refuse {
        command: &'static str,
        message: &'static str,
    },
    /// Give up any connection under way, and end the session.
    End(End),
}

/// A session's state, and all that decides about its next one.
#[derive(Debug)]
pub(super) struct Machine {
    state: State,
    connection: ConnectionId,
    settings: Option<Arc<Settings>>,
    retry: Retry,
    /// Connections in a row that were lost without having brought a message.
    without_message: u32,
    /// When the connection opened, until its first message.
    unheard_since: Option<Duration>,
    dice: fastrand::Rng,
}

impl Machine {
    /// A session that has not begun; `seed` decides every jitter of it.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: State::Idle,
            connection: ConnectionId::default(),
            settings: None,
            retry: Retry::new(None),
            without_message: 0,
            unheard_since: None,
            dice: fastrand::Rng::with_seed(seed),
        }
    }

    /// The connection under way, or the last one.
    pub(super) const fn connection(&self) -> ConnectionId {
        self.connection
    }

    pub(super) const fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// When [`Input::TimeIsUp`] is wanted next.
    pub(super) const fn due(&self) -> Option<Duration> {
        match self.state {
            State::Open { silent_at } => silent_at,
            State::Closing { until, .. } | State::Waiting { until } => Some(until),
            State::Idle | State::Connecting | State::Ended => None,
        }
    }

    /// Takes one input and says what is to be done about it.
    pub(super) fn step(&mut self, input: Input, now: Duration) -> Vec<Output> {
        match input {
            Input::Connect(settings) => self.connect(settings, now),
            Input::Reconnect => self.reconnect(now),
            Input::Stop => self.stop(now),
            Input::TimeIsUp => self.time_is_up(now),
            Input::Opened(connection) if self.concerns(connection) => self.opened(now),
            Input::Failed(connection, failure) if self.concerns(connection) => self.failed(failure, now),
            Input::Heard(connection) if self.concerns(connection) => self.settle_silence(),
            Input::Ending(connection) if self.concerns(connection) => self.ending(now),
            Input::Lost(connection) if self.concerns(connection) => self.lost(now),
            Input::Opened(_) | Input::Failed(..) | Input::Heard(_) | Input::Ending(_) | Input::Lost(_) => {
                Vec::new()
            }
        }
    }

    /// Connections from now on are made with these settings; nothing happens at once.
    pub(super) fn adjust(&mut self, settings: Arc<Settings>) {
        self.settings = Some(settings);
    }

    fn concerns(&self, connection: ConnectionId) -> bool {
        connection == self.connection
    }

    fn connect(&mut self, settings: Arc<Settings>, now: Duration) -> Vec<Output> {
        if let Some(refusal) = self.too_late("connect") {
            return refusal;
        }
        self.retry.renew(settings.max_retries);
        self.without_message = 0;
        self.settings = Some(settings);
        self.connect_next(now)
    }

    fn reconnect(&mut self, now: Duration) -> Vec<Output> {
        if let Some(refusal) = self.too_late("reconnect") {
            return refusal;
        }
        self.without_message = 0;
        self.connect_next(now)
    }

    fn too_late(&self, command: &'static str) -> Option<Vec<Output>> {
        let over = matches!(self.state, State::Ended | State::Closing { then: Then::End, .. });
        over.then(|| vec![Output::Refuse { command, message: "the session is ending" }])
    }

    /// Connects at once, or as soon as the open connection is closed.
    fn connect_next(&mut self, now: Duration) -> Vec<Output> {
        match self.state {
            State::Idle | State::Connecting | State::Waiting { .. } => self.connect_now(),
            State::Open { .. } => self.close(Then::Dial, now),
            State::Closing { until, .. } => {
                self.state = State::Closing { then: Then::Dial, until };
                Vec::new()
            }
            State::Ended => Vec::new(),
        }
    }

    fn connect_now(&mut self) -> Vec<Output> {
        let Some(settings) = self.settings.clone() else { return Vec::new() };
        self.connection = self.connection.next();
        self.state = State::Connecting;
        vec![Output::Dial(self.connection, settings)]
    }

    fn close(&mut self, then: Then, now: Duration) -> Vec<Output> {
        let limit = if then == Then::End { STOP_LIMIT } else { CLOSE_LIMIT };
        self.state = State::Closing { then, until: now + limit };
        vec![Output::Close(CloseFrame { code: Some(NORMAL), reason: String::new() })]
    }

    fn stop(&mut self, now: Duration) -> Vec<Output> {
        match self.state {
            State::Idle | State::Connecting | State::Waiting { .. } => self.end(End::Stopped),
            State::Open { .. } => self.close(Then::End, now),
            State::Closing { until, .. } => {
                self.state = State::Closing { then: Then::End, until: until.min(now + STOP_LIMIT) };
                Vec::new()
            }
            State::Ended => Vec::new(),
        }
    }

    fn opened(&mut self, now: Duration) -> Vec<Output> {
        if self.state == State::Connecting {
            self.retry.succeeded();
            self.unheard_since = Some(now);
            self.state = State::Open { silent_at: Some(now + SILENCE) };
        }
        Vec::new()
    }

    fn failed(&mut self, failure: Box<Failure>, now: Duration) -> Vec<Output> {
        if self.state != State::Connecting {
            return Vec::new();
        }
        if self.is_tried_once() {
            return self.end(End::NotRetried);
        }
        if let Some(delay) = self.retry.failed(self.dice.f64()) {
            return self.wait(delay, 0, now);
        }
        let retries = self.retry.max_retries().unwrap_or(0);
        self.end(End::RetriesExhausted { retries, last: failure })
    }

    fn settle_silence(&mut self) -> Vec<Output> {
        self.unheard_since = None;
        self.without_message = 0;
        if let State::Open { silent_at } = &mut self.state {
            *silent_at = None;
        }
        Vec::new()
    }

    fn ending(&mut self, now: Duration) -> Vec<Output> {
        if let State::Open { .. } = self.state {
            self.state = State::Closing { then: Then::Retry, until: now + CLOSE_LIMIT };
        }
        Vec::new()
    }

    fn lost(&mut self, now: Duration) -> Vec<Output> {
        match self.state {
            State::Open { .. } | State::Closing { then: Then::Retry, .. } => {
                if self.is_tried_once() {
                    return self.end(End::NotRetried);
                }
                let brought_nothing =
                    self.unheard_since.take().is_some_and(|opened| now.saturating_sub(opened) < LASTING);
                self.without_message = if brought_nothing { self.without_message + 1 } else { 0 };
                let (pause, counted) = self.pause_after_loss();
                // It stands outside the count of retries.
                self.wait(pause, counted, now)
            }
            State::Closing { then: Then::Dial, .. } => self.connect_now(),
            State::Closing { then: Then::End, .. } => self.end(End::Stopped),
            State::Idle | State::Connecting | State::Waiting { .. } | State::Ended => Vec::new(),
        }
    }

    /// The pause after a loss, and the connections without a message that it has grown with. A pipeline connects
    /// again at the same pace for ever.
    fn pause_after_loss(&self) -> (Duration, u32) {
        let Some(settings) = &self.settings else { return (Duration::ZERO, 0) };
        let (dialect, lost) = (settings.options.dialect, self.without_message);
        let first = dialect.behavior().redial;
        if dialect.is_pipeline() || lost < 2 {
            return (first, 0);
        }
        let grown = first.saturating_mul(1 << (lost - 1).min(16));
        (grown.min(LONGEST_PAUSE), lost)
    }

    /// Whether the first failure or loss ends the session.
    fn is_tried_once(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.options.no_retry)
    }

    fn wait(&mut self, delay: Duration, without_message: u32, now: Duration) -> Vec<Output> {
        self.state = State::Waiting { until: now + delay };
        let (failures, left) = (self.retry.failures(), self.retry.left());
        vec![Output::RetryIn(RetryIn { failures, left, without_message, delay })]
    }

    fn time_is_up(&mut self, now: Duration) -> Vec<Output> {
        if self.due().is_none_or(|due| now < due) {
            return Vec::new();
        }
        match &mut self.state {
            State::Open { silent_at } => {
                *silent_at = None;
                vec![Output::Silent]
            }
            State::Closing { .. } => vec![Output::HangUp],
            State::Waiting { .. } => self.connect_now(),
            State::Idle | State::Connecting | State::Ended => Vec::new(),
        }
    }

    fn end(&mut self, why: End) -> Vec<Output> {
        self.state = State::Ended;
        vec![Output::End(why)]
    }
}

#[cfg(test)]
mod tests;
