//! Who writes a capture: one program at a time, and which captures this program writes itself.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::files::open_existing;

use super::CaptureError;

/// The captures that this program writes. Of these it must open no file but through SQLite: to close any
/// handle of a file lets go of every lock that the program has on it
/// (<https://www.sqlite.org/howtocorrupt.html>, 2.2).
static WRITTEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The right to write a capture, until it is dropped. The system takes it from a program that is killed.
#[derive(Debug)]
pub(super) struct Lock {
    /// Held for its lock, and for the time of the file.
    pub file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the right, if nobody has it.
    ///
    /// # Errors
    ///
    /// Somebody has it, or the file cannot be opened.
    pub(super) fn take(path: &Path) -> Result<Self, CaptureError> {
        let in_use = || CaptureError::InUse { path: path.to_owned() };
        let whole = whole(path);
        let mut written = written();
        if written.contains(&whole) {
            return Err(in_use());
        }
        let unusable = |source| CaptureError::Unusable { path: path.to_owned(), source };
        let file = open_existing(path).map_err(unusable)?;
        file.try_lock().map_err(|_| in_use())?;
        written.push(whole.clone());
        Ok(Self { file, path: whole })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        written().retain(|path| *path != self.path);
    }
}

/// Whether this program writes a capture.
pub(super) fn is_written_here(path: &Path) -> bool {
    written().contains(&whole(path))
}

/// Whether another program writes a capture that this one does not.
pub(super) fn is_written_elsewhere(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// A list of paths is whole whatever became of who held it.
fn written() -> MutexGuard<'static, Vec<PathBuf>> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn whole(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
