//! The real program in a pseudo-terminal: what it draws, and that it gives the terminal back.
#![cfg(unix)]

#[path = "terminal/beginning.rs"]
mod beginning;
#[path = "terminal/bookmarks.rs"]
mod bookmarks;
#[path = "terminal/delivery.rs"]
mod delivery;
#[path = "terminal/editor.rs"]
mod editor;
#[path = "terminal/evil.rs"]
mod evil;
#[path = "terminal/over_time.rs"]
mod over_time;
#[path = "terminal/passphrases.rs"]
mod passphrases;
#[path = "terminal/preferences.rs"]
mod preferences;

use std::{
    io::{Read, Write},
    net::SocketAddr,
    num::NonZero,
    path::{Path, PathBuf},
    process,
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

use futures_util::{SinkExt as _, StreamExt as _};
use tempfile::TempDir;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use sockeye::{
    config::{Endpoint, Settings, Values},
    serve::{Demo, DemoOptions},
    tui,
};
use tokio::{net::TcpListener, runtime::Runtime};
use tokio_tungstenite::{accept_async, tungstenite::Message};

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// Makes the test that panics play the program that panics.
const PLAY: &str = "SOCKEYE_TEST_PANICS";

/// What the program has written, as bytes and as a screen.
struct Seen {
    raw: Vec<u8>,
    parser: vt100::Parser,
    over: bool,
    /// Nobody wants to see more.
    let_go: bool,
}

/// A program in a pseudo-terminal.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    /// The modes of the line before the program began.
    modes: String,
    /// Where the program keeps its captures; it goes with the terminal.
    state: TempDir,
}

impl Terminal {
    fn running(command: CommandBuilder, size: (u16, u16)) -> Self {
        Self::kept_in(command, size, TempDir::new().expect("a folder"))
    }

    fn kept_in(mut command: CommandBuilder, (columns, rows): (u16, u16), state: TempDir) -> Self {
        if command.get_env("TERM").is_none_or(|term| term != "dumb") {
            command.env("TERM", "xterm-256color");
        }
        command.env("COLORTERM", "truecolor");
        command.env_remove("NO_COLOR");
        command.env("XDG_STATE_HOME", state.path());
        command.env("XDG_CONFIG_HOME", state.path().join("config"));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let modes = format!("{:?}", pair.master.get_termios().expect("the modes of the line"));
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let seen = Arc::new((
            Mutex::new(Seen { raw: Vec::new(), parser, over: false, let_go: false }),
            Condvar::new(),
        ));
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let own = seen.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let read = reader.read(&mut buffer).unwrap_or(0);
                let (seen, changed) = &*own;
                let mut seen = seen.lock().expect("no reader panics");
                seen.raw.extend_from_slice(&buffer[..read]);
                seen.parser.process(&buffer[..read]);
                seen.over = read == 0;
                changed.notify_all();
                if read == 0 || seen.let_go {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().expect("its input");
        Self { master: pair.master, writer, child, seen, modes, state }
    }

    /// The program on this address.
    fn on(url: &str, size: (u16, u16)) -> Self {
        Self::with(&[url], size)
    }

    /// The program with these arguments and a state folder that was there before.
    fn in_state(args: &[&str], size: (u16, u16), state: TempDir) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockeye"));
        command.args(args);
        Self::kept_in(command, size, state)
    }

    /// The program with these arguments.
    fn with(args: &[&str], size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockeye"));
        command.args(args);
        Self::running(command, size)
    }

    fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self.writer.flush().expect("the terminal takes keys");
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().expect("no reader panics")
    }

    /// Waits until the screen is as it should be and returns it.
    fn wait_for(&self, kind: &str, mut holds: impl FnMut(&str) -> bool) -> String {
        let until = Instant::now() + LIMIT;
        let (seen, changed) = &*self.seen;
        let mut seen = seen.lock().expect("no reader panics");
        loop {
            let text = seen.parser.screen().contents();
            if holds(&text) {
                return text;
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.over, "waited in vain for {kind}; the screen:\n{text}");
            seen = changed.wait_timeout(seen, left).expect("no reader panics").0;
        }
    }

    /// Waits until what was written is as it should be.
    fn wait_until(&self, kind: &str, holds: impl Fn(&Seen) -> bool) {
        let until = Instant::now() + LIMIT;
        let (seen, changed) = &*self.seen;
        let mut seen = seen.lock().expect("no reader panics");
        while !holds(&seen) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && !seen.over, "waited in vain until {kind}");
            seen = changed.wait_timeout(seen, left).expect("no reader panics").0;
        }
    }

    fn wait_for_text(&self, text: &str) -> String {
        self.wait_for(text, |screen| screen.contains(text))
    }

    fn resize(&self, (columns, rows): (u16, u16)) {
        self.seen().parser.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("the terminal changes its size");
    }

    fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("it runs").to_string();
        let sent = process::Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
        assert!(sent.success(), "the signal was sent");
    }

    /// Takes the terminal away and returns how the program ends.
    fn hung_up(self) -> ExitStatus {
        self.seen().let_go = true;
        let Self { master, writer, mut child, state: _state, .. } = self;
        drop((master, writer));
        // The last hold on the terminal goes with the next thing the program writes.
        child.wait().expect("it can be waited for")
    }

    /// Waits for its end and returns what stands on the terminal then.
    fn ended(mut self) -> (ExitStatus, String) {
        let until = Instant::now() + LIMIT;
        let (seen, changed) = &*self.seen;
        let mut seen = seen.lock().expect("no reader panics");
        while !seen.over {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let screen = seen.parser.screen().contents();
                drop(seen);
                self.child.kill().expect("it is stopped");
                panic!("it does not end; the screen:\n{screen}");
            }
            seen = changed.wait_timeout(seen, left).expect("no reader panics").0;
        }
        let status = self.child.wait().expect("it can be waited for");
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are plain again");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is free");
        if let Some(modes) = self.master.get_termios() {
            assert_eq!(format!("{modes:?}"), self.modes, "the line is as it was");
        }
        (status, screen.contents())
    }
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a terminal has cells")
}

/// A runtime with a demo server in it.
fn demo() -> (Runtime, Demo) {
    let runtime = Runtime::new().expect("a runtime");
    let inside = runtime.enter();
    let demo = Demo::start(DemoOptions { rate: 50, ..DemoOptions::default() }).expect("the demo server");
    drop(inside);
    (runtime, demo)
}

/// A server that sends these messages to whoever comes, and then keeps quiet.
fn sending(messages: Vec<Message>) -> (Runtime, SocketAddr) {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("its address");
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let messages = messages.clone();
            tokio::spawn(async move {
                let mut socket = accept_async(stream).await.expect("an upgrade");
                for message in messages {
                    socket.send(message).await.expect("it is read");
                }
                while let Some(Ok(_)) = socket.next().await {}
            });
        }
    });
    (runtime, address)
}

#[test]
fn the_feed_is_drawn_and_q_gives_the_terminal_back() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/ticks"), (120, 40));
    let parts = ["\"e\":\"trade\"", "● open", "following", "enter open"];
    terminal.wait_for("a feed", |screen| parts.iter().all(|part| screen.contains(part)));
    terminal.press("q");
    let (status, left) = terminal.ended();
    assert!(status.success(), "{status}");
    assert!(left.contains(" message") && left.contains(", 1 connection"), "the farewell: {left}");
}

#[test]
fn a_refusal_is_explained_on_the_screen() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/unauthorized"), (100, 30));
    let parts = ["─ what happened", "401", "reconnect now", "waiting"];
    terminal.wait_for("a refusal with its reason", |screen| parts.iter().all(|part| screen.contains(part)));
    terminal.press("\x03");
    let (status, left) = terminal.ended();
    assert!(status.success(), "{status}");
    assert!(left.contains("failed at upgrade"), "the farewell: {left}");
}

#[test]
fn signals_give_the_terminal_back() {
    for name in ["TERM", "INT", "HUP"] {
        let (_runtime, demo) = demo();
        let terminal = Terminal::on(&demo.url("/ticks"), (80, 24));
        terminal.wait_for_text("● open");
        terminal.signal(name);
        let (status, _) = terminal.ended();
        assert_eq!(status.exit_code(), 130, "SIG{name}");
    }
}

#[test]
fn a_terminal_that_goes_away_ends_the_program() {
    let (_runtime, demo) = demo();
    let terminal = Terminal::on(&demo.url("/ticks"), (80, 24));
    terminal.wait_for_text("● open");
    assert_eq!(terminal.hung_up().exit_code(), 130);
}

#[test]
fn a_panic_gives_the_terminal_back() {
    if std::env::var_os(PLAY).is_some() {
        return play_the_program_that_panics();
    }
    let mut command = CommandBuilder::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "a_panic_gives_the_terminal_back", "--nocapture"]);
    command.env(PLAY, "1");
    command.env("RUST_BACKTRACE", "0");
    let mut terminal = Terminal::running(command, (80, 24));
    terminal.wait_for_text("● open");
    terminal.press("inow\r");
    let (_, left) = terminal.ended();
    assert!(left.contains("a promise was broken"), "the panic speaks on the terminal given back: {left}");
    assert!(left.contains("the screen said: a part of the program failed"), "and the screen ends: {left}");
}

