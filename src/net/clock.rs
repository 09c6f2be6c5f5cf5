//! The clock of a session: reads the wall clock once, and then the monotonic clock.

use std::time::Duration;

use tokio::time::Instant;

use crate::session::Timestamp;

/// Converts durations since the start into timestamps for events and instants for timers.
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

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The current time; it never goes backwards.
    pub(crate) fn now(&self) -> Timestamp {
        self.at(self.elapsed())
    }

    /// The time at `elapsed` after the start.
    pub(crate) fn at(&self, elapsed: Duration) -> Timestamp {
        self.wall.plus(elapsed)
    }

    /// The instant of a timestamp.
    pub(crate) fn when(&self, at: Timestamp) -> Instant {
        self.start + at.since(self.wall)
    }

    /// The instant at `elapsed` after the start.
    pub(crate) fn instant(&self, elapsed: Duration) -> Instant {
        self.start + elapsed
    }
}
