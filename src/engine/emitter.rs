//! Collects the events of the engine and sends them to the outbox.
//!
//! ```text
//!   events ---- room ----> outbox
//!     ^  \
//!     |   no room: the first events wait for it, and the socket is not read
//!     |                    |
//!     +-- a noticeable pause is emitted afterwards, around the events that were emitted meanwhile
//! ```

use std::{future::pending, mem, pin::Pin, time::Duration};

use tokio::select;

use crate::{
    net::Clock,
    schema,
    session::{ConnectionId, Event, EventKind, Pause},
};

use super::queue::{OfferError, Outbox, ReceiverGone};

/// How many events may queue up after those that wait, before commands and connections must wait too.
const BACKLOG: usize = 64;
/// A pause that is shorter than this is not emitted.
const NOTICEABLE: Duration = Duration::from_millis(250);

/// Collects events, and sends those of one wake-up in one batch.
pub(super) struct Emitter {
    events: Vec<Event>,
    outbox: Outbox,
    waiting: Option<Waiting>,
    receiver_gone: bool,
}

/// Events for which the outbox has no room yet.
struct Waiting {
    since: Duration,
    connection: ConnectionId,
    /// Bytes that were read and not decoded when it began; `None` without an open connection.
    read_ahead: Option<u64>,
    sending: Pin<Box<dyn Future<Output = Result<(), ReceiverGone>> + Send>>,
}

impl Emitter {
    pub(super) const fn new(outbox: Outbox) -> Self {
        Self { events: Vec::new(), outbox, waiting: None, receiver_gone: false }
    }

    pub(super) fn emit(&mut self, event: Event) {
        log(&event);
        self.events.push(event);
    }

    /// Whether more events may be produced.
    pub(super) fn has_room(&self) -> bool {
        self.events.len() < BACKLOG
    }

    /// Whether no events wait for the shell, so that the socket may be read.
    pub(super) const fn is_clear(&self) -> bool {
        self.waiting.is_none()
    }

    /// Sends the collected events, unless earlier ones still wait for room. `read_ahead` is the number of
    /// bytes that were read and not decoded, if a connection is open.
    ///
    /// # Errors
    ///
    /// The receiver is gone. This is reported once.
    pub(super) fn flush(&mut self, now: Duration, read_ahead: Option<u64>) -> Result<(), ReceiverGone> {
        if self.receiver_gone {
            self.events.clear();
        }
        let Some(last) = self.events.last() else { return Ok(()) };
        if self.waiting.is_some() {
            return Ok(());
        }
        let connection = last.connection;
        match self.outbox.offer(mem::take(&mut self.events)) {
            Ok(()) => Ok(()),
            Err(OfferError::ReceiverGone) => Err(self.give_up()),
            Err(OfferError::Full(events)) => {
                let sending = Box::pin(self.outbox.clone().send(events));
                self.waiting = Some(Waiting { since: now, connection, read_ahead, sending });
                Ok(())
            }
        }
    }

    /// Waits until the waiting events are sent, after which [`Emitter::resume`] must be called, or until the
    /// receiver is gone. Safe to cancel.
    pub(super) async fn sent(&mut self) -> Result<(), ReceiverGone> {
        if self.receiver_gone {
            return pending().await;
        }
        let Self { waiting, outbox, .. } = self;
        let sending = async {
            match waiting {
                Some(waiting) => waiting.sending.as_mut().await,
                None => pending().await,
            }
        };
        let sent = select! {
            sent = sending => sent,
            () = outbox.closed() => Err(ReceiverGone),
        };
        sent.map_err(|ReceiverGone| self.give_up())
    }

    /// The outbox has room again: emits the pause of reading if it was noticeable.
    pub(super) fn resume(&mut self, now: Duration, clock: &Clock) {
        let Some(Waiting { since, connection, read_ahead, .. }) = self.waiting.take() else { return };
        let after = now.saturating_sub(since);
        if let Some(read_ahead) = read_ahead
            && after >= NOTICEABLE
        {
            let event = |moment, kind| Event { at: clock.at(moment), connection, kind };
            self.events.insert(0, event(since, EventKind::ReadingPaused { why: Pause::Events, read_ahead }));
            self.events.push(event(now, EventKind::ReadingResumed { after }));
        }
    }

    /// Waits until the last event is sent, or the receiver is gone.
    pub(super) async fn finish(mut self, now: Duration) {
        while self.flush(now, None).is_ok() {
            let Some(waiting) = self.waiting.take() else { return };
            if waiting.sending.await.is_err() {
                return;
            }
        }
    }

    fn give_up(&mut self) -> ReceiverGone {
        self.receiver_gone = true;
        self.waiting = None;
        self.events.clear();
        ReceiverGone
    }
}

/// Logs an event as its JSON line, in which secrets are masked: milestones of a session at info, the rest at
/// debug, and only the number of messages at trace.
fn log(event: &Event) {
    if let EventKind::Messages(batch) = &event.kind {
        if tracing::enabled!(tracing::Level::TRACE) {
            let bytes: u64 = batch.run.spans.iter().map(|span| u64::from(span.len)).sum();
            tracing::trace!("{} messages, {bytes} bytes", batch.run.spans.len());
        }
        return;
    }
    let is_milestone = matches!(
        event.kind,
        EventKind::Connecting { .. }
            | EventKind::Opened(_)
            | EventKind::Failed(_)
            | EventKind::Lost(_)
            | EventKind::Finding(_)
            | EventKind::Ended(_)
    );
    if tracing::enabled!(tracing::Level::DEBUG) || (is_milestone && tracing::enabled!(tracing::Level::INFO)) {
        let mut line = Vec::new();
        schema::write_event(&mut line, event);
        let line = String::from_utf8_lossy(&line);
        if is_milestone {
            tracing::info!("{}", line.trim_end());
        } else {
            tracing::debug!("{}", line.trim_end());
        }
    }
}
