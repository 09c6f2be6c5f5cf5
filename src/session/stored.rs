//! The contents of a capture as its readers see them: sequence numbers, stored events and ranges of messages.

use std::num::NonZeroU32;

use bytes::Bytes;

use super::{ConnectionId, Delivery, DeliveryUpdate, Event, EventKind, Kind, MessageId, Timestamp, Verdict};

/// The sequence number of an event in its session, counted from 1: each message of a batch counts as one, and
/// so does every other event. Every reader of the stream counts the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// The sequence number `n` later.
    #[must_use]
    pub const fn plus(self, n: u64) -> Self {
        Self(self.0 + n)
    }
}

/// One stored event, or one stored message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub seq: Seq,
    pub at: Timestamp,
    pub connection: ConnectionId,
    pub kind: StoredKind,
}

/// What was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredKind {
    Message(StoredMessage),
    /// A redelivery, with its message if that is stored too.
    Redelivered {
        update: DeliveryUpdate,
        message: Option<StoredMessage>,
    },
    /// Any other event; never [`EventKind::Messages`] or [`EventKind::Delivery`].
    Event(Box<EventKind>),
}

/// A stored message, with the start of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// The key to load its whole payload.
    pub seq: Seq,
    pub id: MessageId,
    pub kind: Kind,
    /// Whether a text message is valid UTF-8; true for binary.
    pub valid: bool,
    /// How many frames it had.
    pub frames: u32,
    /// The compressed length of the payload in bytes, if it was compressed.
    pub wire: Option<NonZeroU32>,
    /// The size of the whole payload in bytes.
    pub size: u64,
    /// The first [`StoredMessage::HEAD`] bytes of the payload.
    pub head: Bytes,
    /// The latest delivery.
    pub delivery: Delivery,
}

impl StoredMessage {
    /// How much of a payload a page holds, in bytes.
    pub const HEAD: usize = 4 << 10;
}

/// Consecutive messages in a capture, described without reading them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRange {
    pub first_seq: Seq,
    pub first: MessageId,
    pub count: u64,
    /// When the first one was received.
    pub at: Timestamp,
    pub connection: ConnectionId,
    /// The verdict of the first delivery of each.
    pub verdict: Verdict,
}

/// An event of a stored session, as it is replayed to a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredEvent {
    /// Any event but messages, in order.
    Event(Event),
    Messages(MessageRange),
}
