//! Sockets whose connection is over: each is kept for a moment, in which the server can read the
//! last frame and hang up first (RFC 6455, section 7.1.1).

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
/// How many sockets are kept at a time; one more is dropped at once.
const MOST: usize = 4;
/// How much of what still comes is read, and dropped, at a time.
const READ: usize = 16 << 10;

/// A socket on which nothing more is to be heard.
pub(super) struct ClosingSocket {
    pub io: Box<dyn Io>,
    /// What should still go out.
    pub unwritten: BytesMut,
}

/// Parts from sockets without keeping anybody waiting.
pub(super) struct ClosingSockets(Arc<Semaphore>);

impl Default for ClosingSockets {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }
}

impl ClosingSockets {
    /// Waits in a task of its own until the server has hung up, but not for long.
    pub(super) fn wait_for(&self, closing_socket: ClosingSocket) {
        let Ok(place) = self.0.clone().try_acquire_owned() else { return closing_socket.leave() };
        drop(tokio::spawn(async move {
            closing_socket.wait().await;
            drop(place);
        }));
    }
}

impl ClosingSockets {
    /// Leaves the socket as it is until the server has hung up, as some pipelines do. Of many the last is closed.
    pub(super) fn leave_open(&self, mut closing_socket: ClosingSocket) {
        let Ok(place) = self.0.clone().try_acquire_owned() else { return closing_socket.leave() };
        drop(tokio::spawn(async move {
            drop(closing_socket.until_hung_up().await);
            drop(place);
        }));
    }
}

impl ClosingSocket {
    async fn wait(mut self) {
        drop(timeout(LIMIT, self.until_hung_up()).await);
        self.leave();
    }

    async fn until_hung_up(&mut self) -> io::Result<()> {
        self.io.write_all_buf(&mut self.unwritten).await?;
        self.io.flush().await?;
        // A socket that is closed with bytes unread takes the close frame back that the
        // server has not read yet.
        let mut dropped = vec![0; READ];
        while self.io.read(&mut dropped).await? > 0 {}
        Ok(())
    }

    /// Leaves at once, with the goodbye of TLS as far as it can be said without waiting.
    pub(super) fn leave(mut self) {
        drop(Pin::new(&mut self.io).poll_shutdown(&mut Context::from_waker(Waker::noop())));
    }
}
