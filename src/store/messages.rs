//! The messages of a capture in their order, from chunks and from rows of their own.

use std::cell::RefCell;

use rusqlite::{Row, params, types::ValueRef};

use crate::session::{
    ConnectionId, Delivery, Event, EventKind, Message, MessageId, Seq, StoredEvent, Timestamp, sent_candidate,
};

use super::{
    CaptureError, Reader, SessionSummary,
    captured::{Captured, Each, Item, Part, Placed, Predicate, Search},
    chunk::{self, Chunk, Head},
    rows::{count, message_kind, payload_bytes, sql_seq, verdict, wire_size},
};

/// How many places are read at a time. A writer cannot commit meanwhile.
const PIECE: u64 = 5_000;

impl Reader {
    /// Reads the matching messages between two places, in order. `each` takes a message and returns whether to
    /// continue.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn messages(
        &self,
        search: Search<'_>,
        (from, to): (Seq, Seq),
        each: &mut dyn FnMut(&Captured<'_>) -> bool,
    ) -> Result<(), CaptureError> {
        let mut next = Some(from);
        while let Some(from) = next.filter(|from| *from <= to) {
            let upto = Seq(from.0.saturating_add(PIECE - 1).min(to.0));
            let mut goes_on = true;
            let read = self.each_match(search, (from, upto), &mut |placed| {
                goes_on = each(&placed.captured);
                Ok(goes_on)
            });
            self.database(read)?;
            next = if goes_on && upto < to { self.database(self.first_from(upto.plus(1)))? } else { None };
        }
        Ok(())
    }

    /// Reads all of a session in order, but of the messages, received and sent, only the matching ones between two places.
    /// `each` takes an item and returns whether to continue.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn items(
        &self,
        session: &SessionSummary,
        search: Search<'_>,
        (from, to): (Seq, Seq),
        each: &mut dyn FnMut(Item<'_>) -> bool,
    ) -> Result<(), CaptureError> {
        let mut failed = Ok(());
        self.read_session(session, &mut |piece| {
            piece.into_iter().all(|stored| match stored {
                StoredEvent::Event(event) if !is_wanted(search, &event) => true,
                StoredEvent::Event(event) => each(Item::Event(&event)),
                StoredEvent::Messages(range) => {
                    let last = range.first_seq.0 + range.count - 1;
                    let places = (range.first_seq.max(from), Seq(last).min(to));
                    let mut goes_on = true;
                    failed = self.messages(search, places, &mut |captured| {
                        goes_on = each(Item::Message(captured));
                        goes_on
                    });
                    goes_on && failed.is_ok()
                }
            })
        })?;
        failed
    }

    /// Reads the messages between two places, inclusive, that a search finds, in order.
    pub(super) fn each_match(
        &self,
        search: Search<'_>,
        places: (Seq, Seq),
        each: Each<'_>,
    ) -> rusqlite::Result<()> {
        let mut before = if search.needs.gap { self.received_before(places.0)? } else { None };
        let may_match = |kind, payloads: &[u8]| search.needs.gap || (search.may_match)(kind, payloads);
        self.each_message_of(Part::Whole, &may_match, places, &mut |placed| {
            let Captured { at, connection, verdict, message } = placed.captured;
            let first = Delivery { attempt: 1, verdict };
            let latest = if search.needs.answer { self.latest(placed.seq, message.id)? } else { None };
            let candidate = message.candidate(at, connection, latest.unwrap_or(first), before.replace(at));
            if (search.matches)(&candidate) { each(placed) } else { Ok(true) }
        })
    }

    /// When the last message before a place was received.
    fn received_before(&self, seq: Seq) -> rusqlite::Result<Option<Timestamp>> {
        let mut last = self.db().prepare_cached(
            "SELECT max(ifnull((SELECT max(seq) FROM single WHERE seq < ?1), -1), \
             ifnull((SELECT min(seq + count, ?1) - 1 FROM chunk WHERE seq < ?1 ORDER BY seq DESC LIMIT 1), -1))",
        )?;
        let last: i64 = last.query_row(params![sql_seq(seq)], |row| row.get(0))?;
        let Ok(last) = u64::try_from(last) else { return Ok(None) };
        self.first_message(Part::None, (Seq(last), Seq(last)), |placed| placed.captured.at)
    }

    /// Reads the messages between two places, inclusive, in order.
    pub(super) fn each_message(
        &self,
        part: Part,
        places: (Seq, Seq),
        each: Each<'_>,
    ) -> rusqlite::Result<()> {
        self.each_message_of(part, &|_, _| true, places, each)
    }

