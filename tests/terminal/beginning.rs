//! The program without an address: its start screen, pastes, and what the shell may do to it.

use super::{CommandBuilder, Terminal, demo};

#[test]
fn without_an_address_it_asks_for_one_and_a_paste_begins_a_session() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::with(&[], (100, 30));
    terminal.wait_for_text("or begin with");
    terminal.press(&format!("\x1b[200~wscat -c {}\x1b[201~", demo.url("/ticks")));
    terminal.wait_for_text("wscat -c");
    terminal.press("\r");
    terminal.wait_for_text("● open");
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn yaml_that_is_pasted_is_read_and_a_broken_one_stays_to_be_mended() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::with(&[], (100, 30));
    terminal.wait_for_text("or begin with");
    terminal.press("\x1b[200~input:\n  websocket:\n    url: [\x1b[201~\r");
    terminal.wait_for_text("✕");
    terminal.press("\x15");
    terminal.press(&format!("\x1b[200~input:\n  websocket:\n    url: {}\n\x1b[201~\r", demo.url("/ticks")));
    terminal.wait_for_text("● open");
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn the_demo_is_one_key_away_and_its_capture_is_offered_next_time() {
    let mut terminal = Terminal::with(&[], (100, 30));
    terminal.wait_for_text("no captures yet");
    terminal.press("\r");
    terminal.wait_for_text("BTC");
    terminal.press("q");
    let state = std::mem::replace(&mut terminal.state, tempfile::TempDir::new().expect("a folder"));
    let (status, said) = terminal.ended();
    assert!(status.success());
    assert!(said.contains("sockeye open"), "{said}");
    let mut again = Terminal::in_state(&[], (100, 30), state);
    again.wait_for_text("1 capture");
    again.press("\x1b[B\x18");
    again.wait_for_text("delete the capture?");
    again.press("y\r");
    again.wait_for_text("no captures yet");
    again.press("\x1b");
    assert!(again.ended().0.success());
}

#[test]
fn a_megabyte_that_is_pasted_leaves_the_screen_alive() {
    let mut terminal = Terminal::with(&[], (80, 24));
    terminal.wait_for_text("or begin with");
    terminal.press("\x1b[200~");
    for _ in 0..64 {
        terminal.press(&"x".repeat(16 << 10));
    }
    terminal.press("\x1b[201~");
    terminal.wait_for_text("xxxx");
    terminal.press("\r");
    terminal.wait_for_text("✕");
    terminal.press("\x03");
    assert!(terminal.ended().0.success());
}

#[test]
fn ctrl_z_gives_the_terminal_back_to_the_shell_and_fg_takes_it_again() {
    let (_runtime, demo) = demo();
    let mut command = CommandBuilder::new("sh");
    // A shell with job control, as the one that a person sits at.
    let script = "set -m; \"$0\" \"$1\"; echo 'the shell is back'; read line; fg; echo over";
    command.args(["-c", script, env!("CARGO_BIN_EXE_sockeye"), &demo.url("/ticks")]);
    let mut terminal = Terminal::running(command, (100, 30));
    terminal.wait_for_text("● open");
    terminal.press("\x1a");
    terminal.wait_for_text("the shell is back");
    assert!(!terminal.seen().parser.screen().alternate_screen(), "it has its own screen again");
    terminal.press("\r");
    terminal.wait_until("it draws again", |seen| {
        seen.parser.screen().alternate_screen() && seen.parser.screen().contents().contains("● open")
    });
    terminal.press("q");
    terminal.wait_for_text("over");
    assert!(terminal.ended().0.success());
}

#[test]
fn the_mouse_can_be_left_to_the_terminal() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/ticks"), (100, 30));
    terminal.wait_for_text("● open");
    let heard =
        |seen: &super::Seen| seen.parser.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None;
    terminal.wait_until("the mouse is heard", heard);
    terminal.press("M");
    terminal.wait_until("the mouse is free", move |seen| !heard(seen));
    terminal.press("q");
    assert!(terminal.ended().0.success());
    let mut without = Terminal::with(&[&demo.url("/ticks"), "--no-mouse"], (100, 30));
    without.wait_for_text("● open");
    without.wait_until("the mouse is free", move |seen| !heard(seen));
    without.press("q");
    assert!(without.ended().0.success());
}

#[test]
fn a_state_folder_that_cannot_be_written_is_told_and_the_session_goes_on() {
    let (_runtime, demo) = demo();
    let folder = tempfile::TempDir::new().expect("a folder");
    // A file where the folder should be.
    std::fs::write(folder.path().join("sockeye"), "in the way").expect("a file");
    let mut terminal = Terminal::in_state(&[&demo.url("/ticks")], (100, 30), folder);
    terminal.wait_for_text("no capture:");
    terminal.wait_for_text("● open");
    terminal.press("q");
    let (status, left) = terminal.ended();
    assert_eq!(status.exit_code(), 23);
    assert!(left.contains("nothing was captured: "), "{left}");
}

#[test]
fn a_capture_file_that_is_none_is_refused_before_anything_is_drawn() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("diary.txt");
    std::fs::write(&path, "dear diary").expect("a file");
    let path = path.to_str().expect("a path");
    for (args, refusal) in [
        (vec!["ws://127.0.0.1:9/", "--capture", path], "is not a capture of sockeye"),
        (vec!["open", path], "is neither a capture, nor a HAR"),
    ] {
        let terminal = Terminal::with(&args, (100, 30));
        let seen = terminal.seen.clone();
        let (status, _) = terminal.ended();
        assert_eq!(status.exit_code(), 2);
        let said = seen.0.lock().expect("no reader panics").parser.screen().contents();
        assert!(said.replace('\n', "").contains(refusal), "{said}");
    }
}
