//! The time of a session: the wall clock read once, and the monotonic clock from there on.

use std::time::Duration;

use tokio::time::Instant;

use crate::session::Timestamp;

/// Turns spans since the start into the times that events carry, and into those of timers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    wall: Timestamp,
    start: Instant,
}

impl Clock {
    /// Reads both clocks.
    pub(crate) fn start() -> Self {
        Self { wall: Timestamp(jiff::Timestamp::now().as_microsecond()), start: Instant::now() }
    }

    /// The span since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The time; never earlier than one it has told before.
    pub(crate) fn now(&self) -> Timestamp {
        self.at(self.elapsed())
    }

    /// The time so long after the start.
    pub(crate) fn at(&self, moment: Duration) -> Timestamp {
        self.wall.plus(moment)
    }

    /// When it will be `at`.
    pub(crate) fn when(&self, at: Timestamp) -> Instant {
        self.start + at.since(self.wall)
    }

    /// A span since the start, for timers.
    pub(crate) fn instant(&self, moment: Duration) -> Instant {
        self.start + moment
    }
}
