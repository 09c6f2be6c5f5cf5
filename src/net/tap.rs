//! A stream that looks at what it reads: the first bytes, and the records of TLS.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::records::{Records, begins_like_tls};

/// How many bytes are remembered.
const KEPT: usize = 256;

/// Sits under TLS, so that an answer that is not TLS can be shown, and what TLS keeps to itself.
#[derive(Debug)]
pub(super) struct Tap<S> {
    stream: S,
    first: Vec<u8>,
    records: Records,
    /// Whether another handshake ends the connection.
    once: bool,
    /// Whether errors, and answers that are not TLS, end the stream instead.
    ends: bool,
    /// The error that did.
    fault: Option<io::Error>,
}

/// The server asked for another handshake on an open TLS 1.2 connection (RFC 5246, section
/// 7.4.1.1), which is not allowed here. The pipeline's runtime says so in these words.
#[derive(Debug, thiserror::Error)]
#[error("local error: tls: no renegotiation")]
pub(super) struct AsksAgain;

/// Whether this error means that the server asked for another handshake.
pub(crate) fn asks_again(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<AsksAgain>)
}

impl<S> Tap<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, first: Vec::new(), records: Records::default(), once: false, ends: false, fault: None }
    }

    /// The stream itself, looked at no more.
    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    /// The first bytes the peer sent.
    pub(super) fn first(&self) -> &[u8] {
        &self.first
    }

    /// A tap that ends on errors and on answers which are not TLS, for a library that waits for
    /// ever after an error that is none of the system's, and for the rest of any answer.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) fn ending(stream: S) -> Self {
        Self { ends: true, ..Self::new(stream) }
    }

    /// The error that ended it, the first time it is asked.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }

    /// The records so far.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) fn records(&self) -> &Records {
        &self.records
    }

    /// From here on, another handshake ends the connection; in TLS 1.3 there is none.
    pub(super) fn allow_no_other_handshake(&mut self, is_tls12: bool) {
        self.once = is_tls12;
        if !is_tls12 {
            self.records.stop();
        }
    }

    /// The handshake is over, and another one may come.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) fn stop(&mut self) {
        self.records.stop();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // What came before the request is read first.
        if self.once && self.records.asks_again() {
            return Poll::Ready(Err(io::Error::other(AsksAgain)));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let new = &buf.filled()[before..];
        let room = KEPT - self.first.len();
        if room > 0 {
            self.first.extend_from_slice(&new[..new.len().min(room)]);
        }
        self.records.push(new);
        match polled {
            Poll::Ready(Ok(())) if self.ends && !self.first.is_empty() && !begins_like_tls(&self.first) => {
                buf.set_filled(before);
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) if self.ends => {
                self.fault = Some(error);
                Poll::Ready(Ok(()))
            }
            polled => polled,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    /// The end of a handshake, data, and a request for another handshake.
    const WIRE: &[u8] =
        b"\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x02ok\x17\x03\x03\0\x04data\x16\x03\x03\0\x02ag";

    #[tokio::test]
    async fn what_came_before_a_request_for_another_handshake_is_read_first() {
        let mut tap = Tap::new(WIRE);
        tap.allow_no_other_handshake(true);
        let mut read = Vec::new();
        let error = tap.read_to_end(&mut read).await.expect_err("another handshake is asked for");
        assert_eq!(read, WIRE);
        assert!(asks_again(&error));
        assert_eq!(error.to_string(), "local error: tls: no renegotiation");
    }

    #[tokio::test]
    async fn in_tls_1_3_no_record_means_another_handshake() {
        let mut tap = Tap::new(WIRE);
        tap.allow_no_other_handshake(false);
        let mut read = Vec::new();
        assert_eq!(tap.read_to_end(&mut read).await.expect("it is read to its end"), WIRE.len());
    }
}
