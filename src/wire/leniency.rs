//! Broken rules that the pipeline's library tolerates, and the bytes that broke them.

use bytes::Bytes;
use strum::VariantArray;

use super::Rule;

/// How a decoder treats broken rules that the pipeline tolerates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Like the pipeline: the connection continues, and
    /// [`Decoder::take_deviations`](super::Decoder::take_deviations) reports the broken rule. Text that is not
    /// UTF-8 is delivered, with [`Span::valid`](super::Span::valid) false.
    Pipeline,
    /// By the RFCs: the connection fails. Text that is not UTF-8 fails at its first invalid byte.
    Rfc,
}

/// A rule that the pipeline lets a server break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum Leniency {
    /// A length that is not in its shortest form (RFC 6455, section 5.2).
    LongLength,
    /// A close frame with a payload of one byte, half a code (RFC 6455, section 5.5.1).
    HalfCloseCode,
    /// A data frame after a close frame (RFC 6455, section 5.5.1).
    DataAfterClose,
    /// A control frame with the compression bit (RFC 7692, section 6.1).
    CompressedControl,
    /// A continuation with the compression bit (RFC 7692, section 6.1).
    CompressedContinuation,
    /// Bytes of a message after its last block (RFC 7692, section 7.2).
    AfterLastBlock,
}

impl Leniency {
    /// The bit of this rule in a set.
    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The rule for which a strict client ends the connection; `None` if it continues too.
    pub(super) const fn rule(self) -> Option<Rule> {
        match self {
            Self::LongLength => Some(Rule::LongLength),
            Self::HalfCloseCode => Some(Rule::CloseTooShort),
            Self::CompressedControl | Self::CompressedContinuation => Some(Rule::ReservedBit(1)),
            Self::DataAfterClose | Self::AfterLastBlock => None,
        }
    }
}

/// A rule that was broken and tolerated for the first time on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    pub rule: Leniency,
    /// The raw bytes that broke it, at most [`Deviation::RAW`]: the frame header, or the first bytes after an
    /// end. They hold no payload, so no secret.
    pub raw: Bytes,
}

impl Deviation {
    /// How many raw bytes are kept.
    pub const RAW: usize = 16;

    pub(super) fn new(rule: Leniency, raw: &[u8]) -> Self {
        Self { rule, raw: Bytes::copy_from_slice(&raw[..raw.len().min(Self::RAW)]) }
    }
}

/// The rules that were broken on a connection so far.
#[derive(Debug, Default)]
pub(super) struct Deviations {
    /// The bits of all broken rules.
    known: u8,
    /// Those that were not taken yet.
    untaken: Vec<Deviation>,
}

impl Deviations {
    /// Whether this rule was broken already.
    #[inline]
    pub fn contains(&self, rule: Leniency) -> bool {
        self.known & rule.bit() != 0
    }

    /// Keeps a deviation unless its rule was broken already.
    pub fn add(&mut self, deviation: Deviation) {
        if !self.contains(deviation.rule) {
            self.known |= deviation.rule.bit();
            self.untaken.push(deviation);
        }
    }

    pub fn take(&mut self) -> Vec<Deviation> {
        std::mem::take(&mut self.untaken)
    }
}
