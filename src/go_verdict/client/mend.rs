//! What `openssl` makes of a file that the pipeline does not read, so that it does.

use crate::go_verdict::certificate::{Certificate, PublicKey, pem};
use crate::go_verdict::client::{
    error::{Doubt, EntryError, LegacyError, Pkcs8Error},
    key::{KeyFault, KeyKind},
    sort::{Sort, sort_of},
};

/// The two texts of an entry, and the files they came from.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    pub cert: &'a str,
    pub cert_text: &'a [u8],
    pub key: &'a str,
    pub key_text: &'a [u8],
}

/// A conversion after which the pipeline reads the file. The original is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    pub what: What,
    /// Of `openssl`.
    pub arguments: Vec<String>,
    /// The file that is written, for `cert_file` or `key_file`.
    pub output: String,
    pub protection: Protection,
}

/// Which of the two files is converted, and what it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Certificate,
    Key,
}

/// What becomes of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// The file never had one.
    None,
    /// `openssl` asks for the old password and for a new one, which belongs into `password`.
    Password,
    /// As `Password`, but by RFC 1423, the only form in which the pipeline opens keys other than RSA: a guess costs next to
    /// nothing, so the file must be kept from others all the same.
    WeakPassword,
    /// `openssl` asks for the password once; the new key has none, since the pipeline opens this kind of key in no other way.
    Lost,
}

