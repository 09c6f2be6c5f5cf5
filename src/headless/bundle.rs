//! `sockeye bundle`: one archive with the evidence of a session, for a ticket or a colleague.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufWriter, Seek, Write},
};

use zip::{ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{
    cli::{BundleArgs, Exit},
    export::{Contents, Document, Exporter, Format, Origin},
    files::{IfExists, write_whole},
    payload::{counted, printable_lines, size},
    schema::write_event,
    session::{EventKind, Seq, StoredEvent},
    store::{self, CaptureError, Captured, Item, Reader, Search, SessionSummary},
};

use super::{narrator::Narrator, sql::exit_of, status_lines::StatusLines};

/// How much of the story the page tells, in bytes.
const STORY: usize = 256 << 10;

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
enum BundleError {
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Capture(#[from] CaptureError),
    #[error("{0}")]
    Archive(#[from] ZipError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Writes the archive, whole or not at all.
pub fn run(args: &BundleArgs) -> Exit {
    let mut lines = StatusLines::stderr();
    match bundle(args) {
        Ok(said) => {
            lines.say(&said);
            Exit::Done
        }
        Err(error) => {
            let exit = match &error {
                BundleError::Refused(_) => Exit::Usage,
                BundleError::Capture(error) => exit_of(error),
                BundleError::Archive(_) | BundleError::Io(_) => Exit::Unwritten,
            };
            lines.say(&error.to_string());
            exit
        }
    }
}

fn bundle(args: &BundleArgs) -> Result<String, BundleError> {
    let reader = Reader::open(&args.capture)?;
    let mut sessions = reader.sessions()?;
    let chosen = match args.session {
        Some(id) => sessions.iter().position(|session| session.id == id),
        None => sessions.len().checked_sub(1),
    };
    let Some(chosen) = chosen else {
        let ids: Vec<_> = sessions.iter().map(|session| session.id.to_string()).collect();
        let message = match args.session {
            Some(id) => format!("there is no session {id}; the capture has {}", ids.join(", ")),
            None => "the capture has no session".to_owned(),
        };
        return Err(BundleError::Refused(message));
    };
    let session = sessions.swap_remove(chosen);
    let target = args.output.clone().unwrap_or_else(|| {
        let name = args.capture.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        format!("{name}-{}.zip", session.id).into()
    });
    let existing = if args.force { IfExists::Replace } else { IfExists::Fail };
    let shown = target.display().to_string();
    let evidence = Evidence::of(&reader, &session, args.last)?;
    let written = write_whole(&target, existing, |file, _| evidence.write(file));
    written.map_err(|error| match error {
        BundleError::Io(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            BundleError::Refused(format!("there is such a file already, and --force replaces it: {shown}"))
        }
        BundleError::Io(error) => {
            io::Error::new(error.kind(), format!("cannot write to {shown}: {error}")).into()
        }
        error => error,
    })?;
    Ok(format!(
        "session {} with {} of {} in {shown}, {}",
        session.id,
        counted(evidence.kept, "message"),
        session.messages,
        size(store::size(&target)),
    ))
}

/// A session, and which of its messages go into the archive.
struct Evidence<'a> {
    reader: &'a Reader,
    session: &'a SessionSummary,
    /// The place of the first message that is kept.
    from: Seq,
    kept: u64,
    profile: Option<String>,
    /// What became of the session, as `tail` tells it.
    story: String,
    /// What the pipeline would have logged.
    logged: String,
}

impl<'a> Evidence<'a> {
    fn of(reader: &'a Reader, session: &'a SessionSummary, last: u64) -> Result<Self, CaptureError> {
        let mut skipped = session.messages.saturating_sub(last);
        let mut from = None;
        let mut narrator = Narrator::new(Vec::new());
        let mut logged = String::new();
        let mut is_told = true;
        reader.read_session(session, &mut |piece| {
            for stored in piece {
                match stored {
                    StoredEvent::Event(event) => {
                        if let EventKind::Pipeline(line) = &event.kind {
                            let level = format!("{:?}", line.level).to_uppercase();
                            // Writing to a string cannot fail.
                            let _ = writeln!(logged, "{} {level} {}", event.at, line.text);
                        }
                        if narrator.out().len() < STORY {
                            narrator.take(&event);
                        } else {
                            is_told = false;
                        }
                    }
                    StoredEvent::Messages(range) if from.is_none() => {
                        if range.count > skipped {
                            from = Some(range.first_seq.plus(skipped));
                        }
                        skipped = skipped.saturating_sub(range.count);
                    }
                    StoredEvent::Messages(_) => {}
                }
            }
            true
        })?;
        let mut story = String::from_utf8_lossy(narrator.out()).into_owned();
        if !is_told {
            story.push_str("… the rest is in events.jsonl\n");
        }
        Ok(Self {
            reader,
            session,
            from: from.unwrap_or(session.last.plus(1)),
            kept: session.messages.min(last),
            profile: reader.profile(session)?,
            story,
            logged,
        })
    }

    fn write(&self, file: File) -> Result<(), BundleError> {
        let mut archive = ZipWriter::new(BufWriter::new(file));
        archive_file(&mut archive, "README.md")?.write_all(self.page().as_bytes())?;
        if let Some(yaml) = &self.profile {
            archive_file(&mut archive, "config.yaml")?.write_all(yaml.as_bytes())?;
        }
        if !self.logged.is_empty() {
            archive_file(&mut archive, "pipeline.log")?.write_all(self.logged.as_bytes())?;
        }
        let har = Contents::Har.document(Exporter::new(Format::JsonLines));
        self.document(archive_file(&mut archive, "connections.har")?, har)?;
        let lines = Contents::Lines(Format::JsonLines).document(Exporter::new(Format::JsonLines));
        self.document(archive_file(&mut archive, "messages.jsonl")?, lines)?;
        self.events(archive_file(&mut archive, "events.jsonl")?)?;
        archive.finish()?.flush()?;
        Ok(())
    }

    /// Writes the messages that are kept in a format that has one file.
    fn document(
        &self,
        out: &mut impl Write,
        document: Option<Box<dyn Document<Vec<u8>>>>,
    ) -> Result<(), BundleError> {
        let Some(mut document) = document else { return Ok(()) };
        let mut text = Vec::new();
        let Ok(()) = document.begin(&mut text);
        let mut written = Ok(());
        let places = (self.from, self.session.last);
        self.reader.items(self.session, Search::ALL, places, &mut |item| {
            let Ok(()) = match item {
                Item::Event(event) => document.event(&mut text, event),
                Item::Message(captured) => {
                    let Captured { at, connection, verdict, message } = captured;
                    let origin = Origin { at: *at, connection: *connection, verdict: *verdict };
                    document.message(&mut text, &origin, message)
                }
            };
            written = out.write_all(&text);
            text.clear();
            written.is_ok()
        })?;
        written?;
        let Ok(()) = document.end(&mut text);
        Ok(out.write_all(&text)?)
    }

    fn events(&self, out: &mut impl Write) -> Result<(), BundleError> {
        let (mut line, mut written) = (Vec::new(), Ok(()));
        self.reader.read_session(self.session, &mut |piece| {
            for stored in &piece {
                if let StoredEvent::Event(event) = stored {
                    write_event(&mut line, event);
                }
            }
            written = out.write_all(&line);
            line.clear();
            written.is_ok()
        })?;
        Ok(written?)
    }

    fn page(&self) -> String {
        let Self { session, kept, .. } = self;
        let messages = counted(session.messages, "message");
        let left_out = session.messages - kept;
        let config = if self.profile.is_some() { "- `config.yaml`: the fields of the input\n" } else { "" };
        let log = if self.logged.is_empty() {
            ""
        } else {
            "- `pipeline.log`: what the pipeline would have logged\n"
        };
        format!(
            "# {url}\n\n\
             {began} to {last}, {messages} in {connections}; written by sockeye {version} on {system}.\n\n\
             ## What is here\n\n\
             {config}\
             - `connections.har`: each connection attempt with its exchange, for browsers and proxies\n\
             - `messages.jsonl`: the last {kept_words}\n\
             - `events.jsonl`: everything else that happened, with the ladder, the certificates and the findings\n\
             {log}\n\
             ## What was removed\n\n\
             - Credentials of headers, of the address and of the fields are masked as •••; they are not in the capture \
             either.\n\
             - {left_out} earlier messages are left out. Those that are here have their payloads as they came.\n\n\
             ## What happened\n\n\
             ```text\n{story}```\n",
            url = session.url,
            began = session.began.utc(),
            last = session.last_at.utc(),
            connections = counted(session.connections.into(), "connection"),
            version = env!("CARGO_PKG_VERSION"),
            system = std::env::consts::OS,
            kept_words = counted(*kept, "message"),
            story = printable_lines(&self.story).replace("```", "'''"),
        )
    }
}

/// Begins a file of the archive.
fn archive_file<'a, W: Write + Seek>(
    archive: &'a mut ZipWriter<W>,
    name: &str,
) -> Result<&'a mut ZipWriter<W>, ZipError> {
    archive.start_file(name, SimpleFileOptions::default().unix_permissions(0o600).large_file(true))?;
    Ok(archive)
}
