//! Counts what was reported before, so that repeated problems do not fill the screen.

use std::collections::HashMap;

/// How many kinds are counted; with more, counting starts again.
const KINDS: usize = 64;

/// How often each kind of event has happened.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<String, u64>);

/// How an event is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mention {
    InFull,
    /// With its count: this is the nth time.
    Counted(u64),
    NotAtAll,
}

impl Repeats {
    /// Counts an event: it is reported in full the first time, with its count the 2nd, 4th, 8th, … time.
    pub(super) fn next(&mut self, kind: String) -> Mention {
        if self.0.len() >= KINDS {
            self.0.clear();
        }
        let times = self.0.entry(kind).or_insert(0);
        *times += 1;
        match *times {
            1 => Mention::InFull,
            nth if nth.is_power_of_two() => Mention::Counted(nth),
            _ => Mention::NotAtAll,
        }
    }

    /// Starts counting again.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}
