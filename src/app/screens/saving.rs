//! Saving and exporting: what is written, and under which name it is offered.

use std::path::PathBuf;

use bytes::Bytes;

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Connection, Contents, Line, Purpose, Received, Row, Saving, Tone, reading::LIMIT},
    },
    export::{Contents as FileContents, Exported, Exporter, FileFormat, Format, Origin, Redaction},
    payload::{counted, decode, size, thousands},
    session::{DeadLetter, Message, Verdict},
};

/// How many messages an archive holds.
const PACKED: u64 = 1_000;
/// What stands between the name of a file and what is taken out of its payloads.
const REDACT: &str = " --redact ";

/// What is asked for: a file, its format, and what is taken out.
struct Target {
    path: PathBuf,
    format: &'static FileFormat,
    redaction: Redaction,
}

impl App {
    /// Asks for the name of a file for the selected payload, or for the marked messages.
    pub(in crate::app) fn ask_to_save(&mut self) {
        self.timeline.hold(self.page());
        if self.timeline.marks().len() > 0 {
            return self.ask_for_file(Purpose::SaveMarked, "-marked.jsonl");
        }
        let ending = match self.timeline.selected_message() {
            Some(message) => {
                let payload = message.payload.unwrap_or_default();
                let end = decode(message.kind, payload, LIMIT).decoder.extension;
                format!("-{}.{end}", message.id)
            }
            None => "-sent.txt".to_owned(),
        };
        self.ask_for_file(Purpose::Save, &ending);
    }

    /// Asks for the name of a file for the marked messages, or for all that is shown.
    pub(in crate::app) fn ask_to_export(&mut self) {
        self.timeline.hold(self.page());
        if self.timeline.marks().len() > 0 {
            return self.ask_for_file(Purpose::SaveMarked, "-marked.jsonl");
        }
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
    pub(in crate::app) fn dead_letters_to(&mut self, text: &str) -> Vec<Effect> {
        let Some(target) = self.target(Purpose::DeadLetters, text) else { return Vec::new() };
        let dead_letters = self.deliveries.dead_letters();
        let contents = if self.timeline.can_be_read_back() {
            let places = dead_letters.into_iter();
            let places =
                places.filter_map(|letter| Some((self.timeline.seq_of_message(letter.id)?, Some(letter))));
            Contents::Places { places: places.collect(), redaction: target.redaction }
        } else {
            let rows = dead_letters.iter().filter_map(|letter| {
                let row = self.timeline.row(self.timeline.row_of_message(letter.id)?)?;
                is_whole(&row).then_some((row, Some(letter)))
            });
            self.written(&target, rows)
        };
        save(target.path, Purpose::DeadLetters, contents)
    }

    /// Writes the certificates of the connection that is looked at to a new file.
    pub(in crate::app) fn save_chain_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let chain = self.connections.selected().map_or(&[][..], Connection::served);
        let pem: String = chain.iter().map(|certificate| certificate.pem.as_str()).collect();
        let contents = Contents::Bytes { bytes: pem.into(), count: chain.len() as u64, removed: Vec::new() };
        save(path, Purpose::SaveChain, contents)
    }

