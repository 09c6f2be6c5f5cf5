//! The rows that a filter lets through: found in memory at once, in the capture by a scan.

use crate::{filter::Filter, session::Seq};

/// Runs of matching rows that are kept at most, of either part.
const RUNS: usize = 500_000;

/// Rows in order, as runs: where each begins, and how many rows there are before it.
#[derive(Clone, Debug, Default)]
struct Runs(Vec<Run>);

#[derive(Clone, Copy, Debug)]
struct Run {
    row: u64,
    before: u64,
    len: u64,
}

impl Runs {
    fn len(&self) -> u64 {
        self.0.last().map_or(0, |last| last.before + last.len)
    }

    /// Adds a row behind the last; false when there is no room for it.
    fn push(&mut self, row: u64) -> bool {
        let (before, runs) = (self.len(), self.0.len());
        match self.0.last_mut() {
            Some(last) if last.row + last.len == row => last.len += 1,
            _ if runs >= RUNS => return false,
            _ => self.0.push(Run { row, before, len: 1 }),
        }
        true
    }

    /// Lets the rows from this one on go.
    fn cut(&mut self, row: u64) {
        self.0.truncate(self.0.partition_point(|run| run.row < row));
        if let Some(last) = self.0.last_mut() {
            last.len = last.len.min(row - last.row);
        }
    }

    fn at(&self, place: u64) -> Option<u64> {
        let nth = self.0.partition_point(|run| run.before <= place).checked_sub(1)?;
        let run = self.0.get(nth)?;
        (place < run.before + run.len).then(|| run.row + (place - run.before))
    }

    /// How many rows stand before this one.
    fn before(&self, row: u64) -> u64 {
        let Some(nth) = self.0.partition_point(|run| run.row <= row).checked_sub(1) else { return 0 };
        let run = self.0[nth];
        run.before + (row - run.row).min(run.len)
    }
}

/// A filter in force, and what it has found.
#[derive(Clone, Debug)]
pub struct FilterView {
    pub filter: Filter,
    /// As it was written.
    pub text: String,
    /// Tells the results of one filter from those of another.
    pub generation: u64,
    /// Found in the capture.
    old: Runs,
    /// Found in memory, behind all that is found in the capture.
    new: Runs,
    /// How many of those found are messages, and not landmarks.
    pub messages: u64,
    /// What of the capture is still to be looked at; `None` when nothing is.
    pub scanning: Option<Scan>,
    /// Whether there was no room for all that was found.
    pub full: bool,
    /// Whether the scan has stopped where nothing more was committed, and since then time has passed.
    pub(super) stopped: Stopped,
}

/// Whether an unfinished scan continues by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// It runs.
    No,
    /// It waits for more to be committed.
    Waiting,
    /// It may go on.
    Ready,
}

/// How far a look through the capture has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    pub from: Seq,
    pub upto: Seq,
    pub to: Seq,
}

impl Scan {
    /// How much of it is done, in per cent.
    pub const fn percent(&self) -> u64 {
        let whole = self.to.0 + 1 - self.from.0;
        100 * (self.upto.0 + 1).saturating_sub(self.from.0) / if whole == 0 { 1 } else { whole }
    }
}

impl FilterView {
    pub(super) fn new(filter: Filter, text: String, generation: u64) -> Self {
        Self {
            filter,
            text,
            generation,
            old: Runs::default(),
            new: Runs::default(),
            messages: 0,
            scanning: None,
            full: false,
            stopped: Stopped::No,
        }
    }

    /// A row in memory passes.
    pub(super) fn pass(&mut self, row: u64, is_message: bool) {
        let taken = self.new.push(row);
        self.count(taken, is_message);
    }

    /// A row of the capture passes.
    pub(super) fn pass_old(&mut self, row: u64, is_message: bool) {
        let taken = self.old.push(row);
        self.count(taken, is_message);
    }

    /// The rows from `start` on are the last there are, and one stands for them all.
    pub(super) fn fold(&mut self, start: u64, shown: u64) {
        self.old.cut(start);
        self.new.cut(start);
        self.pass(shown, false);
    }

    fn count(&mut self, taken: bool, is_message: bool) {
        self.full |= !taken;
        self.messages += u64::from(is_message);
    }

    /// How many rows it lets through.
    pub(super) fn len(&self) -> u64 {
        self.old.len() + self.new.len()
    }

    /// The row at a place among those it lets through.
    pub(super) fn at(&self, place: u64) -> Option<u64> {
        self.old.at(place).or_else(|| self.new.at(place.checked_sub(self.old.len())?))
    }

    /// The place of a row, or where it would stand.
    pub(super) fn place(&self, row: u64) -> u64 {
        match self.new.0.first() {
            Some(first) if row >= first.row => self.old.len() + self.new.before(row),
            _ => self.old.before(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Filter, FilterView, Scan, Seq};

    proptest! {
        #[test]
        fn places_and_rows_belong_together(gaps in prop::collection::vec(1_u64..4, 0..80), split in 0_usize..80) {
            let mut filter_view = FilterView::new(Filter::default(), String::new(), 1);
            let mut rows = Vec::new();
            let mut row = 0;
            for (nth, gap) in gaps.iter().enumerate() {
                row += gap;
                rows.push(row);
                if nth < split { filter_view.pass_old(row, true) } else { filter_view.pass(row, true) }
            }
            prop_assert_eq!(filter_view.len(), rows.len() as u64);
            prop_assert_eq!(filter_view.messages, rows.len() as u64);
            for (place, row) in (0..).zip(&rows) {
                prop_assert_eq!(filter_view.at(place), Some(*row));
                prop_assert_eq!(filter_view.place(*row), place);
            }
            prop_assert_eq!(filter_view.at(rows.len() as u64), None);
            for row in 0..rows.last().map_or(0, |last| last + 2) {
                let before = rows.iter().filter(|other| **other < row).count() as u64;
                prop_assert_eq!(filter_view.place(row), before, "{}", row);
            }
        }
    }

    #[test]
    fn progress_is_told_in_per_cent() {
        let scan = Scan { from: Seq(1), upto: Seq(43), to: Seq(100) };
        assert_eq!(scan.percent(), 43);
    }
}
