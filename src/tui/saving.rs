//! Writes the new files that the screen asks for: payloads, exports, certificates.

use std::{
    fs::{File, Metadata},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use crate::{
    app::{Contents, Outcome, Purpose, Saving},
    archive::{Buffered, Bundle, BundleError, Copier, CopyError, Wanted},
    export::{Contents as FileContents, Exporter, FileFormat, Format, Redaction},
    files::{IfExists, local_zone, temporary_folder, write_new, write_whole},
    session::Seq,
    store::{CaptureError, Reader, write_plain},
};

/// A capture that can be read, and how much higher its places are than those of the screen.
type Capture<'a> = Result<(&'a Reader, u64), CaptureError>;

/// How often the screen hears how far a file is.
const OFTEN: Duration = Duration::from_millis(250);

/// Watches over a file that is written: tells how far it is, and knows whether to go on.
pub(super) struct Watch<'a> {
    stopped: &'a AtomicBool,
    tell: &'a dyn Fn(Saving),
    path: String,
    told: Instant,
}

impl<'a> Watch<'a> {
    pub(super) fn new(stopped: &'a AtomicBool, tell: &'a dyn Fn(Saving)) -> Self {
        Self { stopped, tell, path: String::new(), told: Instant::now() }
    }

    fn goes_on(&mut self, done: u64) -> bool {
        if self.told.elapsed() >= OFTEN {
            self.told = Instant::now();
            (self.tell)(Saving { path: self.path.clone(), done });
        }
        !self.stopped.load(Ordering::SeqCst)
    }
}

/// Why there is no file.
enum NotWritten {
    Io(io::Error),
    Stopped,
}

impl From<io::Error> for NotWritten {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl NotWritten {
    fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Io(io::Error::other(error))
    }
}

/// Messages that were written, and what was taken out of them.
type Written = (u64, Vec<String>);

/// Writes a new file, whole or not at all, and reports how it went.
pub(super) fn save(
    capture: Option<Capture<'_>>,
    path: PathBuf,
    purpose: Purpose,
    contents: Contents,
    watch: &mut Watch<'_>,
) -> Outcome {
    let shown = path.display().to_string();
    let path = at_home(path);
    if purpose == Purpose::SaveRoot {
        return save_root(&path, shown, &contents);
    }
    watch.path.clone_from(&shown);
    match write(capture, &path, contents, watch) {
        Ok((count, removed)) => {
            let bytes = std::fs::metadata(&path).ok().filter(Metadata::is_file).map_or(0, |meta| meta.len());
            Outcome::Saved { purpose, path: shown, count, bytes, removed }
        }
        Err(NotWritten::Stopped) => Outcome::SavingStopped { path: shown },
        Err(NotWritten::Io(error)) => not_saved(purpose, shown, &error),
    }
}

/// Writes a certificate to a new file, whose name gets a number where it is taken. A field gets the path, and what
/// reads that knows no `~`.
fn save_root(path: &Path, shown: String, contents: &Contents) -> Outcome {
    let purpose = Purpose::SaveRoot;
    let Contents::Bytes { bytes, count, .. } = contents else {
        return not_saved(purpose, shown, &io::ErrorKind::InvalidInput.into());
    };
    match write_numbered(path, |mut file| file.write_all(bytes)) {
        Ok((path, (), bytes)) => {
            let path = path.display().to_string();
            Outcome::Saved { purpose, path, count: *count, bytes, removed: Vec::new() }
        }
        Err(error) => not_saved(purpose, shown, &error),
    }
}

