//! Moving through the rows: places among those that can be reached, and the view on them.

use crate::session::{MessageId, Seq, Timestamp};

use super::{Mode, Timeline};
use crate::app::state::{
    landmarks::{EACH, Landmark},
    row::{Row, RowId},
};

impl Timeline {
    /// The first row that can be reached.
    pub(super) fn first(&self) -> u64 {
        if self.is_captured() { self.base } else { self.seen().first().0 }
    }

    /// The row behind the last that can be reached; the rows that wait behind a hold count as one.
    pub(super) fn end(&self) -> u64 {
        if self.is_captured() {
            self.newest.end().0
        } else {
            self.seen().end().0 + u64::from(self.held.is_some())
        }
    }

    /// How many rows can be reached, those that wait counted as one, and those of a fold too.
    pub fn len(&self) -> u64 {
        match &self.filter_view {
            Some(filter_view) => filter_view.found(),
            None if self.end() == self.first() => 0,
            None => self.whole_place(self.end() - 1) + 1 - self.whole_place(self.first()),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of a row among those that can be reached; of a row that cannot, the nearest.
    pub(super) fn place(&self, id: RowId) -> u64 {
        let place = match &self.filter_view {
            Some(filter_view) => filter_view.place(self.folds.shown(id.0)),
            None => self.whole_place(id.0).saturating_sub(self.whole_place(self.first())),
        };
        place.min(self.len().saturating_sub(1))
    }

    pub(super) fn at_place(&self, place: u64) -> RowId {
        match &self.filter_view {
            Some(filter_view) => RowId(filter_view.at(place).unwrap_or(self.selected.0)),
            None => RowId(self.at_whole_place(self.whole_place(self.first()) + place)),
        }
    }

    /// The ids of the rows that `height` lines show, from the top.
    pub(super) fn visible_ids(&self, height: u16) -> impl Iterator<Item = RowId> + '_ {
        let top = match self.mode {
            Mode::Following => self.len().saturating_sub(u64::from(height)),
            Mode::Held { .. } => self.place(self.top),
        };
        let end = top.saturating_add(u64::from(height)).min(self.len());
        (top..end).map(|place| self.at_place(place))
    }

    /// The rows that `height` lines show, from the top.
    pub fn visible(&self, height: u16) -> impl Iterator<Item = Row<'_>> {
        self.visible_ids(height).filter_map(|id| self.row(id))
    }

