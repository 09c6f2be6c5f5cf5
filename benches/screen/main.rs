//! Measures the cost and the latency of the screen with the real program in a pseudo-terminal.
//!
//! ```text
//! cargo bench --bench screen                    everything
//! cargo bench --bench screen -- memory flood    the measurements with these names
//! cargo bench --bench screen -- captures --quick    a tenth of the messages
//! cargo test --bench screen                     tiny counts; checks only that all of it runs
//! ```
//!
//! - `keys`: the time until a key takes effect on the screen: idle, under a flood, and after a million messages
//! - `flood`: the delay of the newest row, and the loss of rate by drawing
//! - `memory`: the memory after one and after ten million messages
//! - `start`: the time to the first frame
//! - `idle`: the processor time without messages
//! - `captures`: the time to the first rows of an old capture, and that of filters in it

mod captures;
#[path = "../throughput/server.rs"]
mod server;
mod terminal;

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    thread,
    time::{Duration, Instant},
};

use server::{Feed, Server};
use terminal::Terminal;

struct Plan {
    rounds: usize,
    smoke: bool,
    quick: bool,
    only: Vec<String>,
}

impl Plan {
    fn has(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    /// The count of messages, reduced in a smoke test.
    fn scaled(&self, count: u64) -> u64 {
        if self.smoke { count / 1000 } else { count }
    }
}

fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        print_line("the costs of a process are read from /proc, which only Linux has");
        return ExitCode::SUCCESS;
    }
    let smoke = !std::env::args().any(|arg| arg == "--bench");
    let only = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let quick = std::env::args().any(|arg| arg == "--quick");
    let plan = Plan { rounds: if smoke { 2 } else { 30 }, smoke, quick, only };
    if plan.has("start") {
        start(&plan);
    }
    if plan.has("idle") {
        idle(&plan);
    }
    if plan.has("flood") {
        flood(&plan);
    }
    if plan.has("keys") {
        keys(&plan);
    }
    if plan.has("memory") {
        memory(&plan);
    }
    if plan.has("captures") {
        captures::measure(&plan);
    }
    ExitCode::SUCCESS
}

fn feed(count: u64, every: Option<Duration>) -> Feed {
    Feed { payload: server::stamped(200), count, every, stamped: true }
}

/// Measures the time from the start of the program to its first frame, and to its first message.
fn start(plan: &Plan) {
    let server = Server::start(&feed(1, None));
    let (mut frames, mut messages) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds.min(10) {
        let began = Instant::now();
        let terminal = Terminal::start(&[&server.url(), "--capture", capture()]);
        terminal.wait_for(|screen| screen.contains("1 Feed"));
        frames.push(began.elapsed());
        terminal.wait_for(|screen| screen.contains("BTC-USD"));
        messages.push(began.elapsed());
    }
    print_line(&format!("start     first frame {}, first message {}", spread(frames), spread(messages)));
}

/// Measures the processor time of an open connection without messages.
fn idle(plan: &Plan) {
    let server = Server::start(&feed(1, None));
    let terminal = Terminal::start(&[&server.url(), "--capture", capture()]);
    terminal.wait_for(|screen| screen.contains("BTC-USD"));
    let duration = Duration::from_millis(if plan.smoke { 100 } else { 3_000 });
    let share = share(&terminal, duration);
    print_line(&format!("idle      {share:.1} % of a processor"));
    for (rate, every) in [("1 k/s", 1_000), ("5 k/s", 200), ("10 k/s", 100)] {
        paced(plan, rate, Duration::from_micros(every));
    }
}

/// Measures the processor time under a steady rate, and how late the newest row is.
fn paced(plan: &Plan, rate: &str, every: Duration) {
    let duration = Duration::from_millis(if plan.smoke { 100 } else { 3_000 });
    let server = Server::start(&feed(u64::MAX, Some(every)));
    for (name, args) in [("captured", vec!["--capture", capture()]), ("no capture", vec!["--no-capture"])] {
        let url = server.url();
        let terminal = Terminal::start(&[&[url.as_str()], args.as_slice()].concat());
        terminal.wait_for(|screen| screen.contains("BTC-USD"));
        let share = share(&terminal, duration);
        print_line(&format!(
            "{rate:<10}{name}: {share:.1} % of a processor, newest row {} late",
            lateness(&terminal)
        ));
    }
}

/// The share of a processor that the program uses during this time, in percent.
#[expect(clippy::disallowed_methods, reason = "the cost of an idle program is measured over a time")]
fn share(terminal: &Terminal, duration: Duration) -> f64 {
    terminal.lateness();
    let before = terminal.cpu();
    thread::sleep(duration);
    terminal.cpu().saturating_sub(before).as_secs_f64() / duration.as_secs_f64() * 100.0
}

