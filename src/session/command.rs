//! The commands that the engine accepts.

use bytes::Bytes;

use crate::{ack::AckMode, config::Settings};

use super::{CloseFrame, Kind, MessageId};

/// A command to the engine.
#[derive(Clone, Debug)]
pub enum Command {
    /// Close the open connection and connect with these settings.
    Connect(Box<Settings>),
    /// Close the open connection, or skip the pause before the next one, and connect again with the same
    /// settings.
    Reconnect,
    /// Close with 1000 and end the session.
    Stop,
    /// Like `Stop`; messages behind this one do not belong to the session, though more may have been read.
    StopBehind(MessageId),
    /// End a session that waits for another secret, since there is none; any other goes on.
    NoOtherSecret,
    /// Change the settings that need no new connection.
    Adjust { auto_replay_nacks: bool },
    /// Send a frame.
    Send(Outgoing),
    /// Answer pings from now on, or leave them unanswered.
    SetPongs(Pongs),
    /// Acknowledge an unacknowledged message.
    Ack(MessageId),
    /// Reject a message, also one that is acknowledged already: it is redelivered or dropped.
    Nack(MessageId),
    /// Take back a nack, unless the message was redelivered already.
    Undo(MessageId),
    /// Carry out each of these, in this order.
    All(Vec<Command>),
    /// Change the ack mode.
    SetAckMode(AckMode),
}

/// Whether pings of the server are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pongs {
    /// As the protocol wants it (RFC 6455, section 5.5.2).
    #[default]
    Sent,
    Withheld,
}

/// A frame to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    Data {
        kind: Kind,
        payload: Bytes,
        /// What is shown and recorded in its place, if secrets in it are masked.
        shown: Option<Bytes>,
    },
    /// At most 125 bytes (RFC 6455, section 5.5).
    Ping(Bytes),
    /// A pong that answers no ping, of at most 125 bytes.
    Pong(Bytes),
    Close(CloseFrame),
}

impl Outgoing {
    /// What is asked for with it, as a refusal names it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Data { .. } => "send",
            Self::Ping(_) => "ping",
            Self::Pong(_) => "pong",
            Self::Close(_) => "close",
        }
    }
}
