//! Rows in order: which they are, how many stand before one, and which is at a place.

use std::ops::Range;

use roaring::RoaringTreemap;

/// Rows that are found together. They are put into order before they are added to many.
#[derive(Debug, Default)]
pub(in crate::app::state) struct Runs(RoaringTreemap);

impl Runs {
    pub(in crate::app::state) fn add(&mut self, rows: Range<u64>) {
        if rows.end == rows.start + 1 {
            self.0.insert(rows.start);
        } else {
            self.0.insert_range(rows);
        }
    }
}

/// From the first row to the last there are fewer than this. Each costs a bit at most: 64 MiB in all.
const SPAN: u64 = 1 << 29;

#[derive(Clone, Debug, Default)]
pub(super) struct Rows(RoaringTreemap);

impl Rows {
    pub(super) fn len(&self) -> u64 {
        self.0.len()
    }

    pub(super) fn contains(&self, row: u64) -> bool {
        self.0.contains(row)
    }

    /// Adds a run of rows; false when there is no room for it.
    pub(super) fn add(&mut self, row: u64, len: u64) -> bool {
        let end = row.saturating_add(len);
        let has_room = self.has_room(row, end);
        if has_room {
            self.0.insert_range(row..end);
        }
        has_room
    }

    /// Adds runs of rows; false when there is no room for them.
    pub(super) fn add_all(&mut self, Runs(rows): &Runs) -> bool {
        let (Some(first), Some(last)) = (rows.min(), rows.max()) else { return true };
        let has_room = self.has_room(first, last);
        if has_room {
            self.0 |= rows;
        }
        has_room
    }

    fn has_room(&self, first: u64, last: u64) -> bool {
        let first = self.0.min().map_or(first, |own| own.min(first));
        let last = self.0.max().map_or(last, |own| own.max(last));
        last - first < SPAN
    }

    /// Lets a row be in it or not; false when there is no room for it.
    pub(super) fn set(&mut self, row: u64, is_in: bool) -> bool {
        if is_in {
            return self.add(row, 1);
        }
        self.0.remove(row);
        true
    }

    /// Lets the rows from this one on go.
    pub(super) fn cut(&mut self, row: u64) {
        self.0.remove_range(row..);
    }

    /// Lets these rows go.
    pub(super) fn forget(&mut self, rows: Range<u64>) {
        self.0.remove_range(rows);
    }

    pub(super) fn at(&self, place: u64) -> Option<u64> {
        self.0.select(place)
    }

    /// How many rows stand before this one.
    pub(super) fn before(&self, row: u64) -> u64 {
        row.checked_sub(1).map_or(0, |last| self.0.rank(last))
    }
}

#[cfg(test)]
mod tests {
    use super::{Rows, Runs};

    #[test]
    fn a_run_without_rows_adds_none() {
        let (mut runs, mut rows) = (Runs::default(), Rows::default());
        for (start, end) in [(5, 5), (7, 3), (0, 0), (8, 9), (20, 22)] {
            runs.add(start..end);
        }
        assert!(rows.add_all(&runs) && rows.add_all(&Runs::default()));
        assert_eq!((0..rows.len()).filter_map(|place| rows.at(place)).collect::<Vec<_>>(), [8, 20, 21]);
    }
}
