//! The reader of the pipeline's input: which message it offers next. Pure.
//!
//! ```text
//!             one read at a time                 the oldest rejected one first
//!   socket ----------------------> read ahead ---------------------------------> offered
//!                                                   ^
//!   rejected, in the order of the rejections  ------+  a pause before the third and each later redelivery
//! ```
//!
//! The reader picks when the message it offered is taken. If it holds no read message then, it starts to read one from
//! the socket; only then is the socket read. While it pauses it holds a lock: what is rejected or read meanwhile is
//! noted, and enters its lists after the pause. One pick comes first if the redelivered message is taken at once, since
//! the reader is back at its lock before those that wait for it wake up (measured, and so in Go's `sync.Mutex`).

use std::{collections::VecDeque, time::Duration};

use crate::session::{MessageId, ReplayWaits};

use super::{replay, ticket::Ticket};

#[derive(Debug, Default)]
pub(super) struct Reader {
    /// Whether a connection is open, as far as the reader knows.
    is_connected: bool,
    /// Whether a message is being read from the socket.
    is_reading: bool,
    read_ahead: Option<Read>,
    rejected: VecDeque<Ticket>,
    pause: Option<ReplayPause>,
    /// What was rejected or read during the pause, in this order.
    noted: Vec<Note>,
    /// Whether the pause that runs began while notes waited: they are entered right after it.
    notes_are_due: bool,
}

/// The result of a read of the socket.
#[derive(Clone, Copy, Debug)]
enum Read {
    Message(Ticket),
    /// The connection is lost.
    Loss,
}

#[derive(Clone, Copy, Debug)]
enum Note {
    Rejected(Ticket),
    Read(Read),
}

#[derive(Clone, Copy, Debug)]
struct ReplayPause {
    ticket: Ticket,
    until: Duration,
}

/// What the reader does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    Offer(Ticket),
    /// It pauses before it redelivers a message.
    Pause(ReplayWaits),
    /// It notices that the connection is lost.
    Loss,
    Nothing,
}

impl Reader {
    /// Picks; called while no message is offered. `dice` decides the length of a pause.
    pub(super) fn pick(&mut self, now: Duration, dice: &mut fastrand::Rng) -> Pick {
        if let Some(pause) = self.pause {
            return self.wake(pause, now);
        }
        if !self.is_connected {
            return Pick::Nothing;
        }
        self.is_reading |= self.read_ahead.is_none();
        if let Some(ticket) = self.rejected.pop_front() {
            let Some(delay) = replay::pause(ticket.attempts, dice.f64()) else { return Pick::Offer(ticket) };
            self.notes_are_due = !self.noted.is_empty();
            self.pause = Some(ReplayPause { ticket, until: now + delay });
            return Pick::Pause(ReplayWaits {
                id: ticket.id,
                attempt: ticket.attempts.saturating_add(1),
                delay,
            });
        }
        match self.read_ahead.take() {
            Some(Read::Message(ticket)) => Pick::Offer(ticket),
            Some(Read::Loss) => {
                self.set_connected(false);
                Pick::Loss
            }
            None => Pick::Nothing,
        }
    }

    fn wake(&mut self, pause: ReplayPause, now: Duration) -> Pick {
        if now < pause.until {
            return Pick::Nothing;
        }
        self.pause = None;
        if self.notes_are_due {
            self.enter_notes();
        }
        Pick::Offer(pause.ticket)
    }

    /// Enters what was noted during a pause; whether there was anything.
    pub(super) fn enter_notes(&mut self) -> bool {
        if self.pause.is_some() {
            return false;
        }
        self.notes_are_due = false;
        let notes = std::mem::take(&mut self.noted);
        let has_notes = !notes.is_empty();
        for note in notes {
            match note {
                Note::Rejected(ticket) => self.rejected.push_back(ticket),
                Note::Read(read) => self.enter_read(read),
            }
        }
        has_notes
    }

    fn enter_read(&mut self, read: Read) {
        self.is_reading = false;
        self.read_ahead = Some(read);
    }

