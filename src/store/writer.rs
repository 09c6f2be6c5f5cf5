//! The thread that writes a capture.

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{CachedStatement, Connection, params, types::Value};
use tokio::{
    runtime,
    sync::{mpsc, watch},
    time::{Instant, sleep, timeout_at},
};

use crate::{
    schema,
    session::{Batch, ConnectionId, End, Event, EventKind, Kind, Message, Timestamp},
};

use super::{
    CaptureError, Progress, State,
    backlog::{Backlog, Parcel},
    file::{self, Contents},
    lock::Lock,
    tables,
};

/// A transaction is committed after this number of rows, or this time after its first row.
const COMMIT_ROWS: u64 = 1_000;
const COMMIT_INTERVAL: Duration = Duration::from_millis(50);
/// After a parcel of fewer rows than this the feed is slow, and the writer pauses to collect more.
const SMALL_PARCEL: u64 = 16;
const IDLE_PAUSE: Duration = Duration::from_millis(5);
/// How often the size of the file and the free space are checked and reported.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// A longer log is moved into the file when the writer is idle, in bytes.
const LONG_LOG: u64 = 2 << 20;
/// The size from which the finding `capture-large` is reported, in bytes.
const LARGE_CAPTURE: u64 = 10 << 30;
/// Less free space than this is reported; with less than `LEAST_SPACE` the capture stops. In bytes.
const LOW_SPACE: u64 = 1 << 30;
const LEAST_SPACE: u64 = 100 << 20;

/// Writes parcels until the channel is closed or an error occurs.
pub(super) fn run(
    path: &Path,
    name: &str,
    pages: i64,
    mut parcels: mpsc::Receiver<Parcel>,
    backlog: &Backlog,
    progress: &watch::Sender<Progress>,
) {
    let fail = |message: String| progress.send_modify(|progress| progress.state = State::Failed(message));
    let Ok(runtime) = runtime::Builder::new_current_thread().enable_time().build() else {
        return fail("the asynchronous runtime could not be started".to_owned());
    };
    let written = runtime.block_on(async {
        let mut writer = Writer::open(path, name, progress)?;
        if pages > 0 {
            writer.database(writer.db.pragma_update(None, "max_page_count", pages))?;
        }
        writer.write_all(&mut parcels, backlog).await
    });
    match written {
        Ok(()) => progress.send_modify(|progress| progress.state = State::Closed),
        Err(error) => fail(error.to_string()),
    }
}

struct Writer<'a> {
    db: Connection,
    path: PathBuf,
    name: String,
    progress: &'a watch::Sender<Progress>,
    session: Option<Session>,
    /// The place of the last event in the file.
    seq: u64,
    /// The open transaction.
    transaction: Option<Transaction>,
    last_check: Option<Instant>,
    /// Declared last, so that it is released after the database is closed.
    _lock: Lock,
}

/// An open transaction.
#[derive(Clone, Copy)]
struct Transaction {
    since: Instant,
    rows: u64,
    /// The cost by which the backlog counts.
    cost: u64,
    /// The time of work on it, without waiting for more parcels.
    busy: Duration,
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

impl<'a> Writer<'a> {
    fn open(path: &Path, name: &str, progress: &'a watch::Sender<Progress>) -> Result<Self, CaptureError> {
        let found = file::contents(path)?;
        let lock = Lock::take(path)?;
        let database = |source| CaptureError::Database { path: path.to_owned(), source };
        let db = Connection::open(path).map_err(database)?;
        if found == Contents::Capture { tables::set_pragmas(&db) } else { tables::create(&db) }
            .map_err(database)?;
        let seq: i64 = db.query_row(tables::LAST_SEQ, [], |row| row.get(0)).map_err(database)?;
        let seq = u64::try_from(seq).unwrap_or(0);
        progress.send_modify(|progress| {
            *progress = Progress {
                state: State::Recording,
                before: seq,
                bytes: file::size(path),
                ..Progress::default()
            };
        });
        Ok(Self {
            db,
            path: path.to_owned(),
            name: name.to_owned(),
            progress,
            session: None,
            seq,
            transaction: None,
            last_check: None,
            _lock: lock,
        })
    }

