//! Why the pipeline does not start on an entry of `tls.client_certs`, in its very words.

use crate::go_verdict::client::key::{KeyFault, KeyKind};

/// The words with which an entry stops the start (`internal/tls/type.go` of Benthos and Bento, `crypto/tls/tls.go`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error("missing {0} field in client certificate config")]
    MissingField(Field),

    /// No PEM block in the text of the key; the first thing that is looked at.
    #[error("failed to decode private key")]
    NoKeyBlock,
    #[error("missing password for {0} encrypted private key")]
    PasswordMissing(Form),
    #[error("failed to parse encrypted PKCS#1 private key: {0}")]
    Legacy(#[from] LegacyError),
    /// The padding is right, by chance or because the password is; there is no key of a known form inside.
    #[error("failed to decrypt PKCS#1 key: x509: decryption password incorrect")]
    LegacyGarbled(KeyFault),
    #[error("failed to parse encrypted PKCS#8 private key: {0}")]
    Pkcs8(#[from] Pkcs8Error),

    #[error("tls: failed to find any PEM data in certificate input")]
    NoCertificate,
    #[error(
        "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched"
    )]
    KeyForCertificate,
    #[error(
        "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{}]",
        .0.join(" ")
    )]
    OtherForCertificate(Vec<String>),
    /// The words for a key without any block are those of [`EntryError::NoKeyBlock`], which comes first.
    #[error("tls: found a certificate rather than a key in the PEM for the private key")]
    CertificateForKey,
    #[error(
        "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{}]",
        .0.join(" ")
    )]
    OtherForKey(Vec<String>),
    /// The first certificate cannot be parsed; Go's words, which have no prefix here.
    #[error("{0}")]
    Certificate(String),
    #[error("{}", key_words(.0))]
    Key(KeyFault),
    #[error("tls: private key type does not match public key type")]
    KindMismatch,
    #[error("tls: private key does not match public key")]
    Mismatch,
    #[error("tls: unknown public key algorithm")]
    UnknownPublicKey,

    /// The pipeline dies of a panic of Go's; these are the words of it.
    #[error("panic: {0}")]
    Panic(Panic),
    /// Not a word of Go's: to know more would take longer than is reasonable here.
    #[error("the key has {0}, which takes too long to try")]
    TooCostly(Cost),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Cert,
    Key,
    CertFile,
    KeyFile,
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Cert => "cert",
            Self::Key => "key",
            Self::CertFile => "cert_file",
            Self::KeyFile => "key_file",
        })
    }
}

/// What the pipeline calls the form of an encrypted key; every PEM block with a `DEK-Info` is "PKCS#1" to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Legacy,
    Pkcs8,
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Legacy => "PKCS#1",
            Self::Pkcs8 => "PKCS#8",
        })
    }
}

/// The words of `x509.DecryptPEMBlock`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LegacyError {
    #[error("x509: malformed DEK-Info header")]
    MalformedHeader,
    #[error("x509: unknown encryption mode")]
    UnknownMode,
    #[error("encoding/hex: invalid byte: {}", code_point(*.0))]
    NotHex(u8),
    #[error("encoding/hex: odd length hex string")]
    OddHex,
    #[error("x509: incorrect IV size")]
    VectorSize,
    #[error("x509: encrypted PEM data is not a multiple of the block size")]
    NotFullBlocks,
    #[error("x509: invalid padding")]
    Empty,
    #[error("x509: decryption password incorrect")]
    Password,
}

/// The words of `github.com/youmark/pkcs8`; its versions of 2020 (Benthos) and 2024 (Bento) are the same code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs8Error {
    #[error("pkcs8: only PKCS #5 v2.0 supported")]
    Malformed,
    /// PBES1, and the schemes of PKCS #12; dotted.
    #[error("pkcs8: only PBES2 supported")]
    Scheme(String),
    #[error("pkcs8: invalid PBES2 parameters")]
    Parameters,
    #[error("pkcs8: unsupported cipher (OID: {0})")]
    Cipher(String),
    #[error("pkcs8: invalid cipher parameters")]
    CipherParameters,
    #[error("pkcs8: unsupported KDF (OID: {0})")]
    Derivation(String),
    #[error("pkcs8: invalid KDF parameters")]
    DerivationParameters,
    /// Anything but HMAC with SHA-1 or SHA-256; dotted.
    #[error("pkcs8: unsupported hash function")]
    Hash(String),
    #[error("scrypt: N must be > 1 and a power of 2")]
    ScryptCost,
    #[error("scrypt: parameters must be > 0")]
    ScryptNotPositive,
    #[error("scrypt: parameters are too large")]
    ScryptTooLarge,
    /// What was decrypted is no key that Go reads.
    #[error("pkcs8: incorrect password")]
    Password(Doubt),
    #[error("key block is not of type RSA")]
    NotRsa(KeyKind),
}

/// What "incorrect password" stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The password is wrong, as far as can be told.
    Password,
    /// The password may be right: the parameters hold the length of the key, as Java writes them, so Go does not see the hash
    /// that follows and takes SHA-1.
    HashUnseen,
    /// The password is right: there is a well-padded key inside, and Go does not read it.
    Key(KeyFault),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Panic {
    #[error("cipher.NewCBCDecrypter: IV length must equal block size")]
    VectorSize,
    #[error("crypto/cipher: input not full blocks")]
    NotFullBlocks,
}

/// What would be tried for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cost {
    #[error("PBKDF2 with {iterations} iterations")]
    Pbkdf2 { iterations: i64 },
    /// More than [`crate::go_verdict::client::key::MAX_BITS`].
    #[error("RSA of more than 16384 bits")]
    Rsa,
    #[error("scrypt with N={n}, r={r} and p={p}")]
    Scrypt { n: i64, r: i64, p: i64 },
}

fn key_words(fault: &KeyFault) -> &'static str {
    match fault {
        KeyFault::NoSigner => "tls: found unknown private key type in PKCS#8 wrapping",
        _ => "tls: failed to parse private key",
    }
}

/// `%#U` of a byte.
fn code_point(byte: u8) -> String {
    let is_printed = matches!(byte, 0x20..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    if is_printed { format!("U+{byte:04X} '{}'", char::from(byte)) } else { format!("U+{byte:04X}") }
}
