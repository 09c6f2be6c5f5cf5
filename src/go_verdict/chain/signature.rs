//! Rule S: the signatures of certificates.

use crate::go_verdict::certificate::{Certificate, PublicKey, SignatureAlgorithm};
use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::go_verdict::chain::authority::check_may_sign;
use crate::go_verdict::chain::ecdsa;
use crate::go_verdict::chain::rsa::{self, Padding, RsaError};

/// Why a certificate is not signed by a candidate (`Certificate.CheckSignatureFrom`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("x509: invalid signature: parent certificate cannot sign this kind of certificate")]
    CannotSign,
    #[error("x509: cannot verify signature: insecure algorithm {0}")]
    Insecure(&'static str),
    #[error("x509: cannot verify signature: algorithm unimplemented")]
    Unimplemented,
    #[error(
        "x509: signature algorithm specifies an {expected} public key, but have public key of type {found}"
    )]
    OtherKey { expected: &'static str, found: &'static str },
    #[error(transparent)]
    Rsa(#[from] RsaError),
    #[error("x509: ECDSA verification failure")]
    Ecdsa,
    #[error("x509: Ed25519 verification failure")]
    Ed25519,
}

/// The hashes of signatures that Go still verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of the bytes.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    /// Its length in bytes.
    pub const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// How a signature is made (a row of `signatureAlgorithmDetails`).
#[derive(Clone, Copy)]
enum Method {
    Rsa(Padding, Hash),
    Ecdsa(Hash),
    Ed25519,
    /// Go parses it, hashes for it, and then has nothing that verifies it.
    Dsa,
}

impl Method {
    const fn key(self) -> &'static str {
        match self {
            Self::Rsa(..) => "RSA",
            Self::Ecdsa(_) => "ECDSA",
            Self::Ed25519 => "Ed25519",
            Self::Dsa => "DSA",
        }
    }
}

/// Whether `authority` may sign certificates and has signed this one (`Certificate.CheckSignatureFrom`).
pub(crate) fn check_signed_by(
    certificate: &Certificate,
    authority: &Certificate,
) -> Result<(), SignatureError> {
    check_may_sign(authority)?;
    let method = method(certificate.signature_algorithm)?;
    let key = authority.public_key.as_ref().ok_or(SignatureError::Unimplemented)?;
    check_signature(method, key, &certificate.raw_tbs, &certificate.signature)
}

/// `checkSignature`, the part before a key is looked at.
fn method(algorithm: SignatureAlgorithm) -> Result<Method, SignatureError> {
    use SignatureAlgorithm as Is;
    Ok(match algorithm {
        Is::Md5Rsa => return Err(SignatureError::Insecure("MD5-RSA")),
        Is::Sha1Rsa => return Err(SignatureError::Insecure("SHA1-RSA")),
        Is::DsaSha1 => return Err(SignatureError::Insecure("DSA-SHA1")),
        Is::EcdsaSha1 => return Err(SignatureError::Insecure("ECDSA-SHA1")),
        Is::Unknown => return Err(SignatureError::Unimplemented),
        Is::Sha256Rsa => Method::Rsa(Padding::Pkcs1, Hash::Sha256),
        Is::Sha384Rsa => Method::Rsa(Padding::Pkcs1, Hash::Sha384),
        Is::Sha512Rsa => Method::Rsa(Padding::Pkcs1, Hash::Sha512),
        Is::Sha256RsaPss => Method::Rsa(Padding::Pss, Hash::Sha256),
        Is::Sha384RsaPss => Method::Rsa(Padding::Pss, Hash::Sha384),
        Is::Sha512RsaPss => Method::Rsa(Padding::Pss, Hash::Sha512),
        Is::EcdsaSha256 => Method::Ecdsa(Hash::Sha256),
        Is::EcdsaSha384 => Method::Ecdsa(Hash::Sha384),
        Is::EcdsaSha512 => Method::Ecdsa(Hash::Sha512),
        Is::Ed25519 => Method::Ed25519,
        Is::DsaSha256 => Method::Dsa,
    })
}

/// `checkSignature`, the part that looks at the key.
fn check_signature(
    method: Method,
    key: &PublicKey,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    match (key, method) {
        (PublicKey::Rsa { modulus, exponent, bits }, Method::Rsa(padding, hash)) => {
            let key = rsa::Key { modulus, exponent: *exponent, bits: *bits };
            Ok(rsa::verify(&key, padding, hash, signed, signature)?)
        }
        (PublicKey::Ecdsa { curve, point }, Method::Ecdsa(hash)) => {
            ecdsa::is_signed(*curve, point, hash, signed, signature)
                .then_some(())
                .ok_or(SignatureError::Ecdsa)
        }
        (PublicKey::Ed25519(key), Method::Ed25519) => {
            is_signed_ed25519(key, signed, signature).then_some(()).ok_or(SignatureError::Ed25519)
        }
        (PublicKey::Dsa | PublicKey::X25519, _) => Err(SignatureError::Unimplemented),
        _ => Err(SignatureError::OtherKey { expected: method.key(), found: go_type(Some(key)) }),
    }
}

/// Whether the Ed25519 key has signed the bytes (`ed25519.Verify`).
pub(crate) fn is_signed_ed25519(key: &[u8; 32], signed: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key).verify(signed, signature).is_ok()
}

/// The type of a key as Go prints it (`%T`).
pub(crate) const fn go_type(key: Option<&PublicKey>) -> &'static str {
    match key {
        Some(PublicKey::Rsa { .. }) => "*rsa.PublicKey",
        Some(PublicKey::Ecdsa { .. }) => "*ecdsa.PublicKey",
        Some(PublicKey::Ed25519(_)) => "ed25519.PublicKey",
        Some(PublicKey::Dsa) => "*dsa.PublicKey",
        Some(PublicKey::X25519) | None => "<nil>",
    }
}
