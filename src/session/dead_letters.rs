//! Dead letters: messages that were rejected at least once, with the history of their deliveries.

use std::collections::VecDeque;

use super::{Delivery, MessageId, Timestamp, Verdict};

/// How many verdicts on one message are kept; the oldest leave first.
pub const DELIVERIES: usize = 100;

/// One message and the verdicts on its deliveries.
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

    /// Records a verdict. The answer to a delivery replaces that it was pending.
    pub fn record(&mut self, at: Timestamp, delivery: Delivery) {
        self.deliveries.pop_back_if(|(_, last)| {
            *last == Delivery { attempt: delivery.attempt, verdict: Verdict::Pending }
        });
        self.deliveries.push_back((at, delivery));
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

    fn at(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    #[test]
    fn each_verdict_is_kept_with_its_time_and_a_pending_delivery_until_it_is_answered() {
        let delivery = |attempt, verdict| Delivery { attempt, verdict };
        let mut letter = DeadLetter::new(MessageId(7), at(0), delivery(1, Verdict::Nacked));
        letter.record(at(1_000_000), delivery(2, Verdict::Pending));
        letter.record(at(2_000_000), delivery(2, Verdict::Acked));
        letter.record(at(3_000_000), delivery(2, Verdict::Nacked));
        let expected = [
            (at(0), delivery(1, Verdict::Nacked)),
            (at(2_000_000), delivery(2, Verdict::Acked)),
            (at(3_000_000), delivery(2, Verdict::Nacked)),
        ];
        assert_eq!(letter.deliveries, expected);
        assert_eq!(letter.last(), Some(delivery(2, Verdict::Nacked)));
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
