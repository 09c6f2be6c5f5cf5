//! Messages on their way out: their variables filled in, and those that are kept over sessions.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::{
    app::{Outcome, Utterance},
    config::{MAX_FILE, read_within},
    files::{create_private_folder, replace_private},
    send::{Fault, History, KeptMessage, Sources},
    session::{Outgoing, Timestamp},
    store,
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
    Some(store::folder()?.parent()?.join("sent.json"))
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
