//! The stage of the upgrade: our request, and the answer, both verbatim (RFC 6455, section 4).

use std::{io, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout_at},
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{
    config::{MASK, Masks, Settings, mask_location},
    session::{BodyEnd, Evidence, Exchange, FailureKind, Response, limit_in_words},
};

use super::{
    Cause, Io,
    answer::{Head, LARGEST_HEAD},
    body::{Body, Stop},
    masks::{learned, masks},
    request::request,
    tap::asks_again,
    tls,
    verify::Notes,
};

/// How much is kept of an answer that is not HTTP, in bytes.
const UNREAD: usize = 1024;

/// The longest that the body of a refusal may take, however steadily it drips.
const LONGEST_BODY: Duration = Duration::from_secs(10);

/// An open connection before the upgrade.
pub(super) struct Line {
    pub(super) io: Box<dyn Io>,
    /// Address of the peer, for messages.
    pub(super) remote: String,
    /// What the TLS handshake showed; `None` on `ws`.
    pub(super) notes: Option<Notes>,
}

/// An accepted upgrade.
pub(super) struct Accepted {
    /// What came behind the head of the answer.
    pub(super) read_ahead: BytesMut,
    pub(super) subprotocol: Option<String>,
}

/// What the exchange showed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    exchange: Exchange,
    masks: Masks,
    notes: Option<Notes>,
    /// What was read and is no part of the response yet.
    unread: BytesMut,
}

impl From<Seen> for Evidence {
    fn from(Seen { mut exchange, masks, notes, unread }: Seen) -> Self {
        exchange.renegotiations = notes.map_or(0, |notes| notes.lock().renegotiations);
        if exchange.response.is_none() {
            exchange.unread = masks.bytes(&unread[..unread.len().min(LARGEST_HEAD)]);
            exchange.unread.truncate(UNREAD);
            exchange.unread_size = unread.len() as u64;
        }
        Self::Upgrade(Box::new(exchange))
    }
}

/// When the reading of a refusal's body ends, if the body does not end by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// The longest silence.
    pub(super) quiet: Duration,
    /// When the stage ends; half of what is left may go to the body.
    pub(super) deadline: Instant,
}

/// Sends the request and judges the answer.
pub(super) async fn upgrade(
    line: &mut Line,
    settings: &Settings,
    patience: Patience,
    seen: &mut Seen,
) -> Result<Accepted, Cause> {
    seen.masks = masks(settings);
    seen.notes.clone_from(&line.notes);
    let began = Instant::now();
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).map_err(|error| Cause::Io {
        says: "the system gave no random bytes for Sec-WebSocket-Key".to_owned(),
        kind: FailureKind::Io,
        source: io::Error::other(error),
    })?;
    let key = BASE64_STANDARD.encode(nonce);
    let request = request(settings, &key)?;
    seen.exchange.request = request.shown;

    // A server that refuses at once may close while we write; its answer says more than our
    // broken write, so it is read all the same.
    let written = write(line, request.wire.as_bytes()).await;
    let Ok(read) = timeout_at(patience.deadline, read_head(line, &mut seen.unread)).await else {
        return Err(line.late(&seen.unread, patience.deadline - began));
    };
    let head = match (read, written) {
        (Ok(Some(head)), _) => head,
        (Err(Cause::Io { .. }) | Ok(None), Err(error)) => return Err(line.broken(error, &seen.unread)),
        (Err(cause), _) => return Err(cause),
        (Ok(None), Ok(())) => {
            Head::parse_interim(&seen.unread, &line.remote).ok_or_else(|| line.closed(&seen.unread))?
        }
    };

    let rest = seen.unread.split_off(head.len);
    seen.exchange.response = Some(response(&head, &seen.unread, &seen.masks));
    seen.masks.extend(learned(head.values("Location")));
    let judged = head.judge(&derive_accept_key(key.as_bytes()));
    if let Err(Cause::Answer { kind: FailureKind::Status { .. }, .. }) = &judged {
        let (body, end) = read_body(line, &head, &rest, patience).await;
        if let Some(response) = &mut seen.exchange.response {
            response.body = seen.masks.text(&String::from_utf8_lossy(&body));
            response.body_end = end;
        }
    }
    judged.map_err(|cause| masked(cause, &seen.masks))?;
    let subprotocol = head.values("Sec-WebSocket-Protocol").next().map(|name| seen.masks.text(name.trim()));
    Ok(Accepted { read_ahead: rest, subprotocol })
}

