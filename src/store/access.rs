//! The ways to read a capture so that nothing is left beside it.
//!
//! | Beside the capture lies | It is read |
//! |---|---|
//! | nothing | as a file that nobody changes, without a lock or a file of SQLite's own |
//! | the log of a writer that is at work | with it; the writer leaves one file |
//! | the log of a writer that was killed | with it; afterwards the log is moved into the file |
//! | the same, where nothing may be written | as a copy, and it stays as it is |

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
    file::{self, Holds},
    lock::{self, Lock},
};

/// A capture that is open to be read.
#[derive(Debug)]
pub(super) struct Access {
    /// Closed before the rest goes.
    pub db: Connection,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// As it was when it was opened: its length, and when it was written.
    Still(Option<(u64, SystemTime)>),
    /// With the log beside it, which this program writes.
    Own,
    /// With the log beside it, which is moved into the file at the end if nobody writes any more.
    Log(#[expect(dead_code, reason = "held for its drop")] Tidy),
    /// In a folder that goes with this.
    Copy(#[expect(dead_code, reason = "held for its drop")] TempDir),
}

impl Access {
    /// Opens a capture the way that suits it.
    pub(super) fn open(path: &Path) -> Result<Self, CaptureError> {
        if lock::is_written_here(path) {
            if fs::metadata(path).is_ok_and(|meta| meta.len() == 0) {
                return Err(CaptureError::Empty { path: path.to_owned() });
            }
            return Ok(Self { db: beside(path)?, way: Way::Own });
        }
        match file::holds(path)? {
            Holds::Nothing => return Err(CaptureError::Missing { path: path.to_owned() }),
            Holds::Emptiness => return Err(CaptureError::Empty { path: path.to_owned() }),
            Holds::Capture => {}
        }
        if !file::has_log(path) {
            let stamp = stamp(path);
            return Ok(Self { db: still(path)?, way: Way::Still(stamp) });
        }
        if may_be_tidied(path) || lock::is_written_elsewhere(path) {
            let tidy = Tidy(path.to_owned());
            return Ok(Self { db: beside(path)?, way: Way::Log(tidy) });
        }
        let folder = copy(path).map_err(|source| CaptureError::Unusable { path: path.to_owned(), source })?;
        Ok(Self { db: beside(&copied(&folder))?, way: Way::Copy(folder) })
    }

    /// Whether somebody has begun to write a capture that was taken for one that nobody changes.
    pub(super) fn is_outdated(&self, path: &Path) -> bool {
        match &self.way {
            Way::Still(before) => file::has_log(path) || stamp(path) != *before,
            Way::Own | Way::Log(_) | Way::Copy(_) => false,
        }
    }
}

const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// With the log beside it.
fn beside(path: &Path) -> Result<Connection, CaptureError> {
    readable(path, Connection::open_with_flags(path, FLAGS))
}

/// As a file that nobody changes.
fn still(path: &Path) -> Result<Connection, CaptureError> {
    let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let uri = format!("file:{name}?immutable=1");
    readable(path, Connection::open_with_flags(uri, FLAGS | OpenFlags::SQLITE_OPEN_URI))
}

fn readable(path: &Path, opened: rusqlite::Result<Connection>) -> Result<Connection, CaptureError> {
    let asked = |db: Connection| {
        db.query_row("SELECT count(*) FROM session", [], |row| row.get::<_, i64>(0)).map(|_| db)
    };
    opened.and_then(asked).map_err(|source| CaptureError::Database { path: path.to_owned(), source })
}

fn stamp(path: &Path) -> Option<(u64, SystemTime)> {
    let meta = fs::metadata(path).ok()?;
    Some((meta.len(), meta.modified().ok()?))
}

/// Moves the log of a writer that was killed into its capture.
#[derive(Debug)]
struct Tidy(PathBuf);

impl Drop for Tidy {
    fn drop(&mut self) {
        // What cannot be tidied is read again as it is.
        drop(tidy(&self.0));
    }
}

fn tidy(path: &Path) -> Result<(), CaptureError> {
    if !file::has_log(path) || lock::is_written_here(path) {
        return Ok(());
    }
    // While it is held nobody begins to write; a writer that lives has it.
    let lock = Lock::take(path)?;
    let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let written = modified(path).max(modified(&file::wal(path)));
    let database = |source| CaptureError::Database { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(database)?;
    // The last connection to close deletes the log, once all of it is in the file.
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").map_err(database)?;
    drop(db);
    // A capture is as old as what was captured last; the list of captures goes by that.
    if let Some(written) = written {
        drop(lock.file.set_modified(written));
    }
    Ok(())
}

/// Whether the file and its folder may be written.
#[cfg(unix)]
fn may_be_tidied(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    [path, folder].iter().all(|path| access(*path, Access::WRITE_OK).is_ok())
}

#[cfg(not(unix))]
fn may_be_tidied(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.permissions().readonly())
}

/// A capture and its log in a folder of their own.
fn copy(path: &Path) -> io::Result<TempDir> {
    let folder = temporary_folder()?;
    let new = copied(&folder);
    for (from, to) in [(path.to_owned(), new.clone()), (file::wal(path), file::wal(&new))] {
        match File::open(from) {
            Ok(mut from) => drop(io::copy(&mut from, &mut create_private(&to)?)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(folder)
}

fn copied(folder: &TempDir) -> PathBuf {
    folder.path().join("capture.sqlite")
}
