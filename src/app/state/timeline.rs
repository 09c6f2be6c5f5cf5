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
mod moving;
mod paging;

use std::collections::{BTreeMap, BTreeSet};

use crate::session::{
    Batch, ConnectionId, Delivery, DeliveryUpdate, Event, EventKind, Finding, MessageId, MessageRange, Seq,
    Severity, StoredEvent, Timestamp,
};

use super::{
    filter_view::FilterView,
    index::Index,
    pages::Pages,
    row::{Entry, Line, Received, Row, RowId},
    window::{Block, ROWS, Rows, Window},
};

/// How many findings are joined to a loss.
const JOINED: usize = 8;
/// Rows of trouble that are remembered, for jumping from one to the next.
const TROUBLES: usize = 100_000;
/// Rows of later deliveries that are remembered, for jumping between those of one message.
const REDELIVERIES: usize = 100_000;
/// Rows that can be marked.
pub const MARKS: usize = 10_000;

/// Whether the window moves with what arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Following,
    /// `since` is the first row that arrived while it stands still.
    Held {
        since: RowId,
    },
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
#[derive(Clone, Debug)]
pub struct Timeline {
    /// What is held, set apart when it would otherwise lose what is looked at.
    held: Option<Window>,
    newest: Window,
    index: Index,
    pages: Pages,
    kept: Kept,
    /// Whether the capture is still being written, so that what is missing from it may come.
    is_live: bool,
    filter_view: Option<FilterView>,
    /// Counts filters, so that late results of an earlier one are told.
    generation: u64,
    mode: Mode,
    selected: RowId,
    top: RowId,
    marks: BTreeSet<RowId>,
    /// Losses, failures and findings, in order.
    problems: Vec<RowId>,
    /// Rows of later deliveries, in order.
    redelivered: Vec<(MessageId, RowId)>,
    /// The first row that has not been cleared away.
    base: u64,
    /// The last row's time.
    last: Option<Timestamp>,
    /// The last row, while it is a loss that findings may be joined to.
    loss: Option<(ConnectionId, usize)>,
    /// The place of the next event in the stream.
    next_seq: Seq,
    next_message: MessageId,
    /// Messages, control frames and frames of ours so far, cleared ones included.
    traffic: u64,
    /// The latest delivery of those messages whose batch does not tell it.
    verdicts: BTreeMap<MessageId, Delivery>,
    lost_rows: bool,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            held: None,
            newest: Window::default(),
            index: Index::default(),
            pages: Pages::default(),
            kept: Kept::Nowhere,
            is_live: true,
            filter_view: None,
            generation: 0,
            mode: Mode::Following,
            selected: RowId::default(),
            top: RowId::default(),
            marks: BTreeSet::new(),
            problems: Vec::new(),
            redelivered: Vec::new(),
            base: 0,
            last: None,
            loss: None,
            next_seq: Seq(1),
            next_message: MessageId(1),
            traffic: 0,
            verdicts: BTreeMap::new(),
            lost_rows: false,
        }
    }
}

