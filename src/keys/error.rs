//! Why a text gives no certificate or no key.

/// Why a text gives no certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertError {
    #[error("holds no certificate")]
    None,
    #[error("holds a private key, no certificate")]
    Key,
    #[error("holds binary DER, not PEM")]
    Der,
    #[error("is empty")]
    Empty,
    #[error("is not whole: a PEM block in it cannot be read")]
    Broken,
}

/// Why a text gives no private key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("holds no private key")]
    None,
    #[error("is empty")]
    Empty,
    #[error("holds a certificate, no private key")]
    Certificate,
    #[error("holds a public key, not the private one")]
    Public,
    #[error("holds an OpenSSH key, which is none of PKCS#1, PKCS#8 and SEC1")]
    OpenSsh,
    #[error("holds binary DER, not PEM")]
    Der,
    #[error("is not whole: a PEM block in it cannot be read")]
    Broken,
    /// `form` is `PKCS#1` or `PKCS#8`, as the pipeline calls them.
    #[error("is encrypted ({form}), and no password is given")]
    PasswordMissing { form: &'static str },
    #[error("cannot be opened with the password that is given ({form})")]
    PasswordWrong { form: &'static str },
    #[error("is encrypted in a way that is not supported: {scheme}")]
    Unsupported { scheme: String },
    #[error("holds a private key that cannot be read")]
    Damaged,
}
