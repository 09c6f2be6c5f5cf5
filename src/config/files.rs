//! The files that fields name: whether they are there and hold what they should.

use std::{io, path::Path};

use rustls_pki_types::{CertificateDer, pem::PemObject};

use super::{FieldId, Problem, Values};

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
