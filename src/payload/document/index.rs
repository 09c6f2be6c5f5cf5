//! Places in a text by the rows that begin there, so that any row is reached from one nearby.

use super::walk::{Layout, PartKind, Place, Row, Walk};

/// How many places are kept at most; beyond that every second one goes.
const PLACES: usize = 4096;
/// Rows between two places at first.
const STRIDE: u64 = 64;

/// What is known of the rows of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    places: Vec<Place>,
    /// Rows between two places.
    stride: u64,
    /// How many rows have been made.
    pub rows: u64,
    /// How far that has come, in bytes.
    pub upto: usize,
    pub is_whole: bool,
    /// Where the text stopped being JSON.
    pub fault: Option<usize>,
    walk: Walk,
}

impl Index {
    pub fn starting(walk: Walk) -> Self {
        let places = vec![walk.place()];
        Self { places, stride: STRIDE, rows: 0, upto: 0, is_whole: false, fault: None, walk }
    }

    /// Makes rows for about so many bytes more.
    pub fn lay_out(&mut self, text: &[u8], layout: &mut Layout, bytes: usize) {
        let end = self.upto.saturating_add(bytes);
        let mut row = Row::default();
        while !self.is_whole && self.upto < end {
            if !self.walk.row(text, layout, &mut row) {
                self.is_whole = true;
                self.upto = text.len();
                return;
            }
            for part in &row.parts {
                if let PartKind::Folded(folded) = part.kind {
                    layout.folds.remember(part.range.start, folded);
                }
            }
            self.fault = self.fault.or(self.walk.fault);
            self.rows += 1;
            self.upto = self.walk.at();
            if self.rows.is_multiple_of(self.stride) {
                self.places.push(self.walk.place());
                self.thin();
            }
        }
    }

    fn thin(&mut self) {
        if self.places.len() > PLACES {
            let mut nth = 0_usize;
            self.places.retain(|_| {
                nth += 1;
                nth % 2 == 1
            });
            self.stride *= 2;
        }
    }

    /// A walk that stands before a row, which must be one of those that were made.
    pub fn before(&self, row: u64, text: &[u8], layout: &Layout) -> Walk {
        let nth = usize::try_from(row / self.stride).unwrap_or(usize::MAX).min(self.places.len() - 1);
        let mut walk = Walk::resume(&self.places[nth]);
        let mut passed = Row::default();
        for _ in nth as u64 * self.stride..row {
            walk.row(text, layout, &mut passed);
        }
        walk
    }

    /// The row in which a byte of the text is, among those that were made.
    pub fn row_at(&self, at: usize, text: &[u8], layout: &Layout) -> u64 {
        let nth = self.places.partition_point(|place| place.at() <= at).saturating_sub(1);
        let mut walk = Walk::resume(&self.places[nth]);
        let mut passed = Row::default();
        let first = nth as u64 * self.stride;
        for row in first..self.rows {
            if !walk.row(text, layout, &mut passed) || walk.at() > at {
                return row;
            }
        }
        self.rows.saturating_sub(1)
    }

    /// Forgets all rows from that on in which a byte is, since something changes there.
    pub fn cut(&mut self, at: usize) {
        let nth = self.places.partition_point(|place| place.at() <= at).max(1);
        self.places.truncate(nth);
        self.rows = (nth as u64 - 1) * self.stride;
        self.walk = Walk::resume(&self.places[nth - 1]);
        self.upto = self.walk.at();
        self.is_whole = false;
        self.fault = self.fault.filter(|fault| *fault < self.upto);
    }
}
