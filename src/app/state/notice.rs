//! One sentence for the person, in the place of the footer.

use std::time::Duration;

use crate::session::Timestamp;

/// What was just said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub message: String,
    pub tone: Tone,
    pub since: Timestamp,
}

/// How a sentence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Note,
    Bad,
}

impl Notice {
    /// How long it stays without a key press.
    const LASTS: Duration = Duration::from_secs(5);

    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.since.plus(Self::LASTS)
    }

    /// How long it stays from now on; never zero, so that the caller looks once more.
    pub fn left(&self, now: Timestamp) -> Duration {
        self.since.plus(Self::LASTS).since(now).max(Duration::from_millis(1))
    }
}
