//! Messages on their way out: their variables filled in, and those that are kept over sessions.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::{
    app::{Outcome, Utterance},
    config::{MAX_FILE, read_within},
    files::{Place, create_private_folder, replace_private},
    send::{Fault, History, KeptMessage, Sources},
    session::{Outgoing, Timestamp},
};

/// Makes frames of messages.
#[derive(Debug, Default)]
pub(super) struct OutgoingMessages {
    /// Messages with `{{seq}}` so far.
    counted: u64,
}

impl OutgoingMessages {
    /// The frame that a message becomes now.
    ///
    /// # Errors
    ///
    /// A variable has no value, the text is not of its form, or a file cannot be read.
    pub(super) fn frame(&mut self, utterance: &Utterance) -> Result<Outgoing, Fault> {
        let prepared = utterance.message.prepare()?;
        let sources = Sources {
            environment: &|name| std::env::var(name).ok(),
            now: Timestamp(jiff::Timestamp::now().as_microsecond()),
            random: &|| fastrand::u128(..).to_ne_bytes(),
            seq: self.counted + 1,
            last: utterance.last.as_deref(),
        };
        let frame = prepared
            .frame(&sources, &|path| File::open(path).and_then(|file| read_within(MAX_FILE, file)))?;
        self.counted += u64::from(prepared.counts());
        Ok(frame)
    }
}

/// Where messages are kept.
fn file() -> Option<PathBuf> {
    Place::Sent.path()
}

fn read(path: &Path) -> History {
    // A list that cannot be read is no list.
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The messages that were kept.
pub(super) fn kept() -> Outcome {
    Outcome::Messages(file().map(|path| read(&path)).unwrap_or_default())
}

/// Keeps one more. That it cannot be matters only for one with a name.
pub(super) fn keep(kept: KeptMessage) -> Option<Outcome> {
    let path = file()?;
    let is_named = kept.name.is_some();
    let mut history = read(&path);
    history.add(kept);
    let written = write(&path, &history);
    written
        .err()
        .filter(|_| is_named)
        .map(|error| Outcome::Failed(format!("the message is not kept: {error}")))
}

fn write(path: &Path, history: &History) -> io::Result<()> {
    create_private_folder(path.parent().unwrap_or(path))?;
    replace_private(path, |file| Ok(serde_json::to_writer(file, history)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::By, send::Message};

    #[test]
    fn messages_are_kept_in_a_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state/sent.json");
        let mut history = read(&path);
        assert!(history.is_empty());
        history.add(KeptMessage::of(&Message::text("hello {{seq}}"), Some("greeting".to_owned())));
        write(&path, &history).expect("it can be written");
        assert_eq!(read(&path), history);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
        }
        fs::write(&path, "no list").expect("it can be written");
        assert!(read(&path).is_empty());
    }

    #[test]
    fn only_messages_that_could_be_made_are_counted() {
        let mut messages = OutgoingMessages::default();
        let mut frame = |text: &str| {
            let message = Message::text(text);
            let frame = messages.frame(&Utterance { message, by: By::Line, last: None });
            frame.map(|frame| match frame {
                Outgoing::Data { payload, .. } => String::from_utf8_lossy(&payload).into_owned(),
                other => format!("{other:?}"),
            })
        };
        assert_eq!(frame("a {{seq}}").as_deref(), Ok("a 1"));
        assert!(frame("{{seq}} {{last}}").is_err());
        assert_eq!(frame("b").as_deref(), Ok("b"));
        assert_eq!(frame("c {{seq}}").as_deref(), Ok("c 2"));
    }
}
