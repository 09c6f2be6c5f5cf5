//! Files that are written whole or not at all.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use super::IfExists;

/// Writes a whole file, or none: `write` fills it under another name in the same folder, and it gets its name once it
/// is on the disk.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if the file exists and must be kept; it cannot be written; or those of `write`.
pub fn write_whole<E: From<io::Error>>(
    path: &Path,
    existing: IfExists,
    write: impl FnOnce(File, &Path) -> Result<(), E>,
) -> Result<(), E> {
    if existing == IfExists::Fail && path.symlink_metadata().is_ok() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    // The file behind a link is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let new = tempfile::Builder::new().prefix(".sockeye-").tempfile_in(folder)?;
    write(new.reopen()?, new.path())?;
    new.as_file().sync_all()?;
    let persisted = match existing {
        IfExists::Fail => new.persist_noclobber(&path),
        IfExists::Replace => new.persist(&path),
    };
    persisted.map_err(|error| error.error)?;
    Ok(())
}