    /// Reads the messages between two places, inclusive, in order, without the chunks whose payloads, one after the
    /// other, are not `wanted`.
    pub(super) fn each_message_of(
        &self,
        part: Part,
        wanted: Predicate<'_>,
        (from, to): (Seq, Seq),
        each: Each<'_>,
    ) -> rusqlite::Result<()> {
        let payload = match part {
            Part::None => "NULL",
            // Of a text SQLite would stop at the first zero.
            Part::Head => "substr(CAST(payload AS BLOB), 1, 4096)",
            Part::Whole => "payload",
        };
        let mut select = self.db().prepare_cached(&format!(
            "SELECT seq, id, at, connection, type, valid, verdict, size, {payload}, wire, frames, NULL, NULL, NULL, NULL \
             FROM single \
             WHERE seq BETWEEN ?1 AND ?2 \
             UNION ALL \
             SELECT seq, id, at, connection, type, valid, verdict, NULL, payloads, wires, later, count, ends, block, base \
             FROM chunk \
             WHERE seq BETWEEN ?3 AND ?2 ORDER BY seq"
        ))?;
        let mut rows = select.query(params![sql_seq(from), sql_seq(to), earliest_chunk(from)])?;
        while let Some(row) = rows.next()? {
            let goes_on = if row.get_ref(11)? == ValueRef::Null {
                each(&single(row)?)?
            } else {
                let mut chunk = chunk(row)?;
                let inflated = match row.get::<_, Option<i64>>(13)? {
                    Some(block) if part != Part::None => {
                        Some(self.blocks.slice(self.db(), block, row.get(14)?, chunk.payloads_size())?)
                    }
                    _ => None,
                };
                chunk.payloads = inflated.as_deref().or(chunk.payloads);
                chunk.payloads.is_some_and(|payloads| !wanted(chunk.head.kind, payloads))
                    || each_of_chunk(&chunk, (from, to), each)?
            };
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    /// The first message at or after a place and before another, as `f` sees it.
    pub(super) fn first_message<T>(
        &self,
        part: Part,
        (from, to): (Seq, Seq),
        f: impl Fn(&Placed<'_>) -> T,
    ) -> rusqlite::Result<Option<T>> {
        let first = RefCell::new(None);
        self.each_message(part, (from, to), &mut |placed| {
            first.replace(Some(f(placed)));
            Ok(false)
        })?;
        Ok(first.into_inner())
    }
}

/// The earliest place of a chunk that may hold the message at a place.
fn earliest_chunk(seq: Seq) -> i64 {
    sql_seq(Seq(seq.0.saturating_sub(chunk::MOST as u64 - 1)))
}

fn each_of_chunk(chunk: &Chunk<'_>, (from, to): (Seq, Seq), each: Each<'_>) -> rusqlite::Result<bool> {
    let first = chunk.head.seq;
    let skipped = usize::try_from(from.0.saturating_sub(first.0)).unwrap_or(usize::MAX);
    for nth in skipped..chunk.count {
        let seq = Seq(first.0.saturating_add(nth as u64));
        let Some((captured, size)) = chunk.message(nth).filter(|_| seq <= to) else { break };
        if !each(&Placed { seq, size, captured })? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn single<'a>(row: &'a Row<'_>) -> rusqlite::Result<Placed<'a>> {
    let message = Message {
        id: MessageId(count(row, 1)?),
        kind: message_kind(row, 4)?,
        payload: payload_bytes(row.get_ref(8)?),
        valid: row.get(5)?,
        frames: row.get(10)?,
        wire: wire_size(row, 9)?,
    };
    let (at, connection) = (Timestamp(row.get(2)?), ConnectionId(row.get(3)?));
    let captured = Captured { at, connection, verdict: verdict(row, 6)?, message };
    Ok(Placed { seq: Seq(count(row, 0)?), size: count(row, 7)?, captured })
}

pub(super) fn chunk<'a>(row: &'a Row<'_>) -> rusqlite::Result<Chunk<'a>> {
    let head = Head {
        seq: Seq(count(row, 0)?),
        id: MessageId(count(row, 1)?),
        at: Timestamp(row.get(2)?),
        connection: ConnectionId(row.get(3)?),
        kind: message_kind(row, 4)?,
        valid: row.get(5)?,
        verdict: verdict(row, 6)?,
    };
    Ok(Chunk {
        head,
        count: usize::try_from(count(row, 11)?).unwrap_or(0).min(chunk::MOST),
        payloads: match row.get_ref(8)? {
            ValueRef::Null => None,
            payloads => Some(payload_bytes(payloads)),
        },
        wires: payload_bytes(row.get_ref(9)?),
        later: payload_bytes(row.get_ref(10)?),
        ends: payload_bytes(row.get_ref(12)?),
    })
}

/// Whether a sent message is looked for; any other event is.
fn is_wanted(search: Search<'_>, event: &Event) -> bool {
    match &event.kind {
        EventKind::Sent(sent) => {
            (search.matches)(&sent_candidate(sent.kind, &sent.payload, event.at, event.connection))
        }
        _ => true,
    }
}
