//! `sockeye export`: writes the messages of a capture into a file of another format, or to standard output.

use std::{
    fs,
    fs::File,
    io::{self, Write as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    cli::{Exit, ExportArgs},
    export::{Contents, Document, Exporter, FILE_FORMATS, FileFormat, Format, Origin, PayloadEnd},
    files::{IfExists, create_private_folder, is_same_file, write_new, write_whole},
    filter::Filter,
    payload::{counted, size, thousands},
    store::{CaptureError, Captured, Item, Reader, Search, SessionSummary, write_plain},
};

use super::{
    signals,
    sink::{Sink, SinkError},
    sql::exit_of,
    status_lines::StatusLines,
};

/// After how many messages the progress is told.
const OFTEN: u64 = 20_000;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Capture(CaptureError),
    #[error("cannot write to {name}: {source}")]
    Unwritten { name: String, source: io::Error },
    #[error(transparent)]
    Sink(SinkError),
    #[error("stopped as asked; nothing is written to a file")]
    Interrupted,
}

impl From<io::Error> for ExportError {
    fn from(source: io::Error) -> Self {
        Self::Unwritten { name: "the new file".to_owned(), source }
    }
}

impl ExportError {
    fn exit(&self) -> Exit {
        match self {
            Self::Refused(_) => Exit::Usage,
            Self::Capture(error) => exit_of(error),
            Self::Unwritten { .. } => Exit::Unwritten,
            Self::Sink(error) => error.exit(),
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

/// Exports a capture. A signal ends it, and leaves no file.
pub async fn run(args: &ExportArgs) -> Exit {
    let stopped = Arc::<AtomicBool>::default();
    let (args, asked) = (args.clone(), stopped.clone());
    let mut work = tokio::task::spawn_blocking(move || Export { args: &args, stopped: asked }.run());
    let done = tokio::select! {
        done = &mut work => done,
        _ = signals::ended() => {
            stopped.store(true, Ordering::Relaxed);
            work.await
        }
    };
    done.unwrap_or(Exit::Other)
}

struct Export<'a> {
    args: &'a ExportArgs,
    stopped: Arc<AtomicBool>,
}

impl Export<'_> {
    fn run(&self) -> Exit {
        let mut lines = StatusLines::stderr();
        match self.write(&mut lines) {
            Ok(message) => {
                lines.say(&message);
                Exit::Done
            }
            Err(error) => {
                let exit = error.exit();
                // Whoever reads a pipe no more knows that.
                if exit != Exit::Done {
                    lines.say(&error.to_string());
                }
                exit
            }
        }
    }

    fn write(&self, lines: &mut StatusLines<io::Stderr>) -> Result<String, ExportError> {
        let format = self.format()?;
        let end = self.payload_end(format)?;
        let filter = self.filter(format)?;
        let reader = Reader::open(&self.args.capture).map_err(ExportError::Capture)?;
        let sessions = self.sessions(&reader)?;
        let mut count = Count::new(&sessions, lines, &self.stopped);
        let source = Source { reader: &reader, sessions: &sessions, filter: &filter };
        let target = match &self.args.output {
            None => {
                let sink = Sink::stdout().map_err(ExportError::Sink)?;
                let Some(mut document) = Self::document(format, end, sink.is_terminal) else {
                    let message = format!("{} needs a name to write to: -o NAME", format.word);
                    return Err(ExportError::Refused(message));
                };
                source.write(sink, &mut *document, &mut count)?;
                "standard output".to_owned()
            }
            Some(path) if is_no_file(path) => {
                let Some(mut document) = Self::document(format, end, false) else {
                    return Err(ExportError::Refused(format!("{} cannot be written to a pipe", format.word)));
                };
                let sink = Sink::file(path, IfExists::Fail).map_err(ExportError::Sink)?;
                source.write(sink, &mut *document, &mut count)?;
                path.display().to_string()
            }
            Some(path) if format.contents == Contents::Folder => {
                Self::write_folder(path, &source, &mut count)?;
                path.display().to_string()
            }
            Some(path) => {
                self.write_file(path, (format, end), &source, &mut count)?;
                let bytes = fs::metadata(path).map_or(0, |meta| meta.len());
                format!("{}, {}", path.display(), size(bytes))
            }
        };
        let overrun = filter.overrun().map_or(String::new(), |overrun| format!("; {overrun}"));
        Ok(format!("{} exported to {target}{overrun}", counted(count.done, "message")))
    }

    /// How payloads end, which only `raw` lets one choose.
    fn payload_end(&self, format: &FileFormat) -> Result<PayloadEnd, ExportError> {
        let lines = if let Contents::Lines(format) = format.contents { Some(format) } else { None };
        self.args.raw.end(lines).map_err(ExportError::Refused)
    }

    /// What writes the format into one file, if it is one.
    fn document(format: &FileFormat, end: PayloadEnd, is_terminal: bool) -> Option<Box<dyn Document<Sink>>> {
        format.contents.document(Exporter { end, is_terminal, ..Exporter::new(Format::default()) })
    }

    /// Writes a new folder, whole or not at all.
    fn write_folder(path: &Path, source: &Source<'_>, count: &mut Count<'_>) -> Result<(), ExportError> {
        let name = path.display().to_string();
        if path.exists() {
            return Err(ExportError::Refused(format!("there is such a folder already: {name}")));
        }
        create_private_folder(path).map_err(|source| ExportError::Unwritten { name, source })?;
        let written = source.write_folder(path, count);
        if written.is_err() {
            // What is half done would be taken for the whole.
            drop(fs::remove_dir_all(path));
        }
        written
    }

    /// Writes a new file, whole or not at all.
    fn write_file(
        &self,
        path: &Path,
        (format, end): (&FileFormat, PayloadEnd),
        source: &Source<'_>,
        count: &mut Count<'_>,
    ) -> Result<(), ExportError> {
        let mut document = Self::document(format, end, false);
        if is_same_file(path, &self.args.capture) {
            return Err(ExportError::Refused(
                "the file is the capture itself; choose another name".to_owned(),
            ));
        }
        let name = path.display().to_string();
        let existing = if self.args.force { IfExists::Replace } else { IfExists::Fail };
        let written = write_whole(path, existing, |file: File, place| {
            if let Some(document) = &mut document {
                source.write(Sink::new(name.clone(), Box::new(file)), &mut **document, count)
            } else {
                let copied = write_plain(source.reader, source.sessions, place, &mut || count.add());
                copied.map_err(ExportError::Capture)?;
                count.outcome()
            }
        });
        written.map_err(|error| match error {
            ExportError::Unwritten { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                ExportError::Sink(SinkError::Exists { name })
            }
            ExportError::Unwritten { source, .. } => ExportError::Unwritten { name, source },
            // The new file failed, and not the capture.
            ExportError::Capture(CaptureError::Database { path, source }) if path != self.args.capture => {
                ExportError::Unwritten { name, source: io::Error::other(source) }
            }
            error => error,
        })
    }

    fn format(&self) -> Result<&'static FileFormat, ExportError> {
        if let Some(format) = self.args.format {
            return Ok(format);
        }
        let Some(path) = &self.args.output else { return Ok(&FILE_FORMATS[0]) };
        FileFormat::of_file(path).map_err(|error| {
            let words: Vec<_> = FILE_FORMATS.iter().map(|format| format.word).collect();
            let words = words.join("|");
            ExportError::Refused(format!("{}: {error}; or choose --format {words}", path.display()))
        })
    }

