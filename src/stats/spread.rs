//! How durations are spread: percentiles from a histogram of a fixed size.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The longest duration that is told apart, in microseconds: a month.
const LONGEST: u64 = 31 * 86_400 * 1_000_000;
/// How many digits are told apart.
const DIGITS: u8 = 2;

/// Durations, to one part in a hundred. Its memory (about 60 kB) does not grow with their number.
#[derive(Clone, Debug)]
pub struct Spread {
    /// `None` only if the bounds above were refused.
    histogram: Option<Histogram<u64>>,
    longest: Duration,
}

impl Default for Spread {
    fn default() -> Self {
        Self { histogram: Histogram::new_with_bounds(1, LONGEST, DIGITS).ok(), longest: Duration::ZERO }
    }
}

impl Spread {
    /// Adds so many equal durations.
    pub fn add(&mut self, duration: Duration, count: u64) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(LONGEST);
        if let Some(histogram) = &mut self.histogram {
            histogram.saturating_record_n(micros, count);
        }
        self.longest = self.longest.max(duration);
    }

    /// How many durations there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.as_ref().map_or(0, Histogram::len)
    }

    /// The duration that this share of them does not exceed, from 0 to 1; `None` without any.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let histogram = self.histogram.as_ref().filter(|histogram| !histogram.is_empty())?;
        Some(Duration::from_micros(histogram.value_at_quantile(share)).min(self.longest))
    }

    /// The longest one, exactly.
    #[must_use]
    pub fn longest(&self) -> Option<Duration> {
        (self.count() > 0).then_some(self.longest)
    }

    /// How many lie within `from..to`.
    #[must_use]
    pub fn between(&self, from: Duration, to: Duration) -> u64 {
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(LONGEST);
        let end = micros(to).saturating_sub(1).min(LONGEST);
        self.histogram.as_ref().map_or(0, |histogram| histogram.count_between(micros(from).min(LONGEST), end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_true_to_one_part_in_a_hundred() {
        let mut spread = Spread::default();
        (1..=1_000).for_each(|millis| spread.add(Duration::from_millis(millis), 1));
        for (share, millis) in [(0.5, 500.0), (0.9, 900.0), (0.99, 990.0)] {
            let found = spread.quantile(share).expect("there are some").as_secs_f64() * 1e3;
            assert!((found - millis).abs() <= millis * 0.01, "{share}: {found}");
        }
        assert_eq!(spread.longest(), Some(Duration::from_secs(1)));
    }

    #[test]
    fn nothing_is_spread_over_nothing_and_what_is_too_long_counts_as_longest() {
        let mut spread = Spread::default();
        assert_eq!((spread.quantile(0.5), spread.longest()), (None, None));
        let long = Duration::from_hours(400 * 24);
        spread.add(long, 2);
        assert_eq!((spread.count(), spread.longest()), (2, Some(long)));
    }
}
