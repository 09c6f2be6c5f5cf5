//! A stream under TLS that keeps the first bytes it reads and follows the TLS records.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::go_verdict::wire::{Dialled, End, Offer, Outcome, Wire, version};

use super::{
    handshake_notes::SharedNotes,
    records::{Records, begins_like_tls},
};

/// The number of bytes that are kept.
const KEPT: usize = 256;

/// The most bytes of the client's first message that are kept.
const LARGEST_HELLO: usize = 64 << 10;

/// Wraps the stream under TLS. It keeps the first bytes of a peer that does not speak TLS, and detects requests
/// for renegotiation, which the TLS library does not report.
#[derive(Debug)]
pub(super) struct Tap<S> {
    stream: S,
    first: Vec<u8>,
    hearing: Hearing,
    /// How many bytes more are heard after the handshake, and where a fault of theirs is noted.
    hears_on: Option<(usize, SharedNotes)>,
    records: Records,
    /// Whether a request for renegotiation is an error.
    forbids_renegotiation: bool,
    /// Whether a choice of TLS 1.2 is an error.
    leaves_tls12: bool,
    /// Whether errors, and data that is not TLS, read as the end of the stream.
    hides_errors: bool,
    /// The error that was hidden.
    hidden_error: Option<io::Error>,
}

/// What the pipeline would make of the peer's bytes.
#[derive(Debug)]
enum Hearing {
    /// Nothing came yet. `sent` is what was sent, which holds the hello.
    Waits {
        engine: Box<Offer>,
        sent: Vec<u8>,
    },
    Hears {
        wire: Box<Wire>,
        client_random: [u8; 32],
    },
    /// The handshake is over, or what was sent holds no hello.
    Over,
}

impl Hearing {
    fn sent(&mut self, bytes: &[u8]) {
        if let Self::Waits { sent, .. } = self {
            let room = LARGEST_HELLO - sent.len();
            sent.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }

    fn received(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if let Self::Waits { .. } = self {
            *self = self.begun();
        }
        if let Self::Hears { wire, .. } = self {
            wire.hear(bytes);
        }
    }

    fn version(&self) -> Option<u16> {
        match self {
            Self::Hears { wire, .. } => wire.version(),
            Self::Waits { .. } | Self::Over => None,
        }
    }

    /// What follows on the hello.
    fn begun(&mut self) -> Self {
        let Self::Waits { engine, sent } = self else { return Self::Over };
        match Dialled::read(sent) {
            Some(dialled) => {
                let client_random = dialled.random;
                Self::Hears { wire: Box::new(Wire::new(std::mem::take(engine), dialled)), client_random }
            }
            None => Self::Over,
        }
    }
}

/// The server chose TLS 1.2, in which only another library can renegotiate.
#[derive(Debug, thiserror::Error)]
#[error("the server chose TLS 1.2, and tls.enable_renegotiation is on")]
pub(super) struct Tls12Chosen;

/// Whether this error means that the handshake is left to another library.
#[cfg(all(unix, feature = "renegotiation"))]
pub(super) fn is_tls12_chosen(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Tls12Chosen>)
}

/// The most bytes after a handshake that are heard.
const HEARD_AFTER: usize = 64 << 10;

/// What a handshake meant in the clear.
pub(super) struct Overheard {
    pub(super) outcome: Outcome,
    pub(super) client_random: [u8; 32],
}

/// The server requested renegotiation on an open TLS 1.2 connection (RFC 5246, section 7.4.1.1), which is not
/// allowed. The text is that of the pipeline's runtime.
#[derive(Debug, thiserror::Error)]
#[error("local error: tls: no renegotiation")]
pub(super) struct RenegotiationRequested;

/// Whether this error means that the server requested renegotiation.
pub(crate) fn is_renegotiation_request(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<RenegotiationRequested>)
}

