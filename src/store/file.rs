//! Paths of captures, and the check whether a file is one.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use crate::files::{Place, create_private_folder};

use super::{
    CaptureError,
    tables::{APPLICATION, ROWS_VERSION, VERSION},
};

/// The first bytes of an SQLite file.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// The offsets of the user version and the application id, big-endian numbers
/// (<https://www.sqlite.org/fileformat2.html>, 1.3).
const VERSION_OFFSET: usize = 60;
const APPLICATION_OFFSET: usize = 68;
const HEADER_SIZE: usize = 100;
/// The most characters of a session's name in a file name.
const LONGEST_NAME: usize = 40;

/// The contents of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contents {
    Absent,
    /// A file without a byte, which SQLite turns into a database.
    Empty,
    Capture,
    /// A capture of an earlier version, which is read and not written.
    Earlier(u32),
}

/// Checks that a path can be captured into: it is absent, empty or a capture.
///
/// # Errors
///
/// It is something else, or cannot be read.
pub fn check(path: &Path) -> Result<(), CaptureError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unusable = |source| CaptureError::Unusable { path: path.to_owned(), source };
    let found = contents(path)?;
    if let Contents::Earlier(found) = found {
        return Err(CaptureError::Older { path: path.to_owned(), found });
    }
    if found == Contents::Absent {
        let meta = fs::metadata(folder).map_err(unusable)?;
        if !meta.is_dir() {
            return Err(unusable(io::ErrorKind::NotADirectory.into()));
        }
    }
    Ok(())
}

/// Whether a file is a capture, also one of an earlier version.
#[must_use]
pub fn is_capture(path: &Path) -> bool {
    matches!(contents(path), Ok(Contents::Capture | Contents::Earlier(_)))
}

pub(super) fn contents(path: &Path) -> Result<Contents, CaptureError> {
    let at = || path.to_owned();
    let unusable = |source| CaptureError::Unusable { path: at(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Contents::Absent),
        Err(error) => return Err(unusable(error)),
    };
    let meta = file.metadata().map_err(unusable)?;
    if meta.is_dir() {
        return Err(CaptureError::Folder { path: at() });
    }
    if !meta.is_file() {
        return Err(CaptureError::NotOurs { path: at() });
    }
    if meta.len() == 0 {
        return Ok(Contents::Empty);
    }
    let mut header = Vec::with_capacity(HEADER_SIZE);
    file.by_ref().take(HEADER_SIZE as u64).read_to_end(&mut header).map_err(unusable)?;
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    // A writer that was killed while it created the tables: the first page is the last that SQLite writes early.
    if header.iter().all(|byte| *byte == 0) && journal(path).exists() {
        return Ok(Contents::Empty);
    }
    if !header.starts_with(MAGIC) {
        return Err(CaptureError::NotOurs { path: at() });
    }
    match (number(APPLICATION_OFFSET), number(VERSION_OFFSET)) {
        (Some(APPLICATION), Some(found)) if found > VERSION => Err(CaptureError::Newer { path: at(), found }),
        (Some(APPLICATION), Some(found)) if found < ROWS_VERSION => {
            Err(CaptureError::Older { path: at(), found })
        }
        (Some(APPLICATION), Some(found)) if found < VERSION => Ok(Contents::Earlier(found)),
        (Some(APPLICATION), _) => Ok(Contents::Capture),
        // If the writer was killed early, the tables are only in the log beside the file.
        (Some(0), Some(0)) if wal(path).exists() => Ok(Contents::Earlier(ROWS_VERSION)),
        _ => Err(CaptureError::NotOurs { path: at() }),
    }
}

/// The write-ahead log beside a capture of an earlier version.
pub(super) fn wal(path: &Path) -> PathBuf {
    with_suffix(path, "-wal")
}

/// The rollback journal beside a capture.
pub(super) fn journal(path: &Path) -> PathBuf {
    with_suffix(path, "-journal")
}

/// Whether a log lies beside a capture, without which it is incomplete.
pub(super) fn has_log(path: &Path) -> bool {
    [wal(path), journal(path)].iter().any(|path| path.exists())
}

pub(super) fn with_suffix(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// The size of a capture on disk with its log, in bytes.
#[must_use]
pub fn size(path: &Path) -> u64 {
    [path.to_owned(), wal(path), journal(path)]
        .iter()
        .filter_map(|path| fs::metadata(path).ok())
        .map(|meta| meta.len())
        .sum()
}

/// The default folder of captures: `sockeye/captures` in the state folder.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    Place::Captures.path()
}

/// A new path in the folder of captures for a session called `name` that begins at `time`
/// (`20260102-030405`). Creates the folder for the owner alone if it is missing.
///
/// # Errors
///
/// There is no home folder, or the folder cannot be created.
pub fn new_path(name: &str, time: &str) -> Result<PathBuf, CaptureError> {
    let folder = folder().ok_or(CaptureError::Homeless)?;
    create_private_folder(&folder)
        .map_err(|source| CaptureError::Unusable { path: folder.clone(), source })?;
    let name: String = name
        .chars()
        .take(LONGEST_NAME)
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.' { c } else { '-' })
        .collect();
    let name = if name.trim_matches(['-', '.']).is_empty() { "session".to_owned() } else { name };
    let numbered = |nth: u32| match nth {
        0 => folder.join(format!("{name}-{time}.sqlite")),
        nth => folder.join(format!("{name}-{time}-{nth}.sqlite")),
    };
    Ok((0..10_000).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(0)))
}
