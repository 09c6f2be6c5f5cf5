//! An open connection before the websocket: sends an HTTP request and reads the response.

use std::{io, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};

use crate::{
    payload::limit_in_words,
    session::{Answered, BodyEnd, Exchange, FailureKind, Response},
    wire::{GoResponse, go_response},
};

use super::{
    Cause, Io, Reporter, Step,
    body::{Body, StopReason},
    handshake_notes::SharedNotes,
    head::Head,
    response::LARGEST_HEAD,
    tap::is_renegotiation_request,
    tls_failure,
};

/// The longest time for the body of a refusal, even if it keeps arriving slowly.
const LONGEST_BODY: Duration = Duration::from_secs(10);

/// If the body takes longer than this, the head of the refusal is reported before it.
const AT_ONCE: Duration = Duration::from_millis(150);

/// How long a body is read that a pipeline would not wait for.
const UNAWAITED: Duration = Duration::from_millis(50);

/// The name of the request to a proxy in errors.
pub(super) const CONNECT: &str = "CONNECT";

/// The most bytes that are kept of a response that is not HTTP.
const UNREAD: usize = 1024;

/// An open connection and its peer.
pub(super) struct Stream {
    pub(super) io: Box<dyn Io>,
    /// The address of the peer, for errors.
    pub(super) remote: String,
    /// The notes of its TLS handshake; `None` without TLS.
    pub(super) notes: Option<SharedNotes>,
    /// The name of the request in errors: `the upgrade`.
    pub(super) purpose: &'static str,
    /// Whether Go's verdict on the head of the response counts, as in a pipeline.
    pub(super) as_go: bool,
}

/// The time limits for reading a response and the body of a refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    /// The longest pause within the body.
    pub(super) quiet: Duration,
    /// The end of the stage. The body may take half of the time that is left.
    pub(super) deadline: Instant,
}

/// What was observed of a request and its response.
#[derive(Debug, Default)]
pub(super) struct ObservedExchange {
    pub(super) evidence: Exchange,
    /// Bytes that were read and are not yet part of a response.
    unread: BytesMut,
}

impl From<ObservedExchange> for Exchange {
    fn from(ObservedExchange { mut evidence, unread }: ObservedExchange) -> Self {
        if evidence.response.is_none() {
            evidence.unread = unread[..unread.len().min(UNREAD)].to_vec();
            evidence.unread_size = unread.len() as u64;
        }
        evidence
    }
}

impl Stream {
    /// Sends a request and validates the response. Returns its head, the bytes after it, and the result of
    /// `validate`. The body of a refusal becomes evidence.
    pub(super) async fn request<T>(
        &mut self,
        request: &[u8],
        timeouts: Timeouts,
        report: &Reporter,
        observed: &mut ObservedExchange,
        validate: impl FnOnce(&Head) -> Result<T, Cause>,
    ) -> Result<(Head, BytesMut, T), Cause> {
        let head = self.exchange(request, timeouts, &mut observed.unread).await?;
        let rest = observed.unread.split_off(head.len);
        let response = observed.evidence.response.insert(response(&head, &observed.unread));
        let validated = self.validate(&observed.unread, &head, validate);
        if let Err(Cause { kind: FailureKind::Status { .. }, .. }) = &validated {
            let timeouts = self.for_body(&observed.unread, timeouts);
            let (body, end) = self.body_of_refusal(&head, &rest, timeouts, report).await;
            response.body = String::from_utf8_lossy(&body).into_owned();
            response.body_end = end;
        }
        Ok((head, rest, validated?))
    }

    /// Validates the response; in a pipeline Go must be able to read it too.
    fn validate<T>(
        &self,
        bytes: &[u8],
        head: &Head,
        validate: impl FnOnce(&Head) -> Result<T, Cause>,
    ) -> Result<T, Cause> {
        let validated = validate(head)?;
        match go_response(bytes, true) {
            GoResponse::Refused(text) if self.as_go => Err(refused_by_go(text)),
            _ => Ok(validated),
        }
    }

    /// The time limits for the body of a refusal. A pipeline does not wait for that of a proxy, nor for one behind a
    /// head that Go refuses; what comes at once is evidence.
    fn for_body(&self, head: &[u8], timeouts: Timeouts) -> Timeouts {
        let refused = || matches!(go_response(head, true), GoResponse::Refused(_));
        if self.as_go && (self.purpose == CONNECT || refused()) {
            return Timeouts { quiet: UNAWAITED, deadline: Instant::now() + 2 * UNAWAITED };
        }
        timeouts
    }

