//! The output that the user names: a new file, or something else, such as a pipe.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Component, Path, PathBuf},
};

use super::private::{create_private, replace_with_empty};

/// How many links are followed to find a descriptor of this program.
const LINKS: usize = 8;

/// What to do if the file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfExists {
    /// Keep the file and fail.
    Fail,
    /// Replace it by a new file.
    Replace,
}

/// Where the output goes.
#[derive(Debug)]
pub enum Target {
    /// The path names this program's own standard output.
    Stdout,
    File(File),
}

/// Opens what `path` names: a new file that only its owner can read, or an existing device, pipe or
/// descriptor.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if the file exists and must be kept; or the file cannot be written.
pub fn output(path: &Path, existing: IfExists) -> io::Result<Target> {
    match descriptor(path) {
        Some(1) => return Ok(Target::Stdout),
        // A file behind a descriptor was opened by the caller for this; its contents are kept.
        Some(_) => return OpenOptions::new().append(true).open(path).map(Target::File),
        None => {}
    }
    match create_private(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let meta = match fs::metadata(path) {
                // A dangling link.
                Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Err(error),
                found => found?,
            };
            match (meta.is_file(), existing) {
                (false, _) => OpenOptions::new().write(true).open(path),
                (true, IfExists::Fail) => Err(error),
                // The file behind a link is replaced, not the link.
                (true, IfExists::Replace) => replace_with_empty(&fs::canonicalize(path)?),
            }
        }
        created => created,
    }
    .map(Target::File)
}

/// Whether two paths name the same file, existing or not. Anything but a file, such as a pipe, may be named
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

/// The number of the descriptor that a path names: `/dev/stdout`, `/dev/fd/3`, or a link to one.
fn descriptor(path: &Path) -> Option<u32> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if let Some(number) = number(&path) {
            return Some(number);
        }
        let target = fs::read_link(&path).ok()?;
        // Joining an absolute path yields that path.
        path = path.parent()?.join(target);
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
    fn a_descriptor_is_recognized_by_its_names_and_through_links() {
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
    fn an_existing_file_is_kept_or_replaced_and_its_readers_keep_the_old_one() {
        let home = tempfile::tempdir().expect("a folder");
        let (path, link) = (home.path().join("feed.jsonl"), home.path().join("link"));
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("the mode changes");
        symlink("feed.jsonl", &link).expect("a link");
        let mut reader = File::open(&path).expect("it exists");
        for path in [&path, &link] {
            let error = output(path, IfExists::Fail).expect_err("it exists");
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        }
        let Target::File(mut file) = output(&link, IfExists::Replace).expect("it is replaced") else {
            panic!("it is not a descriptor")
        };
        file.write_all(b"new").expect("it is written");
        let mut old = String::new();
        reader.read_to_string(&mut old).expect("it is text");
        let meta = fs::metadata(&path).expect("it exists");
        assert_eq!((old.as_str(), meta.permissions().mode() & 0o777), ("old", 0o600));
        assert_eq!(fs::read_to_string(&link).expect("the link leads there"), "new");
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn a_device_is_opened_and_a_folder_is_refused() {
        let Target::File(mut null) = output("/dev/null".as_ref(), IfExists::Fail).expect("it exists") else {
            panic!("it is a device")
        };
        null.write_all(b"x").expect("it takes anything");
        let folder = tempfile::tempdir().expect("a folder");
        let error = output(folder.path(), IfExists::Replace).expect_err("it is a folder");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }
}
