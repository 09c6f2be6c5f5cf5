//! An open connection before the websocket: a request out, the head and body of an answer in.

use std::{io, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};

use crate::session::{Answered, BodyEnd, FailureKind, Response, limit_in_words};

use super::{
    Cause, Io, Reporter, Step,
    answer::LARGEST_HEAD,
    body::{Body, Stop},
    head::Head,
    notes::Notes,
    tap::asks_again,
    tls_failure,
};

/// The longest that the body of a refusal may take, however steadily it drips.
const LONGEST_BODY: Duration = Duration::from_secs(10);

/// A body that comes within this time is told together with its head.
const AT_ONCE: Duration = Duration::from_millis(150);

/// An open connection, and who is at its other end.
pub(super) struct Stream {
    pub(super) io: Box<dyn Io>,
    /// Address of the peer, for messages.
    pub(super) remote: String,
    /// What its TLS handshake showed; `None` without TLS.
    pub(super) notes: Option<Notes>,
    /// What the peer is asked for, for messages: `the upgrade`.
    pub(super) asked: &'static str,
}

/// When the reading of a refusal's body ends, if the body does not end by itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    /// The longest silence.
    pub(super) quiet: Duration,
    /// When the stage ends; half of what is left may go to the body.
    pub(super) deadline: Instant,
}

impl Stream {
    /// Sends a request and reads the head of its answer; what came behind it is in `read` too.
    pub(super) async fn exchange(
        &mut self,
        request: &[u8],
        timeouts: Timeouts,
        read: &mut BytesMut,
    ) -> Result<Head, Cause> {
        let began = Instant::now();
        // A server that refuses at once may close while we write; its answer says more than our
        // broken write, so it is read all the same.
        let written = self.write(request).await;
        let Ok(came) = timeout_at(timeouts.deadline, self.read_head(read)).await else {
            return Err(self.late(read, timeouts.deadline - began));
        };
        match (came, written) {
            (Ok(Some(head)), _) => Ok(head),
            (Err(Cause::Io { .. }) | Ok(None), Err(error)) => Err(self.broken(error, read)),
            (Err(cause), _) => Err(cause),
            (Ok(None), Ok(())) => Head::parse_interim(read, &self.remote).ok_or_else(|| self.closed(read)),
        }
    }

    async fn write(&mut self, request: &[u8]) -> io::Result<()> {
        self.io.write_all(request).await?;
        self.io.flush().await
    }

    /// Reads until the head of the answer is whole; `None` at the end of the stream.
    async fn read_head(&mut self, read: &mut BytesMut) -> Result<Option<Head>, Cause> {
        let mut parsed = 0;
        loop {
            read.reserve(16 << 10);
            let more = end_as_none(self.io.read_buf(read).await).map_err(|error| self.broken(error, read))?;
            if more.is_none() {
                // What came behind the last line break has not been looked at.
                return Head::parse(read, &self.remote);
            }
            // A long head that comes a byte at a time is parsed again at line breaks only.
            let news =
                parsed < 64 || read.len() >= LARGEST_HEAD || memchr::memchr(b'\n', &read[parsed..]).is_some();
            if news {
                if let Some(head) = Head::parse(read, &self.remote)? {
                    return Ok(Some(head));
                }
                parsed = read.len();
            }
        }
    }

    /// Reads the body that belongs to a head, as far as it comes; `rest` has come with the head.
    pub(super) async fn body(&mut self, head: &Head, rest: &[u8], timeouts: Timeouts) -> (Vec<u8>, BodyEnd) {
        let mut body = Body::new(head);
        body.push(rest);
        let now = Instant::now();
        let left = timeouts.deadline.saturating_duration_since(now) / 2;
        let end = now + left.min(LONGEST_BODY);
        let mut part = BytesMut::with_capacity(16 << 10);
        while !body.is_whole() {
            part.clear();
            part.reserve(16 << 10);
            let until = end.min(Instant::now() + timeouts.quiet);
            match timeout_at(until, self.io.read_buf(&mut part)).await.map(end_as_none) {
                Ok(Ok(Some(_))) => body.push(&part),
                Ok(Ok(None)) => return body.finish(Stop::Ended),
                Ok(Err(_)) => return body.finish(Stop::Failed),
                Err(_) => return body.finish(Stop::Late),
            }
        }
        body.finish(Stop::Ended)
    }

