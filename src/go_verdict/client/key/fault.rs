//! The kinds of keys, and why a key cannot be read.

/// The kind of a key, as a sentence about it names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Rsa,
    Ecdsa,
    Ed25519,
    /// Read from PKCS #8, and of no use for TLS.
    X25519,
}

/// Why a key cannot be read. Go says less: `tls: failed to parse private key` for all of them but one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// Neither PKCS #1 nor PKCS #8 nor SEC 1.
    Malformed,
    /// RSA: its numbers do not belong together, or are weak. EC: the scalar is zero, too large or too long.
    Inconsistent,
    /// EC: the curve is written out instead of named.
    CurveWrittenOut,
    /// EC: a curve that Go does not know.
    UnknownCurve,
    /// PKCS #8: an algorithm that Go does not know, dotted.
    UnknownAlgorithm(String),
    /// An Ed25519 or X25519 key that is not 32 bytes without parameters.
    Malshaped,
    /// RSA of more bits than are judged here.
    TooLarge,
    /// The key is encrypted, where Go looks for one that is not.
    Locked,
    /// X25519, which Go reads and does not sign with: `tls: found unknown private key type in PKCS#8 wrapping`.
    NoSigner,
}