    /// Sends a request and reads the head of the response. `read` also holds the bytes after the head.
    pub(super) async fn exchange(
        &mut self,
        request: &[u8],
        timeouts: Timeouts,
        read: &mut BytesMut,
    ) -> Result<Head, Cause> {
        let began = Instant::now();
        // A server that refuses at once may close during the write. Its response explains more than the failed
        // write, so it is read anyway.
        let written = self.write(request).await;
        let Ok(received) = timeout_at(timeouts.deadline, self.read_head(read)).await else {
            return Err(self.late(read, timeouts.deadline - began));
        };
        match (received, written) {
            (Ok(Some(head)), _) => Ok(head),
            (
                Err(Cause { kind: FailureKind::Io | FailureKind::RenegotiationAsked, .. }) | Ok(None),
                Err(error),
            ) => Err(self.broken(&error, read)),
            (Err(cause), _) => Err(cause),
            (Ok(None), Ok(())) => Head::parse_interim(read, &self.remote).ok_or_else(|| self.closed(read)),
        }
    }

    async fn write(&mut self, request: &[u8]) -> io::Result<()> {
        self.io.write_all(request).await?;
        self.io.flush().await
    }

    /// Reads until the head of the response is complete; `None` at the end of the stream.
    async fn read_head(&mut self, read: &mut BytesMut) -> Result<Option<Head>, Cause> {
        let mut parsed = 0;
        loop {
            read.reserve(16 << 10);
            let more =
                end_as_none(self.io.read_buf(read).await).map_err(|error| self.broken(&error, read))?;
            if more.is_none() {
                // The bytes after the last line break have not been parsed yet.
                return self.parse(read, true);
            }
            // A long head that arrives a byte at a time is parsed again only at line breaks.
            let has_line_break =
                parsed < 64 || read.len() >= LARGEST_HEAD || memchr::memchr(b'\n', &read[parsed..]).is_some();
            if has_line_break {
                if let Some(head) = self.parse(read, false)? {
                    return Ok(Some(head));
                }
                parsed = read.len();
            }
        }
    }

    /// Parses the head of the response; in a pipeline the first one, as soon as Go knows what it makes of it.
    fn parse(&self, read: &[u8], ended: bool) -> Result<Option<Head>, Cause> {
        if !self.as_go {
            return Head::parse(read, &self.remote);
        }
        let go = go_response(read, ended);
        if go == GoResponse::Partial && read.len() < LARGEST_HEAD {
            return Ok(None);
        }
        match (Head::parse_one(read, &self.remote)?, go) {
            (None, GoResponse::Refused(text)) => Err(refused_by_go(text)),
            (head, _) => Ok(head.map(|head| Head { fault: None, ..head })),
        }
    }

    /// Reads the body that belongs to a head within the time limits. `rest` was received with the head.
    pub(super) async fn body(&mut self, head: &Head, rest: &[u8], timeouts: Timeouts) -> (Vec<u8>, BodyEnd) {
        let mut body = Body::new(head);
        body.push(rest);
        let now = Instant::now();
        let left = timeouts.deadline.saturating_duration_since(now) / 2;
        let end = now + left.min(LONGEST_BODY);
        let mut part = BytesMut::with_capacity(16 << 10);
        while !body.is_complete() {
            part.clear();
            part.reserve(16 << 10);
            let until = end.min(Instant::now() + timeouts.quiet);
            match timeout_at(until, self.io.read_buf(&mut part)).await.map(end_as_none) {
                Ok(Ok(Some(_))) => body.push(&part),
                Ok(Ok(None)) => return body.finish(StopReason::Ended),
                Ok(Err(_)) => return body.finish(StopReason::Failed),
                Err(_) => return body.finish(StopReason::TimedOut),
            }
        }
        body.finish(StopReason::Ended)
    }

    /// Reads the body of a refusal. Reports the status first if the body takes long.
    async fn body_of_refusal(
        &mut self,
        head: &Head,
        rest: &[u8],
        timeouts: Timeouts,
        report: &Reporter,
    ) -> (Vec<u8>, BodyEnd) {
        let mut body = std::pin::pin!(self.body(head, rest, timeouts));
        if let Ok(read) = timeout(AT_ONCE, &mut body).await {
            return read;
        }
        let answered = Answered { status: head.status, reason: head.reason.clone() };
        report.emit(Step::Answered(answered)).await;
        body.await
    }

