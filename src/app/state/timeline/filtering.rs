//! Filtering the rows: those in memory at once, those in the capture by a look through it.

use std::collections::BTreeSet;

use crate::{
    filter::Filter,
    payload::document::outline,
    session::{ConnectionId, Seq, Timestamp},
};

use super::{FilterView, Kept, Timeline};
use crate::app::state::{
    filter_view::{Places, Scan, Stopped},
    row::{Entry, Line, Row, RowId},
    window::Rows,
};

/// Rows that are looked at for the next match, at most.
const LOOKED_AT: usize = 100_000;

/// Rows whose payloads are read for their paths, at most.
const READ: usize = 200;
/// The longest payload that is read for its paths, in bytes.
const LONGEST: usize = 64 << 10;
/// About so many paths are remembered.
const PATHS: usize = 500;

impl Timeline {
    /// The filter in force.
    pub const fn filter_view(&self) -> Option<&FilterView> {
        self.filter_view.as_ref()
    }

    /// Shows only what this filter lets through; an empty one lets everything through. The view
    /// goes to the newest if it follows, else it stays near the selected row.
    pub fn filter(&mut self, filter: Filter, text: &str) {
        self.generation += 1;
        // While a filter is written, each of its characters makes one: all stay near the same row.
        let anchor = self.filter_view.take().and_then(|before| before.anchor).unwrap_or(self.selected);
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
                filter_view.anchor = (!self.is_following()).then_some(anchor);
                let near = filter_view.anchor.and_then(|anchor| self.index.at(anchor));
                let start = near.map_or(to, |place| place.seq).clamp(first, to);
                filter_view.scanning = Some(Scan::of(Places { from: first, to, start }));
            }
        }
        let mut before = self.newest.received_before(from);
        for id in (from.0.max(self.base)..self.newest.end().0).map(RowId) {
            if self.folds.shown(id.0) != id.0 {
                continue;
            }
            let Some((block, nth)) = self.newest.find(id) else { continue };
            if let Some(is_message) =
                lets_through(&filter_view.filter, &self.describe(block, id, nth), before)
            {
                filter_view.pass(id.0, is_message);
            }
            if let Rows::Messages(_) = block.rows {
                before = Some(block.at);
            }
        }
        self.filter_view = Some(filter_view);
        if self.is_following() {
            self.select_newest();
        }
    }

    /// Selects the next row that a filter lets through, or the one before, among those at hand; false when there is none.
    pub fn select_match(&mut self, sought: &Filter, forward: bool, height: u16) -> bool {
        let here = self.place(self.selected);
        let matches = |place: &u64| {
            let row = self.row(self.at_place(*place));
            row.is_some_and(|row| lets_through(sought, &row, None) == Some(true))
        };
        let found = if forward {
            (here + 1..self.len()).take(LOOKED_AT).find(matches)
        } else {
            (0..here).rev().take(LOOKED_AT).find(matches)
        };
        let Some(place) = found else { return false };
        self.select_place(place, height);
        true
    }

    /// The paths of JSON in the newest payloads in memory, and in those around the selected row.
    pub fn paths(&self) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        let rows = (self.newest.first().0..self.newest.end().0).rev().take(READ);
        // Of an old capture what was looked at is at hand.
        let around = self.selected.0.saturating_sub(READ as u64 / 2)..self.selected.0 + READ as u64 / 2;
        let rows = rows.chain(around).map(RowId);
        let payloads = rows.filter_map(|row| self.row(row)?.payload());
        for (_, payload) in payloads.filter(|(_, payload)| payload.len() <= LONGEST) {
            paths.extend(outline(payload, PATHS).into_iter().flatten().map(|(path, _)| path));
            if paths.len() >= PATHS {
                break;
            }
        }
        paths
    }

    /// Whether a new row passes the filter in force, and whether it is a message.
    pub(super) fn passes(&self, entry: &Entry, at: Timestamp, connection: ConnectionId) -> Option<bool> {
        let line = match entry {
            Entry::Redelivered { id, attempt } => Line::Redelivered {
                id: *id,
                delivery: self.of_attempt(*id, *attempt),
                message: self.message(*id),
            },
            entry => Line::Entry(entry),
        };
        let row = Row { id: RowId(self.index.len()), at, delta: None, connection, line };
        lets_through(&self.filter_view.as_ref()?.filter, &row, None)
    }

    /// A look through the capture has ended: what was not committed by then is scanned later.
    pub fn scan_over(&mut self, generation: u64, upto: Seq) {
        let live = !self.is_old && self.kept == Kept::All;
        if let Some(filter_view) = self.filter_view.as_mut().filter(|view| view.generation == generation) {
            filter_view.stopped = Stopped::Waiting;
            filter_view.scanning =
                filter_view.scanning.filter(|_| live).and_then(|scan| scan.stopped_at(upto));
        }
    }

    /// Where a look through the capture that has stopped goes on, once time has passed.
    pub fn scan_on(&mut self) -> Option<(u64, Filter, Places)> {
        let filter_view = self.filter_view.as_mut().filter(|view| view.stopped == Stopped::Ready)?;
        let scan = filter_view.scanning?;
        filter_view.stopped = Stopped::No;
        Some((filter_view.generation, filter_view.filter.clone(), scan.places))
    }

    /// Takes in what a look through the capture has found in these places; results of an earlier filter are void.
    pub fn filtered(&mut self, generation: u64, places: (Seq, Seq), matches: &[(Seq, u64)]) {
        let view = self.filter_view.as_mut().filter(|view| view.generation == generation);
        let Some(filter_view) = view else { return };
        let (index, folds, base) = (&self.index, &self.folds, self.base);
        let rows = matches.iter().flat_map(|(seq, count)| index.rows_at(*seq, *count));
        let reached = rows.filter_map(|(row, len, are_messages)| {
            let first = row.max(base);
            let len = (row + len).saturating_sub(first);
            (len > 0).then_some((first, len, are_messages))
        });
        // No message is folded away.
        let shown = reached.flat_map(|(row, len, are_messages)| {
            let each = if are_messages { (row..row + 1, len) } else { (row..row + len, 1) };
            let is_shown = move |row: &u64| are_messages || folds.shown(*row) == *row;
            each.0.filter(is_shown).map(move |row| (row, each.1, are_messages))
        });
        filter_view.pass_old(shown);
        // A capture that is not written any more holds no more than was found in it.
        filter_view.scanning = filter_view.scanning.and_then(|scan| scan.after(places));
        if let Some(anchor) = filter_view.anchor {
            let nearest = filter_view.place(anchor.0).min(filter_view.len().saturating_sub(1));
            self.selected = filter_view.at(nearest).map_or(anchor, RowId);
        }
        if self.is_following() {
            self.select_newest();
        }
    }
}

/// Whether a row passes, and whether it is a message. Connections, losses and findings stay as landmarks between the
/// messages that match. `before` is when the message before it was received.
fn lets_through(filter: &Filter, row: &Row<'_>, before: Option<Timestamp>) -> Option<bool> {
    if matches!(&row.line, Line::Entry(entry) if !entry.is_frame()) {
        return Some(false);
    }
    row.matches(filter, before)?.then_some(true)
}
