//! The rows that a filter lets through: found in memory at once, in the capture by a scan.

mod rows;

use std::{collections::BTreeSet, fmt, ops::Range};

use rows::Rows;
pub(super) use rows::Runs;

use crate::{
    filter::{Filter, Needs},
    payload::thousands,
    session::{MessageId, Seq, Timestamp},
};

use super::row::{Line, Row, RowId};

/// A filter in force, and what it has found.
#[derive(Clone, Debug)]
pub struct FilterView {
    pub filter: Filter,
    /// How it is called: `/words`, `@name /words`.
    pub text: String,
    /// Tells the results of one filter from those of another.
    pub generation: u64,
    /// What it asks for.
    pub(super) needs: Needs,
    /// Messages whose answer has changed while the capture was looked through: they are judged anew behind that.
    pub(super) later: BTreeSet<MessageId>,
    /// Whether the answer of a message has changed that is not at hand.
    pub(super) is_stale: bool,
    /// Whether it was told that jq took too long on a message.
    pub(super) told_overrun: bool,
    /// Whether connections, losses and findings pass too.
    pub landmarked: Landmarked,
    /// The first row that was looked at in memory.
    pub(super) memory: RowId,
    rows: Rows,
    /// Those of them that the filter was not asked about: connections, losses and findings.
    landmarks: Rows,
    /// What of the capture is still to be looked at; `None` when nothing is.
    pub scanning: Option<Scan>,
    /// Whether there was no room for all that was found.
    pub full: bool,
    /// The row to stay near until somebody moves: what is nearest to it may be found late.
    pub(super) anchor: Option<RowId>,
    /// Whether the scan has stopped where nothing more was committed, and since then time has passed.
    pub(super) stopped: Stopped,
}

/// Whether an unfinished scan continues by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// It runs.
    No,
    /// It waits for more to be committed.
    Waiting,
    /// It may go on.
    Ready,
}

/// Whether connections, losses and findings stay as landmarks between the messages that match: among those that are
/// shown they do, among those that are coloured they do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmarked {
    Yes,
    No,
}

/// A look through the capture, and what for.
#[derive(Clone, Debug)]
pub struct ScanRequest {
    pub generation: u64,
    pub landmarked: Landmarked,
    pub filter: Filter,
    pub places: Places,
}

/// Where one stands among matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchPlace {
    /// Counted from 1.
    pub nth: u64,
    /// How many are known.
    pub all: u64,
    /// Whether there may be more.
    pub is_bounded: bool,
}

/// `3 of 12`, `3 of 1,000+`.
impl fmt::Display for MatchPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.is_bounded { "+" } else { "" };
        write!(f, "{} of {}{more}", thousands(self.nth), thousands(self.all))
    }
}

/// The places that a scan looks at, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    pub from: Seq,
    pub to: Seq,
    /// Where it begins; from here it goes to both sides.
    pub start: Seq,
}

/// How far a look through the capture has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Those that are still to be looked at when it goes on after a stop.
    pub places: Places,
    /// How many places are done.
    done: u64,
    /// How many there are.
    whole: u64,
}

impl Scan {
    pub(super) const fn of(places: Places) -> Self {
        Self { places, done: 0, whole: (places.to.0 + 1).saturating_sub(places.from.0) }
    }

    /// How much of it is done, in per cent.
    pub const fn percent(&self) -> u64 {
        100 * self.done / if self.whole == 0 { 1 } else { self.whole }
    }

    /// More places are done; `None` when it is over.
    pub(super) fn after(self, (from, upto): (Seq, Seq)) -> Option<Self> {
        let done = self.done.saturating_add((upto.0 + 1).saturating_sub(from.0));
        (done < self.whole).then_some(Self { done, ..self })
    }

    /// All places up to this one are done; `None` when it is over.
    pub(super) fn stopped_at(self, upto: Seq) -> Option<Self> {
        let Places { from, to, .. } = self.places;
        let from = from.max(upto.plus(1));
        let left = (to.0 + 1).saturating_sub(from.0);
        let places = Places { from, to, start: to };
        (left > 0).then(|| Self { places, done: self.whole.saturating_sub(left), ..self })
    }
}

