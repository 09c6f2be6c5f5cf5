//! Everything in order, as rows: a window that follows the newest or stands still.
//!
//! ```text
//!   following   [ rows ........ newest ]         the selection is the newest row
//!   held        [ rows ...... newest ]           rows are added, none leaves
//!   held, full  [ rows ] (n newer)  [ newest ]   what was seen stays; the newest wait behind it
//! ```
//!
//! Either part is within the bounds of a window, so a hold at most doubles
//! the memory. Rows are named by their place in the session: a flood moves neither the selected
//! row nor the view. With a capture every row can be reached: an index says what each is, and those
//! outside the windows are read back a page at a time. Without one, what waits behind a full hold is
//! reached by following, and the oldest rows are gone.

mod filtering;
mod folding;
mod judging;
mod moving;
mod paging;
mod repeating;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    payload::shape,
    session::{ConnectionId, Delivery, Direction, Finding, MessageId, Seq, Timestamp},
};

use super::{
    filter_view::FilterView,
    folds::{Fold, Folds, gravest},
    index::Index,
    landmarks::Landmarks,
    pages::Pages,
    repeats::Repeats,
    row::{Entry, Line, Received, Row, RowId},
    subject::Subject,
    window::Window,
};

/// Rows that can be marked.
pub const MARKS: usize = 10_000;

/// How far back a row of the same shape is looked for.
const ALIKE: u64 = 10_000;

/// Whether the window moves with what arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Following,
    /// `since` is the first row that arrived while it stands still.
    Held { since: RowId },
}

/// Whether rows that leave the windows can be read back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// They are gone.
    #[default]
    Nowhere,
    /// All of them, once they are written.
    All,
    /// Those up to this place; the capture has ended there.
    Upto(Seq),
}

/// The rows of a session, the selected one, and the first one shown.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// What is held, set apart when it would otherwise lose what is looked at.
    held: Option<Window>,
    newest: Window,
    index: Index,
    pages: Pages,
    kept: Kept,
    /// Whether an old capture is looked at, so that what is missing from it does not come.
    is_old: bool,
    filter_view: Option<FilterView>,
    /// Where something is coloured, among the rows that are shown.
    highlight_view: Option<FilterView>,
    /// Counts filters, so that late results of an earlier one are recognised.
    generation: u64,
    mode: Mode,
    selected: RowId,
    top: RowId,
    marks: BTreeSet<RowId>,
    /// Those of them that were saved.
    saved_marks: BTreeSet<RowId>,
    /// Which failures are shown as one row.
    folds: Folds,
    /// Which equal messages are shown as one row, while that is wanted.
    repeats: Option<Repeats>,
    /// Losses, failures and findings, in order.
    problems: Vec<RowId>,
    landmarks: Landmarks,
    /// Rows of later deliveries, in order.
    redelivered: Vec<(MessageId, RowId)>,
    /// The first row that has not been cleared away.
    base: u64,
    /// The last row's time.
    last: Option<Timestamp>,
    /// When the last message was received.
    received: Option<Timestamp>,
    /// The last row, while it is a loss that findings may be joined to.
    loss: Option<(ConnectionId, usize)>,
    /// The place of the last event in the stream.
    last_seq: Seq,
    last_message: MessageId,
    /// Messages, control frames and frames of ours so far, cleared ones included.
    traffic: u64,
    /// The latest delivery of those messages whose batch does not hold it.
    verdicts: BTreeMap<MessageId, Delivery>,
    lost_rows: bool,
}

