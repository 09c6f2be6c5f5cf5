//! A row by its id: from the windows, or read back from the capture.

use std::time::Duration;

use bytes::Bytes;

use crate::session::{ConnectionId, Delivery, MessageId, Seq, Stored, Timestamp, Verdict};

use super::{FilterView, Fold, Kept, Timeline};
use crate::app::state::{
    filter_view::Stopped,
    pages::{Leaf, LeafKind, Ranges},
    row::{Entry, Line, Row, RowId},
    window::{self, Block, Rows},
};

impl Timeline {
    /// Says whether rows that leave memory can be read back.
    pub fn keep(&mut self, kept: Kept) {
        self.kept = kept;
    }

    /// A row by its id; `None` when it cannot be reached.
    pub fn row(&self, id: RowId) -> Option<Row<'_>> {
        if self.held.is_some() && !self.is_captured() && id == self.seen().end() {
            let at = self.last.unwrap_or(Timestamp(0));
            return Some(Row {
                id,
                at,
                delta: None,
                connection: ConnectionId(0),
                line: Line::Newer(self.newer()),
            });
        }
        match self.in_memory(id) {
            Some((block, nth)) if !(self.is_captured() && block.is_bare()) => {
                Some(self.describe(block, id, nth))
            }
            found => self.read_back(id).or_else(|| found.map(|(block, nth)| self.describe(block, id, nth))),
        }
    }

    fn in_memory(&self, id: RowId) -> Option<(&Block, u64)> {
        self.seen().find(id).or_else(|| self.newest.find(id).filter(|_| self.is_captured()))
    }

    pub(super) fn describe<'a>(&'a self, block: &'a Block, id: RowId, nth: u64) -> Row<'a> {
        let delta =
            if nth == 0 { block.before.map(|before| block.at.since(before)) } else { Some(Duration::ZERO) };
        let line = match &block.rows {
            Rows::Messages(batch) => {
                let message = window::message(batch, nth).expect("a block's rows are its batch's messages");
                Line::Message { message, delivery: self.delivery(message.id, batch.verdict) }
            }
            Rows::One(Entry::Redelivered { id, attempt }) => {
                let message = self.message(*id).or_else(|| match &self.leaf_of(*id)?.kind {
                    LeafKind::Message(message) => Some(self.pages.received(message)),
                    _ => None,
                });
                let delivery = self.of_attempt(*id, *attempt);
                Line::Redelivered { id: *id, delivery, message }
            }
            Rows::One(entry) => Line::Entry(entry),
        };
        Row { id, at: block.at, delta, connection: block.connection, line }
    }

    /// What became of one attempt: the latest is as it is, one before it was rejected.
    pub(super) fn of_attempt(&self, id: MessageId, attempt: u32) -> Delivery {
        let latest = self.delivery(id, Verdict::Pending);
        let over = Delivery { attempt, verdict: Verdict::Nacked };
        if latest.attempt == attempt { latest } else { over }
    }

    fn delivery(&self, id: MessageId, first: Verdict) -> Delivery {
        // A pending message is read; the output takes it by an event of its own.
        let attempt = u32::from(first != Verdict::Pending);
        self.verdicts.get(&id).copied().unwrap_or(Delivery { attempt, verdict: first })
    }

    fn leaf_of(&self, id: MessageId) -> Option<&Leaf> {
        self.pages.get(self.index.at(self.index.row_of(id)?)?.seq)
    }

    /// A row that is not in memory: as it was read, or as one that is being read.
    fn read_back(&self, id: RowId) -> Option<Row<'_>> {
        let place = self.index.at(id).filter(|_| self.is_captured() && id.0 >= self.base)?;
        let Some(leaf) = self.pages.get(place.seq) else {
            let is_gone = matches!(self.kept, Kept::Upto(last) if place.seq > last);
            let line = Line::Unread { message: place.message, is_gone };
            return Some(Row { id, at: Timestamp(0), delta: None, connection: ConnectionId(0), line });
        };
        let before = self.before(id);
        let line = match &leaf.kind {
            LeafKind::Message(message) => Line::Message {
                message: self.pages.received(message),
                delivery: self.verdicts.get(&message.id).copied().unwrap_or(message.delivery),
            },
            LeafKind::Redelivered(update, message) => {
                let latest = message.as_ref().map(|message| message.delivery);
                let delivery = match latest {
                    Some(latest) if latest.attempt == update.delivery.attempt => latest,
                    Some(_) => Delivery { verdict: Verdict::Nacked, ..update.delivery },
                    None => update.delivery,
                };
                let message = message.as_ref().map(|message| self.pages.received(message));
                Line::Redelivered { id: update.id, delivery, message }
            }
            LeafKind::Entry(entry) => Line::Entry(entry),
        };
        Some(Row {
            id,
            at: leaf.at,
            delta: before.map(|before| leaf.at.since(before)),
            connection: leaf.connection,
            line,
        })
    }

    /// The time of the row before this one, if that is at hand.
    fn before(&self, id: RowId) -> Option<Timestamp> {
        let before = RowId(id.0.checked_sub(1)?);
        match self.in_memory(before) {
            Some((block, _)) => Some(block.at),
            None => self.pages.get(self.index.at(before)?.seq).map(|leaf| leaf.at),
        }
    }

    /// The places of the stream that `height` lines and the selected row need and that are not in memory, in order.
    fn missing(&self, height: u16) -> Vec<Seq> {
        if !self.is_captured() {
            return Vec::new();
        }
        let seen = self.visible_ids(height);
        let found = self.visible_ids(height).filter_map(|id| self.folds.of(id.0)).flat_map(Fold::found);
        let absent = |id: &RowId| {
            self.in_memory(*id).is_none_or(|(block, _)| {
                let gone = matches!(&block.rows, Rows::One(Entry::Redelivered { id, .. }) if self.message(*id).is_none());
                block.is_bare() || gone
            })
        };
        let place = |id: RowId| {
            let own = self.index.at(id).filter(|_| id.0 >= self.base)?;
            match self.in_memory(id) {
                // Of a replay in memory it is the message that is missing.
                Some((Block { rows: Rows::One(Entry::Redelivered { id, .. }), .. }, _)) => {
                    self.index.at(self.index.row_of(*id)?).map(|place| place.seq)
                }
                _ => Some(own.seq),
            }
        };
        let mut missing: Vec<_> = seen
            .chain([self.selected])
            .chain(found)
            .filter(absent)
            .filter_map(place)
            .filter(|seq| !matches!(self.kept, Kept::Upto(last) if *seq > last))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// Asks again for what was not committed yet.
    pub fn ask_again(&mut self) {
        self.pages.short = false;
        for view in self.views_mut().filter(|view| view.stopped == Stopped::Waiting) {
            view.stopped = Stopped::Ready;
        }
    }

    /// What is to be read so that `height` lines can be shown.
    pub fn ask(&mut self, height: u16) -> Option<Ranges> {
        let missing = self.missing(height);
        self.pages.ask(&missing)
    }

    /// Takes in what was read.
    pub fn take(&mut self, stored: Vec<Stored>, height: u16) {
        let missing = self.missing(height);
        self.pages.take(stored, &missing);
        self.pages.short &= !self.is_old;
    }

    /// Whether something that should be seen was not committed yet when it was asked for.
    pub fn waits_for_the_capture(&self) -> bool {
        let waits = |view: &FilterView| view.scanning.is_some() && view.stopped != Stopped::No;
        let scan = self.filter_view.iter().chain(&self.highlight_view).any(waits);
        self.pages.short || scan
    }

    /// The place of the selected payload, if it is to be read whole and has not been asked for.
    pub fn ask_whole(&mut self) -> Option<Seq> {
        let message = self.selected_message().filter(|message| !message.is_whole)?;
        let place = self.index.at(self.index.row_of(message.id)?)?;
        self.pages.ask_whole(place.seq)
    }

    /// Takes in a payload that was read whole.
    pub fn take_whole(&mut self, seq: Seq, bytes: Option<Bytes>) {
        self.pages.take_whole(seq, bytes);
    }
}
