//! What is wrong with an entry of `tls.client_certs`, in plain words and in the pipeline's, and what mends it.

use std::{io, path::Path};

use serde::{Deserialize, Serialize};

use crate::{
    go_verdict::client::{
        Doubt, EntryError, Files, LegacyError, Mend, Pkcs8Error, Protection, What, comparison,
        key::{KeyFault, KeyKind},
        mend,
    },
    keys::{KeyError, certificates, private_key},
};

use crate::config::schema::FieldId;

use super::{
    client_cert::{ClientCert, Source},
    read::{go_read_error, not_found_message},
};

/// A fault of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertFault {
    pub kind: CertFaultKind,
    /// The field: `tls.client_certs.0.key_file`.
    pub path: String,
    /// A sentence that names the field and the file.
    pub message: String,
    /// The error with which the pipeline does not start; empty where it is not known.
    pub pipeline: String,
    /// What mends it, each a sentence, with the lines for a shell; the best first.
    pub mends: Vec<String>,
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
    /// The certificate can be presented, but the key is too small to sign with.
    TooWeak,
}

/// The texts of an entry.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pub(super) cert: &'a [u8],
    pub(super) key: &'a [u8],
}

impl CertFault {
    /// A part of the entry at `path` is missing.
    pub(super) fn missing(path: &str, error: &EntryError) -> Self {
        let field = match error {
            EntryError::MissingField(field) => field.to_string(),
            _ => String::new(),
        };
        Self {
            kind: CertFaultKind::Incomplete,
            path: format!("{path}.{field}"),
            message: format!("{path} has no {field}"),
            pipeline: error.to_string(),
            mends: vec!["set cert_file and key_file, or cert and key".to_owned()],
        }
    }

    /// The file of the field at `place` cannot be read.
    pub(super) fn unread(place: String, file: &Path, error: &io::Error) -> Self {
        let name = file.display();
        let message = match error.kind() {
            io::ErrorKind::NotFound => format!("{place}: {}", not_found_message(&name.to_string())),
            _ => format!("{place}: cannot read \"{name}\": {error}"),
        };
        let mends = vec!["set it to a PEM file; paths are relative to the working directory".to_owned()];
        let pipeline = go_read_error(file, error).unwrap_or_default();
        Self { kind: CertFaultKind::Unreadable, path: place, message, pipeline, mends }
    }

    /// What the pipeline does not start with.
    pub(super) fn of_entry(entry: &ClientCert, error: &EntryError, texts: Texts<'_>) -> Self {
        let (source, name) =
            if is_of_certificate(error) { (&entry.cert, "cert") } else { (&entry.key, "key") };
        let pipeline = match error {
            EntryError::TooCostly(_) => String::new(),
            error => error.to_string(),
        };
        Self {
            pipeline,
            mends: mends(entry, error, texts),
            ..Self::at(entry, source, name, kind(error), &predicate(error, texts))
        }
    }

    /// This fault, which only the pipeline minds, with the next, which keeps Sockeye from the pair as well.
    pub(super) fn then(self, next: &Self) -> Self {
        let message = format!("{}, and then {}", self.message, next.statement());
        let firsts = [self.mends.first(), next.mends.first()];
        let mends = firsts.into_iter().flatten().cloned().collect::<Vec<_>>().join("; then ");
        Self { kind: next.kind, message, mends: vec![mends], ..self }
    }

    /// A key that the pipeline takes, and that cannot be read here.
    pub(super) fn of_key(entry: &ClientCert, error: &KeyError) -> Self {
        Self::at(entry, &entry.key, "key", CertFaultKind::Unreadable, &error.to_string())
    }

    /// A key that the pipeline does not sign with, and its error in the handshake.
    pub(super) fn too_weak(entry: &ClientCert, pipeline: String) -> Self {
        let predicate = "contains an RSA key of fewer than 1024 bits, with which nothing is signed";
        let mends = vec!["have a certificate issued for a key of at least 2048 bits".to_owned()];
        let fault = Self::at(entry, &entry.key, "key", CertFaultKind::TooWeak, predicate);
        Self { pipeline, mends, ..fault }
    }

    fn at(entry: &ClientCert, source: &Source, name: &str, kind: CertFaultKind, predicate: &str) -> Self {
        let path = entry.place(source, name);
        let whose = match source {
            Source::Text(_) => "the text".to_owned(),
            Source::File(file) => format!("\"{}\"", file.display()),
        };
        let message = format!("{path}: {whose} {predicate}");
        Self { kind, path, message, pipeline: String::new(), mends: Vec::new() }
    }

    /// The path of the entry: `tls.client_certs.0`.
    #[must_use]
    pub fn entry(&self) -> &str {
        if self.path == FieldId::ClientP12.path() {
            return &self.path;
        }
        self.path.rsplit_once('.').map_or(&self.path, |(entry, _)| entry)
    }

    /// The message without the field in front of it.
    #[must_use]
    pub fn statement(&self) -> &str {
        self.message.strip_prefix(&format!("{}: ", self.path)).unwrap_or(&self.message)
    }
}

