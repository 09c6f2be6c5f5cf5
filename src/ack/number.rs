//! Numbers of an ack mode, and their limits.

use super::error::AckModeError;

pub(super) fn whole(text: &str, usage: &str) -> Result<i64, AckModeError> {
    text.parse().map_err(|_| AckModeError::new(format!("{text:?} is not a whole number; {usage}")))
}

pub(super) fn within(number: i64, max: usize, what: &str) -> Result<usize, AckModeError> {
    usize::try_from(number)
        .ok()
        .filter(|number| (1..=max).contains(number))
        .ok_or_else(|| AckModeError::new(format!("{what} must be between 1 and {max}, not {number}")))
}
