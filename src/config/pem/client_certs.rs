//! Reads the entries of `tls.client_certs`.

use std::{io, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::keys::{CertError, Identity, IdentityError, KeyError, identity};

use crate::config::{
    schema::{FieldId, Values},
    secrets::Secret,
};

use super::read::{MAX_KEY, MAX_PEM, ReadFile, go_read_error, not_found_message};

/// One entry of `tls.client_certs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCert {
    /// The path of the entry: `tls.client_certs.0`.
    pub path: String,
    pub cert: Source,
    pub key: Source,
    /// The password of the key; may be empty.
    pub password: Secret,
}

/// The source of PEM text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Text(Secret),
    /// Read at each connection.
    File(PathBuf),
}

/// A fault of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertFault {
    pub kind: CertFaultKind,
    /// The field: `tls.client_certs.0.key_file`.
    pub path: String,
    /// A sentence that names the field and the file.
    pub message: String,
    /// The error of the pipeline, which does not start with this fault.
    pub pipeline: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertFaultKind {
    /// A part of the pair is missing.
    Incomplete,
    /// The password of the key is missing or wrong.
    Password,
    /// The key does not belong to the certificate.
    Mismatch,
    /// The certificate or the key cannot be read, or is of the wrong kind.
    Unreadable,
}

impl ClientCert {
    /// A first entry with PEM text.
    #[must_use]
    pub fn inline(cert: &str, key: &str) -> Self {
        Self {
            path: format!("{}.0", FieldId::TlsClientCerts.path()),
            cert: Source::Text(Secret::new(cert)),
            key: Source::Text(Secret::new(key)),
            password: Secret::new(""),
        }
    }

    fn place(&self, source: &Source, name: &str) -> String {
        match source {
            Source::Text(_) => format!("{}.{name}", self.path),
            Source::File(_) => format!("{}.{name}_file", self.path),
        }
    }

    /// Reads the certificate and the key, and checks that they match.
    ///
    /// # Errors
    ///
    /// The first fault.
    pub fn open(&self, read: ReadFile<'_>) -> Result<Identity, CertFault> {
        let cert = self.bytes(&self.cert, "cert", MAX_PEM, read)?;
        let key = self.bytes(&self.key, "key", MAX_KEY, read)?;
        identity(&cert, &key, self.password.expose()).map_err(|error| self.fault(&error))
    }

    fn bytes(
        &self,
        source: &Source,
        name: &str,
        limit: u64,
        read: ReadFile<'_>,
    ) -> Result<Vec<u8>, CertFault> {
        let path = match source {
            Source::Text(text) => return Ok(text.expose().as_bytes().to_vec()),
            Source::File(path) => path,
        };
        read(path, limit).map_err(|error| {
            let (place, file) = (self.place(source, name), path.display());
            CertFault {
                kind: CertFaultKind::Unreadable,
                message: match error.kind() {
                    io::ErrorKind::NotFound => format!("{place}: {}", not_found_message(&file.to_string())),
                    _ => format!("{place}: cannot read \"{file}\": {error}"),
                },
                path: place,
                pipeline: go_read_error(path, &error),
            }
        })
    }

    fn fault(&self, error: &IdentityError) -> CertFault {
        let (source, name) = match error {
            IdentityError::Certificate(_) | IdentityError::Malformed => (&self.cert, "cert"),
            IdentityError::Key(_) | IdentityError::Mismatch | IdentityError::Kind => (&self.key, "key"),
        };
        let path = self.place(source, name);
        let whose = match source {
            Source::Text(_) => "the text".to_owned(),
            Source::File(file) => format!("\"{}\"", file.display()),
        };
        let kind = match error {
            IdentityError::Mismatch | IdentityError::Kind => CertFaultKind::Mismatch,
            IdentityError::Key(KeyError::PasswordMissing { .. } | KeyError::PasswordWrong { .. }) => {
                CertFaultKind::Password
            }
            _ => CertFaultKind::Unreadable,
        };
        CertFault { kind, message: format!("{path}: {whose} {error}"), path, pipeline: pipeline(error) }
    }
}