impl Timeline {
    /// An empty one for the next session of the same stream.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self {
            last_seq: self.last_seq,
            kept: self.kept,
            generation: self.generation,
            repeats: self.repeats.as_ref().map(|_| Repeats::default()),
            ..Self::default()
        }
    }

    /// Counts places from here on: a capture may hold other sessions before this one.
    pub fn begin_at(&mut self, seq: Seq) {
        self.last_seq = Seq(seq.0.saturating_sub(1));
    }

    /// The last delivery of a message, where its batch does not hold it.
    pub fn latest(&self, id: MessageId) -> Option<Delivery> {
        self.verdicts.get(&id).copied()
    }

    /// The rows in memory that are looked at.
    fn seen(&self) -> &Window {
        self.held.as_ref().unwrap_or(&self.newest)
    }

    /// How many rows wait behind what is held.
    fn newer(&self) -> u64 {
        self.held.as_ref().map_or(0, |held| self.newest.end().0 - held.end().0)
    }

    /// Whether rows outside the windows can be reached.
    const fn is_captured(&self) -> bool {
        !matches!(self.kept, Kept::Nowhere)
    }

    /// Whether all rows can be read back from a capture, those that are still to be written too.
    pub const fn can_be_read_back(&self) -> bool {
        matches!(self.kept, Kept::All)
    }

    pub const fn mode(&self) -> Mode {
        self.mode
    }

    pub const fn is_following(&self) -> bool {
        matches!(self.mode, Mode::Following)
    }

    /// Rows that arrived since the window stands still.
    pub const fn passed(&self) -> u64 {
        match self.mode {
            Mode::Following => 0,
            Mode::Held { since } => self.newest.end().0 - since.0,
        }
    }

    /// Whether rows have left for good.
    pub const fn has_lost_rows(&self) -> bool {
        self.lost_rows && !self.is_captured()
    }

    /// Whether payloads of rows that are kept have been let go.
    pub fn has_lost_payloads(&self) -> bool {
        !self.is_captured() && self.seen().is_partly_bare()
    }

    /// Messages and control frames of both directions so far.
    pub const fn traffic(&self) -> u64 {
        self.traffic
    }

    pub const fn selected_id(&self) -> RowId {
        self.selected
    }

    /// The selected row, if there is any row.
    pub fn selected(&self) -> Option<Row<'_>> {
        self.row(self.selected)
    }

    /// The run of equal failures that this row stands for.
    pub fn fold_of(&self, row: RowId) -> Option<&Fold> {
        self.folds.of(row.0)
    }

    /// What was found about the last failure of a run, as far as it is at hand.
    pub fn found_of<'a>(&'a self, fold: &'a Fold) -> impl Iterator<Item = &'a Finding> {
        let joined = match self.row(fold.shown()).map(|row| row.line) {
            Some(Line::Entry(Entry::Lost(_, findings))) => findings.as_slice(),
            _ => &[],
        };
        let behind = fold.found().filter_map(|row| match self.row(row)?.line {
            Line::Entry(Entry::Found(finding)) => Some(&**finding),
            _ => None,
        });
        joined.iter().chain(behind)
    }

    /// The gravest finding about the last failure of a run; the first of equals.
    pub fn gravest_of<'a>(&'a self, fold: &'a Fold) -> Option<&'a Finding> {
        gravest(self.found_of(fold))
    }

    /// When the connection that a row belongs to had opened, if that is known.
    pub fn opened_before(&self, row: RowId) -> Option<Timestamp> {
        self.landmarks.opened_before(row)
    }

    /// The received message of the selected row, of a first or of a later delivery.
    pub fn selected_message(&self) -> Option<Received<'_>> {
        match self.selected()?.line {
            Line::Message { message, .. } => Some(message),
            Line::Redelivered { message, .. } => message,
            _ => None,
        }
    }

    /// The payload of the selected row, if it is kept.
    pub fn selected_subject(&self) -> Option<Subject> {
        self.subject(self.selected)
    }

    fn subject(&self, row: RowId) -> Option<Subject> {
        let row = self.row(row)?;
        let (kind, payload) = row.shared_payload().filter(|(_, payload)| !payload.is_empty())?;
        Some(Subject { row: row.id, kind, payload })
    }

    /// The payload of the first marked row that is not selected.
    pub fn marked_subject(&self) -> Option<Subject> {
        self.subject(self.marks().find(|row| *row != self.selected)?)
    }

    /// The payload of the nearest row before the selected one that came the same way and whose payload has the same
    /// shape, among those at hand.
    pub fn previous_alike(&self) -> Option<Subject> {
        let selected = self.selected_subject()?;
        let (shape, way) = (shape(&selected.payload), self.direction(self.selected)?);
        // Those that the row stands for are equal to it.
        let end = self.selected.0 - self.times_repeated(self.selected).map_or(0, |times| times - 1);
        let rows = (end.saturating_sub(ALIKE)..end).rev().map(RowId);
        let mut others =
            rows.filter(|row| self.direction(*row) == Some(way)).filter_map(|row| self.subject(row));
        others.find(|other| other.kind == selected.kind && self::shape(&other.payload) == shape)
    }

    /// Whether a row is a message that was received or sent.
    fn direction(&self, row: RowId) -> Option<Direction> {
        match self.row(row)?.line {
            Line::Message { .. } => Some(Direction::In),
            Line::Entry(Entry::Sent(_)) => Some(Direction::Out),
            _ => None,
        }
    }

    /// The number of that message, whether it is at hand or not.
    pub fn selected_message_id(&self) -> Option<MessageId> {
        match self.selected()?.line {
            Line::Message { message, .. } => Some(message.id),
            Line::Redelivered { id, .. } => Some(id),
            _ => None,
        }
    }

    /// A received message, while its row is kept in memory.
    pub fn message(&self, id: MessageId) -> Option<Received<'_>> {
        self.seen().message(id).or_else(|| self.newest.message(id))
    }

    /// The marked rows, in order.
    pub fn marks(&self) -> impl ExactSizeIterator<Item = RowId> + '_ {
        self.marks.iter().copied()
    }

    pub fn is_marked(&self, row: RowId) -> bool {
        self.marks.contains(&row)
    }

    /// Marks the selected row, or takes its mark away; false when there are too many marks.
    pub fn toggle_mark(&mut self) -> bool {
        if self.marks.remove(&self.selected) {
            return true;
        }
        self.marks.len() < MARKS && self.marks.insert(self.selected)
    }

    /// Marked rows that were not saved since they were marked.
    pub fn unsaved_marks(&self) -> usize {
        self.marks.difference(&self.saved_marks).count()
    }

    /// All that is marked was saved.
    pub fn marks_were_saved(&mut self) {
        self.saved_marks.clone_from(&self.marks);
    }

    /// Takes all marks away.
    pub fn unmark(&mut self) {
        self.marks.clear();
    }

    /// Empties the view. What was counted stays counted.
    pub fn clear(&mut self) {
        let end = self.newest.end();
        let empty = Self {
            newest: Window::starting_at(end),
            index: std::mem::take(&mut self.index),
            kept: self.kept,
            generation: self.generation,
            repeats: self.repeats.as_ref().map(|_| Repeats::default()),
            selected: end,
            top: end,
            base: end.0,
            last: self.last,
            received: self.received,
            last_seq: self.last_seq,
            last_message: self.last_message,
            traffic: self.traffic,
            landmarks: std::mem::take(&mut self.landmarks),
            ..Self::default()
        };
        *self = empty;
    }
}

#[cfg(test)]
mod tests;