/// The screen on a server whose task panics at the first message.
fn play_the_program_that_panics() {
    let runtime = Runtime::new().expect("a runtime");
    let error = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("ws://{}/", listener.local_addr().expect("its address"));
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("somebody comes");
            let mut socket = accept_async(stream).await.expect("an upgrade");
            drop(socket.next().await);
            panic!("a promise was broken");
        });
        let settings = Settings::new(Endpoint::parse(&url).expect("a url"));
        let (values, name) = (Values::default(), "panics".to_owned());
        let opening = tui::Opening { settings, values, name, opened: None, is_demo: false };
        Box::pin(tui::run(tui::Begin::Session(Box::new(opening)), tui::Options::default()))
            .await
            .expect_err("it cannot go on")
    });
    writeln!(std::io::stderr(), "the screen said: {error}").expect("somebody reads");
}

#[test]
fn a_storm_of_sizes_ends_in_a_whole_screen() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/ticks"), (80, 24));
    terminal.wait_for_text("● open");
    for step in 0..60 {
        terminal.resize((1 + step * 37 % 160, 1 + step * 11 % 50));
    }
    terminal.resize((90, 20));
    // A frame for more rows leaves its footer in the last line too, but not the columns of this width.
    terminal.wait_for("a whole screen of this size", |screen| {
        screen.lines().nth(19).is_some_and(|last| last.contains("enter open"))
            && screen.lines().next().is_some_and(|first| first.contains("● open"))
            && screen.contains("number")
    });
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn no_control_sequence_of_a_payload_reaches_the_terminal() {
    let hostile = [
        "\x1b[2J\x1b[31mCSI",
        "\x1b]52;c;c3RvbGVu\x07OSC52",
        "\x1b]8;;http://evil.example\x1b\\OSC8",
        "\x07BEL",
        "\u{9b}31mC1",
        "\u{202e}BIDI",
        "{\"k\":\"\x1b]0;title\x07JSON\"}",
        "LAST",
    ];
    let mut messages: Vec<Message> = hostile.iter().map(|text| Message::text(*text)).collect();
    messages.push(Message::Ping(b"\x1b[5mPING"[..].into()));
    let (_runtime, address) = sending(messages);
    let mut terminal = Terminal::on(&format!("ws://{address}/"), (120, 40));
    let words = ["CSI", "OSC52", "evil", "BEL", "C1", "BIDI", "JSON", "LAST", "PING"];
    terminal.wait_for("every payload", |screen| words.iter().all(|word| screen.contains(word)));
    terminal.press("g");
    terminal.wait_for_text("─ event");
    terminal.press("j");
    terminal.wait_for_text("pretty");
    for keys in ["v", "v", "v", "j", "j", "j", "j", "j", "j"] {
        terminal.press(keys);
    }
    terminal.wait_for("the last message", |screen| screen.contains("#7 "));
    terminal.press("qqq");
    let raw = terminal.seen.clone();
    assert!(terminal.ended().0.success());
    let raw = String::from_utf8_lossy(&raw.0.lock().expect("no reader panics").raw).into_owned();
    for forbidden in ["\x1b[31m", "\x1b]52", "\x1b]8", "\x1b]0", "\x07", "\u{9b}", "\u{202e}", "\x1b[5m"] {
        assert!(!raw.contains(forbidden), "{forbidden:?} reached the terminal");
    }
}

#[test]
fn keys_are_answered_while_a_flood_runs() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::with(&[&demo.url("/flood"), "--no-capture"], (120, 40));
    terminal.wait_for("a flood", |screen| screen.contains("last 10,000 kept"));
    terminal.press("k");
    terminal.wait_for_text("held");
    terminal.press("?");
    terminal.wait_for_text("esc closes");
    terminal.press("?f");
    terminal.wait_for_text("following");
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn the_farewell_after_a_flood_tells_what_the_capture_holds() {
    let folder = TempDir::new().expect("a folder");
    let capture = folder.path().join("flood.sqlite");
    let (_runtime, demo) = demo();
    let path = capture.to_str().expect("a path");
    let mut terminal = Terminal::with(&[&demo.url("/flood"), "--capture", path], (120, 40));
    terminal.wait_for("a flood", |screen| screen.contains("following") && counted(screen) > 50_000);
    terminal.press("q");
    let (_, left) = terminal.ended();
    let told = left.lines().find_map(|line| line.split_once(" messages in ")).expect("a farewell").0;
    let told = told.rsplit(' ').next().expect("a last word").replace(',', "");
    let database = rusqlite::Connection::open(&capture).expect("there is a capture");
    let ask =
        |question: &str| database.query_row(question, [], |row| row.get::<_, i64>(0)).expect("an answer");
    assert_eq!(told, ask("SELECT count(*) FROM message").to_string(), "{left}");
    assert_eq!(told, ask("SELECT messages FROM session").to_string(), "{left}");
    assert_eq!(ask("SELECT ended = 'stopped' FROM session"), 1, "{left}");
}

