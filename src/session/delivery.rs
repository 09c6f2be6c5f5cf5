//! Deliveries of messages, and their verdicts.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::MessageId;

/// The outcome of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Verdict {
    /// Not answered: in the output, or on the way to it.
    Pending,
    Acked,
    Nacked,
    /// Rejected, and not redelivered.
    Dropped,
    /// The session ended before it was delivered or redelivered.
    Lost,
}

impl Verdict {
    /// The verdict as text, in JSON and in captures.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// The verdict with this text.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// One delivery of a message to the output, and its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Counted from 1; a replay is attempt 2, 3, … of the same message.
    pub attempt: u32,
    pub verdict: Verdict,
}

impl Delivery {
    /// The first delivery of a message.
    #[must_use]
    pub const fn first(verdict: Verdict) -> Self {
        Self { attempt: 1, verdict }
    }
}

/// A change of a delivery: a verdict was given or taken back, or a message was redelivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryUpdate {
    pub id: MessageId,
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Whether this takes back an earlier answer.
    pub recalled: bool,
}
