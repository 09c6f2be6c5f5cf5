//! Whole data messages, as ranges of one shared buffer.

use std::{num::NonZeroU32, ops::Range, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// The type of a data message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Kind {
    Text,
    Binary,
}

impl Kind {
    /// The type as text, in JSON and on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// One whole data message, as a range of the bytes of its [`Run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Offset of the payload in the run's bytes.
    pub start: u32,
    /// Length of the payload in bytes.
    pub len: u32,
    pub kind: Kind,
    /// Whether a text message holds valid UTF-8; true for binary.
    pub valid: bool,
    /// How many frames it had; 1 if it was not fragmented.
    pub frames: u32,
    /// The compressed length of the payload in bytes, if it was compressed.
    pub wire: Option<NonZeroU32>,
}

/// Consecutive data messages of one read of the socket: one shared buffer, and ranges of it. A clone shares both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub bytes: Bytes,
    pub spans: Arc<[Span]>,
}

impl Run {
    /// The payload of one message of this run.
    #[must_use]
    pub fn payload(&self, span: &Span) -> &[u8] {
        &self.bytes[span.start as usize..][..span.len as usize]
    }

    /// Some of its messages, over the same buffer.
    #[must_use]
    pub fn part(&self, messages: Range<usize>) -> Self {
        let spans =
            if messages == (0..self.spans.len()) { self.spans.clone() } else { self.spans[messages].into() };
        Self { bytes: self.bytes.clone(), spans }
    }
}
