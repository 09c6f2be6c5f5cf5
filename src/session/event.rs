//! The events that the engine emits: a session is a stream of them.

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::ack::{AckMode, AckModeKind, Stages, Width};

use super::{
    Batch, CloseFrame, ConnectionId, DeliveryRun, Failure, Finding, Kind, Lost, MessageId, PipelineLine,
    Stage, StageReport, Timestamp, Whereabouts,
};

/// Something that happened: when, and on which connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    /// The connection it belongs to; 0 before the first one.
    pub connection: ConnectionId,
    pub kind: EventKind,
}

/// Each event is moved from room to room: what is larger stands in a box.
const _: () = assert!(size_of::<Event>() <= 96, "an event is small");

/// The kinds of event, in the order a session usually sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A connection begins. `url` is masked.
    Connecting {
        url: String,
    },
    StageStarted(Stage),
    StageEnded(Box<StageReport>),
    Opened(Box<Opened>),
    /// The head of an answer that refuses the upgrade was received; its body is still being read.
    Answered(Answered),
    /// Messages were read from the socket. *Pending* ones are not delivered yet; the others were delivered and
    /// answered at once.
    Messages(Batch),
    Control(Control),
    Sent(Sent),
    /// The output has taken messages (*pending*), or answered them.
    Delivery(DeliveryRun),
    /// An open connection has ended.
    Lost(Box<Lost>),
    /// A connection could not be opened; the ladder has the details.
    Failed(Box<Failure>),
    RetryIn(RetryIn),
    Finding(Box<Finding>),
    /// What the pipeline would have logged about the last event.
    Pipeline(PipelineLine),
    /// The ack mode from now on.
    AckMode(ActiveAckMode),
    /// The pause before a nacked message is redelivered. The input hands on nothing else meanwhile; what it handed on
    /// before is delivered and answered.
    ReplayWaits(ReplayWaits),
    /// Where the messages are that are read and not answered.
    Whereabouts(Box<Whereabouts>),
    /// The socket is not read, because this side does not keep up.
    ReadingPaused {
        why: Pause,
        read_ahead: u64,
    },
    /// How long the socket was not read in the last second, and how much waits unread.
    BackPressure(BackPressure),
    ReadingResumed {
        after: Duration,
    },
    /// Nothing has come for a while, and this is what the system knows of the line.
    TcpLine(TcpLine),
    /// A command that was refused, and why.
    Refused {
        command: Cow<'static, str>,
        message: String,
    },
    Ended(Ended),
}

/// An open connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Address of the server, or of the proxy.
    pub remote: Option<std::net::SocketAddr>,
    /// `TLS 1.3 · TLS13_AES_256_GCM_SHA384`; `None` on `ws`.
    pub tls: Option<String>,
    pub subprotocol: Option<String>,
    /// The compression extension as the server wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// From the start of the connection, opening messages included.
    #[serde(skip)]
    pub took: Duration,
}

/// The status line of an answer whose body is still being read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub status: u16,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    In,
    Out,
}

/// A ping, pong or close frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    pub direction: Direction,
    pub kind: ControlKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlKind {
    Ping(Bytes),
    /// `round_trip` is set if this answers a ping that we sent.
    Pong {
        payload: Bytes,
        round_trip: Option<Duration>,
    },
    Close(CloseFrame),
}

/// A data message that we sent. Secrets in it are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub kind: Kind,
    pub payload: Bytes,
    /// Whether it is an opening message.
    pub opening: bool,
}

/// The ack mode in effect, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveAckMode {
    pub mode: AckModeKind,
    /// The whole mode as it can be typed: `manual 64`.
    pub text: String,
    /// How many messages the output takes at a time.
    pub max_in_flight: u64,
    /// How many threads with processors stand before it.
    #[serde(default)]
    pub threads: u64,
    /// How many messages these threads and the other stages between the input and the output hold.
    #[serde(default)]
    pub held: u64,
}

impl ActiveAckMode {
    #[must_use]
    pub fn of(ack_mode: &AckMode, width: Width) -> Self {
        Self {
            mode: ack_mode.kind(),
            text: ack_mode.to_string(),
            max_in_flight: width.max_in_flight as u64,
            threads: width.threads as u64,
            held: width.held as u64,
        }
    }
}

impl Default for ActiveAckMode {
    fn default() -> Self {
        let ack_mode = AckMode::default();
        Self::of(&ack_mode, ack_mode.width(&Stages::default()))
    }
}

/// The pause before a message is redelivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayWaits {
    pub id: MessageId,
    /// The number of the attempt that follows.
    pub attempt: u32,
    #[serde(skip)]
    pub delay: Duration,
}

/// Why the socket is not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Pause {
    /// The receiver of the events does not keep up.
    #[default]
    Events,
    /// The offered message is not taken: the output is full.
    InFlight,
    /// The input pauses before it redelivers a message.
    Replay,
}

impl Pause {
    /// The reason as text, in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// How long the socket was not read in one second, and how much waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackPressure {
    #[serde(skip)]
    pub paused: Duration,
    /// Bytes that were read and not decoded yet.
    pub read_ahead: u64,
    /// Bytes that wait in the system's buffer of the socket, if the system reports it.
    pub unread: Option<u64>,
}

/// What the system knows of a TCP connection on which nothing comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TcpLine {
    /// Bytes that were sent, or are to be, and are not acknowledged.
    pub unacknowledged: u64,
    /// How often the oldest of them was sent again, in a row.
    pub retransmits: u8,
    /// Keep-alive probes in a row without an answer.
    pub probes: u8,
    /// How long ago the last acknowledgement came; data from the peer brings one too.
    #[serde(skip)]
    pub last_ack: Duration,
    /// The smoothed round trip of TCP.
    #[serde(skip)]
    pub round_trip: Duration,
}

/// The pause before the next connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryIn {
    /// How many connections failed in a row; 0 after a loss.
    pub failures: u32,
    /// How many retries are left if the next connection fails; `None` without a limit. After a loss the next
    /// connection is made even if none is left.
    pub left: Option<u32>,
    /// How many connections in a row were lost without a message, if that makes the pause longer; otherwise
    /// 0.
    #[serde(default, skip_serializing_if = "super::encoding::is_default")]
    pub without_message: u32,
    #[serde(skip)]
    pub delay: Duration,
}

/// The last event of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub why: End,
    /// Data messages received in the session; each was emitted.
    pub messages: u64,
    pub connections: u32,
    /// The stage of the connection that was being opened when the session was stopped.
    pub during: Option<Stage>,
}

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A command stopped it.
    Stopped,
    /// `max_retries` is used up; `retries` is its value.
    RetriesExhausted { retries: u32, last: Box<Failure> },
    /// The first failure or loss ends the session (`--no-retry`).
    NotRetried,
    /// The file that the session was imported from tells no more.
    FileEnds,
}
