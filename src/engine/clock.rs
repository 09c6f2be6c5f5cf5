//! The time of a session: the wall clock read once, and the monotonic clock from there on.

use std::time::Duration;

use tokio::time::Instant;

use crate::session::Timestamp;

/// Turns spans since the session began into the times that events carry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    wall: Timestamp,
    start: Instant,
}

impl Clock {
    /// Begins at this moment; the one place in this room where the wall clock is read.
    pub(super) fn start() -> Self {
        Self { wall: Timestamp(jiff::Timestamp::now().as_microsecond()), start: Instant::now() }
    }

    /// The span since the session began.
    pub(super) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// A moment of the session on the wall clock.
    pub(super) fn at(&self, moment: Duration) -> Timestamp {
        self.wall.plus(moment)
    }

    /// The same for timers.
    pub(super) fn instant(&self, moment: Duration) -> Instant {
        self.start + moment
    }
}
