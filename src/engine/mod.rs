//! Runs a session: opens connections, reads and answers messages, and reconnects after a loss.
//!
//! `machine` and `retry` decide without I/O; `runner` is the task that owns the socket.

mod closing_socket;
mod connection;
mod decoded;
mod emitter;
mod loss;
mod machine;
mod outbound;
mod queue;
mod quiet;
mod retry;
mod runner;

pub use queue::{BATCHES, BYTES, COMMANDS, Events, Handle, HandleError};

use crate::{ack::AckMode, config::Settings, net::Connect};

/// Starts a session in a task of its own on the current tokio runtime.
///
/// It connects at once, and answers messages by `ack_mode`. `seed` decides the jitter of the back-off. The
/// stream of events ends with [`crate::session::EventKind::Ended`]. The session stops when the last handle or
/// the receiver of the events is dropped.
pub fn start<D: Connect>(settings: Settings, ack_mode: AckMode, network: D, seed: u64) -> (Handle, Events) {
    let (handle, events, commands, outbox) = queue::queues();
    let runner = runner::Runner::new(settings, ack_mode, network, seed, commands, outbox);
    drop(tokio::spawn(runner.run()));
    (handle, events)
}
