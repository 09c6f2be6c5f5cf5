//! A message or a connection compared with another: with which, and what differs.

use crate::payload::compare::Comparison;

use super::step::{Step, first_shown};

/// What it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The one before it; of messages the one before in the same direction whose payload has the same shape.
    Previous,
    /// The one that is marked.
    Marked,
}

/// A comparison that is shown in place of what is compared, each of which has an `Id`.
#[derive(Clone, Debug)]
pub struct Compared<Id> {
    pub with: With,
    /// Which two, and what differs; `None` while there is nothing to compare with.
    found: Option<Found<Id>>,
    /// The one for which nothing was found.
    alone: Option<Id>,
    /// The difference that the cursor is on.
    pub cursor: usize,
}

#[derive(Clone, Debug)]
struct Found<Id> {
    own: Id,
    other: Id,
    comparison: Comparison,
}

impl<Id: Copy + PartialEq> Compared<Id> {
    pub const fn new(with: With) -> Self {
        Self { with, found: None, alone: None, cursor: 0 }
    }

    /// Takes in what differs between two; the cursor keeps its place while they are the same two.
    pub fn take(&mut self, (own, other): (Id, Id), comparison: Comparison) {
        let last = comparison.changes.len().saturating_sub(1);
        self.cursor = if self.is_of((own, other)) { self.cursor.min(last) } else { 0 };
        self.found = Some(Found { own, other, comparison });
    }

    /// There is nothing to compare this one with.
    pub fn clear(&mut self, own: Option<Id>) {
        self.found = None;
        self.alone = own;
    }

    /// Whether it is known what this one is compared with, or that there is nothing.
    pub fn is_settled(&self, own: Id) -> bool {
        self.alone == Some(own) || self.found.as_ref().is_some_and(|found| found.own == own)
    }

    /// Whether these two are compared.
    pub fn is_of(&self, pair: (Id, Id)) -> bool {
        self.found.as_ref().is_some_and(|found| (found.own, found.other) == pair)
    }

    /// Which it is compared with, and what differs.
    pub fn found(&self) -> Option<(Id, &Comparison)> {
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
