//! The pauses between connections.

use std::time::Duration;

use crate::payload::{limit_in_words, parse_duration};

/// The pauses before connections that failed are tried again: the first, and the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    pub first: Duration,
    pub longest: Duration,
}

impl Backoff {
    /// Reads `FIRST..LONGEST`, such as `100ms..10s`; one time is both.
    ///
    /// # Errors
    ///
    /// A sentence about what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (first, longest) = text.split_once("..").unwrap_or((text, text));
        let time = |text: &str| {
            parse_duration(text.trim()).map_err(|_| "write FIRST..LONGEST, such as 100ms..10s".to_owned())
        };
        let (first, longest) = (time(first)?, time(longest)?);
        if first.is_zero() {
            return Err("the first pause must be longer than nothing, or the server is flooded".to_owned());
        }
        if longest < first {
            return Err("the longest pause is shorter than the first".to_owned());
        }
        Ok(Self { first, longest })
    }

    /// `100 ms to 10 s`
    pub(super) fn in_words(self) -> String {
        format!("{} to {}", limit_in_words(self.first), limit_in_words(self.longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_pauses_is_read_and_a_backward_one_refused() {
        let of = |first, longest| {
            Ok(Backoff { first: Duration::from_millis(first), longest: Duration::from_millis(longest) })
        };
        assert_eq!(Backoff::parse("100ms..10s"), of(100, 10_000));
        assert_eq!(Backoff::parse("2s"), of(2_000, 2_000));
        assert!(Backoff::parse("10s..1s").is_err() && Backoff::parse("0s..1s").is_err());
        assert!(Backoff::parse("soon").is_err());
    }
}
