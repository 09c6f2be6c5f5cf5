//! What the engine can be asked.

use bytes::Bytes;

use crate::config::Settings;

use crate::ack::AckMode;

use super::{CloseFrame, Kind, MessageId};

/// A wish of a person, sent to the engine.
#[derive(Clone, Debug)]
pub enum Command {
    /// Close what is open and connect with these settings.
    Connect(Box<Settings>),
    /// Close what is open, or cut a waiting short, and connect again with the same settings.
    Reconnect,
    /// Close politely with 1000 and end the session.
    Stop,
    /// Change what may change without a new connection.
    Adjust { auto_replay_nacks: bool },
    /// Put a frame on the wire.
    Send(Outgoing),
    /// Acknowledge an unacknowledged message.
    Ack(MessageId),
    /// Reject a message, if need be after the fact: it is redelivered, or dropped.
    Nack(MessageId),
    /// Take a rejection back, as long as the message has not been redelivered.
    Undo(MessageId),
    /// Each of these, in this order.
    All(Vec<Command>),
    /// Answer in another way from now on.
    Answer(AckMode),
}

/// A frame of ours.
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
