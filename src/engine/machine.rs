//! The life of a session as a pure state machine: what to do next, and until when to wait.
//!
//! ```text
//!            Connect             Opened           Ending, Reconnect, Stop
//!   Idle ------------> Connecting ----------> Open ------------------------> Closing
//!                       ^    |                 |                                |
//!           Timeout,    |    | Failed          | Lost                           | Lost
//!           Reconnect   |    v                 v                                v
//!                       +-- Waiting <----------+                     Waiting, Connecting or Ended
//!
//!   Stop and used-up retries lead to Ended, from Open by way of Closing. Where a command gives the secrets, the first
//!   refusal with 401 leads to Refused in its place, and from there to Connecting once there is another secret.
//! ```
//!
//! Times count from the start of the session. An input about an earlier connection changes nothing.

use std::{sync::Arc, time::Duration};

use crate::{
    config::{After401, Settings},
    session::{CloseFrame, ConnectionId, End, Failure, RetryIn},
};

use super::retry::Retry;

/// How long a closing handshake may take.
pub(super) const CLOSE_LIMIT: Duration = Duration::from_secs(1);
/// The same if the session ends with it, since the user waits for that.
pub(super) const STOP_LIMIT: Duration = Duration::from_millis(200);
/// How long an open connection may be silent before a finding is emitted.
pub(super) const SILENCE: Duration = Duration::from_secs(10);
/// The longest pause after connections that were lost without a message.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A connection that lasted this long does not count as lost without a message.
const STABLE: Duration = Duration::from_secs(10);
/// How long another secret is waited for. Who was asked for one answers sooner, also if there is none.
pub(super) const LONGEST_RENEWAL: Duration = Duration::from_mins(5);
/// The status code of a normal close (RFC 6455, section 7.4.1).
pub(super) const NORMAL: u16 = 1000;

/// The state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Idle,
    Connecting,
    Open {
        /// When to emit that no message was received; `None` once that is decided.
        silent_at: Option<Duration>,
    },
    /// A close frame was sent, or the connection broke; its end is awaited until `until`, or without a limit once
    /// it has ended and the played input has not noticed.
    Closing {
        then: Then,
        until: Option<Duration>,
    },
    Waiting {
        until: Duration,
    },
    /// The server refused the credentials, and another secret may come.
    Refused {
        until: Duration,
    },
    Ended,
}

/// What follows the end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// A pause, then a connection, as after any loss.
    Retry,
    /// A connection at once.
    Connect,
    End,
}

/// The inputs of the machine.
#[derive(Clone, Debug)]
pub(super) enum Input {
    Connect(Arc<Settings>),
    Reconnect,
    Stop,
    /// There is no other secret than the refused one.
    NoOtherSecret,
    Opened(ConnectionId),
    Failed(ConnectionId, Box<Failure>),
    /// The first data message of a connection was received.
    FirstMessage(ConnectionId),
    /// A close frame was received or sent, or the connection broke: its end is near.
    Ending(ConnectionId),
    /// The connection has ended, and the played input has not noticed it.
    Unnoticed(ConnectionId),
    /// The connection has ended.
    Lost(ConnectionId),
    /// The time of [`Machine::due`] is reached.
    Timeout,
}

/// The outputs of the machine, to carry out in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Abandon any connection that is being opened, and open this one.
    Connect(ConnectionId, Arc<Settings>),
    /// Send a close frame.
    Close(CloseFrame),
    /// Drop the connection; answered with [`Input::Lost`].
    HangUp,
    /// Emit that no message was received since the connection opened.
    Silent,
    RetryIn(RetryIn),
    Refuse {
        command: &'static str,
        message: &'static str,
    },
    /// Abandon any connection that is being opened, and end the session.
    End(End),
}

/// The state of a session, and the data for its transitions.
#[derive(Debug)]
pub(super) struct Machine {
    state: State,
    connection: ConnectionId,
    settings: Option<Arc<Settings>>,
    retry: Retry,
    /// How many connections in a row were lost without a message.
    without_message: u32,
    /// When the connection opened, until its first message.
    silent_since: Option<Duration>,
    /// Whether the secret was replaced since a connection opened.
    is_renewed: bool,
    /// The end of the session, if no other secret comes.
    refused: Option<End>,
    rng: fastrand::Rng,
}

impl Machine {
    /// A session that has not started; `seed` decides the jitter.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: State::Idle,
            connection: ConnectionId::default(),
            settings: None,
            retry: Retry::new(None),
            without_message: 0,
            silent_since: None,
            is_renewed: false,
            refused: None,
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// The current connection, or the last one.
    pub(super) const fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Whether the connection is to be made again after its end, rather than at the wish of the user.
    pub(super) const fn retries_after_loss(&self) -> bool {
        matches!(self.state, State::Open { .. } | State::Closing { then: Then::Retry, .. })
    }

