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
    archive::{Copier, CopyError, Wanted},
    cli::{Exit, ExportArgs},
    export::{
        Columns, Contents, Document, Exporter, FILE_FORMATS, FileFormat, Format, PayloadEnd, Redaction,
    },
    files::{IfExists, is_same_file, local_zone, write_whole},
    filter::Filter,
    payload::{counted, size, thousands},
    store::{CaptureError, Reader, SessionSummary, write_plain},
};

use super::{
    of_capture,
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
    let run = args.clone();
    of_capture::run(&args.capture, move |capture, stopped| Export { args: &run, capture, stopped }.run())
        .await
}

struct Export<'a> {
    args: &'a ExportArgs,
    /// The capture, or the temporary one of what was imported.
    capture: &'a Path,
    stopped: Arc<AtomicBool>,
}

impl Export<'_> {
    fn run(&self) -> Exit {
        let mut lines = StatusLines::stderr();
        match self.write(&mut lines) {
            Ok(said) => {
                for message in &said {
                    lines.say(message);
                }
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

    fn write(&self, lines: &mut StatusLines<io::Stderr>) -> Result<Vec<String>, ExportError> {
        let format = self.format()?;
        let how = How { format, end: self.payload_end(format)?, columns: self.columns(format)? };
        let filter = self.filter(format)?;
        let redaction = self.redaction(format)?;
        let reader = Reader::open(self.capture).map_err(ExportError::Capture)?;
        let sessions = self.sessions(&reader)?;
        let mut count = Count::new(&sessions, lines, &self.stopped);
        let wanted = Wanted::passing(&filter);
        let copy = Copier { reader: &reader, sessions: &sessions, wanted, redaction: &redaction };
        let target = match &self.args.output {
            None => {
                let sink = Sink::stdout().map_err(ExportError::Sink)?;
                let Some(document) = how.document(sink.is_terminal) else {
                    let message = format!("{} needs a name to write to: -o NAME", format.word);
                    return Err(ExportError::Refused(message));
                };
                write(&copy, sink, document, &mut count)?;
                "standard output".to_owned()
            }
            Some(path) if is_no_file(path) => {
                let Some(document) = how.document(false) else {
                    return Err(ExportError::Refused(format!("{} cannot be written to a pipe", format.word)));
                };
                let sink = Sink::file(path, IfExists::Fail).map_err(ExportError::Sink)?;
                write(&copy, sink, document, &mut count)?;
                path.display().to_string()
            }
            Some(path) if format.contents == Contents::Folder => {
                Self::write_folder(path, &copy, &mut count)?;
                path.display().to_string()
            }
            Some(path) => {
                self.write_file(path, &how, &copy, &mut count)?;
                let bytes = fs::metadata(path).map_or(0, |meta| meta.len());
                format!("{}, {}", path.display(), size(bytes))
            }
        };
        let overrun = filter.overrun().map_or(String::new(), |overrun| format!("; {overrun}"));
        let exported = format!("{} exported to {target}{overrun}", counted(count.done, "message"));
        Ok([vec![exported], redaction.told()].concat())
    }

    /// How payloads end, which only `raw` lets one choose.
    fn payload_end(&self, format: &FileFormat) -> Result<PayloadEnd, ExportError> {
        let lines = if let Contents::Lines(format) = format.contents { Some(format) } else { None };
        self.args.raw.end(lines).map_err(ExportError::Refused)
    }

    /// The columns of the records, which only `csv` has.
    fn columns(&self, format: &FileFormat) -> Result<Option<Columns>, ExportError> {
        let Some(text) = &self.args.columns else { return Ok(None) };
        if format.contents != Contents::Csv {
            return Err(ExportError::Refused("--columns goes with --format csv".to_owned()));
        }
        let columns = Columns::parse(text);
        columns.map(Some).map_err(|error| ExportError::Refused(format!("--columns: {error}")))
    }

    /// What is taken out of payloads.
    fn redaction(&self, format: &FileFormat) -> Result<Redaction, ExportError> {
        let Some(text) = &self.args.redact else { return Ok(Redaction::default()) };
        if format.contents == Contents::Tables {
            let message = "a database is a copy of whole sessions; --redact goes with the other formats, such as --format jsonl";
            return Err(ExportError::Refused(message.to_owned()));
        }
        Redaction::parse(text).map_err(|error| ExportError::Refused(format!("--redact: {error}")))
    }

    fn write_folder(path: &Path, copy: &Copier<'_>, count: &mut Count<'_>) -> Result<(), ExportError> {
        let name = path.display().to_string();
        let written = copy.write_folder(path, &mut |done| count.is_at(done));
        written.map(drop).map_err(|error| match error {
            CopyError::Out(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                ExportError::Refused(format!("there is such a file or folder already: {name}"))
            }
            CopyError::Out(source) => ExportError::Unwritten { name, source },
            CopyError::Capture(error) => ExportError::Capture(error),
            CopyError::Stopped => ExportError::Interrupted,
        })
    }

    /// Writes a new file, whole or not at all.
    fn write_file(
        &self,
        path: &Path,
        how: &How,
        copy: &Copier<'_>,
        count: &mut Count<'_>,
    ) -> Result<(), ExportError> {
        if is_same_file(path, &self.args.capture) {
            return Err(ExportError::Refused(
                "the file is the capture itself; choose another name".to_owned(),
            ));
        }
        let name = path.display().to_string();
        let existing = if self.args.force { IfExists::Replace } else { IfExists::Fail };
        let written = write_whole(path, existing, |file: File, place| {
            if let Some(document) = how.document(false) {
                return write(copy, Sink::new(name.clone(), Box::new(file)), document, count);
            }
            let mut done = 0;
            let copied = write_plain(copy.reader, copy.sessions, place, &mut || {
                done += 1;
                count.is_at(done)
            });
            copied.map_err(ExportError::Capture)?;
            if count.is_stopped() { Err(ExportError::Interrupted) } else { Ok(()) }
        });
        written.map_err(|error| match error {
            ExportError::Unwritten { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                ExportError::Sink(SinkError::Exists { name })
            }
            ExportError::Unwritten { source, .. } => ExportError::Unwritten { name, source },
            // The new file failed, and not the capture.
            ExportError::Capture(CaptureError::Database { path, source }) if path != self.capture => {
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
        Ok(filter.in_zone(local_zone()))
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

/// What writes the new file.
struct How {
    format: &'static FileFormat,
    end: PayloadEnd,
    columns: Option<Columns>,
}

impl How {
    /// What writes the format into one file, if it is one.
    fn document(&self, is_terminal: bool) -> Option<Box<dyn Document<Sink>>> {
        if let Some(columns) = &self.columns {
            return Some(columns.clone().document());
        }
        let lines = Exporter { end: self.end, is_terminal, ..Exporter::new(Format::default()) };
        self.format.contents.document(lines)
    }
}

/// Writes one file.
fn write(
    copy: &Copier<'_>,
    mut sink: Sink,
    mut document: Box<dyn Document<Sink>>,
    count: &mut Count<'_>,
) -> Result<(), ExportError> {
    let copied = copy.write(&mut sink, &mut *document, &mut |done| count.is_at(done));
    copied.map_err(|error| match error {
        CopyError::Out(error) => ExportError::Sink(error),
        CopyError::Capture(error) => ExportError::Capture(error),
        CopyError::Stopped => ExportError::Interrupted,
    })?;
    sink.flush().map_err(ExportError::Sink)
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

    /// Takes in how many are exported; whether to go on.
    fn is_at(&mut self, done: u64) -> bool {
        self.done = done;
        if done.is_multiple_of(OFTEN) && self.lines.width.is_some() {
            self.lines.count(&format!("{} of {} messages", thousands(done), thousands(self.of)));
        }
        !self.is_stopped()
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