fn is_of_certificate(error: &EntryError) -> bool {
    use EntryError as Error;
    matches!(
        error,
        Error::NoCertificate
            | Error::KeyForCertificate
            | Error::OtherForCertificate(_)
            | Error::Certificate(_)
            | Error::UnknownPublicKey
    )
}

fn kind(error: &EntryError) -> CertFaultKind {
    match error {
        EntryError::MissingField(_) => CertFaultKind::Incomplete,
        EntryError::PasswordMissing(_)
        | EntryError::Legacy(LegacyError::Password)
        | EntryError::LegacyGarbled(KeyFault::Malformed)
        | EntryError::Pkcs8(Pkcs8Error::Password(Doubt::Password)) => CertFaultKind::Password,
        EntryError::KindMismatch | EntryError::Mismatch => CertFaultKind::Mismatch,
        _ => CertFaultKind::Unreadable,
    }
}

/// What is wrong, as the end of a sentence about the file.
fn predicate(error: &EntryError, texts: Texts<'_>) -> String {
    use EntryError as Error;
    match error {
        // The field is said elsewhere.
        Error::MissingField(field) => format!("has no {field}"),
        Error::NoKeyBlock => match private_key(texts.key, "") {
            Err(error @ (KeyError::None | KeyError::Empty | KeyError::Der | KeyError::Broken)) => {
                error.to_string()
            }
            _ => UNREAD_PEM.to_owned(),
        },
        Error::PasswordMissing(form) => format!("is encrypted ({form}), and no password is set"),
        Error::Legacy(LegacyError::Password) | Error::LegacyGarbled(KeyFault::Malformed) => {
            "cannot be decrypted with the password (PKCS#1)".to_owned()
        }
        Error::Legacy(LegacyError::UnknownMode) => {
            "is encrypted by a cipher that the pipeline does not know; it opens DES, 3DES and AES with CBC"
                .to_owned()
        }
        Error::Legacy(_) | Error::Panic(_) => {
            "is encrypted, and damaged: its DEK-Info line or its contents are not whole".to_owned()
        }
        Error::LegacyGarbled(fault) | Error::Pkcs8(Pkcs8Error::Password(Doubt::Key(fault))) => {
            format!("opens with the password, and {}", key_fault(fault))
        }
        Error::Pkcs8(error) => pkcs8(error),
        Error::NoCertificate => match certificates(texts.cert) {
            Err(error) => error.to_string(),
            Ok(_) => UNREAD_PEM.to_owned(),
        },
        Error::KeyForCertificate => KEY_FOR_CERTIFICATE.to_owned(),
        Error::OtherForCertificate(labels) if has_key(labels) => KEY_FOR_CERTIFICATE.to_owned(),
        Error::OtherForCertificate(labels) => format!("contains no certificate, but {}", blocks(labels)),
        Error::CertificateForKey => "contains a certificate instead of a private key".to_owned(),
        Error::OtherForKey(labels) => match private_key(texts.key, "") {
            Err(error @ KeyError::Public) => error.to_string(),
            _ => format!("contains no private key, but {}", blocks(labels)),
        },
        Error::Certificate(words) => {
            let words = words.strip_prefix("x509: ").unwrap_or(words);
            format!("begins with a certificate that the pipeline cannot read ({words})")
        }
        Error::Key(fault) => key_fault(fault).to_owned(),
        Error::KindMismatch => "is of another kind than the key of the certificate".to_owned(),
        Error::Mismatch => "does not belong to the certificate".to_owned(),
        Error::UnknownPublicKey => "is for a kind of key that TLS does not sign with".to_owned(),
        Error::TooCostly(cost) => format!("has {cost}, which takes too long to try"),
    }
}

const KEY_FOR_CERTIFICATE: &str = "contains a private key instead of a certificate";

/// Beside the parameters of its curve, a key is more than one block.
fn has_key(labels: &[String]) -> bool {
    labels.iter().any(|label| label.ends_with("PRIVATE KEY"))
}

const UNREAD_PEM: &str = "contains no PEM block that the pipeline reads: the first -----BEGIN line must stand at the \
                          start of its line, without a byte order mark";

