//! Opens files of others, and lines of ours, as captures: they are read once into a temporary one.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use tokio::{runtime::Handle, task::spawn_blocking};

use crate::{
    config::{Imported, import_exchange, masked_yaml},
    diagnose,
    files::temporary_folder,
    payload::{counted, size},
    session::{ConnectionId, End, Ended, Event, EventKind},
    store::{CaptureError, Recorder, State},
};

use super::{
    har::{self, Creator, Entry},
    lines::{Lines, is_line},
    transcript::Transcript,
};

/// The largest HAR that is imported, in bytes: it is in memory while it is read, and what is made of it, about four times
/// as much.
pub const LARGEST_HAR: u64 = 256 << 20;
/// The most JSON Lines that are imported, in bytes: they are on the disk a second time.
pub const LARGEST_LINES: u64 = 4 << 30;
/// The longest line, in bytes.
const LONGEST: u64 = 128 << 20;
/// What some put before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// How much of a file shows what it is.
const BEGINNING: u64 = 64 << 10;

/// A file that can be looked at.
#[derive(Debug)]
pub struct Openable {
    /// The capture: the file itself, or a temporary one.
    pub path: PathBuf,
    /// Deletes the temporary one on drop.
    _folder: Option<TempDir>,
}

/// Why a file cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} has {}, and files of its kind up to {} are imported", path.display(), size(*bytes), size(*largest))]
    TooLarge { path: PathBuf, bytes: u64, largest: u64 },
    /// What the file is, and what to do with it.
    #[error("{} is {kind}", path.display())]
    Unfit { path: PathBuf, kind: &'static str },
    #[error("{}: {fault}", path.display())]
    Malformed { path: PathBuf, fault: String },
    #[error(transparent)]
    Capture(CaptureError),
    #[error("the import was broken off")]
    BrokenOff,
}

/// What a file holds, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    /// A capture, or what its reader refuses in its own words.
    Capture,
    Har,
    Lines,
    /// A kind that is not read, and what to do.
    Unfit(&'static str),
}

/// Opens a capture as it is, and imports a HAR or JSON Lines of ours.
///
/// # Errors
///
/// See [`ImportError`].
pub async fn open(path: &Path) -> Result<Openable, ImportError> {
    let path = path.to_owned();
    let imported = spawn_blocking(move || Import { path: &path }.open());
    imported.await.unwrap_or(Err(ImportError::BrokenOff))
}

/// The connection of an entry of a HAR: of the so manieth websocket, counted from 1.
///
/// # Errors
///
/// The file is not a HAR, or has no such websocket.
pub fn profile_of(path: &Path, wanted: usize) -> Result<Imported, ImportError> {
    let import = Import { path };
    if import.kind()? != FileKind::Har {
        return Err(ImportError::Unfit { path: path.to_owned(), kind: "not a HAR" });
    }
    let (mut found, mut count) = (None, 0);
    har::read(&import.text()?, &mut |_, entry| {
        if entry.is_websocket() {
            count += 1;
            if count == wanted {
                found = Some(profile(&entry)?);
            }
        }
        Ok(())
    })
    .map_err(|error| import.malformed(error.to_string()))?;
    found.ok_or_else(|| import.malformed(format!("there is no websocket {wanted} in it; it has {count}")))
}

fn profile(entry: &Entry) -> Result<Imported, String> {
    let headers = entry.request.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    import_exchange(&entry.url(), headers)
}

struct Import<'a> {
    path: &'a Path,
}

