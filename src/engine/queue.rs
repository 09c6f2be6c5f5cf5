//! The two queues between an engine and its shell, both bounded.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::session::{Command, Event, EventKind};

/// How many commands may wait for the engine.
pub const COMMANDS: usize = 64;
/// How many batches of events may wait for the shell.
pub const BATCHES: usize = 64;
/// How many payload bytes may wait for the shell; a larger batch waits alone.
pub const BYTES: u32 = 1 << 20;

/// Sends commands to the engine. Cheap to clone; the session stops when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Handle(mpsc::Sender<Command>);

/// Why a command could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    #[error("the engine is busy: {COMMANDS} commands are waiting")]
    Busy,
    #[error("the session has ended")]
    Ended,
}

impl Handle {
    /// Sends a command to the engine without waiting.
    ///
    /// # Errors
    ///
    /// The queue is full, or the session has ended.
    pub fn send(&self, command: Command) -> Result<(), HandleError> {
        self.0.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => HandleError::Busy,
            mpsc::error::TrySendError::Closed(_) => HandleError::Ended,
        })
    }
}

struct EventBatch {
    events: Vec<Event>,
    _room: OwnedSemaphorePermit,
}

/// Receives events in batches: those of one wake-up of the engine.
pub struct Events {
    batches: mpsc::Receiver<EventBatch>,
    room: Arc<Semaphore>,
}

impl Events {
    /// The next batch; `None` after the session has ended.
    pub async fn recv(&mut self) -> Option<Vec<Event>> {
        self.batches.recv().await.map(|batch| batch.events)
    }

    /// All batches that wait, as one; `None` after the session has ended.
    pub async fn recv_waiting(&mut self) -> Option<Vec<Event>> {
        let mut events = self.recv().await?;
        while let Ok(batch) = self.batches.try_recv() {
            events.extend(batch.events);
        }
        Some(events)
    }

    /// Whether most of the room for events is taken, so that the socket is soon not read.
    #[must_use]
    pub fn are_piling_up(&self) -> bool {
        self.batches.len() * 4 > BATCHES * 3 || self.room.available_permits() * 4 < BYTES as usize
    }
}

/// The engine's end of the event queue.
#[derive(Clone)]
pub(super) struct Outbox {
    sender: mpsc::Sender<EventBatch>,
    room: Arc<Semaphore>,
}

/// The shell has dropped its receiver.
#[derive(Debug)]
pub(super) struct ReceiverGone;

/// Why events could not be sent at once.
pub(super) enum OfferError {
    /// The queue has no room; the events are returned.
    Full(Vec<Event>),
    ReceiverGone,
}

impl Outbox {
    /// Sends `events` if the queue has room for them, in batches and in bytes.
    pub(super) fn offer(&self, events: Vec<Event>) -> Result<(), OfferError> {
        let slot = match self.sender.try_reserve() {
            Ok(slot) => slot,
            Err(mpsc::error::TrySendError::Full(())) => return Err(OfferError::Full(events)),
            Err(mpsc::error::TrySendError::Closed(())) => return Err(OfferError::ReceiverGone),
        };
        match self.room.clone().try_acquire_many_owned(permits_for(&events)) {
            Ok(room) => {
                slot.send(EventBatch { events, _room: room });
                Ok(())
            }
            Err(_) => Err(OfferError::Full(events)),
        }
    }

    /// Waits until the shell drops its receiver.
    pub(super) async fn closed(&self) {
        self.sender.closed().await;
    }

    /// Waits until the queue has room for `events`, in batches and in bytes, and sends them.
    pub(super) async fn send(self, events: Vec<Event>) -> Result<(), ReceiverGone> {
        let slot = self.sender.reserve().await.map_err(|_| ReceiverGone)?;
        let room = tokio::select! {
            // A receiver that is dropped releases its permits, so check first whether it is gone.
            biased;
            () = self.sender.closed() => return Err(ReceiverGone),
            room = self.room.clone().acquire_many_owned(permits_for(&events)) => room,
        };
        slot.send(EventBatch { events, _room: room.map_err(|_| ReceiverGone)? });
        Ok(())
    }
}

