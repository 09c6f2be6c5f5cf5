//! Points in time, as events carry them.

use std::{fmt, time::Duration};

/// A point in time in microseconds since the Unix epoch.
///
/// A session reads the wall clock once and counts on from there with the monotonic clock, so
/// the times of one session never run backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The time from `earlier` to this; zero if this is the earlier one.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The whole days from `earlier` to this; negative if this is the earlier one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 86_400_000_000
    }

    /// This time plus `duration`, to the microsecond.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    fn at(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or_default()
    }

    /// `2026-01-02 03:04:05 UTC`
    #[must_use]
    pub fn utc(self) -> String {
        self.at().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    /// `2026-01-02`: the day in UTC.
    #[must_use]
    pub fn day(self) -> String {
        self.at().strftime("%Y-%m-%d").to_string()
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

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at: jiff::Timestamp = text.parse().map_err(serde::de::Error::custom)?;
        Ok(Self(at.as_microsecond()))
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
    fn days_are_counted_whole_in_both_directions() {
        let (noon, day) = (Timestamp(1_767_355_200_000_000), 86_400_000_000);
        let from_noon = |micros: i64| Timestamp(noon.0 + micros).days_since(noon);
        assert_eq!([0, day - 1, day, 1 - day, -day, -3 * day].map(from_noon), [0, 0, 1, 0, -1, -3]);
        assert_eq!(noon.day(), "2026-01-02");
    }

    #[test]
    fn nothing_is_earlier_than_itself() {
        let noon = Timestamp(1_000_000);
        assert_eq!(noon.plus(Duration::from_millis(3)).since(noon), Duration::from_millis(3));
        assert_eq!(noon.since(noon.plus(Duration::from_millis(3))), Duration::ZERO);
    }
}