/// What the pipeline says at its start (`ClientCertConfig.Load`, `loadKeyPair`).
fn pipeline(error: &IdentityError) -> String {
    match error {
        IdentityError::Mismatch => "tls: private key does not match public key".to_owned(),
        IdentityError::Kind => "tls: private key type does not match public key type".to_owned(),
        IdentityError::Malformed => "x509: malformed certificate".to_owned(),
        IdentityError::Certificate(CertError::Key) => {
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched".to_owned()
        }
        IdentityError::Certificate(_) => "tls: failed to find any PEM data in certificate input".to_owned(),
        IdentityError::Key(error) => match error {
            KeyError::PasswordMissing { form } => format!("missing password for {form} encrypted private key"),
            KeyError::PasswordWrong { form: "PKCS#1" } => {
                "failed to parse encrypted PKCS#1 private key: x509: decryption password incorrect".to_owned()
            }
            KeyError::PasswordWrong { .. } => {
                "failed to parse encrypted PKCS#8 private key: pkcs8: incorrect password".to_owned()
            }
            KeyError::Unsupported { scheme } if scheme.starts_with("PBES1") || scheme.starts_with("a scheme") => {
                "failed to parse encrypted PKCS#8 private key: pkcs8: only PBES2 supported".to_owned()
            }
            KeyError::Unsupported { .. } => {
                "failed to parse encrypted PKCS#1 private key: x509: unknown encryption mode".to_owned()
            }
            KeyError::Certificate => {
                "tls: found a certificate rather than a key in the PEM for the private key".to_owned()
            }
            KeyError::None | KeyError::Empty | KeyError::Der | KeyError::Broken => {
                "failed to decode private key".to_owned()
            }
            KeyError::Public => {
                "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [PUBLIC KEY]".to_owned()
            }
            KeyError::OpenSsh | KeyError::Damaged => "tls: failed to parse private key".to_owned(),
        },
    }
}

/// The entries in their order, or what is missing in one. Files take precedence over text, as in the pipeline.
#[must_use]
pub fn client_certs(values: &Values) -> Vec<Result<ClientCert, CertFault>> {
    let mut indices: Vec<usize> = Vec::new();
    for (key, _) in values.entries(FieldId::TlsClientCerts) {
        let index = key.split('.').next().and_then(|index| index.parse().ok());
        indices.extend(index.filter(|index| indices.last() != Some(index)));
    }
    indices.into_iter().map(|index| entry(values, index)).collect()
}