    /// The same, and tells the status first where the rest takes its time.
    pub(super) async fn body_of_refusal(
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
        report.tell(Step::Answered(answered)).await;
        body.await
    }

    fn broken(&self, error: io::Error, read: &[u8]) -> Cause {
        let (remote, asked, suspicion) = (&self.remote, self.asked, self.suspicion());
        if asks_again(&error) {
            let message = format!(
                "{remote} answered {asked} by asking for a new TLS handshake, which tls.enable_renegotiation does not allow"
            );
            return Cause::Io { message, kind: FailureKind::RenegotiationAsked, source: error };
        }
        if let (Some(notes), Some(error)) = (&self.notes, tls_failure::beneath(&error)) {
            return tls_failure::broken(error, &notes.lock(), remote);
        }
        let came = bytes(read.len());
        let message = match (error.kind(), read.is_empty()) {
            (io::ErrorKind::ConnectionReset, true) => {
                format!("{remote} reset the connection instead of answering {asked}{suspicion}")
            }
            (io::ErrorKind::ConnectionReset, false) => {
                format!("{remote} reset the connection after {came} of its answer{suspicion}")
            }
            (_, true) => format!("the connection to {remote} broke during {asked}{suspicion}"),
            (_, false) => {
                format!("the connection to {remote} broke after {came} of the answer{suspicion}")
            }
        };
        Cause::Io { message, kind: FailureKind::Io, source: error }
    }

    fn late(&self, read: &[u8], limit: Duration) -> Cause {
        let cause = Cause::TimedOut { whom: self.remote.clone(), limit };
        if read.is_empty() {
            return cause;
        }
        let (came, limit) = (bytes(read.len()), limit_in_words(limit));
        let message = format!("{} sent {came} of an answer within {limit}, but not a whole one", self.remote);
        Cause::Answer { message, kind: cause.kind() }
    }

    fn closed(&self, read: &[u8]) -> Cause {
        let (remote, asked, suspicion) = (&self.remote, self.asked, self.suspicion());
        let message = if read.is_empty() {
            format!("{remote} closed the connection without an answer to {asked}{suspicion}")
        } else {
            format!("{remote} closed the connection after {} of its answer{suspicion}", bytes(read.len()))
        };
        Cause::Answer { message, kind: FailureKind::ClosedEarly }
    }

    fn suspicion(&self) -> &'static str {
        self.notes.as_ref().map_or("", |notes| notes.lock().suspicion())
    }
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

/// `1 byte`, `37 bytes`
fn bytes(count: usize) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

/// The answer, before its body is read.
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
    async fn what_came_behind_the_last_line_break_is_judged_at_the_end() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let head = format!("HTTP/1.1 099 {}\r\n", "x".repeat(80));
        let (rest, timeouts) = ("\0 no header", Duration::from_secs(9));
        let io: Box<dyn Io> = Box::new(ours);
        let mut stream = Stream { io, remote: "h:1".to_owned(), notes: None, asked: "the upgrade" };
        let mut read = BytesMut::new();
        let timeouts = Timeouts { quiet: timeouts, deadline: Instant::now() + timeouts };
        let said = async {
            theirs.write_all(head.as_bytes()).await.expect("there is room");
            tokio::task::yield_now().await;
            theirs.write_all(rest.as_bytes()).await.expect("there is room");
            theirs.shutdown().await.expect("it can end");
        };
        let (told, ()) = tokio::join!(stream.exchange(b"", timeouts, &mut read), said);
        let kind = told.expect_err("it is no HTTP").kind();
        assert_eq!(kind, FailureKind::NotHttp { looks_like_tls: false });
    }
}
