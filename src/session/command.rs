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
    /// Change the settings that need no new connection.
    Adjust { auto_replay_nacks: bool },
    /// Send a frame.
    Send(Outgoing),
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

/// A frame to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    Data {
        kind: Kind,
        payload: Bytes,
    },
    /// At most 125 bytes (RFC 6455, section 5.5).
    Ping(Bytes),
    Close(CloseFrame),
}
