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

#[cfg(test)]
mod tests {
    use super::*;

    fn acked(id: u64) -> DeliveryUpdate {
        DeliveryUpdate { id: MessageId(id), delivery: Delivery::first(Verdict::Acked), recalled: false }
    }

    fn run(first: u64, count: u64) -> DeliveryRun {
        DeliveryRun { first: acked(first), count }
    }

    #[test]
    fn only_the_same_change_of_the_next_message_joins_a_run() {
        let mut joined = run(5, 2);
        assert!(joined.join(acked(7)));
        assert_eq!(joined, run(5, 3));
        let nacked = DeliveryUpdate { delivery: Delivery::first(Verdict::Nacked), ..acked(8) };
        let recalled = DeliveryUpdate { recalled: true, ..acked(8) };
        for other in [acked(7), acked(9), nacked, recalled] {
            assert!(!joined.join(other), "{other:?}");
        }
        assert_eq!(joined, run(5, 3));
        let mut recall = DeliveryRun::from(recalled);
        assert!(!recall.join(DeliveryUpdate { id: MessageId(9), ..recalled }), "each recall is told");
    }

    #[test]
    fn a_run_has_a_change_for_each_of_its_messages() {
        assert_eq!(run(5, 3).updates().collect::<Vec<_>>(), [acked(5), acked(6), acked(7)]);
        let within = [4, 5, 7, 8].map(|id| run(5, 3).contains(MessageId(id)));
        assert_eq!(within, [false, true, true, false]);
    }

    #[test]
    fn a_run_is_cut_behind_the_last_message_that_is_wanted() {
        for (last, left) in [(4, 0), (5, 1), (6, 2), (7, 3), (9, 3)] {
            let mut cut = run(5, 3);
            assert_eq!((cut.cut_behind(MessageId(last)), cut.count), (left > 0, left), "{last}");
        }
    }
}