fn entry(values: &Values, index: usize) -> Result<ClientCert, CertFault> {
    let path = format!("{}.{index}", FieldId::TlsClientCerts.path());
    let text =
        |leaf: &str| values.get(&format!("{path}.{leaf}")).map_or(String::new(), |value| value.text.clone());
    let missing = |leaf: &str| CertFault {
        kind: CertFaultKind::Incomplete,
        path: format!("{path}.{leaf}"),
        message: format!("{path} has no {leaf}"),
        pipeline: format!("missing {leaf} field in client certificate config"),
    };
    let has_files = !text("cert_file").is_empty() || !text("key_file").is_empty();
    let source = |leaf: &str| match text(leaf) {
        value if value.is_empty() => Err(missing(leaf)),
        value if has_files => Ok(Source::File(value.into())),
        value => Ok(Source::Text(Secret::new(value))),
    };
    let [cert, key] = if has_files { ["cert_file", "key_file"] } else { ["cert", "key"] };
    let (cert, key) = (source(cert)?, source(key)?);
    let password = Secret::new(text("password"));
    Ok(ClientCert { path, cert, key, password })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Origin;

    const CERT: &str = include_str!("../../../tests/keys/ec-cert.pem");
    const KEY: &str = include_str!("../../../tests/keys/ec-sec1.pem");
    const LOCKED: &str = include_str!("../../../tests/keys/ec-scrypt.pem");
    const OTHER: &str = include_str!("../../../tests/keys/rsa-pkcs1.pem");

    fn values(fields: &[(&str, &str)]) -> Values {
        let mut values = Values::default();
        for (leaf, text) in fields {
            values.set(format!("tls.client_certs.{leaf}"), *text, Origin::Flag);
        }
        values
    }

    fn only(fields: &[(&str, &str)]) -> Result<ClientCert, CertFault> {
        let mut all = client_certs(&values(fields));
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn no_file(path: &Path, _: u64) -> io::Result<Vec<u8>> {
        panic!("{} must not be read", path.display())
    }

    #[test]
    fn a_missing_part_has_the_error_of_the_pipeline() {
        let table: [(&[(&str, &str)], &str); 5] = [
            (&[("0.key_file", "k.pem")], "missing cert_file field in client certificate config"),
            (&[("0.cert_file", "c.pem")], "missing key_file field in client certificate config"),
            (&[("0.password", "x")], "missing cert field in client certificate config"),
            (&[("0.key", KEY)], "missing cert field in client certificate config"),
            (&[("0.cert", CERT)], "missing key field in client certificate config"),
        ];
        for (fields, pipeline) in table {
            let fault = only(fields).expect_err("a part is missing");
            assert_eq!((fault.kind, fault.pipeline.as_str()), (CertFaultKind::Incomplete, pipeline));
        }
    }

    #[test]
    fn files_take_precedence_over_text() {
        let fields = [("0.cert", CERT), ("0.key", KEY), ("0.cert_file", "c.pem"), ("0.key_file", "k.pem")];
        assert_eq!(only(&fields).map(|cert| cert.cert), Ok(Source::File("c.pem".into())));
    }

    #[test]
    fn entries_keep_their_indices_and_are_sorted() {
        let fields =
            values(&[("10.cert_file", "c"), ("10.key_file", "k"), ("2.cert_file", "c"), ("2.key_file", "k")]);
        let paths: Vec<_> =
            client_certs(&fields).into_iter().map(|cert| cert.map(|cert| cert.path)).collect();
        assert_eq!(paths, [Ok("tls.client_certs.2".to_owned()), Ok("tls.client_certs.10".to_owned())]);
    }

    #[test]
    fn each_fault_has_its_kind_and_names_the_field() {
        let fault = |key: &str, password: &str| {
            let entry =
                only(&[("0.cert", CERT), ("0.key", key), ("0.password", password)]).expect("it is whole");
            entry.open(&no_file).map(drop).expect_err("it cannot be opened")
        };
        let missing = fault(LOCKED, "");
        assert_eq!(missing.kind, CertFaultKind::Password);
        let message = "tls.client_certs.0.key: the text is encrypted (PKCS#8), and no password is set";
        assert_eq!(missing.message, message);
        assert_eq!(missing.pipeline, "missing password for PKCS#8 encrypted private key");
        let wrong = fault(LOCKED, "guess");
        assert_eq!(wrong.kind, CertFaultKind::Password);
        assert!(!wrong.message.contains("guess"));
        assert_eq!(fault(OTHER, "").kind, CertFaultKind::Mismatch);
        assert_eq!(fault(CERT, "").kind, CertFaultKind::Unreadable);
        assert_eq!(fault("rubbish", "").pipeline, "failed to decode private key");
    }

    #[test]
    fn the_fault_of_an_unreadable_file_names_the_file_and_the_field() {
        let entry = only(&[("0.cert_file", "c.pem"), ("0.key_file", "k.pem")]).expect("it is whole");
        let read = |path: &Path, limit: u64| match path.to_str() {
            Some("c.pem") => Ok(CERT.as_bytes().to_vec()),
            _ if limit == MAX_KEY => Err(io::ErrorKind::IsADirectory.into()),
            _ => Err(io::ErrorKind::NotFound.into()),
        };
        let fault = entry.open(&read).map(drop).expect_err("the key is a folder");
        assert_eq!(fault.path, "tls.client_certs.0.key_file");
        assert_eq!(fault.message, "tls.client_certs.0.key_file: cannot read \"k.pem\": is a directory");
        assert_eq!(fault.pipeline, "read k.pem: is a directory");
    }
}
