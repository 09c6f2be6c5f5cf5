//! Writes the new files that the screen asks for: payloads, exports, certificates.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;

use crate::{
    app::{Contents, Outcome, Purpose},
    export::{Exporter, FileFormat, Format, Origin},
    files::write_new,
    session::{DeadLetter, Seq},
    store::{CaptureError, Captured, Item, Reader, Search},
};

/// A capture that can be read, and how much higher its places are than those of the screen.
type Capture<'a> = Result<(&'a Reader, u64), CaptureError>;

/// Writes a new file, and reports how it went.
pub(super) fn save(
    capture: Option<Capture<'_>>,
    path: PathBuf,
    purpose: Purpose,
    contents: Contents,
) -> Outcome {
    let shown = path.display().to_string();
    let path = at_home(path);
    if purpose == Purpose::SaveRoot {
        return save_root(&path, shown, &contents);
    }
    match write_new(&path, |file| fill(capture, file, &path, contents)) {
        Ok((count, bytes)) => Outcome::Saved { purpose, path: shown, count, bytes },
        Err(error) => not_saved(purpose, shown, &error),
    }
}

/// Writes a certificate to a new file, whose name gets a number where it is taken. A field gets the path, and what
/// reads that knows no `~`.
fn save_root(path: &Path, shown: String, contents: &Contents) -> Outcome {
    let purpose = Purpose::SaveRoot;
    match write_numbered(path, |file| fill(None, file, path, contents.clone())) {
        Ok((path, count, bytes)) => {
            Outcome::Saved { purpose, path: path.display().to_string(), count, bytes }
        }
        Err(error) => not_saved(purpose, shown, &error),
    }
}

/// Why a new file was not written.
pub(super) fn not_saved(purpose: Purpose, path: String, error: &io::Error) -> Outcome {
    let message = match error.kind() {
        io::ErrorKind::AlreadyExists if purpose == Purpose::WriteProfile => {
            "the file already exists and would lose its comments; choose another name".to_owned()
        }
        io::ErrorKind::AlreadyExists => "there is such a file already; choose another name".to_owned(),
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        _ => error.to_string(),
    };
    Outcome::NotSaved { purpose, path, message }
}

