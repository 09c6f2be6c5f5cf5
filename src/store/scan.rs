//! Scans captures for messages that match, and reads whole messages.

use rusqlite::{Row, params};

use crate::{
    schema,
    session::{ConnectionId, EventKind, Message, MessageId, Seq, Timestamp, Verdict},
};

use super::{
    CaptureError, Reader,
    rows::{count, message_kind, payload_bytes, sql_seq, verdict, wire_size},
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
        select.query_row([], |row| count(row, 0).map(Seq))
    }

    fn matches(&self, matches_filter: Predicate<'_>, from: Seq, upto: Seq) -> rusqlite::Result<Vec<Seq>> {
        let messages = "SELECT seq, payload FROM message WHERE seq BETWEEN ?1 AND ?2";
        let sent = "SELECT seq, body FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind = 'sent'";
        let again = "SELECT seq, message FROM delivery WHERE seq BETWEEN ?1 AND ?2 AND attempt > 1";
        let landmarks = "SELECT seq FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind IN \
                         ('opened', 'failed', 'lost', 'finding', 'paused', 'resumed', 'ended')";
        let mut matches = Vec::new();
        let mut add =
            |sql: &str, is_match: &dyn Fn(&Row<'_>) -> rusqlite::Result<bool>| -> rusqlite::Result<()> {
                let mut select = self.db().prepare_cached(sql)?;
                let mut rows = select.query(params![sql_seq(from), sql_seq(upto)])?;
                while let Some(row) = rows.next()? {
                    if is_match(row)? {
                        matches.push(Seq(count(row, 0)?));
                    }
                }
                Ok(())
            };
        add(messages, &|row| Ok(matches_filter(payload_bytes(row.get_ref(1)?))))?;
        add(sent, &|row| {
            let body = row.get_ref(1)?.as_str().unwrap_or_default();
            let read = schema::read_event("sent", body);
            Ok(matches!(read, Ok(EventKind::Sent(sent)) if matches_filter(&sent.payload)))
        })?;
        add(again, &|row| {
            let found = self.find_message(MessageId(count(row, 1)?), Seq(count(row, 0)?))?;
            let payload = found.and_then(|at| self.payload(at).ok().flatten());
            Ok(payload.is_some_and(|payload| matches_filter(&payload)))
        })?;
        add(landmarks, &|_| Ok(true))?;
        matches.sort_unstable();
        Ok(matches)
    }

    /// Reads the matching messages between two places, in order. `each` takes a message and returns whether to
    /// continue.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn messages(
        &self,
        matches_filter: Predicate<'_>,
        (from, to): (Seq, Seq),
        each: &mut dyn FnMut(&Captured<'_>) -> bool,
    ) -> Result<(), CaptureError> {
        let mut read = || {
            let mut select = self.db().prepare_cached(
                "SELECT id, at, connection, type, frames, valid, payload, verdict, wire FROM message \
                 WHERE seq BETWEEN ?1 AND ?2",
            )?;
            let mut rows = select.query(params![sql_seq(from), sql_seq(to)])?;
            while let Some(row) = rows.next()? {
                let payload = payload_bytes(row.get_ref(6)?);
                if matches_filter(payload) && !each(&captured(row, payload)?) {
                    break;
                }
            }
            Ok(())
        };
        self.database(read())
    }
}

/// A message of a capture with its whole payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captured<'a> {
    pub at: Timestamp,
    pub connection: ConnectionId,
    /// The verdict of its first attempt.
    pub verdict: Verdict,
    pub message: Message<'a>,
}

fn captured<'a>(row: &Row<'_>, payload: &'a [u8]) -> rusqlite::Result<Captured<'a>> {
    Ok(Captured {
        at: Timestamp(row.get(1)?),
        connection: ConnectionId(row.get(2)?),
        verdict: verdict(row, 7)?,
        message: Message {
            id: MessageId(count(row, 0)?),
            kind: message_kind(row, 3)?,
            payload,
            valid: row.get(5)?,
            frames: row.get(4)?,
            wire: wire_size(row, 8)?,
        },
    })
}