impl<S> Tap<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            first: Vec::new(),
            hearing: Hearing::Over,
            hears_on: None,
            records: Records::default(),
            forbids_renegotiation: false,
            leaves_tls12: false,
            hides_errors: false,
            hidden_error: None,
        }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    /// Hears the handshake as a pipeline would that offers `engine`.
    pub(super) fn hearing_for(self, engine: Offer) -> Self {
        Self { hearing: Hearing::Waits { engine: Box::new(engine), sent: Vec::new() }, ..self }
    }

    /// Leaves the handshake to another library if the server chooses TLS 1.2: [`Tls12Chosen`].
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) fn leaving_tls12(self) -> Self {
        Self { leaves_tls12: true, ..self }
    }

    /// Stops hearing, and returns what the handshake meant if the stream ended so; `None` without a hello.
    pub(super) fn overheard(&mut self, end: &End) -> Option<Overheard> {
        if let Hearing::Waits { .. } = &self.hearing {
            self.hearing = self.hearing.begun();
        }
        match std::mem::replace(&mut self.hearing, Hearing::Over) {
            Hearing::Hears { wire, client_random } => {
                Some(Overheard { outcome: wire.outcome(end), client_random })
            }
            Hearing::Waits { .. } | Hearing::Over => None,
        }
    }

    /// What the handshake that is complete meant. The bytes after it are heard on for a while: a fault of theirs is
    /// noted.
    pub(super) fn heard_through(&mut self, notes: &SharedNotes) -> Option<Overheard> {
        let Hearing::Hears { wire, client_random } = &self.hearing else { return None };
        self.hears_on = Some((HEARD_AFTER, notes.clone()));
        Some(Overheard { outcome: wire.outcome(&End::Left), client_random: *client_random })
    }

    fn hear(&mut self, bytes: &[u8]) {
        self.hearing.received(bytes);
        let Some((left, notes)) = &mut self.hears_on else { return };
        if let Hearing::Hears { wire, .. } = &self.hearing
            && let Some(refusal) = wire.refusal()
        {
            notes.lock().refused_after = Some(refusal.to_string());
        }
        *left = left.saturating_sub(bytes.len());
        if *left == 0 {
            (self.hearing, self.hears_on) = (Hearing::Over, None);
        }
    }

    /// The first bytes that the peer sent.
    pub(super) fn first(&self) -> &[u8] {
        &self.first
    }

    /// A tap that ends at errors and at data that is not TLS. The library of renegotiation needs this: it waits
    /// forever after an error that does not come from the system, and for the rest of any data.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) fn hiding_errors(stream: S) -> Self {
        Self { hides_errors: true, ..Self::new(stream) }
    }

    /// Takes the error that was hidden.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) fn take_hidden_error(&mut self) -> Option<io::Error> {
        self.hidden_error.take()
    }

    /// Makes a request for renegotiation an error from now on. TLS 1.3 has no renegotiation.
    pub(super) fn forbid_renegotiation(&mut self, is_tls12: bool) {
        self.forbids_renegotiation = is_tls12;
        if !is_tls12 {
            self.records.stop();
        }
    }

    /// Stops following the records, since renegotiation is allowed.
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
        // Data from before the request is returned first.
        if self.forbids_renegotiation && self.records.requests_renegotiation() {
            return Poll::Ready(Err(io::Error::other(RenegotiationRequested)));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        let new = &buf.filled()[before..];
        let room = KEPT - self.first.len();
        if room > 0 {
            self.first.extend_from_slice(&new[..new.len().min(room)]);
        }
        self.records.push(new);
        self.hear(new);
        if self.leaves_tls12 && self.hearing.version() == Some(version::TLS_12) {
            return Poll::Ready(Err(io::Error::other(Tls12Chosen)));
        }
        match polled {
            Poll::Ready(Ok(()))
                if self.hides_errors && !self.first.is_empty() && !begins_like_tls(&self.first) =>
            {
                buf.set_filled(before);
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) if self.hides_errors => {
                self.hidden_error = Some(error);
                Poll::Ready(Ok(()))
            }
            polled => polled,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        if let Poll::Ready(Ok(written)) = polled {
            self.hearing.sent(&buf[..written]);
        }
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(mut left)) = polled {
            for buf in bufs {
                let part = &buf[..buf.len().min(left)];
                self.hearing.sent(part);
                left -= part.len();
            }
        }
        polled
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

    /// The end of a handshake, data, and a request for renegotiation.
    const WIRE: &[u8] =
        b"\x14\x03\x03\0\x01\x01\x16\x03\x03\0\x02ok\x17\x03\x03\0\x04data\x16\x03\x03\0\x02ag";

    #[tokio::test]
    async fn data_before_a_request_for_renegotiation_is_read_first() {
        let mut tap = Tap::new(WIRE);
        tap.forbid_renegotiation(true);
        let mut read = Vec::new();
        let error = tap.read_to_end(&mut read).await.expect_err("renegotiation is requested");
        assert_eq!(read, WIRE);
        assert!(is_renegotiation_request(&error));
        assert_eq!(error.to_string(), "local error: tls: no renegotiation");
    }

    #[tokio::test]
    async fn in_tls_1_3_no_record_is_a_request_for_renegotiation() {
        let mut tap = Tap::new(WIRE);
        tap.forbid_renegotiation(false);
        let mut read = Vec::new();
        assert_eq!(tap.read_to_end(&mut read).await.expect("it is read to its end"), WIRE.len());
    }
}
