//! Compares the frame decoder with that of tungstenite over the same bytes in memory.
//!
//! Prints the ratio of messages per second; `cargo test` only checks that it runs.

use std::{
    hint::black_box,
    io::{self, Read, Write},
    time::{Duration, Instant},
};

use bytes::BytesMut;
use sockeye::wire::{Decoder, Piece, Strictness};
use tokio_tungstenite::tungstenite::{WebSocket, protocol::Role};

const PAYLOAD: usize = 200;
/// The bytes of one read from a socket.
const READ: usize = 128 << 10;
const LIMIT: u64 = 64 << 20;

fn main() -> io::Result<()> {
    // Only `cargo bench` passes --bench.
    let smoke = !std::env::args().any(|argument| argument == "--bench");
    let (messages, rounds) = if smoke { (1_000, 1) } else { (1_000_000, 7) };
    let mut out = io::stdout().lock();
    for (name, first) in [("text", 0x81), ("binary", 0x82)] {
        let stream = stream(first, messages);
        let mut ratios: Vec<_> = (0..rounds)
            .map(|_| {
                let (theirs, ours) = (time(|| library_reader(&stream)), time(|| sockeye_reader(&stream)));
                (theirs.as_secs_f64() / ours.as_secs_f64(), ours)
            })
            .collect();
        ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (ratio, took) = ratios[rounds / 2];
        let each = took.as_secs_f64() * 1e9 / f64::from(messages);
        writeln!(out, "{name}, {PAYLOAD} B: {ratio:.2} times the library, {each:.0} ns a message")?;
    }
    Ok(())
}

fn time(read: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    black_box(read());
    start.elapsed()
}

/// A stream of messages of one frame each.
fn stream(first: u8, messages: u32) -> Vec<u8> {
    let mut frame = vec![first, 126, 0, 200];
    frame.extend((0..PAYLOAD).map(|nth| b"{\"price\": 100.25}"[nth % 17]));
    frame.repeat(usize::try_from(messages).unwrap_or(usize::MAX))
}

/// Reads the stream with the own decoder; returns the size of all payloads.
fn sockeye_reader(stream: &[u8]) -> usize {
    let mut decoder = Decoder::new(LIMIT, Strictness::Pipeline);
    let (mut buf, mut sum) = (BytesMut::new(), 0);
    for read in stream.chunks(READ) {
        buf.reserve(decoder.wanted(&buf).max(READ));
        buf.extend_from_slice(read);
        while let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, usize::MAX) {
            sum += run.spans.iter().map(|span| black_box(run.payload(span)).len()).sum::<usize>();
        }
    }
    assert_eq!(sum, stream.len() / (PAYLOAD + 4) * PAYLOAD);
    sum
}

/// Reads the stream with the library; returns the size of all payloads.
fn library_reader(stream: &[u8]) -> usize {
    let mut socket = WebSocket::from_raw_socket(Memory(stream), Role::Client, None);
    let mut sum = 0;
    while let Ok(message) = socket.read() {
        sum += black_box(message).len();
    }
    assert_eq!(sum, stream.len() / (PAYLOAD + 4) * PAYLOAD);
    sum
}

/// A socket with all its data in memory.
struct Memory<'a>(&'a [u8]);

impl Read for Memory<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl Write for Memory<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