/// Writes a new file as [`write_new`] does, under the first name that is free: `ca.pem`, `ca-2.pem`. Its path goes
/// with what was written.
fn write_numbered<T>(
    path: &Path,
    mut write: impl FnMut(&File) -> io::Result<T>,
) -> io::Result<(PathBuf, T, u64)> {
    const NAMES: u32 = 100;
    let mut free = path.to_owned();
    for nth in 2..=NAMES {
        match write_new(&free, &mut write) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => free = numbered(path, nth),
            written => return written.map(|(done, bytes)| (free, done, bytes)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `ca-2.pem` for `ca.pem`
fn numbered(path: &Path, nth: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{nth}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

fn fill(capture: Option<Capture<'_>>, file: &File, path: &Path, contents: Contents) -> io::Result<u64> {
    let mut out = BufWriter::new(file);
    let mut count = 0;
    match contents {
        Contents::Bytes { bytes, count: within } => {
            out.write_all(&bytes)?;
            count = within;
        }
        Contents::Range { filter, from, to } => {
            let filter = filter.unwrap_or_default();
            let search = Search {
                matches: &|candidate| filter.matches(candidate),
                may_match: &|payloads| filter.may_match(payloads),
                needs: filter.needs(),
                ..Search::ALL
            };
            count = Copier::new(capture, path)?.write(&mut out, path, search, (from, to))?;
        }
        Contents::Places(places) => {
            let mut copier = Copier::new(capture, path)?;
            for (seq, letter) in places {
                count += copier.copy(&mut out, Search::ALL, (seq, seq), letter.as_ref())?;
            }
        }
    }
    out.flush()?;
    Ok(count)
}

/// Copies messages of a capture, in the format of the new file.
struct Copier<'a> {
    reader: &'a Reader,
    before: u64,
    exporter: Exporter,
    line: Vec<u8>,
}

impl<'a> Copier<'a> {
    fn new(capture: Option<Capture<'a>>, path: &Path) -> io::Result<Self> {
        let absent = || io::Error::other("nothing is captured that could be written");
        let (reader, before) = capture.ok_or_else(absent)?.map_err(io::Error::other)?;
        let exporter = Exporter { zone: TimeZone::system(), ..Exporter::new(Format::of_file(path)) };
        Ok(Self { reader, before, exporter, line: Vec::new() })
    }

    /// Writes a whole file of the messages between two places that are wanted; how many there were.
    fn write(
        &mut self,
        out: &mut impl Write,
        path: &Path,
        search: Search<'_>,
        (from, to): (Seq, Seq),
    ) -> io::Result<u64> {
        let format = FileFormat::of_file(path).map_err(|error| io::Error::other(error.to_string()))?;
        let Some(mut document) = format.contents.document::<Vec<u8>>(self.exporter.clone()) else {
            return Err(io::Error::other("the screen writes no such file"));
        };
        let (from, to) = (from.plus(self.before), to.plus(self.before));
        let (mut count, mut written) = (0, Ok(()));
        let text = &mut self.line;
        text.clear();
        let wants_events = document.wants_events();
        let Ok(()) = document.begin(text);
        let mut each = |item: Item<'_>| {
            match item {
                Item::Event(event) => {
                    let Ok(()) = document.event(text, event);
                }
                Item::Message(captured) => {
                    let Captured { at, connection, verdict, message } = captured;
                    let origin = Origin { at: *at, connection: *connection, verdict: *verdict };
                    let Ok(()) = document.message(text, &origin, message);
                    count += 1;
                }
            }
            written = out.write_all(text);
            text.clear();
            written.is_ok()
        };
        if wants_events {
            for session in self.reader.sessions().map_err(io::Error::other)? {
                if session.first <= to && session.last >= from {
                    self.reader.items(&session, search, (from, to), &mut each).map_err(io::Error::other)?;
                }
            }
        } else {
            let mut each = |captured: &Captured<'_>| each(Item::Message(captured));
            self.reader.messages(search, (from, to), &mut each).map_err(io::Error::other)?;
        }
        written?;
        let Ok(()) = document.end(text);
        out.write_all(text)?;
        Ok(count)
    }

    /// Copies the messages between two places that are wanted; how many there were.
    fn copy(
        &mut self,
        out: &mut impl Write,
        search: Search<'_>,
        (from, to): (Seq, Seq),
        letter: Option<&DeadLetter>,
    ) -> io::Result<u64> {
        let (mut count, mut written) = (0, Ok(()));
        let mut each = |captured: &Captured<'_>| {
            let Captured { at, connection, verdict, message } = captured;
            let origin = Origin { at: *at, connection: *connection, verdict: *verdict };
            self.line.clear();
            self.exporter.write_one(&mut self.line, &origin, message, letter);
            count += 1;
            written = out.write_all(&self.line);
            written.is_ok()
        };
        let range = (from.plus(self.before), to.plus(self.before));
        self.reader.messages(search, range, &mut each).map_err(io::Error::other)?;
        written.map(|()| count)
    }
}

/// A path that begins with `~/` lies in the home folder.
pub(super) fn at_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{
        session::{
            Batch, ConnectionId, Delivery, Event, EventKind, Kind, MessageId, Run, Span, Timestamp, Verdict,
        },
        store::Recorder,
    };

    #[test]
    fn a_certificate_goes_to_a_new_file_whose_name_is_numbered_where_it_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        for name in ["ca.pem", "ca-2.pem", "ca-3.pem"] {
            let contents = Contents::Bytes { bytes: Bytes::from_static(b"PEM"), count: 1 };
            let outcome = save(None, path.clone(), Purpose::SaveRoot, contents);
            let Outcome::Saved { path, .. } = outcome else { panic!("{outcome:?}") };
            assert_eq!(path, folder.path().join(name).display().to_string());
            assert_eq!(std::fs::read(&path).expect("it was written"), b"PEM");
        }
    }

    #[tokio::test]
    async fn a_rejected_message_that_is_not_in_the_capture_leaves_nothing_in_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (capture, path) = (folder.path().join("feed.sqlite"), folder.path().join("dead.jsonl"));
        let span = Span { start: 0, len: 4, kind: Kind::Text, valid: true, frames: 1, wire: None };
        let run = Run { bytes: Bytes::from_static(b"tick"), spans: [span].into() };
        let batch = Batch { first: MessageId(1), run, verdict: Verdict::Nacked };
        let event = Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Messages(batch) };
        let recorder = Recorder::start(&capture, "feed").expect("it is begun");
        recorder.record(&[event]).await;
        recorder.finish().await;
        let reader = Reader::open(&capture).expect("it was written");
        let letter = |id| {
            let nacked = Delivery { attempt: 1, verdict: Verdict::Nacked };
            Some(DeadLetter::new(MessageId(id), Timestamp(0), nacked))
        };
        let contents = Contents::Places(vec![(Seq(1), letter(1)), (Seq(9), letter(9))]);
        let outcome = save(Some(Ok((&reader, 0))), path.clone(), Purpose::DeadLetters, contents);
        assert!(matches!(outcome, Outcome::Saved { count: 1, .. }), "{outcome:?}");
        let text = std::fs::read_to_string(&path).expect("it was written");
        let line: serde_json::Value = serde_json::from_str(&text).expect("it is one line of JSON");
        assert_eq!((&line["id"], &line["deliveries"][0]["verdict"]), (&1.into(), &"nacked".into()));
    }
}
