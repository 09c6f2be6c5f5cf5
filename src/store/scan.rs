//! Scans captures for messages that match.

use std::time::Instant;

use rusqlite::{Row, params};

use crate::{
    schema,
    session::{ConnectionId, Delivery, EventKind, MessageId, Seq, Timestamp, sent_candidate},
};

use super::{
    CaptureError, Pieces, Reader,
    captured::{Captured, Part, Search},
    rows::{count, sql_seq, verdict},
};

/// The result of a scan of one piece of the capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanResult {
    /// The first and the last place that were scanned.
    pub from: Seq,
    pub upto: Seq,
    /// The places that match, in order: where each run of them begins, and how many it has.
    pub matches: Vec<(Seq, u64)>,
    /// Those of connections, losses, findings and pauses, in order.
    pub landmarks: Vec<Seq>,
}

impl Reader {
    /// Scans all payloads of the pieces that it takes: received, sent and redelivered. Connections, losses,
    /// findings and pauses are told as landmarks, if that is wanted. `each` takes the result of a piece and returns whether
    /// to continue.
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
            let landmarks = if search.landmarks { self.landmarks(piece.committed) } else { Ok(Vec::new()) };
            let landmarks = self.database(landmarks)?;
            pieces.took(began.elapsed());
            if !each(ScanResult { from, upto, matches, landmarks }) {
                break;
            }
        }
        Ok(())
    }

    fn matches(&self, search: Search<'_>, (from, upto): (Seq, Seq)) -> rusqlite::Result<Vec<(Seq, u64)>> {
        let sent =
            "SELECT seq, body, at, connection FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind = 'sent'";
        let again =
            "SELECT seq, message, attempt, verdict FROM delivery WHERE seq BETWEEN ?1 AND ?2 AND attempt > 1";
        let control =
            "SELECT seq, body, at, connection FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind = 'control'";
        let mut matches = Vec::new();
        self.each_match(search, (from, upto), &mut |placed| {
            add_run(&mut matches, (placed.seq, 1));
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
            let (at, connection) = (Timestamp(row.get(2)?), ConnectionId(row.get(3)?));
            let Ok(EventKind::Sent(sent)) = schema::read_event("sent", body) else { return Ok(false) };
            Ok((search.matches)(&sent_candidate(sent.kind, &sent.payload, at, connection)))
        })?;
        if search.needs.control {
            add(control, &|row| {
                let body = row.get_ref(1)?.as_str().unwrap_or_default();
                let (at, connection) = (Timestamp(row.get(2)?), ConnectionId(row.get(3)?));
                let Ok(EventKind::Control(frame)) = schema::read_event("control", body) else {
                    return Ok(false);
                };
                Ok((search.matches)(&frame.candidate(at, connection)))
            })?;
        }
        add(again, &|row| {
            let Some(seq) = self.find_message(MessageId(count(row, 1)?), Seq(count(row, 0)?))? else {
                return Ok(false);
            };
            let delivery = Delivery { attempt: row.get(2)?, verdict: verdict(row, 3)? };
            let mut found = false;
            self.each_message(Part::Whole, (seq, seq), &mut |placed| {
                let Captured { at, connection, message, .. } = placed.captured;
                found = (search.matches)(&message.candidate(at, connection, delivery, None));
                Ok(false)
            })?;
            Ok(found)
        })?;
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

    fn landmarks(&self, (from, upto): (Seq, Seq)) -> rusqlite::Result<Vec<Seq>> {
        let mut select = self.db().prepare_cached(
            "SELECT seq FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind IN \
             ('opened', 'failed', 'lost', 'finding', 'paused', 'resumed', 'ended') ORDER BY seq",
        )?;
        let rows = select.query_map(params![sql_seq(from), sql_seq(upto)], |row| Ok(Seq(count(row, 0)?)))?;
        rows.collect()
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
