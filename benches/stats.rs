//! What it costs to fold a feed over time with everything on: sequence, lag, kinds, shapes, series.
//!
//! Prints the time of a message; `cargo test` only checks that it runs.

use std::{
    hint::black_box,
    io::{self, Write},
    time::Instant,
};

use sockeye::{
    session::{Batch, ConnectionId, Event, EventKind, Kind, MessageId, Run, Span, Timestamp, Verdict},
    stats::Stats,
};

/// The size of a message in bytes.
const PAYLOAD: usize = 200;
/// Messages of one read of the socket.
const READ: u64 = 50;
const START: i64 = 1_700_000_000_000_000;

fn main() -> io::Result<()> {
    // Only `cargo bench` passes --bench.
    let smoke = !std::env::args().any(|argument| argument == "--bench");
    let (batches, rounds) = if smoke { (20, 1) } else { (4_000, 7) };
    let events: Vec<_> = (0..batches).map(batch).collect();
    let mut times: Vec<_> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            let mut stats = Stats::default();
            for event in &events {
                stats.take(event);
            }
            let took = start.elapsed();
            let (paths, lag) = (&stats.paths, stats.lag.spread.count());
            assert!(paths.sequence.is_some() && paths.time.is_some() && paths.kind.is_some());
            assert_eq!(
                (stats.messages, lag, stats.sequences.counts.all()),
                (batches * READ, batches * READ, 0)
            );
            black_box(stats);
            took
        })
        .collect();
    times.sort();
    let each = times[rounds / 2].as_secs_f64() * 1e6 / f64::from(u32::try_from(batches * READ).unwrap_or(1));
    writeln!(io::stdout(), "JSON of {PAYLOAD} B with everything on: {each:.2} µs a message")
}

/// One read of a ticker.
fn batch(nth: u64) -> Event {
    let at = START + i64::try_from(nth).unwrap_or(0) * 10_000;
    let (mut bytes, mut spans) = (Vec::new(), Vec::new());
    for message in 0..READ {
        let number = nth * READ + message;
        let mut text = format!(
            "{{\"type\":\"{}\",\"seq\":{number},\"ts\":{},\"product_id\":\"BTC-USD\",\"price\":\"9{}.5\",\"size\":0.{},\
             \"side\":\"buy\",\"best\":[{number},1.5],\"maker\":true,\"note\":\"",
            ["ticker", "match"][usize::from(message % 3 == 0)],
            at / 1_000 - 20,
            number % 100,
            number % 10_000
        );
        text.extend(std::iter::repeat_n('x', PAYLOAD.saturating_sub(text.len() + 2)));
        text.push_str("\"}");
        let place = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        let (start, len) = (place(bytes.len()), place(text.len()));
        spans.push(Span { start, len, kind: Kind::Text, valid: true, frames: 1, wire: None });
        bytes.extend_from_slice(text.as_bytes());
    }
    let run = Run { bytes: bytes.into(), spans: spans.into() };
    let batch = Batch { first: MessageId(nth * READ + 1), run, verdict: Verdict::Acked };
    Event { at: Timestamp(at), connection: ConnectionId(1), kind: EventKind::Messages(batch) }
}
