//! Events as rows of a capture.

use std::num::NonZeroU32;

use rusqlite::{
    Connection, params,
    types::{ToSqlOutput::Borrowed, Value, ValueRef},
};

use tokio::sync::watch;

use crate::{
    schema,
    session::{Batch, End, Event, EventKind, Kind, Seq, Timestamp},
};

use super::{
    Captured,
    chunk::{Chunk, OpenChunk},
};

/// Inserts events into an open transaction.
pub(super) struct RowsOut {
    pub db: Connection,
    name: String,
    /// What connections are made with, as YAML; empty while that is not known.
    profile: watch::Receiver<String>,
    session: Option<Session>,
    /// The place of the last event.
    pub seq: u64,
    open: Option<OpenChunk>,
    /// A written chunk, for its memory.
    spare: Option<OpenChunk>,
}

/// The totals of the session being written.
struct Session {
    id: i64,
    first_seq: u64,
    last_at: Timestamp,
    messages: u64,
    bytes: u64,
    connections: u32,
    ended: Option<&'static str>,
}

impl RowsOut {
    /// Continues a capture whose last event is at place `seq`, with sessions of this name.
    pub fn new(db: Connection, name: &str, profile: watch::Receiver<String>, seq: u64) -> Self {
        Self { db, name: name.to_owned(), profile, session: None, seq, open: None, spare: None }
    }

    /// Inserts an event. Messages may stay in the open chunk until [`RowsOut::complete`].
    pub fn insert(&mut self, event: &Event) -> rusqlite::Result<()> {
        if self.session.is_none() {
            self.insert_session(event)?;
        }
        if let EventKind::Messages(batch) = &event.kind {
            return self.insert_batch(event, batch);
        }
        // The messages of a chunk have consecutive places.
        self.write_chunk()?;
        let Self { db, session: Some(session), seq, profile, .. } = self else { return Ok(()) };
        session.last_at = event.at;
        match &event.kind {
            EventKind::Delivery(run) => {
                let mut insert =
                    db.prepare_cached("INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
                for redelivery in run.updates() {
                    *seq += 1;
                    let delivery = redelivery.delivery;
                    insert.execute(params![
                        sql_integer(*seq),
                        session.id,
                        sql_integer(redelivery.id.0),
                        delivery.attempt,
                        delivery.verdict.word(),
                        redelivery.recalled,
                        event.at.0,
                        event.connection.0
                    ])?;
                }
                return Ok(());
            }
            EventKind::Connecting { .. } => {
                session.connections = event.connection.0;
                insert_profile(db, session.id, &profile.borrow())?;
            }
            EventKind::Ended(ended) => {
                session.ended = Some(match ended.why {
                    End::Stopped => "stopped",
                    End::NotRetried => "not-retried",
                    End::FileEnds => "file-ends",
                    End::RetriesExhausted { .. } => "retries-exhausted",
                });
            }
            _ => {}
        }
        *seq += 1;
        let mut insert = db.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let (kind, body) = (schema::kind_of(&event.kind), schema::body(event));
        insert.execute(params![sql_integer(*seq), session.id, event.at.0, event.connection.0, kind, body])?;
        drop(insert);
        if session.ended.is_some() {
            self.update_session()?;
            self.session = None;
        }
        Ok(())
    }

    fn insert_batch(&mut self, event: &Event, batch: &Batch) -> rusqlite::Result<()> {
        for message in batch.messages() {
            self.seq += 1;
            let captured =
                Captured { at: event.at, connection: event.connection, verdict: batch.verdict, message };
            if self.open.as_mut().is_some_and(|open| open.add(&captured)) {
                continue;
            }
            self.write_chunk()?;
            self.open = OpenChunk::with(Seq(self.seq), &captured, self.spare.take());
            if self.open.is_none() {
                insert_message(&self.db, "single", self.session_id(), Seq(self.seq), &captured)?;
            }
        }
        if let Some(session) = &mut self.session {
            session.last_at = event.at;
            session.messages += batch.len() as u64;
            session.bytes += batch.payload_bytes();
        }
        Ok(())
    }

    /// Writes the open chunk, a small one as single messages.
    fn write_chunk(&mut self) -> rusqlite::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let chunk = open.chunk();
        if open.is_small() {
            for nth in 0..chunk.count {
                if let Some((captured, _)) = chunk.message(nth) {
                    insert_message(
                        &self.db,
                        "single",
                        self.session_id(),
                        chunk.head.seq.plus(nth as u64),
                        &captured,
                    )?;
                }
            }
        } else {
            insert_chunk(&self.db, self.session_id(), &chunk, None)?;
        }
        self.spare = Some(open);
        Ok(())
    }

