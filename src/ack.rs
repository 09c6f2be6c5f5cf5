//! Ack modes: how delivered messages are answered. Sockeye plays the output of the pipeline.
//!
//! ```text
//!   auto                ack each message at once
//!   manual [64]         the user answers; at most 64 messages are unacknowledged
//!   reject              nack each message
//!   reject 30%          nack a random 30 % of the deliveries
//!   reject first 3      nack the first three attempts of each message
//!   reject every 5      nack every fifth delivery
//!   reject EXPR         nack the messages that match this filter
//!   slow 200ms [x4]     ack after a delay, with four workers
//!   slow 100ms..1s [x4] ack after a random delay in this range
//! ```

use std::{fmt, num::NonZeroU64, time::Duration};

use serde::{Deserialize, Serialize};
use strum::EnumDiscriminants;

use crate::{
    filter::Filter,
    payload::{duration_as_typed, parse_duration},
};

/// The default limit of unacknowledged messages under *manual*.
pub const DEFAULT_IN_FLIGHT: usize = 64;
/// The highest limit of unacknowledged messages.
pub const MAX_IN_FLIGHT: usize = 10_000;
/// The highest number of workers under *slow*.
pub const MAX_WORKERS: usize = 1_024;
/// The longest delay under *slow*.
pub const MAX_DELAY: Duration = Duration::from_hours(1);

/// How the output answers its deliveries.
#[derive(Clone, Debug, Default, EnumDiscriminants)]
#[strum_discriminants(
    name(AckModeKind),
    derive(Serialize, Deserialize),
    serde(rename_all = "lowercase"),
    doc = "The kind of an ack mode: the first word of its text form."
)]
pub enum AckMode {
    /// Acknowledge each message at once.
    #[default]
    Auto,
    /// Leave the answer to the user; at most `max_in_flight` messages are unacknowledged.
    Manual { max_in_flight: usize },
    /// Answer each delivery at once, and reject those that the rule selects.
    Reject(RejectRule),
    /// Acknowledge each message after a random delay in this range.
    Slow { from: Duration, to: Duration, workers: usize },
}

/// Which deliveries are rejected.
#[derive(Clone, Debug)]
pub enum RejectRule {
    All,
    /// Every attempt of the messages that match the filter.
    Matching {
        expression: String,
        filter: Filter,
    },
    /// A random share, in percent.
    Percent(f64),
    /// The first attempts of each message.
    First(u32),
    /// Every nth delivery.
    Every(NonZeroU64),
}

/// Why a text or a number is not a valid ack mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AckModeError(String);

impl AckMode {
    /// Parses an ack mode in the notation at the head of this file.
    ///
    /// # Errors
    ///
    /// The text is not an ack mode; the message says what would be one.
    pub fn parse(text: &str) -> Result<Self, AckModeError> {
        let text = text.trim();
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match name {
            "auto" if rest.is_empty() => Ok(Self::Auto),
            "auto" => Err(AckModeError("auto takes no argument".to_owned())),
            "manual" if rest.is_empty() => Ok(Self::Manual { max_in_flight: DEFAULT_IN_FLIGHT }),
            "manual" => {
                Self::manual(whole(rest, "write manual N, with the limit of unacknowledged messages")?)
            }
            "reject" => RejectRule::parse(rest).map(Self::Reject),
            "slow" => slow(rest),
            _ => Err(AckModeError(format!(
                "there is no ack mode {name:?}; there are auto, manual, reject and slow"
            ))),
        }
    }

    /// The user answers, with this limit of unacknowledged messages.
    ///
    /// # Errors
    ///
    /// The limit is less than 1 or more than [`MAX_IN_FLIGHT`].
    pub fn manual(max_in_flight: i64) -> Result<Self, AckModeError> {
        within(max_in_flight, MAX_IN_FLIGHT, "the number of unacknowledged messages")
            .map(|max_in_flight| Self::Manual { max_in_flight })
    }

