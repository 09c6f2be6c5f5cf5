//! Measures the cost of `sockeye tail`, as ratios to a minimal tokio-tungstenite reader in the same run.
//!
//! ```text
//! cargo bench --bench throughput                      all scenarios, medians of 5 rounds
//! cargo bench --bench throughput -- --rounds 9 json   scenarios with "json" in their names
//! cargo bench --bench throughput -- start             the time from the start of the program to its first message
//! cargo bench --bench throughput -- --quick           a tenth of the messages, one round: only shows that it runs
//! cargo test --bench throughput                       tiny counts; checks only that all messages arrive
//! ```
//!
//! The server is a thread of this process and sends prepared frames. The readers are child processes that take turns,
//! so that a slow phase of the machine affects both.

mod child;
mod floor;
mod lag;
mod server;
mod start;

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use child::Cost;
use server::{Feed, Server};

/// One comparison.
struct Scenario {
    name: &'static str,
    format: &'static str,
    feed: Feed,
    /// Whether the reader also writes a capture.
    captured: bool,
    /// More flags of the reader.
    args: &'static [&'static str],
}

struct Plan {
    rounds: usize,
    smoke: bool,
    quick: bool,
    only: Option<String>,
}

impl Plan {
    /// The count of messages, reduced where only the run matters.
    const fn scaled(&self, count: u64) -> u64 {
        match (self.smoke, self.quick) {
            (true, _) => count / 500,
            (_, true) => count / 10,
            _ => count,
        }
    }
}

fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        print_line("the costs of a process are read from /proc, which only Linux has");
        return ExitCode::SUCCESS;
    }
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    // Only `cargo bench` passes --bench; `cargo test` checks that all of it runs.
    let smoke = !args.iter().any(|arg| arg == "--bench");
    args.retain(|arg| arg != "--bench");
    if let [role, url, target, count, root @ ..] = args.as_slice()
        && role == floor::ROLE
    {
        floor::run(url, Path::new(target), count.parse().expect("a count"), root.first().map(Path::new));
        return ExitCode::SUCCESS;
    }
    let plan = plan(&args, smoke);
    let scenarios = scenarios(&plan);
    let chosen = scenarios.iter().filter(|one| plan.only.as_ref().is_none_or(|only| one.name.contains(only)));
    print_line(
        "scenario              rate/floor  CPU/floor   rate k/s  CPU µs/msg  floor µs/msg  peak MB  disk/payload",
    );
    for scenario in chosen {
        compare(scenario, plan.rounds);
    }
    if plan.only.as_deref().is_none_or(|only| only == "start") {
        start::measure(if plan.smoke || plan.quick { 3 } else { 40 });
    }
    if plan.only.as_deref().is_none_or(|only| only == "kills") {
        kill_during_flood(&plan);
    }
    ExitCode::SUCCESS
}

fn plan(args: &[String], smoke: bool) -> Plan {
    let mut plan = Plan { rounds: if smoke { 1 } else { 5 }, smoke, quick: false, only: None };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--rounds" => plan.rounds = args.next().and_then(|n| n.parse().ok()).expect("--rounds N"),
            "--quick" => (plan.quick, plan.rounds) = (true, 1),
            name => plan.only = Some(name.to_owned()),
        }
    }
    plan
}

fn scenarios(extent: &Plan) -> Vec<Scenario> {
    let scaled = |count: u64| extent.scaled(count);
    let tick = server::tick;
    let text =
        |size: usize| "the quick brown fox jumps over the lazy dog ".bytes().cycle().take(size).collect();
    let flood = |payload, count| Feed { payload, count: scaled(count), every: None, stamped: false };
    let plain = |name, format, feed| Scenario { name, format, feed, captured: false, args: &[] };
    let paced = Feed {
        payload: tick(200),
        count: scaled(30_000),
        every: Some(Duration::from_micros(100)),
        stamped: false,
    };
    vec![
        plain("json 200 B", "json", flood(tick(200), 1_000_000)),
        plain("json 100 B text", "json", flood(text(100), 1_000_000)),
        plain("json 1 MiB", "json", flood(text(1 << 20), 1_000)),
        plain("raw 100 B", "raw", flood(text(100), 2_000_000)),
        plain("raw 200 B", "raw", flood(tick(200), 1_000_000)),
        plain("raw 1 MiB", "raw", flood(text(1 << 20), 1_000)),
        plain("paced json 10 k/s", "json", paced),
        Scenario { captured: true, ..plain("raw 100 B, captured", "raw", flood(text(100), 2_000_000)) },
        Scenario { captured: true, ..plain("raw 200 B, captured", "raw", flood(tick(200), 1_000_000)) },
        Scenario { captured: true, ..plain("raw 1 MiB, captured", "raw", flood(text(1 << 20), 1_000)) },
        Scenario { captured: true, ..plain("json 200 B, captured", "json", flood(tick(200), 1_000_000)) },
        Scenario {
            args: &["--compress", "never"],
            captured: true,
            ..plain("raw 100 B, plain", "raw", flood(text(100), 2_000_000))
        },
        Scenario {
            args: &["--compress", "never"],
            captured: true,
            ..plain("raw 200 B, plain", "raw", flood(tick(200), 1_000_000))
        },
        Scenario {
            args: &["--delay", "1ms", "--max-in-flight", "10000"],
            ..plain("raw 200 B, delayed", "raw", flood(tick(200), 1_000_000))
        },
        // Each message is acknowledged separately.
        Scenario {
            args: &["--reject-every", "10", "--auto-replay-nacks=false"],
            ..plain("raw 200 B, rejected", "raw", flood(tick(200), 1_000_000))
        },
    ]
}