    /// Whether the connection has ended and the played input has not noticed it.
    pub(super) const fn is_lost_unnoticed(&self) -> bool {
        matches!(self.state, State::Closing { then: Then::Retry, until: None })
    }

    #[cfg(test)]
    const fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// When [`Input::Timeout`] must be given next.
    pub(super) const fn due(&self) -> Option<Duration> {
        match self.state {
            State::Open { silent_at } => silent_at,
            State::Closing { until, .. } => until,
            State::Waiting { until } | State::Refused { until } => Some(until),
            State::Idle | State::Connecting | State::Ended => None,
        }
    }

    /// Takes one input. Returns what to do about it.
    pub(super) fn step(&mut self, input: Input, now: Duration) -> Vec<Output> {
        match input {
            Input::Connect(settings) => self.connect(settings, now),
            Input::Reconnect => self.reconnect(now),
            Input::Stop => self.stop(now),
            Input::NoOtherSecret => self.end_refused(),
            Input::Timeout => self.timeout(now),
            Input::Opened(connection) if self.is_current(connection) => self.opened(now),
            Input::Failed(connection, failure) if self.is_current(connection) => self.failed(failure, now),
            Input::FirstMessage(connection) if self.is_current(connection) => self.end_silence(),
            Input::Ending(connection) if self.is_current(connection) => self.ending(now),
            Input::Unnoticed(connection) if self.is_current(connection) => self.unnoticed(),
            Input::Lost(connection) if self.is_current(connection) => self.lost(now),
            Input::Opened(_)
            | Input::Failed(..)
            | Input::FirstMessage(_)
            | Input::Ending(_)
            | Input::Unnoticed(_)
            | Input::Lost(_) => Vec::new(),
        }
    }

    /// Uses these settings from the next connection on.
    pub(super) fn adjust(&mut self, settings: Arc<Settings>) {
        self.settings = Some(settings);
    }

    fn is_current(&self, connection: ConnectionId) -> bool {
        connection == self.connection
    }

    fn connect(&mut self, settings: Arc<Settings>, now: Duration) -> Vec<Output> {
        if let Some(refusal) = self.refuse_if_ending("connect") {
            return refusal;
        }
        self.retry.renew(settings.max_retries, settings.beyond.backoff);
        self.without_message = 0;
        self.settings = Some(settings);
        self.is_renewed |= matches!(self.state, State::Refused { .. });
        self.connect_next(now)
    }

    fn reconnect(&mut self, now: Duration) -> Vec<Output> {
        if let Some(refusal) = self.refuse_if_ending("reconnect") {
            return refusal;
        }
        self.without_message = 0;
        self.connect_next(now)
    }

    fn refuse_if_ending(&self, command: &'static str) -> Option<Vec<Output>> {
        let is_ending = matches!(self.state, State::Ended | State::Closing { then: Then::End, .. });
        is_ending.then(|| vec![Output::Refuse { command, message: "the session is ending" }])
    }

    /// Connects at once, or once the open connection is closed.
    fn connect_next(&mut self, now: Duration) -> Vec<Output> {
        match self.state {
            State::Idle | State::Connecting | State::Waiting { .. } | State::Refused { .. } => {
                self.connect_now()
            }
            State::Open { .. } => self.close(Then::Connect, now),
            State::Closing { until, .. } => {
                self.state = State::Closing { then: Then::Connect, until };
                Vec::new()
            }
            State::Ended => Vec::new(),
        }
    }

    fn connect_now(&mut self) -> Vec<Output> {
        let Some(settings) = self.settings.clone() else { return Vec::new() };
        self.connection = self.connection.next();
        self.state = State::Connecting;
        vec![Output::Connect(self.connection, settings)]
    }

    fn close(&mut self, then: Then, now: Duration) -> Vec<Output> {
        let limit = if then == Then::End { STOP_LIMIT } else { CLOSE_LIMIT };
        self.state = State::Closing { then, until: Some(now + limit) };
        vec![Output::Close(CloseFrame { code: Some(NORMAL), reason: String::new() })]
    }

    fn stop(&mut self, now: Duration) -> Vec<Output> {
        match self.state {
            State::Idle | State::Connecting | State::Waiting { .. } => self.end(End::Stopped),
            State::Open { .. } => self.close(Then::End, now),
            State::Closing { until, .. } => {
                let limit = now + STOP_LIMIT;
                let until = Some(until.map_or(limit, |until| until.min(limit)));
                self.state = State::Closing { then: Then::End, until };
                Vec::new()
            }
            State::Refused { .. } => self.end_refused(),
            State::Ended => Vec::new(),
        }
    }

