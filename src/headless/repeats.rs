//! What has been told before, so that trouble that repeats is only counted.

use std::collections::HashMap;

/// How many kinds of trouble are told apart.
const KINDS: usize = 64;

/// How often each kind of thing has happened.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<String, u64>);

/// What to do with something that may have been told before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    InFull,
    /// This is the nth time.
    Counted(u64),
    NotAtAll,
}

impl Repeats {
    /// It has happened once more: told in full the first time, then counted at the 2nd, 4th, 8th, … time.
    pub(super) fn next(&mut self, kind: String) -> Telling {
        if self.0.len() >= KINDS {
            self.0.clear();
        }
        let times = self.0.entry(kind).or_insert(0);
        *times += 1;
        match *times {
            1 => Telling::InFull,
            nth if nth.is_power_of_two() => Telling::Counted(nth),
            _ => Telling::NotAtAll,
        }
    }

    /// Everything is news again.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}
