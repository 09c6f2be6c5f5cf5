//! How an open connection came to its end.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Us,
    Server,
}

/// A close frame as it was on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseFrame {
    /// `None` for a close frame without a payload.
    pub code: Option<u16>,
    pub reason: String,
}

/// An open connection that is no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    #[serde(flatten)]
    pub kind: LossKind,
    /// How long the connection had been open.
    #[serde(skip)]
    pub open_for: Duration,
    /// Data messages received on it.
    pub messages: u64,
    /// One sentence, lower case, without a full stop.
    pub message: String,
}

impl Lost {
    /// Whether this side ended it.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self.kind, LossKind::Left | LossKind::Closed { by: Side::Us, .. })
    }
}

/// What ended it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum LossKind {
    /// A closing handshake, begun by this side (RFC 6455, section 7).
    Closed {
        by: Side,
        #[serde(flatten)]
        frame: CloseFrame,
    },
    /// The connection ended without a close frame (what RFC 6455 calls 1006).
    Ended,
    /// The operating system reported an error.
    Io { error: String },
    /// The server asked for another TLS handshake, which `tls.enable_renegotiation` does not
    /// allow.
    RenegotiationAsked,
    /// The server broke the protocol. `last` holds the raw bytes where it did, at most 256.
    Violation {
        rule: String,
        #[serde(with = "super::encoding::base64_text")]
        last: Vec<u8>,
    },
    /// A message over `max_message_size`. `size` is what its frames declared so far.
    TooLarge { size: u64, limit: u64 },
    /// We left it, to reconnect or to stop.
    Left,
}
