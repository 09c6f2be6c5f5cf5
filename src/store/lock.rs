//! Locks captures, so that only one program writes one at a time, and knows which ones this program writes.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::files::open_existing;

use super::CaptureError;

/// The captures that this program writes. It must open their files only through SQLite: closing any handle of a
/// file releases all locks that the program has on it (<https://www.sqlite.org/howtocorrupt.html>, 2.2).
static WRITTEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// An exclusive lock on a capture, released on drop. The system releases it if the program is killed.
#[derive(Debug)]
pub(super) struct Lock {
    /// Holds the lock; also used to set the time of the file.
    pub file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock.
    ///
    /// # Errors
    ///
    /// Another writer has it, or the file cannot be opened.
    pub(super) fn take(path: &Path) -> Result<Self, CaptureError> {
        let in_use = || CaptureError::InUse { path: path.to_owned() };
        let canonical = canonical(path);
        let mut written = written();
        if written.contains(&canonical) {
            return Err(in_use());
        }
        let unusable = |source| CaptureError::Unusable { path: path.to_owned(), source };
        let file = open_existing(path).map_err(unusable)?;
        file.try_lock().map_err(|_| in_use())?;
        written.push(canonical.clone());
        Ok(Self { file, path: canonical })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        written().retain(|path| *path != self.path);
    }
}

/// Whether this program writes a capture.
pub(super) fn is_written_here(path: &Path) -> bool {
    written().contains(&canonical(path))
}

/// Whether another program writes a capture. Must not be called for one that this program writes.
pub(super) fn is_written_elsewhere(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// A panic while the list was locked leaves it valid.
fn written() -> MutexGuard<'static, Vec<PathBuf>> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
