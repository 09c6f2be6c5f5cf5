//! The gaps between messages.

use std::time::Duration;

use crate::session::Timestamp;

use super::Spread;

/// The gaps between messages, within and across connections. Messages of one read of the socket have no gap between
/// them.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    pub gaps: Spread,
    /// When the last message came.
    pub last: Option<Timestamp>,
}

impl Arrivals {
    /// So many messages came together. Returns the gap before them.
    pub fn came(&mut self, at: Timestamp, count: u64) -> Option<Duration> {
        let gap = self.last.replace(at).map(|last| at.since(last));
        if let Some(gap) = gap {
            self.gaps.add(gap, 1);
        }
        if count > 1 {
            self.gaps.add(Duration::ZERO, count - 1);
        }
        gap
    }
}