    /// What the messages must match.
    fn filter(&self, format: &FileFormat) -> Result<Filter, ExportError> {
        let Some(text) = &self.args.filter else { return Ok(Filter::default()) };
        if matches!(format.contents, Contents::Tables) {
            let message =
                "a database is a copy of whole sessions; --filter goes with lines, such as --format jsonl";
            return Err(ExportError::Refused(message.to_owned()));
        }
        let filter = Filter::parse(text).map_err(|error| ExportError::Refused(error.to_string()))?;
        Ok(filter.in_zone(jiff::tz::TimeZone::system()))
    }

    /// The sessions that are asked for, or all.
    fn sessions(&self, reader: &Reader) -> Result<Vec<SessionSummary>, ExportError> {
        let all = reader.sessions().map_err(ExportError::Capture)?;
        let asked = &self.args.session;
        if let Some(absent) = asked.iter().find(|id| all.iter().all(|session| session.id != **id)) {
            let ids: Vec<_> = all.iter().map(|session| session.id.to_string()).collect();
            let ids = ids.join(", ");
            return Err(ExportError::Refused(format!("there is no session {absent}; the capture has {ids}")));
        }
        Ok(all.into_iter().filter(|session| asked.is_empty() || asked.contains(&session.id)).collect())
    }
}

