//! The only place that creates files. Only their owner can access them, and none is overwritten.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// The mode of a file: only its owner reads and writes it.
#[cfg(unix)]
const FILE: u32 = 0o600;
/// The mode of a folder.
#[cfg(unix)]
const FOLDER: u32 = 0o700;
/// How many names are tried for a temporary file.
const NAMES: u32 = 100;

/// Creates a file that only its owner can access.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if the name is taken, even by a dangling link; or the file cannot be
/// created.
pub fn create_private(path: &Path) -> io::Result<File> {
    private().write(true).create_new(true).open(path)
}

/// Writes a new file that only its owner reads, whole or not at all; its size goes with what `write`
/// gives.
///
/// # Errors
///
/// The name is taken, as for [`create_private`], or the file cannot be written; then there is none.
pub fn write_new<T>(path: &Path, write: impl FnOnce(&File) -> io::Result<T>) -> io::Result<(T, u64)> {
    let file = create_private(path)?;
    let written = write(&file).and_then(|done| {
        file.sync_all()?;
        Ok((done, file.metadata()?.len()))
    });
    if written.is_err() {
        drop(fs::remove_file(path));
    }
    written
}

/// Opens a file to append to, or creates it. Afterwards only its owner can access it.
///
/// # Errors
///
/// The file cannot be opened or created.
pub fn append_private(path: &Path) -> io::Result<File> {
    let file = private().append(true).create(true).open(path)?;
    keep_private(&file)?;
    Ok(file)
}

/// Opens an existing file of ours to read and write it. Its contents are kept.
///
/// # Errors
///
/// The file does not exist, or cannot be written.
pub fn open_existing(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Replaces the file at `path` atomically by a new one, which `write` fills first.
///
/// # Errors
///
/// The new file cannot be created, filled or renamed; the old one is kept.
pub fn replace_private(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let (mut file, new) = create_beside(path)?;
    let replaced = write(&mut file).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&new, path));
    if replaced.is_err() {
        drop(fs::remove_file(new));
    }
    replaced
}

/// Replaces the contents of a file that somebody else may have made, atomically: the file behind a link, with its
/// permissions and, where that is allowed, its owner. Only if it still holds `known`.
///
/// # Errors
///
/// [`io::ErrorKind::StaleNetworkFileHandle`] if it holds something else; or it cannot be read or replaced, and is kept.
pub fn rewrite(path: &Path, known: &[u8], new: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    if fs::read(&path)? != known {
        return Err(io::ErrorKind::StaleNetworkFileHandle.into());
    }
    let old = fs::metadata(&path)?;
    check_writable(&path, &old)?;
    let (mut file, beside) = create_beside(&path).map_err(|error| {
        let reason = format!("no file can be made in its folder, which replacing it takes: {error}");
        io::Error::new(error.kind(), reason)
    })?;
    let replaced = io::Write::write_all(&mut file, new)
        .and_then(|()| take_over(&file, &old))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, &path));
    if replaced.is_err() {
        drop(fs::remove_file(beside));
    }
    replaced
}

/// Refuses a file that may not be written, though its folder would let it be replaced. For the superuser, too, a file that
/// nobody may write is meant to stay.
fn check_writable(path: &Path, meta: &fs::Metadata) -> io::Result<()> {
    let refused = |reason: &str| Err(io::Error::new(io::ErrorKind::PermissionDenied, reason.to_owned()));
    match OpenOptions::new().append(true).open(path) {
        _ if meta.permissions().readonly() => refused("it is read-only"),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => refused("you may not write it"),
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}

/// Gives a file the owner and the permissions of another one. Only the superuser may give a file away, and without
/// that its own owner stays.
fn take_over(file: &File, old: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        drop(fchown(file, Some(old.uid()), Some(old.gid())).or_else(|_| fchown(file, None, Some(old.gid()))));
    }
    file.set_permissions(old.permissions())
}

/// Replaces the file at `path` by an empty one. Who has the old file open keeps it.
pub(super) fn replace_with_empty(path: &Path) -> io::Result<File> {
    let (file, new) = create_beside(path)?;
    if let Err(error) = fs::rename(&new, path) {
        drop(fs::remove_file(new));
        return Err(error);
    }
    Ok(file)
}

