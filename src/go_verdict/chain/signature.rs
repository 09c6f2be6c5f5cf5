//! Rule S: the signatures of certificates.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::go_verdict::certificate::{Certificate, PublicKey, SignatureAlgorithm};
use crate::go_verdict::chain::authority::check_may_sign;
use crate::go_verdict::chain::ecdsa;
use crate::go_verdict::chain::error::SignatureError;
use crate::go_verdict::chain::hash::Hash;
use crate::go_verdict::chain::rsa::{self, Padding};

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
pub fn check_signed_by(certificate: &Certificate, authority: &Certificate) -> Result<(), SignatureError> {
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
        (PublicKey::Dsa, _) => Err(SignatureError::Unimplemented),
        _ => Err(SignatureError::OtherKey { expected: method.key(), found: go_type(Some(key)) }),
    }
}

/// Whether the Ed25519 key has signed the bytes (`ed25519.Verify`).
pub fn is_signed_ed25519(key: &[u8; 32], signed: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key).verify(signed, signature).is_ok()
}

/// The type of a key as Go prints it (`%T`).
pub const fn go_type(key: Option<&PublicKey>) -> &'static str {
    match key {
        Some(PublicKey::Rsa { .. }) => "*rsa.PublicKey",
        Some(PublicKey::Ecdsa { .. }) => "*ecdsa.PublicKey",
        Some(PublicKey::Ed25519(_)) => "ed25519.PublicKey",
        Some(PublicKey::Dsa) => "*dsa.PublicKey",
        None => "<nil>",
    }
}
