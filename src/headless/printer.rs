//! What `tail` writes for each event: JSON Lines, raw payloads, or lines for people.

use std::io::Write as _;

use crate::{
    cli::Format,
    filter::Filter,
    payload::printable,
    schema::{self, MessageLines},
    session::{Batch, Event, EventKind, Kind, Message},
};

use super::sink::{Sink, SinkError};

/// How much of a raw payload is copied at a time, in bytes.
const PART: usize = 256 << 10;
/// How much of a payload a pretty line shows, in bytes.
const PRETTY: usize = 16 << 10;

/// Writes events in one format.
pub struct Printer {
    pub form: Form,
    pub filter: Filter,
    pub zone: jiff::tz::TimeZone,
    /// Whether a terminal takes what is written, so that all of it must be seen.
    pub shown: bool,
}

/// What is written for a message, and whether for anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every event as JSON.
    Events,
    Json,
    /// The payload and a line break.
    Raw,
    /// The same on a terminal, where control characters would do harm.
    RawShown,
    Pretty,
}

impl Form {
    /// The form that the flags ask for.
    #[must_use]
    pub fn of(format: Format, events: bool, terminal: bool) -> Self {
        match format {
            _ if events => Self::Events,
            Format::Json => Self::Json,
            Format::Raw if terminal => Self::RawShown,
            Format::Raw => Self::Raw,
            Format::Pretty => Self::Pretty,
        }
    }
}

impl Printer {
    /// Puts one event into the sink's buffer.
    ///
    /// # Errors
    ///
    /// The sink had to be relieved and could not be.
    pub fn take(&self, event: &Event, sink: &mut Sink) -> Result<(), SinkError> {
        match &event.kind {
            EventKind::Messages(batch) => self.messages(event, batch, sink),
            _ if self.form == Form::Events => {
                let from = sink.buffer.len();
                schema::write_event(&mut sink.buffer, event);
                if self.shown {
                    schema::escape_invisible(&mut sink.buffer, from);
                }
                sink.relieve()
            }
            _ => Ok(()),
        }
    }

    fn messages(&self, event: &Event, batch: &Batch, sink: &mut Sink) -> Result<(), SinkError> {
        match self.form {
            Form::Events | Form::Json => {
                let lines = MessageLines::new(event.at, event.connection, batch.verdict);
                let shown = self.shown;
                self.each(batch, sink, |sink, message| {
                    (0..MessageLines::parts(message)).try_for_each(|part| {
                        let from = sink.buffer.len();
                        lines.write_part(&mut sink.buffer, message, part);
                        if shown {
                            schema::escape_invisible(&mut sink.buffer, from);
                        }
                        sink.relieve()
                    })
                })
            }
            Form::Raw => self.each(batch, sink, |sink, message| {
                for part in message.payload.chunks(PART) {
                    sink.buffer.extend_from_slice(part);
                    sink.relieve()?;
                }
                sink.buffer.push(b'\n');
                Ok(())
            }),
            Form::RawShown => self.each(batch, sink, |sink, message| {
                sink.buffer
                    .extend_from_slice(printable(&String::from_utf8_lossy(message.payload)).as_bytes());
                sink.buffer.push(b'\n');
                Ok(())
            }),
            Form::Pretty => {
                let clock = event.at.clock(&self.zone);
                self.each(batch, sink, |sink, message| {
                    pretty(&mut sink.buffer, &clock, message);
                    Ok(())
                })
            }
        }
    }

