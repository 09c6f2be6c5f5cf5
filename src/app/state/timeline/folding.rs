//! Folding events into rows: where they stand, and what is remembered of them beside the rows.

use crate::session::{
    Batch, ConnectionId, DeliveryUpdate, Event, EventKind, Finding, MessageId, MessageRange, Seq, Severity,
    StoredEvent, Timestamp,
};

use super::{Mode, Timeline};
use crate::app::state::{
    folds::Fold,
    row::{Entry, RowId},
    window::{Block, ROWS, Rows, Window},
};

/// How many findings are joined to a loss.
const JOINED: usize = 8;
/// Rows of problems that are remembered, for jumping from one to the next.
const PROBLEMS: usize = 100_000;
/// Rows of later deliveries that are remembered, for jumping between those of one message.
const REDELIVERIES: usize = 100_000;

impl Timeline {
    /// Folds one event into it. Messages are moved in, not copied.
    pub fn apply(&mut self, event: Event) {
        let Event { at, connection, kind } = event;
        match kind {
            EventKind::Messages(batch) => self.receive(batch, at, connection),
            EventKind::Delivery(run) => {
                for update in run.updates() {
                    let seq = self.take_place();
                    if let Some(entry) = self.redeliver(update) {
                        self.push_entry(entry, seq, at, connection);
                    }
                }
            }
            kind => {
                let seq = self.take_place();
                if let Some(entry) = self.entry(kind, connection) {
                    self.push_entry(entry, seq, at, connection);
                }
            }
        }
    }

    /// Folds a replayed piece of a capture; its rows are read back when they are looked at.
    pub fn remember(&mut self, remembered: StoredEvent) {
        match remembered {
            StoredEvent::Messages(MessageRange { first_seq, first, count, at, .. }) => {
                self.index.messages(first_seq, first, count);
                self.last_seq = Seq((first_seq.0 + count).saturating_sub(1));
                self.last_message = MessageId((first.0 + count).saturating_sub(1));
                self.traffic += count;
                self.landmarks.came(RowId(self.index.len() - count), at, self.last);
                self.last = Some(at);
                self.loss = None;
                self.folds.end_run();
            }
            StoredEvent::Event(Event { at, connection, kind }) => {
                let seq = self.take_place();
                let Some(entry) = self.entry(kind, connection) else { return };
                let row = self.index.len();
                let grown = self.folds.take(&entry, row, at, connection);
                self.note(&entry, connection, at);
                self.landmarks.came(RowId(row), at, self.last);
                self.index.entry(seq, self.last_message.plus(1));
                self.last = Some(at);
                self.fold(grown);
            }
        }
        self.is_old = true;
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
            EventKind::Delivery(run) => self.redeliver(run.first),
            EventKind::Finding(finding) => self.unless_of_a_loss(finding, connection).map(Entry::Found),
            kind => Entry::of(kind),
        }
    }

    const fn take_place(&mut self) -> Seq {
        self.last_seq = self.last_seq.plus(1);
        self.last_seq
    }

    /// Joins what is found about a loss to its row; gives back what belongs to no loss.
    fn unless_of_a_loss(&mut self, finding: Box<Finding>, connection: ConnectionId) -> Option<Box<Finding>> {
        match &mut self.loss {
            Some((of, joined)) if *of == connection && *joined < JOINED => *joined += 1,
            _ => return Some(finding),
        }
        self.newest.join(*finding);
        None
    }

    fn receive(&mut self, batch: Batch, at: Timestamp, connection: ConnectionId) {
        if batch.is_empty() {
            return;
        }
        let count = batch.len() as u64;
        let (seq, row) = (self.last_seq.plus(1), self.index.len());
        self.traffic += count;
        self.loss = None;
        self.index.messages(seq, batch.first, count);
        self.last_seq = self.last_seq.plus(count);
        let received = self.received;
        for view in self.views_mut() {
            for (row, candidate) in (row..).zip(batch.candidates(at, connection, received)) {
                if view.filter.matches(&candidate) {
                    view.pass(row, 1, true);
                }
            }
        }
        self.received = Some(at);
        let first = batch.first;
        self.push(Rows::Messages(batch), first, at, connection);
        self.forget_lost_rows();
        self.last_message = MessageId((first.0 + count).saturating_sub(1));
    }

    fn push_entry(&mut self, entry: Entry, seq: Seq, at: Timestamp, connection: ConnectionId) {
        self.note(&entry, connection, at);
        self.pass_new(&entry, at, connection);
        self.index.entry(seq, self.last_message.plus(1));
        self.push(Rows::One(entry), self.last_message.plus(1), at, connection);
    }

    /// Lets a fold that has grown stand for its rows, wherever they are listed.
    fn fold(&mut self, grown: Option<Fold>) {
        let Some(fold) = grown else { return };
        let shown = fold.shown();
        let behind = self.problems.partition_point(|row| row.0 < fold.start());
        self.problems.truncate(behind);
        self.problems.push(shown);
        if let Some(filter_view) = &mut self.filter_view {
            filter_view.fold(fold.start(), shown.0);
        }
        for row in [&mut self.selected, &mut self.top] {
            *row = RowId(self.folds.shown(row.0));
        }
        if self.mode == Mode::Following {
            self.select_newest();
        }
    }

    /// What is remembered of a row that is not a message, beside the row.
    fn note(&mut self, entry: &Entry, connection: ConnectionId, at: Timestamp) {
        self.landmarks.note(RowId(self.index.len()), entry, at);
        self.traffic += u64::from(matches!(entry, Entry::Control(_) | Entry::Sent(_)));
        self.loss = matches!(entry, Entry::Lost(..)).then_some((connection, 0));
        let is_problem = match entry {
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
        if is_problem && self.problems.len() < PROBLEMS {
            self.problems.push(RowId(self.index.len()));
        }
    }

    fn push(&mut self, rows: Rows, next_message: MessageId, at: Timestamp, connection: ConnectionId) {
        let first = self.newest.end();
        let block = Block { first, at, before: self.last, connection, next_message, rows };
        self.landmarks.came(first, at, self.last);
        self.last = Some(at);
        let holds = self.mode != Mode::Following && self.held.is_none();
        if holds && self.newest.is_full_for(&block) {
            self.held = Some(std::mem::replace(&mut self.newest, Window::starting_at(first)));
            // What is held keeps its own last row.
            self.folds.end_run();
        }
        let grown = match &block.rows {
            Rows::One(entry) => self.folds.take(entry, first.0, at, connection),
            Rows::Messages(_) => {
                self.folds.end_run();
                None
            }
        };
        let count = block.len();
        if self.newest.push(block) {
            self.lost_rows = true;
            self.forget_verdicts();
        }
        self.fold_arrived(first, count);
        if self.mode == Mode::Following {
            self.select_newest();
        }
        self.fold(grown);
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

    fn redeliver(&mut self, update: DeliveryUpdate) -> Option<Entry> {
        let known = self.verdicts.insert(update.id, update.delivery);
        self.pages.tell(update.id, update.delivery);
        self.judge_again(update.id);
        let attempt = update.delivery.attempt;
        self.forget_verdicts();
        let again = attempt > known.map_or(1, |delivery| delivery.attempt);
        again.then_some(Entry::Redelivered { id: update.id, attempt })
    }
}
