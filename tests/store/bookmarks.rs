//! Bookmarks in captures: of the session that runs, and of old ones.

use std::{fs, path::Path};

use rusqlite::Connection;
use tempfile::TempDir;

use sockeye::{
    session::Seq,
    store::{CaptureError, Reader, Recorder, set_bookmark, write_plain},
};

use super::{capture, rest::asked, session_events};

/// The bookmarks of each session.
fn bookmarks(path: &Path) -> Vec<Vec<(u64, String)>> {
    let reader = Reader::open(path).expect("a capture");
    let sessions = reader.sessions().expect("sessions");
    let of = |session| reader.bookmarks(session).expect("a query");
    let plain = |marks: Vec<(Seq, String)>| marks.into_iter().map(|(seq, note)| (seq.0, note)).collect();
    sessions.iter().map(of).map(plain).collect()
}

#[tokio::test]
async fn a_bookmark_of_a_running_session_counts_from_its_beginning() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    let reader = Reader::open(&path).expect("it was written");
    let before = reader.sessions().expect("sessions")[0].last.0;
    drop(reader);
    let recorder = Recorder::start(&path, "ticks").expect("it is continued");
    recorder.record(&session_events()).await;
    assert!(recorder.bookmark(Seq(2), Some("look".to_owned())));
    assert!(recorder.bookmark(Seq(3), Some("not this".to_owned())));
    assert!(recorder.bookmark(Seq(3), None));
    recorder.finish().await;
    assert_eq!(bookmarks(&path), [vec![], vec![(before + 2, "look".to_owned())]]);
}

#[tokio::test]
async fn a_capture_without_the_table_is_read_and_takes_bookmarks() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    Connection::open(&path)
        .and_then(|db| db.execute_batch("DROP TABLE bookmark; PRAGMA user_version = 3"))
        .expect("as captures were before");
    assert_eq!(bookmarks(&path), [vec![]]);
    let reader = Reader::open(&path).expect("a capture");
    let modified = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).expect("a time");
    let before = modified(&path);
    set_bookmark(&path, Seq(3), Some("first")).expect("it is written");
    set_bookmark(&path, Seq(2), Some("")).expect("it is written");
    set_bookmark(&path, Seq(3), Some("again")).expect("it is written");
    assert!(reader.is_outdated(), "who reads it opens it again");
    assert_eq!(modified(&path).duration_since(before).expect("later").as_millis(), 3);
    assert_eq!(bookmarks(&path), [vec![(2, String::new()), (3, "again".to_owned())]]);
    set_bookmark(&path, Seq(2), None).expect("it is removed");
    assert_eq!(asked(&path, "SELECT seq || ' ' || note FROM bookmark"), Ok(vec!["3 again".to_owned()]));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
}

#[tokio::test]
async fn a_query_of_a_capture_without_the_table_finds_no_bookmark() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    Connection::open(&path).and_then(|db| db.execute_batch("DROP TABLE bookmark")).expect("an earlier build");
    assert_eq!(asked(&path, "SELECT count(*) FROM bookmark"), Ok(vec!["0".to_owned()]));
}

#[tokio::test]
async fn a_capture_that_is_being_written_or_cannot_be_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = Recorder::start(&path, "ticks").expect("it can be written");
    recorder.record(&session_events()).await;
    let mut progress = recorder.watch();
    progress.wait_for(|progress| progress.committed > 0).await.expect("it is written");
    let refused = set_bookmark(&path, Seq(1), Some("x")).expect_err("it is being written");
    assert!(matches!(refused, CaptureError::InUse { .. }), "{refused}");
    recorder.finish().await;
    let empty = folder.path().join("empty.sqlite");
    fs::write(&empty, "").expect("a file");
    assert!(matches!(set_bookmark(&empty, Seq(1), Some("x")), Err(CaptureError::NotOurs { .. })));
    assert_eq!(fs::metadata(&empty).expect("the file").len(), 0);
    let missing = folder.path().join("none.sqlite");
    assert!(set_bookmark(&missing, Seq(1), Some("x")).is_err());
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_plain_copy_has_the_bookmarks() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    set_bookmark(&path, Seq(2), Some("look")).expect("it is written");
    let copy = folder.path().join("plain.sqlite");
    fs::write(&copy, "").expect("a file");
    let reader = Reader::open(&path).expect("a capture");
    write_plain(&reader, &reader.sessions().expect("sessions"), &copy, &mut || true).expect("it is copied");
    set_bookmark(&copy, Seq(3), Some("also there")).expect("it is written");
    assert_eq!(bookmarks(&copy), [vec![(2, "look".to_owned()), (3, "also there".to_owned())]]);
}
