//! Markdown for a ticket: what became of each connection, and its messages in a table.

use crate::{
    payload::{counted, one_line, printable, size},
    session::{Event, EventKind, Kind, Message, Timestamp},
};

use super::{Document, Origin, Out};

/// Cells of a payload that are shown.
const SHOWN: usize = 200;

/// Writes messages as tables under the story of their connections.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    in_table: bool,
}

impl<O: Out> Document<O> for Markdown {
    fn wants_events(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut O, event: &Event) -> Result<(), O::Error> {
        match &event.kind {
            EventKind::Connecting { url } => {
                self.leave_table(out);
                let line = format!(
                    "\n## Connection {}: `{}`\n\n{}\n\n",
                    event.connection.0,
                    code(url),
                    event.at.utc()
                );
                out.buffer().extend_from_slice(line.as_bytes());
            }
            EventKind::Opened(opened) => {
                let tls = opened.tls.as_ref().map_or(String::new(), |tls| format!(", {tls}"));
                self.item(out, event.at, &format!("open{tls}"));
            }
            EventKind::Failed(failure) => {
                let text = format!("failed at {}: {}", failure.stage.word(), failure.message);
                self.item(out, event.at, &text);
            }
            EventKind::Lost(lost) => {
                let messages = counted(lost.messages, "message");
                self.item(out, event.at, &format!("ended after {messages}: {}", lost.message));
            }
            EventKind::Finding(finding) => {
                let text = format!("**{}** ({}): {}", finding.title, finding.code.word(), finding.cause);
                self.item(out, event.at, &text);
            }
            EventKind::Sent(sent) => {
                self.row(out, event.at, "", "out", sent.kind, &sent.payload);
            }
            _ => return Ok(()),
        }
        out.end_message()
    }

    fn message(&mut self, out: &mut O, origin: &Origin, message: &Message<'_>) -> Result<(), O::Error> {
        self.row(out, origin.at, &message.id.0.to_string(), "in", message.kind, message.payload);
        out.end_message()
    }
}

impl Markdown {
    fn leave_table<O: Out>(&mut self, out: &mut O) {
        if std::mem::take(&mut self.in_table) {
            out.buffer().push(b'\n');
        }
    }

    fn item<O: Out>(&mut self, out: &mut O, at: Timestamp, text: &str) {
        self.leave_table(out);
        let text = printable(text);
        out.buffer().extend_from_slice(format!("- {} {}\n", clock(at), text.trim_end()).as_bytes());
    }

    fn row<O: Out>(&mut self, out: &mut O, at: Timestamp, id: &str, way: &str, kind: Kind, payload: &[u8]) {
        let buffer = out.buffer();
        if !std::mem::replace(&mut self.in_table, true) {
            let head = "\n| # | time | | type | size | payload |\n|--:|---|---|---|--:|---|\n";
            buffer.extend_from_slice(head.as_bytes());
        }
        let preview = one_line(kind, payload, payload.len() as u64, SHOWN);
        let shown: String = preview.pieces.iter().map(|piece| piece.text.as_str()).collect();
        let shown = if shown.is_empty() { shown } else { format!("`{}`", code(&shown)) };
        let size = size(payload.len() as u64);
        let line = format!("| {id} | {} | {way} | {} | {size} | {shown} |\n", clock(at), kind.word());
        buffer.extend_from_slice(line.as_bytes());
    }
}

fn clock(at: Timestamp) -> String {
    at.clock(&jiff::tz::TimeZone::UTC)
}

/// Text that ends neither its code span nor its cell.
fn code(text: &str) -> String {
    printable(text).replace('`', "'").replace('|', "\\|")
}
