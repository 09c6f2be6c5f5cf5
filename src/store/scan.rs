//! Scans captures for messages that match.

use std::time::Instant;

use rusqlite::{Row, params};

use crate::{
    schema,
    session::{EventKind, MessageId, Seq},
};

use super::{
    CaptureError, Pieces, Reader,
    captured::{Part, Predicate},
    rows::{count, sql_seq},
};

/// What a scan looks for.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    pub matches: Predicate<'a>,
    /// Whether any of several payloads, one after the other, may match.
    pub may_match: Predicate<'a>,
}

/// The result of a scan of one piece of the capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanResult {
    /// The first and the last place that were scanned.
    pub from: Seq,
    pub upto: Seq,
    /// The places that match, in order: where each run of them begins, and how many it has.
    pub matches: Vec<(Seq, u64)>,
}

impl Reader {
    /// Scans all payloads of the pieces that it takes: received, sent and redelivered. Connections, losses, findings
    /// and pauses always match, as landmarks. `each` takes the result of a piece and returns whether to continue.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn scan(
        &self,
        search: Search<'_>,
        pieces: &Pieces,
        each: &mut dyn FnMut(ScanResult) -> bool,
    ) -> Result<(), CaptureError> {
        while let Some(piece) = self.database(self.take(pieces))? {
            let began = Instant::now();
            let (from, upto) = piece.all;
            let matches = self.database(self.matches(search, piece.committed))?;
            pieces.took(began.elapsed());
            if !each(ScanResult { from, upto, matches }) {
                break;
            }
        }
        Ok(())
    }

    fn matches(&self, search: Search<'_>, (from, upto): (Seq, Seq)) -> rusqlite::Result<Vec<(Seq, u64)>> {
        let sent = "SELECT seq, body FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind = 'sent'";
        let again = "SELECT seq, message FROM delivery WHERE seq BETWEEN ?1 AND ?2 AND attempt > 1";
        let landmarks = "SELECT seq FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind IN \
                         ('opened', 'failed', 'lost', 'finding', 'paused', 'resumed', 'ended')";
        let mut matches = Vec::new();
        self.each_message_of(Part::Whole, search.may_match, (from, upto), &mut |placed| {
            if (search.matches)(placed.captured.message.payload) {
                add_run(&mut matches, (placed.seq, 1));
            }
            Ok(true)
        })?;
        let mut others = Vec::new();
        let mut add =
            |sql: &str, is_match: &dyn Fn(&Row<'_>) -> rusqlite::Result<bool>| -> rusqlite::Result<()> {
                let mut select = self.db().prepare_cached(sql)?;
                let mut rows = select.query(params![sql_seq(from), sql_seq(upto)])?;
                while let Some(row) = rows.next()? {
                    if is_match(row)? {
                        others.push((Seq(count(row, 0)?), 1));
                    }
                }
                Ok(())
            };
        add(sent, &|row| {
            let body = row.get_ref(1)?.as_str().unwrap_or_default();
            let read = schema::read_event("sent", body);
            Ok(matches!(read, Ok(EventKind::Sent(sent)) if (search.matches)(&sent.payload)))
        })?;
        add(again, &|row| {
            let found = self.find_message(MessageId(count(row, 1)?), Seq(count(row, 0)?))?;
            let payload = found.and_then(|at| self.payload(at).ok().flatten());
            Ok(payload.is_some_and(|payload| (search.matches)(&payload)))
        })?;
        add(landmarks, &|_| Ok(true))?;
        if others.is_empty() {
            return Ok(matches);
        }
        matches.append(&mut others);
        matches.sort_unstable();
        let mut runs = Vec::new();
        for run in matches {
            add_run(&mut runs, run);
        }
        Ok(runs)
    }
}

/// Adds a run to those before it. A damaged capture may have two rows at one place.
fn add_run(runs: &mut Vec<(Seq, u64)>, (seq, count): (Seq, u64)) {
    match runs.last_mut() {
        Some((first, before)) if first.0 + *before >= seq.0 => {
            *before = (*before).max(seq.0 + count - first.0);
        }
        _ => runs.push((seq, count)),
    }
}
