//! The one door to the clock: read once, then counted on.

use tokio::time::Instant;

use crate::session::Timestamp;

/// The wall clock as it was at the start, moved on by the monotonic one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    wall: Timestamp,
    start: Instant,
}

impl Clock {
    /// Reads both clocks.
    pub(super) fn start() -> Self {
        Self { wall: Timestamp(jiff::Timestamp::now().as_microsecond()), start: Instant::now() }
    }

    /// The time; never earlier than one it has told before.
    pub(super) fn now(&self) -> Timestamp {
        self.wall.plus(self.start.elapsed())
    }
}
