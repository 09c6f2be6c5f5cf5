//! A message on its way to the output.

use crate::session::{MessageId, Verdict};

/// A message that was read, or rejected, and is not in the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    pub(super) id: MessageId,
    /// How often it was delivered.
    pub(super) attempts: u32,
    /// Whether the filter of the rule matched it when it was read.
    pub(super) matches: bool,
    /// The verdict that its rejection replaced: pending or acked.
    pub(super) before: Verdict,
}

impl Ticket {
    /// Whether it waits to be redelivered.
    pub(super) const fn is_rejected(&self) -> bool {
        self.attempts > 0
    }
}