impl FilterView {
    pub(super) fn new(filter: Filter, text: String, generation: u64, landmarked: Landmarked) -> Self {
        Self {
            needs: filter.needs(),
            later: BTreeSet::new(),
            is_stale: false,
            told_overrun: false,
            filter,
            text,
            generation,
            landmarked,
            memory: RowId(0),
            rows: Rows::default(),
            landmarks: Rows::default(),
            scanning: None,
            full: false,
            anchor: None,
            stopped: Stopped::No,
        }
    }

    /// Whether a row passes, and whether it is a message. `before` is when the message before it was received.
    pub(super) fn lets_through(&self, row: &Row<'_>, before: Option<Timestamp>) -> Option<bool> {
        if matches!(&row.line, Line::Entry(entry) if !entry.is_frame()) {
            return (self.landmarked == Landmarked::Yes).then_some(false);
        }
        row.matches(&self.filter, before)?.then_some(true)
    }

    /// A row is judged anew, after its answer has changed.
    pub(super) fn judge(&mut self, row: u64, passes: bool) {
        self.full |= !self.rows.set(row, passes);
    }

    /// What is to be looked through for it.
    pub fn request(&self) -> Option<ScanRequest> {
        let Self { generation, landmarked, filter, .. } = self;
        let places = self.scanning?.places;
        Some(ScanRequest { generation: *generation, landmarked: *landmarked, filter: filter.clone(), places })
    }

    /// Rows pass, beginning with this one: as matches, or as landmarks.
    pub(super) fn pass(&mut self, row: u64, len: u64, are_matches: bool) {
        self.full |= !self.rows.add(row, len) || !are_matches && !self.landmarks.add(row, len);
    }

    /// Rows pass as matches.
    pub(super) fn pass_all(&mut self, rows: &Runs) {
        self.full |= !self.rows.add_all(rows);
    }

    /// The rows from `start` on are the last there are, and one stands for them all.
    pub(super) fn fold(&mut self, start: u64, shown: u64) {
        self.rows.cut(start);
        self.landmarks.cut(start);
        self.pass(shown, 1, false);
    }

    /// These rows are not kept any more.
    pub(super) fn forget(&mut self, rows: Range<u64>) {
        self.rows.forget(rows.clone());
        self.landmarks.forget(rows);
    }

    /// How many rows it lets through.
    pub fn found(&self) -> u64 {
        self.rows.len()
    }

    /// How many of them match.
    pub fn matches(&self) -> u64 {
        self.rows.len() - self.landmarks.len()
    }

    /// The row at a place among those it lets through.
    pub(super) fn at(&self, place: u64) -> Option<u64> {
        self.rows.at(place)
    }

    /// The place of a row, or where it would stand.
    pub(super) fn place(&self, row: u64) -> u64 {
        self.rows.before(row)
    }

    /// Whether a row matches and is let through.
    fn is_match(&self, row: u64) -> bool {
        self.rows.contains(row) && !self.landmarks.contains(row)
    }

    /// The match behind a row, or the one before it.
    pub(super) fn next_match(&self, row: u64, forward: bool) -> Option<u64> {
        let mut place = self.place(row);
        if forward && self.rows.contains(row) {
            place += 1;
        }
        loop {
            if !forward {
                place = place.checked_sub(1)?;
            }
            let found = self.at(place)?;
            if self.is_match(found) {
                return Some(found);
            }
            place += u64::from(forward);
        }
    }

