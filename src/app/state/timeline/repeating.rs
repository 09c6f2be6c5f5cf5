//! Equal messages in a row as one row, while that is wanted.

use super::{Mode, Timeline};
use crate::app::state::{
    repeats::Repeats,
    row::{Entry, Line, RowId},
};

impl Timeline {
    /// Whether equal messages are folded.
    pub const fn folds_repeats(&self) -> bool {
        self.repeats.is_some()
    }

    /// Folds equal messages, as far as they are at hand, or shows each again.
    pub fn toggle_repeats(&mut self, height: u16) {
        if self.repeats.take().is_none() {
            self.repeats = Some(Repeats::default());
            let first = self.seen().first().0.max(self.base);
            self.fold_repeats(first..self.newest.end().0);
            let read: Vec<u64> = self.pages.places().filter_map(|seq| Some(self.row_at(seq)?.0)).collect();
            self.fold_repeats(read);
        }
        if self.is_following() {
            self.select_newest();
        }
        self.fit(height);
    }

    /// How many equal messages the row stands for, if it stands for several.
    pub fn times_repeated(&self, row: RowId) -> Option<u64> {
        let repeats = self.repeats.as_ref().filter(|_| self.filter_view.is_none())?;
        Some(repeats.times(row.0)).filter(|times| *times > 1)
    }

    /// Shows each message of the selected row, or folds them again; false when it stands for none.
    pub fn toggle_run(&mut self, height: u16) -> bool {
        let Some(repeats) = self.repeats.as_mut().filter(|_| self.filter_view.is_none()) else {
            return false;
        };
        let toggled = repeats.toggle(self.selected.0);
        self.hold(height);
        self.fit(height);
        toggled
    }

    /// Shows a row that is folded.
    pub(super) fn unfold(&mut self, row: RowId) {
        if let Some(repeats) = self.repeats.as_mut().filter(|repeats| repeats.shown(row.0) != row.0) {
            repeats.toggle(row.0);
        }
    }

    /// Folds the rows that have arrived, `count` from `first` on. A view that stands still keeps each row that it may
    /// show already.
    pub(super) fn fold_arrived(&mut self, first: RowId, count: u64) {
        let from = if self.is_following() { first.0.saturating_sub(1) } else { first.0 };
        self.fold_repeats(from..(first.0 + count).saturating_sub(1));
    }

    /// Folds what was left apart while the view stood still.
    pub(super) fn fold_passed(&mut self) {
        if let (Mode::Held { since }, true) = (self.mode, self.folds_repeats()) {
            let from = since.0.saturating_sub(1).max(self.newest.first().0);
            self.fold_repeats(from..self.newest.end().0.saturating_sub(1));
        }
    }

    /// Folds those of these rows that are equal to the next one. They come in order.
    pub(super) fn fold_repeats(&mut self, rows: impl IntoIterator<Item = u64>) {
        if self.repeats.is_none() {
            return;
        }
        let equal: Vec<u64> = rows.into_iter().filter(|row| self.is_repeated(*row)).collect();
        if let Some(repeats) = &mut self.repeats {
            repeats.hide(equal);
        }
    }

    /// Whether a message is equal to the next row: it came the same way, is of the same kind, and all of both payloads
    /// is at hand.
    fn is_repeated(&self, row: u64) -> bool {
        // What is held keeps its own last row.
        if self.held.as_ref().is_some_and(|held| held.end().0 == row + 1) {
            return false;
        }
        let (Some(own), Some(next)) = (self.row(RowId(row)), self.row(RowId(row + 1))) else { return false };
        match (own.line, next.line) {
            (Line::Message { message: own, .. }, Line::Message { message: next, .. }) => {
                let whole = own.is_whole && next.is_whole;
                whole && own.kind == next.kind && own.payload.is_some() && own.payload == next.payload
            }
            (Line::Entry(Entry::Sent(own)), Line::Entry(Entry::Sent(next))) => {
                own.kind == next.kind && own.payload.is_some() && own.payload == next.payload
            }
            _ => false,
        }
    }

    /// The place of a row among all that are shown since the session began.
    pub(super) fn whole_place(&self, row: u64) -> u64 {
        let place = self.folds.place(row);
        let Some(repeats) = &self.repeats else { return place };
        let first = self.folds.of(row).map_or(row, super::Fold::start);
        place - repeats.before(first)
    }

    /// The row at a place among all that are shown since the session began.
    pub(super) fn at_whole_place(&self, place: u64) -> u64 {
        if self.repeats.is_none() {
            return self.folds.at(place);
        }
        let (mut low, mut high) = (place, self.end());
        while low < high {
            let middle = low.midpoint(high);
            if self.whole_place(middle) < place { low = middle + 1 } else { high = middle }
        }
        self.shown_row(low)
    }

    /// The row that is shown for this one.
    pub(super) fn shown_row(&self, row: u64) -> u64 {
        let row = self.folds.shown(row);
        self.repeats.as_ref().map_or(row, |repeats| repeats.shown(row))
    }
}
