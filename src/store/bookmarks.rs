//! Bookmarks of a capture: the places that a person has marked, each with a note.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, params};

use crate::session::Seq;

use super::{CaptureError, Reader, SessionSummary, lock::Lock, rows::sql_seq, tables};

/// The most bookmarks of a session that are read.
pub const BOOKMARKS: usize = 10_000;
/// How long a reader of the capture in another program is waited for.
const BUSY: Duration = Duration::from_secs(3);

/// Sets the bookmark at a place of an old capture, or takes it away. Captures of earlier versions take bookmarks too.
///
/// # Errors
///
/// The file cannot be written, or is being written.
pub fn set_bookmark(path: &Path, seq: Seq, note: Option<&str>) -> Result<(), CaptureError> {
    let lock = Lock::take(path)?;
    let modified = fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // The file itself is opened by nothing but SQLite (`lock.rs`).
    let written = Connection::open_with_flags(path, flags).and_then(|db| {
        db.busy_timeout(BUSY)?;
        let application: u32 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        if application != tables::APPLICATION {
            return Ok(false);
        }
        db.execute_batch(&format!("PRAGMA journal_mode = DELETE; {}", tables::BOOKMARKS))?;
        write(&db, seq, note).map(|()| true)
    });
    // Captures are listed by the time of their last event. A little later tells those who read this one that it has
    // changed.
    if let Some(modified) = modified {
        drop(lock.file.set_modified(modified + Duration::from_millis(1)));
    }
    match written {
        Ok(true) => Ok(()),
        Ok(false) => Err(CaptureError::NotOurs { path: path.to_owned() }),
        Err(source) => Err(CaptureError::Database { path: path.to_owned(), source }),
    }
}

/// The same in an open capture whose tables are complete.
pub(super) fn write(db: &Connection, seq: Seq, note: Option<&str>) -> rusqlite::Result<()> {
    match note {
        Some(note) => db
            .prepare_cached(
                "INSERT OR REPLACE INTO bookmark \
                 VALUES (?1, (SELECT max(id) FROM session WHERE first_seq <= ?1), ?2)",
            )?
            .execute(params![sql_seq(seq), note])?,
        None => db.prepare_cached("DELETE FROM bookmark WHERE seq = ?1")?.execute([sql_seq(seq)])?,
    };
    Ok(())
}

impl Reader {
    /// The bookmarks of a session with their notes, in order.
    ///
    /// # Errors
    ///
    /// The disk, or the file, fails.
    pub fn bookmarks(&self, session: &SessionSummary) -> Result<Vec<(Seq, String)>, CaptureError> {
        let read = || {
            let mut select = self
                .db()
                .prepare("SELECT seq, note FROM bookmark WHERE session = ?1 ORDER BY seq LIMIT ?2")?;
            let most = i64::try_from(BOOKMARKS).unwrap_or(i64::MAX);
            let rows = select.query_map(params![session.id, most], |row| {
                Ok((Seq(super::rows::count(row, 0)?), row.get(1)?))
            })?;
            rows.collect()
        };
        self.database(read())
    }
}
