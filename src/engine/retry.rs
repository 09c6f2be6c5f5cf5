//! When to retry a failed connection, and when to give up. Pure arithmetic: no clock, and randomness is an
//! argument.
//!
//! The rules are those of the pipeline's input, odd start included: the interval starts at 500 ms until the
//! first success of the session, and at 100 ms after that.

use std::time::Duration;

use crate::config::Backoff;

const FIRST_EVER: Duration = Duration::from_millis(500);
const FIRST_AFTER_SUCCESS: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(1);
const FACTOR: f64 = 1.5;

/// Counts failures in a row and computes the pause after each.
#[derive(Clone, Debug)]
pub(super) struct Retry {
    /// `None` retries without a limit, `Some(0)` never.
    max_retries: Option<u32>,
    failures: u32,
    /// The middle of the range of the next pause.
    interval: Duration,
    first_interval: Duration,
    /// Other bounds of the interval than the pipeline's.
    backoff: Option<Backoff>,
}

impl Retry {
    /// A new session without failures or successes.
    pub(super) const fn new(max_retries: Option<u32>) -> Self {
        Self { max_retries, failures: 0, interval: FIRST_EVER, first_interval: FIRST_EVER, backoff: None }
    }

    /// Resets the count under another limit. An earlier success still counts.
    pub(super) fn renew(&mut self, max_retries: Option<u32>, backoff: Option<Backoff>) {
        self.max_retries = max_retries;
        self.backoff = backoff;
        self.failures = 0;
        self.interval = self.first();
    }

    fn first(&self) -> Duration {
        self.backoff.map_or(self.first_interval, |backoff| backoff.first)
    }

    /// Notes a success: resets the count and the interval.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.first_interval = FIRST_AFTER_SUCCESS;
        self.interval = self.first();
    }

    /// Notes a failure. Returns the pause before the next connection, or `None` if the retries are used up.
    ///
    /// `dice` lies in `[0, 1)`; the pause is uniform between half and one and a half intervals.
    pub(super) fn failed(&mut self, dice: f64) -> Option<Duration> {
        self.failures = self.failures.saturating_add(1);
        if self.max_retries.is_some_and(|max| self.failures > max) {
            return None;
        }
        let longest = self.backoff.map_or(LONGEST, |backoff| backoff.longest);
        let delay = self.interval.mul_f64(0.5 + dice);
        self.interval = self.interval.mul_f64(FACTOR).min(longest);
        Some(delay)
    }

    /// Failed connections in a row.
    pub(super) const fn failures(&self) -> u32 {
        self.failures
    }

    /// How many retries are left; `None` without a limit.
    pub(super) fn left(&self) -> Option<u32> {
        self.max_retries.map(|max| max.saturating_sub(self.failures))
    }

    /// The highest number of retries; `None` without a limit.
    pub(super) const fn max_retries(&self) -> Option<u32> {
        self.max_retries
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The dice that gives the interval itself.
    const MIDDLE: f64 = 0.5;

    fn delays(retry: &mut Retry, most: usize) -> Vec<Duration> {
        (0..most).map_while(|_| retry.failed(MIDDLE)).collect()
    }

    fn micros(all: &[u64]) -> Vec<Duration> {
        all.iter().copied().map(Duration::from_micros).collect()
    }

    #[test]
    fn before_any_success_the_interval_starts_at_half_a_second() {
        let expected = micros(&[500_000, 750_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000]);
        assert_eq!(delays(&mut Retry::new(None), 7), expected);
    }

    #[test]
    fn after_a_success_the_interval_starts_at_a_tenth_of_a_second() {
        let mut retry = Retry::new(None);
        retry.succeeded();
        let expected = micros(&[100_000, 150_000, 225_000, 337_500, 506_250, 759_375, 1_000_000, 1_000_000]);
        assert_eq!(delays(&mut retry, 8), expected);
    }

    #[test]
    fn a_limit_of_n_allows_n_retries_and_no_limit_allows_any_number() {
        for (limit, retries) in [(Some(0), 0), (Some(1), 1), (Some(3), 3), (None, 1_000)] {
            assert_eq!(delays(&mut Retry::new(limit), 1_000).len(), retries, "max_retries {limit:?}");
        }
    }

    #[test]
    fn three_retries_wait_about_two_and_a_quarter_seconds_at_start_and_half_a_second_later() {
        let mut retry = Retry::new(Some(3));
        assert_eq!(delays(&mut retry, 9).iter().sum::<Duration>(), Duration::from_millis(2_250));
        retry.succeeded();
        assert_eq!(delays(&mut retry, 9).iter().sum::<Duration>(), Duration::from_millis(475));
    }

    #[test]
    fn a_success_resets_the_retries() {
        let mut retry = Retry::new(Some(2));
        assert_eq!((retry.failed(MIDDLE).is_some(), retry.left()), (true, Some(1)));
        retry.succeeded();
        assert_eq!((retry.failures(), retry.left()), (0, Some(2)));
        assert_eq!(delays(&mut retry, 9).len(), 2);
    }

    #[test]
    fn new_settings_replace_the_limit() {
        let mut retry = Retry::new(Some(0));
        assert_eq!(retry.failed(MIDDLE), None);
        retry.renew(Some(1), None);
        assert_eq!(delays(&mut retry, 9), micros(&[500_000]));
    }

    #[test]
    fn other_bounds_replace_those_of_the_pipeline_before_and_after_a_success() {
        let backoff = Backoff { first: Duration::from_millis(200), longest: Duration::from_millis(400) };
        let mut retry = Retry::new(None);
        retry.renew(None, Some(backoff));
        assert_eq!(delays(&mut retry, 4), micros(&[200_000, 300_000, 400_000, 400_000]));
        retry.succeeded();
        assert_eq!(delays(&mut retry, 2), micros(&[200_000, 300_000]));
    }

    proptest! {
        #[test]
        fn every_delay_lies_between_half_and_one_and_a_half_intervals(
            dice in prop::collection::vec(0.0..1.0f64, 1..20),
            succeeded in any::<bool>(),
        ) {
            let (mut retry, mut middle) = (Retry::new(None), Retry::new(None));
            if succeeded {
                retry.succeeded();
                middle.succeeded();
            }
            for throw in dice {
                let interval = middle.failed(MIDDLE).expect("there is no limit");
                let delay = retry.failed(throw).expect("there is no limit");
                prop_assert!(delay >= interval.mul_f64(0.5) && delay <= interval.mul_f64(1.5));
            }
        }
    }
}
