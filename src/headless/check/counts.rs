//! Counts messages for an `--expect`.

use crate::{
    payload::{counted, duration_in_words},
    session::{Batch, ConnectionId, MessageId, Timestamp},
};

use super::{
    expectation::{Expectation, Measure},
    verdict::{Outcome, Stopped, Verdict},
};

/// The messages that an expectation counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub messages: u64,
    /// The message that decided it, and when it came.
    decided: Option<(MessageId, Timestamp)>,
    /// Whether a later event showed that its time is over.
    pub is_over: bool,
}

impl Count {
    /// Counts the messages of a batch that the filter passes.
    pub(super) fn add(
        &mut self,
        expectation: &Expectation,
        batch: &Batch,
        at: Timestamp,
        connection: ConnectionId,
        before: Option<Timestamp>,
    ) {
        let passed = |count: &mut Self, id: MessageId| {
            count.messages += 1;
            if count.decided.is_none() && expectation.verdict(as_number(count.messages), false).is_some() {
                count.decided = Some((id, at));
            }
        };
        if expectation.filter.is_empty() {
            (0..batch.len() as u64).for_each(|nth| passed(self, batch.first.plus(nth)));
            return;
        }
        for (nth, candidate) in (0..).zip(batch.candidates(at, connection, before)) {
            if expectation.filter.matches(&candidate) {
                passed(self, batch.first.plus(nth));
            }
        }
    }

    pub(super) fn verdict(
        &self,
        expectation: &Expectation,
        (began, opened, last): (Timestamp, Option<Timestamp>, Timestamp),
        stopped: Stopped,
    ) -> Verdict {
        let end = expectation.within.map_or(last, |within| last.min(began.plus(within)));
        let is_over = stopped == Stopped::Done || self.is_over;
        let messages = counted(self.messages, "message");
        let (value, measured) = match expectation.measure {
            Measure::Count => {
                let since = match self.decided {
                    Some((id, at)) => {
                        let after = duration_in_words(at.since(began));
                        format!(", message {id} decided it after {after}")
                    }
                    None => format!(" in {}", duration_in_words(end.since(began))),
                };
                (as_number(self.messages), messages + &since)
            }
            Measure::Rate => {
                let time = end.since(opened.unwrap_or(began).min(end));
                let seconds = time.as_secs_f64();
                let rate =
                    if seconds > 0.0 { as_number(self.messages) / seconds } else { as_number(self.messages) };
                let time = duration_in_words(time);
                (rate, format!("{rate:.2} a second ({messages} in {time})"))
            }
        };
        let holds = expectation.verdict(value, is_over);
        Verdict {
            name: expectation.text.clone(),
            outcome: holds.map_or(Outcome::Undecided, Outcome::of),
            measured,
            value: Some(value),
            limit: Some(expectation.wanted),
            message: self.decided.map(|(id, _)| id),
            details: Vec::new(),
        }
    }
}

/// A count as it is compared and reported.
#[expect(clippy::cast_precision_loss, reason = "no session has so many messages that it shows")]
pub(super) fn as_number(count: u64) -> f64 {
    count as f64
}
