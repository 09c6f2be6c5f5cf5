//! Errors of captures.

use std::{io, path::PathBuf};

use super::tables::VERSION;

/// Why a capture cannot be written or read. The remedy comes before the path, since a long path may be cut off.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    #[error("there is no file {}", path.display())]
    Missing { path: PathBuf },
    #[error("{} is a folder, not a capture", path.display())]
    Folder { path: PathBuf },
    #[error("{} is empty: nothing was captured into it", path.display())]
    Empty { path: PathBuf },
    #[error("the file is not a capture of sockeye; it was not changed, choose another name: {}", path.display())]
    NotOurs { path: PathBuf },
    #[error(
        "the capture was written by a newer sockeye (file version {found}, this one supports {VERSION}); \
         open it with that version, or capture into another file: {}", path.display()
    )]
    Newer { path: PathBuf, found: u32 },
    #[error(
        "the capture was written by an older sockeye (file version {found}, this one supports {VERSION}); \
         open it with that version, or capture the session again: {}", path.display()
    )]
    Older { path: PathBuf, found: u32 },
    #[error("{} is being written by another sockeye", path.display())]
    InUse { path: PathBuf },
    #[error("{}: {}", io_reason(source), path.display())]
    Unusable { path: PathBuf, source: io::Error },
    #[error("{}: {}", database_reason(source), path.display())]
    Database { path: PathBuf, source: rusqlite::Error },
    #[error("there is no home folder for captures; choose a file with --capture FILE")]
    Homeless,
}

impl CaptureError {
    /// Whether the file itself is refused, so that another file would work; otherwise the disk failed.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Unusable { .. } | Self::Database { .. } | Self::Homeless)
    }
}

/// The error of the system, and a remedy where one is known.
fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("{error}; choose a writable file with --capture FILE")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("{error}; choose a file on another disk with --capture FILE")
        }
        io::ErrorKind::StorageFull => {
            format!("{error}; free disk space, or choose another disk with --capture FILE")
        }
        io::ErrorKind::NotFound => format!("{error}; create the folder first"),
        _ => error.to_string(),
    }
}

/// The error of the database, with a remedy where one is known.
pub(super) fn database_reason(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => {
            "the disk is full; free disk space, or choose another disk with --capture FILE".to_owned()
        }
        Some(ErrorCode::ReadOnly) => {
            "the capture is read-only; choose another file with --capture FILE".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program has locked the capture; close that program".to_owned()
        }
        Some(ErrorCode::NotADatabase) => "the file is not a capture of sockeye".to_owned(),
        Some(ErrorCode::DatabaseCorrupt) => {
            "the capture is damaged; `sqlite3 FILE .recover` may recover a part of it".to_owned()
        }
        Some(ErrorCode::CannotOpen) => {
            "the capture cannot be opened; check that its folder exists and is writable".to_owned()
        }
        Some(ErrorCode::SystemIoFailure) => format!("the disk failed: {error}"),
        _ => error.to_string(),
    }
}
