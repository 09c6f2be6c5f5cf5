//! Reading a capture leaves no files behind and loses no data.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use rusqlite::Connection;
use sockeye::{
    session::{Kind, Seq},
    store::{Reader, Recorder, State, list},
};
use tempfile::TempDir;

use super::{batch, capture, event, session_events};

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn beside(path: &Path, end: &str) -> PathBuf {
    format!("{}{end}", path.display()).into()
}

/// A capture of a writer that was killed: what it committed is still in the write-ahead log.
async fn killed(folder: &Path) -> PathBuf {
    let (alive, dead) = (folder.join("alive.sqlite"), folder.join("dead.sqlite"));
    let recorder = Recorder::start(&alive, "dead").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&session_events()).await;
    progress.wait_for(|progress| progress.committed > 0).await.expect("it is written");
    for end in ["", "-wal"] {
        fs::copy(beside(&alive, end), beside(&dead, end)).expect("there is room");
    }
    assert_eq!(recorder.finish().await.state, State::Closed);
    fs::remove_file(alive).expect("it is closed");
    dead
}

fn messages(path: &Path) -> u64 {
    Reader::open(path).expect("it is readable").sessions().expect("sessions")[0].messages
}

#[tokio::test]
async fn reading_and_listing_a_capture_leaves_no_files() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    let before = fs::read(&path).expect("it was written");
    let reader = Reader::open(&path).expect("it is readable");
    assert_eq!(reader.page(Seq(1), 99).expect("a page").len(), 13);
    assert_eq!(names(folder.path()), ["ticks.sqlite"], "while it is open");
    assert!(list(folder.path(), 10).expect("the folder is read")[0].summary.is_ok());
    drop(reader);
    assert_eq!(names(folder.path()), ["ticks.sqlite"]);
    assert!(fs::read(&path).expect("it exists") == before);
}

#[tokio::test]
async fn the_log_of_a_killed_writer_is_read_and_merged_into_the_capture() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(490_932);
    for end in ["", "-wal"] {
        let file = fs::File::options().write(true).open(beside(&path, end)).expect("it exists");
        file.set_modified(long_ago).expect("the time changes");
    }
    let kept = list(folder.path(), 10).expect("the folder is read");
    assert_eq!(kept[0].summary.as_ref().expect("it is readable").messages, 5);
    assert_eq!(names(folder.path()), ["dead.sqlite"]);
    assert_eq!(fs::metadata(&path).and_then(|meta| meta.modified()).expect("a time"), long_ago);
    assert_eq!(messages(&path), 5);
    let whole: String = Connection::open(&path)
        .and_then(|db| db.query_row("PRAGMA integrity_check", [], |row| row.get(0)))
        .expect("any tool opens it");
    assert_eq!(whole, "ok");
}

#[tokio::test]
async fn the_files_of_a_running_writer_are_not_changed() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = Recorder::start(&path, "ticks").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&session_events()[..4]).await;
    progress.wait_for(|progress| progress.committed >= 6).await.expect("it is written");
    assert_eq!(messages(&path), 3);
    assert_eq!(names(folder.path()), ["ticks.sqlite", "ticks.sqlite-shm", "ticks.sqlite-wal"]);
    recorder.record(&[event(90, batch(4, &[(Kind::Text, b"more")]))]).await;
    assert_eq!(recorder.finish().await.state, State::Closed);
    assert_eq!((messages(&path), names(folder.path())), (4, vec!["ticks.sqlite".to_owned()]));
}

/// SQLite's locks on a file belong to the process, not to a handle: the system releases them when any handle
/// of the file is closed. After that another program that opens and closes the capture would find no writer,
/// and delete the log of the running one.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reader_does_not_release_the_locks_of_a_writer_in_the_same_process() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = Recorder::start(&path, "ticks").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&session_events()[..4]).await;
    progress.wait_for(|progress| progress.committed >= 6).await.expect("it is written");
    let inode = format!(":{} ", fs::metadata(&path).expect("it exists").ino());
    let locks = || {
        let locks = fs::read_to_string("/proc/locks").expect("it exists on Linux");
        locks.lines().filter(|line| line.contains("POSIX") && line.contains(&inode)).count()
    };
    let before = locks();
    let reader = Reader::open(&path).expect("it is readable");
    drop(reader.sessions().expect("sessions"));
    drop(reader);
    drop(list(folder.path(), 10).expect("the folder is read"));
    assert_eq!((before, locks()), (1, 1));
    assert_eq!(recorder.finish().await.state, State::Closed);
}

#[tokio::test]
async fn a_reader_notices_that_its_capture_was_continued() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    let reader = Reader::open(&path).expect("it is readable");
    assert!(!reader.is_outdated());
    capture(&path, &session_events()).await;
    assert!(reader.is_outdated());
    drop(reader);
    assert_eq!(Reader::open(&path).expect("it is readable").sessions().expect("sessions").len(), 2);
}

/// A read-only folder.
#[cfg(unix)]
struct Sealed<'a>(&'a Path);

#[cfg(unix)]
impl<'a> Sealed<'a> {
    fn new(folder: &'a Path) -> Self {
        set_mode(folder, 0o500);
        Self(folder)
    }

    /// Whether the system enforces it, which it does not for root.
    fn is_enforced(&self) -> bool {
        fs::write(self.0.join("probe"), "").is_err() || fs::remove_file(self.0.join("probe")).is_err()
    }
}

#[cfg(unix)]
impl Drop for Sealed<'_> {
    fn drop(&mut self) {
        set_mode(self.0, 0o700);
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the mode changes");
}

#[cfg(unix)]
#[tokio::test]
async fn in_a_read_only_folder_the_log_of_a_killed_writer_is_read_and_kept() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    let sealed = Sealed::new(folder.path());
    assert_eq!(messages(&path), 5);
    let expected: &[_] =
        if sealed.is_enforced() { &["dead.sqlite", "dead.sqlite-wal"] } else { &["dead.sqlite"] };
    assert_eq!(names(folder.path()), expected);
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_capture_and_its_log_are_not_changed() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    set_mode(&path, 0o400);
    let is_root = fs::File::options().append(true).open(&path).is_ok();
    assert_eq!(messages(&path), 5);
    let expected: &[_] = if is_root { &["dead.sqlite"] } else { &["dead.sqlite", "dead.sqlite-wal"] };
    assert_eq!(names(folder.path()), expected);
}
