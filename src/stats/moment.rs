//! Times as feeds write them: a count of seconds, milliseconds, microseconds or nanoseconds since 1970, or RFC 3339.

use strum::IntoStaticStr;

use crate::session::Timestamp;

/// How a feed writes its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
pub enum Unit {
    #[strum(serialize = "s")]
    Seconds,
    #[strum(serialize = "ms")]
    Millis,
    #[strum(serialize = "µs")]
    Micros,
    #[strum(serialize = "ns")]
    Nanos,
    #[strum(serialize = "RFC 3339")]
    Text,
}

impl Unit {
    /// The unit as text: `ms`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// From 2001 to 2286, in seconds since 1970: the range in which the count of digits tells the unit.
const PLAUSIBLE: std::ops::Range<f64> = 1e9..1e10;

/// The moment that a JSON value writes, and how. A number is one whose unit its size tells: seconds have ten digits,
/// milliseconds thirteen, microseconds sixteen, nanoseconds nineteen.
pub(super) fn moment(value: &[u8]) -> Option<(Timestamp, Unit)> {
    let text = std::str::from_utf8(value).ok()?;
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let digits = inner.unwrap_or(text);
    let whole = digits.split('.').next().unwrap_or_default();
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let at = inner?.parse::<jiff::Timestamp>().ok()?;
        return Some((Timestamp(at.as_microsecond()), Unit::Text));
    }
    let units = [(Unit::Seconds, 1e6), (Unit::Millis, 1e3), (Unit::Micros, 1.0), (Unit::Nanos, 1e-3)];
    if let Ok(count) = digits.parse::<i64>() {
        // Exactly, since a double has not the digits for nanoseconds.
        let micros = match digits.len() {
            10 => (Unit::Seconds, count.checked_mul(1_000_000)?),
            13 => (Unit::Millis, count.checked_mul(1_000)?),
            16 => (Unit::Micros, count),
            19 => (Unit::Nanos, count / 1_000),
            _ => return None,
        };
        return Some((Timestamp(micros.1), micros.0));
    }
    let count: f64 = digits.parse().ok()?;
    let (unit, micros) = units.into_iter().find(|(_, micros)| PLAUSIBLE.contains(&(count * micros / 1e6)))?;
    #[expect(clippy::cast_possible_truncation, reason = "it is within the range above")]
    Some((Timestamp((count * micros) as i64), unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_number_tells_its_unit() {
        let is = |text: &str| moment(text.as_bytes()).map(|(at, unit)| (at.0, unit.word()));
        let at = 1_700_000_000_123_456;
        assert_eq!(is("1700000000"), Some((1_700_000_000_000_000, "s")));
        assert_eq!(is("1700000000.5"), Some((1_700_000_000_500_000, "s")));
        assert_eq!(is("\"1700000000123\""), Some((1_700_000_000_123_000, "ms")));
        assert_eq!(is("1700000000123456"), Some((at, "µs")));
        assert_eq!(is("1700000000123456789"), Some((at, "ns")));
        assert_eq!(is("\"2023-11-14T22:13:20.123456Z\""), Some((at, "RFC 3339")));
        assert_eq!(is("\"2023-11-14T23:13:20.123456789+01:00\""), Some((at, "RFC 3339")));
    }

    #[test]
    fn other_values_are_no_times() {
        for text in
            ["42", "17000000001", "-1700000000", "\"tick\"", "\"\"", "null", "1.5", "\"2023-11-14\"", "."]
        {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }
}
