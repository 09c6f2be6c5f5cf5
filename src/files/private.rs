//! The one door to files that are written. Nobody but their owner reads them, and none is written over.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// Read and written by the owner of a file, and by nobody else.
#[cfg(unix)]
const FILE: u32 = 0o600;
/// The same of a folder.
#[cfg(unix)]
const FOLDER: u32 = 0o700;
/// Names that are tried for a file that is to take the place of another.
const NAMES: u32 = 100;

/// Makes a file that only its owner reads.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] when something has that name, be it a link that leads nowhere; or it
/// cannot be made.
pub fn create_private(path: &Path) -> io::Result<File> {
    private().write(true).create_new(true).open(path)
}

/// Opens a file that several programs add to, or makes it. It is its owner's alone afterwards.
///
/// # Errors
///
/// It cannot be opened or made.
pub fn append_private(path: &Path) -> io::Result<File> {
    let file = private().append(true).create(true).open(path)?;
    keep_private(&file)?;
    Ok(file)
}

/// Opens a file of ours that is there, to read and to write it. What it holds stays.
///
/// # Errors
///
/// It is not there, or may not be written.
pub fn open_existing(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(path)
}

/// Puts a new file in the place of the one at `path`, whole or not at all: `write` fills it first.
///
/// # Errors
///
/// It cannot be made, filled or put there; the file that was there stays.
pub fn replace_private(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let (mut file, new) = create_beside(path)?;
    let put = write(&mut file).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&new, path));
    if put.is_err() {
        drop(fs::remove_file(new));
    }
    put
}

/// Puts a new and empty file in the place of the one at `path`. Who has the old one open keeps it.
pub(super) fn supersede(path: &Path) -> io::Result<File> {
    let (file, new) = create_beside(path)?;
    if let Err(error) = fs::rename(&new, path) {
        drop(fs::remove_file(new));
        return Err(error);
    }
    Ok(file)
}

/// A new file in the folder of `path`, and its name, which no other has.
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

/// Makes a folder that only its owner reads, and those it lies in, unless they are there.
///
/// # Errors
///
/// It cannot be made.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER);
    builder.create(folder)
}

/// Makes a folder that only its owner reads, for as long as it is held.
///
/// # Errors
///
/// It cannot be made.
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

/// Takes from a file that was there what others may do with it.
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
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    fn text(path: &Path) -> String {
        fs::read_to_string(path).expect("it is text")
    }

    #[test]
    fn a_new_file_and_a_new_folder_are_their_owners_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("a/b");
        create_private_folder(&folder).expect("it is made");
        create_private_folder(&folder).expect("it is there");
        let path = folder.join("x");
        create_private(&path).expect("it is made");
        assert_eq!([home.path().join("a"), folder, path].map(|path| mode(&path)), [0o700, 0o700, 0o600]);
    }

    #[test]
    fn nothing_that_is_there_is_written_over_not_even_through_a_link() {
        let home = tempfile::tempdir().expect("a folder");
        let (path, link) = (home.path().join("x"), home.path().join("link"));
        fs::write(&path, "old").expect("a file");
        symlink(home.path().join("nowhere"), &link).expect("a link");
        for path in [&path, &link] {
            let error = create_private(path).expect_err("it is there");
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
        assert_eq!((text(&path).as_str(), home.path().join("nowhere").exists()), ("old", false));
    }

    #[test]
    fn a_file_is_replaced_whole_or_stays_and_nothing_is_left_beside_it() {
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
    fn a_file_that_is_added_to_becomes_its_owners_alone() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("log");
        fs::write(&path, "one\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("the mode changes");
        append_private(&path).expect("it is there").write_all(b"two\n").expect("it is written");
        assert_eq!((text(&path).as_str(), mode(&path)), ("one\ntwo\n", 0o600));
    }
}
