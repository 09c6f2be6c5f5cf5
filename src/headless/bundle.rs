//! `sockeye bundle`: packs the evidence of a session into one archive.

use std::{
    io,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    archive::{Bundle, BundleError},
    cli::{BundleArgs, Exit},
    export::Redaction,
    files::IfExists,
    payload::{counted, size, thousands},
    store::{CaptureError, Reader},
};

use super::{of_capture, sql::exit_of, status_lines::StatusLines};

/// After how many messages the progress is told.
const OFTEN: u64 = 20_000;

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("cannot write to {name}: {source}")]
    Unwritten { name: String, source: io::Error },
}

impl From<CaptureError> for Refusal {
    fn from(error: CaptureError) -> Self {
        BundleError::Capture(error).into()
    }
}

/// Writes the archive. A signal ends it, and leaves no file.
pub async fn run(args: &BundleArgs) -> Exit {
    let run = args.clone();
    of_capture::run(&args.capture, move |capture, stopped| write(&run, capture, &stopped)).await
}

fn write(args: &BundleArgs, capture: &Path, stopped: &AtomicBool) -> Exit {
    let mut lines = StatusLines::stderr();
    match bundle(args, capture, stopped, &mut lines) {
        Ok(said) => {
            for message in &said {
                lines.say(message);
            }
            Exit::Done
        }
        Err(refusal) => {
            lines.say(&refusal.to_string());
            match refusal {
                Refusal::Refused(_) => Exit::Usage,
                Refusal::Bundle(BundleError::Capture(error)) => exit_of(&error),
                Refusal::Bundle(BundleError::Stopped) => Exit::Interrupted,
                Refusal::Bundle(_) | Refusal::Unwritten { .. } => Exit::Unwritten,
            }
        }
    }
}

fn bundle(
    args: &BundleArgs,
    capture: &Path,
    stopped: &AtomicBool,
    lines: &mut StatusLines<io::Stderr>,
) -> Result<Vec<String>, Refusal> {
    let redaction = args.redact.as_deref().map_or_else(|| Ok(Redaction::default()), Redaction::parse);
    let redaction = redaction.map_err(|error| Refusal::Refused(format!("--redact: {error}")))?;
    let reader = Reader::open(capture)?;
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
        return Err(Refusal::Refused(message));
    };
    let session = sessions.swap_remove(chosen);
    let target = args.output.clone().unwrap_or_else(|| {
        let name = args.capture.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        format!("{name}-{}.zip", session.id).into()
    });
    let existing = if args.force { IfExists::Replace } else { IfExists::Fail };
    let name = target.display().to_string();
    let bundle = Bundle { reader: &reader, session: &session, last: args.last, redaction: &redaction };
    let packed = bundle.write(&target, existing, &mut |done| {
        if done.is_multiple_of(OFTEN) && lines.width.is_some() {
            lines.count(&format!("{} messages packed", thousands(done)));
        }
        !stopped.load(Ordering::Relaxed)
    });
    let packed = packed.map_err(|error| match error {
        BundleError::Io(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Refusal::Refused(format!("there is such a file already, and --force replaces it: {name}"))
        }
        BundleError::Io(source) => Refusal::Unwritten { name: name.clone(), source },
        error => error.into(),
    })?;
    let said = format!(
        "session {} with {} of {} in {name}, {}",
        session.id,
        counted(packed.messages, "message"),
        session.messages,
        size(packed.bytes),
    );
    Ok([vec![said], packed.removed].concat())
}
