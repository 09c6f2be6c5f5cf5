//! How long the output takes for a message.

use std::{fmt, time::Duration};

use crate::payload::{duration_as_typed, parse_duration};

use super::error::AckModeError;

/// The longest delay.
pub const MAX_DELAY: Duration = Duration::from_hours(1);

/// A random time in a range; the default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    from: Duration,
    to: Duration,
}

impl Delay {
    /// Parses `200ms`, or `100ms..1s`.
    ///
    /// # Errors
    ///
    /// The text is not a time, the first is longer than the second, or the second longer than [`MAX_DELAY`].
    pub fn parse(text: &str) -> Result<Self, AckModeError> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let time = |text| parse_duration(text).map_err(AckModeError::new);
        let (from, to) = (time(from)?, time(to)?);
        if from > to {
            return Err(AckModeError::new("the first delay is longer than the second; swap them"));
        }
        if to > MAX_DELAY {
            return Err(AckModeError::new("a delay is at most 1h"));
        }
        Ok(Self { from, to })
    }

    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.to.is_zero()
    }

    /// The least time for a message.
    #[must_use]
    pub const fn shortest(&self) -> Duration {
        self.from
    }

    /// The mean time for a message.
    #[must_use]
    pub fn mean(&self) -> Duration {
        self.at(0.5)
    }

    /// The time for one message; `dice` lies in `[0, 1)`.
    pub(crate) fn at(&self, dice: f64) -> Duration {
        self.from + self.to.saturating_sub(self.from).mul_f64(dice)
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&duration_as_typed(self.from))?;
        if self.from != self.to {
            write!(f, "..{}", duration_as_typed(self.to))?;
        }
        Ok(())
    }
}
