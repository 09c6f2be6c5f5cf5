//! Reading a capture leaves nothing beside it, and loses nothing of it.

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

use super::{batch, capture, event, story};

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

/// A capture as a writer that was killed leaves it: with what it has committed in the log beside it.
async fn killed(folder: &Path) -> PathBuf {
    let (alive, dead) = (folder.join("alive.sqlite"), folder.join("dead.sqlite"));
    let recorder = Recorder::start(&alive, "dead").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&story()).await;
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
async fn a_capture_is_opened_and_listed_without_a_trace() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &story()).await;
    let before = fs::read(&path).expect("it was written");
    let reader = Reader::open(&path).expect("it is readable");
    assert_eq!(reader.page(Seq(1), 99).expect("a page").len(), 13);
    assert_eq!(names(folder.path()), ["ticks.sqlite"], "while it is open");
    assert!(list(folder.path(), 10).expect("the folder is read")[0].summary.is_ok());
    drop(reader);
    assert_eq!(names(folder.path()), ["ticks.sqlite"]);
    assert!(fs::read(&path).expect("it is there") == before);
}

#[tokio::test]
async fn the_log_of_a_killed_writer_is_read_and_moved_into_its_capture() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(490_932);
    for end in ["", "-wal"] {
        let file = fs::File::options().write(true).open(beside(&path, end)).expect("it is there");
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
async fn the_files_of_a_writer_that_is_at_work_stay_as_they_are() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = Recorder::start(&path, "ticks").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&story()[..4]).await;
    progress.wait_for(|progress| progress.committed >= 6).await.expect("it is written");
    assert_eq!(messages(&path), 3);
    assert_eq!(names(folder.path()), ["ticks.sqlite", "ticks.sqlite-shm", "ticks.sqlite-wal"]);
    recorder.record(&[event(90, batch(4, &[(Kind::Text, b"more")]))]).await;
    assert_eq!(recorder.finish().await.state, State::Closed);
    assert_eq!((messages(&path), names(folder.path())), (4, vec!["ticks.sqlite".to_owned()]));
}

/// The locks of SQLite on a file are of the program and not of a handle: the system takes them when
/// any handle of the file is closed. Then a stranger who asks the capture and leaves would take the
/// writer for gone, and the log beside the file with him.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reader_beside_a_writer_lets_go_of_none_of_its_locks() {
    use std::os::unix::fs::MetadataExt as _;
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = Recorder::start(&path, "ticks").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&story()[..4]).await;
    progress.wait_for(|progress| progress.committed >= 6).await.expect("it is written");
    let inode = format!(":{} ", fs::metadata(&path).expect("it is there").ino());
    let locks = || {
        let locks = fs::read_to_string("/proc/locks").expect("it is there on linux");
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
async fn a_capture_that_goes_on_is_opened_anew() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &story()).await;
    let reader = Reader::open(&path).expect("it is readable");
    assert!(!reader.is_outdated());
    capture(&path, &story()).await;
    assert!(reader.is_outdated());
    drop(reader);
    assert_eq!(Reader::open(&path).expect("it is readable").sessions().expect("sessions").len(), 2);
}

/// A folder that nobody may write, not even a reader with every right.
#[cfg(unix)]
struct Sealed<'a>(&'a Path);

#[cfg(unix)]
impl<'a> Sealed<'a> {
    fn new(folder: &'a Path) -> Self {
        set_mode(folder, 0o500);
        Self(folder)
    }

    /// Whether the system keeps to it, which it does not for root.
    fn holds(&self) -> bool {
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
async fn where_nothing_may_be_written_the_log_of_a_killed_writer_is_read_and_stays() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    let sealed = Sealed::new(folder.path());
    assert_eq!(messages(&path), 5);
    let expected: &[_] = if sealed.holds() { &["dead.sqlite", "dead.sqlite-wal"] } else { &["dead.sqlite"] };
    assert_eq!(names(folder.path()), expected);
}

#[cfg(unix)]
#[tokio::test]
async fn a_capture_that_may_only_be_read_stays_as_it_is_with_its_log() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    set_mode(&path, 0o400);
    let is_root = fs::File::options().append(true).open(&path).is_ok();
    assert_eq!(messages(&path), 5);
    let expected: &[_] = if is_root { &["dead.sqlite"] } else { &["dead.sqlite", "dead.sqlite-wal"] };
    assert_eq!(names(folder.path()), expected);
}