async fn write(line: &mut Line, request: &[u8]) -> io::Result<()> {
    line.io.write_all(request).await?;
    line.io.flush().await
}

/// Reads until the head of the answer is whole; `None` at the end of the stream.
async fn read_head(line: &mut Line, read: &mut BytesMut) -> Result<Option<Head>, Cause> {
    let mut parsed = 0;
    loop {
        read.reserve(16 << 10);
        let more = end_as_none(line.io.read_buf(read).await).map_err(|error| line.broken(error, read))?;
        if more.is_none() {
            return Ok(None);
        }
        // A long head that comes a byte at a time is parsed again at line breaks only.
        let news =
            parsed < 64 || read.len() >= LARGEST_HEAD || memchr::memchr(b'\n', &read[parsed..]).is_some();
        if news {
            if let Some(head) = Head::parse(read, &line.remote)? {
                return Ok(Some(head));
            }
            parsed = read.len();
        }
    }
}

async fn read_body(line: &mut Line, head: &Head, rest: &[u8], patience: Patience) -> (Vec<u8>, BodyEnd) {
    let mut body = Body::new(head);
    body.push(rest);
    let now = Instant::now();
    let left = patience.deadline.saturating_duration_since(now) / 2;
    let end = now + left.min(LONGEST_BODY);
    let mut part = BytesMut::with_capacity(16 << 10);
    while !body.is_whole() {
        part.clear();
        part.reserve(16 << 10);
        let until = end.min(Instant::now() + patience.quiet);
        match timeout_at(until, line.io.read_buf(&mut part)).await.map(end_as_none) {
            Ok(Ok(Some(_))) => body.push(&part),
            Ok(Ok(None)) => return body.finish(Stop::Ended),
            Ok(Err(_)) => return body.finish(Stop::Failed),
            Err(_) => return body.finish(Stop::Late),
        }
    }
    body.finish(Stop::Ended)
}

/// A TLS peer that leaves without a `close_notify` ends the stream like any other.
fn end_as_none(read: io::Result<usize>) -> io::Result<Option<usize>> {
    match read {
        Ok(0) => Ok(None),
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

impl Line {
    fn broken(&self, error: io::Error, read: &[u8]) -> Cause {
        let (remote, suspicion) = (&self.remote, self.suspicion());
        if asks_again(&error) {
            let says = format!(
                "{remote} answered the upgrade by asking for a new TLS handshake, which tls.enable_renegotiation does not allow"
            );
            return Cause::Io { says, kind: FailureKind::RenegotiationAsked, source: error };
        }
        if let (Some(notes), Some(error)) = (&self.notes, tls::beneath(&error)) {
            return tls::broken(error, &notes.lock(), remote);
        }
        let came = bytes(read.len());
        let says = match (error.kind(), read.is_empty()) {
            (io::ErrorKind::ConnectionReset, true) => {
                format!("{remote} reset the connection instead of answering the upgrade{suspicion}")
            }
            (io::ErrorKind::ConnectionReset, false) => {
                format!("{remote} reset the connection after {came} of its answer{suspicion}")
            }
            (_, true) => format!("the connection to {remote} broke during the upgrade{suspicion}"),
            (_, false) => {
                format!("the connection to {remote} broke after {came} of the answer{suspicion}")
            }
        };
        Cause::Io { says, kind: FailureKind::Io, source: error }
    }

    fn late(&self, read: &[u8], limit: Duration) -> Cause {
        let cause = Cause::TimedOut { whom: self.remote.clone(), limit };
        if read.is_empty() {
            return cause;
        }
        let (came, limit) = (bytes(read.len()), limit_in_words(limit));
        let says = format!("{} sent {came} of an answer within {limit}, but not a whole one", self.remote);
        Cause::Answer { says, kind: cause.kind() }
    }

    fn closed(&self, read: &[u8]) -> Cause {
        let (remote, suspicion) = (&self.remote, self.suspicion());
        let says = if read.is_empty() {
            format!("{remote} closed the connection without an answer to the upgrade{suspicion}")
        } else {
            format!("{remote} closed the connection after {} of its answer{suspicion}", bytes(read.len()))
        };
        Cause::Answer { says, kind: FailureKind::ClosedEarly }
    }

    fn suspicion(&self) -> &'static str {
        self.notes.as_ref().map_or("", |notes| notes.lock().suspicion())
    }
}

/// `1 byte`, `37 bytes`
fn bytes(count: usize) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

fn response(head: &Head, bytes: &[u8], masks: &Masks) -> Response {
    let headers = head.headers.iter().map(|(name, value)| (name.clone(), masks.text(&shown(name, value))));
    let lines = String::from_utf8_lossy(bytes);
    let lines = lines.split_inclusive('\n').map(|line| match line.split_once(':') {
        Some((name, value)) => {
            let (blank, end) = (value.len() - value.trim_start().len(), value.trim_end().len());
            let (blank, end) = (&value[..blank.min(end)], &value[end..]);
            format!("{name}:{blank}{}{end}", shown(name, value.trim()))
        }
        None => line.to_owned(),
    });
    Response {
        status: head.status,
        reason: masks.text(&head.reason),
        head: masks.text(&lines.collect::<String>()),
        headers: headers.collect(),
        body: String::new(),
        body_end: BodyEnd::Whole,
    }
}

/// The value of a header without the credentials that servers put there.
fn shown(name: &str, value: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "set-cookie" => without_cookie(value),
        "location" | "content-location" => mask_location(value),
        _ => value.to_owned(),
    }
}

