//! What is typed, read on a thread of its own.
//!
//! crossterm goes round for ever in one call when its terminal is gone. On a thread of its own
//! that holds nobody up: the loop hears of the hang-up by its signal and ends the program.

use std::{
    io,
    sync::mpsc::{Sender, channel},
    thread,
};

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// The events of the terminal, while this lives.
///
/// One is read when the one before has been dealt with, and not earlier: a key may have given the
/// terminal to another program, whose keys they are then.
pub(super) struct Keys {
    events: mpsc::Receiver<io::Result<Event>>,
    go_on: Sender<()>,
    /// Whether the last event has not been followed by a call for the next.
    is_owed: bool,
}

impl Keys {
    /// # Errors
    ///
    /// The system has no thread left.
    pub(super) fn listen() -> io::Result<Self> {
        let (sender, events) = mpsc::channel(1);
        let (go_on, may_go_on) = channel();
        thread::Builder::new().name("keys".to_owned()).spawn(move || {
            loop {
                let event = event::read();
                let is_last = event.is_err();
                if sender.blocking_send(event).is_err() || is_last || may_go_on.recv().is_err() {
                    break;
                }
            }
        })?;
        Ok(Self { events, go_on, is_owed: false })
    }

    /// The next event; `None` after an error.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        if std::mem::take(&mut self.is_owed) {
            // A thread that is gone has sent its last event.
            let _ = self.go_on.send(());
        }
        let event = self.events.recv().await;
        self.is_owed = event.is_some();
        event
    }
}

/// Whether this error means that the terminal has gone: EIO, or nobody at the other end.
pub(super) fn is_gone(error: &io::Error) -> bool {
    const EIO: i32 = 5;
    error.raw_os_error() == Some(EIO) || error.kind() == io::ErrorKind::BrokenPipe
}
