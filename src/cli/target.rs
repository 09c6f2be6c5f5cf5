//! What a command is about: the address of a feed, a config file or a capture.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::SessionArgs;
use crate::{
    config::{Dialect, complete_address},
    profiles::name_and_environment,
    store::is_capture,
};

/// A word of the command line that names a feed. It may contain secrets; `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Target(String);

impl From<String> for Target {
    fn from(word: String) -> Self {
        Self(word)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target")
    }
}

/// Whether the name of a file is that of messages in another format, which are read as a capture.
fn is_imported(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ["har", "jsonl", "ndjson"].iter().any(|own| ending.eq_ignore_ascii_case(own))
}

/// Where messages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A capture, or a file that is imported as one.
    Capture(PathBuf),
    Session(Box<SessionArgs>),
}

impl Target {
    /// The same, or the profile that it names, which may be in an environment: `prod`, `feed@staging`.
    #[must_use]
    pub fn source_or_profile(&self, session: &SessionArgs, profiles: &[String]) -> Source {
        let (name, environment) = name_and_environment(&self.0);
        if Path::new(&self.0).is_file() || profiles.iter().all(|profile| profile != name) {
            return self.source(session);
        }
        Source::Session(Box::new(SessionArgs {
            profile: Some(name.to_owned()),
            environment: environment.map(str::to_owned),
            ..session.clone()
        }))
    }

    /// What it names, with the other arguments of the session: a capture (also as HAR or JSON Lines) or a config file if
    /// there is such a file, else an address.
    #[must_use]
    pub fn source(&self, session: &SessionArgs) -> Source {
        let path = Path::new(&self.0);
        let mut session = session.clone();
        if path.is_file() {
            if is_capture(path) || is_imported(path) {
                return Source::Capture(path.to_owned());
            }
            session.file = Some(path.to_owned());
            return Source::Session(Box::new(session));
        }
        let completed = complete_address(&self.0).filter(|_| session.options.dialect == Dialect::Standard);
        session.fields.push(("url".to_owned(), completed.unwrap_or_else(|| self.0.clone())));
        Source::Session(Box::new(session))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(word: &str) -> Source {
        Target::from(word.to_owned()).source(&SessionArgs::default())
    }

    #[test]
    fn a_word_is_a_profile_if_there_is_one_of_this_name() {
        let profiles = ["feed".to_owned()];
        let of = |word: &str| {
            let target = Target::from(word.to_owned());
            match target.source_or_profile(&SessionArgs::default(), &profiles) {
                Source::Session(session) => (session.profile, session.environment),
                Source::Capture(_) => panic!("{word} is no capture"),
            }
        };
        assert_eq!(of("feed"), (Some("feed".to_owned()), None));
        assert_eq!(of("feed@staging"), (Some("feed".to_owned()), Some("staging".to_owned())));
        for word in ["ws://feed", "feeds", "ws://user@feed"] {
            assert_eq!(of(word), (None, None), "{word}");
        }
    }

    #[test]
    fn a_word_is_a_file_that_is_there_or_an_address() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, is_capture) in [("feed.jsonl", true), ("feed.HAR", true), ("feed.yaml", false)] {
            let path = folder.path().join(name);
            std::fs::write(&path, "{}").expect("the folder can be written");
            match source(&path.display().to_string()) {
                Source::Capture(found) => assert!(is_capture && found == path, "{name}"),
                Source::Session(session) => assert!(!is_capture && session.file == Some(path), "{name}"),
            }
        }
        let Source::Session(session) = source("feed.example/ticks") else { panic!("an address") };
        assert_eq!(session.fields, [("url".to_owned(), "wss://feed.example/ticks".to_owned())]);
        assert!(!format!("{:?}", Target::from("ws://h?token=hunter2".to_owned())).contains("hunter2"));
    }
}
