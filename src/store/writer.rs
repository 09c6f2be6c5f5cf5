//! The thread that writes a capture.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::Connection;
use tokio::{
    runtime,
    sync::{mpsc, watch},
    time::{Instant, sleep, timeout_at},
};

use super::{
    CaptureError, Compress, Haste, Plan, Progress, State,
    backlog::{Backlog, Parcel},
    bookmarks,
    file::{self, Contents},
    lock::Lock,
    pack::pack,
    rows_out::RowsOut,
    tables,
};

/// A transaction is committed this time after its first row, or at the cost that the backlog tells.
const COMMIT_INTERVAL: Duration = Duration::from_millis(50);
/// After a parcel of fewer rows than this, and of a lower cost, the feed is slow, and the writer pauses to collect more.
const SMALL_PARCEL: u64 = 16;
const SMALL_COST: u64 = 32 << 10;
const IDLE_PAUSE: Duration = Duration::from_millis(5);
/// How often the size of the file and the free space are checked and reported.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// The size from which the finding `capture-large` is reported, in bytes.
const LARGE_CAPTURE: u64 = 10 << 30;
/// Less free space than this is reported; with less than `LEAST_SPACE` the capture stops. In bytes.
const LOW_SPACE: u64 = 1 << 30;
const LEAST_SPACE: u64 = 100 << 20;

/// Writes parcels until the channel is closed or an error occurs.
pub(super) fn run(
    path: &Path,
    (name, profile): (&str, watch::Receiver<String>),
    (plan, haste): (Plan, &Haste),
    mut parcels: mpsc::Receiver<Parcel>,
    backlog: &Backlog,
    progress: &watch::Sender<Progress>,
) {
    let fail = |message: String| progress.send_modify(|progress| progress.state = State::Failed(message));
    let Ok(runtime) = runtime::Builder::new_current_thread().enable_time().build() else {
        return fail("the asynchronous runtime could not be started".to_owned());
    };
    let written = runtime.block_on(async {
        let mut writer = Writer::open(path, name, profile, progress)?;
        if plan.pages > 0 {
            writer.database(writer.rows.db.pragma_update(None, "max_page_count", plan.pages))?;
        }
        writer.write_all(&mut parcels, backlog).await?;
        writer.compress(plan.compress, haste);
        writer.close()
    });
    match written {
        Ok(()) => progress.send_modify(|progress| progress.state = State::Closed),
        Err(error) => fail(error.to_string()),
    }
}

struct Writer<'a> {
    rows: RowsOut,
    path: PathBuf,
    progress: &'a watch::Sender<Progress>,
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
    /// The cost by which the backlog counts.
    cost: u64,
    /// The time of work on it, without waiting for more parcels.
    busy: Duration,
}

impl<'a> Writer<'a> {
    fn open(
        path: &Path,
        name: &str,
        profile: watch::Receiver<String>,
        progress: &'a watch::Sender<Progress>,
    ) -> Result<Self, CaptureError> {
        let found = file::contents(path)?;
        let lock = Lock::take(path)?;
        let database = |source| CaptureError::Database { path: path.to_owned(), source };
        let db = Connection::open(path).map_err(database)?;
        // A writer that was killed while it created the tables has left none: this takes its commit back.
        let is_new = found != Contents::Capture || !tables::exist(&db).map_err(database)?;
        let ready = if is_new {
            tables::create(&db)
        } else {
            tables::set_pragmas(&db).and_then(|()| tables::complete(&db))
        };
        ready.map_err(database)?;
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
            rows: RowsOut::new(db, name, profile, seq),
            path: path.to_owned(),
            progress,
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
                    let before = self.rows.seq;
                    let cost = self.write(&parcel)?;
                    if self.rows.seq - before < SMALL_PARCEL && cost < SMALL_COST {
                        // Collects messages that arrive one by one.
                        sleep(IDLE_PAUSE).await;
                        // Stops when a commit is due: a flood may have begun.
                        while !self.is_due(backlog)
                            && let Ok(parcel) = parcels.try_recv()
                        {
                            self.write(&parcel)?;
                        }
                    }
                }
                Ok(None) => break,
                Err(_) => self.commit(backlog)?,
            }
            if self.is_due(backlog) {
                self.commit(backlog)?;
            }
        }
        self.commit(backlog)
    }

    /// Compresses what is there. If that fails, the capture stays as it was, and is whole.
    fn compress(&mut self, compress: Compress, haste: &Haste) {
        if !compress.applies_to(file::size(&self.path)) {
            return;
        }
        let Self { rows: RowsOut { db, seq, .. }, progress, .. } = self;
        let mut report = |done| progress.send_modify(|progress| progress.state = State::Compressing(done));
        // Somebody who reads the capture now is not waited for.
        let packed = db
            .busy_timeout(Duration::ZERO)
            .and_then(|()| pack(db, compress, *seq, haste, &mut report))
            .and(db.busy_timeout(tables::BUSY));
        if let Err(error) = packed {
            tracing::warn!(%error, path = %self.path.display(), "the capture is not compressed");
        }
    }

    /// Leaves one file.
    fn close(&mut self) -> Result<(), CaptureError> {
        self.database(tables::close(&self.rows.db))?;
        self.check_space(true)
    }

    /// Whether the transaction must be committed now.
    fn is_due(&self, backlog: &Backlog) -> bool {
        self.transaction
            .is_some_and(|now| now.cost >= backlog.share() || now.since.elapsed() >= COMMIT_INTERVAL)
    }

    fn database<T>(&self, result: rusqlite::Result<T>) -> Result<T, CaptureError> {
        result.map_err(|source| CaptureError::Database { path: self.path.clone(), source })
    }

    /// Writes a parcel into the transaction, and returns its cost.
    fn write(&mut self, parcel: &Parcel) -> Result<u64, CaptureError> {
        let began = Instant::now();
        if self.transaction.is_none() {
            self.database(self.rows.db.execute_batch("BEGIN"))?;
            self.transaction = Some(Transaction { since: began, cost: 0, busy: Duration::ZERO });
        }
        let cost = match parcel {
            Parcel::Events { events, cost } => {
                for event in events {
                    let written = self.rows.insert(event);
                    self.database(written)?;
                }
                *cost
            }
            Parcel::Bookmark(seq, note) => {
                let place = seq.plus(self.progress.borrow().before);
                self.database(bookmarks::write(&self.rows.db, place, note.as_deref()))?;
                0
            }
        };
        if let Some(transaction) = &mut self.transaction {
            transaction.cost += cost;
            transaction.busy += began.elapsed();
        }
        Ok(cost)
    }

    fn commit(&mut self, backlog: &Backlog) -> Result<(), CaptureError> {
        let Some(Transaction { cost, busy, .. }) = self.transaction.take() else { return Ok(()) };
        let began = Instant::now();
        let complete = self.rows.complete();
        self.database(complete)?;
        self.database(self.rows.db.execute_batch("COMMIT"))?;
        backlog.committed(cost, busy + began.elapsed());
        self.check_space(false)
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
            let committed = self.rows.seq - progress.before;
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
