//! Closes sockets whose connection has ended. Each is kept for a moment, so that the server can read the last
//! frame and hang up first (RFC 6455, section 7.1.1).

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Waker},
    time::Duration,
};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _},
    sync::Semaphore,
    time::timeout,
};

use crate::net::Io;

/// How long a server has to hang up.
const LIMIT: Duration = Duration::from_secs(1);
/// How many sockets are kept at a time; any more are closed at once.
const MAX_SOCKETS: usize = 4;
/// How many bytes are read, and discarded, at a time.
const READ: usize = 16 << 10;

/// A socket from which nothing more is needed.
pub(super) struct ClosingSocket {
    pub io: Box<dyn Io>,
    /// Bytes that are still to be written.
    pub unwritten: BytesMut,
}

/// Closes sockets without blocking the session.
pub(super) struct ClosingSockets(Arc<Semaphore>);

impl Default for ClosingSockets {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_SOCKETS)))
    }
}

impl ClosingSockets {
    /// Waits in a task of its own until the server hangs up, at most for [`LIMIT`], and closes the socket.
    pub(super) fn wait_for(&self, closing_socket: ClosingSocket) {
        let Ok(permit) = self.0.clone().try_acquire_owned() else { return closing_socket.close() };
        drop(tokio::spawn(async move {
            closing_socket.wait().await;
            drop(permit);
        }));
    }

    /// Keeps the socket open until the server hangs up, as some pipelines do. If too many are kept, it is closed.
    pub(super) fn leave_open(&self, mut closing_socket: ClosingSocket) {
        let Ok(permit) = self.0.clone().try_acquire_owned() else { return closing_socket.close() };
        drop(tokio::spawn(async move {
            drop(closing_socket.until_hung_up().await);
            drop(permit);
        }));
    }
}

impl ClosingSocket {
    async fn wait(mut self) {
        drop(timeout(LIMIT, self.until_hung_up()).await);
        self.close();
    }

    async fn until_hung_up(&mut self) -> io::Result<()> {
        self.io.write_all_buf(&mut self.unwritten).await?;
        self.io.flush().await?;
        // Closing a socket with unread bytes resets the connection, and the server may then lose our close
        // frame.
        let mut discarded = vec![0; READ];
        while self.io.read(&mut discarded).await? > 0 {}
        Ok(())
    }

    /// Closes the socket at once, with `close_notify` on TLS if that can be written without waiting.
    pub(super) fn close(mut self) {
        drop(Pin::new(&mut self.io).poll_shutdown(&mut Context::from_waker(Waker::noop())));
    }
}
