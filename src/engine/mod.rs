//! The life of a session: retry, ledger and machine are pure; the runner is the task that owns
//! the socket.

mod backpressure;
mod closing_socket;
mod connection;
mod downstream;
mod emitter;
mod ledger;
mod loss;
mod machine;
mod outbound;
mod queue;
mod replay;
mod retry;
mod runner;

pub use queue::{BATCHES, BYTES, COMMANDS, Events, Handle, HandleError};

use crate::{config::Settings, net::Dial, session::AckMode};

/// Starts a session in a task of its own on the current tokio runtime.
///
/// It connects at once, and messages are answered as `ack-mode` says. `seed` decides the jitter of the back-off. The stream of events ends with
/// [`crate::session::EventKind::Ended`]. The session stops when the last handle is dropped, and when
/// nobody listens to its events any more.
pub fn start<D: Dial>(settings: Settings, ack_mode: AckMode, network: D, seed: u64) -> (Handle, Events) {
    let (handle, events, asked, outbox) = queue::queues();
    let runner = runner::Runner::new(settings, ack_mode, network, seed, asked, outbox);
    drop(tokio::spawn(runner.run()));
    (handle, events)
}
