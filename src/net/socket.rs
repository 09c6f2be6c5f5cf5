//! The interface between engine and network: how to connect, and the socket that results.

use std::{future::Future, sync::Arc};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    config::Settings,
    session::{Failure, Opened},
    wire::Inflater,
};

use super::{Meter, Reporter};

/// Opens connections: over the real network, or to a scripted peer in tests.
pub trait Connect: Send + Sync + 'static {
    /// Runs all stages up to and including the opening messages, and reports the start and the end of each.
    /// Dropping the future aborts the connection.
    ///
    /// # Errors
    ///
    /// The stage that failed, and the cause. Its report has been sent before.
    fn connect(
        &self,
        settings: Arc<Settings>,
        report: Reporter,
    ) -> impl Future<Output = Result<Socket, Failure>> + Send;
}

/// An upgraded connection, ready to be read.
pub struct Socket {
    pub io: Box<dyn Io>,
    /// Bytes received after the head of the response: the first frames.
    pub read_ahead: BytesMut,
    /// Inflates compressed messages, if compression was negotiated.
    pub inflate: Option<Inflater>,
    /// Measures the unread bytes, where the stream is a socket.
    pub meter: Option<Meter>,
    pub opened: Opened,
}

/// A byte stream under the websocket: TCP, TLS, or a pipe in a test.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}