    fn opened(&mut self, now: Duration) -> Vec<Output> {
        if self.state == State::Connecting {
            self.retry.succeeded();
            self.is_renewed = false;
            self.silent_since = Some(now);
            self.state = State::Open { silent_at: Some(now + SILENCE) };
        }
        Vec::new()
    }

    fn failed(&mut self, failure: Box<Failure>, now: Duration) -> Vec<Output> {
        if self.state != State::Connecting {
            return Vec::new();
        }
        let is_unauthorized = failure.kind.is_unauthorized();
        let end = if self.ends_at_first_failure() {
            End::NotRetried
        } else if let Some(delay) = self.retry.failed(self.rng.f64()) {
            return self.wait(delay, 0, now);
        } else {
            End::RetriesExhausted { retries: self.retry.max_retries().unwrap_or(0), last: failure }
        };
        if is_unauthorized && self.awaits_secret() {
            self.state = State::Refused { until: now + LONGEST_RENEWAL };
            self.refused = Some(end);
            return Vec::new();
        }
        self.end(end)
    }

    fn awaits_secret(&self) -> bool {
        let awaits = |settings: &Arc<Settings>| settings.options.refusal == After401::AwaitsSecret;
        !self.is_renewed && self.settings.as_ref().is_some_and(awaits)
    }

    /// Ends a session that waits for another secret.
    fn end_refused(&mut self) -> Vec<Output> {
        match (self.state, self.refused.take()) {
            (State::Refused { .. }, Some(end)) => self.end(end),
            _ => Vec::new(),
        }
    }

    fn end_silence(&mut self) -> Vec<Output> {
        self.silent_since = None;
        self.without_message = 0;
        if let State::Open { silent_at } = &mut self.state {
            *silent_at = None;
        }
        Vec::new()
    }

    fn ending(&mut self, now: Duration) -> Vec<Output> {
        if let State::Open { .. } = self.state {
            self.state = State::Closing { then: Then::Retry, until: Some(now + CLOSE_LIMIT) };
        }
        Vec::new()
    }

    fn unnoticed(&mut self) -> Vec<Output> {
        if let State::Open { .. } | State::Closing { then: Then::Retry, .. } = self.state {
            self.state = State::Closing { then: Then::Retry, until: None };
        }
        Vec::new()
    }

    fn lost(&mut self, now: Duration) -> Vec<Output> {
        match self.state {
            State::Open { .. } | State::Closing { then: Then::Retry, .. } => {
                if self.ends_at_first_failure() {
                    return self.end(End::NotRetried);
                }
                let brought_nothing =
                    self.silent_since.take().is_some_and(|opened| now.saturating_sub(opened) < STABLE);
                self.without_message = if brought_nothing { self.without_message + 1 } else { 0 };
                let (pause, without_message) = self.pause_after_loss();
                // A loss does not count as a failed retry.
                self.wait(pause, without_message, now)
            }
            State::Closing { then: Then::Connect, .. } => self.connect_now(),
            State::Closing { then: Then::End, .. } => self.end(End::Stopped),
            State::Idle
            | State::Connecting
            | State::Waiting { .. }
            | State::Refused { .. }
            | State::Ended => Vec::new(),
        }
    }

    /// The pause after a loss, and the number of connections without a message if that makes it longer. A
    /// pipeline always reconnects after the same pause.
    fn pause_after_loss(&self) -> (Duration, u32) {
        let Some(settings) = &self.settings else { return (Duration::ZERO, 0) };
        let (dialect, lost) = (settings.options.dialect, self.without_message);
        let first = dialect.behavior().reconnect_delay;
        if dialect.is_pipeline() || lost < 2 {
            return (first, 0);
        }
        let grown = first.saturating_mul(1 << (lost - 1).min(16));
        (grown.min(LONGEST_PAUSE), lost)
    }

    /// Whether the first failure or loss ends the session.
    fn ends_at_first_failure(&self) -> bool {
        self.settings.as_ref().is_some_and(|settings| settings.options.no_retry)
    }

    fn wait(&mut self, delay: Duration, without_message: u32, now: Duration) -> Vec<Output> {
        self.state = State::Waiting { until: now + delay };
        let (failures, left) = (self.retry.failures(), self.retry.left());
        vec![Output::RetryIn(RetryIn { failures, left, without_message, delay })]
    }

    fn timeout(&mut self, now: Duration) -> Vec<Output> {
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
            State::Refused { .. } => self.end_refused(),
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
