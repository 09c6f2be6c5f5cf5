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

/// A capture of a writer that was killed: its journal lies beside it.
async fn killed(folder: &Path) -> PathBuf {
    let (alive, dead) = (folder.join("alive.sqlite"), folder.join("dead.sqlite"));
    let recorder = Recorder::start(&alive, "dead").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&session_events()).await;
    progress.wait_for(|progress| progress.committed > 0).await.expect("it is written");
    for end in ["", "-journal"] {
        fs::copy(beside(&alive, end), beside(&dead, end)).expect("there is room");
    }
    assert_eq!(recorder.finish().await.state, State::Closed);
    fs::remove_file(alive).expect("it is closed");
    dead
}

fn messages(path: &Path) -> u64 {
    Reader::open(path).expect("it is readable").sessions().expect("sessions")[0].messages
}

fn integrity(path: &Path) -> String {
    Connection::open(path)
        .and_then(|db| db.query_row("PRAGMA integrity_check", [], |row| row.get(0)))
        .expect("any tool opens it")
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
async fn the_capture_of_a_killed_writer_is_read_and_its_journal_deleted() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(490_932);
    for end in ["", "-journal"] {
        let file = fs::File::options().write(true).open(beside(&path, end)).expect("it exists");
        file.set_modified(long_ago).expect("the time changes");
    }
    let kept = list(folder.path(), 10).expect("the folder is read");
    assert_eq!(kept[0].summary.as_ref().expect("it is readable").messages, 5);
    assert_eq!(names(folder.path()), ["dead.sqlite"]);
    assert_eq!(fs::metadata(&path).and_then(|meta| meta.modified()).expect("a time"), long_ago);
    assert_eq!(messages(&path), 5);
    assert_eq!(integrity(&path), "ok");
}

/// A writer that runs and has committed the beginning of a session.
async fn writing(path: &Path) -> Recorder {
    let recorder = Recorder::start(path, "ticks").expect("it can be written");
    let mut progress = recorder.watch();
    recorder.record(&session_events()[..4]).await;
    progress.wait_for(|progress| progress.committed >= 6).await.expect("it is written");
    recorder
}

#[tokio::test]
async fn the_files_of_a_running_writer_are_not_changed() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = writing(&path).await;
    assert_eq!(messages(&path), 3);
    assert_eq!(names(folder.path()), ["ticks.sqlite", "ticks.sqlite-journal"]);
    recorder.record(&[event(90, batch(4, &[(Kind::Text, b"more")]))]).await;
    assert_eq!(recorder.finish().await.state, State::Closed);
    assert_eq!((messages(&path), names(folder.path())), (4, vec!["ticks.sqlite".to_owned()]));
}

/// What a reader sees of a writer that begins a commit just when the reader has seen that none is under way.
#[tokio::test]
async fn a_reader_waits_for_a_commit_that_begins_while_it_looks() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = writing(&path).await;
    let reader = Reader::open(&path).expect("it is a capture");
    fs::write(beside(&path, "-journal"), [0xd9; 512]).expect("it is ours");
    assert_eq!(reader.sessions().expect("it is read").len(), 1);
    recorder.record(&[event(90, batch(4, &[(Kind::Text, b"more")]))]).await;
    assert_eq!(recorder.finish().await.state, State::Closed);
    assert_eq!((messages(&path), names(folder.path())), (4, vec!["ticks.sqlite".to_owned()]));
}

/// What a writer that is killed within a commit leaves: some pages of it are in the file already.
#[tokio::test]
async fn a_commit_that_a_kill_interrupted_is_taken_back() {
    let folder = TempDir::new().expect("a folder");
    let (alive, dead) = (folder.path().join("alive.sqlite"), folder.path().join("dead.sqlite"));
    capture(&alive, &session_events()).await;
    let db = Connection::open(&alive).expect("any tool opens it");
    db.execute_batch(
        "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF; PRAGMA cache_size = 2; BEGIN;
         UPDATE session SET messages = 99;
         INSERT INTO chunk SELECT n + 100, 1, n, 0, 1, 'text', 1, 'acked', 1, NULL, NULL, zeroblob(3), zeroblob(30000), NULL, NULL
         FROM number;",
    )
    .expect("it fits");
    for end in ["", "-journal"] {
        fs::copy(beside(&alive, end), beside(&dead, end)).expect("there is room");
    }
    drop(db);
    assert!(fs::metadata(&dead).expect("it exists").len() > 1 << 20, "a part of the commit is in the file");
    assert_eq!(messages(&dead), 5);
    assert!(!names(folder.path()).contains(&"dead.sqlite-journal".to_owned()));
    assert_eq!(integrity(&dead), "ok");
    // Any other program takes it back too.
    let other: i64 = Connection::open(&alive)
        .and_then(|db| db.query_row("SELECT count(*) FROM message", [], |row| row.get(0)))
        .expect("any tool opens it");
    assert_eq!(other, 5);
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
async fn in_a_read_only_folder_the_capture_of_a_killed_writer_is_read_and_kept() {
    let folder = TempDir::new().expect("a folder");
    let path = killed(folder.path()).await;
    let sealed = Sealed::new(folder.path());
    assert_eq!(messages(&path), 5);
    let expected: &[_] =
        if sealed.is_enforced() { &["dead.sqlite", "dead.sqlite-journal"] } else { &["dead.sqlite"] };
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
    let expected: &[_] = if is_root { &["dead.sqlite"] } else { &["dead.sqlite", "dead.sqlite-journal"] };
    assert_eq!(names(folder.path()), expected);
}