    /// The place of a row among the matches; `None` if it is none.
    pub(super) fn match_place(&self, row: u64) -> Option<MatchPlace> {
        self.is_match(row).then(|| MatchPlace {
            nth: self.place(row) + 1 - self.landmarks.before(row),
            all: self.matches(),
            is_bounded: self.full || self.scanning.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Filter, FilterView, Landmarked, Places, Runs, Scan, Seq};

    proptest! {
        #[test]
        fn places_and_rows_belong_together_in_whatever_order_they_are_found(
            gaps in prop::collection::vec(1_u64..4, 0..80),
            split in 0_usize..80,
            size in 1_usize..9,
            order in prop::collection::vec(any::<u32>(), 80),
        ) {
            let mut filter_view = FilterView::new(Filter::default(), String::new(), 1, Landmarked::Yes);
            let rows: Vec<u64> = gaps.iter().scan(0, |row, gap| { *row += gap; Some(*row) }).collect();
            let (old, new) = rows.split_at(split.min(rows.len()));
            for row in new {
                filter_view.pass(*row, 1, true);
            }
            let mut pieces: Vec<_> = order.iter().zip(old.chunks(size)).collect();
            pieces.sort();
            for (_, piece) in pieces {
                let mut runs = Runs::default();
                for row in piece {
                    runs.add(*row..*row + 1);
                }
                filter_view.pass_all(&runs);
            }
            prop_assert_eq!(filter_view.found(), rows.len() as u64);
            prop_assert_eq!(filter_view.matches(), rows.len() as u64);
            for (place, row) in (0..).zip(&rows) {
                prop_assert_eq!(filter_view.at(place), Some(*row));
                prop_assert_eq!(filter_view.place(*row), place);
            }
            prop_assert_eq!(filter_view.at(rows.len() as u64), None);
            for row in 0..rows.last().map_or(0, |last| last + 2) {
                let before = rows.iter().filter(|other| **other < row).count() as u64;
                prop_assert_eq!(filter_view.place(row), before, "{}", row);
            }
            if let Some(start) = rows.get(rows.len() / 2) {
                filter_view.fold(*start, *start + 1);
                prop_assert_eq!(filter_view.found(), rows.len() as u64 / 2 + 1);
                prop_assert_eq!(filter_view.at(rows.len() as u64 / 2), Some(*start + 1));
            }
        }
    }

    proptest! {
        #[test]
        fn rows_that_are_judged_anew_stand_where_they_would_have_stood(
            found in prop::collection::btree_set(0_u64..60, 0..40),
            size in 1_usize..9,
            memory in 0_u64..60,
            judged in prop::collection::vec((0_u64..60, any::<bool>()), 0..80),
        ) {
            let mut view = FilterView::new(Filter::default(), String::new(), 1, Landmarked::Yes);
            view.memory = super::RowId(memory);
            let old: Vec<_> = found.range(..memory).copied().collect();
            old.chunks(size).rev().flatten().for_each(|row| view.pass(*row, 1, true));
            found.range(memory..).for_each(|row| view.pass(*row, 1, true));
            let mut expected = found;
            for (row, passes) in judged {
                view.judge(row, passes);
                if passes { expected.insert(row); } else { expected.remove(&row); }
                let rows: Vec<_> = (0..view.found()).filter_map(|place| view.at(place)).collect();
                prop_assert_eq!(&rows, &expected.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(view.matches(), expected.len() as u64);
                for (place, row) in (0..).zip(&rows) {
                    prop_assert_eq!(view.place(*row), place);
                }
            }
        }
    }

    #[test]
    fn progress_is_told_in_per_cent_and_goes_on_where_it_stopped() {
        let scan = Scan::of(Places { from: Seq(1), to: Seq(100), start: Seq(50) });
        let scan = scan.after((Seq(8), Seq(50))).expect("it is not over");
        assert_eq!(scan.percent(), 43);
        assert_eq!(scan.after((Seq(51), Seq(100))).and_then(|scan| scan.after((Seq(1), Seq(7)))), None);
        let scan = scan.stopped_at(Seq(90)).expect("it is not over");
        assert_eq!(scan.percent(), 90);
        assert_eq!(scan.places, Places { from: Seq(91), to: Seq(100), start: Seq(100) });
        assert_eq!(scan.stopped_at(Seq(100)), None);
    }
}