/// Writes what no clipboard takes to a new file of a folder that only its owner can access. Both stay.
pub(super) fn copied_to_file(text: &str) -> Outcome {
    let written = temporary_folder().and_then(|folder| {
        let path = folder.path().join("copied.txt");
        write_new(&path, |mut file| file.write_all(text.as_bytes()))?;
        // Only what is whole stays.
        drop(folder.keep());
        Ok(path)
    });
    match written {
        Ok(path) => Outcome::CopiedToFile { bytes: text.len(), path: path.display().to_string() },
        Err(error) => {
            Outcome::Failed(format!("not copied: the clipboard does not take so much, and {error}"))
        }
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

fn write(
    capture: Option<Capture<'_>>,
    path: &Path,
    contents: Contents,
    watch: &mut Watch<'_>,
) -> Result<Written, NotWritten> {
    if let Contents::Bytes { bytes, count, removed } = contents {
        write_whole(path, IfExists::Fail, |mut file, _| file.write_all(&bytes))?;
        return Ok((count, removed));
    }
    let absent = || NotWritten::other("nothing is captured that could be written");
    let (reader, before) = capture.ok_or_else(absent)?.map_err(NotWritten::other)?;
    match contents {
        Contents::Evidence { at, last, redaction } => {
            pack(reader, path, (at.plus(before), last), &redaction, watch)
        }
        Contents::Range { filter, from, to, redaction } => {
            let (filter, from, to) = (filter.unwrap_or_default(), from.plus(before), to.plus(before));
            let wanted = Wanted::Passing { filter: &filter, from, to };
            copy(reader, path, (from, to), wanted, &redaction, watch)
        }
        Contents::Places { mut places, redaction } => {
            for (seq, _) in &mut places {
                *seq = seq.plus(before);
            }
            let seqs = || places.iter().map(|(seq, _)| *seq);
            let reach = (seqs().min().unwrap_or_default(), seqs().max().unwrap_or_default());
            copy(reader, path, reach, Wanted::At(&places), &redaction, watch)
        }
        Contents::Bytes { .. } => Ok((0, Vec::new())),
    }
}

/// Writes messages of the sessions between two places.
fn copy(
    reader: &Reader,
    path: &Path,
    (from, to): (Seq, Seq),
    wanted: Wanted<'_>,
    redaction: &Redaction,
    watch: &mut Watch<'_>,
) -> Result<Written, NotWritten> {
    let mut sessions = reader.sessions().map_err(NotWritten::other)?;
    sessions.retain(|session| session.first <= to && session.last >= from);
    let copier = Copier { reader, sessions: &sessions, wanted, redaction };
    let format = FileFormat::of_file(path).map_err(|error| NotWritten::other(error.to_string()))?;
    if format.contents == FileContents::Folder {
        let written = copier.write_folder(path, &mut |done| watch.goes_on(done));
        return written.map(|count| (count, redaction.told())).map_err(not_copied);
    }
    let mut count = 0;
    write_whole(path, IfExists::Fail, |file: File, place| {
        let exporter = Exporter { zone: local_zone(), ..Exporter::new(Format::default()) };
        if let Some(mut document) = format.contents.document(exporter) {
            let mut out = Buffered::new(file);
            let done = copier.write(&mut out, &mut *document, &mut |done| watch.goes_on(done));
            count = done.map_err(not_copied)?;
            return Ok(out.finish()?);
        }
        let done = write_plain(reader, &sessions, place, &mut || {
            count += 1;
            watch.goes_on(count)
        });
        done.map_err(NotWritten::other)?;
        if watch.goes_on(count) { Ok(()) } else { Err(NotWritten::Stopped) }
    })?;
    Ok((count, redaction.told()))
}

fn not_copied(error: CopyError<io::Error>) -> NotWritten {
    match error {
        CopyError::Out(error) => NotWritten::Io(error),
        CopyError::Capture(error) => NotWritten::other(error),
        CopyError::Stopped => NotWritten::Stopped,
    }
}

/// Packs the evidence of the session at a place.
fn pack(
    reader: &Reader,
    path: &Path,
    (at, last): (Seq, u64),
    redaction: &Redaction,
    watch: &mut Watch<'_>,
) -> Result<Written, NotWritten> {
    let mut sessions = reader.sessions().map_err(NotWritten::other)?;
    sessions.retain(|session| session.first <= at);
    let session = sessions.last().ok_or_else(|| NotWritten::other("nothing is captured yet"))?;
    let bundle = Bundle { reader, session, last, redaction };
    let packed = bundle.write(path, IfExists::Fail, &mut |done| watch.goes_on(done));
    packed.map(|packed| (packed.messages, packed.removed)).map_err(|error| match error {
        BundleError::Stopped => NotWritten::Stopped,
        BundleError::Io(error) => NotWritten::Io(error),
        error => NotWritten::other(error),
    })
}

/// A path that begins with `~/` lies in the home folder.
pub(super) fn at_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        // With the line at its end, which asks for a folder.
        (Ok(rest), Ok(home)) if path.as_os_str().as_encoded_bytes().ends_with(b"/") => {
            home.join(rest).join("")
        }
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
            Batch, ConnectionId, DeadLetter, Delivery, Event, EventKind, Kind, MessageId, Run, Span,
            Timestamp, Verdict,
        },
        store::Recorder,
    };

    fn saved(capture: Option<Capture<'_>>, path: PathBuf, purpose: Purpose, contents: Contents) -> Outcome {
        save(capture, path, purpose, contents, &mut Watch::new(&AtomicBool::new(false), &|_| {}))
    }

    #[test]
    fn a_certificate_goes_to_a_new_file_whose_name_is_numbered_where_it_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        for name in ["ca.pem", "ca-2.pem", "ca-3.pem"] {
            let contents =
                Contents::Bytes { bytes: Bytes::from_static(b"PEM"), count: 1, removed: Vec::new() };
            let outcome = saved(None, path.clone(), Purpose::SaveRoot, contents);
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
        let contents = Contents::Places {
            places: vec![(Seq(1), letter(1)), (Seq(9), letter(9))],
            redaction: Redaction::default(),
        };
        let outcome = saved(Some(Ok((&reader, 0))), path.clone(), Purpose::DeadLetters, contents);
        assert!(matches!(outcome, Outcome::Saved { count: 1, .. }), "{outcome:?}");
        let text = std::fs::read_to_string(&path).expect("it was written");
        let line: serde_json::Value = serde_json::from_str(&text).expect("it is one line of JSON");
        assert_eq!((&line["id"], &line["deliveries"][0]["verdict"]), (&1.into(), &"nacked".into()));
    }

    /// A capture of three messages on one connection.
    async fn captured(folder: &Path) -> PathBuf {
        let path = folder.join("feed.sqlite");
        let connecting = EventKind::Connecting { url: "ws://feed.example/".to_owned() };
        let payload = b"{\"s\":\"a,b\"}";
        let batch = |id: u64| {
            let span = Span { start: 0, len: 11, kind: Kind::Text, valid: true, frames: 1, wire: None };
            let run = Run { bytes: Bytes::from_static(payload), spans: [span].into() };
            EventKind::Messages(Batch { first: MessageId(id), run, verdict: Verdict::Acked })
        };
        let events = [connecting, batch(1), batch(2), batch(3)].map(|kind| Event {
            at: Timestamp(0),
            connection: ConnectionId(1),
            kind,
        });
        let recorder = Recorder::start(&path, "feed").expect("it is begun");
        recorder.record(&events).await;
        recorder.finish().await;
        path
    }

    #[tokio::test]
    async fn marked_messages_are_written_in_the_format_of_the_ending() {
        let folder = tempfile::tempdir().expect("a folder");
        let reader = Reader::open(&captured(folder.path()).await).expect("it was written");
        for (name, part) in [
            ("marked.jsonl", "\"id\":3"),
            ("marked.csv", "3,1,1970-01-01T00:00:00.000000Z,in,text,17"),
            ("marked.har", "\"_id\":3,"),
            ("marked.md", "| 3 | 00:00:00.000 | in | text | 17 B | `{\"s\":\"•••\"}` |"),
        ] {
            let path = folder.path().join(name);
            let redaction = Redaction::parse(".s").expect("a rule");
            let contents = Contents::Places { places: vec![(Seq(4), None), (Seq(2), None)], redaction };
            let outcome = saved(Some(Ok((&reader, 0))), path.clone(), Purpose::SaveMarked, contents);
            assert!(matches!(outcome, Outcome::Saved { count: 2, .. }), "{outcome:?}");
            let text = std::fs::read_to_string(&path).expect("it was written");
            assert!(text.contains(part) && !text.contains("a,b"), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_with_a_line_at_its_end_is_a_folder_with_a_file_for_each_payload() {
        let folder = tempfile::tempdir().expect("a folder");
        let reader = Reader::open(&captured(folder.path()).await).expect("it was written");
        let path = folder.path().join("payloads/");
        let written = || {
            let range = (Seq(0), Seq(9), Redaction::default());
            let contents = Contents::Range { filter: None, from: range.0, to: range.1, redaction: range.2 };
            saved(Some(Ok((&reader, 0))), path.clone(), Purpose::Export, contents)
        };
        assert!(matches!(written(), Outcome::Saved { count: 3, .. }));
        assert_eq!(std::fs::read_dir(&path).expect("a folder").count(), 3);
        assert!(matches!(written(), Outcome::NotSaved { .. }), "it is there already");
    }

    #[tokio::test]
    async fn what_is_stopped_leaves_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let reader = Reader::open(&captured(folder.path()).await).expect("it was written");
        let all = || (Seq(0), Seq(9), Redaction::default());
        for (name, contents) in [
            ("a.har", {
                let (from, to, redaction) = all();
                Contents::Range { filter: None, from, to, redaction }
            }),
            ("a/", {
                let (from, to, redaction) = all();
                Contents::Range { filter: None, from, to, redaction }
            }),
            ("a.db", {
                let (from, to, redaction) = all();
                Contents::Range { filter: None, from, to, redaction }
            }),
            ("a.zip", Contents::Evidence { at: Seq(4), last: 9, redaction: Redaction::default() }),
        ] {
            let path = folder.path().join(name);
            let stopped = AtomicBool::new(true);
            let outcome = save(
                Some(Ok((&reader, 0))),
                path,
                Purpose::Export,
                contents,
                &mut Watch::new(&stopped, &|_| {}),
            );
            assert!(matches!(outcome, Outcome::SavingStopped { .. }), "{outcome:?}");
            assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "{name}");
        }
    }
}
