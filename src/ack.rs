//! How messages that are delivered are answered: the part of the pipeline's output, played by us.
//!
//! ```text
//!   auto                ack each at once
//!   manual [64]         a person answers; at most so many messages are unacknowledged
//!   reject              nack each
//!   reject 30%          nack so many of a hundred deliveries, by chance
//!   reject first 3      nack the first three attempts of each message
//!   reject every 5      nack every fifth delivery
//!   reject EXPR         nack the messages that this filter lets through
//!   slow 200ms [x4]     ack after a delay, by so many workers
//!   slow 100ms..1s [x4] ack after a delay by chance, between these two
//! ```

use std::{fmt, num::NonZeroU64, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    filter::Filter,
    payload::{duration_as_typed, parse_duration},
};

/// Messages that may be unacknowledged under *manual* when nothing else is said.
pub const IN_FLIGHT: usize = 64;
/// Messages that may be unacknowledged at most.
pub const MOST_IN_FLIGHT: usize = 10_000;
/// Workers of a slow output at most.
pub const MOST_WORKERS: usize = 1_024;
/// The longest delay of a slow output.
pub const LONGEST_DELAY: Duration = Duration::from_hours(1);

/// A way of answering.
#[derive(Clone, Debug, Default)]
pub enum AckMode {
    /// Acknowledge each message at once.
    #[default]
    Auto,
    /// Leave the answer to a person; no more than `most` messages await one.
    Manual { most: usize },
    /// Answer each delivery at once, some of them with a rejection.
    Reject(Rejects),
    /// Acknowledge each message after a delay between these two.
    Slow { from: Duration, to: Duration, workers: usize },
}

/// An ack mode without its numbers: the first word of how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AckModeKind {
    Auto,
    Manual,
    Reject,
    Slow,
}

/// Which deliveries are rejected.
#[derive(Clone, Debug)]
pub enum Rejects {
    All,
    /// The messages that a filter lets through, at each attempt.
    Matching {
        expression: String,
        filter: Filter,
    },
    /// So many of a hundred, by chance.
    Percent(f64),
    /// The first attempts of each message.
    First(u32),
    /// Every so many-th delivery.
    Every(NonZeroU64),
}

/// Why an ack mode is none, in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AckModeError(String);

impl AckMode {
    /// Reads an ack mode as the head of this file writes it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what would be right.
    pub fn parse(text: &str) -> Result<Self, AckModeError> {
        let text = text.trim();
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        match name {
            "auto" if rest.is_empty() => Ok(Self::Auto),
            "auto" => Err(AckModeError("auto has nothing behind it".to_owned())),
            "manual" if rest.is_empty() => Ok(Self::Manual { most: IN_FLIGHT }),
            "manual" => Self::manual(whole(rest, "manual N: the unacknowledged messages")?),
            "reject" => Rejects::parse(rest).map(Self::Reject),
            "slow" => slow(rest),
            _ => Err(AckModeError(format!(
                "there is no ack mode {name:?}; there are auto, manual, reject and slow"
            ))),
        }
    }

    /// A person answers, and at most so many messages await that.
    ///
    /// # Errors
    ///
    /// It is less than one or more than [`MOST_IN_FLIGHT`].
    pub fn manual(most: i64) -> Result<Self, AckModeError> {
        within(most, MOST_IN_FLIGHT, "unacknowledged messages").map(|most| Self::Manual { most })
    }

    /// Each is acknowledged after a delay between these two, by so many workers.
    ///
    /// # Errors
    ///
    /// The second is the shorter one, a delay is longer than [`LONGEST_DELAY`], or there are no
    /// workers or more than [`MOST_WORKERS`].
    pub fn slow(from: Duration, to: Duration, workers: i64) -> Result<Self, AckModeError> {
        if from > to {
            return Err(AckModeError("the first delay is the longer one; turn them round".to_owned()));
        }
        if to > LONGEST_DELAY {
            return Err(AckModeError("a delay is at most 1h".to_owned()));
        }
        let workers = within(workers, MOST_WORKERS, "workers")?;
        Ok(Self::Slow { from, to, workers })
    }

    /// The same with the delay as it is typed: `200ms`, or `100ms..1s`.
    ///
    /// # Errors
    ///
    /// It is no time, and those of [`AckMode::slow`].
    pub fn slow_for(delay: &str, workers: i64) -> Result<Self, AckModeError> {
        let (from, to) = delay.split_once("..").unwrap_or((delay, delay));
        let time = |text| parse_duration(text).map_err(AckModeError);
        Self::slow(time(from)?, time(to)?, workers)
    }

    #[must_use]
    pub const fn kind(&self) -> AckModeKind {
        match self {
            Self::Auto => AckModeKind::Auto,
            Self::Manual { .. } => AckModeKind::Manual,
            Self::Reject(_) => AckModeKind::Reject,
            Self::Slow { .. } => AckModeKind::Slow,
        }
    }

    /// How many messages may be unacknowledged at the same time.
    #[must_use]
    pub const fn room(&self) -> usize {
        match self {
            Self::Auto | Self::Reject(_) => 1,
            Self::Manual { most } => *most,
            Self::Slow { workers, .. } => *workers,
        }
    }
}