impl Import<'_> {
    fn open(&self) -> Result<Openable, ImportError> {
        match self.kind()? {
            FileKind::Capture => Ok(Openable { path: self.path.to_owned(), _folder: None }),
            FileKind::Har => self.import(LARGEST_HAR, Self::har),
            FileKind::Lines => self.import(LARGEST_LINES, Self::lines),
            FileKind::Unfit(kind) => Err(ImportError::Unfit { path: self.path.to_owned(), kind }),
        }
    }

    fn unreadable(&self, source: io::Error) -> ImportError {
        ImportError::Unreadable { path: self.path.to_owned(), source }
    }

    fn malformed(&self, fault: String) -> ImportError {
        ImportError::Malformed { path: self.path.to_owned(), fault }
    }

    fn kind(&self) -> Result<FileKind, ImportError> {
        // The reader of captures says what is wrong with these.
        if !self.path.is_file() {
            return Ok(FileKind::Capture);
        }
        let mut beginning = Vec::new();
        let file = File::open(self.path).map_err(|error| self.unreadable(error))?;
        file.take(BEGINNING).read_to_end(&mut beginning).map_err(|error| self.unreadable(error))?;
        Ok(kind_of(&beginning))
    }

    /// Reads the file into a new capture.
    fn import(
        &self,
        largest: u64,
        read: impl FnOnce(&Self, &Target<'_>) -> Result<(), ImportError>,
    ) -> Result<Openable, ImportError> {
        let bytes = std::fs::metadata(self.path).map_err(|error| self.unreadable(error))?.len();
        if bytes > largest {
            return Err(ImportError::TooLarge { path: self.path.to_owned(), bytes, largest });
        }
        let folder = temporary_folder().map_err(|error| self.unreadable(error))?;
        let name = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let path = folder.path().join("imported.sqlite");
        let recorder = Recorder::start(&path, &name).map_err(ImportError::Capture)?;
        let target = Target { recorder: &recorder, runtime: Handle::current() };
        let done = read(self, &target);
        let runtime = target.runtime;
        let progress = runtime.block_on(recorder.finish());
        done?;
        if let State::Failed(message) = progress.state {
            return Err(self.malformed(message));
        }
        Ok(Openable { path, _folder: Some(folder) })
    }

    fn text(&self) -> Result<Vec<u8>, ImportError> {
        let file = File::open(self.path).map_err(|error| self.unreadable(error))?;
        let mut text = Vec::new();
        file.take(LARGEST_HAR).read_to_end(&mut text).map_err(|error| self.unreadable(error))?;
        if text.starts_with(BOM) {
            text.drain(..BOM.len());
        }
        Ok(text)
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Each websocket of a HAR becomes a connection, in the order in which they began.
    fn har(&self, target: &Target<'_>) -> Result<(), ImportError> {
        let text = self.text()?;
        // The entries of a browser stand in the order in which they were answered.
        let (mut order, mut others) = (Vec::new(), 0);
        let read = |each: &mut dyn FnMut(usize, Entry) -> Result<(), String>| {
            har::read(&text, each).map_err(|error| self.malformed(error.to_string()))
        };
        let creator = read(&mut |nth, entry| {
            if entry.is_websocket() {
                order.push((entry.began()?, nth));
            } else {
                others += 1;
            }
            Ok(())
        })?;
        if order.is_empty() {
            return Err(self.malformed(format!("none of its {} is a websocket", counted(others, "entry"))));
        }
        order.sort();
        let is_sorted = order.is_sorted_by_key(|(_, nth)| *nth);
        let mut transcript = Transcript::default();
        let mut waiting = Vec::new();
        read(&mut |_, entry| {
            if !entry.is_websocket() {
                return Ok(());
            }
            if is_sorted {
                target.take(entry, &mut transcript)
            } else {
                waiting.push(entry);
                Ok(())
            }
        })?;
        waiting.sort_by_key(|entry| entry.began().ok());
        for entry in waiting {
            target.take(entry, &mut transcript).map_err(|fault| self.malformed(fault))?;
        }
        target.finish(&transcript.ended(), &self.told(&creator, &transcript, others));
        Ok(())
    }

    /// What was imported, and what the file does not tell.
    fn told(&self, creator: &Creator, transcript: &Transcript, others: u64) -> Event {
        let by = match (creator.name.as_str(), creator.version.as_str()) {
            ("", _) => String::new(),
            (name, version) => format!(", written by {name} {version}"),
        };
        let Transcript { connections, received, sent, overlapping, endless, .. } = *transcript;
        let mut seen = vec![
            format!(
                "imported: {}, {} received and {sent} sent{}",
                counted(connections.into(), "connection"),
                counted(received, "message"),
                by.trim_end()
            ),
            "not in a HAR: certificates and the verdict on them, deliveries (messages stand as acked), frames, and most of \
             the pings"
                .to_owned(),
        ];
        let mut add = |count: u64, word: &str, what: &str| {
            if count > 0 {
                seen.push(format!("{} {what}", counted(count, word)));
            }
        };
        add(others, "entry", "of plain HTTP left out");
        add(overlapping.into(), "connection", "began before the one before had ended, and stand behind it");
        add(endless.into(), "connection", "without an end in the file");
        let finding = diagnose::imported(&self.name(), &seen);
        Event {
            at: transcript.last,
            connection: ConnectionId(0),
            kind: EventKind::Finding(Box::new(finding)),
        }
    }

    /// Each line becomes an event.
    fn lines(&self, target: &Target<'_>) -> Result<(), ImportError> {
        let file = File::open(self.path).map_err(|error| self.unreadable(error))?;
        let (mut file, mut line) = (BufReader::new(file), String::new());
        let mut lines = Lines::default();
        for nth in 1_u64.. {
            line.clear();
            let len =
                file.by_ref().take(LONGEST).read_line(&mut line).map_err(|error| self.unreadable(error))?;
            if len == 0 {
                break;
            }
            if line.trim().is_empty() {
                continue;
            }
            let events = lines.events(line.trim_end());
            target.record(&events.map_err(|fault| self.malformed(format!("line {nth}, {fault}")))?);
        }
        let Lines { received, sent, without_beginning, last, ref connections, is_ended, .. } = lines;
        let many = connections.len() as u64;
        let mut seen = vec![format!(
            "imported: {}, {} received and {sent} sent",
            counted(many, "connection"),
            counted(received, "message")
        )];
        if without_beginning > 0 {
            let some = counted(without_beginning.into(), "connection");
            seen.push(format!(
                "not in the file: the address and the beginning of {some}, as tail --events writes them"
            ));
        }
        let finding = EventKind::Finding(Box::new(diagnose::imported(&self.name(), &seen)));
        let told = Event { at: last, connection: ConnectionId(0), kind: finding };
        let connection = ConnectionId(connections.last().copied().unwrap_or_default());
        let connections = u32::try_from(many).unwrap_or(u32::MAX);
        let ended = Ended { why: End::FileEnds, messages: received, connections, during: None };
        let ended = Event { at: last, connection, kind: EventKind::Ended(ended) };
        if is_ended {
            return Ok(());
        }
        target.finish(&ended, &told);
        Ok(())
    }
}

impl Transcript {
    fn ended(&self) -> Event {
        let Self { received, connections, last, .. } = *self;
        let ended = Ended { why: End::FileEnds, messages: received, connections, during: None };
        Event { at: last, connection: ConnectionId(connections), kind: EventKind::Ended(ended) }
    }
}

/// The capture that is written.
struct Target<'a> {
    recorder: &'a Recorder,
    runtime: Handle,
}

