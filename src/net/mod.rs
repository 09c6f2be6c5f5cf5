//! Opens connections: from an address to a socket that is ready to be read, stage by stage.

mod answer;
mod body;
mod certificate;
mod client_cert_resolver;
mod clock;
mod dial;
mod environment;
mod error;
mod extension;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod lenient;
mod lookup;
mod meter;
mod open;
mod proxy;
mod records;
#[cfg(all(unix, feature = "renegotiation"))]
mod renegotiate;
mod request;
mod roots;
mod route;
mod steps;
mod stream;
mod tap;
mod tcp;
mod tls;
mod upgrade;
mod verify;

use std::{future::Future, sync::Arc};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

use crate::{
    config::{Secret, Settings},
    session::{Answered, Opened, Stage, StageReport},
    wire::Inflater,
};

pub(crate) use clock::Clock;
pub use dial::{Limits, Network};
pub use environment::{Environment, Variable};
pub use error::{Cause, ConnectError};
pub use meter::Meter;
pub(crate) use tap::asks_again;

/// A byte stream under the websocket: TCP, TLS, or a pipe in a test.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

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

/// What a connection tells while it runs.
#[derive(Clone, Debug)]
pub enum Step {
    Started(Stage),
    Ended(Box<StageReport>),
    /// An answer that refuses has come, but for the end of its body.
    Answered(Answered),
    /// What is sent from here on and nobody may see.
    Secrets(Vec<Secret>),
    /// An opening message went out: its kind and its payload.
    OpeningSent(crate::session::Sent),
}

/// Where a connection tells its steps. Bounded: a connection has fewer steps than the queue holds, opening
/// messages excepted, for which it waits.
#[derive(Clone, Debug)]
pub struct Reporter(mpsc::Sender<Step>);

impl Reporter {
    /// How many steps may wait to be read.
    pub const BOUND: usize = 32;

    /// A reporter and the end that reads it.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Step>) {
        let (sender, receiver) = mpsc::channel(Self::BOUND);
        (Self(sender), receiver)
    }

    /// Tells one step; nobody listening is no error.
    pub async fn tell(&self, step: Step) {
        drop(self.0.send(step).await);
    }
}