/// Measures the delay of the newest row at the highest rate, and the rate relative to `tail` to /dev/null.
fn flood(plan: &Plan) {
    let count = plan.scaled(3_000_000);
    let server = Server::start(&feed(count, None));
    let all = format!("{} messages", thousands(count));
    let began = Instant::now();
    let headless = Command::new(env!("CARGO_BIN_EXE_sockeye"))
        .args(["tail", &server.url(), "--format", "raw", "--count", &count.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("tail runs");
    assert!(headless.success(), "tail counts them all");
    let floor = began.elapsed();
    for (name, args) in [("captured", vec!["--capture", capture()]), ("no capture", vec!["--no-capture"])] {
        let url = server.url();
        let began = Instant::now();
        let terminal = Terminal::start(&[&[url.as_str()], args.as_slice()].concat());
        terminal.wait_for(|screen| screen.contains(&all));
        let took = began.elapsed();
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let rate = count as f64 / took.as_secs_f64() / 1e6;
        print_line(&format!(
            "flood     {name}: {rate:.2} M/s, {:.2} of tail to /dev/null, newest row {} late, {:.0} MB",
            floor.as_secs_f64() / took.as_secs_f64(),
            lateness(&terminal),
            terminal.resident()
        ));
    }
}

/// Measures the time until a key takes effect on the screen: idle, under a flood, and after a million messages.
fn keys(plan: &Plan) {
    let quiet = Server::start(&feed(100, None));
    let flooding = Server::start(&feed(u64::MAX, None));
    let full = Server::start(&feed(plan.scaled(1_000_000), None));
    let all = format!("{} messages", thousands(plan.scaled(1_000_000)));
    for (name, server, ready) in [
        ("idle", &quiet, "100 messages"),
        ("under a flood", &flooding, "BTC-USD"),
        ("after a million", &full, all.as_str()),
    ] {
        let mut terminal = Terminal::start(&[&server.url(), "--capture", capture()]);
        terminal.wait_for(|screen| screen.contains(ready));
        let (mut help, mut first, mut newest, mut filter) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            help.push(terminal.time_keys("?", |screen| screen.contains("Help")));
            help.push(terminal.time_keys("?", |screen| !screen.contains("Help")));
            first.push(terminal.time_keys("g", |screen| screen.contains("connection 1 opened")));
            newest.push(terminal.time_keys("G", |screen| screen.contains("following")));
        }
        for _ in 0..plan.rounds.min(5) {
            filter.push(terminal.time_keys("/venue", |screen| screen.contains("/venue")));
            // Until it is gone, the next round would find what this one typed.
            terminal.time_keys("\x1b", |screen| !screen.contains("/venue"));
        }
        print_line(&format!(
            "keys      {name}: help {}, to the first row {}, to the newest {}, filter {}",
            spread(help),
            spread(first),
            spread(newest),
            spread(filter)
        ));
    }
}

/// Measures the memory after one and after ten million messages.
fn memory(plan: &Plan) {
    for count in [1_000_000, 10_000_000].map(|count| plan.scaled(count)) {
        let server = Server::start(&feed(count, None));
        let all = format!("{} messages", thousands(count));
        for (name, args) in [("captured", vec!["--capture", capture()]), ("no capture", vec!["--no-capture"])]
        {
            let url = server.url();
            let terminal = Terminal::start(&[&[url.as_str()], args.as_slice()].concat());
            terminal.wait_for(|screen| screen.contains(&all));
            print_line(&format!("memory    {} {name}: {:.0} MB", thousands(count), terminal.resident()));
        }
    }
}

/// The path of the capture; the file of the previous run is deleted.
fn capture() -> &'static str {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screen-bench.sqlite");
    for end in ["", "-journal"] {
        drop(std::fs::remove_file(PathBuf::from(format!("{}{end}", path.display()))));
    }
    concat!(env!("CARGO_TARGET_TMPDIR"), "/screen-bench.sqlite")
}

fn lateness(terminal: &Terminal) -> String {
    spread(terminal.lateness().into_iter().map(Duration::from_micros).collect())
}

/// The median and the maximum, in milliseconds.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let ms = |time: Option<&Duration>| time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
    format!("{:.1} (worst {:.1}) ms", ms(times.get(times.len() / 2)), ms(times.last()))
}

fn thousands(count: u64) -> String {
    sockeye::payload::thousands(count)
}

fn print_line(line: &str) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}
