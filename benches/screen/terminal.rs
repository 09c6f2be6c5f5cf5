//! Runs the program in a pseudo-terminal and follows what it draws.

use std::{
    fs,
    io::{Read as _, Write as _},
    num::NonZero,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::server::{DIGITS, STAMP, stamp};

const COLUMNS: u16 = 160;
const ROWS: u16 = 40;
/// The time after which a wait fails.
const LIMIT: Duration = Duration::from_mins(2);

/// The screen as drawn so far.
struct Drawing {
    parser: vt100::Parser,
    /// The delay of the newest row in each frame, in microseconds.
    late: Vec<u64>,
    bytes: u64,
}

/// The program, its screen, and its keys.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn std::io::Write + Send>,
    drawing: Arc<(Mutex<Drawing>, Condvar)>,
    /// Kept open, since dropping it would send the program a hang-up.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub fn start(args: &[&str]) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockeye"));
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
        command.env("XDG_CONFIG_HOME", env!("CARGO_TARGET_TMPDIR"));
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let cells = |n| NonZero::new(n).expect("more than none");
        let parser = vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0);
        let drawing = Arc::new((Mutex::new(Drawing { parser, late: Vec::new(), bytes: 0 }), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let watched = drawing.clone();
        thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let (drawing, changed) = &*watched;
                let mut drawing = drawing.lock().expect("no watcher panics");
                drawing.parser.process(&buffer[..read]);
                drawing.bytes += read as u64;
                if let Some(sent) = newest_stamp(drawing.parser.screen()) {
                    drawing.late.push(stamp().saturating_sub(sent));
                }
                changed.notify_all();
            }
        });
        let writer = pair.master.take_writer().expect("its input");
        Self { child, writer, drawing, _master: pair.master }
    }

    /// Presses keys, and returns the time until the screen meets the condition.
    pub fn time_keys(&mut self, keys: &str, condition: impl FnMut(&str) -> bool) -> Duration {
        let began = Instant::now();
        self.writer.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self.writer.flush().expect("the terminal takes keys");
        self.wait_for(condition);
        began.elapsed()
    }

    /// Waits until the screen meets the condition.
    pub fn wait_for(&self, mut condition: impl FnMut(&str) -> bool) {
        let (drawing, changed) = &*self.drawing;
        let mut drawing = drawing.lock().expect("no watcher panics");
        loop {
            let text = drawing.parser.screen().contents();
            if condition(&text) {
                return;
            }
            let (again, waited) = changed.wait_timeout(drawing, LIMIT).expect("no watcher panics");
            assert!(!waited.timed_out(), "the condition was not met in time; the screen:\n{text}");
            drawing = again;
        }
    }

    /// The delays of the newest row in the frames since the last call.
    pub fn lateness(&self) -> Vec<u64> {
        std::mem::take(&mut self.drawing.0.lock().expect("no watcher panics").late)
    }

    /// User and system time so far.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id())).expect("a child has a stat");
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks: u64 = fields[11..13].iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 10)
    }

    /// The resident set, in megabytes.
    pub fn resident(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).expect("a child has a status");
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kib.expect("a resident set") / 1024.0
    }

    fn id(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The stamp in the lowest row that has one.
fn newest_stamp(screen: &vt100::Screen) -> Option<u64> {
    let text = screen.contents();
    let at = text.rfind(STAMP)? + STAMP.len();
    text.get(at..at + DIGITS)?.parse().ok()
}
