//! The files that fields name: whether they are there and hold what they should.

use std::{
    io::{self, Read},
    path::Path,
};

use rustls_pki_types::{CertificateDer, pem::PemObject};

use super::{FieldId, Problem, Values};

/// The most bytes of a bundle of certificates that are read.
pub const MAX_PEM: u64 = 16 << 20;

/// All that `source` holds.
///
/// # Errors
///
/// Those of reading, and [`io::ErrorKind::FileTooLarge`] when there are more than `limit` bytes.
pub fn read_within(limit: u64, source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let says = format!("it is larger than {} MiB", limit >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, says));
    }
    Ok(bytes)
}

/// Looks at every file that takes part, through `read`.
#[must_use]
pub fn check_files(values: &Values, read: &dyn Fn(&Path) -> io::Result<Vec<u8>>) -> Vec<Problem> {
    let Some(given) = values.of(FieldId::TlsRootCasFile) else { return Vec::new() };
    if given.text.is_empty() || values.text_of(FieldId::TlsEnabled) != "true" {
        return Vec::new();
    }
    let error =
        |code, says: String| Problem::error(code, FieldId::TlsRootCasFile.path(), given.origin.clone(), says);
    let name = &given.text;
    let problem = match read(Path::new(name)) {
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => {
            let advice = if Path::new(name).is_absolute() {
                "name a PEM file with the certificates of the authorities to trust".to_owned()
            } else {
                "the path counts from the working directory, not from the config file".to_owned()
            };
            error("file-not-found", format!("no such file \"{name}\"")).advise(advice)
        }
        Err(failure) => error("file-unreadable", format!("cannot read \"{name}\": {failure}"))
            .advise("it must be a readable PEM file with certificates"),
        Ok(bytes) => match certificates_in(&bytes) {
            Ok(()) => return Vec::new(),
            Err(says) => error("roots-without-certificate", format!("\"{name}\" {says}"))
                .advise("it must hold at least one block that begins with -----BEGIN CERTIFICATE-----"),
        },
    };
    vec![problem]
}

/// Whether a PEM text holds certificates, and why not.
pub(super) fn certificates_in(pem: &[u8]) -> Result<(), String> {
    let mut count = 0_usize;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        match certificate {
            Ok(_) => count += 1,
            Err(_) => return Err("is not whole: a PEM block in it cannot be read".to_owned()),
        }
    }
    if count > 0 {
        return Ok(());
    }
    let text = String::from_utf8_lossy(pem);
    if text.contains("PRIVATE KEY-----") {
        return Err("holds a private key, no certificate".to_owned());
    }
    if pem.first() == Some(&0x30) {
        return Err("holds binary DER, not PEM".to_owned());
    }
    Err("holds no certificate".to_owned())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::read_within;

    #[test]
    fn a_file_without_an_end_is_not_read_to_it() {
        let error = read_within(1 << 20, io::repeat(b'x')).expect_err("it has no end");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is larger than 1 MiB");
        assert_eq!(read_within(3, &b"abc"[..]).expect("it is no longer than that"), b"abc");
    }
}
