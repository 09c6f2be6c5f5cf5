//! The two queues between an engine and its shell, both bounded.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::session::{Command, Event, EventKind};

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
#[derive(Clone)]
pub(super) struct Outbox {
    sender: mpsc::Sender<Parcel>,
    room: Arc<Semaphore>,
}

/// The shell has dropped its end.
#[derive(Debug)]
pub(super) struct NobodyListens;

/// Why events were not taken at once.
pub(super) enum NotTaken {
    /// There is no room for them yet; here they are again.
    Full(Vec<Event>),
    NobodyListens,
}

impl Outbox {
    /// Hands `events` over if there is room for them, in number and in bytes.
    pub(super) fn offer(&self, events: Vec<Event>) -> Result<(), NotTaken> {
        let place = match self.sender.try_reserve() {
            Ok(place) => place,
            Err(mpsc::error::TrySendError::Full(())) => return Err(NotTaken::Full(events)),
            Err(mpsc::error::TrySendError::Closed(())) => return Err(NotTaken::NobodyListens),
        };
        match self.room.clone().try_acquire_many_owned(share_of(&events)) {
            Ok(room) => {
                place.send(Parcel { events, _room: room });
                Ok(())
            }
            Err(_) => Err(NotTaken::Full(events)),
        }
    }

    /// Waits until the shell drops its end.
    pub(super) async fn closed(&self) {
        self.sender.closed().await;
    }

    /// Waits until there is room for `events`, in number and in bytes, and hands them over.
    pub(super) async fn send(self, events: Vec<Event>) -> Result<(), NobodyListens> {
        let place = self.sender.reserve().await.map_err(|_| NobodyListens)?;
        let room = tokio::select! {
            // A shell that goes gives its room back, so ask first whether it has gone.
            biased;
            () = self.sender.closed() => return Err(NobodyListens),
            room = self.room.clone().acquire_many_owned(share_of(&events)) => room,
        };
        place.send(Parcel { events, _room: room.map_err(|_| NobodyListens)? });
        Ok(())
    }
}

/// The part of [`BYTES`] that these events take up.
fn share_of(events: &[Event]) -> u32 {
    let bytes: u64 = events.iter().map(bytes_of).sum();
    u32::try_from(bytes).unwrap_or(BYTES).clamp(1, BYTES)
}

/// Payloads and their list of ranges; a flood of empty messages is memory too.
fn bytes_of(event: &Event) -> u64 {
    match &event.kind {
        EventKind::Messages(batch) => (batch.run.bytes.len() + size_of_val(&batch.run.spans[..])) as u64,
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

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::session::{Batch, ConnectionId, MessageId, Run, Timestamp, Verdict};

    fn events(bytes: usize) -> Vec<Event> {
        let run = Run { bytes: Bytes::from(vec![0; bytes]), spans: Vec::new() };
        let batch = Batch { first: MessageId(1), run, verdict: Verdict::Acked };
        vec![Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Messages(batch) }]
    }

    fn is_full(outbox: &Outbox, bytes: usize) -> bool {
        matches!(outbox.offer(events(bytes)), Err(NotTaken::Full(events)) if events.len() == 1)
    }

    #[tokio::test]
    async fn no_more_than_so_many_batches_wait() {
        let (_handle, mut shell, _asked, outbox) = queues();
        for _ in 0..BATCHES {
            assert!(outbox.offer(events(1)).is_ok());
        }
        assert!(is_full(&outbox, 1));
        shell.recv().await.expect("a batch waits");
        assert!(outbox.offer(events(1)).is_ok());
    }

    #[tokio::test]
    async fn no_more_than_so_many_bytes_wait_but_a_larger_batch_waits_alone() {
        let (_handle, mut shell, _asked, outbox) = queues();
        let share = BYTES as usize / 2 + 1;
        assert!(outbox.offer(events(share)).is_ok());
        assert!(is_full(&outbox, share) && is_full(&outbox, 9 * share));
        shell.recv().await.expect("a batch waits");
        assert!(outbox.offer(events(9 * share)).is_ok());
        assert!(is_full(&outbox, 1));
    }

    #[tokio::test]
    async fn a_shell_that_is_gone_is_noticed_even_by_who_waits_for_room() {
        let (_handle, shell, _asked, outbox) = queues();
        outbox.offer(events(BYTES as usize)).unwrap_or_else(|_| panic!("there is room"));
        let waiting = tokio::spawn(outbox.clone().send(events(1)));
        tokio::task::yield_now().await;
        drop(shell);
        assert!(waiting.await.expect("the task ends by itself").is_err());
        assert!(matches!(outbox.offer(events(1)), Err(NotTaken::NobodyListens)));
    }

    #[tokio::test]
    async fn commands_are_taken_at_once_or_not_at_all() {
        let (handle, _shell, asked, _outbox) = queues();
        for _ in 0..COMMANDS {
            handle.ask(Command::Reconnect).expect("there is room");
        }
        assert_eq!(handle.ask(Command::Reconnect), Err(HandleError::Busy));
        drop(asked);
        assert_eq!(handle.ask(Command::Reconnect), Err(HandleError::Ended));
    }
}
