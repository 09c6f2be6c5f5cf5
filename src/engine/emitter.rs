//! What the engine has to tell, on its way into the outbox.
//!
//! ```text
//!   told ---- room ----> outbox
//!     ^  \
//!     |   no room: the first events wait for it, and the socket is not read
//!     |                    |
//!     +-- a pause worth telling is told after the fact, around what was told meanwhile
//! ```

use std::{future::pending, mem, pin::Pin, time::Duration};

use tokio::select;

use crate::{
    net::Clock,
    schema,
    session::{ConnectionId, Event, EventKind, Pause},
};

use super::queue::{NobodyListens, NotTaken, Outbox};

/// Events that may gather behind those that wait, before commands and connections must wait too.
const BACKLOG: usize = 64;
/// A pause of the reading shorter than this is not worth telling.
const NOTICEABLE: Duration = Duration::from_millis(250);

/// Gathers events, and hands over those of one wake-up at once.
pub(super) struct Emitter {
    events: Vec<Event>,
    outbox: Outbox,
    waiting: Option<Waiting>,
    nobody_listens: bool,
}

/// Events for which the shell has no room yet.
struct Waiting {
    since: Duration,
    connection: ConnectionId,
    /// Bytes read and not looked at when it began; `None` if nothing was being read.
    read_ahead: Option<u64>,
    sending: Pin<Box<dyn Future<Output = Result<(), NobodyListens>> + Send>>,
}

impl Emitter {
    pub(super) const fn new(outbox: Outbox) -> Self {
        Self { events: Vec::new(), outbox, waiting: None, nobody_listens: false }
    }

    pub(super) fn emit(&mut self, event: Event) {
        log(&event);
        self.events.push(event);
    }

    /// Whether more may be done that yields events.
    pub(super) fn has_room(&self) -> bool {
        self.events.len() < BACKLOG
    }

    /// Whether nothing waits for the shell, so that the socket may be read.
    pub(super) const fn is_clear(&self) -> bool {
        self.waiting.is_none()
    }

    /// Hands over what was told, unless earlier events still wait for room. `read_ahead` is what
    /// was read and not looked at, if there is a socket to read.
    ///
    /// # Errors
    ///
    /// The shell has gone. This is told once.
    pub(super) fn deliver_waiting(
        &mut self,
        now: Duration,
        read_ahead: Option<u64>,
    ) -> Result<(), NobodyListens> {
        if self.nobody_listens {
            self.events.clear();
        }
        let Some(last) = self.events.last() else { return Ok(()) };
        if self.waiting.is_some() {
            return Ok(());
        }
        let connection = last.connection;
        match self.outbox.offer(mem::take(&mut self.events)) {
            Ok(()) => Ok(()),
            Err(NotTaken::NobodyListens) => Err(self.give_up()),
            Err(NotTaken::Full(events)) => {
                let sending = Box::pin(self.outbox.clone().send(events));
                self.waiting = Some(Waiting { since: now, connection, read_ahead, sending });
                Ok(())
            }
        }
    }

    /// Waits until the events that wait have been taken, to be followed by [`Emitter::resume`],
    /// or until the shell is gone. Safe to cancel.
    pub(super) async fn taken(&mut self) -> Result<(), NobodyListens> {
        if self.nobody_listens {
            return pending().await;
        }
        let Self { waiting, outbox, .. } = self;
        let sending = async {
            match waiting {
                Some(waiting) => waiting.sending.as_mut().await,
                None => pending().await,
            }
        };
        let taken = select! {
            taken = sending => taken,
            () = outbox.closed() => Err(NobodyListens),
        };
        taken.map_err(|NobodyListens| self.give_up())
    }

    /// The shell has made room: a pause of the reading that was noticeable is told.
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

    /// Waits until the shell has taken the last event, or is gone.
    pub(super) async fn finish(mut self, now: Duration) {
        while self.deliver_waiting(now, None).is_ok() {
            let Some(waiting) = self.waiting.take() else { return };
            if waiting.sending.await.is_err() {
                return;
            }
        }
    }

    fn give_up(&mut self) -> NobodyListens {
        self.nobody_listens = true;
        self.waiting = None;
        self.events.clear();
        NobodyListens
    }
}

/// Logs an event as its JSON line, in which secrets are masked: the turns of a session at info, the rest at debug;
/// of messages only how many.
fn log(event: &Event) {
    if let EventKind::Messages(batch) = &event.kind {
        if tracing::enabled!(tracing::Level::TRACE) {
            let bytes: u64 = batch.run.spans.iter().map(|span| u64::from(span.len)).sum();
            tracing::trace!("{} messages, {bytes} bytes", batch.run.spans.len());
        }
        return;
    }
    let turns = matches!(
        event.kind,
        EventKind::Connecting { .. }
            | EventKind::Opened(_)
            | EventKind::Failed(_)
            | EventKind::Lost(_)
            | EventKind::Finding(_)
            | EventKind::Ended(_)
    );
    if tracing::enabled!(tracing::Level::DEBUG) || (turns && tracing::enabled!(tracing::Level::INFO)) {
        let mut line = Vec::new();
        schema::write_event(&mut line, event);
        let line = String::from_utf8_lossy(&line);
        if turns { tracing::info!("{}", line.trim_end()) } else { tracing::debug!("{}", line.trim_end()) }
    }
}