/// Whether the path names something else than a file, such as a pipe.
fn is_no_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// What is exported from a capture.
struct Source<'a> {
    reader: &'a Reader,
    sessions: &'a [SessionSummary],
    filter: &'a Filter,
}

impl Source<'_> {
    /// Writes one file.
    fn write(
        &self,
        mut sink: Sink,
        document: &mut dyn Document<Sink>,
        count: &mut Count<'_>,
    ) -> Result<(), ExportError> {
        document.begin(&mut sink).map_err(ExportError::Sink)?;
        let mut written = Ok(());
        self.each(document.wants_events(), &mut |item| {
            let go_on = match item {
                Item::Event(event) => {
                    written = document.event(&mut sink, event);
                    true
                }
                Item::Message(captured) => {
                    let Captured { at, connection, verdict, message } = captured;
                    let origin = Origin { at: *at, connection: *connection, verdict: *verdict };
                    written = document.message(&mut sink, &origin, message);
                    count.add()
                }
            };
            written.is_ok() && go_on
        })?;
        written.and_then(|()| document.end(&mut sink)).map_err(ExportError::Sink)?;
        sink.flush().map_err(ExportError::Sink)?;
        count.outcome()
    }

    /// Writes a file for each message into a folder.
    fn write_folder(&self, folder: &Path, count: &mut Count<'_>) -> Result<(), ExportError> {
        let mut written = Ok(());
        self.each(false, &mut |item| {
            if let Item::Message(Captured { message, .. }) = item {
                let ending = ending(message.payload);
                let nth = count.done + 1;
                let path = folder.join(format!("{nth:06}.{ending}"));
                let result = write_new(&path, |mut file| file.write_all(message.payload));
                let name = || path.display().to_string();
                written = result.map(drop).map_err(|source| ExportError::Unwritten { name: name(), source });
            }
            written.is_ok() && count.add()
        })?;
        written?;
        count.outcome()
    }

    fn each(&self, with_events: bool, each: &mut dyn FnMut(Item<'_>) -> bool) -> Result<(), ExportError> {
        let filter = self.filter;
        let search = Search {
            matches: &|candidate| filter.matches(candidate),
            may_match: &|payloads| filter.may_match(payloads),
            needs: filter.needs(),
            ..Search::ALL
        };
        for session in self.sessions {
            let places = (session.first, session.last);
            let read = if with_events {
                self.reader.items(session, search, places, each)
            } else {
                self.reader.messages(search, places, &mut |captured| each(Item::Message(captured)))
            };
            read.map_err(ExportError::Capture)?;
        }
        Ok(())
    }
}

/// The ending of the name of a file with this payload.
fn ending(payload: &[u8]) -> &'static str {
    match str::from_utf8(payload) {
        Ok(text) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => "json",
        Ok(_) => "txt",
        Err(_) => "bin",
    }
}

/// Counts the messages that are exported, tells how many there are, and knows whether to go on.
struct Count<'a> {
    done: u64,
    of: u64,
    lines: &'a mut StatusLines<io::Stderr>,
    stopped: &'a AtomicBool,
}

impl<'a> Count<'a> {
    fn new(
        sessions: &[SessionSummary],
        lines: &'a mut StatusLines<io::Stderr>,
        stopped: &'a AtomicBool,
    ) -> Self {
        Self { done: 0, of: sessions.iter().map(|session| session.messages).sum(), lines, stopped }
    }

    fn add(&mut self) -> bool {
        self.done += 1;
        if self.done.is_multiple_of(OFTEN) && self.lines.width.is_some() {
            self.lines.count(&format!("{} of {} messages", thousands(self.done), thousands(self.of)));
        }
        !self.stopped.load(Ordering::Relaxed)
    }

    fn outcome(&self) -> Result<(), ExportError> {
        if self.stopped.load(Ordering::Relaxed) { Err(ExportError::Interrupted) } else { Ok(()) }
    }
}
