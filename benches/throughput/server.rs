//! A server that sends prepared frames, as fast as they are read or at a fixed rate.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, OnceLock},
    thread,
    time::{Duration, Instant},
};

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The size of the frames that are sent with one call, in bytes.
const CHUNK_SIZE: usize = 256 << 10;

/// The feed that each client receives.
#[derive(Clone)]
pub struct Feed {
    /// The payload of each message, which is sent as text.
    pub payload: Vec<u8>,
    pub count: u64,
    /// The time between two messages; `None` to send them as fast as they are read.
    pub every: Option<Duration>,
    /// Whether each payload contains the time at which it was sent: see [`stamp`].
    pub stamped: bool,
}

/// The number of digits of a stamp.
pub const DIGITS: usize = 12;
/// The text before the stamp of a payload.
pub const STAMP: &str = r#"{"sent":"#;

/// The microseconds since the first call in this process.
pub fn stamp() -> u64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let began = *BEGAN.get_or_init(Instant::now);
    u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// A payload of `size` bytes with room for a stamp.
pub fn stamped(size: usize) -> Vec<u8> {
    let mut payload = format!("{STAMP}{:0DIGITS$},", 0).into_bytes();
    payload.extend_from_slice(&tick(size - payload.len())[1..]);
    payload
}

pub struct Server(SocketAddr);

impl Server {
    /// Serves one client after another until this process ends.
    pub fn start(feed: &Feed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the system's choice");
        let address = listener.local_addr().expect("a bound socket has an address");
        let frame = frame(&feed.payload);
        let per_chunk = (CHUNK_SIZE / frame.len()).max(1);
        let chunk: Arc<[u8]> = frame.repeat(per_chunk).into();
        let feed = feed.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client closes the connection when it has read enough.
                drop(serve(client, &feed, &chunk, frame.len()));
            }
        });
        Self(address)
    }

    pub fn url(&self) -> String {
        format!("ws://{}/", self.0)
    }
}

fn serve(mut client: TcpStream, feed: &Feed, chunk: &[u8], frame: usize) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    upgrade(&mut client)?;
    let mut frames =
        Frames { bytes: chunk.to_vec(), each: frame, payload: feed.payload.len(), stamped: feed.stamped };
    match feed.every {
        None => flood(&mut client, feed.count, &mut frames)?,
        Some(every) => pace(&mut client, feed.count, every, &mut frames)?,
    }
    // The client closes when it has received all messages.
    client.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut rest = [0; 1024];
    let closed = client.read(&mut rest)?;
    if closed > 0 {
        client.write_all(&[0x88, 0x02, 0x03, 0xe8])?;
    }
    Ok(())
}

/// Answers the request of a client.
pub fn upgrade(client: &mut (impl Read + Write)) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let request = String::from_utf8_lossy(&request);
    let key = request.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| value.trim().to_owned())
    });
    let accept = derive_accept_key(key.expect("a client sends a key").as_bytes());
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    client.write_all(response.as_bytes())
}

/// A sequence of equal frames.
struct Frames {
    bytes: Vec<u8>,
    /// The size of one frame, in bytes.
    each: usize,
    payload: usize,
    stamped: bool,
}

impl Frames {
    /// The first `count` frames, with the current stamp if they have one.
    fn first(&mut self, count: usize) -> &[u8] {
        if self.stamped {
            let digits = format!("{:0DIGITS$}", stamp());
            let at = self.each - self.payload + STAMP.len();
            for frame in self.bytes.chunks_exact_mut(self.each).take(count) {
                frame[at..at + DIGITS].copy_from_slice(digits.as_bytes());
            }
        }
        &self.bytes[..count * self.each]
    }
}

fn flood(client: &mut TcpStream, count: u64, frames: &mut Frames) -> std::io::Result<()> {
    let per_chunk = frames.bytes.len() / frames.each;
    for _ in 0..count / per_chunk as u64 {
        client.write_all(frames.first(per_chunk))?;
    }
    let rest = usize::try_from(count % per_chunk as u64).expect("less than a chunk");
    client.write_all(frames.first(rest))
}

#[expect(clippy::disallowed_methods, reason = "the pace of the feed is the time between its messages")]
fn pace(client: &mut TcpStream, count: u64, every: Duration, frames: &mut Frames) -> std::io::Result<()> {
    let mut due = Instant::now();
    for _ in 0..count {
        client.write_all(frames.first(1))?;
        due += every;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(())
}

/// An unmasked text frame (RFC 6455, section 5.2).
pub fn frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x81];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(len @ 0..126), _) => frame.push(len),
        (_, Ok(len)) => {
            frame.push(126);
            frame.extend(len.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame
}

/// A market tick: JSON of `size` bytes.
pub fn tick(size: usize) -> Vec<u8> {
    let head = concat!(
        r#"{"type":"trade","symbol":"BTC-USD","sequence":48211903,"price":"64211.07","size":"0.00310000","#,
        r#""side":"buy","time":"2026-01-02T03:04:05.987123Z","venue":"#
    );
    let mut tick = head.as_bytes().to_vec();
    tick.push(b'"');
    while tick.len() < size - 2 {
        tick.push(b'x');
    }
    tick.extend_from_slice(b"\"}");
    tick
}
