//! Files that are not captures, are damaged, or cannot be written.

use std::fs;

use tempfile::TempDir;

use sockeye::store::{CaptureError, Plan, Reader, Recorder, ScanResult, Search, State, check, list};
use sockeye::{
    ack::{AckMode, Stages},
    session::{ActiveAckMode, EventKind, Kind, Seq, StoredEvent},
};

use super::{batch, capture, event, session_events};

#[test]
fn a_file_that_is_not_a_capture_is_refused_and_not_changed() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("notes.txt");
    fs::write(&path, "dear diary").expect("a file");
    let error = Recorder::start(&path, "x").expect_err("it is not a capture");
    assert!(matches!(error, CaptureError::NotOurs { .. }), "{error}");
    assert!(error.to_string().contains("is not a capture of sockeye"), "{error}");
    assert_eq!(fs::read(&path).expect("it exists"), b"dear diary");
    assert!(matches!(Reader::open(&path), Err(CaptureError::NotOurs { .. })));
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("other.sqlite");
    let db = rusqlite::Connection::open(&path).expect("a database");
    db.execute_batch("CREATE TABLE t (a)").expect("a table");
    drop(db);
    assert!(matches!(check(&path), Err(CaptureError::NotOurs { .. })));
    assert!(matches!(sockeye::store::delete(&path), Err(CaptureError::NotOurs { .. })));
    assert!(path.exists());
}

#[tokio::test]
async fn a_capture_of_another_version_is_refused_with_both_versions() {
    let folder = TempDir::new().expect("a folder");
    for (version, expected) in [
        (99, "newer sockeye (file version 99, this one supports 4); open it with that version"),
        (1, "older sockeye (file version 1, this one supports 4); open it with that version"),
    ] {
        let path = folder.path().join(format!("{version}.sqlite"));
        capture(&path, &session_events()).await;
        let db = rusqlite::Connection::open(&path).expect("a database");
        db.execute_batch(&format!("PRAGMA user_version = {version}")).expect("a version");
        drop(db);
        let error = Reader::open(&path).expect_err("it is of another version");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn missing_and_empty_files_and_folders_are_distinguished() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("none.sqlite");
    assert!(matches!(Reader::open(&path), Err(CaptureError::Missing { .. })));
    fs::write(&path, "").expect("a file");
    assert!(matches!(Reader::open(&path), Err(CaptureError::Empty { .. })));
    assert!(matches!(Reader::open(folder.path()), Err(CaptureError::Folder { .. })));
    let nowhere = folder.path().join("no/such/folder.sqlite");
    let error = check(&nowhere).expect_err("there is no such folder");
    assert!(error.to_string().contains("create the folder first"), "{error}");
}

#[tokio::test]
async fn a_damaged_capture_is_reported_and_listed() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("broken.sqlite");
    capture(&path, &session_events()).await;
    let mut bytes = fs::read(&path).expect("it was written");
    let len = bytes.len();
    bytes.truncate(len / 2);
    for byte in &mut bytes[200..] {
        *byte = 0x5a;
    }
    fs::write(&path, bytes).expect("it can be damaged");
    let error = Reader::open(&path).expect_err("it is damaged").to_string();
    assert!(error.contains("damaged") || error.contains("not a capture"), "{error}");
    let kept = list(folder.path(), 10).expect("the folder is read");
    assert!(kept[0].summary.as_ref().is_err_and(|message| message.contains("broken.sqlite")), "{kept:?}");
}

#[tokio::test]
async fn a_search_skips_the_gap_before_a_damaged_sequence_number() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("far.sqlite");
    capture(&path, &session_events()).await;
    let db = rusqlite::Connection::open(&path).expect("a database");
    db.execute_batch("UPDATE single SET seq = 9000000000000000000 WHERE id = 5").expect("it can be moved");
    drop(db);
    let reader = Reader::open(&path).expect("it is a capture");
    let (mut pieces, mut found) = (0, Vec::new());
    let mut each = |piece: ScanResult| {
        pieces += 1;
        found.extend(piece.matches);
        pieces < 100
    };
    let wanted = |payload: &[u8]| payload.starts_with(b"caf");
    let all = reader.pieces((Seq(1), Seq(u64::MAX)), Seq(20)).expect("it is read");
    reader
        .scan(Search { matches: &|candidate| wanted(candidate.payload), ..Search::ALL }, &all, &mut each)
        .expect("it is read");
    assert_eq!((pieces, found.last()), (2, Some(&(Seq(9_000_000_000_000_000_000), 1))));
}

#[tokio::test]
async fn a_capture_with_duplicate_sequence_numbers_is_read_to_its_end() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("twice.sqlite");
    let mut events = session_events();
    let rejecting = AckMode::parse("reject every 2").expect("it is an ack mode");
    let rejecting = ActiveAckMode::of(&rejecting, rejecting.width(&Stages::default()));
    events.insert(1, event(0, EventKind::AckMode(rejecting)));
    capture(&path, &events).await;
    let db = rusqlite::Connection::open(&path).expect("a database");
    db.execute_batch(
        "ALTER TABLE single RENAME TO old; CREATE TABLE single AS SELECT * FROM old;
         INSERT INTO single SELECT seq, session, id, at, connection, type, size, frames, valid, 'nacked', payload, wire FROM old;",
    )
    .expect("it can be damaged");
    drop(db);
    let reader = Reader::open(&path).expect("it is a capture");
    let session = reader.sessions().expect("sessions").remove(0);
    let mut count = 0;
    let mut each = |piece: Vec<StoredEvent>| {
        count += piece.len();
        true
    };
    reader.read_session(&session, &mut each).expect("it is read");
    assert!(count < 40, "{count} events");
}

#[tokio::test]
async fn a_full_disk_ends_the_capture_and_keeps_what_was_committed() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("full.sqlite");
    capture(&path, &session_events()).await;
    // To SQLite, a limit on the pages of a file is a full disk.
    let db = rusqlite::Connection::open(&path).expect("a database");
    let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a count");
    drop(db);
    let recorder = Recorder::start_with(&path, "full", Plan { pages: pages + 2, ..Plan::default() })
        .expect("it can be written");
    let large = vec![b'x'; 100_000];
    for nth in 1..20 {
        recorder.record(&[event(0, batch(nth, &[(Kind::Text, &large)]))]).await;
    }
    let progress = recorder.finish().await;
    let State::Failed(message) = progress.state else { panic!("{progress:?}") };
    assert!(message.contains("the disk is full; free disk space"), "{message}");
    let reader = Reader::open(&path).expect("what was committed can be read");
    assert_eq!(reader.sessions().expect("sessions")[0].messages, 5);
}

#[cfg(unix)]
#[tokio::test]
async fn a_capture_in_a_read_only_folder_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    let read_only = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode));
    read_only(0o500).expect("the mode changes");
    let reader = Reader::open(&path).expect("it is readable");
    assert_eq!(reader.sessions().expect("sessions").len(), 1);
    read_only(0o700).expect("the mode changes back");
}
