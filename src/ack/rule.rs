//! Which deliveries are rejected.

use std::{fmt, num::NonZeroU64};

use crate::filter::{Candidate, Filter, FrameKind};

use super::{
    error::AckModeError,
    number::{whole, within},
};

/// Which deliveries are rejected: those that meet every condition. Without a condition it is all of them.
#[derive(Clone, Debug, Default)]
pub struct RejectRule {
    /// The first attempts of each message.
    first: Option<u32>,
    /// Every nth delivery.
    every: Option<NonZeroU64>,
    /// A random share, in percent.
    percent: Option<f64>,
    /// Messages that match a filter.
    matching: Option<Matching>,
}

#[derive(Clone, Debug)]
struct Matching {
    expression: String,
    filter: Filter,
}

/// A delivery, as far as the conditions of a rule look at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attempt {
    /// Counted from 1 for each message.
    pub attempt: u32,
    /// Counted from 1 over all deliveries.
    pub nth: u64,
    /// Whether the filter of the rule matches the message; without a filter this counts for nothing.
    pub matches: bool,
    /// A random number in `[0, 1)`.
    pub dice: f64,
}

impl RejectRule {
    /// Parses `first 3`, `every 5`, `30%`, a filter, and several of them with `and` between, the filter last.
    pub(super) fn parse(text: &str) -> Result<Self, AckModeError> {
        let mut rule = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (condition, following) = rest.split_once(" and ").unwrap_or((rest, ""));
            let Some(with) = rule.clone().with_number(condition.trim())? else {
                return rule.matching(rest);
            };
            (rule, rest) = (with, following.trim());
        }
        Ok(rule)
    }

    /// The rule with one more condition, if it is one of those with a number.
    fn with_number(self, condition: &str) -> Result<Option<Self>, AckModeError> {
        if condition == "all" {
            return Ok(Some(self));
        }
        if let Some(number) = condition.strip_suffix('%') {
            let expected = "write reject N%, with a number from 0 to 100";
            let percent = number.trim().parse().map_err(|_| AckModeError::new(expected))?;
            return self.percent(percent).map(Some);
        }
        match condition.split_once(' ') {
            Some(("first", number)) => {
                self.first(whole(number.trim(), "write reject first N, with a number of attempts")?).map(Some)
            }
            Some(("every", number)) => self
                .every(whole(number.trim(), "write reject every N, with a number of deliveries")?)
                .map(Some),
            _ => Ok(None),
        }
    }

    /// Only messages that match this filter.
    ///
    /// # Errors
    ///
    /// The filter cannot be parsed, or is empty.
    pub fn matching(self, expression: &str) -> Result<Self, AckModeError> {
        let filter = Filter::parse(expression).map_err(|error| AckModeError::new(error.to_string()))?;
        if filter.is_empty() {
            return Err(AckModeError::new("the filter is empty; write all to reject every message"));
        }
        if !filter.looks_at_payloads_only() {
            return Err(AckModeError::new(
                "a rule is asked about a message as it comes: type, size, len, has, shape, jq and words can be asked",
            ));
        }
        Ok(Self { matching: Some(Matching { expression: expression.to_owned(), filter }), ..self })
    }

    /// Only a random share, in percent.
    ///
    /// # Errors
    ///
    /// The share is below 0 or above 100.
    pub fn percent(self, percent: f64) -> Result<Self, AckModeError> {
        if (0.0..=100.0).contains(&percent) {
            return Ok(Self { percent: Some(percent), ..self });
        }
        Err(AckModeError::new(format!("the share must be between 0 and 100 percent, not {percent}")))
    }

    /// Only the first attempts of each message.
    ///
    /// # Errors
    ///
    /// The number is less than 1 or more than a million.
    pub fn first(self, attempts: i64) -> Result<Self, AckModeError> {
        let attempts = within(attempts, 1_000_000, "the number of attempts")?;
        Ok(Self { first: u32::try_from(attempts).ok(), ..self })
    }

    /// Only every nth delivery.
    ///
    /// # Errors
    ///
    /// The number is less than 1.
    pub fn every(self, nth: i64) -> Result<Self, AckModeError> {
        let positive = u64::try_from(nth).ok().and_then(NonZeroU64::new).ok_or_else(|| {
            AckModeError::new(format!(
                "every needs a number of at least 1, not {nth}; every 1 rejects everything"
            ))
        })?;
        Ok(Self { every: Some(positive), ..self })
    }

    /// Whether the filter of the rule, if it has one, matches a message.
    #[must_use]
    pub fn matches(&self, kind: FrameKind, payload: &[u8]) -> bool {
        let candidate = Candidate::received(kind, payload);
        self.matching.as_ref().is_none_or(|matching| matching.filter.matches(&candidate))
    }

    /// Whether the rule rejects a delivery.
    #[must_use]
    pub fn rejects(&self, of: Attempt) -> bool {
        (of.matches || self.matching.is_none())
            && self.first.is_none_or(|attempts| of.attempt <= attempts)
            && self.every.is_none_or(|nth| of.nth.is_multiple_of(nth.get()))
            && self.percent.is_none_or(|percent| of.dice * 100.0 < percent)
    }
}

impl fmt::Display for RejectRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions: Vec<_> = [
            self.first.map(|attempts| format!("first {attempts}")),
            self.every.map(|nth| format!("every {nth}")),
            self.percent.map(|percent| format!("{percent}%")),
            self.matching.as_ref().map(|matching| matching.expression.clone()),
        ]
        .into_iter()
        .flatten()
        .collect();
        f.write_str(if conditions.is_empty() { "all" } else { "" })?;
        f.write_str(&conditions.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Attempt = Attempt { attempt: 1, nth: 1, matches: true, dice: 0.5 };

    fn rule(text: &str) -> RejectRule {
        RejectRule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_rule_rejects_what_meets_all_its_conditions() {
        assert!(rule("").rejects(FIRST) && rule("all").rejects(FIRST));
        assert!(rule("first 2").rejects(Attempt { attempt: 2, ..FIRST }));
        assert!(!rule("first 2").rejects(Attempt { attempt: 3, ..FIRST }));
        let both = rule("first 2 and every 3 and BTC");
        assert!(both.rejects(Attempt { nth: 6, ..FIRST }));
        assert!(!both.rejects(Attempt { nth: 7, ..FIRST }));
        assert!(!both.rejects(Attempt { nth: 6, matches: false, ..FIRST }));
        assert!(both.matches(FrameKind::Text, b"a BTC b") && !both.matches(FrameKind::Text, b"ETH"));
        assert_eq!(["50.1%", "50%"].map(|text| rule(text).rejects(FIRST)), [true, false]);
    }

    #[test]
    fn conditions_are_written_in_one_order_with_the_filter_last() {
        for (text, written) in
            [("30% and first 3", "first 3 and 30%"), ("every 5 and a and b", "every 5 and a and b")]
        {
            assert_eq!(rule(text).to_string(), written);
        }
        assert!(RejectRule::parse("first class").is_err(), "first takes a number; /first class/ is a filter");
    }
}
