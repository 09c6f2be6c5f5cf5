//! How long a nacked message waits before it is redelivered. Pure arithmetic.
//!
//! The rule is that of the pipeline's retry list, odd start included: the first two replays of a message are
//! immediate, the third waits around 500 ms, and from there the pause grows.

use std::time::Duration;

/// Replays of a message without a pause.
const IMMEDIATE: u32 = 2;
const FIRST: Duration = Duration::from_millis(500);
const FACTOR: f64 = 1.1;
const LONGEST: Duration = Duration::from_secs(1);
/// After this many steps the pause has reached [`LONGEST`].
const STEPS: i32 = 8;

/// The pause before the given replay, counted from 1; `None` for the first two.
///
/// `dice` lies in `[0, 1)`; the pause is uniform between half and one and a half of its interval.
pub(super) fn pause(replay: u32, dice: f64) -> Option<Duration> {
    let grown = replay.checked_sub(IMMEDIATE + 1)?;
    let steps = i32::try_from(grown).unwrap_or(STEPS).min(STEPS);
    Some(FIRST.mul_f64(FACTOR.powi(steps)).min(LONGEST).mul_f64(0.5 + dice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_two_replays_are_immediate_and_then_the_pause_grows_to_a_second() {
        let pauses: Vec<_> =
            (1..=12).map(|replay| pause(replay, 0.5).map(|pause| pause.as_millis())).collect();
        let grown = [500, 550, 605, 665, 732, 805, 885, 974, 1000, 1000];
        assert_eq!(pauses[..2], [None, None]);
        assert_eq!(pauses[2..], grown.map(Some));
        assert_eq!(pause(u32::MAX, 0.5), Some(LONGEST));
    }

    #[test]
    fn the_jitter_is_half_the_pause_at_most() {
        assert_eq!(pause(3, 0.0), Some(FIRST / 2));
        assert!(pause(100, 0.999).is_some_and(|pause| pause < LONGEST.mul_f64(1.5)));
    }
}