    fn session_id(&self) -> i64 {
        self.session.as_ref().map_or(0, |session| session.id)
    }

    fn insert_session(&mut self, event: &Event) -> rusqlite::Result<()> {
        let url = match &event.kind {
            EventKind::Connecting { url } => url.as_str(),
            _ => "",
        };
        self.db.execute(
            "INSERT INTO session (name, url, sockeye, first_seq, last_seq, started_at, last_at, messages, bytes, connections) \
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5, 0, 0, 0)",
            params![self.name, url, env!("CARGO_PKG_VERSION"), sql_integer(self.seq + 1), event.at.0],
        )?;
        self.session = Some(Session {
            id: self.db.last_insert_rowid(),
            first_seq: self.seq + 1,
            last_at: event.at,
            messages: 0,
            bytes: 0,
            connections: 0,
            ended: None,
        });
        Ok(())
    }

    /// Writes what is still open, before a commit.
    pub fn complete(&mut self) -> rusqlite::Result<()> {
        self.write_chunk()?;
        self.update_session()
    }

    fn update_session(&self) -> rusqlite::Result<()> {
        let Some(session) = &self.session else { return Ok(()) };
        let mut update = self.db.prepare_cached(
            "UPDATE session SET last_seq = ?2, last_at = ?3, messages = ?4, bytes = ?5, connections = ?6, ended = ?7 WHERE id = ?1",
        )?;
        let (messages, bytes) = (sql_integer(session.messages), sql_integer(session.bytes));
        let last = sql_integer(self.seq.max(session.first_seq));
        update.execute(params![
            session.id,
            last,
            session.last_at.0,
            messages,
            bytes,
            session.connections,
            session.ended
        ])?;
        Ok(())
    }
}

/// Keeps what a session makes its connections with; the last of them counts.
fn insert_profile(db: &Connection, session: i64, yaml: &str) -> rusqlite::Result<()> {
    if !yaml.is_empty() {
        db.prepare_cached("INSERT OR REPLACE INTO profile VALUES (?1, ?2)")?
            .execute(params![session, yaml])?;
    }
    Ok(())
}

/// Inserts a message as a row of its own.
pub(super) fn insert_message(
    db: &Connection,
    table: &str,
    session: i64,
    seq: Seq,
    captured: &Captured<'_>,
) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(&format!(
        "INSERT INTO {table} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    ))?;
    let Captured { at, connection, verdict, message } = *captured;
    // The payload of a valid text was checked when it was read from the socket.
    let is_text = message.kind == Kind::Text && message.valid;
    let payload = if is_text { ValueRef::Text(message.payload) } else { ValueRef::Blob(message.payload) };
    insert.execute(params![
        sql_integer(seq.0),
        session,
        sql_integer(message.id.0),
        at.0,
        connection.0,
        message.kind.word(),
        sql_integer(message.payload.len() as u64),
        message.frames,
        message.valid,
        verdict.word(),
        Borrowed(payload),
        message.wire.map(NonZeroU32::get)
    ])?;
    Ok(())
}
/// Where the payloads of a chunk stand once they are compressed.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub block: i64,
    /// The byte of the inflated block at which they begin.
    pub base: i64,
}

pub(super) fn insert_chunk(
    db: &Connection,
    session: i64,
    chunk: &Chunk<'_>,
    place: Option<Place>,
) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO chunk VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    let Chunk { head, count, later, wires, ends, payloads } = *chunk;
    let list = |list| if <[u8]>::is_empty(list) { ValueRef::Null } else { ValueRef::Blob(list) };
    insert.execute(params![
        sql_integer(head.seq.0),
        session,
        sql_integer(head.id.0),
        head.at.0,
        head.connection.0,
        head.kind.word(),
        head.valid,
        head.verdict.word(),
        sql_integer(count as u64),
        Borrowed(list(later)),
        Borrowed(list(wires)),
        ends,
        payloads,
        place.map(|place| place.block),
        place.map(|place| place.base)
    ])?;
    Ok(())
}

/// A count as an SQLite integer.
fn sql_integer(count: u64) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}
