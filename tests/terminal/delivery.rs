//! Playing the output in the real program: by hand, and with one key back to accepting all.

use std::fs;

use super::{Terminal, demo};

#[test]
fn messages_are_answered_by_hand_and_one_key_accepts_all_again() {
    let (_runtime, demo) = demo();
    let url = demo.url("/ticks");
    let mut terminal = Terminal::with(&[&url, "--ack", "manual", "--max-in-flight", "2"], (120, 40));
    terminal.wait_for_text("ack mode: manual 2 · in flight 2");
    terminal.press("4");
    terminal.wait_for_text("not read for");
    terminal.press("a");
    terminal.wait_for("an answer and the next message", |screen| {
        screen.contains("acked         1") && screen.contains("#3")
    });
    terminal.press("xxx");
    terminal.wait_for_text("nothing new for");
    terminal.press("O");
    terminal.wait_for_text("no message is unacknowledged: the ack mode is auto");
    terminal.press("oreject 150%\r");
    terminal.wait_for_text("the share must be between 0 and 100 percent");
    terminal.press("\x15reject every 1\r");
    terminal.wait_for_text("is on attempt");
    terminal.press("S");
    terminal.wait_for_text("export the nacked messages");
    let file = terminal.state.path().join("dead.jsonl");
    terminal.press("\x15");
    terminal.press(file.to_str().expect("a path"));
    terminal.press("\r");
    terminal.wait_for("the file", |screen| screen.contains("wrote ") && screen.contains("dead.jsonl"));
    let written = fs::read_to_string(&file).expect("it was written");
    assert!(
        written.lines().count() > 0
            && written.lines().all(|line| line.contains("\"deliveries\":[{\"attempt\":1,")),
        "{written}"
    );
    terminal.press("qq");
    let (status, words) = terminal.ended();
    assert!(status.success(), "{words}");
}
