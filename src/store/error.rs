//! Why a capture cannot be written or read.

use std::{io, path::PathBuf};

use super::tables::VERSION;

/// What is wrong with a file that is, or should become, a capture. What to do comes before the path: that
/// may be long, and cut off.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    #[error("there is no file {}", path.display())]
    Missing { path: PathBuf },
    #[error("{} is a folder, not a capture", path.display())]
    Folder { path: PathBuf },
    #[error("{} is empty: nothing was captured into it", path.display())]
    Empty { path: PathBuf },
    #[error("it is not a capture of sockeye; choose another name, nothing was changed in it: {}", path.display())]
    NotOurs { path: PathBuf },
    #[error(
        "it was written by a newer sockeye (version {found} of the file, this one knows {VERSION}); \
         open it with that one, or capture into another file: {}", path.display()
    )]
    Newer { path: PathBuf, found: u32 },
    #[error(
        "it was written by an older sockeye (version {found} of the file, this one reads {VERSION}); \
         open it with that one, or capture the session again: {}", path.display()
    )]
    Older { path: PathBuf, found: u32 },
    #[error("{} is being written by another sockeye", path.display())]
    InUse { path: PathBuf },
    #[error("{}: {}", reason(source), path.display())]
    Unusable { path: PathBuf, source: io::Error },
    #[error("{}: {}", told(source), path.display())]
    Database { path: PathBuf, source: rusqlite::Error },
    #[error("there is no home folder to keep captures in; --capture FILE names a file")]
    Homeless,
}

impl CaptureError {
    /// Whether it is of what the file holds, so that another file would do; otherwise of the disk.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Missing { .. }
            | Self::Folder { .. }
            | Self::Empty { .. }
            | Self::NotOurs { .. }
            | Self::Newer { .. }
            | Self::Older { .. }
            | Self::InUse { .. } => true,
            Self::Unusable { .. } | Self::Database { .. } | Self::Homeless => false,
        }
    }
}

/// What the system says, and what to do where that is known.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("{error}; choose a file that you may write with --capture FILE")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("{error}; choose a file on another disk with --capture FILE")
        }
        io::ErrorKind::StorageFull => {
            format!("{error}; make room, or choose another disk with --capture FILE")
        }
        io::ErrorKind::NotFound => format!("{error}; make the folder first"),
        _ => error.to_string(),
    }
}

/// What the database says, in words a person can act on.
pub(super) fn told(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            "the disk is full; make room, or choose another disk with --capture FILE".to_owned()
        }
        Some(ErrorCode::ReadOnly) => {
            "it cannot be written; choose another file with --capture FILE".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds it; close that one".to_owned()
        }
        Some(ErrorCode::NotADatabase) => "it is not a capture of sockeye".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => {
            "it is damaged; `sqlite3 FILE .recover` may save what is left".to_owned()
        }
        Some(ErrorCode::CannotOpen) => {
            "it cannot be opened; does its folder exist, and may you write there?".to_owned()
        }
        Some(ErrorCode::SystemIoFailure) => format!("the disk failed: {error}"),
        _ => error.to_string(),
    }
}
