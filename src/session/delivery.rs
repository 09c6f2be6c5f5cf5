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

/// The same change of the deliveries of messages that follow one another. A message that is answered later makes two
/// changes, and each event is moved from room to room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryRun {
    /// That of the first message.
    pub first: DeliveryUpdate,
    /// How many messages there are, at least one.
    pub count: u64,
}

impl From<DeliveryUpdate> for DeliveryRun {
    fn from(update: DeliveryUpdate) -> Self {
        Self { first: update, count: 1 }
    }
}

impl DeliveryRun {
    /// The change of each message.
    pub fn updates(self) -> impl Iterator<Item = DeliveryUpdate> {
        (0..self.count).map(move |nth| DeliveryUpdate { id: self.first.id.plus(nth), ..self.first })
    }

    /// Whether the change of this message is in it.
    #[must_use]
    pub const fn contains(&self, id: MessageId) -> bool {
        self.first.id.0 <= id.0 && id.0 < self.first.id.0 + self.count
    }

    /// Joins the next change to it, if it is the same. What takes back an answer stands alone: each is told.
    #[must_use]
    pub fn join(&mut self, next: DeliveryUpdate) -> bool {
        let same = DeliveryUpdate { id: self.first.id.plus(self.count), ..self.first };
        let joins = next == same && !next.recalled;
        self.count += u64::from(joins);
        joins
    }

    /// Cuts it behind this message; whether anything is left of it.
    #[must_use]
    pub fn cut_behind(&mut self, last: MessageId) -> bool {
        self.count = self.count.min((last.0 + 1).saturating_sub(self.first.id.0));
        self.count > 0
    }
}
