//! Reads the entries of `tls.client_certs`.

use crate::{
    go_verdict::client::{
        ClientCertificate, Doubt, EntryError, Fields, Pair, Pkcs8Error, Version, entry, signing_error,
        with_plain_key,
    },
    keys::{PrivateKey, private_key},
};

use crate::config::{
    schema::{FieldId, Values},
    secrets::Secret,
};

use super::{
    client_cert::{ClientCert, Source},
    client_fault::{CertFault, Texts},
    read::{MAX_KEY, MAX_PEM, ReadFile},
};

/// The certificate and the key of an entry, ready to be presented.
#[derive(Debug)]
pub struct Opened {
    pub certificate: ClientCertificate,
    pub key: PrivateKey,
    /// Why the pipeline does not start with them: Sockeye opens more kinds of encrypted keys.
    pub only_here: Option<CertFault>,
}

impl ClientCert {
    /// Reads the certificate and the key as the pipeline does at its start.
    ///
    /// # Errors
    ///
    /// The first fault.
    pub fn open(&self, read: ReadFile<'_>) -> Result<Opened, CertFault> {
        let cert = &self.bytes(&self.cert, "cert", MAX_PEM, read)?;
        let key = &self.bytes(&self.key, "key", MAX_KEY, read)?;
        let password = self.password.expose();
        let texts = Texts { cert, key };
        let (certificate, only_here) = match entry(cert, key, password) {
            Ok(certificate) => (certificate, None),
            Err(error) => {
                let fault = CertFault::of_entry(self, &error, texts);
                match opened_here(&error, texts, password) {
                    Some(Ok(certificate)) => (certificate, Some(fault)),
                    Some(Err(next)) => return Err(fault.then(&CertFault::of_entry(self, &next, texts))),
                    None => return Err(fault),
                }
            }
        };
        // A key of more than two primes is handed on as it came.
        let der = certificate.key.pkcs8().map(|der| PrivateKey::Pkcs8(der.into()));
        let key = match der {
            Some(key) => key,
            None => private_key(key, password).map_err(|error| CertFault::of_key(self, &error))?,
        };
        Ok(Opened { certificate, key, only_here })
    }

    /// What is wrong with a key that the pipeline presents and then does not sign with, in a handshake of this version.
    #[must_use]
    pub fn too_weak(&self, opened: &Opened, version: Version) -> Option<CertFault> {
        signing_error(&opened.certificate, version).map(|words| CertFault::too_weak(self, words))
    }

    fn bytes(
        &self,
        source: &Source,
        name: &str,
        limit: u64,
        read: ReadFile<'_>,
    ) -> Result<Vec<u8>, CertFault> {
        match source {
            Source::Text(text) => Ok(text.expose().as_bytes().to_vec()),
            Source::File(path) => {
                read(path, limit).map_err(|error| CertFault::unread(self.place(source, name), path, &error))
            }
        }
    }
}

