//! Rule H: the signature by which the server proves that the key of its certificate is its own.

use crate::go_verdict::certificate::{Curve, PublicKey};
use crate::go_verdict::chain::ecdsa;
use crate::go_verdict::chain::hash::Hash;
use crate::go_verdict::chain::rsa::{self, Padding, RsaError};
use crate::go_verdict::chain::signature::{go_type, is_signed_ed25519};
use crate::go_verdict::code::scheme;

/// What of the handshake bears on its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Tls12 { suite: SuiteKey },
    Tls13,
}

/// The kind of key that a suite of TLS 1.2 names: `ECDHE_RSA` or `ECDHE_ECDSA` (which Ed25519 counts as).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuiteKey {
    Rsa,
    Ecdsa,
}

/// Why the handshake fails at this signature; the whole error, as logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeSignatureError {
    #[error("tls: certificate used with invalid signature algorithm")]
    Algorithm,
    /// In TLS 1.2, RSA with a suite of ECDSA or the other way round.
    #[error("tls: invalid ServerKeyExchange message")]
    OtherSuite,
    #[error(
        "tls: invalid signature by the server certificate: expected an {expected} public key, got {found}"
    )]
    OtherKey { expected: &'static str, found: &'static str },
    #[error("tls: invalid signature by the server certificate: ECDSA verification failure")]
    Ecdsa,
    #[error("tls: invalid signature by the server certificate: Ed25519 verification failure")]
    Ed25519,
    #[error("tls: invalid signature by the server certificate: {0}")]
    Rsa(#[from] RsaError),
}

/// The leaf's key is of a kind that signs no handshake; the whole error, as logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tls: server's certificate contains an unsupported type of public key: {0}")]
pub struct UnsupportedKey(&'static str);

/// Whether the key of the leaf can sign a handshake at all. Go asks after trust, and also where trust is skipped
/// (`Conn.verifyServerCertificate`).
///
/// # Errors
///
/// With Go's words.
pub fn check_leaf_key(key: Option<&PublicKey>) -> Result<(), UnsupportedKey> {
    match key {
        Some(PublicKey::Rsa { .. } | PublicKey::Ecdsa { .. } | PublicKey::Ed25519(_)) => Ok(()),
        other => Err(UnsupportedKey(go_type(other))),
    }
}

/// Whether the server has signed these bytes with the key (`readServerCertificate` of TLS 1.3,
/// `ecdheKeyAgreement.processServerKeyExchange` of TLS 1.2).
///
/// `signed` is all that is signed: in TLS 1.3 with the 64 spaces and the words in front of the transcript's hash, in
/// TLS 1.2 both randoms and the parameters.
///
/// # Errors
///
/// With Go's words for what is wrong.
pub fn handshake_signature(
    key: Option<&PublicKey>,
    scheme: u16,
    protocol: Protocol,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), HandshakeSignatureError> {
    let method = Method::of(scheme).ok_or(HandshakeSignatureError::Algorithm)?;
    match protocol {
        Protocol::Tls13 if !method.is_usable_with(key) => return Err(HandshakeSignatureError::Algorithm),
        Protocol::Tls12 { suite } if method.is_rsa() != (suite == SuiteKey::Rsa) => {
            return Err(HandshakeSignatureError::OtherSuite);
        }
        _ => {}
    }
    verify(method, key, signed, signature)
}

/// What a scheme says; those with SHA-1, which Go no longer offers, are left out.
#[derive(Clone, Copy)]
enum Method {
    Rsa(Padding, Hash),
    /// In TLS 1.3 with this curve only.
    Ecdsa(Curve, Hash),
    Ed25519,
}

impl Method {
    /// `typeAndHashFromSignatureScheme`.
    const fn of(scheme: u16) -> Option<Self> {
        Some(match scheme {
            scheme::PKCS1_SHA256 => Self::Rsa(Padding::Pkcs1, Hash::Sha256),
            scheme::PKCS1_SHA384 => Self::Rsa(Padding::Pkcs1, Hash::Sha384),
            scheme::PKCS1_SHA512 => Self::Rsa(Padding::Pkcs1, Hash::Sha512),
            scheme::PSS_SHA256 => Self::Rsa(Padding::Pss, Hash::Sha256),
            scheme::PSS_SHA384 => Self::Rsa(Padding::Pss, Hash::Sha384),
            scheme::PSS_SHA512 => Self::Rsa(Padding::Pss, Hash::Sha512),
            scheme::ECDSA_P256_SHA256 => Self::Ecdsa(Curve::P256, Hash::Sha256),
            scheme::ECDSA_P384_SHA384 => Self::Ecdsa(Curve::P384, Hash::Sha384),
            scheme::ECDSA_P521_SHA512 => Self::Ecdsa(Curve::P521, Hash::Sha512),
            scheme::ED25519 => Self::Ed25519,
            _ => return None,
        })
    }

    const fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa(..))
    }

    /// Whether TLS 1.3 has the scheme for the key: never PKCS #1, and the key must be long enough for PSS
    /// (`signatureSchemesForPublicKey`).
    fn is_usable_with(self, key: Option<&PublicKey>) -> bool {
        match (self, key) {
            (Self::Rsa(Padding::Pss, hash), Some(PublicKey::Rsa { modulus, .. })) => {
                modulus.len() >= hash.length() * 2 + 2
            }
            (Self::Ecdsa(wanted, _), Some(PublicKey::Ecdsa { curve, .. })) => *curve == wanted,
            (Self::Ed25519, Some(PublicKey::Ed25519(_))) => true,
            _ => false,
        }
    }
}

/// `verifyHandshakeSignature`.
fn verify(
    method: Method,
    key: Option<&PublicKey>,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), HandshakeSignatureError> {
    let expected = match (method, key) {
        (Method::Rsa(padding, hash), Some(PublicKey::Rsa { modulus, exponent, bits })) => {
            let key = rsa::Key { modulus, exponent: *exponent, bits: *bits };
            return Ok(rsa::verify(&key, padding, hash, signed, signature)?);
        }
        (Method::Ecdsa(_, hash), Some(PublicKey::Ecdsa { curve, point })) => {
            let is_signed = ecdsa::is_signed(*curve, point, hash, signed, signature);
            return is_signed.then_some(()).ok_or(HandshakeSignatureError::Ecdsa);
        }
        (Method::Ed25519, Some(PublicKey::Ed25519(key))) => {
            let is_signed = is_signed_ed25519(key, signed, signature);
            return is_signed.then_some(()).ok_or(HandshakeSignatureError::Ed25519);
        }
        (Method::Rsa(..), _) => "RSA",
        (Method::Ecdsa(..), _) => "ECDSA",
        (Method::Ed25519, _) => "Ed25519",
    };
    Err(HandshakeSignatureError::OtherKey { expected, found: go_type(key) })
}

#[cfg(test)]
mod tests {
    use crate::go_verdict::certificate::PublicKey;

    use super::check_leaf_key;

    #[test]
    fn a_key_that_go_does_not_know_is_told_as_nil() {
        let told = |key| check_leaf_key(key).map_err(|error| error.to_string());
        let words = "tls: server's certificate contains an unsupported type of public key: ";
        assert_eq!(told(None), Err(format!("{words}<nil>")));
        assert_eq!(told(Some(&PublicKey::Dsa)), Err(format!("{words}*dsa.PublicKey")));
        assert_eq!(told(Some(&PublicKey::Ed25519([0; 32]))), Ok(()));
    }
}
