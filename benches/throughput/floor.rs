//! The floor: a minimal reader that reads with tokio-tungstenite and writes the payloads.

use std::{fs::OpenOptions, io::Write as _, path::Path};

use futures_util::StreamExt as _;
use tokio::net::TcpStream;

/// The argument with which this program runs as the floor.
pub const ROLE: &str = "floor";
const WRITE: usize = 64 << 10;

/// Reads `count` messages from `url` and writes each with a line break to `target`. The buffer is flushed when no more
/// messages are available.
pub fn run(url: &str, target: &Path, count: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(read(url, target, count));
}

async fn read(url: &str, target: &Path, count: u64) {
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).open(target).expect("a file");
    let address = url.trim_start_matches("ws://").trim_end_matches('/');
    let stream = TcpStream::connect(address).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.expect("the server upgrades");
    let mut buffer = Vec::with_capacity(2 * WRITE);
    let mut read = 0;
    while read < count {
        // Reads all available messages per wake-up.
        let mut next = Some(socket.next().await);
        while let Some(Some(Ok(message))) = next {
            buffer.extend_from_slice(&message.into_data());
            buffer.push(b'\n');
            read += 1;
            if buffer.len() >= WRITE {
                out.write_all(&buffer).expect("the target takes it");
                buffer.clear();
            }
            next = if read < count { futures_util::FutureExt::now_or_never(socket.next()) } else { None };
        }
        out.write_all(&buffer).expect("the target takes it");
        buffer.clear();
    }
    drop(socket.close(None).await);
}