fn pkcs8(error: &Pkcs8Error) -> String {
    match error {
        Pkcs8Error::Password(Doubt::HashUnseen) => {
            "cannot be decrypted by the pipeline, even if the password is right: it was written by Java with the \
             length of its key, after which the pipeline does not see the hash"
                .to_owned()
        }
        Pkcs8Error::Password(_) => "cannot be decrypted with the password (PKCS#8)".to_owned(),
        Pkcs8Error::NotRsa(kind) => format!(
            "is an encrypted {} key in PKCS#8, of which the pipeline opens only RSA keys",
            match kind {
                KeyKind::Rsa => "RSA",
                KeyKind::Ecdsa => "EC",
                KeyKind::Ed25519 => "Ed25519",
                KeyKind::X25519 => "X25519",
            }
        ),
        Pkcs8Error::Scheme(_) => {
            "is encrypted by an old scheme (PBES1 or PKCS#12); the pipeline opens only PBES2".to_owned()
        }
        Pkcs8Error::Hash(_) => {
            "is encrypted with a password hash that the pipeline does not know; it knows HMAC with SHA-1 and SHA-256"
                .to_owned()
        }
        Pkcs8Error::Cipher(_) | Pkcs8Error::CipherParameters => {
            "is encrypted by a cipher that the pipeline does not know; it opens 3DES and AES with CBC".to_owned()
        }
        Pkcs8Error::Derivation(_) => {
            "is encrypted by a key derivation that the pipeline does not know; it knows PBKDF2 and scrypt".to_owned()
        }
        Pkcs8Error::Malformed | Pkcs8Error::Parameters | Pkcs8Error::DerivationParameters
        | Pkcs8Error::ScryptCost | Pkcs8Error::ScryptNotPositive | Pkcs8Error::ScryptTooLarge => {
            "is encrypted, and damaged: what says how cannot be read".to_owned()
        }
    }
}

fn key_fault(fault: &KeyFault) -> &'static str {
    match fault {
        KeyFault::Malformed | KeyFault::Malshaped => "contains a private key that cannot be read",
        KeyFault::Inconsistent => "contains a private key whose numbers do not belong together",
        KeyFault::CurveWrittenOut => "contains an EC key that writes out its curve instead of naming it",
        KeyFault::UnknownCurve => "contains an EC key on a curve other than P-224, P-256, P-384 and P-521",
        KeyFault::UnknownAlgorithm(_) => "contains a private key of a kind other than RSA, EC and Ed25519",
        KeyFault::TooLarge => "contains an RSA key of more than 16384 bits",
        KeyFault::Locked => {
            "contains an encrypted key that is not its first block, where the pipeline looks for it"
        }
        KeyFault::NoSigner => "contains an X25519 key, which cannot sign",
    }
}

fn blocks(labels: &[String]) -> String {
    match labels {
        [one] => format!("a block \"{one}\""),
        more => format!("the blocks \"{}\"", more.join("\", \"")),
    }
}

/// What mends the error, in sentences.
fn mends(entry: &ClientCert, error: &EntryError, texts: Texts<'_>) -> Vec<String> {
    let name = |source: &Source, text: &str| match source {
        Source::Text(_) => text.to_owned(),
        Source::File(file) => file.display().to_string(),
    };
    let (cert, key) = (name(&entry.cert, "client.crt"), name(&entry.key, "client.key"));
    let files = Files { cert: &cert, cert_text: texts.cert, key: &key, key_text: texts.key };
    if let Some(mend) = mend(error, &files) {
        let plain = mend.without_password();
        return [Some(mend), plain].iter().flatten().map(|mend| sentence(entry, mend)).collect();
    }
    let path = &entry.path;
    vec![match error {
        EntryError::PasswordMissing(_) => format!("set {path}.password to the password of the key"),
        _ if kind(error) == CertFaultKind::Password => {
            format!("set {path}.password to the password of the key")
        }
        EntryError::Mismatch | EntryError::KindMismatch => {
            let [cert, key] = comparison(&files);
            format!("use the key that belongs to the certificate: `{cert}` and `{key}` then print the same")
        }
        EntryError::KeyForCertificate | EntryError::CertificateForKey => SWITCHED.to_owned(),
        EntryError::OtherForCertificate(labels) if has_key(labels) => SWITCHED.to_owned(),
        EntryError::Certificate(_) | EntryError::UnknownPublicKey => {
            "have a certificate issued that the pipeline reads".to_owned()
        }
        EntryError::Key(_) | EntryError::LegacyGarbled(_) | EntryError::OtherForKey(_) => {
            "use an RSA, EC or Ed25519 key in PEM (PKCS#8, PKCS#1 or SEC1), and a certificate for it"
                .to_owned()
        }
        _ => "use PEM text with its -----BEGIN lines".to_owned(),
    }]
}

const SWITCHED: &str = "set the certificate as cert or cert_file, and its key as key or key_file";

fn sentence(entry: &ClientCert, mend: &Mend) -> String {
    let (source, leaf) = match mend.what {
        What::Certificate => (&entry.cert, "cert"),
        What::Key => (&entry.key, "key"),
    };
    let place = entry.place(source, leaf);
    let password = format!("{}.password", entry.path);
    let (save, then) = match source {
        Source::Text(_) => ("save the text and ", format!("set {place} to the text of {}", mend.output)),
        Source::File(_) => ("", format!("set {place} to {}", mend.output)),
    };
    let command = mend.command();
    match mend.protection {
        Protection::None => format!("{save}run `{command}` and {then}"),
        Protection::Password => {
            format!("{save}run `{command}`, {then}, and set {password} to the new password that it asks for")
        }
        Protection::WeakPassword => format!(
            "{save}run `{command}`, {then}, and set {password} to the new password that it asks for; this \
             encryption is weak, so keep the file from others"
        ),
        Protection::Lost => {
            format!("{save}run `{command}` and {then}; it then has no password, so keep the file from others")
        }
    }
}