/// The pair of a key that is encrypted, or stands in its text, as the pipeline does not read it; `None` if the key does not
/// open here either.
fn opened_here(
    error: &EntryError,
    texts: Texts<'_>,
    password: &str,
) -> Option<Result<ClientCertificate, EntryError>> {
    let may_open = match error {
        EntryError::Pkcs8(Pkcs8Error::Password(doubt)) => *doubt == Doubt::HashUnseen,
        EntryError::Pkcs8(_) | EntryError::Key(_) | EntryError::NoKeyBlock => true,
        _ => false,
    };
    let key = may_open.then(|| private_key(texts.key, password).ok())??;
    match with_plain_key(texts.cert, key.secret_der()) {
        Err(next) if next == *error => None,
        opened => Some(opened),
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
    indices.into_iter().map(|index| entry_at(values, index)).collect()
}

fn entry_at(values: &Values, index: usize) -> Result<ClientCert, CertFault> {
    let path = format!("{}.{index}", FieldId::TlsClientCerts.path());
    let text =
        |leaf: &str| values.get(&format!("{path}.{leaf}")).map_or(String::new(), |value| value.text.clone());
    let [cert, key, cert_file, key_file] = ["cert", "key", "cert_file", "key_file"].map(text);
    let fields = Fields { cert: &cert, key: &key, cert_file: &cert_file, key_file: &key_file };
    let (cert, key) = match fields.pair().map_err(|error| CertFault::missing(&path, &error))? {
        Pair::Text { cert, key } => (Source::Text(Secret::new(cert)), Source::Text(Secret::new(key))),
        Pair::Files { cert, key } => (Source::File(cert.into()), Source::File(key.into())),
    };
    let password = values.passphrase(&format!("{path}.password"));
    Ok(ClientCert { path, cert, key, password })
}

#[cfg(test)]
mod tests {
    use std::{io, path::Path};

    use super::*;
    use crate::config::{CertFaultKind, Origin};

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

    /// What stands in the files of an entry, what is said of it, what the pipeline says, and the start of the mends.
    type Row = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

    macro_rules! key {
        ($name:literal) => {
            include_str!(concat!("../../../tests/keys/", $name))
        };
    }

    const PKCS8: &str = "failed to parse encrypted PKCS#8 private key: ";

    const ROWS: [Row; 8] = [
        (
            CERT,
            LOCKED,
            "is an encrypted EC key in PKCS#8, of which the pipeline opens only RSA keys",
            "key block is not of type RSA",
            &[
                "run `openssl ec -in k.pem -aes256 -out k.pem.new`",
                "run `openssl ec -in k.pem -out k.pem.new`",
            ],
        ),
        (
            key!("rsa-cert.pem"),
            key!("rsa-pbes2-hmacWithSHA512.pem"),
            "is encrypted with a password hash that the pipeline does not know",
            "pkcs8: unsupported hash function",
            &["run `openssl pkcs8 -in k.pem -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -out k.pem.new`"],
        ),
        (
            CERT,
            key!("ec-pbes1.pem"),
            "is encrypted by an old scheme (PBES1 or PKCS#12)",
            "pkcs8: only PBES2 supported",
            &[
                "run `openssl ec -provider legacy -provider default -in k.pem -aes256 -out k.pem.new`",
                "run `openssl ec -provider legacy -provider default -in k.pem -out k.pem.new`",
            ],
        ),
        (
            CERT,
            OTHER,
            "is of another kind than the key of the certificate",
            "tls: private key type does not match public key type",
            &["use the key that belongs to the certificate: `openssl x509 -in c.pem -noout -pubkey` and \
                 `openssl pkey -in k.pem -pubout`"],
        ),
        (
            CERT,
            key!("ec-explicit.pem"),
            "contains an EC key that writes out its curve instead of naming it",
            "tls: failed to parse private key",
            &["run `openssl ec -in k.pem -param_enc named_curve -out k.pem.new`"],
        ),
        (
            key!("clients/negative.pem"),
            KEY,
            "begins with a certificate that the pipeline cannot read (negative serial number)",
            "x509: negative serial number",
            &["have a certificate issued that the pipeline reads"],
        ),
        (
            KEY,
            KEY,
            "contains a private key instead of a certificate",
            "types: [EC PARAMETERS EC PRIVATE KEY]",
            &["set the certificate as cert or cert_file"],
        ),
        (
            key!("rsa-cert.pem"),
            LOCKED,
            "of which the pipeline opens only RSA keys, and then \"k.pem\" is of another kind",
            "key block is not of type RSA",
            &["run `openssl ec"],
        ),
    ];

    #[test]
    fn each_fault_is_said_in_plain_words_and_in_those_of_the_pipeline_with_its_mend() {
        let only = only(&[("0.cert_file", "c.pem"), ("0.key_file", "k.pem"), ("0.password", "secret")])
            .expect("whole");
        for (cert, key, message, pipeline, mends) in ROWS {
            let read =
                |path: &Path, _| Ok(if path.ends_with("c.pem") { cert } else { key }.as_bytes().to_vec());
            let fault = match only.open(&read) {
                Ok(opened) => opened.only_here.expect("the pipeline does not start"),
                Err(fault) => fault,
            };
            assert!(fault.message.contains(message), "{fault:?}");
            assert!(fault.pipeline.trim_start_matches(PKCS8).ends_with(pipeline), "{fault:?}");
            assert_eq!(fault.mends.len(), mends.len(), "{fault:?}");
            for (mend, start) in fault.mends.iter().zip(mends) {
                assert!(mend.starts_with(start), "{mend}");
            }
        }
    }

    #[test]
    fn what_the_pipeline_takes_is_opened_without_a_word() {
        for (cert, key) in [
            (key!("clients/version-1.pem"), KEY),
            (key!("clients/critical.pem"), KEY),
            (key!("clients/p224.pem"), include_str!("../../../tests/go_offer/keys/p224.pem")),
            (key!("clients/rsa1024.pem"), include_str!("../../../tests/go_offer/keys/rsa1024.pem")),
            (CERT, key!("ec-aes-256-cbc.pem")),
            (key!("rsa-cert.pem"), key!("rsa-pbes2-hmacWithSHA256.pem")),
        ] {
            let entry = only(&[("0.cert", cert), ("0.key", key), ("0.password", "secret")]).expect("whole");
            let opened = entry.open(&no_file).expect("it is taken");
            assert_eq!(opened.only_here, None);
            assert_eq!(entry.too_weak(&opened, Version::Tls13), None);
        }
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