    fn broken(&self, error: &io::Error, read: &[u8]) -> Cause {
        let (remote, purpose, suspicion) = (&self.remote, self.purpose, self.suspicion());
        if is_renegotiation_request(error) {
            let message = format!(
                "{remote} answered {purpose} with a request for a new TLS handshake, and tls.enable_renegotiation is off"
            );
            return Cause::new(FailureKind::RenegotiationAsked, message).because(error);
        }
        if let (Some(notes), Some(error)) = (&self.notes, tls_failure::tls_error(error)) {
            return tls_failure::tls_cause(&error, &notes.lock(), remote);
        }
        let received = bytes(read.len());
        let message = match (error.kind(), read.is_empty()) {
            (io::ErrorKind::ConnectionReset, true) => {
                format!("{remote} reset the connection instead of answering {purpose}{suspicion}")
            }
            (io::ErrorKind::ConnectionReset, false) => {
                format!("{remote} reset the connection after {received} of its response{suspicion}")
            }
            (_, true) => format!("the connection to {remote} broke during {purpose}{suspicion}"),
            (_, false) => {
                format!("the connection to {remote} broke after {received} of the response{suspicion}")
            }
        };
        Cause::new(FailureKind::Io, message).because(error)
    }

    fn late(&self, read: &[u8], limit: Duration) -> Cause {
        let cause = Cause::timed_out(&self.remote, limit);
        if read.is_empty() {
            return cause;
        }
        let (received, limit) = (bytes(read.len()), limit_in_words(limit));
        let message = format!("{} sent only {received} of a response within {limit}", self.remote);
        Cause { message, ..cause }
    }

    fn closed(&self, read: &[u8]) -> Cause {
        let (remote, purpose, suspicion) = (&self.remote, self.purpose, self.suspicion());
        let message = if read.is_empty() {
            format!("{remote} closed the connection without an answer to {purpose}{suspicion}")
        } else {
            format!("{remote} closed the connection after {} of its response{suspicion}", bytes(read.len()))
        };
        Cause::new(FailureKind::ClosedEarly, message)
    }

    fn suspicion(&self) -> &'static str {
        self.notes.as_ref().map_or("", |notes| notes.lock().suspicion())
    }
}

/// `None` at the end of the stream, also if a TLS peer closes without `close_notify`.
fn end_as_none(read: io::Result<usize>) -> io::Result<Option<usize>> {
    match read {
        Ok(0) => Ok(None),
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn refused_by_go(text: String) -> Cause {
    Cause::new(FailureKind::NotHttp { looks_like_tls: false }, text)
}

/// `1 byte`, `37 bytes`
fn bytes(count: usize) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

/// The response, before its body is read.
pub(super) fn response(head: &Head, bytes: &[u8]) -> Response {
    Response {
        status: head.status,
        reason: head.reason.clone(),
        head: String::from_utf8_lossy(bytes).into_owned(),
        headers: head.headers.clone(),
        body: String::new(),
        body_end: BodyEnd::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_after_the_last_line_break_are_parsed_at_the_end_of_the_stream() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let head = format!("HTTP/1.1 099 {}\r\n", "x".repeat(80));
        let (rest, timeouts) = ("\0 no header", Duration::from_secs(9));
        let io: Box<dyn Io> = Box::new(ours);
        let mut stream =
            Stream { io, remote: "h:1".to_owned(), notes: None, purpose: "the upgrade", as_go: false };
        let mut read = BytesMut::new();
        let timeouts = Timeouts { quiet: timeouts, deadline: Instant::now() + timeouts };
        let send = async {
            theirs.write_all(head.as_bytes()).await.expect("there is room");
            tokio::task::yield_now().await;
            theirs.write_all(rest.as_bytes()).await.expect("there is room");
            theirs.shutdown().await.expect("it can end");
        };
        let (result, ()) = tokio::join!(stream.exchange(b"", timeouts, &mut read), send);
        let kind = result.expect_err("it is not HTTP").kind;
        assert_eq!(kind, FailureKind::NotHttp { looks_like_tls: false });
    }
}
