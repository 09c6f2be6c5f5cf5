//! Rate, size and lag over time: buckets of equal width, which grow so that a bounded number holds the whole session.

use std::time::Duration;

use crate::session::Timestamp;

/// The most buckets; when they are full, each two become one of twice the width.
pub const BUCKETS: usize = 4_096;

/// What came within one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    pub messages: u64,
    pub bytes: u64,
    /// The greatest lag, if a time was read.
    pub lag: Option<Duration>,
    /// The longest gap that ended in it.
    pub gap: Duration,
}

impl Bucket {
    /// Adds what came within another bucket.
    pub fn join(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
        self.lag = self.lag.max(other.lag);
        self.gap = self.gap.max(other.gap);
    }
}

/// Buckets from the first message on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    buckets: Vec<Bucket>,
    start: Option<Timestamp>,
    width: Duration,
}

impl Default for Series {
    fn default() -> Self {
        Self { buckets: Vec::new(), start: None, width: Duration::from_secs(1) }
    }
}

impl Series {
    /// Adds what came at a time. What is older than the first counts as the first.
    pub fn add(&mut self, at: Timestamp, came: Bucket) {
        let start = *self.start.get_or_insert(Timestamp(at.0.div_euclid(1_000_000) * 1_000_000));
        let mut nth = self.nth(start, at);
        while nth >= BUCKETS {
            self.halve();
            nth = self.nth(start, at);
        }
        if self.buckets.len() <= nth {
            self.buckets.resize(nth + 1, Bucket::default());
        }
        if let Some(bucket) = self.buckets.get_mut(nth) {
            bucket.join(came);
        }
    }

    /// It is this late now, and nothing has come since the last bucket.
    pub fn passes(&mut self, now: Timestamp) {
        if self.start.is_some() {
            self.add(now, Bucket::default());
        }
    }

    fn nth(&self, start: Timestamp, at: Timestamp) -> usize {
        usize::try_from(at.since(start).as_micros() / self.width.as_micros().max(1)).unwrap_or(usize::MAX)
    }

    fn halve(&mut self) {
        let halved = self.buckets.chunks(2).map(|pair| {
            let mut joined = Bucket::default();
            for bucket in pair {
                joined.join(*bucket);
            }
            joined
        });
        self.buckets = halved.collect();
        self.width *= 2;
    }

    #[must_use]
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// When a bucket begins.
    #[must_use]
    pub fn time(&self, nth: usize) -> Option<Timestamp> {
        let before = self.width.checked_mul(u32::try_from(nth).ok()?)?;
        Some(self.start?.plus(before))
    }

    /// How long a bucket is: a second, doubled as often as needed.
    #[must_use]
    pub const fn width(&self) -> Duration {
        self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    fn one(bytes: u64) -> Bucket {
        Bucket { messages: 1, bytes, ..Bucket::default() }
    }

    #[test]
    fn a_bucket_is_a_second_and_an_empty_one_stays_in_sight() {
        let mut series = Series::default();
        for (at, bytes) in [(5, 10), (5, 20), (8, 1)] {
            series.add(second(at), one(bytes));
        }
        let bytes: Vec<_> = series.buckets().iter().map(|bucket| bucket.bytes).collect();
        assert_eq!(bytes, [30, 0, 0, 1]);
        assert_eq!(series.time(3), Some(second(8)));
    }

    #[test]
    fn however_long_a_session_is_its_buckets_are_bounded_and_lose_no_message() {
        let mut series = Series::default();
        let minutes = 10 * 1_440;
        (0..minutes).for_each(|minute| series.add(second(minute * 60), one(1)));
        assert!(series.buckets().len() <= BUCKETS);
        let messages: u64 = series.buckets().iter().map(|bucket| bucket.messages).sum();
        assert_eq!(messages, minutes.cast_unsigned());
        assert_eq!(series.width(), Duration::from_secs(256));
    }
}
