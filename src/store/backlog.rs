//! Limits the events that wait for the disk to what the writer commits in a short time at its measured rate. On a busy
//! machine fewer events wait, so that a capture is never far behind the socket.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::sync::Notify;

use crate::session::{Event, EventKind, Seq};

/// The largest limit, in bytes.
pub const BYTES: u64 = 4 << 20;
/// The smallest limit at any rate, in bytes.
const LEAST: u64 = 32 << 10;
/// The time in which the writer should commit the backlog.
const COMMIT_TIME: Duration = Duration::from_millis(20);
/// The cost of a row beside its payload, and that of a message in a chunk, in bytes of payload.
const ROW_COST: u64 = 128;
const MESSAGE_COST: u64 = 32;
/// The most that one transaction has of the backlog, in bytes: those who read wait while it is committed.
const TRANSACTION: u64 = 1 << 20;

/// The cost of the events that wait, and the rate of the writer. The recorder adds, the writer subtracts.
#[derive(Debug)]
pub(super) struct Backlog {
    waiting: AtomicU64,
    /// The cost that the writer commits in a millisecond.
    rate: AtomicU64,
    freed: Notify,
}

impl Default for Backlog {
    fn default() -> Self {
        // Assumes a fast writer until the rate is measured.
        let rate = AtomicU64::new(BYTES / u64::try_from(COMMIT_TIME.as_millis()).unwrap_or(1));
        Self { waiting: AtomicU64::new(0), rate, freed: Notify::new() }
    }
}

impl Backlog {
    /// Waits until there is room for events of this `cost`. An empty backlog has room for any cost. Safe to cancel.
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

    /// Notes that events of this `cost` were committed, and the time of work it `took`.
    pub fn committed(&self, cost: u64, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        // A few rows are not enough to measure the rate.
        if cost >= LEAST / 2 {
            let measured = cost.saturating_mul(1_000) / micros;
            let before = self.rate.load(Ordering::Relaxed);
            // Follows a lower rate at once, and a higher one gradually.
            let rate = if measured < before { measured } else { (3 * before + measured) / 4 };
            self.rate.store(rate, Ordering::Relaxed);
        }
        let before = self.waiting.load(Ordering::Acquire);
        self.waiting.fetch_sub(cost.min(before), Ordering::AcqRel);
        self.freed.notify_one();
    }

    /// Empties the backlog when the writer has ended.
    pub fn close(&self) {
        self.waiting.store(0, Ordering::Release);
        self.freed.notify_one();
    }

    /// The cost at which a transaction is committed: a part of the limit, so that the backlog refills meanwhile.
    pub fn share(&self) -> u64 {
        TRANSACTION.min(self.limit() / 2)
    }

    fn limit(&self) -> u64 {
        let millis = u64::try_from(COMMIT_TIME.as_millis()).unwrap_or(u64::MAX);
        self.rate.load(Ordering::Relaxed).saturating_mul(millis).clamp(LEAST, BYTES)
    }
}

/// What waits for the disk.
pub(super) enum Parcel {
    Events {
        events: Vec<Event>,
        cost: u64,
    },
    /// A bookmark at a place of the recorder's own stream, or none any more.
    Bookmark(Seq, Option<String>),
}

/// The cost of these events for the writer, in bytes.
pub(super) fn cost_of(events: &[Event]) -> u64 {
    let cost = |event: &Event| match &event.kind {
        EventKind::Messages(batch) => batch.run.bytes.len() as u64 + batch.len() as u64 * MESSAGE_COST,
        EventKind::Sent(sent) => sent.payload.len() as u64 + ROW_COST,
        _ => ROW_COST,
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
    async fn the_backlog_is_bounded_by_the_rate_of_the_writer() {
        let backlog = Backlog::default();
        backlog.room_for(9 * BYTES).await;
        backlog.add(BYTES);
        assert!(timeout(BRIEF, backlog.room_for(1)).await.is_err());
        // A megabyte in a second: the limit is much lower than on a fast machine.
        backlog.committed(BYTES - (64 << 10), Duration::from_secs(4));
        assert!(timeout(BRIEF, backlog.room_for(1)).await.is_err());
        backlog.committed(40 << 10, Duration::from_millis(40));
        assert!(timeout(BRIEF, backlog.room_for(7 << 10)).await.is_ok());
        assert!(timeout(BRIEF, backlog.room_for(60 << 10)).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn the_smallest_limit_holds_at_any_rate_and_a_closed_backlog_has_room() {
        let backlog = Backlog::default();
        backlog.committed(LEAST, Duration::from_mins(1));
        backlog.add(1);
        assert!(timeout(BRIEF, backlog.room_for(LEAST - 1)).await.is_ok());
        backlog.add(9 * BYTES);
        backlog.close();
        assert!(timeout(BRIEF, backlog.room_for(BYTES)).await.is_ok());
    }
}
