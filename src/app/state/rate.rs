//! How many messages a second, and its picture of the last seconds.

use std::collections::VecDeque;

use crate::session::Timestamp;

/// Whole seconds that the picture covers.
pub const SECONDS: usize = 60;
const MICROS: i64 = 1_000_000;

/// Messages counted by the second; it moves once a second.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    /// The second that is still being counted, since the epoch.
    second: i64,
    counting: u64,
    /// Whole seconds, the oldest first.
    whole: VecDeque<u64>,
}

impl Rate {
    /// Counts `messages` that came at `at`.
    pub fn count(&mut self, messages: u64, at: Timestamp) {
        self.move_to(at);
        self.counting += messages;
    }

    /// Lets the seconds up to `now` pass.
    pub fn move_to(&mut self, now: Timestamp) {
        let second = now.0.div_euclid(MICROS);
        if self.second == 0 || second < self.second {
            self.second = self.second.max(second);
            return;
        }
        let passed = usize::try_from(second - self.second).unwrap_or(usize::MAX).min(SECONDS + 1);
        for _ in 0..passed {
            self.whole.push_back(std::mem::take(&mut self.counting));
        }
        while self.whole.len() > SECONDS {
            self.whole.pop_front();
        }
        self.second = second;
    }

    /// Messages in the last whole second.
    pub fn last(&self) -> u64 {
        self.whole.back().copied().unwrap_or(0)
    }

    /// The last `n` whole seconds, the oldest first; fewer at the start.
    pub fn seconds(&self, n: usize) -> impl Iterator<Item = u64> + '_ {
        self.whole.iter().skip(self.whole.len().saturating_sub(n)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, SECONDS};
    use crate::session::Timestamp;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000 + 17)
    }

    #[test]
    fn a_second_is_told_when_it_is_over() {
        let mut rate = Rate::default();
        rate.count(5, at(10));
        rate.count(2, at(10));
        assert_eq!(rate.last(), 0);
        rate.move_to(at(11));
        assert_eq!(rate.last(), 7);
        rate.move_to(at(13));
        assert_eq!(rate.seconds(8).collect::<Vec<_>>(), [7, 0, 0]);
    }

    #[test]
    fn a_long_silence_leaves_zeros_and_a_bounded_picture() {
        let mut rate = Rate::default();
        rate.count(5, at(10));
        rate.move_to(at(1_000_000));
        assert_eq!(rate.seconds(100).collect::<Vec<_>>(), vec![0; SECONDS]);
    }

    #[test]
    fn a_time_of_the_past_moves_nothing() {
        let mut rate = Rate::default();
        rate.count(1, at(10));
        rate.count(1, at(9));
        rate.move_to(at(11));
        assert_eq!(rate.last(), 2);
    }
}