#[test]
fn the_first_row_of_a_flood_is_read_back_from_its_capture_which_opens_again() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/flood"), (120, 40));
    terminal.wait_for("a flood", |screen| screen.contains("following") && counted(screen) > 100_000);
    terminal.press("g");
    let first = terminal.wait_for("the first row", |screen| screen.contains("connection 1 opened"));
    assert!(first.contains("        1  "), "the first message stands below it:\n{first}");
    terminal.press("qq");
    let state = std::mem::replace(&mut terminal.state, TempDir::new().expect("a folder"));
    assert!(terminal.ended().0.success());
    let files = files_in(state.path());
    let [path] = &files[..] else { panic!("one file, without a log beside it: {files:?}") };
    let mut again = Terminal::with(&["open", path.to_str().expect("a path")], (120, 40));
    again.wait_for("the end of it", |screen| {
        screen.contains("old capture") && screen.contains("stopped as asked")
    });
    again.press("g");
    again.wait_for("the first row", |screen| {
        screen.contains("connection 1 opened") && screen.contains("        1  ")
    });
    again.press("q");
    assert!(again.ended().0.success());
    assert_eq!(files_in(state.path()), files, "reading it leaves nothing behind");
}

#[test]
fn a_capture_whose_writer_was_killed_opens_with_what_was_committed() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/ticks"), (100, 30));
    // A quarter of a second after a message it is on disk.
    terminal.wait_for("some messages", |screen| counted(screen) >= 60);
    terminal.signal("KILL");
    terminal.child.wait().expect("it can be waited for");
    let [path] = &captures_of(&terminal)[..] else { panic!("one capture") };
    let mut again = Terminal::with(&["open", path.to_str().expect("a path")], (100, 30));
    let seen = again.wait_for("what was committed", |screen| {
        screen.contains("incomplete") && screen.contains("messages")
    });
    assert!(counted(&seen) >= 40, "{seen}");
    again.press("q");
    assert!(again.ended().0.success());
    assert_eq!(files_in(terminal.state.path()).len(), 1, "what was left beside it is in it");
}

/// How many messages the title of the feed counts.
fn counted(screen: &str) -> u64 {
    let head = screen.split(" messages").next().unwrap_or_default();
    head.rsplit(' ').next().unwrap_or_default().replace(',', "").parse().unwrap_or(0)
}

/// The files of captures in a state folder.
fn files_in(state: &Path) -> Vec<PathBuf> {
    let entries = state.join("sockeye/captures").read_dir().into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// The databases among the files of a killed writer.
fn captures_of(terminal: &Terminal) -> Vec<PathBuf> {
    files_in(terminal.state.path())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "sqlite"))
        .collect()
}

#[test]
fn an_edited_field_is_what_the_next_connection_uses() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/unauthorized"), (100, 30));
    terminal.wait_for_text("401");
    terminal.press("2\r");
    terminal.wait_for_text("enter set");
    for _ in 0.."unauthorized".len() {
        terminal.press("\x7f");
    }
    terminal.press("ticks\r");
    terminal.wait_for_text("1 changed");
    terminal.press("\x1b[15~");
    terminal.wait_for_text("● open");
    terminal.press("1");
    terminal.wait_for_text("following");
    terminal.press("q");
    terminal.wait_for_text("1 edited field is in no file: url");
    terminal.press("y");
    assert!(terminal.ended().0.success());
}

#[test]
fn a_rejected_message_comes_again_and_a_saved_one_is_a_file() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/ticks"), (120, 40));
    terminal.wait_for_text("3 messages");
    terminal.press("x");
    terminal.wait_for_text("↻2");
    terminal.press("fs");
    terminal.wait_for_text("save to a new file");
    let file = terminal.state.path().join("saved.json");
    terminal.press("\x15");
    terminal.press(file.to_str().expect("a path"));
    terminal.press("\r");
    terminal.wait_for_text("wrote 1 message");
    let saved = std::fs::read_to_string(&file).expect("it was written");
    assert!(saved.starts_with('{'), "{saved}");
    terminal.press("s");
    terminal.wait_for_text("save to a new file");
    terminal.press("\x15");
    terminal.press(file.to_str().expect("a path"));
    terminal.press("\r");
    terminal.wait_for_text("there is such a file already");
    assert_eq!(std::fs::read_to_string(&file).expect("it stays"), saved);
    terminal.press("\x1b");
    terminal.wait_for("the question to close", |screen| !screen.contains("save to a new file"));
    // Back to the newest row, and out.
    terminal.press("qq");
    assert!(terminal.ended().0.success());
}

