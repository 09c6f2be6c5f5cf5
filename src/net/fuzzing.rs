//! Fuzz targets for responses of servers and proxies (`crate::fuzzing`): the division of the bytes into reads
//! does not matter, and a password that a peer repeats is masked.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf},
    runtime::{Builder, Runtime},
    time::Instant,
};

use super::{
    Io, Reporter,
    body::{Body, LARGEST_BODY, StopReason},
    head::Head,
    proxy::{Observed, TunnelRequest, tunnel},
    response::LARGEST_HEAD,
    stream::{Stream, Timeouts, response},
};
use crate::{
    config::{Dialect, Endpoint, Proxy, Redactor, Secret, SessionOptions, Settings, login_secrets},
    session::{
        BodyEnd, ConnectionId, Event, EventKind, Evidence, Exchange, FailureKind, Stage, StageReport,
        Timestamp,
    },
};

const PASSWORD: &str = "hunter2hunter2";
/// The Base64 of `me:hunter2hunter2`.
const CREDENTIALS: &str = "bWU6aHVudGVyMmh1bnRlcjI=";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
}

/// Input: two bytes of options, then the bytes that a server sends in response to an upgrade.
///
/// # Panics
///
/// A property of the response does not hold.
pub fn answer(input: &[u8]) {
    let Some((&[step, behavior], bytes)) = input.split_first_chunk::<2>() else { return };
    let whole = read_head(bytes, usize::MAX);
    let pieces = read_head(bytes, usize::from(step) + 1);
    assert_eq!(pieces, whole, "in pieces of {}", usize::from(step) + 1);
    let Ok(head) = whole else { return };
    assert!(head.len <= bytes.len().min(LARGEST_HEAD));
    for dialect in [Dialect::Standard, Dialect::Bento] {
        match head.validate(ACCEPT, SessionOptions { dialect, ..SessionOptions::default() }) {
            Ok(deflate) => {
                assert_eq!(head.status, 101);
                assert_eq!(head.values("Sec-WebSocket-Accept").next().map(str::trim), Some(ACCEPT));
                deflate.map(|deflate| deflate.inflate());
            }
            Err(cause) => assert!(!cause.message.is_empty()),
        }
    }
    let redactor: Redactor = [Secret::new(PASSWORD)].into_iter().collect();
    let (read, rest) = bytes.split_at(head.len);
    let exchange = Exchange { response: Some(response(&head, read)), ..Exchange::default() };
    let shown = shown(Evidence::Upgrade(Box::new(exchange)), &redactor);
    assert!(!shown.contains(PASSWORD), "{shown}");
    body(&head, rest, usize::from(step) + 1, behavior);
}

/// The event of a stage with this evidence, after redaction.
fn shown(evidence: Evidence, redactor: &Redactor) -> String {
    let (began, took) = (Timestamp(0), Duration::ZERO);
    let report = StageReport { stage: Stage::Upgrade, began, took, outcome: Ok(()), evidence };
    let kind = EventKind::StageEnded(Box::new(report));
    let mut event = Event { at: Timestamp(0), connection: ConnectionId(1), kind };
    event.redact(redactor);
    format!("{event:?}")
}

/// Reads the head of a response that arrives in pieces of `step` bytes, and then the end of the stream.
fn read_head(bytes: &[u8], step: usize) -> Result<Head, FailureKind> {
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let io: Box<dyn Io> = Box::new(Scripted { bytes: bytes.to_vec(), at: 0, step });
            let mut stream =
                Stream { io, remote: "h:1".to_owned(), notes: None, purpose: "the upgrade", as_go: false };
            let mut read = BytesMut::new();
            let head = stream.exchange(b"GET / HTTP/1.1\r\n\r\n", timeouts(), &mut read).await;
            assert!(bytes.starts_with(&read), "the bytes read are kept");
            head.map_err(|cause| cause.kind)
        })
    })
}

fn timeouts() -> Timeouts {
    Timeouts { quiet: Duration::from_secs(1), deadline: Instant::now() + Duration::from_mins(1) }
}

