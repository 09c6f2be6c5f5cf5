//! The captures that are kept in the state folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::session::Timestamp;

use super::{
    CaptureError, Reader,
    file::{self, Holds},
    lock::Lock,
};

/// A file in the folder of captures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub path: PathBuf,
    /// On disk, the write-ahead log included.
    pub bytes: u64,
    pub about: Result<About, String>,
}

/// What a capture is about, all its sessions taken together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Of its last session.
    pub name: String,
    /// Of its last session, masked.
    pub url: String,
    pub began: Timestamp,
    pub messages: u64,
}

/// The captures in `folder`, the newest first, at most so many.
///
/// # Errors
///
/// The folder cannot be read. One that is not there holds nothing.
pub fn list(folder: &Path, most: usize) -> io::Result<Vec<Kept>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let is_capture = |path: &PathBuf| path.extension().is_some_and(|end| end == "sqlite");
    let mut paths: Vec<_> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .filter(|(_, path)| is_capture(path))
        .collect();
    paths.sort();
    Ok(paths.into_iter().rev().take(most).map(|(_, path)| kept(path)).collect())
}

fn kept(path: PathBuf) -> Kept {
    let about = Reader::open(&path).and_then(|reader| reader.sessions()).map(|sessions| {
        let messages = sessions.iter().map(|session| session.messages).sum();
        let began = sessions.first().map_or(Timestamp::default(), |session| session.began);
        let last = sessions.last().cloned().unwrap_or_default();
        About { name: last.name, url: last.url, began, messages }
    });
    Kept { bytes: file::size(&path), about: about.map_err(|error| error.to_string()), path }
}

/// Deletes a capture with its log. What is no capture, or is being written, stays.
///
/// # Errors
///
/// It is not one, is in use, or cannot be deleted.
pub fn delete(path: &Path) -> Result<(), CaptureError> {
    let unusable = |source| CaptureError::Unusable { path: path.to_owned(), source };
    if file::holds(path)? == Holds::Nothing {
        return Err(CaptureError::Missing { path: path.to_owned() });
    }
    let _lock = Lock::take(path)?;
    fs::remove_file(path).map_err(unusable)?;
    for end in ["-wal", "-shm"] {
        match fs::remove_file(file::beside(path, end)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
            _ => {}
        }
    }
    Ok(())
}
