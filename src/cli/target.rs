//! What a command is about: the address of a feed, a config file or a capture.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::SessionArgs;
use crate::{
    config::{Dialect, complete_address},
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

/// Where messages come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Capture(PathBuf),
    Session(Box<SessionArgs>),
}

impl Target {
    /// What it names, with the other arguments of the session: a capture or a config file if there is such a file,
    /// else an address.
    #[must_use]
    pub fn source(&self, session: &SessionArgs) -> Source {
        let path = Path::new(&self.0);
        let mut session = session.clone();
        if path.is_file() {
            if is_capture(path) {
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
