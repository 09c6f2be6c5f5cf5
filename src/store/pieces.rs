//! Which pieces of a capture are still to be scanned.
//!
//! ```text
//!   from <----- the newest first ----- start | ----- the oldest first -----> to
//! ```
//!
//! What is near `start` comes first. Several readers, each on a thread of its own, may take pieces of the same scan.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::params;

use crate::session::Seq;

use super::{
    CaptureError, Reader,
    rows::{count, sql_seq},
    tables::LAST_SEQ,
};

/// The number of places in the first piece, and the bounds of those after it.
const FIRST: u64 = 500;
const LEAST: u64 = 16;
const MOST: u64 = 50_000;
/// Pieces that take less time than the first are followed by larger ones, those that take more than the second by
/// smaller ones: a scan can be stopped between two pieces, and reports after each.
const SHORT: Duration = Duration::from_millis(4);
const LONG: Duration = Duration::from_millis(12);

/// The pieces of a scan that nobody has taken.
#[derive(Debug)]
pub struct Pieces {
    /// The last place of the scan.
    to: Seq,
    left: Mutex<Left>,
}

#[derive(Debug)]
struct Left {
    /// Inclusive; `None` when there is none left.
    older: Option<(Seq, Seq)>,
    newer: Option<(Seq, Seq)>,
    is_newer_next: bool,
    size: u64,
}

/// A piece that is to be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The places that are done with it, inclusive.
    pub all: (Seq, Seq),
    /// Those of them that may hold something.
    pub committed: (Seq, Seq),
}

impl Pieces {
    /// The last place of the scan.
    pub const fn to(&self) -> Seq {
        self.to
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how long a piece took.
    pub(super) fn took(&self, time: Duration) {
        let mut left = self.left();
        if time < SHORT {
            left.size = (left.size * 2).min(MOST);
        } else if time > LONG {
            left.size = (left.size / 2).max(LEAST);
        }
    }
}

impl Reader {
    /// A scan of the places between two others, inclusive, that begins at `start` and goes to both sides. It ends at
    /// the last committed event: what is not committed is left to another scan.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn pieces(&self, (from, to): (Seq, Seq), start: Seq) -> Result<Pieces, CaptureError> {
        let to = to.min(self.database(self.last())?);
        let start = start.min(to);
        let places = |from: Seq, to: Seq| (from <= to).then_some((from, to));
        let left = Left {
            older: places(from, start),
            newer: places(start.plus(1).max(from), to),
            is_newer_next: false,
            size: FIRST,
        };
        Ok(Pieces { to, left: Mutex::new(left) })
    }

    /// Takes the next piece: from either side in turn, as long as both have one. Gaps are skipped: in a damaged capture
    /// places may be very far apart.
    pub(super) fn take(&self, pieces: &Pieces) -> rusqlite::Result<Option<Piece>> {
        let left = &mut *pieces.left();
        loop {
            let is_newer = left.newer.is_some() && (left.is_newer_next || left.older.is_none());
            left.is_newer_next = !is_newer;
            let side = if is_newer { &mut left.newer } else { &mut left.older };
            let Some((from, to)) = side.take() else { return Ok(None) };
            if is_newer {
                let Some(first) = self.first_from(from)?.filter(|first| *first <= to) else { continue };
                let upto = Seq(first.0.saturating_add(left.size - 1).min(to.0));
                *side = (upto < to).then(|| (upto.plus(1), to));
                return Ok(Some(Piece { all: (from, upto), committed: (first, upto) }));
            }
            let Some(last) = self.last_upto(to)?.filter(|last| *last >= from) else { continue };
            let first = Seq(last.0.saturating_sub(left.size - 1).max(from.0));
            *side = (first > from).then(|| (from, Seq(first.0 - 1)));
            return Ok(Some(Piece { all: (first, to), committed: (first, last) }));
        }
    }

    /// The first committed place at or after `from`.
    pub(super) fn first_from(&self, from: Seq) -> rusqlite::Result<Option<Seq>> {
        let mut select = self.db().prepare_cached(
            "SELECT min(seq) FROM (SELECT min(seq) AS seq FROM single WHERE seq >= ?1 UNION ALL \
             SELECT max(seq, ?1) FROM (SELECT seq FROM chunk WHERE seq > ?1 - 1000 AND seq + count > ?1 ORDER BY seq LIMIT 1) \
             UNION ALL SELECT min(seq) FROM event WHERE seq >= ?1 UNION ALL SELECT min(seq) FROM delivery WHERE seq >= ?1)",
        )?;
        let first = select.query_row(params![sql_seq(from)], |row| row.get::<_, Option<i64>>(0))?;
        Ok(place(first).filter(|first| *first >= from))
    }

    /// The last committed place at or before `upto`.
    fn last_upto(&self, upto: Seq) -> rusqlite::Result<Option<Seq>> {
        let mut select = self.db().prepare_cached(
            "SELECT max(seq) FROM (SELECT max(seq) AS seq FROM single WHERE seq <= ?1 UNION ALL \
             SELECT min(seq + min(count, 1000) - 1, ?1) FROM (SELECT seq, count FROM chunk WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1) \
             UNION ALL SELECT max(seq) FROM event WHERE seq <= ?1 UNION ALL SELECT max(seq) FROM delivery WHERE seq <= ?1)",
        )?;
        let last = select.query_row(params![sql_seq(upto)], |row| row.get::<_, Option<i64>>(0))?;
        Ok(place(last).filter(|last| *last <= upto))
    }

    /// The last committed place.
    fn last(&self) -> rusqlite::Result<Seq> {
        let mut select = self.db().prepare_cached(LAST_SEQ)?;
        select.query_row([], |row| count(row, 0).map(Seq))
    }
}

fn place(seq: Option<i64>) -> Option<Seq> {
    seq.and_then(|seq| u64::try_from(seq).ok()).map(Seq)
}
