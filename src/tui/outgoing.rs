//! Messages on their way out: their variables filled in, and those that are kept over sessions.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::{
    app::{Framed, Outcome, Utterance},
    config::{MAX_FILE, read_within},
    files::{Place, create_private_folder, replace_private},
    send::{Fault, History, KeptMessage, Sources},
    session::{Outgoing, Timestamp},
};

/// Counts the messages that have `{{seq}}`.
#[derive(Debug, Default)]
pub(super) struct OutgoingMessages {
    counted: u64,
}

impl OutgoingMessages {
    /// The number that the next of them has.
    pub(super) const fn next(&self) -> u64 {
        self.counted + 1
    }

    /// Counts a message that could be made.
    pub(super) fn count(&mut self, utterance: &Utterance) {
        let counts = utterance.message.prepare().is_ok_and(|prepared| prepared.counts());
        self.counted += u64::from(counts);
    }
}

/// The frame that a message becomes now.
///
/// # Errors
///
/// A variable has no value, the text is not of its form, or a file cannot be read.
pub(super) fn frame(utterance: &Utterance, seq: u64) -> Result<Outgoing, Fault> {
    let sources = Sources {
        environment: &|name| std::env::var(name).ok(),
        now: Timestamp(jiff::Timestamp::now().as_microsecond()),
        random: &|| fastrand::u128(..).to_ne_bytes(),
        seq,
        last: utterance.last.as_deref(),
    };
    utterance.message.prepare()?.frame(&sources, &read_payload)
}

/// Reads the file that a message names, and makes its frame.
pub(super) fn read_file(utterance: Utterance, seq: u64) -> Outcome {
    let by = utterance.by;
    match frame(&utterance, seq) {
        Ok(frame) => Outcome::FileRead(Box::new(Framed { message: utterance.message, by, frame })),
        Err(fault) => Outcome::NotSent { by, message: fault.to_string() },
    }
}

/// The whole of a file. What is no file, such as a pipe, might never end.
fn read_payload(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    read_within(MAX_FILE, File::open(path)?)
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

/// Forgets the one of a name.
pub(super) fn forget(name: &str) -> Option<Outcome> {
    let path = file()?;
    let mut history = read(&path);
    history.remove(name);
    let written = write(&path, &history);
    written.err().map(|error| Outcome::Failed(format!("{name} stays in the file of messages: {error}")))
}

fn write(path: &Path, history: &History) -> io::Result<()> {
    create_private_folder(path.parent().unwrap_or(path))?;
    replace_private(path, |file| Ok(serde_json::to_writer(file, history)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::By,
        send::{Form, Message},
    };

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

    fn utterance(text: &str, form: Form) -> Utterance {
        Utterance { message: Message { form, ..Message::text(text) }, by: By::Line, last: None }
    }

    #[test]
    fn only_messages_that_could_be_made_are_counted() {
        let mut messages = OutgoingMessages::default();
        let mut made = |text: &str| {
            let utterance = utterance(text, Form::Text);
            let frame = frame(&utterance, messages.next())?;
            messages.count(&utterance);
            match frame {
                Outgoing::Data { payload, .. } => {
                    Ok::<_, Fault>(String::from_utf8_lossy(&payload).into_owned())
                }
                other => panic!("a message: {other:?}"),
            }
        };
        assert_eq!(made("a {{seq}}").as_deref(), Ok("a 1"));
        assert!(made("{{seq}} {{last}}").is_err());
        assert_eq!(made("b").as_deref(), Ok("b"));
        assert_eq!(made("c {{seq}}").as_deref(), Ok("c 2"));
    }

    #[test]
    fn a_file_that_cannot_be_sent_says_so_in_one_sentence() {
        let folder = tempfile::tempdir().expect("a folder");
        let large = folder.path().join("large.bin");
        File::create(&large).and_then(|file| file.set_len(MAX_FILE + 1)).expect("a file without blocks");
        let gone = folder.path().join("gone.bin");
        for (path, why) in [
            (&*large, "it is larger than 64 MiB"),
            (&*gone, "No such file"),
            (folder.path(), "it is not a file"),
        ] {
            let outcome = read_file(utterance(&path.to_string_lossy(), Form::File), 1);
            let Outcome::NotSent { by: By::Line, message } = outcome else { panic!("{outcome:?}") };
            assert!(message.starts_with(&format!("cannot read {}: {why}", path.display())), "{message}");
        }
    }
}
