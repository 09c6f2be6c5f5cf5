//! Sizes, durations and counts in a few cells, as a table shows them; durations as they are typed.

use std::time::Duration;

/// A size in bytes, in decimal units, cut off and not rounded, at most 7 cells wide: `212 B`, `1.2 kB`, `3.4 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let (mut unit, mut name) = (1_000_u64, 0);
    while bytes / unit >= 1000 {
        unit *= 1000;
        name += 1;
    }
    match bytes / unit {
        ..100 => format!("{} {}", tenths(bytes.into(), unit.into()), UNITS[name]),
        whole => format!("{whole} {}", UNITS[name]),
    }
}

/// How long something took or lasts, cut off and not rounded, at most 8 cells wide below ten
/// days: `340 µs`, `12.1 ms`, `1.20 s`,
/// `00:12:41`, `3d 04:05`.
#[must_use]
pub fn span_of(time: Duration) -> String {
    let micros = time.as_micros();
    let seconds = time.as_secs();
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..100_000 => format!("{} ms", tenths(time.as_nanos(), 1_000_000)),
        100_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => format!("{seconds}.{:02} s", time.subsec_millis() / 10),
        _ if seconds < 24 * 3600 => {
            format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        _ => format!("{}d {:02}:{:02}", seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60),
    }
}

/// The time since the one before, never in less than milliseconds, so that a column of them is
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

/// Reads `500ms`, `30s`, `5m`, `1h`; a number by itself is seconds.
///
/// # Errors
///
/// What would be right.
pub fn duration(text: &str) -> Result<Duration, String> {
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

/// A count with a comma between thousands: `148,201`.
#[must_use]
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many of them, with a plural `s` where there is one: `1 message`, `1,204 messages`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

/// `value / unit` with one decimal, cut off.
fn tenths(value: u128, unit: u128) -> String {
    format!("{}.{}", value / unit, value % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{counted, duration, gap, size, span_of, thousands};

    #[test]
    fn times_have_units() {
        for (text, millis) in
            [("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("1h", 3_600_000), ("2", 2_000)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "1d", "-1s", "1e99h", "."] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_have_two_or_three_figures() {
        let shown: Vec<_> =
            [0, 212, 999, 1_000, 1_249, 99_999, 100_000, 999_499, 999_500, 3_400_000].map(size).into();
        let expected =
            ["0 B", "212 B", "999 B", "1.0 kB", "1.2 kB", "99.9 kB", "100 kB", "999 kB", "999 kB", "3.4 MB"];
        assert_eq!(shown, expected);
        assert_eq!(size(u64::MAX), "18.4 EB");
    }

    #[test]
    fn durations_change_their_unit_as_they_grow() {
        let shown = |micros| span_of(Duration::from_micros(micros));
        assert_eq!(shown(0), "0 µs");
        assert_eq!(shown(340), "340 µs");
        assert_eq!(shown(12_190), "12.1 ms");
        assert_eq!(shown(340_900), "340 ms");
        assert_eq!(shown(1_204_999), "1.20 s");
        assert_eq!(shown(761_000_000), "00:12:41");
        assert_eq!(shown((3 * 86_400 + 4 * 3600 + 5 * 60) * 1_000_000), "3d 04:05");
        assert_eq!(span_of(Duration::MAX), "213503982334601d 07:00");
    }

    #[test]
    fn a_gap_wears_a_sign() {
        assert_eq!(gap(Duration::from_micros(800)), "+0.8 ms");
        assert_eq!(gap(Duration::from_micros(38)), "+0.03 ms");
        assert_eq!(gap(Duration::from_micros(3)), "+0.00 ms");
        assert_eq!(gap(Duration::from_micros(1_100)), "+1.1 ms");
        assert_eq!(gap(Duration::from_secs(2)), "+2.00 s");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 999, 1_000, 148_201, 1_000_000].map(thousands),
            ["0", "999", "1,000", "148,201", "1,000,000"]
        );
        assert_eq!(thousands(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn one_is_not_several() {
        let shown = [0, 1, 1_204].map(|count| counted(count, "message"));
        assert_eq!(shown, ["0 messages", "1 message", "1,204 messages"]);
    }

    proptest! {
        #[test]
        fn a_size_fits_seven_cells(bytes: u64, shift in 0u32..64) {
            prop_assert!(size(bytes >> shift).len() <= 7, "{}", size(bytes >> shift));
        }

        #[test]
        fn a_duration_under_a_century_fits_twelve_cells(micros in 0u64..3_155_760_000_000_000) {
            let shown = span_of(Duration::from_micros(micros));
            prop_assert!(shown.chars().count() <= 12, "{shown}");
        }
    }
}
