//! A file as a whole: its beginning, its messages in their order, and its end.

use crate::session::Event;

use super::{Exported, Exporter, Out};

/// Writes the messages of a capture as one file.
pub trait Document<O: Out> {
    /// Whether it tells of other events than received messages.
    fn wants_events(&self) -> bool {
        false
    }

    /// Whether it tells of the last delivery of each message.
    fn wants_deliveries(&self) -> bool {
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
    fn message(&mut self, out: &mut O, exported: &Exported<'_>) -> Result<(), O::Error>;

    /// Ends the file. `removed` says in sentences what was taken out of payloads.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    fn end(&mut self, _out: &mut O, _removed: &[String]) -> Result<(), O::Error> {
        Ok(())
    }
}

/// Messages one after the other.
impl<O: Out> Document<O> for Exporter {
    fn message(&mut self, out: &mut O, exported: &Exported<'_>) -> Result<(), O::Error> {
        let Exported { origin, message, deliveries, .. } = exported;
        self.encode(out, origin, std::iter::once(*message), *deliveries)
    }
}
