//! What a person prefers, from their file to the screen; and what was chosen on the screen, to the next session.

use std::{fs, path::PathBuf};

use tempfile::TempDir;

use super::{Terminal, demo};

/// A state folder with this file of preferences, and where that lies.
fn preferring(text: &str) -> (TempDir, PathBuf) {
    let state = TempDir::new().expect("a folder");
    let folder = state.path().join("config/sockeye");
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("config.toml");
    fs::write(&file, text).expect("a file");
    (state, file)
}

#[test]
fn each_preference_takes_effect_and_a_flag_outranks_it() {
    let (_runtime, demo) = demo();
    let text = "theme = 'plain'\ntime = 'age'\ncolumns = ['time', '.p']\ncapture = false\nack = 'manual 3'\n\
                [keys]\nfollow = 'p'\nhold = 'F9'\n";
    let url = demo.url("/ticks");
    let mut terminal = Terminal::in_state(&[&url], (120, 36), preferring(text).0);
    let drawn = terminal.wait_for("a price", |drawn| drawn.contains(" .p ") && drawn.contains("-0:0"));
    assert!(drawn.contains("ack mode: manual 3") && !drawn.contains("number"), "{drawn}");
    assert!(!String::from_utf8_lossy(&terminal.seen().raw).contains("38;2;"), "no colour");
    terminal.press("\x1b[20~");
    terminal.wait_for_text(" p follow ");
    let captures = terminal.state.path().join("sockeye/captures");
    assert!(!captures.exists(), "nothing is captured");
    terminal.press("pq");
    assert!(terminal.ended().0.success());
    let flags = ["--theme", "dark", "--ack", "auto", url.as_str()];
    let mut terminal = Terminal::in_state(&flags, (120, 36), preferring(text).0);
    terminal.wait_for_text("ack mode: auto");
    assert!(String::from_utf8_lossy(&terminal.seen().raw).contains("38;2;"), "there is colour");
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn a_file_with_faults_is_told_with_its_place_and_the_rest_of_it_holds() {
    let (_runtime, demo) = demo();
    let (state, _) = preferring("theme = 'drak'\ncolumns = ['time', '.p']\n");
    let mut terminal = Terminal::in_state(&[&demo.url("/ticks")], (120, 36), state);
    terminal.wait_for_text("config.toml:1:9: theme: there is no theme \"drak\"");
    terminal.wait_for_text(" .p ");
    terminal.press("6");
    terminal.wait_for_text("did you mean \"dark\"?");
    terminal.press("qq");
    assert!(terminal.ended().0.success());
}

#[test]
fn columns_that_were_chosen_are_there_in_the_next_session_and_the_file_of_the_person_is_untouched() {
    let (_runtime, demo) = demo();
    let text = "# mine\ncolumns = ['time', 'size']\n";
    let (state, file) = preferring(text);
    let url = demo.url("/ticks");
    let mut terminal = Terminal::in_state(&[&url], (120, 36), state);
    terminal.wait_for_text(" size ");
    terminal.press("|ap\r");
    terminal.wait_for_text("columns: .p");
    let kept = terminal.state.path().join("sockeye/columns.json");
    terminal.press("q");
    let state = std::mem::replace(&mut terminal.state, TempDir::new().expect("a folder"));
    assert!(terminal.ended().0.success());
    assert!(kept.exists());
    assert_eq!(fs::read_to_string(&file).expect("it is there"), text);
    let mut again = Terminal::in_state(&[&url], (120, 36), state);
    again.wait_for_text(" .p ");
    again.press("q");
    let state = std::mem::replace(&mut again.state, TempDir::new().expect("a folder"));
    assert!(again.ended().0.success());
    // What the person sets afterwards holds again.
    fs::write(&file, "columns = ['type']\n").expect("a file");
    let mut later = Terminal::in_state(&[&url], (120, 36), state);
    let drawn = later.wait_for("messages", |drawn| drawn.contains(" type "));
    assert!(!drawn.contains(" .p "), "{drawn}");
    later.press("q");
    assert!(later.ended().0.success());
}

#[test]
fn the_demo_says_what_to_try_and_leaving_asks_before_a_mark_is_lost() {
    let mut terminal = Terminal::with(&["demo"], (80, 24));
    let drawn = terminal.wait_for("messages", |drawn| drawn.contains("   3  "));
    assert!(drawn.contains("─ try ─"), "{drawn}");
    terminal.press("k ");
    terminal.wait_for("the tips are gone", |drawn| drawn.contains('◆') && !drawn.contains("─ try ─"));
    terminal.press("qq");
    terminal.wait_for_text("1 marked message is not saved");
    terminal.press("\x03");
    assert!(terminal.ended().0.success());
}
