//! Reads the files that the arguments and the fields name.

use std::{fs::File, io, path::Path};

use crate::config::{MAX_FILE, Origin, Problem, byte_problem, read_within};

/// Reads a config file up to its size limit.
///
/// # Errors
///
/// The file cannot be read.
pub fn read_config(path: &Path) -> Result<String, Box<Problem>> {
    config_text(path, read(path, MAX_FILE))
}

/// The text of a config file of which these bytes were read.
///
/// # Errors
///
/// As for [`read_config`].
pub fn config_text(path: &Path, bytes: io::Result<Vec<u8>>) -> Result<String, Box<Problem>> {
    let whole = || Origin::File { path: path.to_owned(), line: 0, column: 0 };
    let wrong = |code, message: String, advice: Option<&str>| {
        let advice = advice.map(str::to_owned);
        Box::new(Problem { advice, ..Problem::error(code, "", whole(), message) })
    };
    let bytes = bytes.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => {
            let target =
                path.read_link().map_or_else(|_| "nowhere".to_owned(), |to| to.display().to_string());
            let advice = format!("it is a link to {target}, which does not exist");
            wrong("file-not-found", "no such file".to_owned(), Some(&advice))
        }
        io::ErrorKind::NotFound => {
            let here =
                std::env::current_dir().map_or_else(|_| ".".to_owned(), |path| path.display().to_string());
            let advice = format!("the working directory is {here}");
            wrong("file-not-found", "no such file".to_owned(), Some(&advice))
        }
        io::ErrorKind::FileTooLarge => {
            let advice = "a config file usually has a few kilobytes; check that this is the right file";
            wrong("file-too-large", error.to_string(), Some(advice))
        }
        _ => wrong("file-unreadable", format!("cannot read the file: {error}"), None),
    })?;
    let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    // Text with a zero in it is read, since the engine has words of its own for that.
    String::from_utf8(bytes).map_err(|error| {
        if let Some(at) = memchr::memchr(0, error.as_bytes()).filter(|_| !is_utf16) {
            let message = format!("this is not text: byte {} is zero", at + 1);
            let problem = byte_problem(path, error.as_bytes(), at, "not-text", message);
            return Box::new(problem.advise("check that this is the right file; a config is text"));
        }
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[at];
        let message = format!("byte {} is not UTF-8: 0x{byte:02x}", at + 1);
        if is_utf16 {
            return wrong("not-utf8", message, Some("this is UTF-16; save the file as UTF-8"));
        }
        let problem = byte_problem(path, error.as_bytes(), at, "not-utf8", message);
        Box::new(problem.advise("save the file as UTF-8"))
    })
}

/// Reads a file that an argument or a field names, up to `limit` bytes.
pub(super) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    File::open(path).and_then(|file| read_within(limit, file))
}

/// Reads a file of text that a field names.
pub(super) fn read_text(path: &str) -> io::Result<String> {
    let bytes = read(path.as_ref(), MAX_FILE)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}
