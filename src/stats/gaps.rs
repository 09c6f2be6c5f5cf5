//! Gaps in little room: a histogram of half octaves, of which there may be a thousand.

use std::time::Duration;

/// Half octaves from a millisecond on: the last holds a month and more.
const BUCKETS: usize = 64;

/// Gaps, to half as much again. It takes 256 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gaps {
    buckets: [u32; BUCKETS],
    count: u64,
}

impl Default for Gaps {
    fn default() -> Self {
        Self { buckets: [0; BUCKETS], count: 0 }
    }
}

impl Gaps {
    pub fn add(&mut self, gap: Duration) {
        let millis = u64::try_from(gap.as_millis()).unwrap_or(u64::MAX).max(1);
        let octave = millis.ilog2();
        // The upper half of an octave begins at one and a half times its first.
        let is_upper = millis - (1 << octave) >= (1_u64 << octave) / 2 && octave > 0;
        let bucket = octave as usize * 2 + usize::from(is_upper);
        if let Some(count) = self.buckets.get_mut(bucket.min(BUCKETS - 1)) {
            *count = count.saturating_add(1);
        }
        self.count += 1;
    }

    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The end of the half octave that 99 of 100 gaps do not exceed, the longest left aside: the whole feed may have rested
    /// once. `None` with fewer than two.
    #[must_use]
    pub fn p99(&self) -> Option<Duration> {
        let wanted = self.count - (self.count / 100).max(1).min(self.count);
        let mut seen = 0;
        let bucket = self.buckets.iter().position(|count| {
            seen += u64::from(*count);
            seen >= wanted
        });
        let bucket = bucket.filter(|_| wanted > 0)?;
        let octave = 1_u64 << (bucket / 2);
        Some(Duration::from_millis(if bucket % 2 == 0 { octave * 3 / 2 } else { octave * 2 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_gaps_end_within_half_as_much_again() {
        let mut gaps = Gaps::default();
        assert_eq!(gaps.p99(), None);
        for millis in 1..=99 {
            gaps.add(Duration::from_millis(500 + millis % 3));
        }
        gaps.add(Duration::from_hours(10));
        let p99 = gaps.p99().expect("there are some");
        assert!((503..768).contains(&p99.as_millis()), "{p99:?}");
        assert_eq!(gaps.count(), 100);
    }
}
