//! Runs a reader as a child process and measures its cost.

use std::{
    fs,
    io::Read as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::floor;

/// The cost of one run.
pub struct Cost {
    pub wall: Duration,
    /// User and system time, in steps of 10 ms.
    pub cpu: Duration,
    pub peak_mb: f64,
}

/// `sockeye tail`, writing to `target`.
pub fn tail(url: &str, target: &Path, format: &str, count: u64) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockeye"));
    command.args(["tail", url, "--format", format, "--count", &count.to_string()]);
    if target != Path::new("/dev/stdout") {
        command.arg("--force").arg("--output").arg(target);
    }
    command
}

/// The minimal reader, writing to `target`.
pub fn floor(url: &str, target: &Path, count: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.arg(floor::ROLE).arg(url).arg(target).arg(count.to_string());
    command
}

/// Runs a command to its end. Its times are read after it has ended and before it is reaped.
#[expect(clippy::disallowed_methods, reason = "a child is polled once a millisecond until it ends")]
pub fn run(mut command: Command) -> Cost {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the reader starts");
    let mut peak_mb = 0.0;
    let (wall, cpu) = loop {
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("a child has a stat");
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        if fields[0] == "Z" {
            let ticks: u64 = fields[11..13].iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
            break (began.elapsed(), Duration::from_millis(ticks * 10));
        }
        peak_mb = peak(&child).unwrap_or(peak_mb);
        thread::sleep(Duration::from_millis(1));
    };
    let status = child.wait().expect("a child can be waited for");
    assert!(status.success(), "the reader ended with {status}");
    Cost { wall, cpu, peak_mb }
}

/// The largest resident set so far, in megabytes.
fn peak(child: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// The time from the start of the program to the first byte that it writes.
pub fn first_byte(command: &mut Command) -> Duration {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the reader starts");
    let mut out = child.stdout.take().expect("its output is a pipe");
    out.read_exact(&mut [0]).expect("a first message");
    let took = began.elapsed();
    drop(out);
    drop(child.wait());
    took
}