    fn each(
        &self,
        batch: &Batch,
        sink: &mut Sink,
        write: impl Fn(&mut Sink, &Message<'_>) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        let all = self.filter.is_empty();
        for message in batch.messages() {
            if !all && !self.filter.matches(message.payload) {
                continue;
            }
            write(sink, &message)?;
            sink.end_message();
            sink.relieve()?;
        }
        Ok(())
    }
}

fn pretty(out: &mut Vec<u8>, clock: &str, message: &Message<'_>) {
    let kind = message.kind.word();
    let start = &message.payload[..message.payload.len().min(PRETTY)];
    let rest = message.payload.len() - start.len();
    let body = if message.kind == Kind::Text {
        printable(&String::from_utf8_lossy(start)).into_owned()
    } else {
        hex(start)
    };
    let more = if rest == 0 { String::new() } else { format!(" … {rest} more bytes") };
    // Writing to a vector cannot fail.
    drop(writeln!(
        out,
        "{:>6}  {clock}  {kind:<6} {:>7} B  {body}{more}",
        message.id.0,
        message.payload.len()
    ));
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 3), |mut line, byte| {
        let _ = write!(line, "{byte:02x} ");
        line
    })
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use bytes::Bytes;

    use super::*;
    use crate::session::{ConnectionId, MessageId, Run, Span, Timestamp, Verdict};

    /// What was written, piece by piece.
    #[derive(Clone, Default)]
    struct Pieces(Arc<Mutex<Vec<Vec<u8>>>>);

    impl io::Write for Pieces {
        fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no test panics with this lock").push(piece.to_vec());
            Ok(piece.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(form: Form, kind: Kind, payload: &[u8]) -> Vec<Vec<u8>> {
        written_to(false, form, kind, payload)
    }

    fn written_to(terminal: bool, form: Form, kind: Kind, payload: &[u8]) -> Vec<Vec<u8>> {
        let len = u32::try_from(payload.len()).expect("a test is not that large");
        let span = Span { start: 0, len, kind, valid: true, frames: 1, wire: None };
        let run = Run { bytes: Bytes::copy_from_slice(payload), spans: vec![span] };
        let batch = Batch { first: MessageId(1), run, verdict: Verdict::Acked };
        let event = Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Messages(batch) };
        let pieces = Pieces::default();
        let mut sink = Sink::new("pieces", Box::new(pieces.clone()));
        let filter = Filter::parse("").expect("no words are a filter");
        let printer = Printer { form, filter, zone: jiff::tz::TimeZone::UTC, shown: terminal };
        printer.take(&event, &mut sink).expect("everything is taken");
        sink.flush().expect("everything is taken");
        drop(sink);
        pieces.0.lock().expect("no test panics with this lock").clone()
    }

    #[test]
    fn on_a_terminal_alone_json_shows_what_is_not_seen() {
        let text = "\u{202e}\u{200b}".repeat(200_000);
        for form in [Form::Json, Form::Events] {
            let lines = [true, false].map(|terminal| written_to(terminal, form, Kind::Text, text.as_bytes()));
            let [shown, plain] = lines.map(|line| String::from_utf8(line.concat()).expect("JSON is UTF-8"));
            assert!(shown.is_ascii() && plain.contains(&text), "{form:?}");
            let line: serde_json::Value = serde_json::from_str(&shown).expect("a line is JSON");
            assert!(line["text"] == text.as_str(), "{form:?}");
        }
    }

    #[test]
    fn a_large_message_is_written_in_pieces_and_whole() {
        let text = format!("a{}\"\n", "é".repeat(1 << 20));
        for (kind, payload) in [(Kind::Text, text.as_bytes()), (Kind::Binary, &vec![7; (2 << 20) + 1])] {
            let raw = written(Form::Raw, kind, payload);
            assert!(raw.concat().strip_suffix(b"\n") == Some(payload));
            let json = written(Form::Json, kind, payload);
            let line: serde_json::Value = serde_json::from_slice(&json.concat()).expect("a line is JSON");
            let back = match line["text"].as_str() {
                Some(text) => text.as_bytes().to_vec(),
                None => BASE64_STANDARD.decode(line["base64"].as_str().expect("a payload")).expect("base64"),
            };
            assert!(back == payload, "it comes back as it was");
            let largest = [raw, json].concat().iter().map(Vec::len).max();
            assert!(largest < Some(1 << 20), "{largest:?}");
        }
    }
}
