//! The HTTP side of a loopback server: it reads one request head and answers it.

use std::{io, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

/// The longest request head in bytes.
const HEAD: usize = 16 * 1024;
/// The highest number of headers.
const HEADERS: usize = 64;
/// How long a client may take to send its request.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
/// The largest message in bytes.
const MESSAGE: usize = 16 << 20;

/// The request of a client.
#[derive(Debug)]
pub(super) struct Request {
    /// The path without the query.
    pub(super) path: String,
    pub(super) authorization: Option<String>,
    /// `Sec-WebSocket-Key`, if the request is an upgrade of version 13.
    key: Option<String>,
    /// The bytes after the head.
    rest: Vec<u8>,
}

/// Reads one request head.
///
/// # Errors
///
/// The client hung up or was too slow, or its request is not HTTP/1.1 or too long.
pub(super) async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Request> {
    timeout(REQUEST_LIMIT, read_head(stream)).await?
}

async fn read_head<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Request> {
    let mut bytes = BytesMut::with_capacity(1024);
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(request) = parse(&bytes)? {
            return Ok(request);
        }
        if bytes.len() > HEAD {
            return Err(io::Error::other("the request head is too long"));
        }
    }
}

fn parse(bytes: &[u8]) -> io::Result<Option<Request>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes).map_err(io::Error::other)? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };
    let header = |name: &str| {
        let header = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    let upgrades = header("Upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
        && header("Sec-WebSocket-Version") == Some("13");
    let target = head.path.unwrap_or("/");
    Ok(Some(Request {
        path: target.split('?').next().unwrap_or(target).to_owned(),
        authorization: header("Authorization").map(str::to_owned),
        key: header("Sec-WebSocket-Key").filter(|_| upgrades).map(str::to_owned),
        rest: bytes[length..].to_vec(),
    }))
}

impl Request {
    pub(super) fn is_upgrade(&self) -> bool {
        self.key.is_some()
    }

    /// Answers with 101 and continues as a websocket.
    ///
    /// # Errors
    ///
    /// The client hung up, or the request is not an upgrade.
    pub(super) async fn upgrade<S>(self, mut stream: S) -> io::Result<WebSocketStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let key = self.key.ok_or(io::ErrorKind::InvalidInput)?;
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {}\r\n\r\n",
            derive_accept_key(key.as_bytes())
        );
        stream.write_all(head.as_bytes()).await?;
        stream.flush().await?;
        let config = WebSocketConfig::default().max_message_size(Some(MESSAGE)).max_frame_size(Some(MESSAGE));
        Ok(WebSocketStream::from_partially_read(stream, self.rest, Role::Server, Some(config)).await)
    }
}

/// Answers with another status and closes.
///
/// # Errors
///
/// The client hung up.
pub(super) async fn refuse<S: AsyncWrite + Unpin>(
    mut stream: S,
    status: &str,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let kind = if body.starts_with('{') { "application/json" } else { "text/plain; charset=utf-8" };
    let answer = format!(
        "HTTP/1.1 {status}\r\nServer: sockeye\r\n{headers}Content-Type: {kind}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
