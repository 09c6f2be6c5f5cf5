//! The output that a person names: a new file, or something that is no file, such as a pipe.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Component, Path, PathBuf},
};

use super::private::{create_private, supersede};

/// Links that are followed to a descriptor of this program.
const LINKS: usize = 8;

/// What becomes of a file that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Refused,
    /// A new one takes its place.
    Replaced,
}

/// Where an output goes.
#[derive(Debug)]
pub enum Target {
    /// What the path names is this program's own standard output.
    Stdout,
    File(File),
}

/// Opens what `path` names: a new file that only its owner reads, or a device, a pipe or a descriptor,
/// which is written to as it is.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] when there is such a file and it is to stay; or it cannot be written.
pub fn output(path: &Path, existing: Existing) -> io::Result<Target> {
    match descriptor(path) {
        Some(1) => return Ok(Target::Stdout),
        // A file behind it is one that somebody has opened for this; what it holds stays.
        Some(_) => return OpenOptions::new().append(true).open(path).map(Target::File),
        None => {}
    }
    match create_private(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let meta = match fs::metadata(path) {
                // A link that leads nowhere.
                Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Err(error),
                found => found?,
            };
            match (meta.is_file(), existing) {
                (false, _) => OpenOptions::new().write(true).open(path),
                (true, Existing::Refused) => Err(error),
                // Behind a link it is the file that is replaced, and not the link.
                (true, Existing::Replaced) => supersede(&fs::canonicalize(path)?),
            }
        }
        created => created,
    }
    .map(Target::File)
}

/// Whether two names stand for one file, which may be there or not. What is no file, such as a pipe, may be named
/// twice.
#[must_use]
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        fs::canonicalize(path).ok().or_else(|| {
            let folder =
                path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
        })
    };
    let is_other = fs::metadata(one).is_ok_and(|meta| !meta.is_file());
    !is_other && place(one).is_some_and(|one| place(other) == Some(one))
}

/// The number of the descriptor that a path stands for: `/dev/stdout`, `/dev/fd/3`, or a link to one.
fn descriptor(path: &Path) -> Option<u32> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if let Some(number) = number(&path) {
            return Some(number);
        }
        let leads_to = fs::read_link(&path).ok()?;
        // A path from the root stands for itself.
        path = path.parent()?.join(leads_to);
    }
    None
}

/// The number in `/dev/fd/N` and `/proc/self/fd/N`.
fn number(path: &Path) -> Option<u32> {
    let (folder, name) = (path.parent()?, path.file_name()?);
    let own = PathBuf::from(format!("/proc/{}/fd", std::process::id()));
    let folders = [Path::new("/dev/fd"), Path::new("/proc/self/fd"), Path::new("/proc/thread-self/fd"), &own];
    let plain: PathBuf = folder.components().filter(|part| *part != Component::CurDir).collect();
    folders.contains(&plain.as_path()).then(|| name.to_str()?.parse().ok()).flatten()
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        os::unix::fs::{PermissionsExt as _, symlink},
    };

    use super::*;

    #[test]
    fn a_descriptor_is_known_by_its_names_and_through_links() {
        let home = tempfile::tempdir().expect("a folder");
        let (link, plain) = (home.path().join("access.log"), home.path().join("fd"));
        symlink("/dev/stdout", &link).expect("a link");
        fs::create_dir(&plain).expect("a folder");
        assert_eq!(
            ["/dev/stdout", "/dev/stderr", "/dev/fd/7"].map(|path| descriptor(path.as_ref())),
            [Some(1), Some(2), Some(7)]
        );
        assert_eq!(descriptor(&link), Some(1));
        assert_eq!(
            [plain.join("1"), "/dev/null".into(), "1".into()].map(|path| descriptor(&path)),
            [None; 3]
        );
    }

    #[test]
    fn a_file_stays_unless_it_is_to_be_replaced_and_its_reader_keeps_the_old_one() {
        let home = tempfile::tempdir().expect("a folder");
        let (path, link) = (home.path().join("feed.jsonl"), home.path().join("link"));
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("the mode changes");
        symlink("feed.jsonl", &link).expect("a link");
        let mut reader = File::open(&path).expect("it is there");
        for path in [&path, &link] {
            let error = output(path, Existing::Refused).expect_err("it is there");
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
        let Target::File(mut file) = output(&link, Existing::Replaced).expect("it is replaced") else {
            panic!("it is no descriptor")
        };
        file.write_all(b"new").expect("it is written");
        let mut old = String::new();
        reader.read_to_string(&mut old).expect("it is text");
        let meta = fs::metadata(&path).expect("it is there");
        assert_eq!((old.as_str(), meta.permissions().mode() & 0o777), ("old", 0o600));
        assert_eq!(fs::read_to_string(&link).expect("the link leads there"), "new");
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn what_is_no_file_is_written_to_as_it_is() {
        let Target::File(mut null) = output("/dev/null".as_ref(), Existing::Refused).expect("it is there")
        else {
            panic!("it is a device")
        };
        null.write_all(b"x").expect("it takes anything");
        let folder = tempfile::tempdir().expect("a folder");
        let error = output(folder.path(), Existing::Replaced).expect_err("it is a folder");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }
}