    /// A message was read from the socket.
    pub(super) fn read(&mut self, ticket: Ticket) {
        self.finish_read(Read::Message(ticket));
    }

    /// The connection is lost. A read fails by this; without one the reader knows at once.
    pub(super) fn lose(&mut self) {
        if self.awaits_read() { self.finish_read(Read::Loss) } else { self.set_connected(false) }
    }

    fn finish_read(&mut self, read: Read) {
        if self.pause.is_some() || !self.noted.is_empty() {
            self.noted.push(Note::Read(read));
        } else {
            self.enter_read(read);
        }
    }

    /// A message was rejected and is to be redelivered.
    pub(super) fn reject(&mut self, ticket: Ticket) {
        if self.pause.is_some() || !self.noted.is_empty() {
            self.noted.push(Note::Rejected(ticket));
        } else {
            self.rejected.push_back(ticket);
        }
    }

    pub(super) fn set_connected(&mut self, is_connected: bool) {
        self.is_connected = is_connected;
        self.is_reading = false;
        self.read_ahead.take_if(|read| matches!(read, Read::Loss));
        self.noted.retain(|note| !matches!(note, Note::Read(Read::Loss)));
    }

    pub(super) const fn is_connected(&self) -> bool {
        self.is_connected
    }

    /// Picks nothing more. The session stops.
    pub(super) fn stop(&mut self) {
        self.set_connected(false);
        if let Some(pause) = self.pause.take() {
            self.rejected.push_front(pause.ticket);
        }
        self.enter_notes();
    }

    /// Whether the socket is read.
    pub(super) fn awaits_read(&self) -> bool {
        self.is_reading && !self.noted.iter().any(|note| matches!(note, Note::Read(_)))
    }

    /// Whether nothing was rejected or read that is not offered yet.
    pub(super) fn is_idle(&self) -> bool {
        self.pause.is_none() && self.read_ahead.is_none() && self.rejected.is_empty() && self.noted.is_empty()
    }

    /// The message whose pause runs, and when it ends.
    pub(super) fn pausing(&self) -> Option<(MessageId, Duration)> {
        self.pause.map(|pause| (pause.ticket.id, pause.until))
    }

    /// The message that was read ahead.
    pub(super) fn read_ahead(&self) -> Option<Ticket> {
        let noted = self.noted.iter().find_map(|note| match note {
            Note::Read(read) => Some(*read),
            Note::Rejected(_) => None,
        });
        match self.read_ahead.or(noted)? {
            Read::Message(ticket) => Some(ticket),
            Read::Loss => None,
        }
    }

    /// The rejected messages in the order in which they are redelivered.
    pub(super) fn rejected(&self) -> impl Iterator<Item = Ticket> {
        let pausing = self.pause.map(|pause| pause.ticket);
        let noted = self.noted.iter().filter_map(|note| match note {
            Note::Rejected(ticket) => Some(*ticket),
            Note::Read(_) => None,
        });
        pausing.into_iter().chain(self.rejected.iter().copied()).chain(noted)
    }

    /// Takes a rejected message off the lists.
    pub(super) fn withdraw(&mut self, id: MessageId) -> Option<Ticket> {
        if let Some(pause) = self.pause.take_if(|pause| pause.ticket.id == id) {
            return Some(pause.ticket);
        }
        if let Some(at) = self.rejected.iter().position(|ticket| ticket.id == id) {
            return self.rejected.remove(at);
        }
        let at =
            self.noted.iter().position(|note| matches!(note, Note::Rejected(ticket) if ticket.id == id))?;
        match self.noted.remove(at) {
            Note::Rejected(ticket) => Some(ticket),
            Note::Read(_) => None,
        }
    }

    /// Takes all messages off the lists, those that were rejected first. The session ends.
    pub(super) fn drain(&mut self) -> Vec<Ticket> {
        self.stop();
        let read = match self.read_ahead.take() {
            Some(Read::Message(ticket)) => Some(ticket),
            Some(Read::Loss) | None => None,
        };
        self.rejected.drain(..).chain(read).collect()
    }
}
