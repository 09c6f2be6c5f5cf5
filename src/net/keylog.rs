//! The keys of TLS connections in a file, for programs that read what was sent (the NSS key log format).

use std::{
    fmt::Write as _,
    fs::File,
    io::Write as _,
    path::Path,
    sync::{Mutex, PoisonError},
};

use rustls::KeyLog;

use crate::{files::append_private, session::FailureKind};

use super::Cause;

/// The open file.
#[derive(Debug)]
pub(super) struct Keylog(Mutex<File>);

impl Keylog {
    /// Opens the file, which afterwards only its owner can access.
    pub(super) fn open(path: &Path) -> Result<Self, Cause> {
        append_private(path).map(|file| Self(Mutex::new(file))).map_err(|error| {
            let message = format!("the file for the keys of TLS, {}, cannot be opened", path.display());
            Cause::new(FailureKind::tls_failed(), message).because(&error)
        })
    }
}

impl Keylog {
    /// Adds a line, which has no end yet.
    pub(super) fn write(&self, line: &[u8]) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(&[line, b"\n"].concat()) {
            tracing::warn!(%error, "the keys of TLS could not be written");
        }
    }
}

impl KeyLog for Keylog {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let mut line = label.to_owned();
        for bytes in [client_random, secret] {
            line.push(' ');
            for byte in bytes {
                // Writing to a string cannot fail.
                let _ = write!(line, "{byte:02x}");
            }
        }
        self.write(line.as_bytes());
    }
}
