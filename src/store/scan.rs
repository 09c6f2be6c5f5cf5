//! Scans captures for messages that match, and exports them.

use std::io::Write;

use rusqlite::params;

use crate::{
    schema,
    session::{ConnectionId, EventKind, Kind, Message, MessageId, Seq, Timestamp, Verdict},
};

use super::{
    CaptureError, Reader,
    reader::{payload_bytes, sql_seq},
    tables::LAST_SEQ,
};

/// Selects payloads.
pub type Predicate<'a> = &'a dyn Fn(&[u8]) -> bool;

/// The result of a scan of one piece of the capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanResult {
    /// The last place that was scanned.
    pub upto: Seq,
    /// The places that match, in order.
    pub matches: Vec<Seq>,
}

/// The number of places in a piece.
const PIECE: u64 = 20_000;

impl Reader {
    /// Scans all payloads between two places, inclusive: received, sent and redelivered. Connections, losses,
    /// findings and pauses always match, as landmarks. `each` takes the result of a piece and returns whether to
    /// continue. The scan ends at the last committed event.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn scan(
        &self,
        matches_filter: Predicate<'_>,
        (from, to): (Seq, Seq),
        each: &mut dyn FnMut(ScanResult) -> bool,
    ) -> Result<(), CaptureError> {
        let mut next = from;
        while next <= to {
            // Events that are not committed yet are left to another scan.
            let to = to.min(self.database(self.last())?);
            if next > to {
                break;
            }
            let upto = Seq(next.0.saturating_add(PIECE - 1).min(to.0));
            let matches = self.database(self.matches(matches_filter, next, upto))?;
            if !each(ScanResult { upto, matches }) {
                break;
            }
            // Skips gaps: in a damaged capture places may be very far apart.
            match self.database(self.first_from(upto.plus(1)))? {
                Some(first) => next = first,
                None => break,
            }
        }
        Ok(())
    }

    /// The first committed place at or after `from`.
    fn first_from(&self, from: Seq) -> rusqlite::Result<Option<Seq>> {
        let mut select = self.db().prepare_cached(
            "SELECT min(seq) FROM (SELECT min(seq) AS seq FROM message WHERE seq >= ?1 UNION ALL \
             SELECT min(seq) FROM event WHERE seq >= ?1 UNION ALL SELECT min(seq) FROM delivery WHERE seq >= ?1)",
        )?;
        let first = select.query_row(params![sql_seq(from)], |row| row.get::<_, Option<i64>>(0))?;
        Ok(first.and_then(|first| u64::try_from(first).ok()).map(Seq).filter(|first| *first >= from))
    }

    /// The last committed place.
    fn last(&self) -> rusqlite::Result<Seq> {
        let mut select = self.db().prepare_cached(LAST_SEQ)?;
        select.query_row([], |row| Ok(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0))))
    }

    fn matches(&self, matches_filter: Predicate<'_>, from: Seq, upto: Seq) -> rusqlite::Result<Vec<Seq>> {
        let mut matches = Vec::new();
        let mut select =
            self.db().prepare_cached("SELECT seq, payload FROM message WHERE seq BETWEEN ?1 AND ?2")?;
        let mut rows = select.query(params![sql_seq(from), sql_seq(upto)])?;
        while let Some(row) = rows.next()? {
            if matches_filter(payload_bytes(row.get_ref(1)?)) {
                matches.push(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0)));
            }
        }
        let sent = "SELECT seq, body FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind = 'sent'";
        let mut select = self.db().prepare_cached(sent)?;
        let mut rows = select.query(params![sql_seq(from), sql_seq(upto)])?;
        while let Some(row) = rows.next()? {
            let body = row.get_ref(1)?.as_str().unwrap_or_default();
            if let Ok(EventKind::Sent(sent)) = schema::read_event("sent", body)
                && matches_filter(&sent.payload)
            {
                matches.push(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0)));
            }
        }
        let again = "SELECT seq, message FROM delivery WHERE seq BETWEEN ?1 AND ?2 AND attempt > 1";
        let mut select = self.db().prepare_cached(again)?;
        let mut rows = select.query(params![sql_seq(from), sql_seq(upto)])?;
        while let Some(row) = rows.next()? {
            let [seq, id] = [row.get::<_, i64>(0)?, row.get(1)?].map(|n| u64::try_from(n).unwrap_or(0));
            if let Some(at) = self.find_message(MessageId(id), Seq(seq))?
                && self.payload(at).ok().flatten().is_some_and(|payload| matches_filter(&payload))
            {
                matches.push(Seq(seq));
            }
        }
        let landmarks = "SELECT seq FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind IN \
                         ('opened', 'failed', 'lost', 'finding', 'paused', 'resumed', 'ended')";
        let mut select = self.db().prepare_cached(landmarks)?;
        let mut rows = select.query(params![sql_seq(from), sql_seq(upto)])?;
        while let Some(row) = rows.next()? {
            matches.push(Seq(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0)));
        }
        matches.sort_unstable();
        Ok(matches)
    }

    /// Writes the matching messages between two places as JSON Lines, as `tail` does. Returns their number.
    ///
    /// # Errors
    ///
    /// The capture cannot be read, or `out` cannot be written.
    pub fn export(
        &self,
        matches_filter: Predicate<'_>,
        (from, to): (Seq, Seq),
        out: &mut dyn Write,
    ) -> Result<u64, ExportError> {
        let mut written = 0;
        let mut line = Vec::new();
        let failed = |source| ExportError::Read(CaptureError::Database { path: self.path.clone(), source });
        let sql = "SELECT id, at, connection, type, frames, valid, payload, verdict, wire FROM message WHERE seq BETWEEN ?1 AND ?2";
        let mut select = self.db().prepare_cached(sql).map_err(failed)?;
        let mut rows = select.query(params![sql_seq(from), sql_seq(to)]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let payload = payload_bytes(row.get_ref(6).map_err(failed)?);
            if !matches_filter(payload) {
                continue;
            }
            line.clear();
            write_line(&mut line, row, payload).map_err(failed)?;
            out.write_all(&line).map_err(ExportError::Write)?;
            written += 1;
        }
        Ok(written)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Read(CaptureError),
    #[error("{0}")]
    Write(#[source] std::io::Error),
}

fn write_line(line: &mut Vec<u8>, row: &rusqlite::Row<'_>, payload: &[u8]) -> rusqlite::Result<()> {
    let kind = if row.get_ref(3)?.as_str() == Ok("text") { Kind::Text } else { Kind::Binary };
    let id = MessageId(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0));
    let (at, connection) = (Timestamp(row.get(1)?), ConnectionId(row.get(2)?));
    let verdict = row.get_ref(7)?.as_str().ok().and_then(Verdict::of).unwrap_or(Verdict::Pending);
    let message = Message {
        id,
        kind,
        payload,
        valid: row.get(5)?,
        frames: row.get(4)?,
        wire: super::reader::wire_size(row, 8)?,
    };
    schema::MessageLines::new(at, connection, verdict).write(line, &message);
    Ok(())
}
