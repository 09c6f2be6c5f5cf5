//! Filtering the rows: those in memory at once, those in the capture by a look through it.

use std::collections::BTreeSet;

use crate::{
    filter::{Filter, Overrun},
    payload::document::outline,
    session::{ConnectionId, Seq, Timestamp},
};

use super::{FilterView, Kept, Timeline};
use crate::app::state::{
    filter_view::{Landmarked, MatchPlace, Places, Runs, Scan, ScanRequest, Stopped},
    row::{Entry, Line, Row, RowId},
    window::Rows,
};

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

    /// What is coloured, and where.
    pub const fn highlight_view(&self) -> Option<&FilterView> {
        self.highlight_view.as_ref()
    }

    pub(super) fn views_mut(&mut self) -> impl Iterator<Item = &mut FilterView> {
        self.filter_view.iter_mut().chain(&mut self.highlight_view)
    }

    /// Shows only what this filter lets through; an empty one lets everything through. The view
    /// goes to the newest if it follows, else it stays near the selected row.
    pub fn filter(&mut self, filter: Filter, text: &str) {
        // While a filter is written, each of its characters makes one: all stay near the same row.
        let anchor = self.filter_view.take().and_then(|before| before.anchor).unwrap_or(self.selected);
        let anchor = (!self.is_following()).then_some(anchor);
        self.filter_view = self.search(filter, text, anchor, Landmarked::Yes);
        if let Some(filter_view) = &mut self.filter_view {
            filter_view.anchor = anchor.filter(|_| filter_view.scanning.is_some());
        }
        if self.is_following() {
            self.select_newest();
        }
    }

    /// Finds what is to be coloured, among the rows that are shown.
    pub fn highlight(&mut self, filter: Filter, text: &str) {
        self.highlight_view = self.search(filter, text, Some(self.selected), Landmarked::No);
    }

    /// Looks through memory, and says where to look through the capture, beginning near a row.
    fn search(
        &mut self,
        filter: Filter,
        text: &str,
        near: Option<RowId>,
        landmarked: Landmarked,
    ) -> Option<FilterView> {
        self.generation += 1;
        if filter.is_empty() {
            return None;
        }
        let filter = filter.counting_apart();
        let mut view = FilterView::new(filter, text.to_owned(), self.generation, landmarked);
        // What has let its payloads go, and what is not in memory, is looked at in the capture.
        let memory = self.newest.first_whole();
        let from = if self.is_captured() { memory } else { self.newest.first() };
        view.memory = from;
        if self.is_captured()
            && let Some(first) = self.index.at(RowId(self.base)).map(|place| place.seq)
        {
            let to = self.index.at(memory).map_or(self.last_seq, |place| Seq(place.seq.0.saturating_sub(1)));
            if to >= first {
                let near = near.and_then(|near| self.index.at(near));
                let start = near.map_or(to, |place| place.seq).clamp(first, to);
                view.scanning = Some(Scan::of(Places { from: first, to, start }));
            }
        }
        let mut before = self.newest.received_before(from);
        for id in (from.0.max(self.base)..self.newest.end().0).map(RowId) {
            if self.folds.shown(id.0) != id.0 {
                continue;
            }
            let Some((block, nth)) = self.newest.find(id) else { continue };
            if let Some(is_message) = view.lets_through(&self.describe(block, id, nth), before) {
                view.pass(id.0, 1, is_message);
            }
            if let Rows::Messages(_) = block.rows {
                before = Some(block.at);
            }
        }
        Some(view)
    }

    /// Calls the filter in force otherwise.
    pub fn call_filter(&mut self, text: &str) {
        self.filter_view.iter_mut().for_each(|view| text.clone_into(&mut view.text));
    }

    /// What matches are those of: what is coloured, or else the filter.
    pub fn sought_view(&self) -> Option<&FilterView> {
        self.highlight_view.as_ref().or(self.filter_view.as_ref())
    }

    /// Selects the next match, or the one before; false when none is known.
    pub fn select_match(&mut self, forward: bool, height: u16) -> bool {
        let next = self.sought_view().and_then(|view| view.next_match(self.selected.0, forward));
        let Some(row) = next.filter(|row| *row >= self.first()) else { return false };
        self.select_place(self.place(RowId(row)), height);
        true
    }

    /// The place of the selected row among the matches; `None` if it is none.
    pub fn match_place(&self) -> Option<MatchPlace> {
        self.sought_view()?.match_place(self.selected.0)
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

    /// Lets a new row through where it passes.
    pub(super) fn pass_new(&mut self, entry: &Entry, at: Timestamp, connection: ConnectionId) {
        let line = match entry {
            Entry::Redelivered { id, attempt } => Line::Redelivered {
                id: *id,
                delivery: self.of_attempt(*id, *attempt),
                message: self.message(*id),
            },
            entry => Line::Entry(entry),
        };
        let id = RowId(self.index.len());
        let row = Row { id, at, delta: None, connection, line };
        let judge = |view: &Option<FilterView>| view.as_ref()?.lets_through(&row, None);
        let passed = [judge(&self.filter_view), judge(&self.highlight_view)];
        for (view, passed) in [&mut self.filter_view, &mut self.highlight_view].into_iter().zip(passed) {
            if let (Some(view), Some(is_message)) = (view, passed) {
                view.pass(id.0, 1, is_message);
            }
        }
    }

    /// Without a capture the oldest rows go, and those between what is held and the newest.
    pub(super) fn forget_lost_rows(&mut self) {
        if !self.is_captured() {
            let (first, held, newest) = (self.first(), self.seen().end().0, self.newest.first().0);
            for view in self.views_mut() {
                view.forget(0..first);
                view.forget(held..newest.max(held));
            }
        }
    }

    /// A look through the capture has ended: what was not committed by then is scanned later.
    pub fn scan_over(&mut self, generation: u64, upto: Seq) {
        let live = !self.is_old && self.kept == Kept::All;
        if let Some(view) = self.views_mut().find(|view| view.generation == generation) {
            view.stopped = Stopped::Waiting;
            view.scanning = view.scanning.filter(|_| live).and_then(|scan| scan.stopped_at(upto));
        }
        self.judge_later();
    }

    /// Where looks through the capture that have stopped go on, once time has passed.
    pub fn scan_on(&mut self) -> Vec<ScanRequest> {
        let stopped = self.views_mut().filter(|view| view.stopped == Stopped::Ready);
        stopped
            .filter_map(|view| {
                let request = view.request()?;
                view.stopped = Stopped::No;
                Some(request)
            })
            .collect()
    }

    /// That jq took too long on a message, once for each filter.
    pub fn overrun(&mut self) -> Option<Overrun> {
        self.views_mut().filter(|view| !view.told_overrun).find_map(|view| {
            let overrun = view.filter.overrun()?;
            view.told_overrun = true;
            Some(overrun)
        })
    }

    /// Takes in what a look through the capture has found in these places; results of an earlier filter are void.
    pub fn filtered(
        &mut self,
        generation: u64,
        places: (Seq, Seq),
        matches: &[(Seq, u64)],
        landmarks: &[Seq],
    ) {
        let (index, folds, base) = (&self.index, &self.folds, self.base);
        let mut views = self.filter_view.iter_mut().chain(&mut self.highlight_view);
        let Some(filter_view) = views.find(|view| view.generation == generation) else { return };
        let mut found = Runs::default();
        for (seq, count) in matches {
            for (row, len, are_messages) in index.rows_at(*seq, *count) {
                let rows = row.max(base)..row + len;
                if are_messages {
                    // No message is folded away.
                    found.add(rows);
                } else {
                    rows.filter(|row| folds.shown(*row) == *row).for_each(|row| found.add(row..row + 1));
                }
            }
        }
        filter_view.pass_all(&found);
        for (row, len, _) in landmarks.iter().flat_map(|seq| index.rows_at(*seq, 1)) {
            let rows = row.max(base)..row + len;
            let shown = rows.filter(|row| folds.shown(*row) == *row);
            shown.for_each(|row| filter_view.pass(row, 1, false));
        }
        // A capture that is not written any more holds no more than was found in it.
        filter_view.scanning = filter_view.scanning.and_then(|scan| scan.after(places));
        if let Some(anchor) = filter_view.anchor {
            let nearest = filter_view.place(anchor.0).min(filter_view.found().saturating_sub(1));
            self.selected = filter_view.at(nearest).map_or(anchor, RowId);
        }
        self.judge_later();
        if self.is_following() {
            self.select_newest();
        }
    }
}
