//! Tells where the messages are, not more often than a person can follow. Pure.

use std::time::Duration;

use crate::session::{EventKind, Whereabouts};

use super::Downstream;

/// The least time between two reports.
const INTERVAL: Duration = Duration::from_millis(200);

/// What was reported last in one session. Times count from its start.
#[derive(Debug, Default)]
pub(crate) struct WhereaboutsReporter {
    last: Whereabouts,
    /// The count of moves at the last report.
    moves: u64,
    next: Duration,
}

impl WhereaboutsReporter {
    /// When [`WhereaboutsReporter::update`] must be called next.
    pub(crate) fn due(&self, downstream: &Downstream) -> Option<Duration> {
        (downstream.moves() != self.moves).then_some(self.next)
    }

    /// The report, if something has changed and the last one is old enough.
    pub(crate) fn update(&mut self, downstream: &Downstream, now: Duration) -> Option<EventKind> {
        if self.due(downstream).is_none_or(|due| now < due) {
            return None;
        }
        self.moves = downstream.moves();
        self.next = now + INTERVAL;
        let whereabouts = downstream.whereabouts();
        if whereabouts == self.last {
            return None;
        }
        self.last = whereabouts.clone();
        Some(EventKind::Whereabouts(whereabouts))
    }
}
