//! The screen's time: the wall clock read once, and the monotonic clock from there on.

use std::time::Duration;

use tokio::time::Instant;

use crate::session::Timestamp;

/// Turns moments into times of day and back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    wall: Timestamp,
    start: Instant,
}

impl Clock {
    /// Begins at this moment.
    pub(super) fn start() -> Self {
        Self { wall: Timestamp(jiff::Timestamp::now().as_microsecond()), start: Instant::now() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.wall.plus(self.start.elapsed())
    }

    /// When the clock will show `at`.
    pub(super) fn instant(&self, at: Timestamp) -> Instant {
        self.start + at.since(self.wall)
    }

    pub(super) fn lasting(&self) -> Duration {
        self.start.elapsed()
    }
}
