//! A file as a whole: its beginning, its messages in their order, and its end.

use crate::session::{Event, Message};

use super::{Exporter, Origin, Out};

/// Writes the messages of a capture as one file.
pub trait Document<O: Out> {
    /// Whether it tells of other events than received messages.
    fn wants_events(&self) -> bool {
        false
    }

    /// # Errors
    ///
    /// Those of `out`.
    fn begin(&mut self, _out: &mut O) -> Result<(), O::Error> {
        Ok(())
    }

    /// Takes in an event that is not received messages.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    fn event(&mut self, _out: &mut O, _event: &Event) -> Result<(), O::Error> {
        Ok(())
    }

    /// Takes in a received message.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    fn message(&mut self, out: &mut O, origin: &Origin, message: &Message<'_>) -> Result<(), O::Error>;

    /// # Errors
    ///
    /// Those of `out`.
    fn end(&mut self, _out: &mut O) -> Result<(), O::Error> {
        Ok(())
    }
}

/// Messages one after the other.
impl<O: Out> Document<O> for Exporter {
    fn message(&mut self, out: &mut O, origin: &Origin, message: &Message<'_>) -> Result<(), O::Error> {
        self.write(out, origin, std::iter::once(*message))
    }
}