#[test]
fn a_filter_that_was_named_is_there_the_next_time() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/ticks"), (120, 40));
    terminal.wait_for_text("3 messages");
    terminal.press("/id:>2\r");
    terminal.wait_for_text("/id:>2 ");
    terminal.press("F");
    terminal.wait_for_text("name the filter");
    terminal.press("late\r");
    terminal.wait_for_text("[ ] late");
    terminal.press(" ");
    terminal.wait_for_text("[✓] late");
    let file = terminal.state.path().join("config/sockeye/filters.json");
    let is_written = |_: &str| std::fs::read_to_string(&file).is_ok_and(|text| text.contains("\"on\": true"));
    terminal.wait_for("the file", is_written);
    terminal.press("q");
    terminal.wait_for("the list to close", |screen| !screen.contains("[✓] late"));
    let state = TempDir::new().expect("a folder");
    let kept = state.path().join("config/sockeye");
    std::fs::create_dir_all(&kept).expect("a folder");
    std::fs::copy(&file, kept.join("filters.json")).expect("it is copied");
    terminal.press("q");
    assert!(terminal.ended().0.success());
    let mut terminal = Terminal::in_state(&[&demo.url("/ticks")], (120, 40), state);
    terminal.wait_for_text("@late ");
    terminal.press("/@l\t\r");
    terminal.wait_for_text("@late /@late");
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn a_line_that_is_written_comes_back_from_an_echo() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/echo"), (100, 30));
    terminal.wait_for_text("● open");
    terminal.press("i");
    terminal.wait_for_text("─ send ─");
    terminal.press("\x1b[200~salmon\x1b[201~ run\r");
    terminal.wait_for("what was sent and what came back", |screen| screen.matches("salmon run").count() == 2);
    terminal.press("\x03");
    assert!(terminal.ended().0.success());
}

#[test]
fn a_probe_keeps_to_the_width_of_the_terminal() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("ws://{}/", listener.local_addr().expect("its address"));
    drop(listener);
    for columns in [72, 130] {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockeye"));
        command.args(["probe", &nobody]);
        let (_, page) = Terminal::running(command, (columns, 60)).ended();
        // A line that the terminal had to break is one line here.
        let widest = page.lines().map(|line| line.chars().count()).max().expect("a page");
        assert!(widest <= columns.into(), "{widest} of {columns}:\n{page}");
        assert_eq!(widest > 72, columns > 72, "the width is used:\n{page}");
    }
}

#[test]
fn without_a_terminal_the_screen_names_tail() {
    let output = process::Command::new(env!("CARGO_BIN_EXE_sockeye"))
        .arg("ws://127.0.0.1:9/")
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("sockeye tail") && output.stdout.is_empty(), "{message}");
}

#[test]
fn a_terminal_that_can_show_nothing_is_refused_with_the_name_of_tail() {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockeye"));
    command.arg("ws://127.0.0.1:9/");
    command.env("TERM", "dumb");
    let (status, left) = Terminal::running(command, (120, 10)).ended();
    assert_eq!(status.exit_code(), 2);
    assert!(left.contains("sockeye tail") && left.lines().count() == 1, "{left}");
}

#[test]
fn only_clicks_and_the_wheel_are_asked_for() {
    let (_runtime, demo) = demo();
    let mut terminal = Terminal::on(&demo.url("/ticks"), (80, 24));
    terminal.wait_for_text("● open");
    let mode = terminal.seen().parser.screen().mouse_protocol_mode();
    assert_eq!(mode, vt100::MouseProtocolMode::PressRelease);
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn leaving_says_what_it_waits_for_and_can_be_cut_short() {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("its address");
    runtime.spawn(async move {
        let (stream, _) = listener.accept().await.expect("somebody comes");
        let socket = accept_async(stream).await.expect("an upgrade");
        // It never reads, so it never answers the close.
        std::future::pending::<()>().await;
        drop(socket);
    });
    let mut terminal = Terminal::on(&format!("ws://{address}/"), (80, 24));
    terminal.wait_for_text("● open");
    terminal.press("q");
    terminal.wait_for_text("◌ closing, waiting for the server (ctrl+c quits now)");
    terminal.press("\x03");
    assert!(terminal.ended().0.success());
}
