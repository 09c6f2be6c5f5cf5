//! What a peer may break of the protocol, and what we answer to it.

use bytes::Bytes;

/// A broken rule, and the bytes that broke it. The connection is of no use after one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Violation {
    pub rule: Rule,
    /// The raw bytes where it happened, at most [`Violation::LAST`]: from the head of the frame,
    /// or around the first byte that is not UTF-8.
    pub last: Bytes,
    reason: String,
}

/// The rules. `Display` has the words that the Go library puts into its close frame, where it
/// has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// A reserved bit is set, 1 to 3, and no extension gave it a meaning (section 5.2).
    #[error("RSV{0} set")]
    ReservedBit(u8),
    /// A reserved opcode (section 5.2).
    #[error("bad opcode {0}")]
    Opcode(u8),
    /// A server must not mask (section 5.1).
    #[error("bad MASK")]
    Masked,
    /// The 64-bit length has its top bit set (section 5.2).
    #[error("length with the top bit set")]
    Length,
    /// A length in a longer form than it needs (section 5.2); for [`Strictness::Rfc`](super::Strictness).
    #[error("length not in its shortest form")]
    LongLength,
    /// A control frame of more than 125 bytes (section 5.5).
    #[error("len > 125 for control")]
    ControlTooLong,
    /// A control frame in fragments (section 5.5).
    #[error("FIN not set on control")]
    ControlFragmented,
    /// A new data frame inside a fragmented message (section 5.4).
    #[error("data before FIN")]
    DataInsideMessage,
    /// A continuation of nothing (section 5.4).
    #[error("continuation after FIN")]
    LoneContinuation,
    /// A close frame of one byte, which is half a code (section 5.5.1).
    #[error("close payload of 1 byte")]
    CloseTooShort,
    /// A close code that must not be on the wire (section 7.4).
    #[error("bad close code {0}")]
    CloseCode(u16),
    /// The reason of a close frame is not UTF-8 (section 5.5.1).
    #[error("invalid utf8 payload in close frame")]
    CloseReason,
    /// A text message is not UTF-8 (section 8.1).
    #[error("invalid utf8 payload")]
    InvalidUtf8,
    /// A compressed message that cannot be inflated (RFC 7692, section 7.2.2).
    #[error("invalid compressed payload")]
    Deflate,
    /// A message over the limit. `size` is what its frames declared so far.
    #[error("message of {size} bytes is over the limit of {limit}")]
    TooLarge { size: u64, limit: u64 },
}

impl Violation {
    /// How many raw bytes a violation keeps.
    pub const LAST: usize = 256;

    /// A violation that shows the first bytes of `raw`.
    #[must_use]
    pub fn new(rule: Rule, raw: &[u8]) -> Self {
        let last = Bytes::copy_from_slice(&raw[..raw.len().min(Self::LAST)]);
        Self { rule, last, reason: rule.to_string() }
    }

    /// The code to close with: 1002, 1007 or 1009 (section 7.4.1).
    #[must_use]
    pub const fn close_code(&self) -> u16 {
        match self.rule {
            Rule::InvalidUtf8 | Rule::Deflate => 1007,
            Rule::TooLarge { .. } => 1009,
            _ => 1002,
        }
    }

    /// The rule in words, short enough for a close frame.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
