//! The screen of what a feed does over time, on the demo's feed with known faults.

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
    let text = terminal.wait_for("the count from the capture", |text| text.contains("whole: "));
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