impl Timeline {
    /// An empty one for the next session of the same stream.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self { next_seq: self.next_seq, kept: self.kept, generation: self.generation, ..Self::default() }
    }

    /// Counts places from here on: a capture may hold other sessions before this one.
    pub fn begin_at(&mut self, seq: Seq) {
        self.next_seq = seq;
    }

    /// Folds one event into it. Messages are moved in, not copied.
    pub fn apply(&mut self, event: Event) {
        let Event { at, connection, kind } = event;
        match kind {
            EventKind::Messages(batch) => self.receive(batch, at, connection),
            kind => {
                let seq = self.take_place();
                if let Some(entry) = self.entry(kind, connection) {
                    self.push_entry(entry, seq, at, connection);
                }
            }
        }
    }

    /// Folds what a capture tells again; its rows are read back when they are looked at.
    pub fn remember(&mut self, remembered: StoredEvent) {
        match remembered {
            StoredEvent::Messages(MessageRange { first_seq, first, count, at, .. }) => {
                self.index.messages(first_seq, first, count);
                self.next_seq = first_seq.plus(count);
                self.next_message = first.plus(count);
                self.traffic += count;
                self.last = Some(at);
                self.loss = None;
            }
            StoredEvent::Event(Event { at, connection, kind }) => {
                let seq = self.take_place();
                let Some(entry) = self.entry(kind, connection) else { return };
                self.note(&entry, connection);
                self.index.entry(seq, self.next_message);
                self.last = Some(at);
            }
        }
        self.is_live = false;
        self.newest = Window::starting_at(RowId(self.index.len()));
        self.select_newest();
    }

    /// An event that makes no row here has its place in the stream all the same.
    pub fn pass_over(&mut self, event: &Event) {
        debug_assert!(!matches!(event.kind, EventKind::Messages(_)), "messages have rows");
        self.take_place();
    }

    /// The row that an event makes, if it makes one.
    fn entry(&mut self, kind: EventKind, connection: ConnectionId) -> Option<Entry> {
        match kind {
            EventKind::Delivery(told) => self.redeliver(told),
            EventKind::Finding(finding) => self.unless_of_a_loss(finding, connection).map(Entry::Found),
            kind => Entry::of(kind),
        }
    }

    const fn take_place(&mut self) -> Seq {
        let seq = self.next_seq;
        self.next_seq = seq.plus(1);
        seq
    }

    /// Joins what is found about a loss to its row; gives back what belongs to no loss.
    fn unless_of_a_loss(&mut self, finding: Box<Finding>, connection: ConnectionId) -> Option<Box<Finding>> {
        match &mut self.loss {
            Some((of, joined)) if *of == connection && *joined < JOINED => *joined += 1,
            _ => return Some(finding),
        }
        if let Some(Block { rows: Rows::One(Entry::Lost(_, findings)), .. }) = self.newest.latest().next() {
            findings.push(*finding);
        }
        None
    }

    fn receive(&mut self, batch: Batch, at: Timestamp, connection: ConnectionId) {
        if batch.is_empty() {
            return;
        }
        let count = batch.len() as u64;
        let (seq, row, next) = (self.next_seq, self.index.len(), batch.first.plus(count));
        self.traffic += count;
        self.loss = None;
        self.index.messages(seq, batch.first, count);
        self.next_seq = seq.plus(count);
        if let Some(filter_view) = &mut self.filter_view {
            for (row, message) in (row..).zip(batch.messages()) {
                if filter_view.filter.matches(message.payload) {
                    filter_view.pass(row, true);
                }
            }
        }
        self.next_message = batch.first;
        self.push(Rows::Messages(batch), at, connection);
        self.next_message = next;
    }

    fn push_entry(&mut self, entry: Entry, seq: Seq, at: Timestamp, connection: ConnectionId) {
        self.note(&entry, connection);
        if self.filter_view.is_some() {
            let (passes, row) = (self.passes(&entry), self.index.len());
            if let (Some(is_message), Some(filter_view)) = (passes, &mut self.filter_view) {
                filter_view.pass(row, is_message);
            }
        }
        self.index.entry(seq, self.next_message);
        self.push(Rows::One(entry), at, connection);
    }

    /// What is remembered of a row that is not a message, beside the row.
    fn note(&mut self, entry: &Entry, connection: ConnectionId) {
        self.traffic += u64::from(matches!(entry, Entry::Control(_) | Entry::Sent(_)));
        self.loss = matches!(entry, Entry::Lost(..)).then_some((connection, 0));
        let is_trouble = match entry {
            Entry::Lost(lost, _) => !lost.is_ours(),
            Entry::Failed(_) => true,
            Entry::Found(finding) => finding.severity > Severity::Note,
            _ => false,
        };
        if let Entry::Redelivered { id, .. } = entry
            && self.redelivered.len() < REDELIVERIES
        {
            self.redelivered.push((*id, RowId(self.index.len())));
        }
        if is_trouble && self.problems.len() < TROUBLES {
            self.problems.push(RowId(self.index.len()));
        }
    }

    fn push(&mut self, rows: Rows, at: Timestamp, connection: ConnectionId) {
        let first = self.newest.end();
        let block = Block { first, at, before: self.last, connection, next_message: self.next_message, rows };
        self.last = Some(at);
        let holds = self.mode != Mode::Following && self.held.is_none();
        if holds && self.newest.is_full_for(&block) {
            self.held = Some(std::mem::replace(&mut self.newest, Window::starting_at(first)));
        }
        if self.newest.push(block) {
            self.lost_rows = true;
            self.forget_verdicts();
        }
        if self.mode == Mode::Following {
            self.select_newest();
        }
    }

    fn forget_verdicts(&mut self) {
        if self.verdicts.len() as u64 <= 2 * ROWS {
            return;
        }
        let oldest = self.seen().oldest_message();
        if let Some(oldest) = oldest {
            self.verdicts = self.verdicts.split_off(&oldest);
        }
        while self.verdicts.len() as u64 > 2 * ROWS {
            self.verdicts.pop_first();
        }
    }

    fn redeliver(&mut self, told: DeliveryUpdate) -> Option<Entry> {
        let known = self.verdicts.insert(told.id, told.delivery);
        self.pages.tell(told.id, told.delivery);
        let attempt = told.delivery.attempt;
        self.forget_verdicts();
        let again = attempt > known.map_or(1, |delivery| delivery.attempt);
        again.then_some(Entry::Redelivered { id: told.id, attempt })
    }

    /// The last delivery of a message, where its first does not tell it.
    #[must_use]
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
    #[must_use]
    pub const fn can_be_read_back(&self) -> bool {
        matches!(self.kept, Kept::All)
    }

    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    #[must_use]
    pub const fn is_following(&self) -> bool {
        matches!(self.mode, Mode::Following)
    }

    /// Rows that arrived since the window stands still.
    #[must_use]
    pub const fn passed(&self) -> u64 {
        match self.mode {
            Mode::Following => 0,
            Mode::Held { since } => self.newest.end().0 - since.0,
        }
    }

    /// Whether rows have left for good.
    #[must_use]
    pub const fn has_lost_rows(&self) -> bool {
        self.lost_rows && !self.is_captured()
    }

    /// Whether payloads of rows that are kept have been let go.
    #[must_use]
    pub fn has_lost_payloads(&self) -> bool {
        !self.is_captured() && self.seen().is_partly_bare()
    }

    /// Messages and control frames of both directions so far.
    #[must_use]
    pub const fn traffic(&self) -> u64 {
        self.traffic
    }

    #[must_use]
    pub const fn selected_id(&self) -> RowId {
        self.selected
    }

    /// The selected row, if there is any row.
    #[must_use]
    pub fn selected(&self) -> Option<Row<'_>> {
        self.row(self.selected)
    }

    /// The received message of the selected row, be it of a first or of a later delivery.
    #[must_use]
    pub fn selected_message(&self) -> Option<Received<'_>> {
        match self.selected()?.line {
            Line::Message { message, .. } => Some(message),
            Line::Redelivered { message, .. } => message,
            _ => None,
        }
    }

    /// The number of that message, whether it is at hand or not.
    #[must_use]
    pub fn selected_message_id(&self) -> Option<MessageId> {
        match self.selected()?.line {
            Line::Message { message, .. } => Some(message.id),
            Line::Redelivered { id, .. } => Some(id),
            _ => None,
        }
    }

    /// A received message, while its row is kept in memory.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<Received<'_>> {
        self.seen().message(id).or_else(|| self.newest.message(id))
    }

    /// The marked rows, in order.
    pub fn marks(&self) -> impl ExactSizeIterator<Item = RowId> + '_ {
        self.marks.iter().copied()
    }

    #[must_use]
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
            selected: end,
            top: end,
            base: end.0,
            last: self.last,
            next_seq: self.next_seq,
            next_message: self.next_message,
            traffic: self.traffic,
            ..Self::default()
        };
        *self = empty;
    }
}

#[cfg(test)]
mod tests;
