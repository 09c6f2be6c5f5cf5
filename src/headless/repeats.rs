//! Counts what was reported before, so that repeated problems do not fill the screen.

use std::collections::HashMap;

use crate::session::Timestamp;

/// How many kinds are counted; with more, counting starts again.
const KINDS: usize = 64;

/// How often each kind of event has happened.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<String, Times>);

/// How often a kind has happened, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub count: u64,
    pub first: Timestamp,
    pub last: Timestamp,
}

/// How an event is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mention {
    InFull,
    /// With its count: this is the nth time.
    Counted(Times),
    /// It has happened this often; the next count says so.
    NotAtAll(Times),
}

impl Repeats {
    /// Counts an event: it is reported in full the first time, with its count the 2nd, 4th, 8th, … time.
    pub(super) fn next(&mut self, kind: String, at: Timestamp) -> Mention {
        if self.0.len() >= KINDS && !self.0.contains_key(&kind) {
            self.0.clear();
        }
        let times = self.0.entry(kind).or_insert(Times { count: 0, first: at, last: at });
        times.count += 1;
        times.last = at;
        match times.count {
            1 => Mention::InFull,
            nth if nth.is_power_of_two() => Mention::Counted(*times),
            _ => Mention::NotAtAll(*times),
        }
    }

    /// How often a kind has happened since the counts were reset.
    pub(super) fn of(&self, kind: &str) -> Option<Times> {
        self.0.get(kind).copied()
    }

    /// Starts counting again.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}