impl Mend {
    /// The line for a shell.
    pub fn command(&self) -> String {
        let words = self.arguments.iter().map(|argument| shell_word(argument));
        ["openssl".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
    }

    /// The same without a password for the new file, where the password would be weak.
    #[must_use]
    pub fn without_password(&self) -> Option<Self> {
        let arguments = self.arguments.iter().filter(|argument| *argument != "-aes256").cloned().collect();
        (self.protection == Protection::WeakPassword).then(|| Self {
            arguments,
            protection: Protection::Lost,
            ..self.clone()
        })
    }
}

/// The conversion that mends the error. `None`: another file, another password or another key is needed.
pub fn mend(error: &EntryError, files: &Files<'_>) -> Option<Mend> {
    match error {
        EntryError::Pkcs8(Pkcs8Error::NotRsa(KeyKind::X25519)) => None,
        EntryError::Pkcs8(Pkcs8Error::NotRsa(kind)) => Some(locked(files, &[], Some(*kind))),
        EntryError::Pkcs8(Pkcs8Error::Password(Doubt::Key(KeyFault::CurveWrittenOut)))
        | EntryError::LegacyGarbled(KeyFault::CurveWrittenOut) => {
            let output = output(files.key);
            let ends = ["-param_enc", "named_curve", "-aes256", "-out", &output];
            Some(key_mend(files, &["ec"], &ends, Protection::WeakPassword))
        }
        EntryError::Pkcs8(Pkcs8Error::Scheme(oid)) => {
            Some(locked(files, providers(oid), kind(files.cert_text)))
        }
        EntryError::Pkcs8(
            Pkcs8Error::Cipher(_)
            | Pkcs8Error::CipherParameters
            | Pkcs8Error::Derivation(_)
            | Pkcs8Error::Hash(_)
            | Pkcs8Error::Password(Doubt::HashUnseen),
        )
        | EntryError::Legacy(LegacyError::UnknownMode) => Some(locked(files, &[], kind(files.cert_text))),
        EntryError::Key(fault) => unread_key(fault, files),
        EntryError::NoKeyBlock => key_without_pem(files),
        EntryError::NoCertificate => certificate_without_pem(files),
        EntryError::OtherForCertificate(labels) => {
            let all = |wanted: &[&str]| labels.iter().all(|label| wanted.contains(&label.as_str()));
            if all(&["X509 CERTIFICATE", "TRUSTED CERTIFICATE"]) {
                Some(certificate_mend(files, &["x509"], &[], Protection::None))
            } else if all(&["PKCS7"]) {
                Some(certificate_mend(files, &["pkcs7"], &["-print_certs"], Protection::None))
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Two lines for a shell: they print the same if the certificate and the key belong together.
pub fn comparison(files: &Files<'_>) -> [String; 2] {
    let [cert, key] = [files.cert, files.key].map(|file| shell_word(&plain_name(file)));
    [format!("openssl x509 -in {cert} -noout -pubkey"), format!("openssl pkey -in {key} -pubout")]
}

/// A key that is encrypted in a way that the pipeline does not know, or not as the first block.
fn locked(files: &Files<'_>, before: &[&str], kind: Option<KeyKind>) -> Mend {
    let output = output(files.key);
    let with = |command: &'static str| [&[command], before].concat();
    match kind {
        Some(KeyKind::Rsa) => {
            let ends = ["-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-out", &output];
            key_mend(files, &with("pkcs8"), &ends, Protection::Password)
        }
        Some(KeyKind::Ecdsa) => {
            key_mend(files, &with("ec"), &["-aes256", "-out", &output], Protection::WeakPassword)
        }
        _ => key_mend(files, &with("pkey"), &["-out", &output], Protection::Lost),
    }
}

/// OpenSSL 3 keeps the oldest schemes apart: PBES1 with DES or RC2, and PKCS #12 with RC4 or RC2.
fn providers(scheme: &str) -> &'static [&'static str] {
    let is_old = match scheme.strip_prefix("1.2.840.113549.1.5.") {
        Some(_) => true,
        None => matches!(scheme.strip_prefix("1.2.840.113549.1.12.1."), Some("1" | "2" | "5" | "6")),
    };
    if is_old { &["-provider", "legacy", "-provider", "default"] } else { &[] }
}

fn unread_key(fault: &KeyFault, files: &Files<'_>) -> Option<Mend> {
    let output = output(files.key);
    match fault {
        KeyFault::CurveWrittenOut => {
            Some(key_mend(files, &["ec"], &["-param_enc", "named_curve", "-out", &output], Protection::None))
        }
        KeyFault::Locked | KeyFault::Malformed => {
            let block = blocks(files.key_text).find(|block| block.label.ends_with(" PRIVATE KEY"))?;
            let is_locked = block.label == "ENCRYPTED PRIVATE KEY" || block.headers.contains_key("DEK-Info");
            is_locked.then(|| locked(files, &[], kind(files.cert_text)))
        }
        _ => None,
    }
}

fn key_without_pem(files: &Files<'_>) -> Option<Mend> {
    let output = output(files.key);
    match sort_of(files.key_text)? {
        Sort::Key => Some(key_mend(files, &["pkey", "-inform", "DER"], &["-out", &output], Protection::None)),
        Sort::LockedKey => Some(locked(files, &["-inform", "DER"], kind(files.cert_text))),
        Sort::Pkcs12 => {
            Some(key_mend(files, &["pkcs12"], &["-nocerts", "-nodes", "-out", &output], Protection::Lost))
        }
        Sort::Certificate | Sort::Pkcs7 => None,
    }
}

fn certificate_without_pem(files: &Files<'_>) -> Option<Mend> {
    match sort_of(files.cert_text)? {
        Sort::Certificate => {
            Some(certificate_mend(files, &["x509", "-inform", "DER"], &[], Protection::None))
        }
        Sort::Pkcs7 => {
            Some(certificate_mend(files, &["pkcs7", "-inform", "DER"], &["-print_certs"], Protection::None))
        }
        Sort::Pkcs12 => {
            Some(certificate_mend(files, &["pkcs12"], &["-clcerts", "-nokeys"], Protection::Lost))
        }
        Sort::Key | Sort::LockedKey => None,
    }
}

fn key_mend(files: &Files<'_>, starts: &[&str], ends: &[&str], protection: Protection) -> Mend {
    let input = ["-in", &plain_name(files.key)].map(str::to_owned);
    let [starts, ends] = [starts, ends].map(|words| words.iter().map(|word| (*word).to_owned()));
    let arguments = starts.chain(input).chain(ends).collect();
    Mend { what: What::Key, arguments, output: output(files.key), protection }
}

fn certificate_mend(files: &Files<'_>, starts: &[&str], ends: &[&str], protection: Protection) -> Mend {
    let output = output(files.cert);
    let names = ["-in", &plain_name(files.cert), "-out", &output].map(str::to_owned);
    let [starts, ends] = [starts, ends].map(|words| words.iter().map(|word| (*word).to_owned()));
    let arguments = starts.chain(names).chain(ends).collect();
    Mend { what: What::Certificate, arguments, output, protection }
}

/// The kind of key that the certificate wants.
fn kind(cert_text: &[u8]) -> Option<KeyKind> {
    let first = blocks(cert_text).find(|block| block.label == "CERTIFICATE")?;
    match Certificate::parse(&first.bytes).ok()?.public_key? {
        PublicKey::Rsa { .. } => Some(KeyKind::Rsa),
        PublicKey::Ecdsa { .. } => Some(KeyKind::Ecdsa),
        PublicKey::Ed25519(_) => Some(KeyKind::Ed25519),
        PublicKey::Dsa => None,
    }
}

fn blocks(text: &[u8]) -> impl Iterator<Item = pem::Block> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (block, next) = pem::decode(rest)?;
        rest = next;
        Some(block)
    })
}

fn output(file: &str) -> String {
    format!("{}.new", plain_name(file))
}

/// A name that is not taken for an option.
fn plain_name(file: &str) -> String {
    if file.starts_with('-') { format!("./{file}") } else { file.to_owned() }
}

/// As one word for a POSIX shell.
fn shell_word(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