    /// Each message is acknowledged after a random delay in this range, by this many workers.
    ///
    /// # Errors
    ///
    /// `to` is shorter than `from` or longer than [`MAX_DELAY`], or `workers` is not between 1 and
    /// [`MAX_WORKERS`].
    pub fn slow(from: Duration, to: Duration, workers: i64) -> Result<Self, AckModeError> {
        if from > to {
            return Err(AckModeError("the first delay is longer than the second; swap them".to_owned()));
        }
        if to > MAX_DELAY {
            return Err(AckModeError("a delay is at most 1h".to_owned()));
        }
        let workers = within(workers, MAX_WORKERS, "the number of workers")?;
        Ok(Self::Slow { from, to, workers })
    }

    /// The same with the delay as text: `200ms`, or `100ms..1s`.
    ///
    /// # Errors
    ///
    /// The text is not a delay, or is one that [`AckMode::slow`] refuses.
    pub fn slow_for(delay: &str, workers: i64) -> Result<Self, AckModeError> {
        let (from, to) = delay.split_once("..").unwrap_or((delay, delay));
        let time = |text| parse_duration(text).map_err(AckModeError);
        Self::slow(time(from)?, time(to)?, workers)
    }

    /// How many messages may be unacknowledged at the same time.
    #[must_use]
    pub const fn max_in_flight(&self) -> usize {
        match self {
            Self::Auto | Self::Reject(_) => 1,
            Self::Manual { max_in_flight } => *max_in_flight,
            Self::Slow { workers, .. } => *workers,
        }
    }
}

impl RejectRule {
    fn parse(text: &str) -> Result<Self, AckModeError> {
        if text.is_empty() || text == "all" {
            return Ok(Self::All);
        }
        if let Some(number) = text.strip_suffix('%') {
            let expected = "write reject N%, with a number from 0 to 100";
            return number
                .trim()
                .parse()
                .map_err(|_| AckModeError(expected.to_owned()))
                .and_then(Self::percent);
        }
        match text.split_once(' ') {
            Some(("first", number)) => {
                Self::first(whole(number.trim(), "write reject first N, with a number of attempts")?)
            }
            Some(("every", number)) => {
                Self::every(whole(number.trim(), "write reject every N, with a number of deliveries")?)
            }
            _ => Self::matching(text),
        }
    }

    /// The messages that match this filter.
    ///
    /// # Errors
    ///
    /// The filter cannot be parsed, or is empty.
    pub fn matching(expression: &str) -> Result<Self, AckModeError> {
        let filter = Filter::parse(expression).map_err(|error| AckModeError(error.to_string()))?;
        if filter.is_empty() {
            return Err(AckModeError("the filter is empty; write all to reject every message".to_owned()));
        }
        Ok(Self::Matching { expression: expression.to_owned(), filter })
    }

    /// A random share, in percent.
    ///
    /// # Errors
    ///
    /// The share is below 0 or above 100.
    pub fn percent(percent: f64) -> Result<Self, AckModeError> {
        if (0.0..=100.0).contains(&percent) {
            return Ok(Self::Percent(percent));
        }
        Err(AckModeError(format!("the share must be between 0 and 100 percent, not {percent}")))
    }

    /// The first attempts of each message.
    ///
    /// # Errors
    ///
    /// The number is less than 1 or more than a million.
    pub fn first(attempts: i64) -> Result<Self, AckModeError> {
        let attempts = within(attempts, 1_000_000, "the number of attempts")?;
        Ok(Self::First(u32::try_from(attempts).unwrap_or(u32::MAX)))
    }

    /// Every nth delivery.
    ///
    /// # Errors
    ///
    /// The number is less than 1.
    pub fn every(nth: i64) -> Result<Self, AckModeError> {
        let positive = u64::try_from(nth).ok().and_then(NonZeroU64::new);
        positive.map(Self::Every).ok_or_else(|| {
            AckModeError(format!("every needs a number of at least 1, not {nth}; every 1 rejects everything"))
        })
    }
}

fn slow(text: &str) -> Result<AckMode, AckModeError> {
    let usage = || {
        AckModeError("write slow DELAY or slow FROM..TO, then xN for N workers: slow 100ms..1s x4".to_owned())
    };
    let mut words = text.split_whitespace();
    let delay = words.next().ok_or_else(usage)?;
    let workers = match (words.next(), words.next()) {
        (None, _) => 1,
        (Some(word), None) => {
            whole(word.strip_prefix('x').ok_or_else(usage)?, "write xN, with the number of workers")?
        }
        _ => return Err(usage()),
    };
    AckMode::slow_for(delay, workers)
}