/// Creates a new file in the folder of `path`. Returns it with its name.
fn create_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
    name.push(format!(".{}", std::process::id()));
    for nth in 0..NAMES {
        let mut name = name.clone();
        name.push(format!("-{nth}.new"));
        let new = path.with_file_name(name);
        match create_private(&new) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (file, new)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Creates a folder that only its owner can access, and its parents, unless they exist.
///
/// # Errors
///
/// The folder cannot be created.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER);
    builder.create(folder)
}

/// Creates a folder that only its owner can access, and that is deleted on drop.
///
/// # Errors
///
/// The folder cannot be created.
pub fn temporary_folder() -> io::Result<TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("sockeye-");
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(FOLDER));
    folder.tempdir()
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE);
    options
}

/// Removes the permissions of others from an existing file.
#[cfg(unix)]
fn keep_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut mode = file.metadata()?.permissions();
    if mode.mode() & 0o077 != 0 {
        mode.set_mode(FILE);
        file.set_permissions(mode)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        fs,
        io::{self, Write as _},
        os::unix::fs::{PermissionsExt as _, symlink},
        path::Path,
    };

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it exists").permissions().mode() & 0o777
    }

    fn text(path: &Path) -> String {
        fs::read_to_string(path).expect("it is text")
    }

    #[test]
    fn only_the_owner_can_access_new_files_and_folders() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("a/b");
        create_private_folder(&folder).expect("it is created");
        create_private_folder(&folder).expect("it exists");
        let path = folder.join("x");
        create_private(&path).expect("it is created");
        assert_eq!([home.path().join("a"), folder, path].map(|path| mode(&path)), [0o700, 0o700, 0o600]);
    }

    #[test]
    fn an_existing_file_is_not_overwritten_not_even_through_a_link() {
        let home = tempfile::tempdir().expect("a folder");
        let (path, link) = (home.path().join("x"), home.path().join("link"));
        fs::write(&path, "old").expect("a file");
        symlink(home.path().join("nowhere"), &link).expect("a link");
        for path in [&path, &link] {
            let error = create_private(path).expect_err("it exists");
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
        assert_eq!((text(&path).as_str(), home.path().join("nowhere").exists()), ("old", false));
    }

    #[test]
    fn a_file_is_replaced_completely_or_kept_and_nothing_is_left_behind() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("recent.json");
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("the mode changes");
        let half = |file: &mut File| file.write_all(b"ne").and(Err(io::ErrorKind::StorageFull.into()));
        replace_private(&path, half).expect_err("the disk is full");
        assert_eq!(text(&path), "old");
        replace_private(&path, |file| file.write_all(b"new")).expect("it is written");
        assert_eq!((text(&path).as_str(), mode(&path)), ("new", 0o600));
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_read_only_file_is_not_rewritten_though_its_folder_would_let_it_be() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("feed.yaml");
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("the mode changes");
        let error = rewrite(&path, b"old", b"new").expect_err("it is refused");
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (io::ErrorKind::PermissionDenied, "it is read-only")
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("the mode changes");
        rewrite(&path, b"old", b"new").expect("it is written");
        assert_eq!((text(&path).as_str(), mode(&path)), ("new", 0o640));
    }

    #[test]
    fn only_the_owner_can_access_a_file_that_was_appended_to() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("log");
        fs::write(&path, "one\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("the mode changes");
        append_private(&path).expect("it exists").write_all(b"two\n").expect("it is written");
        assert_eq!((text(&path).as_str(), mode(&path)), ("one\ntwo\n", 0o600));
    }

    #[test]
    fn a_file_of_somebody_is_rewritten_behind_its_link_with_its_permissions() {
        let home = tempfile::tempdir().expect("a folder");
        let (path, link) = (home.path().join("feed.yaml"), home.path().join("link.yaml"));
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("the mode changes");
        symlink(&path, &link).expect("a link");
        let error = rewrite(&link, b"older", b"new").expect_err("it holds something else");
        assert_eq!((error.kind(), text(&path).as_str()), (io::ErrorKind::StaleNetworkFileHandle, "old"));
        rewrite(&link, b"old", b"new").expect("it is written");
        assert_eq!((text(&path).as_str(), mode(&path)), ("new", 0o640));
        assert!(link.symlink_metadata().expect("it is there").is_symlink());
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 2);
    }
}