/// The body ends at the same place in pieces of any size, and at most the limit is kept.
fn body(head: &Head, bytes: &[u8], step: usize, behavior: u8) {
    let why = [StopReason::Ended, StopReason::Failed, StopReason::TimedOut][usize::from(behavior) % 3];
    let collected = |step: usize| {
        let mut body = Body::new(head);
        for part in bytes.chunks(step) {
            body.push(part);
            if body.is_complete() {
                break;
            }
        }
        body.finish(why)
    };
    let (kept, end) = collected(usize::MAX);
    assert_eq!(collected(step), (kept.clone(), end));
    assert!(kept.len() <= LARGEST_BODY.min(bytes.len()));
    assert!(end != BodyEnd::TooLong || kept.len() == LARGEST_BODY);
    let values = head.values("Content-Length");
    let lengths: Vec<u64> = values.filter_map(|value| value.trim().parse().ok()).collect();
    if let ([length], false, false) = (
        &lengths[..],
        head.lists("Transfer-Encoding", "chunked"),
        matches!(head.status, 100..200 | 204 | 304),
    ) {
        let there = usize::try_from(*length).unwrap_or(usize::MAX).min(bytes.len()).min(LARGEST_BODY);
        assert_eq!(kept, &bytes[..there]);
    }
}

/// Input: two bytes of options, then the bytes that a proxy sends, and those that come through its tunnel.
///
/// # Panics
///
/// A byte of the tunnel is lost, or the password is shown.
pub fn proxy(input: &[u8]) {
    let Some((&[step, behavior], bytes)) = input.split_first_chunk::<2>() else { return };
    let (scheme, port) = if behavior & 1 == 0 { ("http", 3128) } else { ("socks5h", 1080) };
    let login = if behavior & 2 == 0 { String::new() } else { format!("me:{PASSWORD}@") };
    let proxy = Proxy::parse(&format!("{scheme}://{login}p.example:{port}")).expect("a proxy");
    let url = if behavior & 4 == 0 { "ws://feed.example/" } else { "ws://[2001:db8::1]:9/" };
    let mut settings = Settings::new(Endpoint::parse(url).expect("an address"));
    if behavior & 8 != 0 {
        settings.options.dialect = Dialect::Bento;
    }
    let whole = tunnelled(&proxy, &settings, bytes, usize::MAX);
    let pieces = tunnelled(&proxy, &settings, bytes, usize::from(step) + 1);
    assert_eq!(pieces, whole, "in pieces of {}", usize::from(step) + 1);
    if let Ok(rest) = whole {
        let taken = if behavior & 1 == 0 { head_length(bytes) } else { socks_length(bytes) };
        assert_eq!(rest, bytes[taken..], "all bytes come through the tunnel");
    }
}

/// The bytes that come through the tunnel, or the kind of failure.
fn tunnelled(proxy: &Proxy, settings: &Settings, bytes: &[u8], step: usize) -> Result<Vec<u8>, FailureKind> {
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let io: Box<dyn Io> = Box::new(Scripted { bytes: bytes.to_vec(), at: 0, step });
            let request = TunnelRequest {
                proxy,
                io,
                ends: None,
                remote: "p.example:1",
                route: None,
                settings,
                tls_material: None,
                timeouts: timeouts(),
                report: &Reporter::new().0,
            };
            let mut observed = Observed::default();
            let opened = tunnel(request, &mut observed).await;
            let mut rest = Vec::new();
            let (error, opened) = match opened {
                Ok(mut io) => {
                    io.read_to_end(&mut rest).await.expect("it can be read to its end");
                    (String::new(), Ok(rest))
                }
                Err(cause) => (format!("{cause:?}"), Err(cause.kind)),
            };
            if let Some(login) = &proxy.login {
                let redactor: Redactor = login_secrets(login).into_iter().collect();
                let text = format!("{}{}", redactor.text(&error), shown(Evidence::from(observed), &redactor));
                assert!(!text.contains(PASSWORD) && !text.contains(CREDENTIALS), "{text}");
            }
            opened
        })
    })
}

fn head_length(bytes: &[u8]) -> usize {
    Head::parse(bytes, "p.example:1").ok().flatten().map_or(0, |head| head.len)
}

/// The length of a method selection, a password reply and a reply (RFC 1928 and RFC 1929).
fn socks_length(bytes: &[u8]) -> usize {
    let method = if bytes.get(1) == Some(&2) { 4 } else { 2 };
    let address = match bytes.get(method + 3) {
        Some(1) => 4,
        Some(4) => 16,
        _ => 1 + usize::from(bytes.get(method + 4).copied().unwrap_or_default()),
    };
    method + 4 + address + 2
}

/// A peer that accepts all data and sends its bytes in pieces, whatever it receives.
struct Scripted {
    bytes: Vec<u8>,
    at: usize,
    step: usize,
}

impl AsyncRead for Scripted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let rest = &self.bytes[self.at..];
        let part = &rest[..rest.len().min(self.step).min(buf.remaining())];
        buf.put_slice(part);
        let part = part.len();
        self.at += part;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
