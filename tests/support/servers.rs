//! Servers on a loopback port, each for one connection.

use std::{future::Future, net::SocketAddr};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// A server for one connection. Dropping it stops it.
pub struct Server<T> {
    pub address: SocketAddr,
    task: JoinHandle<T>,
}

impl<T> Server<T> {
    /// The `ws` URL of a path.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// The `wss` URL of a path.
    pub fn wss(&self, path: &str) -> String {
        format!("wss://{}{path}", self.address)
    }

    /// Waits for the end of the server's part, and returns its result.
    pub async fn outcome(mut self) -> T {
        (&mut self.task).await.expect("the server does not panic")
    }
}

impl<T> Drop for Server<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Runs `part` on the first connection.
pub async fn once<T, F>(part: impl FnOnce(TcpStream) -> F + Send + 'static) -> Server<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
    let address = listener.local_addr().expect("it is bound");
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("someone connects");
        part(stream).await
    });
    Server { address, task }
}

/// The same over TLS; `None` if the handshake fails.
pub async fn once_tls<T, F>(
    acceptor: TlsAcceptor,
    part: impl FnOnce(TlsStream<TcpStream>) -> F + Send + 'static,
) -> Server<Option<T>>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    tls_within(1, acceptor, part).await
}

/// The same with another connection for a client that left the first handshake in order to begin again.
pub async fn again_tls<T, F>(
    acceptor: TlsAcceptor,
    part: impl FnOnce(TlsStream<TcpStream>) -> F + Send + 'static,
) -> Server<Option<T>>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    tls_within(2, acceptor, part).await
}

/// Runs `part` on the first handshake that succeeds, of so many connections.
async fn tls_within<T, F>(
    connections: usize,
    acceptor: TlsAcceptor,
    part: impl FnOnce(TlsStream<TcpStream>) -> F + Send + 'static,
) -> Server<Option<T>>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
    let address = listener.local_addr().expect("it is bound");
    let task = tokio::spawn(async move {
        for _ in 0..connections {
            let (stream, _) = listener.accept().await.expect("someone connects");
            if let Ok(stream) = acceptor.accept(stream).await {
                return Some(part(stream).await);
            }
        }
        None
    });
    Server { address, task }
}

/// Reads a request, sends each of `parts` as a packet of its own, and waits until the peer leaves. Its
/// outcome is the request.
pub async fn answering(parts: Vec<Vec<u8>>) -> Server<String> {
    once(async move |mut stream| {
        let request = read_head(&mut stream).await;
        stream.set_nodelay(true).expect("it can be set");
        for part in parts {
            // The peer may hang up before everything is sent.
            if stream.write_all(&part).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        until_left(stream).await;
        request
    })
    .await
}

/// Upgrades correctly, with these header lines added and these bytes in the same packet. Its outcome is the
/// request.
pub async fn upgrading(headers: &'static str, after: Vec<u8>) -> Server<String> {
    once(async move |stream| upgrade(stream, headers, &after).await).await
}

/// The part of [`upgrading`], on any stream.
pub async fn upgrade<S>(mut stream: S, headers: &str, after: &[u8]) -> String
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let request = read_head(&mut stream).await;
    let mut answer = switching(&request, headers).into_bytes();
    answer.extend_from_slice(after);
    stream.write_all(&answer).await.expect("the peer reads");
    stream.flush().await.expect("the peer reads");
    until_left(stream).await;
    request
}

/// A valid answer to this request, with these header lines added.
pub fn switching(request: &str, headers: &str) -> String {
    let key = header(request, "Sec-WebSocket-Key").expect("the request has a key");
    let accept = derive_accept_key(key.as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{headers}\r\n"
    )
}

/// The value of a header in a head.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Reads up to the empty line after a head, or to the end.
pub async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(read).expect("a request is ASCII")
}

/// Reads and discards until the peer has left.
pub async fn until_left(mut stream: impl AsyncRead + Unpin) {
    let mut discarded = [0; 4096];
    while stream.read(&mut discarded).await.is_ok_and(|read| read > 0) {}
}