    /// Writes the selected payload to a new file.
    pub(in crate::app) fn save_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let payload = self.selected_payload().map(|(_, bytes)| Bytes::copy_from_slice(bytes));
        let Some(bytes) = payload else {
            self.say(Tone::Bad, "save: the selected payload is not at hand any more");
            return Vec::new();
        };
        save(path, Purpose::Save, Contents::Bytes { bytes, count: 1, removed: Vec::new() })
    }

    /// Writes the marked messages to a new file.
    pub(in crate::app) fn save_marked_to(&mut self, text: &str) -> Vec<Effect> {
        let Some(target) = self.target(Purpose::SaveMarked, text) else { return Vec::new() };
        let marked: Vec<_> = self.timeline.marks().collect();
        let rows: Vec<_> = marked.iter().filter_map(|row| self.timeline.row(*row)).collect();
        let is_at_hand = rows.len() == marked.len() && rows.iter().all(is_whole);
        let contents = if is_at_hand && !is_of_captures(target.format) {
            self.written(&target, rows.into_iter().map(|row| (row, None)))
        } else {
            let places = marked.iter().filter_map(|row| self.timeline.seq_of(*row));
            let places = places.map(|seq| (seq, None)).collect();
            Contents::Places { places, redaction: target.redaction }
        };
        save(target.path, Purpose::SaveMarked, contents)
    }

    /// Writes what is shown to a new file: from the capture, or from memory without one.
    pub(in crate::app) fn export_to(&mut self, text: &str) -> Vec<Effect> {
        let Some(target) = self.target(Purpose::Export, text) else { return Vec::new() };
        let contents = if self.timeline.can_be_read_back() {
            let filter = self.timeline.filter_view().map(|filter_view| filter_view.filter.clone());
            let (from, to) = self.timeline.reach();
            Contents::Range { filter, from, to, redaction: target.redaction }
        } else {
            self.written(&target, self.timeline.all().map(|row| (row, None)))
        };
        save(target.path, Purpose::Export, contents)
    }

    /// Packs the evidence of the session into a new archive.
    pub(in crate::app) fn pack_to(&mut self, text: &str) -> Vec<Effect> {
        let (path, redaction) = match split(text) {
            Ok(split) => split,
            Err(refusal) => {
                self.ask_again(Purpose::Pack, text, refusal);
                return Vec::new();
            }
        };
        let (_, at) = self.timeline.reach();
        save(path, Purpose::Pack, Contents::Evidence { at, last: PACKED, redaction })
    }

    /// The file that an answer asks for; `None` if it is asked again.
    fn target(&mut self, purpose: Purpose, text: &str) -> Option<Target> {
        let target = split(text).and_then(|(path, redaction)| {
            let format = FileFormat::of_file(&path).map_err(|error| error.to_string())?;
            let is_whole_session =
                purpose == Purpose::Export && self.timeline.filter_view().is_none() && redaction.is_empty();
            let is_kept = self.timeline.can_be_read_back();
            let refusal = match format.contents {
                FileContents::Tables if !is_whole_session => {
                    "a database is a copy of the whole session: without a filter, marks and --redact"
                }
                _ if !is_kept && (is_of_captures(format) || format.contents == FileContents::Tables) => {
                    "without a capture only messages can be written: .jsonl, .raw or .csv"
                }
                _ => return Ok(Target { path, format, redaction }),
            };
            Err(refusal.to_owned())
        });
        target.map_err(|refusal| self.ask_again(purpose, text, refusal)).ok()
    }

    /// The received messages among these rows, in the format of the file; those whose payload was let go are left out.
    fn written<'a>(
        &self,
        target: &Target,
        rows: impl Iterator<Item = (Row<'a>, Option<&'a DeadLetter>)>,
    ) -> Contents {
        let Target { format, redaction, .. } = target;
        let lines = Exporter { zone: self.zone.clone(), ..Exporter::new(Format::default()) };
        let (mut bytes, mut count) = (Vec::new(), 0);
        let Some(mut document) = format.contents.document::<Vec<u8>>(lines) else {
            return Contents::Bytes { bytes: Bytes::new(), count, removed: Vec::new() };
        };
        let Ok(()) = document.begin(&mut bytes);
        for (row, deliveries) in rows {
            let Line::Message { message, delivery } = &row.line else { continue };
            let Received { id, kind, valid, frames, wire, payload: Some(payload), .. } = *message else {
                continue;
            };
            let verdict = first_verdict(delivery.attempt, delivery.verdict);
            let origin = Origin { at: row.at, connection: row.connection, verdict };
            let message = Message { id, kind, payload, valid, frames, wire };
            let exported = Exported { latest: *delivery, deliveries, ..Exported::new(origin, message) };
            let Ok(()) = redaction.message(&exported, |exported| document.message(&mut bytes, exported));
            count += 1;
        }
        let removed = redaction.told();
        let Ok(()) = document.end(&mut bytes, &removed);
        Contents::Bytes { bytes: bytes.into(), count, removed }
    }

    /// Takes in how far the writing is.
    pub(in crate::app) fn is_saving(&mut self, saving: Saving) {
        let done = thousands(saving.done);
        self.say(Tone::Note, format!("{done} messages are in {}; ctrl+g stops that", saving.path));
        self.saving = Some(saving);
    }

    /// Takes in how the writing went.
    pub(in crate::app) fn saved(
        &mut self,
        purpose: Purpose,
        path: &str,
        (count, bytes): (u64, u64),
        removed: &[String],
    ) {
        self.saving = None;
        if purpose == Purpose::SaveMarked {
            self.timeline.marks_were_saved();
        }
        let mut message = match purpose {
            // What a server says of itself proves nothing.
            Purpose::SaveChain => format!(
                "wrote {}, for tls.root_cas_file once you know they are the right ones: {path}",
                counted(count, "certificate"),
            ),
            Purpose::SaveShapes => {
                format!("wrote {} to {path}; d compares with them", counted(count, "shape"))
            }
            // A folder has no size of its own.
            _ if bytes == 0 => format!("wrote {} to {path}", counted(count, "message")),
            _ => format!("wrote {} ({}) to {path}", counted(count, "message"), size(bytes)),
        };
        for told in removed {
            message.push_str("; ");
            message.push_str(told);
        }
        self.done(message);
    }
}

/// The file that is named, and what is taken out of its payloads: `feed.har --redact .token`
fn split(text: &str) -> Result<(PathBuf, Redaction), String> {
    let Some((path, rules)) = text.split_once(REDACT) else { return Ok((text.into(), Redaction::default())) };
    let redaction = Redaction::parse(rules).map_err(|error| format!("--redact: {error}"))?;
    Ok((path.trim_end().into(), redaction))
}

/// Whether only a capture has what the format tells.
const fn is_of_captures(format: &FileFormat) -> bool {
    matches!(format.contents, FileContents::Har | FileContents::Markdown | FileContents::Folder)
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
