//! Reads the PEM files that fields name, up to a limit.

use std::{
    io::{self, Read},
    path::Path,
};

use x509_parser::prelude::{FromDer, X509Certificate};

use crate::keys::certificates;

/// The largest bundle of certificates, in bytes.
pub const MAX_PEM: u64 = 16 << 20;

/// The largest private key, in bytes.
pub const MAX_KEY: u64 = 1 << 20;

/// Reads a file up to a limit in bytes.
pub type ReadFile<'a> = &'a dyn Fn(&Path, u64) -> io::Result<Vec<u8>>;

/// Reads all bytes of `source`.
///
/// # Errors
///
/// Those of reading, and [`io::ErrorKind::FileTooLarge`] for more than `limit` bytes.
pub fn read_within(limit: u64, source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let message = format!("it is larger than {} MiB", limit >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The error about a missing file. A leading `~` is not expanded, as in the pipeline.
pub(in crate::config) fn not_found_message(name: &str) -> String {
    let home = if name.starts_with("~/") { "; ~ is not expanded, write the whole path" } else { "" };
    format!("no such file \"{name}\"{home}")
}

/// The error of Go's `os.ReadFile`, in which a folder can be opened but not read. `None` where only Sockeye fails, or
/// the words of the system are not known.
#[must_use]
pub fn go_read_error(path: &Path, error: &io::Error) -> Option<String> {
    let (call, reason) = match error.kind() {
        io::ErrorKind::NotFound => ("open", "no such file or directory"),
        io::ErrorKind::PermissionDenied => ("open", "permission denied"),
        io::ErrorKind::NotADirectory => ("open", "not a directory"),
        io::ErrorKind::InvalidFilename => ("open", "file name too long"),
        io::ErrorKind::InvalidInput => ("open", "invalid argument"),
        io::ErrorKind::IsADirectory => ("read", "is a directory"),
        _ => return None,
    };
    Some(format!("{call} {}: {reason}", path.display()))
}

/// Checks that a PEM text contains a certificate that can be read.
pub(in crate::config) fn check_certificates(pem: &[u8]) -> Result<(), String> {
    let found = certificates(pem).map_err(|error| error.to_string())?;
    // As in the pipeline, one readable certificate is enough.
    if found.iter().any(|der| X509Certificate::from_der(der).is_ok()) {
        return Ok(());
    }
    Err("contains no certificate that can be read".to_owned())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::read_within;

    #[test]
    fn the_error_about_an_unexpanded_home_says_so() {
        assert_eq!(super::not_found_message("./ca.pem"), "no such file \"./ca.pem\"");
        assert!(super::not_found_message("~/ca.pem").ends_with("~ is not expanded, write the whole path"));
    }

    #[test]
    fn one_readable_certificate_is_enough() {
        let cut_off = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let message = super::check_certificates(cut_off);
        assert_eq!(message, Err("contains no certificate that can be read".to_owned()));
        let whole = include_bytes!("../../../tests/keys/rsa-cert.pem");
        assert_eq!(super::check_certificates(&[&cut_off[..], whole].concat()), Ok(()));
    }

    #[test]
    fn an_endless_file_is_read_only_up_to_the_limit() {
        let error = read_within(1 << 20, io::repeat(b'x')).expect_err("it is too large");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is larger than 1 MiB");
        assert_eq!(read_within(3, &b"abc"[..]).expect("it is no longer than that"), b"abc");
    }
}
