//! Writes the events of `tail`.

use crate::{
    export::{Exporter, Origin},
    filter::Filter,
    schema,
    session::{Event, EventKind, Timestamp},
};

use super::sink::{Sink, SinkError};

/// Writes the messages that pass the filter, and with `--events` every other event.
pub struct Printer {
    pub exporter: Exporter,
    pub filter: Filter,
    /// Whether every event is written, as JSON.
    pub events: bool,
    /// When the last message came.
    pub before: Option<Timestamp>,
}

impl Printer {
    /// Puts one event into the sink's buffer.
    ///
    /// # Errors
    ///
    /// The sink had to be emptied and could not be.
    pub fn take(&mut self, event: &Event, sink: &mut Sink) -> Result<(), SinkError> {
        match &event.kind {
            EventKind::Messages(batch) => {
                let all = self.filter.is_empty();
                let before = self.before.replace(event.at);
                let candidates = batch.candidates(event.at, event.connection, before);
                let passing = batch.messages().zip(candidates).filter_map(|(message, candidate)| {
                    (all || self.filter.matches(&candidate)).then_some(message)
                });
                self.exporter.write(sink, &Origin::of(event, batch.verdict), passing)
            }
            _ if self.events => {
                let from = sink.buffer.len();
                schema::write_event(&mut sink.buffer, event);
                if self.exporter.is_terminal {
                    schema::escape_invisible(&mut sink.buffer, from);
                }
                sink.relieve()
            }
            _ => Ok(()),
        }
    }
}
