//! Bookmarks in a terminal: set in a session, kept in its capture, and seen and set again when that is opened.

use tempfile::TempDir;

use super::{Terminal, counted, demo};

/// The notes of a capture, in order.
fn notes(path: &str) -> Vec<String> {
    let db = rusqlite::Connection::open(path).expect("there is a capture");
    let mut select = db.prepare("SELECT note FROM bookmark ORDER BY seq").expect("there is the table");
    let notes = select.query_map([], |row| row.get(0)).expect("an answer");
    notes.map(|note| note.expect("a note")).collect()
}

#[test]
fn a_bookmark_is_kept_in_the_capture_and_another_joins_it_there_later() {
    let folder = TempDir::new().expect("a folder");
    let capture = folder.path().join("ticks.sqlite");
    let path = capture.to_str().expect("a path");
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::with(&[&demo.url("/ticks"), "--capture", path], (120, 40));
    terminal.wait_for("some messages", |screen| counted(screen) >= 5);
    terminal.press("gjb");
    terminal.wait_for_text("a note to this row");
    terminal.press("the first\r");
    terminal.wait_for_text("★ the first");
    terminal.press("qq");
    assert!(terminal.ended().0.success());
    assert_eq!(notes(path), ["the first"]);
    let mut again = Terminal::with(&["open", path], (120, 40));
    again.wait_for_text("old capture");
    again.press("g'");
    again.wait_for_text("★ the first");
    again.press("jb");
    again.wait_for_text("a note to this row");
    again.press("the second\r");
    again.wait_for_text("★ the second");
    again.press("q");
    assert!(again.ended().0.success());
    assert_eq!(notes(path), ["the first", "the second"]);
    assert_eq!(folder.path().read_dir().expect("a folder").count(), 1, "nothing is left beside it");
}
