//! Saving and exporting: what is written, and under which name it is offered.

use std::path::PathBuf;

use bytes::Bytes;

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{
            connection::Connection,
            notice::Tone,
            prompt::Purpose,
            row::{Line, Received, Row},
            saving::Saving,
        },
    },
    payload::{Content, counted, size},
    schema,
    session::{Message, Verdict},
};

impl App {
    /// Asks for the name of a file for the selected payload, or for the marked messages.
    pub(in crate::app) fn ask_to_save(&mut self) -> Vec<Effect> {
        self.timeline.hold(self.page());
        let marked = self.timeline.marks().len();
        let suggestion = match self.timeline.selected_message() {
            _ if marked > 0 => format!("{}-marked.jsonl", self.file_stem()),
            Some(message) => {
                let payload = message.payload.unwrap_or_default();
                let end = match Content::of(payload) {
                    Content::Json => "json",
                    Content::Text | Content::Empty => "txt",
                    Content::Gzip => "gz",
                    Content::Zlib | Content::Binary => "bin",
                    Content::Zstd => "zst",
                };
                format!("{}-{}.{end}", self.file_stem(), message.id)
            }
            None => format!("{}-sent.txt", self.file_stem()),
        };
        self.ask(Purpose::Save, &suggestion);
        Vec::new()
    }

    /// Asks for the name of a file for all that is shown.
    pub(in crate::app) fn ask_to_export(&mut self) -> Vec<Effect> {
        self.timeline.hold(self.page());
        let suggestion = format!("{}.jsonl", self.file_stem());
        self.ask(Purpose::Export, &suggestion);
        Vec::new()
    }

    /// Asks for the name of a file for the rejected messages.
    pub(in crate::app) fn ask_for_dead_letters(&mut self) -> Vec<Effect> {
        let suggestion = format!("{}-rejected.jsonl", self.file_stem());
        self.ask(Purpose::DeadLetters, &suggestion);
        Vec::new()
    }

    /// Writes the rejected messages to a new file: from the capture, or from memory without one.
    pub(in crate::app) fn dead_letters_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let dead_letters = self.deliveries.dead_letters();
        if self.timeline.can_be_read_back() {
            let places = dead_letters.into_iter();
            let places = places.filter_map(|letter| Some((self.timeline.seq_of_message(letter.id)?, letter)));
            return vec![Effect::Save { path, kind: Saving::DeadLetters(places.collect()) }];
        }
        let mut bytes = Vec::new();
        let mut count = 0;
        for letter in &dead_letters {
            let row = self.timeline.row_of_message(letter.id).and_then(|row| self.timeline.row(row));
            let Some(row) = row.filter(is_whole) else { continue };
            count += u64::from(write_line(&mut bytes, &row));
            schema::write_deliveries(letter, &mut bytes);
        }
        vec![Effect::Save { path, kind: Saving::Bytes { bytes: bytes.into(), count } }]
    }

    /// Asks for the name of a file for the certificates of the connection that is looked at.
    pub(in crate::app) fn ask_to_save_chain(&mut self) -> Vec<Effect> {
        let suggestion = format!("{}-chain.pem", self.file_stem());
        self.ask(Purpose::SaveChain, &suggestion);
        Vec::new()
    }

    /// Writes the certificates of the connection that is looked at to a new file.
    pub(in crate::app) fn save_chain_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let chain = self.connections.selected().map_or(&[][..], Connection::served);
        let kind = Saving::Chain {
            pem: chain.iter().map(|certificate| certificate.pem.as_str()).collect(),
            count: chain.len() as u64,
        };
        vec![Effect::Save { path, kind }]
    }

    /// A name for files of this session.
    fn file_stem(&self) -> String {
        let name = if self.profile.name.is_empty() { "feed" } else { &self.profile.name };
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
    }

    /// Writes the selected payload, or the marked messages, to a new file.
    pub(in crate::app) fn save_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let marked: Vec<_> = self.timeline.marks().collect();
        if marked.is_empty() {
            let payload = self.selected_payload().map(|(_, bytes)| Bytes::copy_from_slice(bytes));
            let Some(bytes) = payload else {
                self.say(Tone::Bad, "save: the selected payload is not at hand any more");
                return Vec::new();
            };
            return vec![Effect::Save { path, kind: Saving::Bytes { bytes, count: 1 } }];
        }
        let rows: Vec<_> = marked.iter().filter_map(|row| self.timeline.row(*row)).collect();
        let kind = if rows.len() == marked.len() && rows.iter().all(is_whole) {
            lines(&rows)
        } else {
            Saving::Places(marked.iter().filter_map(|row| self.timeline.seq_of(*row)).collect())
        };
        vec![Effect::Save { path, kind }]
    }

    /// Writes what is shown to a new file: from the capture, or from memory without one.
    pub(in crate::app) fn export_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let filter = self.timeline.filter_view().map(|filter_view| filter_view.filter.clone());
        let kind = if self.timeline.can_be_read_back() {
            let (from, to) = self.timeline.reach();
            Saving::Range { filter, from, to }
        } else {
            lines(&self.timeline.all().collect::<Vec<_>>())
        };
        vec![Effect::Save { path, kind }]
    }

    /// Takes in how the writing went.
    pub(in crate::app) fn saved(&mut self, purpose: Purpose, path: &str, count: u64, bytes: u64) {
        let message = match purpose {
            // What a server says of itself proves nothing.
            Purpose::SaveChain => format!(
                "wrote {}, for tls.root_cas_file once you know they are the right ones: {path}",
                counted(count, "certificate"),
            ),
            _ => format!("wrote {} ({}) to {path}", counted(count, "message"), size(bytes)),
        };
        self.journal.note_done(self.now, message.clone());
        self.say(Tone::Done, message);
    }
}

fn is_whole(row: &Row<'_>) -> bool {
    matches!(&row.line, Line::Message { message, .. } if message.is_whole)
}

/// The received messages among these rows as JSON Lines.
fn lines(rows: &[Row<'_>]) -> Saving {
    let mut bytes = Vec::new();
    let count = rows.iter().map(|row| u64::from(write_line(&mut bytes, row))).sum();
    Saving::Bytes { bytes: bytes.into(), count }
}

/// Adds the line of a received message; false when the row is none, or its payload was let go.
fn write_line(bytes: &mut Vec<u8>, row: &Row<'_>) -> bool {
    if let Line::Message { message, delivery } = &row.line
        && let Received { id, kind, valid, frames, wire, payload: Some(payload), .. } = *message
    {
        let lines = schema::MessageLines::new(
            row.at,
            row.connection,
            first_verdict(delivery.attempt, delivery.verdict),
        );
        lines.write(bytes, &Message { id, kind, payload, valid, frames, wire });
        return true;
    }
    false
}

/// What became of the first delivery: the lines of messages tell that one.
const fn first_verdict(attempt: u32, latest: Verdict) -> Verdict {
    if attempt > 1 { Verdict::Acked } else { latest }
}
