//! Points in time, as events carry them.

use std::{fmt, time::Duration};

/// A point in time in microseconds since the Unix epoch.
///
/// A session reads the wall clock once and counts on from there with the monotonic clock, so
/// the times of one session never run backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// How much later this is than `earlier`; zero if it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// This time and `duration` later, to the microsecond.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    fn at(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or_default()
    }

    /// `12:01:07.408` on the local clock of `zone`.
    #[must_use]
    pub fn clock(self, zone: &jiff::tz::TimeZone) -> String {
        self.at().to_zoned(zone.clone()).strftime("%H:%M:%S%.3f").to_string()
    }
}

/// RFC 3339 in UTC with six decimals: `2026-01-02T03:04:05.987123Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.at())
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Timestamp;

    #[test]
    fn times_are_written_in_utc_to_the_microsecond() {
        assert_eq!(Timestamp(1_767_323_045_987_123).to_string(), "2026-01-02T03:04:05.987123Z");
        assert_eq!(Timestamp(1_767_323_045_000_000).to_string(), "2026-01-02T03:04:05.000000Z");
    }

    #[test]
    fn nothing_is_earlier_than_itself() {
        let noon = Timestamp(1_000_000);
        assert_eq!(noon.plus(Duration::from_millis(3)).since(noon), Duration::from_millis(3));
        assert_eq!(noon.since(noon.plus(Duration::from_millis(3))), Duration::ZERO);
    }
}
