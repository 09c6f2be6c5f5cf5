//! Saving and exporting: what is written, and under which name it is offered.

use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Connection, Contents, Line, Purpose, Received, Row, Tone, reading::LIMIT},
    },
    export::{Exporter, FileFormat, Format, Origin},
    payload::{counted, decode, size},
    session::{DeadLetter, Message, Verdict},
};

impl App {
    /// Asks for the name of a file for the selected payload, or for the marked messages.
    pub(in crate::app) fn ask_to_save(&mut self) {
        self.timeline.hold(self.page());
        let marked = self.timeline.marks().len();
        let ending = match self.timeline.selected_message() {
            _ if marked > 0 => "-marked.jsonl".to_owned(),
            Some(message) => {
                let payload = message.payload.unwrap_or_default();
                let end = decode(message.kind, payload, LIMIT).decoder.extension;
                format!("-{}.{end}", message.id)
            }
            None => "-sent.txt".to_owned(),
        };
        self.ask_for_file(Purpose::Save, &ending);
    }

    /// Asks for the name of a file for all that is shown.
    pub(in crate::app) fn ask_to_export(&mut self) {
        self.timeline.hold(self.page());
        self.ask_for_file(Purpose::Export, ".jsonl");
    }

    /// Asks for the name of a new file, and offers that of the session with this ending.
    pub(in crate::app) fn ask_for_file(&mut self, purpose: Purpose, ending: &str) {
        let name = if self.profile.name.is_empty() { "feed" } else { &self.profile.name };
        let sign = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
        let suggestion = name.chars().map(sign).chain(ending.chars()).collect::<String>();
        self.ask(purpose, &suggestion);
    }

    /// Writes the rejected messages to a new file: from the capture, or from memory without one.
    pub(in crate::app) fn dead_letters_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let dead_letters = self.deliveries.dead_letters();
        let contents = if self.timeline.can_be_read_back() {
            let places = dead_letters.into_iter();
            Contents::Places(
                places
                    .filter_map(|letter| Some((self.timeline.seq_of_message(letter.id)?, Some(letter))))
                    .collect(),
            )
        } else {
            let rows = dead_letters.iter().filter_map(|letter| {
                let row = self.timeline.row(self.timeline.row_of_message(letter.id)?)?;
                is_whole(&row).then_some((row, Some(letter)))
            });
            self.lines(&path, rows)
        };
        save(path, Purpose::DeadLetters, contents)
    }

    /// Writes the certificates of the connection that is looked at to a new file.
    pub(in crate::app) fn save_chain_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let chain = self.connections.selected().map_or(&[][..], Connection::served);
        let pem: String = chain.iter().map(|certificate| certificate.pem.as_str()).collect();
        let contents = Contents::Bytes { bytes: pem.into(), count: chain.len() as u64 };
        save(path, Purpose::SaveChain, contents)
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
            return save(path, Purpose::Save, Contents::Bytes { bytes, count: 1 });
        }
        let rows: Vec<_> = marked.iter().filter_map(|row| self.timeline.row(*row)).collect();
        let contents = if rows.len() == marked.len() && rows.iter().all(is_whole) {
            self.lines(&path, rows.into_iter().map(|row| (row, None)))
        } else {
            let places = marked.iter().filter_map(|row| self.timeline.seq_of(*row));
            Contents::Places(places.map(|seq| (seq, None)).collect())
        };
        save(path, Purpose::Save, contents)
    }

    /// Writes what is shown to a new file: from the capture, or from memory without one.
    pub(in crate::app) fn export_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let refusal = match FileFormat::of_file(&path) {
            Err(error) => error.to_string(),
            Ok(format) if !format.is_one_file() => {
                format!("for this, use sockeye export CAPTURE --format {}", format.word)
            }
            Ok(format) if self.timeline.can_be_read_back() || format.is_lines() => String::new(),
            Ok(_) => "without a capture only messages can be written: .jsonl or .raw".to_owned(),
        };
        if !refusal.is_empty() {
            self.ask_again(Purpose::Export, &path.display().to_string(), refusal);
            return Vec::new();
        }
        let contents = if self.timeline.can_be_read_back() {
            let filter = self.timeline.filter_view().map(|filter_view| filter_view.filter.clone());
            let (from, to) = self.timeline.reach();
            Contents::Range { filter, from, to }
        } else {
            self.lines(&path, self.timeline.all().map(|row| (row, None)))
        };
        save(path, Purpose::Export, contents)
    }

    /// The received messages among these rows, in the format of the file; those whose payload was let go are left out.
    fn lines<'a>(
        &self,
        path: &Path,
        rows: impl Iterator<Item = (Row<'a>, Option<&'a DeadLetter>)>,
    ) -> Contents {
        let exporter = Exporter { zone: self.zone.clone(), ..Exporter::new(Format::of_file(path)) };
        let mut bytes = Vec::new();
        let mut count = 0;
        for (row, letter) in rows {
            let Line::Message { message, delivery } = &row.line else { continue };
            let Received { id, kind, valid, frames, wire, payload: Some(payload), .. } = *message else {
                continue;
            };
            let verdict = first_verdict(delivery.attempt, delivery.verdict);
            let origin = Origin { at: row.at, connection: row.connection, verdict };
            let message = Message { id, kind, payload, valid, frames, wire };
            exporter.write_one(&mut bytes, &origin, &message, letter);
            count += 1;
        }
        Contents::Bytes { bytes: bytes.into(), count }
    }

    /// Takes in how the writing went.
    pub(in crate::app) fn saved(&mut self, purpose: Purpose, path: &str, count: u64, bytes: u64) {
        if purpose == Purpose::Save {
            self.timeline.marks_were_saved();
        }
        let message = match purpose {
            // What a server says of itself proves nothing.
            Purpose::SaveChain => format!(
                "wrote {}, for tls.root_cas_file once you know they are the right ones: {path}",
                counted(count, "certificate"),
            ),
            _ => format!("wrote {} ({}) to {path}", counted(count, "message"), size(bytes)),
        };
        self.done(message);
    }
}

fn is_whole(row: &Row<'_>) -> bool {
    matches!(&row.line, Line::Message { message, .. } if message.is_whole)
}

fn save(path: PathBuf, purpose: Purpose, contents: Contents) -> Vec<Effect> {
    vec![Effect::Save { path, purpose, contents }]
}

/// What became of the first delivery: the lines of messages tell that one.
const fn first_verdict(attempt: u32, latest: Verdict) -> Verdict {
    if attempt > 1 { Verdict::Acked } else { latest }
}
