//! The algorithm of a private key.

use pkcs8::PrivateKeyInfoRef;

use super::PrivateKey;

/// A kind of key, in the words of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
pub enum KeyKind {
    #[strum(to_string = "an RSA key")]
    Rsa,
    #[strum(to_string = "an EC key")]
    Ec,
    #[strum(to_string = "an Ed25519 key")]
    Ed25519,
}

/// The kind of a key; `None` if it is none of these or cannot be read.
pub fn kind_of(key: &PrivateKey) -> Option<KeyKind> {
    match key {
        PrivateKey::Pkcs1(_) => Some(KeyKind::Rsa),
        PrivateKey::Sec1(_) => Some(KeyKind::Ec),
        PrivateKey::Pkcs8(key) => {
            let info = PrivateKeyInfoRef::try_from(key.secret_pkcs8_der()).ok()?;
            kind_of_oid(&info.algorithm.oid.to_string())
        }
        _ => None,
    }
}

/// The error of Go's library for a key that is not of this kind (`ParseRSAPrivateKeyFromPEM` and
/// `ParseEdPrivateKeyFromPEM` of golang-jwt, which take the first block of the text).
pub fn wrong_kind_in_go(needed: KeyKind, key: &PrivateKey, pem: &[u8]) -> &'static str {
    let begins_with_parameters = pem.trim_ascii_start().starts_with(b"-----BEGIN EC PARAMETERS");
    match (key, needed) {
        (PrivateKey::Sec1(_), _) if begins_with_parameters => "asn1: structure error",
        (PrivateKey::Sec1(_), _) => {
            "x509: failed to parse private key (use ParseECPrivateKey instead for this key format)"
        }
        (PrivateKey::Pkcs1(_), KeyKind::Ed25519) => {
            "x509: failed to parse private key (use ParsePKCS1PrivateKey instead for this key format)"
        }
        (_, KeyKind::Ed25519) => "key is not a valid Ed25519 private key",
        _ => "key is not a valid RSA private key",
    }
}

/// The kind with an identifier: those of RFC 8017, RFC 5480 and RFC 8410.
fn kind_of_oid(oid: &str) -> Option<KeyKind> {
    match oid {
        "1.2.840.113549.1.1.1" => Some(KeyKind::Rsa),
        "1.2.840.10045.2.1" => Some(KeyKind::Ec),
        "1.3.101.112" => Some(KeyKind::Ed25519),
        _ => None,
    }
}
