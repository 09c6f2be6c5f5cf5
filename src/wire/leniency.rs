//! Broken rules that the pipeline's library lets pass, and what was seen of each.

use bytes::Bytes;

use super::Rule;

/// How a decoder judges what the pipeline lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// As the pipeline: the connection goes on, and [`Decoder::passed`](super::Decoder::passed) tells of it.
    /// Text that is not UTF-8 is delivered, and its [`Span::valid`](super::Span::valid) is false.
    Pipeline,
    /// As the RFCs: the connection fails. Text that is not UTF-8 fails with its first bad byte.
    Rfc,
}

/// A rule that a server may break and the pipeline goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leniency {
    /// A length in a longer form than it needs (RFC 6455, section 5.2).
    LongLength,
    /// A close frame of one byte, which is half a code (RFC 6455, section 5.5.1).
    HalfCloseCode,
    /// A data frame behind a close frame (RFC 6455, section 5.5.1).
    BehindClose,
    /// A control frame that says it is compressed (RFC 7692, section 6.1).
    CompressedControl,
    /// A continuation that says it is compressed (RFC 7692, section 6.1).
    CompressedContinuation,
    /// More of a message than its last block (RFC 7692, section 7.2).
    BehindLastBlock,
}

impl Leniency {
    pub const ALL: [Self; 6] = [
        Self::LongLength,
        Self::HalfCloseCode,
        Self::BehindClose,
        Self::CompressedControl,
        Self::CompressedContinuation,
        Self::BehindLastBlock,
    ];

    /// Its bit in a set.
    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// What a strict client ends the connection for; `None` where it goes on too.
    pub(super) const fn rule(self) -> Option<Rule> {
        match self {
            Self::LongLength => Some(Rule::LongLength),
            Self::HalfCloseCode => Some(Rule::CloseTooShort),
            Self::CompressedControl | Self::CompressedContinuation => Some(Rule::ReservedBit(1)),
            Self::BehindClose | Self::BehindLastBlock => None,
        }
    }
}

/// A rule that was let pass for the first time on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub rule: Leniency,
    /// The raw bytes that broke it, at most [`Passed::RAW`]: the head of the frame, or the first bytes
    /// behind an end. There is no payload in it that could hold a secret.
    pub raw: Bytes,
}

impl Passed {
    /// How many raw bytes are kept.
    pub const RAW: usize = 16;

    pub(super) fn new(rule: Leniency, raw: &[u8]) -> Self {
        Self { rule, raw: Bytes::copy_from_slice(&raw[..raw.len().min(Self::RAW)]) }
    }
}

/// What was let pass on a connection so far.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The bits of all rules that were broken.
    known: u8,
    /// Those that nobody has asked for yet.
    news: Vec<Passed>,
}

impl Record {
    /// Whether this rule was broken before.
    #[inline]
    pub fn knows(&self, rule: Leniency) -> bool {
        self.known & rule.bit() != 0
    }

    /// Keeps what is seen for the first time.
    pub fn note(&mut self, passed: Passed) {
        if !self.knows(passed.rule) {
            self.known |= passed.rule.bit();
            self.news.push(passed);
        }
    }

    pub fn take(&mut self) -> Vec<Passed> {
        std::mem::take(&mut self.news)
    }
}