/// The permits that these events need, out of [`BYTES`].
fn permits_for(events: &[Event]) -> u32 {
    let bytes: u64 = events.iter().map(bytes_of).sum();
    u32::try_from(bytes).unwrap_or(BYTES).clamp(1, BYTES)
}

/// The payloads and their ranges, since a flood of empty messages takes memory too. Batches of one read share its
/// buffer, so that its length would count more than once.
fn bytes_of(event: &Event) -> u64 {
    match &event.kind {
        EventKind::Messages(batch) => batch.payload_bytes() + size_of_val(&batch.run.spans[..]) as u64,
        _ => 0,
    }
}

/// The two ends for a shell, and the two for the engine.
pub(super) fn queues() -> (Handle, Events, mpsc::Receiver<Command>, Outbox) {
    let (command_sender, commands) = mpsc::channel(COMMANDS);
    let (sender, receiver) = mpsc::channel(BATCHES);
    let room = Arc::new(Semaphore::new(BYTES as usize));
    let outbox = Outbox { sender, room: room.clone() };
    (Handle(command_sender), Events { batches: receiver, room }, commands, outbox)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::session::{Batch, ConnectionId, Kind, MessageId, Run, Span, Timestamp, Verdict};

    fn events(bytes: usize) -> Vec<Event> {
        let len = u32::try_from(bytes).expect("it is small");
        let span = Span { start: 0, len, kind: Kind::Binary, valid: true, frames: 1, wire: None };
        let run = Run { bytes: Bytes::from(vec![0; bytes]), spans: [span].into() };
        let batch = Batch { first: MessageId(1), run, verdict: Verdict::Acked };
        vec![Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Messages(batch) }]
    }

    fn is_full(outbox: &Outbox, bytes: usize) -> bool {
        matches!(outbox.offer(events(bytes)), Err(OfferError::Full(events)) if events.len() == 1)
    }

    #[tokio::test]
    async fn the_number_of_waiting_batches_is_bounded() {
        let (_handle, mut shell, _commands, outbox) = queues();
        for _ in 0..BATCHES {
            assert!(outbox.offer(events(1)).is_ok());
        }
        assert!(is_full(&outbox, 1));
        shell.recv().await.expect("a batch waits");
        assert!(outbox.offer(events(1)).is_ok());
    }

    #[tokio::test]
    async fn the_bytes_of_waiting_batches_are_bounded_but_a_larger_batch_waits_alone() {
        let (_handle, mut shell, _commands, outbox) = queues();
        let share = BYTES as usize / 2 + 1;
        assert!(outbox.offer(events(share)).is_ok());
        assert!(is_full(&outbox, share) && is_full(&outbox, 9 * share));
        shell.recv().await.expect("a batch waits");
        assert!(outbox.offer(events(9 * share)).is_ok());
        assert!(is_full(&outbox, 1));
    }

    #[tokio::test]
    async fn events_pile_up_when_little_room_is_left() {
        let (_handle, mut shell, _commands, outbox) = queues();
        assert!(outbox.offer(events(BYTES as usize / 2)).is_ok() && !shell.are_piling_up());
        assert!(outbox.offer(events(BYTES as usize / 3)).is_ok() && shell.are_piling_up());
        shell.recv().await.expect("a batch waits");
        assert!(!shell.are_piling_up());
    }

    #[tokio::test]
    async fn a_dropped_receiver_is_noticed_even_while_waiting_for_room() {
        let (_handle, shell, _commands, outbox) = queues();
        outbox.offer(events(BYTES as usize)).unwrap_or_else(|_| panic!("there is room"));
        let waiting = tokio::spawn(outbox.clone().send(events(1)));
        tokio::task::yield_now().await;
        drop(shell);
        assert!(waiting.await.expect("the task ends by itself").is_err());
        assert!(matches!(outbox.offer(events(1)), Err(OfferError::ReceiverGone)));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_commands_at_once() {
        let (handle, _shell, commands, _outbox) = queues();
        for _ in 0..COMMANDS {
            handle.send(Command::Reconnect).expect("there is room");
        }
        assert_eq!(handle.send(Command::Reconnect), Err(HandleError::Busy));
        drop(commands);
        assert_eq!(handle.send(Command::Reconnect), Err(HandleError::Ended));
    }
}
