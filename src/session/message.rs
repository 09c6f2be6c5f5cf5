//! Received messages: batches, in which they move, and single messages, as readers see them.

use std::num::NonZeroU32;

use crate::wire::{Kind, Run};

use super::{MessageId, Verdict};

/// The data messages of one read of the socket, with consecutive ids.
///
/// Nothing is allocated per message: payloads are ranges of one shared buffer. A clone of a batch copies its
/// list of ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The id of the first message; the others follow without a gap.
    pub first: MessageId,
    pub run: Run,
    /// The verdict of the first delivery of each message.
    pub verdict: Verdict,
}

/// One message of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    pub id: MessageId,
    pub kind: Kind,
    pub payload: &'a [u8],
    /// Whether a text message is valid UTF-8; true for binary.
    pub valid: bool,
    /// How many frames it had.
    pub frames: u32,
    /// The compressed length of the payload in bytes, if it was compressed.
    pub wire: Option<NonZeroU32>,
}

impl Batch {
    /// How many messages the batch holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.run.spans.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.run.spans.is_empty()
    }

    /// The total size of the payloads in bytes.
    #[must_use]
    pub fn payload_bytes(&self) -> u64 {
        self.run.spans.iter().map(|span| u64::from(span.len)).sum()
    }

    /// The messages in the order they were received.
    pub fn messages(&self) -> impl Iterator<Item = Message<'_>> {
        self.run.spans.iter().zip(0..).map(|(span, nth)| Message {
            id: self.first.plus(nth),
            kind: span.kind,
            payload: self.run.payload(span),
            valid: span.valid,
            frames: span.frames,
            wire: span.wire,
        })
    }
}
