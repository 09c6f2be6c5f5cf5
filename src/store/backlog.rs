//! How much may wait for the disk: what its writer commits in a moment, by the pace that it has just shown. On a busy
//! machine less waits, so that a capture is never far behind the socket.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::sync::Notify;

use crate::session::{Event, EventKind};

/// The most that may wait, in bytes.
pub const BYTES: u64 = 4 << 20;
/// What may wait at any pace.
const LEAST: u64 = 32 << 10;
/// How long it may take to commit what waits.
const MOMENT: Duration = Duration::from_millis(20);
/// What a row costs beside its payload, in bytes of payload.
const ROW: u64 = 128;

/// What waits, and how fast it goes. The recorder adds, the writer takes away.
#[derive(Debug)]
pub(super) struct Backlog {
    waiting: AtomicU64,
    /// What the writer commits in a millisecond.
    pace: AtomicU64,
    freed: Notify,
}

impl Default for Backlog {
    fn default() -> Self {
        // Before anything is known a writer is taken for a fast one.
        let pace = AtomicU64::new(BYTES / u64::try_from(MOMENT.as_millis()).unwrap_or(1));
        Self { waiting: AtomicU64::new(0), pace, freed: Notify::new() }
    }
}

impl Backlog {
    /// Waits until there is room for so much more. Anything has room where nothing waits. Cancelling it changes
    /// nothing.
    pub async fn room_for(&self, cost: u64) {
        loop {
            let freed = self.freed.notified();
            let waiting = self.waiting.load(Ordering::Acquire);
            if waiting == 0 || waiting + cost <= self.limit() {
                return;
            }
            freed.await;
        }
    }

    pub fn add(&self, cost: u64) {
        self.waiting.fetch_add(cost, Ordering::AcqRel);
    }

    /// So much has been committed, in so much time of work.
    pub fn committed(&self, cost: u64, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        // A handful of rows says nothing of the pace.
        if cost >= LEAST / 2 {
            let shown = cost.saturating_mul(1_000) / micros;
            let before = self.pace.load(Ordering::Relaxed);
            // It follows a slower pace at once, and a faster one with care.
            let pace = if shown < before { shown } else { (3 * before + shown) / 4 };
            self.pace.store(pace, Ordering::Relaxed);
        }
        let before = self.waiting.load(Ordering::Acquire);
        self.waiting.fetch_sub(cost.min(before), Ordering::AcqRel);
        self.freed.notify_one();
    }

    /// Nothing is written any more.
    pub fn close(&self) {
        self.waiting.store(0, Ordering::Release);
        self.freed.notify_one();
    }

    fn limit(&self) -> u64 {
        let millis = u64::try_from(MOMENT.as_millis()).unwrap_or(u64::MAX);
        self.pace.load(Ordering::Relaxed).saturating_mul(millis).clamp(LEAST, BYTES)
    }
}

/// What waits for the disk.
pub(super) struct Parcel {
    pub events: Vec<Event>,
    pub cost: u64,
}

/// What these events cost the writer.
pub(super) fn cost_of(events: &[Event]) -> u64 {
    let cost = |event: &Event| match &event.kind {
        EventKind::Messages(batch) => batch.run.bytes.len() as u64 + batch.len() as u64 * ROW,
        EventKind::Sent(sent) => sent.payload.len() as u64 + ROW,
        _ => ROW,
    };
    events.iter().map(cost).sum()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::{BYTES, Backlog, LEAST};

    const BRIEF: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn what_waits_is_bounded_by_the_pace_of_the_writer() {
        let backlog = Backlog::default();
        backlog.room_for(9 * BYTES).await;
        backlog.add(BYTES);
        assert!(timeout(BRIEF, backlog.room_for(1)).await.is_err());
        // A megabyte in a second: what may wait is much less than on a fast machine.
        backlog.committed(BYTES - (64 << 10), Duration::from_secs(4));
        assert!(timeout(BRIEF, backlog.room_for(1)).await.is_err());
        backlog.committed(40 << 10, Duration::from_millis(40));
        assert!(timeout(BRIEF, backlog.room_for(7 << 10)).await.is_ok());
        assert!(timeout(BRIEF, backlog.room_for(60 << 10)).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_little_may_wait_at_any_pace_and_a_writer_that_is_gone_keeps_nobody() {
        let backlog = Backlog::default();
        backlog.committed(LEAST, Duration::from_mins(1));
        backlog.add(1);
        assert!(timeout(BRIEF, backlog.room_for(LEAST - 1)).await.is_ok());
        backlog.add(9 * BYTES);
        backlog.close();
        assert!(timeout(BRIEF, backlog.room_for(BYTES)).await.is_ok());
    }
}
