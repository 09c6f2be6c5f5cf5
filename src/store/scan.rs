//! Scans captures for messages that match.

use rusqlite::{Row, params};

use crate::{
    schema,
    session::{EventKind, MessageId, Seq},
};

use super::{
    CaptureError, Reader,
    captured::{Part, Predicate},
    rows::{count, sql_seq},
    tables::LAST_SEQ,
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
        search: Search<'_>,
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
            let matches = self.database(self.matches(search, next, upto))?;
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
    pub(super) fn first_from(&self, from: Seq) -> rusqlite::Result<Option<Seq>> {
        let mut select = self.db().prepare_cached(
            "SELECT min(seq) FROM (SELECT min(seq) AS seq FROM single WHERE seq >= ?1 UNION ALL \
             SELECT max(seq, ?1) FROM (SELECT seq FROM chunk WHERE seq > ?1 - 1000 AND seq + count > ?1 ORDER BY seq LIMIT 1) \
             UNION ALL SELECT min(seq) FROM event WHERE seq >= ?1 UNION ALL SELECT min(seq) FROM delivery WHERE seq >= ?1)",
        )?;
        let first = select.query_row(params![sql_seq(from)], |row| row.get::<_, Option<i64>>(0))?;
        Ok(first.and_then(|first| u64::try_from(first).ok()).map(Seq).filter(|first| *first >= from))
    }

    /// The last committed place.
    fn last(&self) -> rusqlite::Result<Seq> {
        let mut select = self.db().prepare_cached(LAST_SEQ)?;
        select.query_row([], |row| count(row, 0).map(Seq))
    }

    fn matches(&self, search: Search<'_>, from: Seq, upto: Seq) -> rusqlite::Result<Vec<Seq>> {
        let sent = "SELECT seq, body FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind = 'sent'";
        let again = "SELECT seq, message FROM delivery WHERE seq BETWEEN ?1 AND ?2 AND attempt > 1";
        let landmarks = "SELECT seq FROM event WHERE seq BETWEEN ?1 AND ?2 AND kind IN \
                         ('opened', 'failed', 'lost', 'finding', 'paused', 'resumed', 'ended')";
        let mut matches = Vec::new();
        self.each_message_of(Part::Whole, search.may_match, (from, upto), &mut |placed| {
            if (search.matches)(placed.captured.message.payload) {
                matches.push(placed.seq);
            }
            Ok(true)
        })?;
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
        matches.sort_unstable();
        Ok(matches)
    }
}
