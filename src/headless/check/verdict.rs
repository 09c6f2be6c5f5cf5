//! What a check found out about one expectation.

use crate::session::MessageId;

use strum::IntoStaticStr;

/// How the watching ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// Everything that was to be watched was.
    Done,
    /// A person has stopped it.
    Early,
}

/// One expectation and how it went.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    /// The expectation as it was asked for: `max-gap 5s`.
    pub name: String,
    pub outcome: Outcome,
    /// What was measured, in words.
    pub measured: String,
    /// The same as a number, where it is one: messages, messages a second, seconds, numbers, shapes, findings.
    pub value: Option<f64>,
    /// The number that was wanted.
    pub limit: Option<f64>,
    /// The message that shows it.
    pub message: Option<MessageId>,
    /// More of it, a line each.
    pub details: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub(super) enum Outcome {
    Held,
    Failed,
    /// The check was stopped before it could be known.
    Undecided,
}

impl Outcome {
    pub(super) const fn word(self) -> &'static str {
        self.into_str()
    }

    pub(super) const fn of(holds: bool) -> Self {
        if holds { Self::Held } else { Self::Failed }
    }
}

/// The verdicts on one session.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Judged {
    /// Its address, or its place in a capture. Masked.
    pub name: String,
    pub verdicts: Vec<Verdict>,
    pub messages: u64,
    /// Messages that were only counted, since they came faster than they could be read.
    pub skipped: u64,
    pub watched: std::time::Duration,
}

impl Judged {
    pub(super) fn count(&self, outcome: Outcome) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.outcome == outcome).count()
    }
}
