//! Two feeds side by side as a person reads them: how each side stands, and the newest messages with what became of them.

use std::{collections::VecDeque, time::Duration};

use crate::session::Timestamp;

use super::{Percentiles, Side};

/// The most rows that are kept, and as many of those that are odd.
const KEPT: usize = 1_000;

/// A message of both sides, or of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    /// Its place among all that were compared.
    pub nth: u64,
    /// When it came first.
    pub at: Timestamp,
    /// What it was recognised by, printable.
    pub key: String,
    pub what: ComparedWhat,
    /// Which side was first, and by how much; `None` if they came together, or one has not come.
    pub lead: Option<(Side, Duration)>,
    /// How the message of either side begins, printable.
    pub texts: [Option<String>; 2],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComparedWhat {
    Same,
    /// The places that differ.
    Differs(Vec<ComparedChange>),
    /// It has not come on this side.
    Missing(Side),
}

/// A place that differs, with the value of either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedChange {
    pub place: String,
    pub a: Option<String>,
    pub b: Option<String>,
}

/// Which rows are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    #[default]
    All,
    /// Those that differ or are missing.
    Odd,
}

/// The newest rows.
#[derive(Clone, Debug, Default)]
pub struct ComparedRows {
    next: u64,
    all: VecDeque<ComparedRow>,
    odd: VecDeque<ComparedRow>,
}

impl ComparedRows {
    /// Takes a row in; its place is given to it here.
    pub fn push(&mut self, row: ComparedRow) {
        let row = ComparedRow { nth: self.next, ..row };
        self.next += 1;
        if row.what != ComparedWhat::Same {
            keep(&mut self.odd, row.clone());
        }
        keep(&mut self.all, row);
    }

    /// The newest ones, the oldest first.
    #[must_use]
    pub const fn kept(&self, listed: Listed) -> &VecDeque<ComparedRow> {
        match listed {
            Listed::All => &self.all,
            Listed::Odd => &self.odd,
        }
    }
}

fn keep(rows: &mut VecDeque<ComparedRow>, row: ComparedRow) {
    if rows.len() >= KEPT {
        rows.pop_front();
    }
    rows.push_back(row);
}

/// How one side stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideNow {
    /// Its address, masked.
    pub name: String,
    pub is_open: bool,
    pub messages: u64,
    /// Pairs of which it had the first, and how much earlier.
    pub first: u64,
    pub lead: Percentiles,
    /// Messages of the other side that did not come on this one.
    pub missing: u64,
    pub connections: u64,
    pub lost: u64,
    /// What ended the last connection, or kept it from opening.
    pub last_loss: Option<String>,
}

/// How both stand.
#[derive(Clone, Debug)]
pub struct ComparedNow<'a> {
    /// By what messages are aligned; `None` while the first ones are looked at.
    pub key: Option<String>,
    pub sides: [SideNow; 2],
    pub pairs: u64,
    pub together: u64,
    /// Pairs that differ.
    pub differing: u64,
    pub watched: Duration,
    pub rows: &'a ComparedRows,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_rows_stay_when_others_have_pushed_them_out() {
        let row = |what| ComparedRow {
            nth: 0,
            at: Timestamp(0),
            key: String::new(),
            what,
            lead: None,
            texts: [None, None],
        };
        let mut rows = ComparedRows::default();
        rows.push(row(ComparedWhat::Missing(Side::B)));
        (0..2 * KEPT).for_each(|_| rows.push(row(ComparedWhat::Same)));
        assert_eq!((rows.kept(Listed::All).len(), rows.kept(Listed::Odd).len()), (KEPT, 1));
        assert_eq!(rows.kept(Listed::All).back().map(|row| row.nth), Some(2 * KEPT as u64));
    }
}
