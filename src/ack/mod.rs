//! Ack modes: how delivered messages are answered. Sockeye plays the output of the pipeline.
//!
//! ```text
//!   auto                ack each message at once
//!   manual [64]         the user answers; the output takes at most 64 messages
//!   reject              nack each message
//!   reject 30%          nack a random 30 % of the deliveries
//!   reject first 3      nack the first three attempts of each message
//!   reject every 5      nack every fifth delivery
//!   reject EXPR         nack the messages that match this filter
//!   reject first 3 and EXPR    nack what meets all of these
//!   slow 200ms          ack after a delay
//!   slow 100ms..1s      ack after a random delay in this range
//! ```
//!
//! Options follow, in any order:
//!
//! ```text
//!   delay:200ms         answer after a delay (with auto, this is slow)
//!   in-flight:4         the output takes four messages at a time (max_in_flight)
//!   threads:2           two threads with processors stand before it; 0 is none, -1 one for each processor core
//! ```

mod delay;
mod error;
mod number;
mod rule;
mod stages;
mod text;

pub use delay::{Delay, MAX_DELAY};
pub use error::AckModeError;
pub use rule::{Attempt, RejectRule};
pub use stages::{MAX_THREADS, Stages, Width};

use number::within;
use serde::{Deserialize, Serialize};

/// The default of `max_in_flight` under *manual*.
pub const DEFAULT_IN_FLIGHT: usize = 64;
/// The highest `max_in_flight`.
pub const MAX_IN_FLIGHT: usize = 10_000;

/// How the output answers its deliveries, and what stands before it.
#[derive(Clone, Debug, Default)]
pub struct AckMode {
    pub answers: Answers,
    /// How long the output takes for each message.
    pub delay: Delay,
    /// How many messages the output takes at a time; `None` is what the pipeline's file says.
    pub max_in_flight: Option<usize>,
    /// `pipeline.threads`, 0 for no processors, −1 for one thread on each core; `None` is what the file says.
    pub threads: Option<i64>,
}

/// Who answers, and how.
#[derive(Clone, Debug, Default)]
pub enum Answers {
    /// Acknowledge each message.
    #[default]
    Auto,
    /// Leave the answer to the user.
    Manual,
    /// Reject the deliveries that the rule selects, and acknowledge the others.
    Reject(RejectRule),
}

/// The kind of an ack mode: the first word of its text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AckModeKind {
    Auto,
    Manual,
    Reject,
    Slow,
}

impl AckMode {
    /// An ack mode of these answers, without a delay, in the pipeline of the file.
    #[must_use]
    pub fn of(answers: Answers) -> Self {
        Self { answers, ..Self::default() }
    }

    #[must_use]
    pub const fn kind(&self) -> AckModeKind {
        match self.answers {
            Answers::Auto if self.delay.is_zero() => AckModeKind::Auto,
            Answers::Auto => AckModeKind::Slow,
            Answers::Manual => AckModeKind::Manual,
            Answers::Reject(_) => AckModeKind::Reject,
        }
    }

    /// The same with an output that takes so many messages at a time.
    ///
    /// # Errors
    ///
    /// The number is less than 1 or more than [`MAX_IN_FLIGHT`].
    pub fn in_flight(self, number: i64) -> Result<Self, AckModeError> {
        let number = within(number, MAX_IN_FLIGHT, "the number of messages in flight")?;
        Ok(Self { max_in_flight: Some(number), ..self })
    }

    /// The same with so many threads before the output.
    ///
    /// # Errors
    ///
    /// The number is less than −1 or more than [`MAX_THREADS`].
    pub fn threads(self, number: i64) -> Result<Self, AckModeError> {
        if usize::try_from(number).map_or(number == -1, |number| number <= MAX_THREADS) {
            return Ok(Self { threads: Some(number), ..self });
        }
        Err(AckModeError::new(format!(
            "the number of threads must be between 0 and {MAX_THREADS}, or -1 for one on each core, not {number}"
        )))
    }

    /// The same with an output that takes this long for each message.
    ///
    /// # Errors
    ///
    /// The user answers, which takes as long as it takes.
    pub fn delayed(self, delay: Delay) -> Result<Self, AckModeError> {
        if matches!(self.answers, Answers::Manual) {
            return Err(AckModeError::new("manual leaves the answers to you, so it takes no delay"));
        }
        Ok(Self { delay, ..self })
    }

    /// How many messages the pipeline holds under this mode, where its file says this.
    #[must_use]
    pub fn width(&self, stages: &Stages) -> Width {
        let of_file = match self.answers {
            Answers::Manual => DEFAULT_IN_FLIGHT,
            Answers::Auto | Answers::Reject(_) => stages.max_in_flight,
        };
        let (threads, held) = stages.before_the_output(self.threads);
        Width { max_in_flight: self.max_in_flight.unwrap_or(of_file).clamp(1, MAX_IN_FLIGHT), threads, held }
    }
}

/// Ack modes are equal if their text form is.
impl PartialEq for AckMode {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for AckMode {}
