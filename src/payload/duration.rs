//! Formats durations, one format for each place that shows them, and parses them as users type them.

use std::time::Duration;

/// How long something took or lasts, in a column or a title: cut off and not rounded, at most 8 cells
/// wide below ten days: `340 µs`, `12.1 ms`, `1.20 s`, `00:12:41`, `3d 04:05`.
#[must_use]
pub fn span_of(time: Duration) -> String {
    let micros = time.as_micros();
    let seconds = time.as_secs();
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..100_000 => format!("{}.{} ms", micros / 1_000, micros / 100 % 10),
        100_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => format!("{seconds}.{:02} s", time.subsec_millis() / 10),
        _ if seconds < 24 * 3600 => {
            format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        _ => format!("{}d {:02}:{:02}", seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60),
    }
}

/// Milliseconds with three decimals, as JSON has times everywhere.
#[must_use]
pub fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The time since the one before, in its column: never in less than milliseconds, so that it is
/// read at a glance: `+0.8 ms`, `+0.04 ms`.
#[must_use]
pub fn gap(time: Duration) -> String {
    match time.as_micros() {
        micros @ 0..100 => format!("+0.{:02} ms", micros / 10),
        micros @ 100..1_000 => format!("+0.{} ms", micros / 100),
        micros @ 1_000..10_000 => format!("+{}.{} ms", micros / 1_000, micros / 100 % 10),
        _ => format!("+{}", span_of(time)),
    }
}

/// The time from a fixed point, in the column of times: `0:12.408`, `1:02:03.4`.
#[must_use]
pub fn stopwatch(time: Duration) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    match seconds {
        0..3600 => format!("{}:{:02}.{millis:03}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}.{}", seconds / 3600, seconds / 60 % 60, seconds % 60, millis / 100),
    }
}

/// How long something took, in a sentence: `0.4 ms`, `84 ms`, `1.2 s`, `3 min 5 s`, `2 h 4 min`.
#[must_use]
pub fn duration_in_words(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    let seconds = time.as_secs();
    match seconds {
        0 if ms < 9.95 => format!("{ms:.1} ms"),
        0 if ms < 999.5 => format!("{ms:.0} ms"),
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A limit or a pause, in a sentence. Somebody chose it, so it is a round number: `45 s`, `1.5 s`, `200 ms`.
#[must_use]
pub fn limit_in_words(limit: Duration) -> String {
    match limit.as_secs_f64() {
        short if short < 0.9995 => format!("{} ms", limit.as_millis()),
        seconds if seconds < 9.95 && (seconds - seconds.round()).abs() > 0.05 => format!("{seconds:.1} s"),
        seconds => format!("{seconds:.0} s"),
    }
}

/// Formats a duration as [`parse_duration`] reads it: whole seconds in seconds, others in milliseconds.
#[must_use]
pub fn duration_as_typed(time: Duration) -> String {
    if time.subsec_nanos() == 0 {
        format!("{}s", time.as_secs())
    } else {
        format!("{}ms", time.as_secs_f64() * 1000.0)
    }
}

/// Reads `500ms`, `1.5s`, `5m`, `1h`; a number without a unit is seconds. `humantime` rejects a number without
/// a unit, and accepts days and months, which no flag should take.
///
/// # Errors
///
/// The text is no duration; the message says what would be.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wanted = || "write a time such as 500ms, 30s, 5m or 1h".to_owned();
    let cut = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..cut].parse().map_err(|_| wanted())?;
    let seconds = match &text[cut..] {
        "ms" => number / 1000.0,
        "s" | "" => number,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(wanted()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|_| wanted())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn each<const N: usize>(micros: [u64; N], text: fn(Duration) -> String) -> [String; N] {
        micros.map(|micros| text(Duration::from_micros(micros)))
    }

    #[test]
    fn a_column_changes_its_unit_as_times_grow() {
        let days = (3 * 86_400 + 4 * 3600 + 5 * 60) * 1_000_000;
        assert_eq!(
            each([0, 340, 12_190, 340_900, 1_204_999, 761_000_000, days], span_of),
            ["0 µs", "340 µs", "12.1 ms", "340 ms", "1.20 s", "00:12:41", "3d 04:05"]
        );
        assert_eq!(span_of(Duration::MAX), "213503982334601d 07:00");
    }

    #[test]
    fn a_gap_wears_a_sign() {
        assert_eq!(
            each([800, 38, 3, 1_100, 2_000_000], gap),
            ["+0.8 ms", "+0.03 ms", "+0.00 ms", "+1.1 ms", "+2.00 s"]
        );
    }

    #[test]
    fn a_stopwatch_shows_minutes_and_from_an_hour_on_hours() {
        assert_eq!(
            each([0, 12_408_900, 3_599_999_000, 3_723_450_000], stopwatch),
            ["0:00.000", "0:12.408", "59:59.999", "1:02:03.4"]
        );
    }

    #[test]
    fn a_time_in_a_sentence_is_as_exact_as_its_length_deserves() {
        assert_eq!(
            each(
                [412, 9_960, 84_000, 999_400, 999_600, 1_240_000, 185_000_000, 7_440_000_000],
                duration_in_words
            ),
            ["0.4 ms", "10 ms", "84 ms", "999 ms", "1.0 s", "1.2 s", "3 min 5 s", "2 h 4 min"]
        );
    }

    #[test]
    fn limits_are_told_as_people_say_them() {
        assert_eq!(
            each([200_000, 1_000_000, 1_500_000, 9_990_000, 44_980_000, 45_000_000], limit_in_words),
            ["200 ms", "1 s", "1.5 s", "10 s", "45 s", "45 s"]
        );
    }

    #[test]
    fn times_are_typed_with_a_unit_or_in_seconds() {
        for (text, millis) in [
            ("500ms", 500),
            ("1.5s", 1_500),
            ("30s", 30_000),
            ("5m", 300_000),
            ("1h", 3_600_000),
            ("2", 2_000),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "1d", "-1s", "1e99h", ".", "1h 30m"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_duration_under_a_century_fits_twelve_cells(micros in 0u64..3_155_760_000_000_000) {
            let shown = span_of(Duration::from_micros(micros));
            prop_assert!(shown.chars().count() <= 12, "{shown}");
        }

        #[test]
        fn what_is_written_as_typed_reads_back(millis in 0u64..100_000_000) {
            let time = Duration::from_millis(millis);
            prop_assert_eq!(parse_duration(&duration_as_typed(time)), Ok(time));
        }
    }
}
