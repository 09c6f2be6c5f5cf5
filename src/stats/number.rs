//! Whole numbers as feeds write them: as a number, or as digits in quotes.

/// The number that a JSON value writes: `17` or `"17"`.
pub(super) fn number(value: &[u8]) -> Option<u64> {
    let digits = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    // The parser of the standard library takes a sign as well.
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn digits_are_a_number_with_and_without_quotes() {
        assert_eq!(
            [number(b"17"), number(b"\"17\""), number(b"18446744073709551615")].map(|n| n.is_some()),
            [true; 3]
        );
        for other in ["-1", "+1", "1.0", "1e3", "", "\"\"", "\"a\"", "null", "18446744073709551616"] {
            assert_eq!(number(other.as_bytes()), None, "{other}");
        }
    }
}
