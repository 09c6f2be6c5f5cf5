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
    file::{self, Holds},
    lock::Lock,
    tables,
};

/// A commit comes after so many rows, or so long after the first of them.
const ROWS: u64 = 1_000;
const GATHERING: Duration = Duration::from_millis(50);
/// A parcel of fewer rows than this comes from a feed that can wait: it is a while until the next is looked for.
const FEW: u64 = 16;
const NAP: Duration = Duration::from_millis(5);
/// How often the size of the file and the room on the disk are looked at, and told.
const LOOK: Duration = Duration::from_millis(250);
/// A log beside the file that is longer than this is moved into the file when there is time, in bytes.
const LONG: u64 = 2 << 20;
/// From here on a capture is called large (`capture-large`).
const LARGE: u64 = 10 << 30;
/// A disk with less room than this is called short, and one with less than that is left alone.
const SHORT: u64 = 1 << 30;
const FULL: u64 = 100 << 20;

/// Writes what comes until nothing more does, or until it cannot go on.
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
        return fail("the system gives no event queue".to_owned());
    };
    let written = runtime.block_on(async {
        let mut writer = Writer::open(path, name, progress)?;
        if pages > 0 {
            writer.told(writer.db.pragma_update(None, "max_page_count", pages))?;
        }
        writer.follow(&mut parcels, backlog).await
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
    /// The commit that is being gathered.
    gathering: Option<Gathering>,
    looked: Option<Instant>,
    /// Held while the file is written, and let go after the database, which is closed before it.
    _lock: Lock,
}

/// What the next commit will hold.
#[derive(Clone, Copy)]
struct Gathering {
    since: Instant,
    rows: u64,
    /// As the backlog counts it.
    cost: u64,
    /// How long the work on it took, waiting for more aside.
    worked: Duration,
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
        let found = file::holds(path)?;
        let lock = Lock::take(path)?;
        let database = |source| CaptureError::Database { path: path.to_owned(), source };
        let db = Connection::open(path).map_err(database)?;
        if found == Holds::Capture { tables::tune(&db) } else { tables::create(&db) }.map_err(database)?;
        let last = "SELECT max(ifnull((SELECT max(seq) FROM message), 0), ifnull((SELECT max(seq) FROM event), 0), \
                    ifnull((SELECT max(seq) FROM delivery), 0))";
        let seq: i64 = db.query_row(last, [], |row| row.get(0)).map_err(database)?;
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
            gathering: None,
            looked: None,
            _lock: lock,
        })
    }

    /// Takes parcels until there are no more, and commits in time.
    async fn follow(
        &mut self,
        parcels: &mut mpsc::Receiver<Parcel>,
        backlog: &Backlog,
    ) -> Result<(), CaptureError> {
        loop {
            let parcel = match self.gathering {
                Some(Gathering { since, .. }) => timeout_at(since + GATHERING, parcels.recv()).await,
                None => Ok(parcels.recv().await),
            };
            match parcel {
                Ok(Some(parcel)) => {
                    let before = self.seq;
                    self.write(&parcel)?;
                    if self.seq - before < FEW {
                        // Messages that come one by one are taken several at a time.
                        sleep(NAP).await;
                        // Not beyond what is due to be committed: a flood may have begun.
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
                    self.shorten()?;
                }
            }
            if self.is_due() {
                self.commit(backlog)?;
            }
        }
        self.commit(backlog)?;
        // One file is left, without a log beside it.
        self.told(self.db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);"))?;
        self.look(true)
    }

    /// Whether what has been gathered is to be committed now.
    fn is_due(&self) -> bool {
        self.gathering.is_some_and(|now| now.rows >= ROWS || now.since.elapsed() >= GATHERING)
    }

    fn told<T>(&self, result: rusqlite::Result<T>) -> Result<T, CaptureError> {
        result.map_err(|source| CaptureError::Database { path: self.path.clone(), source })
    }

    fn write(&mut self, parcel: &Parcel) -> Result<(), CaptureError> {
        let began = Instant::now();
        if self.gathering.is_none() {
            self.told(self.db.execute_batch("BEGIN"))?;
            self.gathering = Some(Gathering { since: began, rows: 0, cost: 0, worked: Duration::ZERO });
        }
        let before = self.seq;
        for event in &parcel.events {
            let written = self.put(event);
            self.told(written)?;
        }
        if let Some(gathering) = &mut self.gathering {
            gathering.rows += self.seq - before;
            gathering.cost += parcel.cost;
            gathering.worked += began.elapsed();
        }
        Ok(())
    }

    fn put(&mut self, event: &Event) -> rusqlite::Result<()> {
        if self.session.is_none() {
            self.begin(event)?;
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
                    put_message(&mut insert, (*seq, session.id), event, batch, &message)?;
                }
                session.messages += batch.len() as u64;
                session.bytes += batch.payload_bytes();
                return Ok(());
            }
            EventKind::Delivery(told) => {
                *seq += 1;
                let mut insert =
                    db.prepare_cached("INSERT INTO delivery VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
                let (delivery, at) = (told.delivery, event.at.0);
                let (verdict, connection) = (delivery.verdict.word(), event.connection.0);
                insert.execute(params![
                    number(*seq),
                    session.id,
                    number(told.id.0),
                    delivery.attempt,
                    verdict,
                    told.recalled,
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
        insert.execute(params![number(*seq), session.id, event.at.0, event.connection.0, kind, body])?;
        drop(insert);
        if session.ended.is_some() {
            self.sum_up()?;
            self.session = None;
        }
        Ok(())
    }

    fn begin(&mut self, event: &Event) -> rusqlite::Result<()> {
        let url = match &event.kind {
            EventKind::Connecting { url } => url.as_str(),
            _ => "",
        };
        self.db.execute(
            "INSERT INTO session (name, url, sockeye, first_seq, last_seq, started_at, last_at, messages, bytes, connections) \
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5, 0, 0, 0)",
            params![self.name, url, env!("CARGO_PKG_VERSION"), number(self.seq + 1), event.at.0],
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

    fn sum_up(&self) -> rusqlite::Result<()> {
        let Some(session) = &self.session else { return Ok(()) };
        let mut update = self.db.prepare_cached(
            "UPDATE session SET last_seq = ?2, last_at = ?3, messages = ?4, bytes = ?5, connections = ?6, ended = ?7 WHERE id = ?1",
        )?;
        let (messages, bytes) = (number(session.messages), number(session.bytes));
        let last = number(self.seq.max(session.first_seq));
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
        let Some(Gathering { cost, worked, .. }) = self.gathering.take() else { return Ok(()) };
        let began = Instant::now();
        self.told(self.sum_up())?;
        self.told(self.db.execute_batch("COMMIT"))?;
        backlog.committed(cost, worked + began.elapsed());
        self.look(false)
    }

    /// While little comes, the log beside the file is kept short: each commit of a slow feed writes whole pages.
    fn shorten(&self) -> Result<(), CaptureError> {
        let long = std::fs::metadata(file::wal(&self.path)).is_ok_and(|wal| wal.len() > LONG);
        if long { self.told(self.db.execute_batch("PRAGMA wal_checkpoint(PASSIVE);")) } else { Ok(()) }
    }

    /// Tells how far it has come and whether there is still room for it.
    fn look(&mut self, last: bool) -> Result<(), CaptureError> {
        if !last && self.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            return Ok(());
        }
        self.looked = Some(Instant::now());
        let bytes = file::size(&self.path);
        let free = free(&self.path);
        let large = match free {
            Some(free) if free < SHORT => Some(format!("the disk has {} MiB left", free >> 20)),
            _ if bytes >= LARGE => Some(format!("the capture has {} GiB", bytes >> 30)),
            _ => None,
        };
        self.progress.send_modify(|progress| {
            let committed = self.seq - progress.before;
            *progress = Progress { bytes, committed, large, ..progress.clone() };
        });
        match free {
            Some(free) if free < FULL && !last => Err(CaptureError::Unusable {
                path: self.path.clone(),
                source: std::io::Error::new(
                    std::io::ErrorKind::StorageFull,
                    format!("the disk has less than {} MiB left", FULL >> 20),
                ),
            }),
            _ => Ok(()),
        }
    }
}

fn put_message(
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
        number(seq),
        session,
        number(message.id.0),
        event.at.0,
        connection,
        message.kind.word(),
        number(message.payload.len() as u64),
        message.frames,
        message.valid,
        batch.verdict.word(),
        payload,
        message.wire.map(NonZeroU32::get)
    ])?;
    Ok(())
}

/// A count as SQLite holds it.
fn number(count: u64) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The room on the disk of this file, in bytes.
#[cfg(unix)]
fn free(path: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(path).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(not(unix))]
fn free(_path: &Path) -> Option<u64> {
    None
}
