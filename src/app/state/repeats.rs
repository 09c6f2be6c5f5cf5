//! Equal messages as one row: each row that is equal to the next one is hidden, so that the last of a run stands for
//! it. Only neighbours that were at hand together are known to be equal.

/// Runs that are kept; what repeats beyond that is shown row by row.
const RUNS: usize = 100_000;
/// The most rows that a run hides. A screen full of runs is read from a capture in bounded time.
const LONGEST: u64 = 9_999;

/// Hidden rows, the one behind them being shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u64,
    /// The row that is shown, behind the hidden ones.
    shown: u64,
    /// How many rows the runs before this one hide.
    before: u64,
}

/// All runs, in order, and those that somebody has opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Repeats {
    runs: Vec<Run>,
    /// The first and the last row of each, not in order.
    open: Vec<(u64, u64)>,
}

impl Run {
    const fn hides(&self) -> u64 {
        self.shown - self.first
    }
}

impl Repeats {
    /// Hides each of these rows: it is equal to the next one. They come in order.
    pub(super) fn hide(&mut self, rows: impl IntoIterator<Item = u64>) {
        let mut from = usize::MAX;
        for row in rows {
            from = from.min(self.hide_one(row).unwrap_or(usize::MAX));
        }
        self.count_from(from);
    }

    /// Hides a row; the place of the first run that has changed.
    fn hide_one(&mut self, row: u64) -> Option<usize> {
        if let Some((_, last)) = self.open.iter_mut().find(|(first, last)| (*first..=*last).contains(&row)) {
            *last = (*last).max(row + 1);
            return None;
        }
        let nth = self.runs.partition_point(|run| run.first <= row);
        let before = nth.checked_sub(1).and_then(|nth| self.runs.get(nth)).copied();
        if before.is_some_and(|before| row < before.shown) {
            return None;
        }
        let joins_before = before.filter(|before| before.shown == row);
        let joins_behind = self.runs.get(nth).copied().filter(|behind| behind.first == row + 1);
        let first = joins_before.map_or(row, |before| before.first);
        let shown = joins_behind.map_or(row + 1, |behind| behind.shown);
        let run = Run { first, shown, before: 0 };
        if run.hides() > LONGEST {
            return None;
        }
        match (joins_before, joins_behind) {
            (Some(_), Some(_)) => {
                self.runs[nth - 1] = run;
                self.runs.remove(nth);
                Some(nth - 1)
            }
            (Some(_), None) => {
                self.runs[nth - 1] = run;
                Some(nth - 1)
            }
            (None, Some(_)) => {
                self.runs[nth] = run;
                Some(nth)
            }
            (None, None) if self.runs.len() < RUNS => {
                self.runs.insert(nth, run);
                Some(nth)
            }
            (None, None) => None,
        }
    }

    /// Counts anew from this run on.
    fn count_from(&mut self, from: usize) {
        let mut before = from
            .checked_sub(1)
            .and_then(|last| self.runs.get(last))
            .map_or(0, |last| last.before + last.hides());
        for run in self.runs.iter_mut().skip(from) {
            run.before = before;
            before += run.hides();
        }
    }

    /// The last run that begins at or before this row.
    fn near(&self, row: u64) -> Option<&Run> {
        self.runs.get(self.runs.partition_point(|run| run.first <= row).checked_sub(1)?)
    }

    /// How many rows before this one are hidden.
    pub(super) fn before(&self, row: u64) -> u64 {
        self.near(row).map_or(0, |run| run.before + row.min(run.shown) - run.first)
    }

    /// The row that is shown for this one: itself, or the last of its run.
    pub(super) fn shown(&self, row: u64) -> u64 {
        self.near(row).map_or(row, |run| row.max(run.shown))
    }

    /// How many rows the shown one stands for, itself included; 1 when it stands for none.
    pub(super) fn times(&self, row: u64) -> u64 {
        self.near(row).filter(|run| run.shown == row).map_or(1, |run| run.hides() + 1)
    }

    /// Shows each row of a run, or hides them again; whether the row belongs to any.
    pub(super) fn toggle(&mut self, row: u64) -> bool {
        if let Some(nth) = self.open.iter().position(|(first, last)| (*first..=*last).contains(&row)) {
            let (first, last) = self.open.swap_remove(nth);
            self.hide(first..last);
            return true;
        }
        let nth = self.runs.partition_point(|run| run.first <= row);
        let run = nth.checked_sub(1).and_then(|nth| self.runs.get(nth)).copied();
        let Some(run) = run.filter(|run| row <= run.shown) else { return false };
        self.runs.remove(nth - 1);
        self.count_from(nth - 1);
        self.open.push((run.first, run.shown));
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Repeats;

    proptest! {
        #[test]
        fn what_is_hidden_in_any_order_is_counted(rows in prop::collection::vec(0_u64..60, 0..60), opened in 0_u64..60) {
            let mut repeats = Repeats::default();
            for row in &rows {
                repeats.hide([*row]);
            }
            let mut hidden: BTreeSet<u64> = rows.iter().copied().collect();
            let shown = |hidden: &BTreeSet<u64>, row| (row..99).find(|row| !hidden.contains(row));
            for twice in 0..2 {
                for row in 0..62 {
                    prop_assert_eq!(repeats.before(row), hidden.range(..row).count() as u64);
                    prop_assert_eq!(Some(repeats.shown(row)), shown(&hidden, row));
                }
                if twice == 0 && repeats.toggle(opened) {
                    let last = shown(&hidden, opened).unwrap_or(0);
                    let first = (0..last).rev().find(|row| !hidden.contains(row)).map_or(0, |row| row + 1);
                    hidden.retain(|row| !(first..=last).contains(row));
                }
            }
        }
    }

    #[test]
    fn a_run_is_opened_and_closed_and_stays_open_for_what_comes() {
        let mut repeats = Repeats::default();
        repeats.hide(3..6);
        assert_eq!((repeats.times(6), repeats.times(5), repeats.times(9)), (4, 1, 1));
        assert!(repeats.toggle(6) && !repeats.toggle(9));
        repeats.hide([6]);
        assert_eq!((repeats.shown(3), repeats.before(9)), (3, 0));
        assert!(repeats.toggle(5));
        assert_eq!((repeats.times(7), repeats.shown(3)), (5, 7));
    }

    #[test]
    fn a_run_ends_where_it_would_hide_too_much() {
        let mut repeats = Repeats::default();
        repeats.hide(0..25_000);
        assert_eq!(
            [repeats.times(9_999), repeats.times(19_999), repeats.times(25_000)],
            [10_000, 10_000, 5_001]
        );
    }
}
