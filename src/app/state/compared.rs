//! A message compared with another: with which, and what differs.

use crate::payload::compare::{Comparison, compare};

use super::{
    row::RowId,
    step::{Step, first_shown},
    subject::Subject,
};

/// What a message is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The one before it in the same direction whose payload has the same shape.
    Previous,
    /// The one that is marked.
    Marked,
}

/// A comparison that is shown in place of the payload.
#[derive(Clone, Debug)]
pub struct Compared {
    pub with: With,
    /// Both rows, and what differs; `None` while there is nothing to compare with.
    found: Option<Found>,
    /// The difference that the cursor is on.
    pub cursor: usize,
}

#[derive(Clone, Debug)]
struct Found {
    row: RowId,
    other: RowId,
    comparison: Comparison,
}

impl Compared {
    pub const fn new(with: With) -> Self {
        Self { with, found: None, cursor: 0 }
    }

    /// Compares, unless these two are compared already.
    pub fn compare(&mut self, subject: Option<&Subject>, other: Option<&Subject>) {
        let (Some(subject), Some(other)) = (subject, other) else {
            self.found = None;
            return;
        };
        if self.found.as_ref().is_some_and(|found| (found.row, found.other) == (subject.row, other.row)) {
            return;
        }
        let comparison = compare((other.kind, &other.payload), (subject.kind, &subject.payload));
        self.found = Some(Found { row: subject.row, other: other.row, comparison });
        self.cursor = 0;
    }

    /// The row it is compared with, and what differs.
    pub fn found(&self) -> Option<(RowId, &Comparison)> {
        self.found.as_ref().map(|found| (found.other, &found.comparison))
    }

    /// Moves from difference to difference.
    pub fn step(&mut self, step: Step) {
        let last = self.found().map_or(0, |(_, comparison)| comparison.changes.len().saturating_sub(1));
        self.cursor = step.from(self.cursor, last);
    }

    /// The first difference that is in sight where `height` fit.
    pub const fn top(&self, height: usize) -> usize {
        first_shown(self.cursor, height)
    }
}
