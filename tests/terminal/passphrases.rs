//! The passphrase of a client key, asked for on a terminal and on the screen: nothing of it is shown, and nothing is kept.

use std::{fs, path::Path};

use tempfile::TempDir;

use super::{Terminal, demo};

/// What opens the key, and stands nowhere else.
const PLANTED: &str = "pl4nted-S3cret";

/// The arguments of a connection whose client key is locked.
fn locked<'a>(command: &'a [&'a str], url: &'a str) -> Vec<&'a str> {
    let files = [
        "--cert",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/ec-cert.pem"),
        "--key",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/ec-planted.pem"),
    ];
    [command, &[url, "--tls-enabled", "--tls-skip-cert-verify"], &files].concat()
}

/// Whether a file of a folder holds the passphrase.
fn holds(folder: &Path) -> bool {
    fs::read_dir(folder).expect("a folder").filter_map(Result::ok).any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path);
        }
        let bytes = fs::read(&path).expect("a file");
        bytes.windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes())
    })
}

fn shows(terminal: &Terminal) -> bool {
    String::from_utf8_lossy(&terminal.seen().raw).contains(PLANTED)
}

#[test]
fn commands_without_a_screen_ask_on_the_terminal_and_show_nothing_of_the_answer() {
    let (_runtime, demo) = demo();
    let url = demo.secure_url("/ticks");
    for command in [&["tail", "--count", "2"][..], &["probe"], &["check", "--expect", "count>=1 within 20s"]]
    {
        let mut terminal = Terminal::with(&locked(command, &url), (100, 40));
        terminal.wait_for_text("passphrase of ");
        terminal.press("a guess\r");
        terminal.wait_for_text("that does not open ");
        terminal.press(&format!("{PLANTED}\r"));
        terminal.wait_until("it is over", |seen| seen.over);
        assert!(!shows(&terminal) && !holds(terminal.state.path()), "{command:?}");
        let (status, said) = terminal.ended();
        assert!(status.success(), "{command:?}: {said}");
        assert!(!said.contains("guess"), "{said}");
    }
}

#[test]
fn a_question_that_is_interrupted_gives_the_line_back() {
    let (_runtime, demo) = demo();
    let url = demo.secure_url("/ticks");
    for signal in [None, Some("TERM")] {
        let mut terminal = Terminal::with(&locked(&["tail"], &url), (100, 40));
        terminal.wait_for_text("passphrase of ");
        match signal {
            None => terminal.press("half\x03"),
            Some(name) => terminal.signal(name),
        }
        let (status, said) = terminal.ended();
        assert_eq!(status.exit_code(), 130, "{said}");
        assert!(!said.contains("half"), "{said}");
    }
}

#[test]
fn without_an_answer_it_says_how_to_give_it() {
    let (_runtime, demo) = demo();
    let url = demo.secure_url("/ticks");
    let mut terminal = Terminal::with(&locked(&["tail"], &url), (100, 40));
    terminal.wait_for_text("passphrase of ");
    terminal.press("\r");
    let (status, said) = terminal.ended();
    assert_eq!(status.exit_code(), 2);
    assert!(said.contains("set tls.client_certs.0.password"), "{said}");
}

#[test]
fn the_screen_asks_with_dots_and_writes_the_answer_nowhere() {
    let (_runtime, demo) = demo();
    let folder = TempDir::new().expect("a folder");
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (url, capture) = (demo.secure_url("/ticks"), place("ticks.sqlite"));
    let mut args = locked(&[], &url);
    args.extend(["--capture", &capture]);
    let mut terminal = Terminal::with(&args, (120, 40));
    terminal.wait_for_text("passphrase of the client key");
    terminal.press("a guess");
    terminal.wait_for_text("•••••••");
    terminal.press("\r");
    terminal.wait_for_text("this does not open the key");
    terminal.press(&format!("{PLANTED}\r"));
    terminal.wait_for_text("● open");
    // The profile as YAML and under a name, the feed as lines, and the evidence.
    terminal.press("2w");
    terminal.wait_for_text("write the profile to a new file");
    terminal.press(&format!("{}\r", place("profile.yaml")));
    terminal.wait_for_text("wrote the profile");
    terminal.press("1S");
    terminal.wait_for_text("write all shown");
    terminal.press(&format!("{}\r", place("feed.jsonl")));
    terminal.wait_for_text("feed.jsonl");
    terminal.press("H");
    terminal.wait_for_text("pack the evidence");
    terminal.press(&format!("{}\r", place("evidence.zip")));
    terminal.wait_for_text("evidence.zip");
    terminal.press("6");
    terminal.press("\x03");
    terminal.wait_until("it is over", |seen| seen.over);
    assert!(folder.path().join("profile.yaml").exists() && folder.path().join("feed.jsonl").exists());
    assert!(!shows(&terminal) && !holds(terminal.state.path()) && !holds(folder.path()));
    assert!(terminal.ended().0.success());
}