impl Rejects {
    fn parse(text: &str) -> Result<Self, AckModeError> {
        if text.is_empty() || text == "all" {
            return Ok(Self::All);
        }
        if let Some(number) = text.strip_suffix('%') {
            let wanted = "reject N%: a number from 0 to 100";
            return number
                .trim()
                .parse()
                .map_err(|_| AckModeError(wanted.to_owned()))
                .and_then(Self::percent);
        }
        match text.split_once(' ') {
            Some(("first", number)) => Self::first(whole(number.trim(), "reject first N: attempts")?),
            Some(("every", number)) => Self::every(whole(number.trim(), "reject every N: deliveries")?),
            _ => Self::matching(text),
        }
    }

    /// The messages that a filter lets through.
    ///
    /// # Errors
    ///
    /// It is no filter, or lets everything through.
    pub fn matching(expression: &str) -> Result<Self, AckModeError> {
        let filter = Filter::parse(expression).map_err(|error| AckModeError(error.to_string()))?;
        if filter.is_empty() {
            return Err(AckModeError("the filter is empty; all rejects everything".to_owned()));
        }
        Ok(Self::Matching { expression: expression.to_owned(), filter })
    }

    /// So many of a hundred.
    ///
    /// # Errors
    ///
    /// It is below 0 or above 100.
    pub fn percent(percent: f64) -> Result<Self, AckModeError> {
        if (0.0..=100.0).contains(&percent) {
            return Ok(Self::Percent(percent));
        }
        Err(AckModeError(format!("{percent} % is no share of all: it lies between 0 and 100")))
    }

    /// The first so many attempts of each message.
    ///
    /// # Errors
    ///
    /// It is less than one, or more than a million.
    pub fn first(attempts: i64) -> Result<Self, AckModeError> {
        let attempts = within(attempts, 1_000_000, "attempts")?;
        Ok(Self::First(u32::try_from(attempts).unwrap_or(u32::MAX)))
    }

    /// Every so many-th delivery.
    ///
    /// # Errors
    ///
    /// It is less than one.
    pub fn every(nth: i64) -> Result<Self, AckModeError> {
        let positive = u64::try_from(nth).ok().and_then(NonZeroU64::new);
        positive.map(Self::Every).ok_or_else(|| {
            AckModeError(format!("every {nth}: it is a number from 1 on, and 1 rejects everything"))
        })
    }
}

fn slow(text: &str) -> Result<AckMode, AckModeError> {
    let wanted =
        || AckModeError("slow DELAY, or slow FROM..TO, and xN for N workers: slow 100ms..1s x4".to_owned());
    let mut words = text.split_whitespace();
    let delay = words.next().ok_or_else(wanted)?;
    let workers = match (words.next(), words.next()) {
        (None, _) => 1,
        (Some(word), None) => whole(word.strip_prefix('x').ok_or_else(wanted)?, "xN: workers")?,
        _ => return Err(wanted()),
    };
    AckMode::slow_for(delay, workers)
}

fn whole(text: &str, wanted: &str) -> Result<i64, AckModeError> {
    text.parse().map_err(|_| AckModeError(format!("{text:?} is no whole number; {wanted}")))
}

fn within(number: i64, most: usize, of: &str) -> Result<usize, AckModeError> {
    usize::try_from(number)
        .ok()
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| AckModeError(format!("{number} {of}: there can be 1 to {most}")))
}

/// Two are the same that are written the same.
impl PartialEq for AckMode {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for AckMode {}

/// As [`AckMode::parse`] reads it.
impl fmt::Display for AckMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Manual { most } => write!(f, "manual {most}"),
            Self::Reject(rejects) => write!(f, "reject {rejects}"),
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

impl fmt::Display for Rejects {
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
    fn an_ack_mode_reads_back_as_it_is_written() {
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
            assert_eq!(AckMode::parse(text).expect("it is one").to_string(), written);
        }
    }

    #[test]
    fn what_is_no_ack_mode_says_what_would_be_one() {
        for (text, message) in [
            ("", "there is no ack mode \"\"; there are auto, manual, reject and slow"),
            ("aut", "there is no ack mode \"aut\"; there are auto, manual, reject and slow"),
            ("auto all", "auto has nothing behind it"),
            ("manual 0", "0 unacknowledged messages: there can be 1 to 10000"),
            ("manual -3", "-3 unacknowledged messages: there can be 1 to 10000"),
            ("manual x", "\"x\" is no whole number; manual N: the unacknowledged messages"),
            ("reject 101%", "101 % is no share of all: it lies between 0 and 100"),
            ("reject -1%", "-1 % is no share of all: it lies between 0 and 100"),
            ("reject x%", "reject N%: a number from 0 to 100"),
            ("reject first 0", "0 attempts: there can be 1 to 1000000"),
            ("reject every 0", "every 0: it is a number from 1 on, and 1 rejects everything"),
            ("slow", "slow DELAY, or slow FROM..TO, and xN for N workers: slow 100ms..1s x4"),
            ("slow 1s 4", "slow DELAY, or slow FROM..TO, and xN for N workers: slow 100ms..1s x4"),
            ("slow 2s..1s", "the first delay is the longer one; turn them round"),
            ("slow 2h", "a delay is at most 1h"),
            ("slow 1s x0", "0 workers: there can be 1 to 1024"),
            ("slow 1d", "write a time such as 500ms, 30s, 5m or 1h"),
        ] {
            assert_eq!(AckMode::parse(text).map(|_| ()), Err(AckModeError(message.to_owned())), "{text}");
        }
        let broken = AckMode::parse("reject /x").map(|_| ()).map_err(|error| error.to_string());
        assert!(broken.is_err_and(|message| message.starts_with("the filter cannot be read at column")));
    }
}