/// A cookie is a credential of its own: its name and attributes stay.
fn without_cookie(value: &str) -> String {
    let (pair, attributes) = value.split_at(value.find(';').unwrap_or(value.len()));
    let name = pair.split_once('=').map_or("", |(name, _)| name);
    format!("{name}={MASK}{attributes}")
}

/// What a server echoes can also get into the sentence of a failure.
fn masked(cause: Cause, masks: &Masks) -> Cause {
    let Cause::Answer { says, kind } = cause else { return cause };
    let text = |got: String| masks.text(&got);
    let kind = match kind {
        FailureKind::BadAccept { expected, got } => FailureKind::BadAccept { expected, got: got.map(text) },
        FailureKind::BadUpgradeHeader { header, got } => {
            FailureKind::BadUpgradeHeader { header, got: got.map(text) }
        }
        FailureKind::NotAsked { header, got } => FailureKind::NotAsked { header, got: text(got) },
        kind => kind,
    };
    Cause::Answer { says: masks.text(&says), kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_keeps_its_name_and_attributes_only() {
        assert_eq!(without_cookie("session=abc; Path=/; Secure"), "session=•••; Path=/; Secure");
        assert_eq!(without_cookie("abc"), "=•••");
    }

    #[test]
    fn a_location_keeps_all_but_its_credentials() {
        let bytes =
            b"HTTP/1.1 302 Found\r\nlocation:  /v2?token=s3cr3t&a=b\r\nLocation: https://me:pw@h/\r\n\r\n";
        let head = Head::parse(bytes, "h:1").expect("it is HTTP").expect("it is whole");
        let response = response(&head, bytes, &Masks::default());
        let shown = "HTTP/1.1 302 Found\r\nlocation:  /v2?token=•••&a=b\r\nLocation: https://•••@h/\r\n\r\n";
        assert_eq!(response.head, shown);
        assert_eq!(response.header("Location"), Some("/v2?token=•••&a=b"));
    }

    #[test]
    fn the_head_is_verbatim_but_for_cookies() {
        let bytes = b"HTTP/1.1 200 OK\r\nset-cookie: a=b; Path=/\r\nX:  y\r\n\r\n";
        let head = Head::parse(bytes, "h:1").expect("it is HTTP").expect("it is whole");
        let response = response(&head, bytes, &Masks::default());
        assert_eq!(response.head, "HTTP/1.1 200 OK\r\nset-cookie: a=•••; Path=/\r\nX:  y\r\n\r\n");
        assert_eq!(response.header("Set-Cookie"), Some("a=•••; Path=/"));
    }
}
