//! Lists and deletes the captures in the state folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::session::Timestamp;

use super::{
    CaptureError, Reader,
    file::{self, Contents},
    lock::Lock,
};

/// A file in the folder of captures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureFile {
    pub path: PathBuf,
    /// The size on disk, including the write-ahead log.
    pub bytes: u64,
    pub summary: Result<CaptureSummary, String>,
}

/// A summary of all sessions of a capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureSummary {
    /// The name of the last session.
    pub name: String,
    /// The URL of the last session, masked.
    pub url: String,
    pub began: Timestamp,
    pub messages: u64,
}

/// At most `most` captures in `folder`, the newest first; none if the folder does not exist.
///
/// # Errors
///
/// The folder cannot be read.
pub fn list(folder: &Path, most: usize) -> io::Result<Vec<CaptureFile>> {
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
    Ok(paths.into_iter().rev().take(most).map(|(_, path)| capture_file(path)).collect())
}

fn capture_file(path: PathBuf) -> CaptureFile {
    let summary = Reader::open(&path).and_then(|reader| reader.sessions()).map(|sessions| {
        let messages = sessions.iter().map(|session| session.messages).sum();
        let began = sessions.first().map_or(Timestamp::default(), |session| session.began);
        let last = sessions.last().cloned().unwrap_or_default();
        CaptureSummary { name: last.name, url: last.url, began, messages }
    });
    CaptureFile { bytes: file::size(&path), summary: summary.map_err(|error| error.to_string()), path }
}

/// Deletes a capture with its log.
///
/// # Errors
///
/// The file is not a capture, is being written, or cannot be deleted.
pub fn delete(path: &Path) -> Result<(), CaptureError> {
    let unusable = |source| CaptureError::Unusable { path: path.to_owned(), source };
    if file::contents(path)? == Contents::Absent {
        return Err(CaptureError::Missing { path: path.to_owned() });
    }
    let _lock = Lock::take(path)?;
    fs::remove_file(path).map_err(unusable)?;
    for end in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(file::with_suffix(path, end)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
            _ => {}
        }
    }
    Ok(())
}
