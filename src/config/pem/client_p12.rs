//! The client certificate of `--client-p12`, which no pipeline has: it becomes an entry as those of `tls.client_certs`.

use std::path::PathBuf;

use crate::{
    config::{schema::FieldId, secrets::Secret},
    keys::{Pkcs12, Pkcs12Error, pkcs12},
};

use super::{
    client_cert::{ClientCert, Source},
    client_fault::{CertFault, CertFaultKind},
    read::{MAX_PEM, ReadFile, not_found_message},
};

/// A PKCS#12 file with a key and its certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientP12 {
    /// Read at each connection.
    pub file: PathBuf,
    pub password: Secret,
}

impl ClientP12 {
    /// The entry that the file holds.
    ///
    /// # Errors
    ///
    /// It cannot be read or opened.
    pub fn unpacked(&self, read: ReadFile<'_>) -> Result<ClientCert, CertFault> {
        let path = FieldId::ClientP12.path();
        let name = self.file.display();
        let fault = |kind, statement: String, mends| CertFault {
            kind,
            path: path.to_owned(),
            message: format!("{path}: {statement}"),
            pipeline: String::new(),
            mends,
        };
        let bytes = read(&self.file, MAX_PEM).map_err(|error| {
            let statement = match error.kind() {
                std::io::ErrorKind::NotFound => not_found_message(&name.to_string()),
                _ => format!("cannot read \"{name}\": {error}"),
            };
            fault(CertFaultKind::Unreadable, statement, vec!["set it to a PKCS#12 file".to_owned()])
        })?;
        let Pkcs12 { certificates, key } = pkcs12(&bytes, self.password.expose()).map_err(|error| {
            let statement = format!("\"{name}\" {error}");
            match error {
                Pkcs12Error::PasswordMissing | Pkcs12Error::PasswordWrong => {
                    let mend = format!("set {} to its password", FieldId::ClientP12Password.path());
                    fault(CertFaultKind::Password, statement, vec![mend])
                }
                Pkcs12Error::Unsupported => fault(CertFaultKind::Unreadable, statement, vec![self.as_pem()]),
                Pkcs12Error::Pem => {
                    let mend = "set tls.client_certs to PEM files".to_owned();
                    fault(CertFaultKind::Unreadable, statement, vec![mend])
                }
                Pkcs12Error::NoKey | Pkcs12Error::Damaged => {
                    let mend = "have it exported once more, with its key".to_owned();
                    fault(CertFaultKind::Unreadable, statement, vec![mend])
                }
            }
        })?;
        Ok(ClientCert {
            path: path.to_owned(),
            cert: Source::Text(Secret::new(certificates)),
            key: Source::Text(Secret::new(key)),
            password: Secret::default(),
        })
    }

    /// How a pipeline comes to the same certificate: the lines that make PEM files, and the fields that name them.
    #[must_use]
    pub fn as_pem(&self) -> String {
        let file = self.file.display().to_string();
        let file = shlex::try_quote(&file).map_or_else(|_| "FILE".to_owned(), std::borrow::Cow::into_owned);
        format!(
            "run `openssl pkcs12 -in {file} -nokeys -out client.crt` and `openssl pkcs12 -in {file} -nocerts -nodes \
             -out client.key` (both with -legacy if they say unsupported), and set tls.client_certs.0.cert_file and \
             key_file to them"
        )
    }
}

/// The path of the passphrase for the client certificate at a path, or of a field of it.
#[must_use]
pub fn passphrase_path(path: &str) -> Option<String> {
    if path == FieldId::ClientP12.path() {
        return Some(FieldId::ClientP12Password.path().to_owned());
    }
    let rest = path.strip_prefix(FieldId::TlsClientCerts.path())?.strip_prefix('.')?;
    let nth = rest.split('.').next()?;
    Some(format!("{}.{nth}.password", FieldId::TlsClientCerts.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_has_one_place_for_its_passphrase() {
        for path in ["tls.client_certs.2", "tls.client_certs.2.key_file"] {
            assert_eq!(passphrase_path(path).as_deref(), Some("tls.client_certs.2.password"));
        }
        assert_eq!(passphrase_path("beyond.client_p12").as_deref(), Some("beyond.client_p12_password"));
        assert_eq!(passphrase_path("jwt.private_key_file"), None);
    }
}