/// Runs both readers in turn, checks that every message arrived, and prints the medians.
fn compare(scenario: &Scenario, rounds: usize) {
    let server = Server::start(&scenario.feed);
    let count = scenario.feed.count;
    let mut ratios = (Vec::new(), Vec::new());
    let (mut ours, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let floor = child::run(child::floor(&server.url(), &target(), count));
        check(scenario, count);
        let own = child::run(reader(scenario, &server.url()));
        check(scenario, count);
        ratios.0.push(floor.wall.as_secs_f64() / own.wall.as_secs_f64());
        ratios.1.push(own.cpu.as_secs_f64() / floor.cpu.as_secs_f64().max(0.001));
        ours.push(own);
        floors.push(floor);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let count = count as f64;
    let on_disk = on_disk(scenario).map_or_else(String::new, |ratio| format!("{ratio:.3}"));
    let of = |costs: &[Cost], kind: fn(&Cost) -> f64| median(costs.iter().map(kind).collect());
    print_line(&format!(
        "{:<20}  {:>10.2}  {:>9.2}  {:>9.1}  {:>10.3}  {:>12.3}  {:>7.1}  {on_disk:>12}",
        scenario.name,
        median(ratios.0),
        median(ratios.1),
        count / of(&ours, |cost| cost.wall.as_secs_f64()) / 1e3,
        of(&ours, |cost| cost.cpu.as_secs_f64()) * 1e6 / count,
        of(&floors, |cost| cost.cpu.as_secs_f64()) * 1e6 / count,
        of(&ours, |cost| cost.peak_mb),
    ));
}

/// The size of the capture, as a ratio to that of the payloads.
#[expect(clippy::cast_precision_loss, reason = "the error for sizes of files is negligible")]
fn on_disk(scenario: &Scenario) -> Option<f64> {
    let payloads = scenario.feed.payload.len() as u64 * scenario.feed.count;
    let size = std::fs::metadata(capture()).ok().filter(|_| scenario.captured)?.len();
    Some(size as f64 / payloads as f64)
}

/// `tail` with the flags of the scenario, and a new capture each time.
fn reader(scenario: &Scenario, url: &str) -> std::process::Command {
    let mut command = child::tail(url, &target(), scenario.format, scenario.feed.count);
    command.args(scenario.args);
    if scenario.captured {
        for end in ["", "-journal"] {
            drop(std::fs::remove_file(format!("{}{end}", capture().display())));
        }
        command.arg("--capture").arg(capture());
    }
    command
}

/// Checks that all messages arrived: one line each, with consecutive numbers.
fn check(scenario: &Scenario, count: u64) {
    let written = std::fs::read(target()).expect("the reader has written a file");
    let lines = memchr::memchr_iter(b'\n', &written).count() as u64;
    assert_eq!(lines, count, "{}: one line per message", scenario.name);
    if written.starts_with(b"{\"v\"") {
        let text = String::from_utf8(written).expect("lines are UTF-8");
        for (line, id) in text.lines().zip(1_u64..) {
            assert!(line.contains(&format!("\"id\":{id},")), "{}: message {id} in its place", scenario.name);
        }
    }
}

/// Measures how much of a flood a kill loses while all cores are busy.
fn kill_during_flood(plan: &Plan) {
    let feed = Feed { payload: server::tick(200), count: u64::MAX, every: None, stamped: false };
    let server = Server::start(&feed);
    let (kills, time) = if plan.smoke || plan.quick { (1, 400) } else { (20, 1_500) };
    let lags = lag::measure_lag(&server.url(), &target(), kills, Duration::from_millis(time));
    let (worst, late) =
        (lags.iter().copied().fold(0.0, f64::max), lags.iter().filter(|lag| **lag > 250.0).count());
    print_line(&format!(
        "captured when killed, all cores busy: {:.0} ms behind, worst {worst:.0} ms, {late} of {} beyond 250 ms",
        median(lags.clone()),
        lags.len()
    ));
}

fn capture() -> PathBuf {
    target().with_extension("sqlite")
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("throughput.out")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print_line(line: &str) {
    let mut out = io::stdout().lock();
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}
