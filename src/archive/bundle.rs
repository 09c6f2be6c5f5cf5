//! One archive with the evidence of a session, for a ticket or a colleague.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufWriter, Seek, Write},
    path::Path,
};

use zip::{ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{
    describe::Story,
    export::{Contents, Exporter, Format, Redaction},
    files::{IfExists, write_whole},
    filter::Filter,
    payload::{counted, printable, printable_lines},
    schema::write_event,
    session::{EventKind, Mask, Seq, StoredEvent},
    store::{self, CaptureError, Reader, SessionSummary},
};

use super::{Buffered, Copier, CopyError, GoOn, Wanted};

/// How many stories the page tells at its beginning, and how many at its end.
const STORIES: usize = 25;

/// A session that is packed.
pub struct Bundle<'a> {
    pub reader: &'a Reader,
    pub session: &'a SessionSummary,
    /// How many messages it holds, counted from the end.
    pub last: u64,
    /// What is taken out of payloads. Nothing has been counted by it.
    pub redaction: &'a Redaction,
}

/// What was packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    pub messages: u64,
    /// The size of the archive.
    pub bytes: u64,
    /// What was removed, in sentences.
    pub removed: Vec<String>,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error(transparent)]
    Capture(#[from] CaptureError),
    #[error("{0}")]
    Archive(#[from] ZipError),
    #[error("{0}")]
    Io(#[from] io::Error),
    /// `go_on` said no.
    #[error("stopped as asked; there is no archive")]
    Stopped,
}

/// What is known of the session before its messages are copied.
#[derive(Default)]
struct Evidence {
    /// The place of the first message that is kept.
    from: Option<Seq>,
    /// The first stories, and the last ones.
    stories: (Vec<Story>, Vec<Story>),
    left_out: u64,
    /// What the pipeline would have logged.
    logged: String,
}

impl Bundle<'_> {
    /// Writes the archive, whole or not at all.
    ///
    /// # Errors
    ///
    /// The capture cannot be read, the archive cannot be written, or it was stopped.
    pub fn write(&self, path: &Path, existing: IfExists, go_on: GoOn<'_>) -> Result<Packed, BundleError> {
        let evidence = self.evidence()?;
        let mut removed = Vec::new();
        write_whole(path, existing, |file, _| {
            removed = self.fill(file, &evidence, go_on)?;
            Ok::<_, BundleError>(())
        })?;
        Ok(Packed { messages: self.kept(), bytes: store::size(path), removed })
    }

    fn kept(&self) -> u64 {
        self.session.messages.min(self.last)
    }

    fn evidence(&self) -> Result<Evidence, CaptureError> {
        let redaction = self.redaction.clone();
        let mut skipped = self.session.messages.saturating_sub(self.last);
        let mut evidence = Evidence::default();
        let mut story: Option<Story> = None;
        self.reader.read_session(self.session, &mut |piece| {
            for stored in piece {
                match stored {
                    StoredEvent::Event(event) => {
                        let event = redaction.event(&event);
                        if let EventKind::Pipeline(line) = &event.kind {
                            let level = format!("{:?}", line.level).to_uppercase();
                            // Writing to a string cannot fail.
                            let _ = writeln!(evidence.logged, "{} {level} {}", event.at, line.text);
                        }
                        if let Some(begun) = Story::begun(&event) {
                            evidence.tell(story.replace(begun));
                        } else if let Some(story) = &mut story {
                            story.take(&event);
                        }
                    }
                    StoredEvent::Messages(range) => {
                        if let Some(story) = &mut story {
                            story.received(range.count);
                        }
                        if evidence.from.is_none() && range.count > skipped {
                            evidence.from = Some(range.first_seq.plus(skipped));
                        }
                        skipped = skipped.saturating_sub(range.count);
                    }
                }
            }
            true
        })?;
        evidence.tell(story);
        Ok(evidence)
    }

    /// Writes the files of the archive; what was removed.
    fn fill(&self, file: File, evidence: &Evidence, go_on: GoOn<'_>) -> Result<Vec<String>, BundleError> {
        let mut archive = ZipWriter::new(BufWriter::new(file));
        let profile = self.reader.profile(self.session)?.map(|mut yaml| {
            self.redaction.clone().redact(&mut yaml);
            yaml
        });
        if let Some(yaml) = &profile {
            archive_file(&mut archive, "config.yaml")?.write_all(yaml.as_bytes())?;
        }
        if !evidence.logged.is_empty() {
            archive_file(&mut archive, "pipeline.log")?.write_all(evidence.logged.as_bytes())?;
        }
        // It has every event and every message that is kept: what is removed is counted in it.
        let redaction = self.redaction.clone();
        let har = archive_file(&mut archive, "connections.har")?;
        self.document(har, Contents::Har, evidence, &redaction, &mut *go_on)?;
        let kept = self.kept();
        let lines = archive_file(&mut archive, "messages.jsonl")?;
        let format = Contents::Lines(Format::JsonLines);
        self.document(lines, format, evidence, &self.redaction.clone(), &mut |done| go_on(kept + done))?;
        self.events(archive_file(&mut archive, "events.jsonl")?)?;
        let page = self.page(evidence, profile.is_some(), &redaction);
        archive_file(&mut archive, "README.md")?.write_all(page.as_bytes())?;
        archive.finish()?.flush()?;
        Ok(redaction.told())
    }

    /// Writes the messages that are kept in a format that has one file.
    fn document<W: Write>(
        &self,
        out: W,
        contents: Contents,
        evidence: &Evidence,
        redaction: &Redaction,
        go_on: GoOn<'_>,
    ) -> Result<(), BundleError> {
        let mut out = Buffered::new(out);
        let Some(mut document) = contents.document(Exporter::new(Format::JsonLines)) else { return Ok(()) };
        let filter = Filter::default();
        let from = evidence.from.unwrap_or(self.session.last.plus(1));
        let wanted = Wanted::Passing { filter: &filter, from, to: self.session.last };
        let sessions = std::slice::from_ref(self.session);
        let copier = Copier { reader: self.reader, sessions, wanted, redaction };
        copier.write(&mut out, &mut *document, go_on).map_err(|error| match error {
            CopyError::Capture(error) => BundleError::Capture(error),
            CopyError::Out(error) => BundleError::Io(error),
            CopyError::Stopped => BundleError::Stopped,
        })?;
        Ok(out.finish()?)
    }

    fn events(&self, out: &mut impl Write) -> Result<(), BundleError> {
        let (mut line, mut written) = (Vec::new(), Ok(()));
        let redaction = self.redaction.clone();
        self.reader.read_session(self.session, &mut |piece| {
            for stored in &piece {
                if let StoredEvent::Event(event) = stored {
                    write_event(&mut line, &redaction.event(event));
                }
            }
            written = out.write_all(&line);
            line.clear();
            written.is_ok()
        })?;
        Ok(written?)
    }

    fn page(&self, evidence: &Evidence, has_profile: bool, redaction: &Redaction) -> String {
        let (session, kept) = (self.session, self.kept());
        let mut url = session.url.clone();
        self.redaction.clone().redact(&mut url);
        let left_out = session.messages - kept;
        let config = if has_profile { "- `config.yaml`: the fields of the input\n" } else { "" };
        let log = if evidence.logged.is_empty() {
            ""
        } else {
            "- `pipeline.log`: what the pipeline would have logged\n"
        };
        let payloads = if redaction.is_empty() {
            "Those that are here have their payloads as they came.".to_owned()
        } else {
            let removed: Vec<_> = redaction.told().iter().map(|told| format!("\n- {}", code(told))).collect();
            let removed = removed.concat();
            format!(
                "What was asked for was taken out of the payloads of the others, and of the events:{removed}"
            )
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
             - {left_out} earlier messages are left out. {payloads}\n\n\
             ## What happened\n\n\
             {stories}",
            url = printable(&url),
            began = session.began.utc(),
            last = session.last_at.utc(),
            messages = counted(session.messages, "message"),
            connections = counted(session.connections.into(), "connection"),
            version = env!("CARGO_PKG_VERSION"),
            system = std::env::consts::OS,
            kept_words = counted(kept, "message"),
            stories = evidence.page(),
        )
    }
}

impl Evidence {
    /// Takes in a story that is complete.
    fn tell(&mut self, story: Option<Story>) {
        let Some(story) = story else { return };
        let (first, last) = &mut self.stories;
        if first.len() < STORIES {
            return first.push(story);
        }
        if last.len() == STORIES {
            last.remove(0);
            self.left_out += 1;
        }
        last.push(story);
    }

    /// A paragraph for each connection; of those in a row that went alike, the first and the last.
    fn page(&self) -> String {
        let mut page = String::new();
        let (first, last) = &self.stories;
        for (nth, stories) in [first, last].into_iter().enumerate() {
            if nth == 1 && self.left_out > 0 {
                let more = counted(self.left_out, "more connection");
                let _ = write!(page, "… {more}, told in `events.jsonl`\n\n");
            }
            for alike in stories.chunk_by(|one, other| one.kind() == other.kind()) {
                let told = |story: &Story| format!("{}\n\n", printable_lines(&story.told()).trim_end());
                page.extend(alike.first().map(told));
                if let [_, between @ .., _] = alike
                    && !between.is_empty()
                {
                    let more = counted(between.len() as u64, "connection");
                    let _ = write!(page, "… {more} that went the same way\n\n");
                }
                page.extend(alike.last().filter(|_| alike.len() > 1).map(told));
            }
        }
        page
    }
}

/// A rule stands as code, so that nothing in it is taken for Markdown.
fn code(told: &str) -> String {
    match told.rsplit_once(": ") {
        Some((rule, rest)) if rule.starts_with(['.', '/']) => format!("`{}`: {rest}", rule.replace('`', "'")),
        _ => told.to_owned(),
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
