//! What `tail` writes for each event: JSON Lines, raw payloads, or lines for people.

use std::io::Write as _;

use crate::{
    cli::Format,
    filter::Filter,
    payload::printable,
    session::{
        Batch, Event, Kind, Message, What,
        json::{self, MessageLines},
    },
};

use super::sink::{Sink, SinkError};

/// How much of a payload a pretty line shows, in bytes.
const PRETTY: usize = 16 << 10;

/// Writes events in one format until enough messages are written.
pub struct Printer {
    pub form: Form,
    pub filter: Filter,
    /// How many messages are still to be written; `None` for all there are.
    pub left: Option<u64>,
    pub zone: jiff::tz::TimeZone,
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
    /// Whether all that were asked for are written.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.left == Some(0)
    }

    /// Puts one event into the sink's buffer. Nothing is written for messages beyond the count.
    ///
    /// # Errors
    ///
    /// The sink had to be relieved and could not be.
    pub fn take(&mut self, event: &Event, sink: &mut Sink) -> Result<(), SinkError> {
        match &event.what {
            What::Messages(batch) => self.messages(event, batch, sink),
            _ if self.form == Form::Events => {
                json::write_event(&mut sink.buffer, event);
                sink.relieve()
            }
            _ => Ok(()),
        }
    }

    fn messages(&mut self, event: &Event, batch: &Batch, sink: &mut Sink) -> Result<(), SinkError> {
        match self.form {
            Form::Events | Form::Json => {
                let lines = MessageLines::new(event.at, event.dial, batch.verdict);
                self.each(batch, sink, |out, message| lines.write(out, message))
            }
            Form::Raw => self.each(batch, sink, |out, message| {
                out.extend_from_slice(message.payload);
                out.push(b'\n');
            }),
            Form::RawShown => self.each(batch, sink, |out, message| {
                out.extend_from_slice(printable(&String::from_utf8_lossy(message.payload)).as_bytes());
                out.push(b'\n');
            }),
            Form::Pretty => {
                let clock = event.at.clock(&self.zone);
                self.each(batch, sink, |out, message| pretty(out, &clock, message))
            }
        }
    }

    fn each(
        &mut self,
        batch: &Batch,
        sink: &mut Sink,
        write: impl Fn(&mut Vec<u8>, &Message<'_>),
    ) -> Result<(), SinkError> {
        let all = self.filter.is_empty();
        for message in batch.messages() {
            if !all && !self.filter.matches(message.payload) {
                continue;
            }
            if let Some(left) = &mut self.left {
                if *left == 0 {
                    break;
                }
                *left -= 1;
            }
            write(&mut sink.buffer, &message);
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
