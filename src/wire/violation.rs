//! The rules of the protocol that a peer can break, and the close codes that answer them.

use bytes::Bytes;

/// A broken rule, and the bytes that broke it. The connection cannot be used after one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Violation {
    pub rule: Rule,
    /// The raw bytes where it happened, at most [`Violation::LAST`]: from the frame header on, or around the
    /// first byte that is not UTF-8.
    pub last: Bytes,
    reason: String,
}

/// The rules. `Display` is the reason that the Go library puts into its close frame, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Reserved bit 1, 2 or 3 is set, and no extension defines it (section 5.2).
    #[error("RSV{0} set")]
    ReservedBit(u8),
    /// A reserved opcode (section 5.2).
    #[error("bad opcode {0}")]
    Opcode(u8),
    /// A masked frame from the server (section 5.1).
    #[error("bad MASK")]
    Masked,
    /// The 64-bit length has its top bit set (section 5.2).
    #[error("length with the top bit set")]
    Length,
    /// A length that is not in its shortest form (section 5.2); for [`Strictness::Rfc`](super::Strictness).
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
    /// A continuation outside a fragmented message (section 5.4).
    #[error("continuation after FIN")]
    LoneContinuation,
    /// A close frame with a payload of one byte, half a code (section 5.5.1).
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
    /// A message over the limit. `size` is what its frames have declared so far.
    #[error("message of {size} bytes is over the limit of {limit}")]
    TooLarge { size: u64, limit: u64 },
}

impl Violation {
    /// How many raw bytes a violation keeps at most.
    pub const LAST: usize = 256;

    /// A violation that keeps the first bytes of `raw`.
    #[must_use]
    pub fn new(rule: Rule, raw: &[u8]) -> Self {
        let last = Bytes::copy_from_slice(&raw[..raw.len().min(Self::LAST)]);
        Self { rule, last, reason: rule.to_string() }
    }

    /// The same with a reason that names all of these rules, as the Go library does.
    #[must_use]
    pub(super) fn naming(self, rules: &[Rule]) -> Self {
        let reasons: Vec<_> = rules.iter().map(Rule::to_string).collect();
        Self { reason: reasons.join(", "), ..self }
    }

    /// The close code for it: 1002, 1007 or 1009 (section 7.4.1).
    #[must_use]
    pub const fn close_code(&self) -> u16 {
        match self.rule {
            Rule::InvalidUtf8 | Rule::Deflate => 1007,
            Rule::TooLarge { .. } => 1009,
            _ => 1002,
        }
    }

    /// The rule as text, short enough for the reason of a close frame.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
