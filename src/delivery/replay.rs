//! How long a rejected message waits before it is redelivered. Pure arithmetic.
//!
//! The rule is that of the pipeline's list of retries, odd start included: the first two replays
//! of a message come at once, the third waits around 500 ms, and from there the pause grows.

use std::time::Duration;

/// Replays of a message that come without a pause.
const AT_ONCE: u32 = 2;
const FIRST: Duration = Duration::from_millis(500);
const FACTOR: f64 = 1.1;
const LONGEST: Duration = Duration::from_secs(1);
/// The pause has reached [`LONGEST`] by then.
const GROWN: i32 = 8;

/// The pause before a replay, counted from 1; none before the first two.
///
/// `dice` lies in `[0, 1)`; the pause is uniform between half and one and a half of its interval.
pub(super) fn pause(replay: u32, dice: f64) -> Option<Duration> {
    let grown = replay.checked_sub(AT_ONCE + 1)?;
    let steps = i32::try_from(grown).unwrap_or(GROWN).min(GROWN);
    Some(FIRST.mul_f64(FACTOR.powi(steps)).min(LONGEST).mul_f64(0.5 + dice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_replays_come_at_once_and_then_the_pause_grows_to_a_second() {
        let pauses: Vec<_> =
            (1..=12).map(|replay| pause(replay, 0.5).map(|pause| pause.as_millis())).collect();
        let grown = [500, 550, 605, 665, 732, 805, 885, 974, 1000, 1000];
        assert_eq!(pauses[..2], [None, None]);
        assert_eq!(pauses[2..], grown.map(Some));
        assert_eq!(pause(u32::MAX, 0.5), Some(LONGEST));
    }

    #[test]
    fn the_pause_is_off_by_half_at_most() {
        assert_eq!(pause(3, 0.0), Some(FIRST / 2));
        assert!(pause(100, 0.999).is_some_and(|pause| pause < LONGEST.mul_f64(1.5)));
    }
}
