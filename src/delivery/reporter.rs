//! Tells where the messages are, not more often than a person can follow, but at once when a pause begins or ends.
//! Pure.

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
    /// Whether the reader paused then.
    was_pausing: bool,
}

impl WhereaboutsReporter {
    /// When [`WhereaboutsReporter::update`] must be called next.
    pub(crate) fn due(&self, downstream: &Downstream) -> Option<Duration> {
        let pauses = downstream.is_pausing() != self.was_pausing;
        (downstream.moves() != self.moves).then_some(if pauses { Duration::ZERO } else { self.next })
    }

    /// The report, if something has changed and the last one is old enough.
    pub(crate) fn update(&mut self, downstream: &Downstream, now: Duration) -> Option<EventKind> {
        if self.due(downstream).is_none_or(|due| now < due) {
            return None;
        }
        self.moves = downstream.moves();
        self.was_pausing = downstream.is_pausing();
        self.next = now + INTERVAL;
        let whereabouts = downstream.whereabouts();
        if whereabouts == self.last {
            return None;
        }
        self.last = whereabouts.clone();
        Some(EventKind::Whereabouts(whereabouts.into()))
    }
}
