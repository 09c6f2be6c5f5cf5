//! The two forms of a time, as `cryptobyte` takes them (`ReadASN1UTCTime`, `ReadASN1GeneralizedTime`).
//!
//! Go parses with a layout and wants the same text back when it formats the result. What passes that is: exactly the
//! digits of the layout, then `Z` or an offset of up to `±2459` that is not zero; `UTCTime` may leave out its seconds.
//! Fractions, `+0000` and the 60th second do not.

use jiff::civil::{Date, DateTime, Time as TimeOfDay};

use crate::go_verdict::certificate::parsed::Time;

/// A time and the zone that it is written in, in seconds east of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub instant: Time,
    pub zone: i32,
}

const SECONDS_OF_AN_HOUR: i32 = 3_600;
const SECONDS_OF_A_MINUTE: i32 = 60;

/// `YYMMDDHHMM[SS]` and the zone. Years 50 to 99 are of the 20th century (`ReadASN1UTCTime`).
pub fn utc(text: &[u8]) -> Option<Written> {
    let (year, rest) = number(text, 2)?;
    let century = if year >= 50 { 1_900 } else { 2_000 };
    let year = year.checked_add(century)?;
    instant(year, rest, Seconds::Optional)
}

/// `YYYYMMDDHHMMSS` and the zone (`ReadASN1GeneralizedTime`).
pub fn generalized(text: &[u8]) -> Option<Written> {
    let (year, rest) = number(text, 4)?;
    instant(year, rest, Seconds::Needed)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seconds {
    Needed,
    Optional,
}

fn instant(year: i16, text: &[u8], seconds: Seconds) -> Option<Written> {
    let (month, rest) = pair(text)?;
    let (day, rest) = pair(rest)?;
    let (hour, rest) = pair(rest)?;
    let (minute, rest) = pair(rest)?;
    let (second, zone) = match pair(rest) {
        Some(read) => read,
        None if seconds == Seconds::Optional => (0, rest),
        None => return None,
    };
    let date = Date::new(year, month, day).ok()?;
    let time = TimeOfDay::new(hour, minute, second, 0).ok()?;
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let local = date.to_datetime(time).duration_since(epoch).as_secs();
    let zone = offset(zone)?;
    Some(Written { instant: local.checked_sub(i64::from(zone))?, zone })
}

/// Seconds east of UTC.
fn offset(zone: &[u8]) -> Option<i32> {
    let (&sign, rest) = zone.split_first()?;
    if sign == b'Z' {
        return rest.is_empty().then_some(0);
    }
    let (hours, rest) = pair(rest)?;
    let (minutes, rest) = pair(rest)?;
    // Go lets an offset have 24 hours, and 60 minutes too, but the latter do not come back as they were written.
    if hours > 24 || minutes >= 60 || !rest.is_empty() {
        return None;
    }
    let size = i32::from(hours) * SECONDS_OF_AN_HOUR + i32::from(minutes) * SECONDS_OF_A_MINUTE;
    match sign {
        b'+' if size != 0 => Some(size),
        b'-' if size != 0 => size.checked_neg(),
        _ => None,
    }
}

fn pair(text: &[u8]) -> Option<(i8, &[u8])> {
    let (value, rest) = number(text, 2)?;
    Some((i8::try_from(value).ok()?, rest))
}

/// A number of exactly so many digits, and what comes after it.
fn number(text: &[u8], digits: usize) -> Option<(i16, &[u8])> {
    let (text, rest) = text.split_at_checked(digits)?;
    let value = text.iter().try_fold(0_i16, |value, &digit| {
        let digit = digit.is_ascii_digit().then(|| i16::from(digit & 0x0f))?;
        value.checked_mul(10)?.checked_add(digit)
    })?;
    Some((value, rest))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    fn instant_of(written: Option<Written>) -> Option<Time> {
        written.map(|written| written.instant)
    }

    #[test]
    fn years_of_two_digits_are_from_1950_to_2049() {
        assert_eq!(instant_of(utc(b"700101000000Z")), Some(0));
        assert!(utc(b"500101000000Z").unwrap().instant < 0);
        assert_eq!(utc(b"491231235959Z"), generalized(b"20491231235959Z"));
    }

    #[test]
    fn only_utc_time_may_leave_out_its_seconds() {
        assert_eq!(instant_of(utc(b"7001010001Z")), Some(60));
        assert_eq!(generalized(b"197001010001Z"), None);
    }

    #[test]
    fn an_offset_of_zero_is_written_as_z() {
        assert_eq!(instant_of(utc(b"700101010000+0100")), Some(0));
        assert_eq!(utc(b"700101000000+0000"), None);
        assert_eq!(utc(b"700101000000-0000"), None);
    }

    #[test]
    fn the_last_second_of_the_year_9999_is_a_time() {
        assert_eq!(instant_of(generalized(b"99991231235959Z")), Some(253_402_300_799));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(utc(b"230229000000Z"), None);
        assert!(utc(b"240229000000Z").is_some());
        assert_eq!(utc(b"240431000000Z"), None);
    }

    #[test]
    fn fractions_are_refused() {
        assert_eq!(generalized(b"20240101000000.5Z"), None);
    }
}
