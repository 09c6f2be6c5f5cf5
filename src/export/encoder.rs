//! The loop that writes messages into a buffer, and the trait that each format implements for it.

use std::convert::Infallible;

use crate::session::{ConnectionId, DeadLetter, Event, Message, Timestamp, Verdict};

/// What messages of one batch have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    pub at: Timestamp,
    pub connection: ConnectionId,
    /// What became of the first delivery of each.
    pub verdict: Verdict,
}

/// Writes the messages of one origin in one format.
pub(super) trait Encoder {
    /// In how many parts it writes a message. The buffer may be emptied between two parts, so that a large payload
    /// is not in memory twice.
    fn parts(&self, _message: &Message<'_>) -> usize {
        1
    }

    /// Appends one part, counted from 0.
    fn write(&mut self, out: &mut Vec<u8>, message: &Message<'_>, part: usize);

    /// Adds the deliveries of the message that was written last.
    fn add_deliveries(&self, _out: &mut Vec<u8>, _letter: &DeadLetter) {}
}

impl Origin {
    /// The origin of the messages of this event.
    #[must_use]
    pub const fn of(event: &Event, verdict: Verdict) -> Self {
        Self { at: event.at, connection: event.connection, verdict }
    }
}

pub(super) fn each<'m, O: Out>(
    out: &mut O,
    encoder: &mut impl Encoder,
    messages: impl Iterator<Item = Message<'m>>,
    deliveries: Option<&DeadLetter>,
) -> Result<(), O::Error> {
    for message in messages {
        for part in 0..encoder.parts(&message) {
            if part > 0 {
                out.end_part()?;
            }
            encoder.write(out.buffer(), &message, part);
        }
        if let Some(letter) = deliveries {
            encoder.add_deliveries(out.buffer(), letter);
        }
        out.end_message()?;
    }
    Ok(())
}

/// A buffer that may be emptied between messages, and between the parts of a large one.
pub trait Out {
    /// Why it could not be emptied.
    type Error;

    fn buffer(&mut self) -> &mut Vec<u8>;

    /// A part of a message is in the buffer, and another part follows.
    ///
    /// # Errors
    ///
    /// The buffer had to be emptied and could not be.
    fn end_part(&mut self) -> Result<(), Self::Error>;

    /// The end of a message is in the buffer.
    ///
    /// # Errors
    ///
    /// The buffer had to be emptied and could not be.
    fn end_message(&mut self) -> Result<(), Self::Error>;
}

/// Keeps everything in memory.
impl Out for Vec<u8> {
    type Error = Infallible;

    fn buffer(&mut self) -> &mut Vec<u8> {
        self
    }

    fn end_part(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn end_message(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
