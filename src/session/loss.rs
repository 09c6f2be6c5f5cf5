//! How an open connection ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::CloseFrame;

/// Which side closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Us,
    Server,
}

/// The end of an open connection.
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
    /// Whether this side ended the connection.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self.kind, LossKind::Left | LossKind::Closed { by: Side::Us, .. })
    }
}

/// What ended the connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum LossKind {
    /// A closing handshake (RFC 6455, section 7), started by the given side.
    Closed {
        by: Side,
        #[serde(flatten)]
        frame: CloseFrame,
    },
    /// The connection ended without a close frame (1006 in RFC 6455).
    Ended,
    /// The operating system reported an error.
    Io { error: String },
    /// The server requested a TLS renegotiation, which `tls.enable_renegotiation` does not allow.
    RenegotiationAsked,
    /// The server violated the protocol. `last` holds the last raw bytes before that, at most 256.
    Violation {
        rule: String,
        #[serde(with = "super::encoding::base64_text")]
        last: Vec<u8>,
    },
    /// A message over `max_message_size`. `size` is what its frames have declared so far.
    TooLarge { size: u64, limit: u64 },
    /// This side left it, to reconnect or to stop.
    Left,
}
