//! Compares filters over a capture, scanned by two threads as on the screen, with `rg` and `jq` over the same payloads in
//! a file, a line each.
//!
//! ```text
//! cargo bench --bench filter               a million messages, medians of 5 rounds
//! cargo bench --bench filter -- --quick    a tenth of them, one round: only shows that it runs
//! cargo test --bench filter                tiny counts; checks only that both find the same
//! ```
//!
//! A tool that is not installed is left out; without `rg`, `grep -F` takes its place.

use std::{
    env,
    error::Error,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use sockeye::{
    filter::Filter,
    session::{
        Batch, ConnectionId, End, Ended, Event, EventKind, Kind, MessageId, Opened, Run, Seq, Span,
        Timestamp, Verdict,
    },
    store::{Reader, Recorder, Search},
};

const BATCH: u64 = 1_000;

/// A filter, and what finds the same in a file of lines.
struct Case {
    filter: &'static str,
    peer: Peer,
}

enum Peer {
    /// This text anywhere.
    Grep(&'static str),
    /// This condition of `select`.
    Jq,
}

const CASES: [Case; 7] = [
    Case { filter: "needle", peer: Peer::Grep("needle") },
    Case { filter: "ETH-USD", peer: Peer::Grep("ETH-USD") },
    Case { filter: r#".price > 100 and .s == "BTC-USD""#, peer: Peer::Jq },
    Case { filter: ".seq | . % 7 == 0", peer: Peer::Jq },
    Case { filter: r#".s | startswith("BTC")"#, peer: Peer::Jq },
    Case { filter: r#". | any(.[]; . == "BTC-USD")"#, peer: Peer::Jq },
    Case { filter: ". | length > 3", peer: Peer::Jq },
];

fn main() -> io::Result<()> {
    let args: Vec<String> = env::args().collect();
    let (count, rounds) = if !args.iter().any(|arg| arg == "--bench") {
        (2 * BATCH, 1)
    } else if args.iter().any(|arg| arg == "--quick") {
        (100_000, 1)
    } else {
        (1_000_000, 5)
    };
    let files = Files::with(count)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{count} messages of about 180 B; times of the peer / times of sockeye")?;
    for case in &CASES {
        let Some(peer) = case.peer(&files.lines) else {
            writeln!(out, "{:<36}  its peer is not installed", case.filter)?;
            continue;
        };
        let mut times: Vec<(f64, Duration, Duration)> = Vec::new();
        let mut found = 0;
        for _ in 0..rounds {
            let (theirs, by_peer) = files.run(command(&peer))?;
            let (ours, by_us) = scan(&files.capture, case.filter).map_err(io::Error::other)?;
            assert_eq!(by_us, by_peer, "{}: both find the same", case.filter);
            found = by_us;
            times.push((theirs.as_secs_f64() / ours.as_secs_f64(), theirs, ours));
        }
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (ratio, theirs, ours) = times[rounds / 2];
        writeln!(
            out,
            "{:<36}  {ratio:>5.2} × the rate of {:<4}  ({} ms, {} ms)  {found} found",
            case.filter,
            peer[0],
            theirs.as_millis(),
            ours.as_millis(),
        )?;
    }
    Ok(())
}

impl Case {
    /// The words of a command of an installed program.
    fn peer(&self, lines: &Path) -> Option<Vec<String>> {
        let lines = lines.to_str()?;
        let installed = |name: &&str| {
            env::var_os("PATH")
                .is_some_and(|path| env::split_paths(&path).any(|dir| dir.join(name).is_file()))
        };
        let words = match self.peer {
            Peer::Grep(text) => {
                let program = ["rg", "grep"].into_iter().find(installed)?;
                vec![program.to_owned(), "-F".to_owned(), text.to_owned(), lines.to_owned()]
            }
            Peer::Jq => {
                let program = ["jq"].into_iter().find(installed)?;
                let select = format!("select({})", self.filter);
                vec![program.to_owned(), "-c".to_owned(), select, lines.to_owned()]
            }
        };
        Some(words)
    }
}

/// How long a scan of a capture takes from its opening on, and how many messages match.
fn scan(capture: &Path, filter: &str) -> Result<(Duration, usize), Box<dyn Error + Send + Sync>> {
    let began = Instant::now();
    let filter = Filter::parse(filter)?;
    let reader = Reader::open(capture)?;
    let another = reader.another()?;
    let pieces = reader.pieces((Seq(1), Seq(u64::MAX >> 1)), Seq(1))?;
    let count = |reader: Reader| {
        let filter = filter.clone();
        let search = Search {
            matches: &|candidate| filter.matches(candidate),
            may_match: &|kind, payloads| filter.may_match(kind, payloads),
            needs: filter.needs(),
            landmarks: false,
        };
        let mut count = 0;
        let scanned = reader.scan(search, &pieces, &mut |result| {
            count += result.matches.iter().map(|(_, many)| many).sum::<u64>();
            true
        });
        scanned.map(|()| count)
    };
    let (one, other) = thread::scope(|scope| {
        let other = scope.spawn(|| count(another));
        (count(reader), other.join())
    });
    let all = one? + other.map_err(|_| "a thread panicked")??;
    Ok((began.elapsed(), usize::try_from(all)?))
}

fn command(words: &[String]) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    command
}

/// The same payloads as lines and as a capture, and a file for what is found; all deleted at the end.
struct Files {
    lines: PathBuf,
    capture: PathBuf,
    found: PathBuf,
}

impl Files {
    fn with(count: u64) -> io::Result<Self> {
        let path = |end| Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("filter-bench.{end}"));
        let files = Self { lines: path("jsonl"), capture: path("sqlite"), found: path("found") };
        files.remove();
        let mut lines = io::BufWriter::new(fs::File::create(&files.lines)?);
        let recorder = Recorder::start(&files.capture, "bench").map_err(io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(async {
            let opened =
                Opened { remote: None, tls: None, subprotocol: None, extension: None, took: Duration::ZERO };
            let url = "ws://feed.example/ticks".to_owned();
            recorder.record(&[event(EventKind::Connecting { url })]).await;
            recorder.record(&[event(EventKind::Opened(Box::new(opened)))]).await;
            for first in (0..count).step_by(usize::try_from(BATCH).unwrap_or(1)) {
                let payloads: Vec<String> =
                    (first..first + BATCH).map(|seq| payload(seq, seq == count / 2)).collect();
                payloads.iter().try_for_each(|payload| writeln!(lines, "{payload}"))?;
                recorder.record(&[event(batch(first + 1, &payloads))]).await;
            }
            let ended = Ended { why: End::Stopped, messages: count, connections: 1, during: None };
            recorder.record(&[event(EventKind::Ended(ended))]).await;
            recorder.finish().await;
            lines.flush()
        })?;
        Ok(files)
    }

    /// Runs a command; how long it took, and how many lines it wrote.
    fn run(&self, mut command: Command) -> io::Result<(Duration, usize)> {
        command.stdin(Stdio::null()).stdout(fs::File::create(&self.found)?).stderr(Stdio::null());
        let began = Instant::now();
        command.status()?;
        let took = began.elapsed();
        Ok((took, memchr::memchr_iter(b'\n', &fs::read(&self.found)?).count()))
    }

    fn remove(&self) {
        for path in [&self.lines, &self.capture, &self.found] {
            drop(fs::remove_file(path));
        }
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.remove();
    }
}

fn payload(seq: u64, is_rare: bool) -> String {
    let symbol = ["BTC-USD", "ETH-USD", "SOL-USD"][usize::try_from(seq % 3).unwrap_or(0)];
    let note = if is_rare { "needle" } else { "padded" };
    format!(
        r#"{{"type":"trade","seq":{seq},"s":"{symbol}","price":{}.{:02},"size":0.{:05},"side":"{}","note":"{note} with words to the length of a trade","time":"2026-01-02T12:00:05.{:06}Z"}}"#,
        seq * 7 % 200,
        seq % 100,
        seq * 31 % 100_000,
        if seq.is_multiple_of(2) { "buy" } else { "sell" },
        seq % 1_000_000,
    )
}

fn event(kind: EventKind) -> Event {
    Event { at: Timestamp(1_767_355_200_000_000), connection: ConnectionId(1), kind }
}

fn batch(first: u64, payloads: &[String]) -> EventKind {
    let (mut bytes, mut spans) = (Vec::new(), Vec::new());
    for payload in payloads {
        let start = u32::try_from(bytes.len()).expect("a batch is small");
        let len = u32::try_from(payload.len()).expect("a payload is small");
        bytes.extend_from_slice(payload.as_bytes());
        spans.push(Span { start, len, kind: Kind::Text, valid: true, frames: 1, wire: None });
    }
    let run = Run { bytes: Bytes::from(bytes), spans: spans.into() };
    EventKind::Messages(Batch { first: MessageId(first), run, verdict: Verdict::Acked })
}
