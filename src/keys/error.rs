//! Errors of PEM text.

/// Why no certificates can be read from a text. The messages continue a sentence about the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertError {
    #[error("contains no certificate")]
    None,
    #[error("contains a private key instead of a certificate")]
    Key,
    #[error("contains binary DER instead of PEM")]
    Der,
    #[error("is empty")]
    Empty,
    #[error("is damaged: a PEM block in it cannot be read")]
    Broken,
}

/// Why no private key can be read from a text. The messages continue a sentence about the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("contains no private key")]
    None,
    #[error("is empty")]
    Empty,
    #[error("contains a certificate instead of a private key")]
    Certificate,
    #[error("contains a public key instead of the private one")]
    Public,
    #[error("contains an OpenSSH key; PKCS#1, PKCS#8 and SEC1 are supported")]
    OpenSsh,
    #[error("contains binary DER instead of PEM")]
    Der,
    #[error("is damaged: a PEM block in it cannot be read")]
    Broken,
    /// `form` is `PKCS#1` or `PKCS#8`, as the pipeline calls them.
    #[error("is encrypted ({form}), and no password is set")]
    PasswordMissing { form: &'static str },
    #[error("cannot be decrypted with the password ({form})")]
    PasswordWrong { form: &'static str },
    #[error("is encrypted by a scheme that is not supported: {scheme}")]
    Unsupported { scheme: String },
    #[error("contains a private key that cannot be read")]
    Damaged,
}

/// Why a PKCS#12 file cannot be used. The messages continue a sentence about the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs12Error {
    #[error("is encrypted (PKCS#12), and no password is set")]
    PasswordMissing,
    #[error("cannot be opened with the password (PKCS#12)")]
    PasswordWrong,
    #[error("is encrypted or protected by a scheme that is not supported")]
    Unsupported,
    #[error("contains PEM instead of PKCS#12")]
    Pem,
    #[error("contains no private key with its certificate")]
    NoKey,
    #[error("is no PKCS#12 file, or damaged")]
    Damaged,
}
