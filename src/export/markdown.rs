//! Markdown for a ticket: what became of each connection, and its messages in a table.

use crate::{
    describe::Story,
    payload::{counted, one_line, printable, size},
    session::{Event, EventKind, Kind, Timestamp},
};

use super::{Document, Exported, Out};

/// Cells of a payload that are shown.
const SHOWN: usize = 200;

/// Writes messages as tables under the story of their connections.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    in_table: bool,
    /// That of the connection in hand, told at its end.
    story: Option<Story>,
}

impl<O: Out> Document<O> for Markdown {
    fn wants_events(&self) -> bool {
        true
    }

    fn event(&mut self, out: &mut O, event: &Event) -> Result<(), O::Error> {
        if let Some(story) = &mut self.story {
            story.take(event);
        }
        match &event.kind {
            EventKind::Connecting { url } => {
                self.tell(out);
                self.story = Story::begun(event);
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

    fn message(&mut self, out: &mut O, exported: &Exported<'_>) -> Result<(), O::Error> {
        let Exported { origin, message, .. } = exported;
        if let Some(story) = &mut self.story {
            story.received(1);
        }
        self.row(out, origin.at, &message.id.0.to_string(), "in", message.kind, message.payload);
        out.end_message()
    }

    fn end(&mut self, out: &mut O, removed: &[String]) -> Result<(), O::Error> {
        self.tell(out);
        if !removed.is_empty() {
            out.buffer().extend_from_slice(b"\n## What was removed\n\n");
        }
        for told in removed {
            out.buffer().extend_from_slice(format!("- `{}`\n", code(told)).as_bytes());
        }
        out.end_message()
    }
}

impl Markdown {
    /// Tells what became of the connection in hand.
    fn tell<O: Out>(&mut self, out: &mut O) {
        self.leave_table(out);
        if let Some(story) = self.story.take() {
            let told = printable(&story.told()).into_owned();
            out.buffer().extend_from_slice(format!("\n{}\n", told.trim_end()).as_bytes());
        }
    }

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
