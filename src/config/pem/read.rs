//! Reading the PEM files that fields name: how much of one, and why one cannot be read.

use std::{
    io::{self, Read},
    path::Path,
};

use x509_parser::prelude::{FromDer, X509Certificate};

use crate::keys::certificates;

/// The most bytes of a bundle of certificates that are read.
pub const MAX_PEM: u64 = 16 << 20;

/// The most bytes of a private key that are read.
pub const MAX_KEY: u64 = 1 << 20;

/// Reads at most so many bytes of a file.
pub type ReadFile<'a> = &'a dyn Fn(&Path, u64) -> io::Result<Vec<u8>>;

/// All that `source` holds.
///
/// # Errors
///
/// Those of reading, and [`io::ErrorKind::FileTooLarge`] when there are more than `limit` bytes.
pub fn read_within(limit: u64, source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let message = format!("it is larger than {} MiB", limit >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// That there is no file of this name, which the pipeline opens as it stands.
pub(in crate::config) fn absent(name: &str) -> String {
    let home = if name.starts_with("~/") { "; only a shell knows ~, write the folder out" } else { "" };
    format!("no such file \"{name}\"{home}")
}

/// Why a file cannot be read, in the words of Go's `os.ReadFile`: a folder opens, and is not read.
#[must_use]
pub fn unread_in_go(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => format!("open {path}: no such file or directory"),
        io::ErrorKind::PermissionDenied => format!("open {path}: permission denied"),
        io::ErrorKind::IsADirectory => format!("read {path}: is a directory"),
        _ => format!("read {path}: {error}"),
    }
}

/// Whether a PEM text holds a certificate that can be read, and why not.
pub(in crate::config) fn certificates_in(pem: &[u8]) -> Result<(), String> {
    let found = certificates(pem).map_err(|error| error.to_string())?;
    // As in the pipeline, one that can be read is enough.
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
    fn a_home_that_no_shell_wrote_out_is_told() {
        assert_eq!(super::absent("./ca.pem"), "no such file \"./ca.pem\"");
        assert!(super::absent("~/ca.pem").ends_with("only a shell knows ~, write the folder out"));
    }

    #[test]
    fn a_block_that_is_no_certificate_is_not_counted() {
        let cut_off = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        let message = super::certificates_in(cut_off);
        assert_eq!(message, Err("contains no certificate that can be read".to_owned()));
        let whole = include_bytes!("../../../tests/keys/rsa-cert.pem");
        assert_eq!(super::certificates_in(&[&cut_off[..], whole].concat()), Ok(()));
    }

    #[test]
    fn a_file_without_an_end_is_not_read_to_it() {
        let error = read_within(1 << 20, io::repeat(b'x')).expect_err("it has no end");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is larger than 1 MiB");
        assert_eq!(read_within(3, &b"abc"[..]).expect("it is no longer than that"), b"abc");
    }
}