fn whole(text: &str, usage: &str) -> Result<i64, AckModeError> {
    text.parse().map_err(|_| AckModeError(format!("{text:?} is not a whole number; {usage}")))
}

fn within(number: i64, max: usize, what: &str) -> Result<usize, AckModeError> {
    usize::try_from(number)
        .ok()
        .filter(|number| (1..=max).contains(number))
        .ok_or_else(|| AckModeError(format!("{what} must be between 1 and {max}, not {number}")))
}

/// Ack modes are equal if their text form is.
impl PartialEq for AckMode {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for AckMode {}

/// The text form, which [`AckMode::parse`] accepts.
impl fmt::Display for AckMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Manual { max_in_flight } => write!(f, "manual {max_in_flight}"),
            Self::Reject(rule) => write!(f, "reject {rule}"),
            Self::Slow { from, to, workers } => {
                write!(f, "slow {}", duration_as_typed(*from))?;
                if from != to {
                    write!(f, "..{}", duration_as_typed(*to))?;
                }
                if *workers > 1 {
                    write!(f, " x{workers}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for RejectRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Matching { expression, .. } => f.write_str(expression),
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::First(attempts) => write!(f, "first {attempts}"),
            Self::Every(nth) => write!(f, "every {nth}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_parses_back_to_the_same_ack_mode() {
        for text in [
            "auto",
            "manual 64",
            "manual 1",
            "reject all",
            "reject 30%",
            "reject 0.5%",
            "reject first 3",
            "reject every 5",
            "reject BTC !heartbeat /\"px\":1/",
            "slow 200ms",
            "slow 100ms..1s x4",
            "slow 2s x1024",
        ] {
            let ack_mode = AckMode::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(ack_mode.to_string(), text);
        }
        for (text, written) in [("manual", "manual 64"), (" reject ", "reject all"), ("slow 1", "slow 1s")] {
            assert_eq!(AckMode::parse(text).expect("it is an ack mode").to_string(), written);
        }
    }

    #[test]
    fn an_invalid_ack_mode_is_refused_with_what_would_be_valid() {
        for (text, message) in [
            ("", "there is no ack mode \"\"; there are auto, manual, reject and slow"),
            ("aut", "there is no ack mode \"aut\"; there are auto, manual, reject and slow"),
            ("auto all", "auto takes no argument"),
            ("manual 0", "the number of unacknowledged messages must be between 1 and 10000, not 0"),
            ("manual -3", "the number of unacknowledged messages must be between 1 and 10000, not -3"),
            (
                "manual x",
                "\"x\" is not a whole number; write manual N, with the limit of unacknowledged messages",
            ),
            ("reject 101%", "the share must be between 0 and 100 percent, not 101"),
            ("reject -1%", "the share must be between 0 and 100 percent, not -1"),
            ("reject x%", "write reject N%, with a number from 0 to 100"),
            ("reject first 0", "the number of attempts must be between 1 and 1000000, not 0"),
            ("reject every 0", "every needs a number of at least 1, not 0; every 1 rejects everything"),
            ("slow", "write slow DELAY or slow FROM..TO, then xN for N workers: slow 100ms..1s x4"),
            ("slow 1s 4", "write slow DELAY or slow FROM..TO, then xN for N workers: slow 100ms..1s x4"),
            ("slow 2s..1s", "the first delay is longer than the second; swap them"),
            ("slow 2h", "a delay is at most 1h"),
            ("slow 1s x0", "the number of workers must be between 1 and 1024, not 0"),
            ("slow 1d", "write a time such as 500ms, 30s, 5m or 1h"),
        ] {
            assert_eq!(AckMode::parse(text).map(|_| ()), Err(AckModeError(message.to_owned())), "{text}");
        }
        let broken = AckMode::parse("reject /x").map(|_| ()).map_err(|error| error.to_string());
        assert!(broken.is_err_and(|message| message.starts_with("the filter cannot be read at column")));
    }
}
