//! The screen of what a feed does over time, on the demo's feed with known faults.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use sockeye::serve::{Demo, DemoOptions};
use tokio::runtime::Runtime;

use super::Terminal;

#[test]
fn the_faults_of_the_demo_are_seen_live_and_in_the_capture_of_it() {
    let runtime = Runtime::new().expect("a runtime");
    let demo = runtime.block_on(async { Demo::start(DemoOptions::default()).expect("a demo") });
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("faults.sockeye");
    let path = path.to_str().expect("a path in UTF-8");
    let mut terminal = Terminal::with(&[&demo.url("/faults"), "--capture", path], (120, 36));
    terminal.wait_for("messages", |text| text.contains("seq"));
    terminal.press("5");
    terminal.wait_for("the screen", |text| text.contains("reads"));
    terminal.press("c");
    terminal.wait_for("the question", |text| text.contains("read a sequence, a time or a kind"));
    terminal.press("sequence .seq, time .ts, kind .type\r");
    // On a slow machine the hole has come by now.
    let is_counted = |text: &str| text.contains("whole: ") || text.contains("missing in");
    let text = terminal
        .wait_for("the count from the capture", |text| is_counted(text) && text.contains(".seq chosen"));
    assert!(text.contains("sequence .seq chosen"), "{text}");
    terminal.wait_for("the hole", |text| text.contains("3 are missing"));
    terminal.press("\r");
    terminal.wait_for("the message behind it", |text| text.contains("─ Feed"));
    terminal.press("\x03");
    assert!(terminal.ended().0.success(), "it left in order");
    let mut terminal = Terminal::with(&["open", path], (120, 36));
    terminal.wait_for("the capture", |text| text.contains("old capture"));
    terminal.press("5");
    terminal.wait_for("the hole", |text| text.contains("3 are missing"));
    terminal.press("\x03");
    assert!(terminal.ended().0.success(), "it left in order");
}

#[test]
fn two_feeds_are_shown_side_by_side_and_the_report_is_printed_when_they_are_left() {
    let runtime = Runtime::new().expect("a runtime");
    let demo = runtime.block_on(async { Demo::start(DemoOptions::default()).expect("a demo") });
    let (a, b) = (demo.url("/faults"), demo.url("/faults"));
    let mut terminal = Terminal::with(&["compare", &a, &b, "--by", ".seq", "--window", "1s"], (80, 24));
    let text = terminal.wait_for("both sides", |text| text.matches("● open").count() == 2);
    assert!(text.contains("sockeye compare  by .seq"), "{text}");
    terminal.wait_for("messages on both", |text| text.contains("on both") && !text.contains("─ 0 on both"));
    terminal.press("o");
    terminal.wait_for("only the odd ones", |text| text.contains("only what differs or is missing"));
    terminal.press("q");
    let (status, text) = terminal.ended();
    assert!(status.success(), "it left in order");
    assert!(text.contains("aligned by .seq") && text.contains("missing on B"), "{text}");
}

#[test]
fn the_screen_serves_its_numbers_and_says_where() {
    let runtime = Runtime::new().expect("a runtime");
    let demo = runtime.block_on(async { Demo::start(DemoOptions::default()).expect("a demo") });
    let args = [&demo.url("/faults"), "--no-capture", "--metrics", "127.0.0.1:0"].map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut terminal = Terminal::with(&args, (120, 36));
    let text = terminal.wait_for("the address", |text| text.contains("metrics 127.0.0.1:"));
    let mut shown = terminal.wait_for("messages", |text| text.contains("seq"));
    let address = text.split("metrics ").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("it");
    let counted = || {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.write_all(b"GET /metrics HTTP/1.1\r\n\r\n").expect("it reads");
        let mut page = String::new();
        stream.read_to_string(&mut page).expect("it answers");
        page.lines().any(|line| line.starts_with("sockeye_messages_total ") && !line.ends_with(" 0"))
    };
    let is_counted = (0..50).any(|_| {
        let is_counted = counted();
        if !is_counted {
            shown = terminal.wait_for("a newer screen", |text| text != shown);
        }
        is_counted
    });
    assert!(is_counted, "messages are counted");
    terminal.press("\x03");
    assert!(terminal.ended().0.success(), "it left in order");
}
