//! What is typed, read on a thread of its own.
//!
//! crossterm goes round for ever in one call when its terminal is gone. On a thread of its own
//! that holds nobody up: the loop hears of the hang-up by its signal and ends the program.

use std::{io, thread};

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// Events that may wait for the loop; then the terminal's own buffer fills.
const BOUND: usize = 64;

/// The events of the terminal, while this lives.
pub(super) struct Keys(mpsc::Receiver<io::Result<Event>>);

impl Keys {
    /// # Errors
    ///
    /// The system has no thread left.
    pub(super) fn listen() -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(BOUND);
        thread::Builder::new().name("keys".to_owned()).spawn(move || {
            loop {
                let event = event::read();
                let is_last = event.is_err();
                if sender.blocking_send(event).is_err() || is_last {
                    break;
                }
            }
        })?;
        Ok(Self(receiver))
    }

    /// The next event; `None` after an error.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        self.0.recv().await
    }
}

/// Whether this error means that the terminal has gone: EIO, or nobody at the other end.
pub(super) fn is_gone(error: &io::Error) -> bool {
    const EIO: i32 = 5;
    error.raw_os_error() == Some(EIO) || error.kind() == io::ErrorKind::BrokenPipe
}