    /// All rows that can be reached and are at hand, equal messages too.
    pub fn all(&self) -> impl Iterator<Item = Row<'_>> {
        let filtered = self.filter_view.as_ref();
        let rows = filtered.map_or_else(|| self.first()..self.end(), |filter_view| 0..filter_view.found());
        rows.filter_map(move |nth| match filtered {
            Some(_) => self.row(self.at_place(nth)),
            None => self.row(RowId(nth)).filter(|_| self.folds.shown(nth) == nth),
        })
    }

    /// Makes the window stand still, with what `height` lines show.
    pub fn hold(&mut self, height: u16) {
        if self.mode == Mode::Following {
            self.top = self.at_place(self.len().saturating_sub(u64::from(height)));
            self.mode = Mode::Held { since: self.newest.end() };
        }
    }

    /// Lets the window move with what arrives; the newest row becomes the selected one.
    pub fn follow(&mut self) {
        self.lost_rows |= self.held.take().is_some();
        self.fold_passed();
        self.mode = Mode::Following;
        self.moved();
        self.select_newest();
    }

    pub(super) fn select_newest(&mut self) {
        self.selected = match &self.filter_view {
            Some(filter_view) => {
                RowId(filter_view.at(filter_view.found().saturating_sub(1)).unwrap_or(self.selected.0))
            }
            None => RowId(self.shown_row(self.newest.end().0.saturating_sub(1))),
        };
    }

    /// Selects the row `by` places further down, and holds.
    pub fn select_by(&mut self, by: i64, height: u16) {
        if !self.is_empty() {
            let place = self.place(self.selected).saturating_add_signed(by).min(self.len() - 1);
            self.select_place(place, height);
        }
    }

    /// Selects the first row that can be reached, and holds.
    pub fn select_first(&mut self, height: u16) {
        if !self.is_empty() {
            self.select_place(0, height);
        }
    }

    /// Selects the row shown on this line, and holds; false when there is none.
    pub fn select_line(&mut self, line: u16, height: u16) -> bool {
        let Some(id) = self.visible_ids(height).nth(usize::from(line)) else { return false };
        self.hold(height);
        self.selected = id;
        self.moved();
        true
    }

    /// Selects the row of a message, and holds; false when it cannot be reached. A filter that hides it is dropped.
    pub fn select_message(&mut self, id: MessageId, height: u16) -> bool {
        let Some(row) = self.index.row_of(id).filter(|row| (self.first()..self.end()).contains(&row.0))
        else {
            return false;
        };
        self.reveal(row, height);
        true
    }

    /// Selects a row that can be reached, and holds. A filter that hides it is dropped.
    fn reveal(&mut self, row: RowId, height: u16) {
        if self.filter_view.is_some() && self.at_place(self.place(row)).0 != self.folds.shown(row.0) {
            self.filter_view = None;
        }
        self.unfold(row);
        self.select_place(self.place(row), height);
    }

    /// Selects the next or the last delivery of a message from the selected row on; false when there is
    /// none.
    pub fn select_delivery(&mut self, id: MessageId, onward: bool, height: u16) -> bool {
        let later = self.redelivered.iter().filter(|(own, _)| *own == id).map(|(_, row)| *row);
        let mut rows = self.index.row_of(id).into_iter().chain(later).filter(|row| row.0 >= self.first());
        let found = if onward {
            rows.find(|row| *row > self.selected)
        } else {
            rows.filter(|row| *row < self.selected).last()
        };
        let Some(row) = found else { return false };
        self.select_place(self.place(row), height);
        true
    }

    /// The message of a row, if it is the row of one.
    pub fn message_at(&self, row: RowId) -> Option<MessageId> {
        self.index.at(row)?.message
    }

    /// The row of a message's first delivery.
    pub fn row_of_message(&self, id: MessageId) -> Option<RowId> {
        self.index.row_of(id)
    }

    /// The place in the stream of a message.
    pub fn seq_of_message(&self, id: MessageId) -> Option<Seq> {
        self.seq_of(self.index.row_of(id)?)
    }

    /// Selects the next or the last loss, failure or finding; false when there is none.
    pub fn select_problem(&mut self, forward: bool, height: u16) -> bool {
        let at = self.problems.partition_point(|row| *row < self.selected);
        let found = if forward {
            let here = self.problems.get(at) == Some(&self.selected);
            self.problems.get(at + usize::from(here))
        } else {
            at.checked_sub(1).and_then(|at| self.problems.get(at))
        };
        let Some(row) = found.copied().filter(|row| row.0 >= self.first()) else { return false };
        self.select_place(self.place(row), height);
        true
    }

    /// Selects the next row of a kind, or the one before; false when there is none.
    pub fn select_landmark(&mut self, landmark: Landmark, forward: bool, height: u16) -> bool {
        let found = if forward {
            let after = RowId(self.selected.0.max(self.first().saturating_sub(1)));
            self.landmarks.next(landmark, after)
        } else {
            self.landmarks.previous(landmark, self.selected).filter(|row| row.0 >= self.first())
        };
        self.select_found(found, height)
    }

    /// The most rows of a kind that can be jumped to, if there may be more of them.
    pub fn landmarks_known(&self, landmark: Landmark) -> Option<usize> {
        self.landmarks.is_full(landmark).then_some(EACH)
    }

    /// The most seconds that can be jumped to, if there may be more of them.
    pub fn seconds_known(&self) -> Option<usize> {
        self.landmarks.seconds_are_full().then_some(EACH)
    }

    /// Selects the first row at the beginning of a second or later; false when there is none.
    pub fn select_time(&mut self, second: Timestamp, height: u16) -> bool {
        let found = self.landmarks.at(second).map(|row| RowId(row.0.max(self.first())));
        self.select_found(found, height)
    }

    /// The row at a place of the stream, if it can be reached.
    pub fn row_at(&self, seq: Seq) -> Option<RowId> {
        let (row, _, _) = self.index.rows_at(seq, 1).next()?;
        (self.first()..self.end()).contains(&row).then_some(RowId(row))
    }

    /// Selects the row at a place of the stream, and holds; false when it cannot be reached. A filter that hides it is
    /// dropped.
    pub fn select_seq(&mut self, seq: Seq, height: u16) -> bool {
        let Some(row) = self.row_at(seq) else { return false };
        self.reveal(row, height);
        true
    }

    fn select_found(&mut self, found: Option<RowId>, height: u16) -> bool {
        let Some(row) = found else { return false };
        self.select_place(self.place(row), height);
        true
    }

    /// Somebody has chosen a row: what a scan finds nearer to another is not selected any more.
    fn moved(&mut self) {
        if let Some(filter_view) = &mut self.filter_view {
            filter_view.anchor = None;
        }
    }

    pub(super) fn select_place(&mut self, place: u64, height: u16) {
        self.hold(height);
        self.selected = self.at_place(place);
        self.moved();
        self.fit(height);
    }

    /// Moves the view as little as brings the selected row onto its `height` lines.
    pub fn fit(&mut self, height: u16) {
        if self.mode == Mode::Following || self.is_empty() {
            return;
        }
        let height = u64::from(height.max(1));
        let selected = self.place(self.selected);
        let furthest = self.len().saturating_sub(height);
        let lowest = selected.saturating_sub(height - 1);
        let top = self.place(self.top).clamp(lowest, selected).min(furthest.max(lowest));
        self.top = self.at_place(top);
        self.selected = self.at_place(selected);
    }

    /// The places of the stream from the first row that can be reached to the last.
    pub fn reach(&self) -> (Seq, Seq) {
        let first = self.index.at(RowId(self.first())).map_or(self.last_seq.plus(1), |place| place.seq);
        (first, self.last_seq)
    }

    /// The place that the next event has in the stream.
    pub const fn next_seq(&self) -> Seq {
        self.last_seq.plus(1)
    }

    /// Rows that are in memory, and those that were read back around the selected one, in order, with their places.
    pub fn at_hand(&self) -> impl Iterator<Item = (Seq, Row<'_>)> {
        /// As many rows are read back at most.
        const READ_BACK: u64 = 2_000;
        let near = self.selected.0.saturating_sub(READ_BACK)..self.selected.0.saturating_add(READ_BACK);
        let held = self.seen().first().0..self.newest.end().0;
        let (first, second) = if near.start < held.start {
            (near.start..near.end.min(held.start), held)
        } else {
            let rest = near.start.max(held.end)..near.end;
            (held, rest)
        };
        let rows = first.chain(second).map(RowId).filter(|row| (self.first()..self.end()).contains(&row.0));
        rows.filter_map(|row| Some((self.seq_of(row)?, self.row(row)?)))
    }

    /// The place of a row in the stream.
    pub fn seq_of(&self, row: RowId) -> Option<Seq> {
        self.index.at(row).map(|place| place.seq)
    }
}