    /// Writes parcels until the channel is closed, and commits in time.
    async fn write_all(
        &mut self,
        parcels: &mut mpsc::Receiver<Parcel>,
        backlog: &Backlog,
    ) -> Result<(), CaptureError> {
        loop {
            let parcel = match self.transaction {
                Some(Transaction { since, .. }) => timeout_at(since + COMMIT_INTERVAL, parcels.recv()).await,
                None => Ok(parcels.recv().await),
            };
            match parcel {
                Ok(Some(parcel)) => {
                    let before = self.seq;
                    self.write(&parcel)?;
                    if self.seq - before < SMALL_PARCEL {
                        // Collects messages that arrive one by one.
                        sleep(IDLE_PAUSE).await;
                        // Stops when a commit is due: a flood may have begun.
                        while !self.is_due()
                            && let Ok(parcel) = parcels.try_recv()
                        {
                            self.write(&parcel)?;
                        }
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    self.commit(backlog)?;
                    self.checkpoint()?;
                }
            }
            if self.is_due() {
                self.commit(backlog)?;
            }
        }
        self.commit(backlog)?;
        // Leaves one file without a log.
        self.database(self.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);"))?;
        self.check_space(true)
    }

    /// Whether the transaction must be committed now.
    fn is_due(&self) -> bool {
        self.transaction.is_some_and(|now| now.rows >= COMMIT_ROWS || now.since.elapsed() >= COMMIT_INTERVAL)
    }

    fn database<T>(&self, result: rusqlite::Result<T>) -> Result<T, CaptureError> {
        result.map_err(|source| CaptureError::Database { path: self.path.clone(), source })
    }

    fn write(&mut self, parcel: &Parcel) -> Result<(), CaptureError> {
        let began = Instant::now();
        if self.transaction.is_none() {
            self.database(self.db.execute_batch("BEGIN"))?;
            self.transaction = Some(Transaction { since: began, rows: 0, cost: 0, busy: Duration::ZERO });
        }
        let before = self.seq;
        for event in &parcel.events {
            let written = self.insert_event(event);
            self.database(written)?;
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.rows += self.seq - before;
            transaction.cost += parcel.cost;
            transaction.busy += began.elapsed();
        }
        Ok(())
    }

    fn insert_event(&mut self, event: &Event) -> rusqlite::Result<()> {
        if self.session.is_none() {
            self.insert_session(event)?;
        }
        let Self { db, session: Some(session), seq, .. } = self else { return Ok(()) };
        session.last_at = event.at;
        match &event.kind {
            EventKind::Messages(batch) => {
                let mut insert = db.prepare_cached(
                    "INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                )?;
                for message in batch.messages() {
                    *seq += 1;
                    insert_message(&mut insert, (*seq, session.id), event, batch, &message)?;
                }
                session.messages += batch.len() as u64;
                session.bytes += batch.payload_bytes();
                return Ok(());
            }
            EventKind::Delivery(redelivery) => {
                *seq += 1;
                let mut insert =
                    db.prepare_cached("INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
                let (delivery, at) = (redelivery.delivery, event.at.0);
                let (verdict, connection) = (delivery.verdict.word(), event.connection.0);
                insert.execute(params![
                    sql_integer(*seq),
                    session.id,
                    sql_integer(redelivery.id.0),
                    delivery.attempt,
                    verdict,
                    redelivery.recalled,
                    at,
                    connection
                ])?;
                return Ok(());
            }
            EventKind::Connecting { .. } => session.connections = event.connection.0,
            EventKind::Ended(ended) => {
                session.ended = Some(match ended.why {
                    End::Stopped => "stopped",
                    End::NotRetried => "not-retried",
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

    fn commit(&mut self, backlog: &Backlog) -> Result<(), CaptureError> {
        let Some(Transaction { cost, busy, .. }) = self.transaction.take() else { return Ok(()) };
        let began = Instant::now();
        self.database(self.update_session())?;
        self.database(self.db.execute_batch("COMMIT"))?;
        backlog.committed(cost, busy + began.elapsed());
        self.check_space(false)
    }

    /// Keeps the log short while the feed is slow: each of its commits writes whole pages.
    fn checkpoint(&self) -> Result<(), CaptureError> {
        let long = std::fs::metadata(file::wal(&self.path)).is_ok_and(|wal| wal.len() > LONG_LOG);
        if long { self.database(self.db.execute_batch("PRAGMA wal_checkpoint(PASSIVE);")) } else { Ok(()) }
    }

    /// Reports the progress and checks the free space.
    fn check_space(&mut self, last: bool) -> Result<(), CaptureError> {
        if !last && self.last_check.is_some_and(|last_check| last_check.elapsed() < CHECK_INTERVAL) {
            return Ok(());
        }
        self.last_check = Some(Instant::now());
        let bytes = file::size(&self.path);
        let free = free_space(&self.path);
        let large = match free {
            Some(free) if free < LOW_SPACE => Some(format!("the disk has only {} MiB free", free >> 20)),
            _ if bytes >= LARGE_CAPTURE => Some(format!("the capture has {} GiB", bytes >> 30)),
            _ => None,
        };
        self.progress.send_modify(|progress| {
            let committed = self.seq - progress.before;
            *progress = Progress { bytes, committed, large, ..progress.clone() };
        });
        match free {
            Some(free) if free < LEAST_SPACE && !last => Err(CaptureError::Unusable {
                path: self.path.clone(),
                source: std::io::Error::new(
                    std::io::ErrorKind::StorageFull,
                    format!("the disk has less than {} MiB free", LEAST_SPACE >> 20),
                ),
            }),
            _ => Ok(()),
        }
    }
}

fn insert_message(
    insert: &mut CachedStatement<'_>,
    (seq, session): (u64, i64),
    event: &Event,
    batch: &Batch,
    message: &Message<'_>,
) -> rusqlite::Result<()> {
    let ConnectionId(connection) = event.connection;
    let payload = match (message.kind, str::from_utf8(message.payload)) {
        (Kind::Text, Ok(text)) => rusqlite::types::ToSqlOutput::Borrowed(text.into()),
        _ => rusqlite::types::ToSqlOutput::Borrowed(message.payload.into()),
    };
    insert.execute(params![
        sql_integer(seq),
        session,
        sql_integer(message.id.0),
        event.at.0,
        connection,
        message.kind.word(),
        sql_integer(message.payload.len() as u64),
        message.frames,
        message.valid,
        batch.verdict.word(),
        payload,
        message.wire.map(NonZeroU32::get)
    ])?;
    Ok(())
}

/// A count as an SQLite integer.
fn sql_integer(count: u64) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The free space on the disk of this file, in bytes.
#[cfg(unix)]
fn free_space(path: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(path).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(not(unix))]
fn free_space(_path: &Path) -> Option<u64> {
    None
}
