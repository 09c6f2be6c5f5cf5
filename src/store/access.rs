//! Opens captures for reading so that no files are left beside them.
//!
//! | Beside the capture | How it is read |
//! |---|---|
//! | nothing | as an immutable file, without a lock or files of SQLite |
//! | the journal of an active writer | with its locks; the writer leaves one file |
//! | the journal of a killed writer | once the commit that it had begun is taken back, and the journal deleted |
//! | the same in a read-only folder | as a copy; the original stays unchanged |
//!
//! A log is the rollback journal, or the write-ahead log of an earlier version, which is moved into the file.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::files::{create_private, temporary_folder};

use super::{
    CaptureError,
    file::{self, Contents},
    lock::{self, Lock},
    tables,
};

/// An open capture.
#[derive(Debug)]
pub(super) struct Access {
    /// Declared first, so that it is closed before `mode` is dropped.
    pub db: Connection,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    /// Without a log. Holds the length and the time of the file when it was opened.
    Immutable(Option<(u64, SystemTime)>),
    /// With the locks of a writer.
    Written,
    /// A copy in a temporary folder.
    Copy(TempDir),
}

impl Access {
    /// Opens a capture in the suitable mode.
    pub(super) fn open(path: &Path) -> Result<Self, CaptureError> {
        if lock::is_written_here(path) {
            if fs::metadata(path).is_ok_and(|meta| meta.len() == 0) {
                return Err(CaptureError::Empty { path: path.to_owned() });
            }
            return Ok(Self { db: open_with_locks(path)?, mode: Mode::Written });
        }
        check(path)?;
        if file::has_log(path) {
            if lock::is_written_elsewhere(path) {
                return Ok(Self { db: open_with_locks(path)?, mode: Mode::Written });
            }
            if !is_writable(path) {
                let unusable = |source| CaptureError::Unusable { path: path.to_owned(), source };
                let folder = copy(path).map_err(unusable)?;
                let copied = copy_path(&folder);
                recover(&copied)?;
                return Ok(Self { db: open_immutable(&copied)?, mode: Mode::Copy(folder) });
            }
            recover(path)?;
            // Without its journal the file may be empty.
            check(path)?;
        }
        let stamp = stamp(path);
        Ok(Self { db: open_immutable(path)?, mode: Mode::Immutable(stamp) })
    }

    /// Opens the same file once more, as this one is open; it must be dropped first.
    pub(super) fn another(&self, path: &Path) -> Result<Self, CaptureError> {
        let (db, mode) = match &self.mode {
            Mode::Immutable(stamp) => (open_immutable(path)?, Mode::Immutable(*stamp)),
            Mode::Written => (open_with_locks(path)?, Mode::Written),
            Mode::Copy(folder) => (open_immutable(&copy_path(folder))?, Mode::Immutable(None)),
        };
        Ok(Self { db, mode })
    }

    /// Whether a writer has started to write a capture that was opened as immutable.
    pub(super) fn is_outdated(&self, path: &Path) -> bool {
        match &self.mode {
            Mode::Immutable(before) => file::has_log(path) || stamp(path) != *before,
            Mode::Written | Mode::Copy(_) => false,
        }
    }
}

/// Checks that there is a capture that can be read.
fn check(path: &Path) -> Result<(), CaptureError> {
    match file::contents(path)? {
        Contents::Absent => Err(CaptureError::Missing { path: path.to_owned() }),
        Contents::Empty => Err(CaptureError::Empty { path: path.to_owned() }),
        Contents::Capture | Contents::Earlier(_) => Ok(()),
    }
}

const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Opens a capture whose writer is active. It is only read; but a writer that begins a commit while SQLite looks at its
/// journal leaves one that seems to be left behind, and a connection that may not write fails there instead of waiting.
fn open_with_locks(path: &Path) -> Result<Connection, CaptureError> {
    let flags = if is_writable(path) {
        FLAGS.difference(OpenFlags::SQLITE_OPEN_READ_ONLY) | OpenFlags::SQLITE_OPEN_READ_WRITE
    } else {
        FLAGS
    };
    checked(path, Connection::open_with_flags(path, flags))
}

fn open_immutable(path: &Path) -> Result<Connection, CaptureError> {
    let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let uri = format!("file:{name}?immutable=1");
    checked(path, Connection::open_with_flags(uri, FLAGS | OpenFlags::SQLITE_OPEN_URI))
}

fn checked(path: &Path, opened: rusqlite::Result<Connection>) -> Result<Connection, CaptureError> {
    let check = |db: Connection| {
        db.query_row("SELECT count(*) FROM session", [], |row| row.get::<_, i64>(0))?;
        tables::adapt(&db)?;
        Ok(db)
    };
    opened.and_then(check).map_err(|source| CaptureError::Database { path: path.to_owned(), source })
}

fn stamp(path: &Path) -> Option<(u64, SystemTime)> {
    let meta = fs::metadata(path).ok()?;
    Some((meta.len(), meta.modified().ok()?))
}

/// Completes what a killed writer had begun, so that the capture is one file.
fn recover(path: &Path) -> Result<(), CaptureError> {
    // Prevents new writers; fails if there is an active one.
    let lock = Lock::take(path)?;
    let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let written = modified(path).max(modified(&file::wal(path)));
    let database = |source| CaptureError::Database { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(database)?;
    // Reading takes the commit back.
    let mode: String = db.query_row("PRAGMA journal_mode", [], |row| row.get(0)).map_err(database)?;
    if mode == "wal" {
        // The last connection deletes the log on close, once all of it is in the file.
        db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").map_err(database)?;
    } else {
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(database)?;
        // Only a change of the mode deletes a journal that holds nothing.
        db.execute_batch("PRAGMA journal_mode = PERSIST; PRAGMA journal_mode = DELETE;").map_err(database)?;
    }
    drop(db);
    // Restores the time of the last captured event, by which the list of captures is sorted.
    if let Some(written) = written {
        drop(lock.file.set_modified(written));
    }
    Ok(())
}

/// Whether the file and its folder are writable.
#[cfg(unix)]
fn is_writable(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    [path, folder].iter().all(|path| access(*path, Access::WRITE_OK).is_ok())
}

#[cfg(not(unix))]
fn is_writable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.permissions().readonly())
}

/// Copies a capture and its log into a temporary folder.
fn copy(path: &Path) -> io::Result<TempDir> {
    let folder = temporary_folder()?;
    let new = copy_path(&folder);
    for (from, to) in [
        (path.to_owned(), new.clone()),
        (file::wal(path), file::wal(&new)),
        (file::journal(path), file::journal(&new)),
    ] {
        match File::open(from) {
            Ok(mut from) => drop(io::copy(&mut from, &mut create_private(&to)?)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(folder)
}

fn copy_path(folder: &TempDir) -> PathBuf {
    folder.path().join("capture.sqlite")
}
