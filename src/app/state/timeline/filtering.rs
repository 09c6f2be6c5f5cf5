//! Filtering the rows: those in memory at once, those in the capture by a look through it.

use crate::{filter::Filter, session::Seq};

use super::{FilterView, Kept, Timeline};
use crate::app::state::{
    filter_view::{Scan, Stopped},
    row::{Entry, RowId},
    window::{self, Rows},
};

impl Timeline {
    /// The filter in force.
    pub const fn filter_view(&self) -> Option<&FilterView> {
        self.filter_view.as_ref()
    }

    /// Shows only what this filter lets through; an empty one lets everything through. The view
    /// goes to the newest if it follows, else it stays near the selected row.
    pub fn filter(&mut self, filter: Filter, text: &str) {
        self.generation += 1;
        self.filter_view = None;
        if filter.is_empty() {
            if self.is_following() {
                self.select_newest();
            }
            return;
        }
        let mut filter_view = FilterView::new(filter, text.to_owned(), self.generation);
        // What has let its payloads go, and what is not in memory, is looked at in the capture.
        let memory = self.newest.first_whole();
        let from = if self.is_captured() { memory } else { self.newest.first() };
        if self.is_captured()
            && let Some(first) = self.index.at(RowId(self.base)).map(|place| place.seq)
        {
            let to = self.index.at(memory).map_or(self.last_seq, |place| Seq(place.seq.0.saturating_sub(1)));
            if to >= first {
                filter_view.scanning = Some(Scan { from: first, upto: Seq(first.0.saturating_sub(1)), to });
            }
        }
        for id in (from.0.max(self.base)..self.newest.end().0).map(RowId) {
            if self.folds.shown(id.0) != id.0 {
                continue;
            }
            if let Some(is_message) = self.lets_through(&filter_view.filter, id) {
                filter_view.pass(id.0, is_message);
            }
        }
        self.filter_view = Some(filter_view);
        if self.is_following() {
            self.select_newest();
        }
    }

    /// Whether a row in memory passes, and whether it is a message.
    fn lets_through(&self, filter: &Filter, id: RowId) -> Option<bool> {
        let (block, nth) = self.newest.find(id)?;
        match &block.rows {
            Rows::Messages(batch) => {
                let message = window::message(batch, nth)?;
                message.payload.is_some_and(|payload| filter.matches(payload)).then_some(true)
            }
            Rows::One(entry) => self.entry_passes(filter, entry),
        }
    }

    /// Whether a new row passes the filter in force, and whether it is a message.
    pub(super) fn passes(&self, entry: &Entry) -> Option<bool> {
        self.entry_passes(&self.filter_view.as_ref()?.filter, entry)
    }

    /// Connections, closes and findings stay as landmarks between the messages that match.
    fn entry_passes(&self, filter: &Filter, entry: &Entry) -> Option<bool> {
        match entry {
            Entry::Control(_) => None,
            Entry::Sent(sent) => {
                sent.payload.as_ref().is_some_and(|payload| filter.matches(payload)).then_some(true)
            }
            Entry::Redelivered { id, .. } => {
                let payload = self.message(*id).and_then(|message| message.payload);
                payload.is_some_and(|payload| filter.matches(payload)).then_some(true)
            }
            _ => Some(false),
        }
    }

    /// A look through the capture has ended: what was not committed by then is scanned later.
    pub fn scan_over(&mut self, generation: u64) {
        let live = !self.is_old && self.kept == Kept::All;
        if let Some(filter_view) = self.filter_view.as_mut().filter(|view| view.generation == generation) {
            filter_view.stopped = Stopped::Waiting;
            if !live {
                filter_view.scanning = None;
            }
        }
    }

    /// Where a look through the capture that has stopped goes on, once time has passed.
    pub fn scan_on(&mut self) -> Option<(u64, Filter, Seq, Seq)> {
        let filter_view = self.filter_view.as_mut().filter(|view| view.stopped == Stopped::Ready)?;
        let scan = filter_view.scanning?;
        filter_view.stopped = Stopped::No;
        Some((filter_view.generation, filter_view.filter.clone(), scan.upto.plus(1), scan.to))
    }

    /// Takes in what a look through the capture has found up to a place; results of an earlier filter are void.
    pub fn filtered(&mut self, generation: u64, upto: Seq, matches: &[Seq]) {
        let view = self.filter_view.as_mut().filter(|view| view.generation == generation);
        let Some(filter_view) = view else { return };
        for seq in matches {
            if let Some(row) =
                self.index.row_at(*seq).filter(|row| row.0 >= self.base && self.folds.shown(row.0) == row.0)
            {
                let is_message = self.index.at(row).is_some_and(|place| place.message.is_some());
                filter_view.pass_old(row.0, is_message);
            }
        }
        // A capture that is not written any more holds no more than was found in it.
        filter_view.scanning =
            filter_view.scanning.filter(|scan| upto < scan.to).map(|scan| Scan { upto, ..scan });
        if self.is_following() {
            self.select_newest();
        }
    }
}
