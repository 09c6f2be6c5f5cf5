//! The two queues between an engine and its shell, both bounded.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::session::{Command, Event, What};

/// Commands that may wait for the engine.
pub const COMMANDS: usize = 64;
/// Batches of events that may wait for the shell.
pub const BATCHES: usize = 4;
/// Payload bytes that may wait for the shell; a larger batch waits alone.
pub const BYTES: u32 = 1 << 20;

/// Where commands go in. Cheap to clone; the session stops when the last one is dropped.
#[derive(Clone, Debug)]
pub struct Handle(mpsc::Sender<Command>);

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    #[error("the engine is busy: {COMMANDS} commands are waiting")]
    Busy,
    #[error("the session has ended")]
    Ended,
}

impl Handle {
    /// Asks the engine for something, at once or not at all.
    ///
    /// # Errors
    ///
    /// The queue is full, or the session has ended.
    pub fn ask(&self, command: Command) -> Result<(), HandleError> {
        self.0.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => HandleError::Busy,
            mpsc::error::TrySendError::Closed(_) => HandleError::Ended,
        })
    }
}

struct Parcel {
    events: Vec<Event>,
    _room: OwnedSemaphorePermit,
}

/// Where events come out, in batches: what one wake-up of the engine yielded.
pub struct Events(mpsc::Receiver<Parcel>);

impl Events {
    /// The next batch; `None` after the session has ended.
    pub async fn recv(&mut self) -> Option<Vec<Event>> {
        self.0.recv().await.map(|parcel| parcel.events)
    }
}

/// The engine's end of the event queue.
pub(super) struct Outbox {
    sender: mpsc::Sender<Parcel>,
    room: Arc<Semaphore>,
}

/// The shell has dropped its end.
#[derive(Debug)]
pub(super) struct NobodyListens;

impl Outbox {
    /// Waits until there is room for `events`, in number and in bytes, and hands them over.
    pub(super) async fn send(&self, events: Vec<Event>) -> Result<(), NobodyListens> {
        let bytes: u64 = events.iter().map(bytes_of).sum();
        let share = u32::try_from(bytes).unwrap_or(BYTES).clamp(1, BYTES);
        let room = self.room.clone().acquire_many_owned(share).await.map_err(|_| NobodyListens)?;
        self.sender.send(Parcel { events, _room: room }).await.map_err(|_| NobodyListens)
    }
}

fn bytes_of(event: &Event) -> u64 {
    match &event.what {
        What::Messages(batch) => batch.run.bytes.len() as u64,
        _ => 0,
    }
}

/// A shell's two ends, and the engine's two.
pub(super) fn queues() -> (Handle, Events, mpsc::Receiver<Command>, Outbox) {
    let (commands, asked) = mpsc::channel(COMMANDS);
    let (sender, receiver) = mpsc::channel(BATCHES);
    let outbox = Outbox { sender, room: Arc::new(Semaphore::new(BYTES as usize)) };
    (Handle(commands), Events(receiver), asked, outbox)
}