impl Target<'_> {
    fn record(&self, events: &[Event]) {
        self.runtime.block_on(self.recorder.record(events));
    }

    fn take(&self, mut entry: Entry, transcript: &mut Transcript) -> Result<(), String> {
        let events = transcript.connection(&mut entry)?;
        if transcript.connections == 1
            && let Ok(imported) = profile(&entry)
        {
            self.recorder.set_profile(masked_yaml(&imported.values));
        }
        self.record(&events);
        Ok(())
    }

    fn finish(&self, ended: &Event, told: &Event) {
        self.record(&[told.clone(), ended.clone()]);
    }
}

/// What a file holds that begins so.
fn kind_of(beginning: &[u8]) -> FileKind {
    if beginning.is_empty() || beginning.starts_with(b"SQLite format 3\0") {
        return FileKind::Capture;
    }
    if beginning.starts_with(b"PK\x03\x04") {
        return FileKind::Unfit(
            "an archive: unpack it, and open the connections.har or the messages.jsonl in it",
        );
    }
    if beginning.starts_with(b"\x1f\x8b") {
        return FileKind::Unfit("compressed: unpack it with gunzip first");
    }
    if is_flow(beginning) {
        return FileKind::Unfit(
            "a file of flows of mitmproxy, which no library but its own reads; write a HAR of it: mitmdump -nr FLOWS \
             --set hardump=flows.har",
        );
    }
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let first = text.lines().next().unwrap_or_default();
    if is_line(first) || (!text.contains('\n') && first.starts_with(r#"{"v":1,"kind":"#)) {
        return FileKind::Lines;
    }
    if text.starts_with('{') {
        return FileKind::Har;
    }
    FileKind::Unfit("neither a capture, nor a HAR, nor JSON Lines of sockeye tail")
}

/// Whether a file begins with the length of a netstring, as flows of mitmproxy do.
fn is_flow(beginning: &[u8]) -> bool {
    let digits = beginning.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=12).contains(&digits) && beginning.get(digits) == Some(&b':')
}

#[cfg(test)]
mod tests;
