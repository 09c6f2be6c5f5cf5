//! The seam between engine and network: a connection, and the open connection that it leads to.

use std::{future::Future, sync::Arc};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{config::Settings, session::Opened, wire::Inflater};

use super::{ConnectError, Meter, Reporter};

/// The seam between engine and network: the real one, or a scripted peer.
pub trait Dial: Send + Sync + 'static {
    /// Runs all stages up to and including the opening messages, reporting each as it begins
    /// and ends. Dropping the future gives up the connection.
    ///
    /// # Errors
    ///
    /// The stage that failed, and why. Its report has been sent by then.
    fn dial(
        &self,
        settings: Arc<Settings>,
        report: Reporter,
    ) -> impl Future<Output = Result<Socket, ConnectError>> + Send;
}

/// An upgraded connection, ready to be read.
pub struct Socket {
    pub io: Box<dyn Io>,
    /// Bytes that came behind the head of the answer: the first frames.
    pub read_ahead: BytesMut,
    /// What was agreed on for compressed messages.
    pub inflate: Option<Inflater>,
    /// Tells what waits unread, where the stream is a socket.
    pub meter: Option<Meter>,
    pub opened: Opened,
}

/// A byte stream under the websocket: TCP, TLS, or a pipe in a test.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}
