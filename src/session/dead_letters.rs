//! Dead letters: messages that were rejected at least once, with the history of their deliveries.

use std::collections::VecDeque;

use super::{Delivery, MessageId, Timestamp};

/// How many deliveries of one message are kept; the oldest leave first.
pub const DELIVERIES: usize = 100;

/// One message and the history of its deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    pub id: MessageId,
    /// Each verdict with its time, in order.
    pub deliveries: VecDeque<(Timestamp, Delivery)>,
}

impl DeadLetter {
    /// A dead letter whose first verdict is this one.
    #[must_use]
    pub fn new(id: MessageId, at: Timestamp, delivery: Delivery) -> Self {
        Self { id, deliveries: [(at, delivery)].into() }
    }

    /// Records a verdict. A new verdict of the last attempt replaces the earlier one.
    pub fn record(&mut self, at: Timestamp, delivery: Delivery) {
        match self.deliveries.back_mut() {
            Some((since, last)) if last.attempt == delivery.attempt => (*since, *last) = (at, delivery),
            _ => self.deliveries.push_back((at, delivery)),
        }
        if self.deliveries.len() > DELIVERIES {
            self.deliveries.pop_front();
        }
    }

    /// The last delivery.
    #[must_use]
    pub fn last(&self) -> Option<Delivery> {
        self.deliveries.back().map(|(_, delivery)| *delivery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Verdict;

    fn at(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    #[test]
    fn each_attempt_has_its_last_verdict_and_time() {
        let delivery = |attempt, verdict| Delivery { attempt, verdict };
        let mut letter = DeadLetter::new(MessageId(7), at(0), delivery(1, Verdict::Nacked));
        letter.record(at(1_000_000), delivery(2, Verdict::Pending));
        letter.record(at(2_000_000), delivery(2, Verdict::Acked));
        let expected = [(at(0), delivery(1, Verdict::Nacked)), (at(2_000_000), delivery(2, Verdict::Acked))];
        assert_eq!(letter.deliveries, expected);
        assert_eq!(letter.last(), Some(delivery(2, Verdict::Acked)));
    }

    #[test]
    fn only_the_last_attempts_of_a_message_are_kept() {
        let nacked = |attempt| Delivery { attempt, verdict: Verdict::Nacked };
        let mut letter = DeadLetter::new(MessageId(7), at(0), nacked(1));
        (2..=1_000).for_each(|attempt| letter.record(at(i64::from(attempt)), nacked(attempt)));
        assert_eq!(letter.deliveries.len(), DELIVERIES);
        assert_eq!(letter.deliveries.front().map(|(_, first)| first.attempt), Some(901));
    }
}
