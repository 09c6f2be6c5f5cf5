//! `sockeye export`: writes the messages of a capture into a file of another format, or to standard output.

use std::{
    fs,
    fs::File,
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    cli::{Exit, ExportArgs},
    export::{Contents, Exporter, FILE_FORMATS, FileFormat, Format, Origin},
    files::{IfExists, is_same_file, write_whole},
    filter::Filter,
    payload::{counted, size, thousands},
    store::{CaptureError, Captured, Reader, Search, SessionSummary, write_plain},
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
        let filter = self.filter(format)?;
        let reader = Reader::open(&self.args.capture).map_err(ExportError::Capture)?;
        let sessions = self.sessions(&reader)?;
        let mut count = Count::new(&sessions, lines, &self.stopped);
        let target = match (&self.args.output, format.contents) {
            (None, Contents::Tables) => {
                return Err(ExportError::Refused("a database needs a file: -o FILE".to_owned()));
            }
            (None, Contents::Lines(format)) => {
                let sink = Sink::stdout().map_err(ExportError::Sink)?;
                write_lines(sink, format, &reader, &sessions, (&filter, &mut count))?;
                "standard output".to_owned()
            }
            (Some(path), Contents::Lines(format)) if is_no_file(path) => {
                let sink = Sink::file(path, IfExists::Fail).map_err(ExportError::Sink)?;
                write_lines(sink, format, &reader, &sessions, (&filter, &mut count))?;
                path.display().to_string()
            }
            (Some(path), contents) => {
                self.write_file(path, contents, &reader, &sessions, (&filter, &mut count))?;
                let bytes = fs::metadata(path).map_or(0, |meta| meta.len());
                format!("{}, {}", path.display(), size(bytes))
            }
        };
        let overrun = filter.overrun().map_or(String::new(), |overrun| format!("; {overrun}"));
        Ok(format!("{} exported to {target}{overrun}", counted(count.done, "message")))
    }

    /// Writes a new file, whole or not at all.
    fn write_file(
        &self,
        path: &Path,
        contents: Contents,
        reader: &Reader,
        sessions: &[SessionSummary],
        (filter, count): (&Filter, &mut Count<'_>),
    ) -> Result<(), ExportError> {
        if is_same_file(path, &self.args.capture) {
            return Err(ExportError::Refused(
                "the file is the capture itself; choose another name".to_owned(),
            ));
        }
        let name = path.display().to_string();
        let existing = if self.args.force { IfExists::Replace } else { IfExists::Fail };
        let written = write_whole(path, existing, |file: File, place| match contents {
            Contents::Lines(format) => {
                let sink = Sink::new(name.clone(), Box::new(file));
                write_lines(sink, format, reader, sessions, (filter, count))
            }
            Contents::Tables => {
                let copied = write_plain(reader, sessions, place, &mut || count.add());
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
        FileFormat::of_file(path).ok_or_else(|| {
            let words: Vec<_> = FILE_FORMATS.iter().map(|format| format.word).collect();
            let words = words.join("|");
            ExportError::Refused(format!(
                "the name of the file asks for no known format; choose --format {words}: {}",
                path.display()
            ))
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

fn write_lines(
    mut sink: Sink,
    format: Format,
    reader: &Reader,
    sessions: &[SessionSummary],
    (filter, count): (&Filter, &mut Count<'_>),
) -> Result<(), ExportError> {
    let search = Search {
        matches: &|candidate| filter.matches(candidate),
        may_match: &|payloads| filter.may_match(payloads),
        needs: filter.needs(),
        ..Search::ALL
    };
    let exporter = Exporter { is_terminal: sink.is_terminal, ..Exporter::new(format) };
    let mut written = Ok(());
    let mut each = |captured: &Captured<'_>| {
        let Captured { at, connection, verdict, message } = *captured;
        let origin = Origin { at, connection, verdict };
        written = exporter.write(&mut sink, &origin, std::iter::once(message));
        written.is_ok() && count.add()
    };
    for session in sessions {
        let read = reader.messages(search, (session.first, session.last), &mut each);
        read.map_err(ExportError::Capture)?;
    }
    written.and_then(|()| sink.flush()).map_err(ExportError::Sink)?;
    count.outcome()
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
