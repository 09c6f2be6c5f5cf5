//! Reads captures: sessions, pages and whole payloads. Each call waits for the disk, so it must run on a blocking
//! thread.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::session::{
    ConnectionId, Delivery, DeliveryUpdate, Event, EventKind, MessageId, MessageRange, Seq, Stored,
    StoredEvent, StoredKind, StoredMessage, Timestamp,
};

use super::{
    CaptureError,
    access::Access,
    blocks::Blocks,
    captured::{Captured, Part},
    rows::{count, event_kind, message, parse_event, redelivery, sql_seq, verdict},
};

/// A session of a capture with its totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionSummary {
    pub id: i64,
    pub name: String,
    /// Masked.
    pub url: String,
    pub first: Seq,
    pub last: Seq,
    pub began: Timestamp,
    pub last_at: Timestamp,
    pub messages: u64,
    /// The size of all payloads.
    pub bytes: u64,
    pub connections: u32,
    /// Whether its end is captured; otherwise the writer was killed, or is still writing.
    pub is_complete: bool,
}

/// Reads a capture.
#[derive(Debug)]
pub struct Reader {
    access: Access,
    pub(super) path: PathBuf,
    pub(super) blocks: Blocks,
}

impl Reader {
    /// Opens a capture, also one that is being written or whose writer was killed.
    ///
    /// # Errors
    ///
    /// There is no capture, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, CaptureError> {
        Ok(Self { access: Access::open(path)?, path: path.to_owned(), blocks: Blocks::default() })
    }

    /// Another reader of the same capture, for another thread. It must not outlive this one.
    ///
    /// # Errors
    ///
    /// The capture cannot be read any more.
    pub fn another(&self) -> Result<Self, CaptureError> {
        let access = self.access.another(&self.path)?;
        Ok(Self { access, path: self.path.clone(), blocks: Blocks::default() })
    }

    /// Whether the capture must be reopened, since a writer has started to write it.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.access.is_outdated(&self.path)
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn db(&self) -> &Connection {
        &self.access.db
    }

    pub(super) fn database<T>(&self, result: rusqlite::Result<T>) -> Result<T, CaptureError> {
        result.map_err(|source| CaptureError::Database { path: self.path.clone(), source })
    }

    /// All sessions, the oldest first.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn sessions(&self) -> Result<Vec<SessionSummary>, CaptureError> {
        let sessions = || {
            let mut select = self.db().prepare_cached(
                "SELECT id, name, url, first_seq, last_seq, started_at, last_at, messages, bytes, connections, \
                 ended IS NOT NULL FROM session ORDER BY id",
            )?;
            let rows = select.query_map([], |row| {
                Ok(SessionSummary {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    url: row.get(2)?,
                    first: Seq(count(row, 3)?),
                    last: Seq(count(row, 4)?),
                    began: Timestamp(row.get(5)?),
                    last_at: Timestamp(row.get(6)?),
                    messages: count(row, 7)?,
                    bytes: count(row, 8)?,
                    connections: row.get(9)?,
                    is_complete: row.get(10)?,
                })
            })?;
            rows.collect()
        };
        self.database(sessions())
    }

    /// What a session made its last connection with, as YAML without secrets; `None` in captures that were written
    /// before profiles were kept.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn profile(&self, session: &SessionSummary) -> Result<Option<String>, CaptureError> {
        let select = "SELECT yaml FROM profile WHERE session = ?1";
        self.database(self.db().query_row(select, [session.id], |row| row.get(0)).optional())
    }

    /// Reads the events of a session in pieces: messages as ranges, all other events unchanged. `each` takes a piece
    /// and returns whether to continue.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn read_session(
        &self,
        session: &SessionSummary,
        each: &mut dyn FnMut(Vec<StoredEvent>) -> bool,
    ) -> Result<(), CaptureError> {
        let mut next = session.first;
        // All messages have the same verdict until the ack mode changes.
        let mut is_accepting = true;
        loop {
            let (piece, upto) = self.database(self.session_piece(next, session.last, &mut is_accepting))?;
            if !each(piece) || upto >= session.last {
                return Ok(());
            }
            next = upto.plus(1);
        }
    }

    /// A piece of a session and its last place. A writer can commit between two pieces.
    fn session_piece(
        &self,
        mut next: Seq,
        last: Seq,
        is_accepting: &mut bool,
    ) -> rusqlite::Result<(Vec<StoredEvent>, Seq)> {
        /// The number of events in a piece.
        const PIECE: usize = 512;
        let mut select = self.db().prepare_cached(
            "SELECT seq, at, connection, kind, body, NULL, NULL, NULL, NULL FROM event WHERE seq BETWEEN ?1 AND ?2 \
             UNION ALL SELECT seq, at, connection, 'delivery', NULL, message, attempt, verdict, recalled FROM delivery \
             WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq",
        )?;
        let mut rows = select.query(params![sql_seq(next), sql_seq(last)])?;
        let mut piece = Vec::new();
        while let Some(row) = rows.next()? {
            let seq = Seq(count(row, 0)?);
            self.ranges(next, seq, *is_accepting, &mut piece)?;
            next = seq.plus(1);
            let event = Event {
                at: Timestamp(row.get(1)?),
                connection: ConnectionId(row.get(2)?),
                kind: event_kind(row)?,
            };
            *is_accepting &= !matches!(event.kind, EventKind::AckMode(_));
            piece.push(StoredEvent::Event(event));
            if piece.len() >= PIECE {
                return Ok((piece, seq));
            }
        }
        self.ranges(next, last.plus(1), *is_accepting, &mut piece)?;
        Ok((piece, last))
    }

    /// The messages between two places, as ranges with one verdict each. A damaged capture may have two messages at
    /// one place.
    fn ranges(
        &self,
        mut from: Seq,
        end: Seq,
        is_accepting: bool,
        piece: &mut Vec<StoredEvent>,
    ) -> rusqlite::Result<()> {
        if is_accepting {
            piece.extend(self.range(from, end)?);
            return Ok(());
        }
        while from < end {
            let mut first = None;
            let mut other = end;
            self.each_message(Part::None, (from, Seq(end.0 - 1)), &mut |placed| {
                let verdict = placed.captured.verdict;
                let is_same = *first.get_or_insert(verdict) == verdict;
                if !is_same {
                    other = placed.seq;
                }
                Ok(is_same)
            })?;
            let other = other.max(from.plus(1));
            piece.extend(self.range(from, other)?);
            from = other;
        }
        Ok(())
    }

    /// The messages between two places without other events in between.
    fn range(&self, first_seq: Seq, end: Seq) -> rusqlite::Result<Option<StoredEvent>> {
        let Some(count @ 1..) = end.0.checked_sub(first_seq.0) else { return Ok(None) };
        let range = self.first_message(Part::None, (first_seq, first_seq), |placed| {
            let Captured { at, connection, verdict, message } = placed.captured;
            MessageRange { first_seq, first: message.id, count, at, connection, verdict }
        })?;
        Ok(range.map(StoredEvent::Messages))
    }

    /// The committed events at `count` places starting at `from`.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn page(&self, from: Seq, count: u32) -> Result<Vec<Stored>, CaptureError> {
        self.database(self.query_page(from, from.plus(u64::from(count.max(1)) - 1)))
    }

    fn query_page(&self, from: Seq, to: Seq) -> rusqlite::Result<Vec<Stored>> {
        let mut page = Vec::new();
        self.each_message(Part::Head, (from, to), &mut |placed| {
            let Captured { at, connection, .. } = placed.captured;
            let kind = StoredKind::Message(message(placed));
            page.push(Stored { seq: placed.seq, at, connection, kind });
            Ok(true)
        })?;
        let mut select = self.db().prepare_cached(
            "SELECT seq, at, connection, kind, body FROM event WHERE seq BETWEEN ?1 AND ?2 \
             UNION ALL SELECT seq, at, connection, 'delivery', NULL FROM delivery WHERE seq BETWEEN ?1 AND ?2",
        )?;
        let mut rows = select.query(params![sql_seq(from), sql_seq(to)])?;
        while let Some(row) = rows.next()? {
            let (seq, at, connection) =
                (Seq(count(row, 0)?), Timestamp(row.get(1)?), ConnectionId(row.get(2)?));
            let kind: String = row.get(3)?;
            let kind = if kind == "delivery" {
                let update = self.delivery(seq)?;
                StoredKind::Redelivered { message: self.message(update.id, seq)?, update }
            } else {
                StoredKind::Event(Box::new(parse_event(&kind, row.get_ref(4)?)?))
            };
            page.push(Stored { seq, at, connection, kind });
        }
        page.sort_by_key(|stored| stored.seq);
        self.add_verdicts(&mut page)?;
        Ok(page)
    }

    fn delivery(&self, seq: Seq) -> rusqlite::Result<DeliveryUpdate> {
        let mut select = self
            .db()
            .prepare_cached("SELECT message, attempt, verdict, recalled FROM delivery WHERE seq = ?1")?;
        select.query_row(params![sql_seq(seq)], |row| redelivery(row, 0))
    }

    /// The message with this number that was received before a place.
    pub(super) fn message(&self, id: MessageId, before: Seq) -> rusqlite::Result<Option<StoredMessage>> {
        let Some(seq) = self.find_message(id, before)? else { return Ok(None) };
        let mut found = self.first_message(Part::Head, (seq, seq), message)?;
        if let Some(found) = &mut found {
            found.delivery = self.latest(seq, id)?.unwrap_or(found.delivery);
        }
        Ok(found)
    }

    /// Searches the session's places up to `before` by bisection: numbers increase with places. It ends also in a
    /// damaged capture.
    pub(super) fn find_message(&self, id: MessageId, before: Seq) -> rusqlite::Result<Option<Seq>> {
        let mut session =
            self.db().prepare_cached("SELECT max(first_seq) FROM session WHERE first_seq <= ?1")?;
        let (mut low, mut high) =
            (session.query_row(params![sql_seq(before)], |row| count(row, 0))?, before.0);
        while low < high {
            let middle = low.midpoint(high);
            let next =
                self.first_message(Part::None, (Seq(middle), Seq(before.0.saturating_sub(1))), |placed| {
                    (placed.seq.0, placed.captured.message.id.0)
                })?;
            match next {
                Some((seq, found)) if found == id.0 => return Ok(Some(Seq(seq))),
                Some((seq, found)) if found < id.0 => low = seq.max(middle) + 1,
                _ => high = middle,
            }
        }
        Ok(None)
    }

    /// Adds the latest verdicts to the messages of a page.
    fn add_verdicts(&self, page: &mut [Stored]) -> rusqlite::Result<()> {
        for stored in page {
            if let StoredKind::Message(message) = &mut stored.kind
                && let Some(latest) = self.latest(stored.seq, message.id)?
            {
                message.delivery = latest;
            }
        }
        Ok(())
    }

    pub(super) fn latest(&self, seq: Seq, id: MessageId) -> rusqlite::Result<Option<Delivery>> {
        let mut session = self.db().prepare_cached("SELECT max(id) FROM session WHERE first_seq <= ?1")?;
        self.latest_of(session.query_row([sql_seq(seq)], |row| row.get(0))?, id)
    }

    fn latest_of(&self, session: Option<i64>, id: MessageId) -> rusqlite::Result<Option<Delivery>> {
        let mut select = self.db().prepare_cached(
            "SELECT attempt, verdict FROM delivery WHERE session = ?1 AND message = ?2 ORDER BY seq DESC LIMIT 1",
        )?;
        let latest = select.query_row(params![session, i64::try_from(id.0).unwrap_or(i64::MAX)], |row| {
            Ok(Delivery { attempt: row.get(0)?, verdict: verdict(row, 1)? })
        });
        latest.optional()
    }

    /// Whether any message of a session was delivered otherwise than at once.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn has_deliveries(&self, session: &SessionSummary) -> Result<bool, CaptureError> {
        let select = "SELECT EXISTS (SELECT 1 FROM delivery WHERE session = ?1)";
        self.database(self.db().query_row(select, [session.id], |row| row.get(0)))
    }

    /// The last delivery of a message; `None` if it was delivered only once, and answered at once.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn latest_delivery(
        &self,
        session: &SessionSummary,
        id: MessageId,
    ) -> Result<Option<Delivery>, CaptureError> {
        self.database(self.latest_of(Some(session.id), id))
    }

    /// The whole payload of the message at a place; `None` if there is no message.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn payload(&self, seq: Seq) -> Result<Option<Bytes>, CaptureError> {
        let payload = self.first_message(Part::Whole, (seq, seq), |placed| {
            Bytes::copy_from_slice(placed.captured.message.payload)
        });
        self.database(payload)
    }
}
