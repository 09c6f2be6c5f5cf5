//! Writes the events of `tail`.

use jiff::tz::TimeZone;

use crate::{
    cli::{Exit, OutputArgs},
    export::{Exporter, Format, Origin},
    files::{IfExists, local_zone},
    filter::Filter,
    schema,
    session::{Event, EventKind, Timestamp},
};

use super::sink::{Sink, SinkError};

/// Opens the output that is asked for.
///
/// # Errors
///
/// The exit code and the reason: the filter cannot be read, or the output not be written.
pub fn open(args: &OutputArgs) -> Result<(Printer, Sink), (Exit, String)> {
    let filter = Filter::parse(args.filter.as_deref().unwrap_or_default())
        .map_err(|error| (Exit::Usage, error.to_string()))?
        .in_zone(local_zone());
    // With `--events` everything is JSON.
    let format = match args.format {
        Format::Raw | Format::Pretty if args.events => Format::JsonLines,
        format => format,
    };
    let end = args.raw.end(Some(format)).map_err(|message| (Exit::Usage, message))?;
    let existing = if args.force { IfExists::Replace } else { IfExists::Fail };
    let sink = args.output.as_deref().map_or_else(Sink::stdout, |path| Sink::file(path, existing));
    let sink = sink.map_err(|error| (error.exit(), error.to_string()))?;
    let zone = if format == Format::Pretty { local_zone() } else { TimeZone::UTC };
    let exporter = Exporter { format, end, zone, is_terminal: sink.is_terminal };
    Ok((Printer { exporter, filter: filter.counting_apart(), events: args.events, before: None }, sink))
}

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
