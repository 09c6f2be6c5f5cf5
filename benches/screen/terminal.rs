//! The program in a pseudo-terminal, watched while it draws.

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

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
/// How long anything may take before the run is given up.
const LIMIT: Duration = Duration::from_mins(2);

/// What has been drawn so far.
struct Drawn {
    parser: vt100::Parser,
    /// How late the newest row was when it was drawn, in microseconds, frame by frame.
    late: Vec<u64>,
    bytes: u64,
}

/// The program, its screen, and its keys.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn std::io::Write + Send>,
    drawn: Arc<(Mutex<Drawn>, Condvar)>,
    /// Dropping it would hang up on the program.
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
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let cells = |n| NonZero::new(n).expect("more than none");
        let parser = vt100::Parser::new(cells(ROWS), cells(COLUMNS), 0);
        let drawn = Arc::new((Mutex::new(Drawn { parser, late: Vec::new(), bytes: 0 }), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let watched = drawn.clone();
        thread::spawn(move || {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let (drawn, changed) = &*watched;
                let mut drawn = drawn.lock().expect("no watcher panics");
                drawn.parser.process(&buffer[..read]);
                drawn.bytes += read as u64;
                if let Some(sent) = newest_stamp(drawn.parser.screen()) {
                    drawn.late.push(stamp().saturating_sub(sent));
                }
                changed.notify_all();
            }
        });
        let writer = pair.master.take_writer().expect("its input");
        Self { child, writer, drawn, _master: pair.master }
    }

    /// Presses keys and says how long it took until the screen is as it should be.
    pub fn answer(&mut self, keys: &str, holds: impl FnMut(&str) -> bool) -> Duration {
        let began = Instant::now();
        self.writer.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self.writer.flush().expect("the terminal takes keys");
        self.wait_for(holds);
        began.elapsed()
    }

    /// Waits until the screen is as it should be.
    pub fn wait_for(&self, mut holds: impl FnMut(&str) -> bool) {
        let (drawn, changed) = &*self.drawn;
        let mut drawn = drawn.lock().expect("no watcher panics");
        loop {
            let text = drawn.parser.screen().contents();
            if holds(&text) {
                return;
            }
            let (again, waited) = changed.wait_timeout(drawn, LIMIT).expect("no watcher panics");
            assert!(!waited.timed_out(), "waited in vain; the screen:\n{text}");
            drawn = again;
        }
    }

    /// How late the newest row was in each frame since this was asked last.
    pub fn lateness(&self) -> Vec<u64> {
        std::mem::take(&mut self.drawn.0.lock().expect("no watcher panics").late)
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
