//! Sizes and counts in a few cells, as a table shows them.

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
        whole @ ..100 => format!("{whole}.{} {}", bytes % unit / (unit / 10), UNITS[name]),
        whole => format!("{whole} {}", UNITS[name]),
    }
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

/// A count with its noun, in the plural unless there is one: `1 message`, `1,204 messages`, `3 retries`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    let number = thousands(count);
    match noun.strip_suffix('y') {
        _ if count == 1 => format!("{number} {noun}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{counted, size, thousands};

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
        assert_eq!([1, 2].map(|count| counted(count, "retry")), ["1 retry", "2 retries"]);
        assert_eq!([1, 2].map(|count| counted(count, "day")), ["1 day", "2 days"]);
    }

    proptest! {
        #[test]
        fn a_size_fits_seven_cells(bytes: u64, shift in 0u32..64) {
            prop_assert!(size(bytes >> shift).len() <= 7, "{}", size(bytes >> shift));
        }
    }
}
