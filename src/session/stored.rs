//! What a capture holds, as its readers see it: places, pages of events, and stretches of messages.

use std::num::NonZeroU32;

use bytes::Bytes;

use super::{ConnectionId, Delivery, DeliveryUpdate, Event, EventKind, Kind, MessageId, Timestamp, Verdict};

/// The place of something in the stream of events, counted from 1: each message of a batch
/// counts one, and every other event counts one. Whoever folds the stream counts the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// The place `n` further on.
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

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredKind {
    Message(StoredMessage),
    /// A later delivery, with its message if that is stored too.
    Redelivered {
        told: DeliveryUpdate,
        message: Option<StoredMessage>,
    },
    /// Any other event; never [`EventKind::Messages`] or [`EventKind::Delivery`].
    Event(Box<EventKind>),
}

/// A stored message, with the beginning of its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its own place, by which its whole payload is asked for.
    pub seq: Seq,
    pub id: MessageId,
    pub kind: Kind,
    /// Whether a text message is valid UTF-8; true for binary.
    pub valid: bool,
    /// How many frames carried it.
    pub frames: u32,
    /// Length of its payload on the wire in bytes, where it came compressed.
    pub wire: Option<NonZeroU32>,
    /// Of the whole payload, in bytes.
    pub size: u64,
    /// At most [`StoredMessage::HEAD`] bytes of it.
    pub head: Bytes,
    /// The latest that is known.
    pub delivery: Delivery,
}

impl StoredMessage {
    /// How much of a payload a page carries, in bytes.
    pub const HEAD: usize = 4 << 10;
}

/// Messages that stand in a row in a capture, told without reading them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRange {
    pub first_seq: Seq,
    pub first: MessageId,
    pub count: u64,
    /// When the first of them came.
    pub at: Timestamp,
    pub connection: ConnectionId,
    /// What became of the first delivery of each.
    pub verdict: Verdict,
}

/// A stored session as a screen folds it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredEvent {
    /// Any event but messages, in order.
    Event(Event),
    Messages(MessageRange),
}
