//! The life of a session: retry, ledger and machine are pure; the runner is the task that owns
//! the socket.

mod connection;
mod downstream;
mod ledger;
mod loss;
mod machine;
mod outbound;
mod parting;
mod pressure;
mod queue;
mod replay;
mod retry;
mod runner;
mod teller;

pub use queue::{BATCHES, BYTES, COMMANDS, Events, Handle, HandleError};

use crate::{config::Settings, net::Dial, session::Policy};

/// Starts a session in a task of its own on the current tokio runtime.
///
/// It dials at once, and messages are answered as `policy` says. `seed` decides the jitter of the back-off. The stream of events ends with
/// [`crate::session::What::Ended`]. The session stops when the last handle is dropped, and when
/// nobody listens to its events any more.
pub fn start<D: Dial>(settings: Settings, policy: Policy, dial: D, seed: u64) -> (Handle, Events) {
    let (handle, events, asked, outbox) = queue::queues();
    let runner = runner::Runner::new(settings, policy, dial, seed, asked, outbox);
    drop(tokio::spawn(runner.run()));
    (handle, events)
}
