//! Which brackets of a JSON text are shown closed.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::closing;

/// From this length on, in bytes, the end of a closed bracket is remembered.
const LONG: usize = 64 << 10;
/// How many such ends are remembered at most.
const REMEMBERED: usize = 4096;

/// A bracket that is shown closed: `{…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folded {
    /// Behind its closing bracket.
    pub end: usize,
    /// Its members or elements.
    pub items: u64,
}

/// What is closed: all brackets from a depth on, or none, and those with the opposite wish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Folds {
    below: Option<usize>,
    /// Where brackets open that are not as the depth has it.
    toggled: BTreeSet<usize>,
    long: BTreeMap<usize, Folded>,
}

impl Folds {
    pub fn below(depth: Option<usize>) -> Self {
        Self { below: depth, ..Self::default() }
    }

    pub fn is_folded(&self, start: usize, depth: usize) -> bool {
        self.below.is_some_and(|below| depth >= below) != self.toggled.contains(&start)
    }

    pub fn toggle(&mut self, start: usize) {
        if !self.toggled.remove(&start) {
            self.toggled.insert(start);
        }
    }

    /// The bracket that opens here, closed.
    pub fn fold(&self, text: &[u8], start: usize) -> Folded {
        self.long.get(&start).copied().unwrap_or_else(|| {
            let (end, items) = closing(text, start);
            Folded { end, items }
        })
    }

    /// Remembers where a long one ends.
    pub fn remember(&mut self, start: usize, folded: Folded) {
        if folded.end - start > LONG && self.long.len() < REMEMBERED {
            self.long.insert(start, folded);
        }
    }

    /// Learns what another pass over the same text has remembered.
    pub fn learn(&mut self, other: Self) {
        self.long.extend(other.long);
    }
}
