//! Old captures: how soon the first rows stand, and how soon a filter has found what it looks for.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bytes::Bytes;
use memchr::memmem::Finder;
use sockeye::{
    session::{
        Batch, ConnectionId, End, Ended, Event, EventKind, Kind, MessageId, Opened, Run, Span, Timestamp,
        Verdict,
    },
    store::Recorder,
};

use super::{Plan, print_line, server::tick, spread, terminal::Terminal, thousands};

/// In one message only.
const RARE: &str = "needle";
/// In every other message.
const FREQUENT: &str = "ETH-USD";
/// How the messages without it begin, as far as a row shows it.
const OTHERS: &str = "\"symbol\":\"BTC";
const BATCH: u64 = 1_000;
/// The bytes that `memmem` looks through, more than any cache holds.
const MEMORY: usize = 256 << 20;

/// Measures the opening of a large capture against that of a small one, and filters in it against `memmem` over as many
/// bytes in memory.
pub fn measure(plan: &Plan) {
    let count = if plan.quick { 1_000_000 } else { plan.scaled(10_000_000) };
    let (small, large) = (Capture::of(BATCH), Capture::of(count));
    let rounds = plan.rounds.min(10);
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_small.push(small.open().1);
        of_large.push(large.open().1);
    }
    let ratio = median(&of_large) / median(&of_small);
    print_line(&format!(
        "open      {} messages: first rows {}, {ratio:.2} of a capture with {}",
        thousands(count),
        spread(of_large),
        thousands(BATCH)
    ));
    let (mut first, mut rare, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    let (mut terminal, _) = large.open();
    // The newest row but one that matches; the count of all messages also stands in the title.
    let newest = thousands(count - 2);
    for _ in 0..rounds {
        first.push(terminal.time_keys(&format!("/{FREQUENT}"), |screen| {
            screen.contains(&newest) && !screen.contains(OTHERS)
        }));
        leave(&mut terminal);
        rare.push(
            terminal.time_keys(&format!("/{RARE}"), |screen| screen.contains(&format!("/{RARE} 1 of"))),
        );
        leave(&mut terminal);
        memory.push(memmem(large.bytes));
    }
    print_line(&format!(
        "filter    {} messages: first page of a frequent word {}, all of a rare one {}, {:.2} of memmem over {} MB in \
         memory",
        thousands(count),
        spread(first),
        spread(rare.clone()),
        median(&rare) / median(&memory),
        large.bytes >> 20
    ));
}

fn leave(terminal: &mut Terminal) {
    terminal.time_keys("\x1b", |screen| screen.contains("following") && screen.contains(OTHERS));
}

fn median(times: &[Duration]) -> f64 {
    let mut times: Vec<_> = times.iter().map(Duration::as_secs_f64).collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The time of one pass over so many bytes.
fn memmem(bytes: u64) -> Duration {
    let memory = tick(200).repeat(MEMORY / 200);
    let finder = Finder::new(RARE);
    let began = Instant::now();
    let mut left = usize::try_from(bytes).expect("it fits into memory");
    while left > 0 {
        let part = left.min(memory.len());
        assert_eq!(finder.find(&memory[..part]), None, "no tick has it");
        left -= part;
    }
    began.elapsed()
}

/// A capture of one connection, deleted when it is dropped.
struct Capture {
    path: PathBuf,
    /// Of all payloads.
    bytes: u64,
}

impl Capture {
    fn of(count: u64) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("screen-bench-{count}.sqlite"));
        drop(fs::remove_file(&path));
        let recorder = Recorder::start(&path, "bench").expect("it can be written");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let opened =
                Opened { remote: None, tls: None, subprotocol: None, extension: None, took: Duration::ZERO };
            let url = "ws://feed.example/ticks".to_owned();
            recorder
                .record(&[event(EventKind::Connecting { url }), event(EventKind::Opened(Box::new(opened)))])
                .await;
            for first in (1..=count).step_by(usize::try_from(BATCH).expect("small")) {
                let rare = (count / 2).clamp(first, first + BATCH - 1);
                recorder.record(&[event(batch(first, (rare == count / 2).then_some(rare)))]).await;
            }
            let ended = Ended { why: End::Stopped, messages: count, connections: 1, during: None };
            recorder.record(&[event(EventKind::Ended(ended))]).await;
            recorder.finish().await;
        });
        Self { path, bytes: 200 * count }
    }

    /// The program with its first rows, and how long they took.
    fn open(&self) -> (Terminal, Duration) {
        let began = Instant::now();
        let terminal = Terminal::start(&["open", self.path.to_str().expect("a path of ours")]);
        terminal.wait_for(|screen| screen.contains(OTHERS));
        (terminal, began.elapsed())
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
    }
}

fn event(kind: EventKind) -> Event {
    Event { at: Timestamp(1_767_355_200_000_000), connection: ConnectionId(1), kind }
}

/// As many ticks as a batch has; one of them may be the rare one.
fn batch(first: u64, rare: Option<u64>) -> EventKind {
    let mut bytes = Vec::new();
    let mut spans = Vec::new();
    for id in first..first + BATCH {
        let start = u32::try_from(bytes.len()).expect("small");
        let mut payload = tick(200);
        let word = if rare == Some(id) {
            RARE
        } else if id.is_multiple_of(2) {
            FREQUENT
        } else {
            ""
        };
        let place = payload.windows(7).position(|part| part == b"BTC-USD").expect("a symbol");
        payload[place..place + word.len()].copy_from_slice(word.as_bytes());
        bytes.extend_from_slice(&payload);
        spans.push(Span { start, len: 200, kind: Kind::Text, valid: true, frames: 1, wire: None });
    }
    let run = Run { bytes: Bytes::from(bytes), spans: spans.into() };
    EventKind::Messages(Batch { first: MessageId(first), run, verdict: Verdict::Acked })
}
