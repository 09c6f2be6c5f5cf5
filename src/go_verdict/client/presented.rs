//! Which entry is presented in a handshake (`crypto/tls`, `getClientCertificate`, `SupportsCertificate`), and what it signs
//! with (`selectSignatureScheme`).

use crate::go_verdict::certificate::{Certificate, Curve};
use crate::go_verdict::chain::RsaError;
use crate::go_verdict::client::{key::PrivateKey, pair::ClientCertificate};
use crate::go_verdict::code::scheme;
use crate::go_verdict::request::{CertificateRequest, Version};

/// What an RSA key signs with (`rsaSignatureSchemes`).
const RSA: [u16; 6] = [
    scheme::PSS_SHA256,
    scheme::PSS_SHA384,
    scheme::PSS_SHA512,
    scheme::PKCS1_SHA256,
    scheme::PKCS1_SHA384,
    scheme::PKCS1_SHA512,
];

/// The place of the entry that is presented. `None`: an empty certificate is sent.
pub fn presented<'a>(
    entries: impl IntoIterator<Item = &'a ClientCertificate>,
    request: &CertificateRequest,
) -> Option<usize> {
    entries.into_iter().position(|entry| is_suitable(entry, request))
}

/// The signature scheme that the entry signs with: the first of the server's that fits the key. In TLS 1.2 this one, unlike
/// the choice of the entry, does not heed the types of certificates.
pub fn scheme(entry: &ClientCertificate, request: &CertificateRequest) -> Option<u16> {
    first_common(&entry.key, request.version, &request.schemes)
}

/// The line of a handshake in which the key is presented and then signs nothing: RSA below 1024 bits, which `crypto/rsa`
/// refuses since Go 1.24 (`rsa1024min=0`). `None`: it signs.
pub fn signing_error(entry: &ClientCertificate, version: Version) -> Option<String> {
    let PrivateKey::Rsa(key) = &entry.key else { return None };
    let bits = key.bits();
    let words = RsaError::ShortKey { bits: u32::try_from(bits).ok()? }.to_string();
    match version {
        _ if bits >= 1024 => None,
        Version::Tls12 => Some(words),
        Version::Tls13 => Some(format!("tls: failed to sign handshake: {words}")),
    }
}

/// `SupportsCertificate`. The certificates after the leaf are parsed only here, one after the other; one that cannot be
/// parsed ends the search.
fn is_suitable(entry: &ClientCertificate, request: &CertificateRequest) -> bool {
    if first_common(&entry.key, request.version, &request.usable_schemes()).is_none() {
        return false;
    }
    let is_acceptable = |issuer: &Vec<u8>| request.authorities.contains(issuer);
    if request.authorities.is_empty() || is_acceptable(&entry.leaf.raw_issuer) {
        return true;
    }
    let after_leaf = entry.chain.iter().skip(1);
    after_leaf.map_while(|der| Certificate::parse(der).ok()).any(|cert| is_acceptable(&cert.raw_issuer))
}

fn first_common(key: &PrivateKey, version: Version, wanted: &[u16]) -> Option<u16> {
    let possible = possible(key, version);
    wanted.iter().copied().find(|scheme| possible.contains(scheme))
}

/// `signatureSchemesForPublicKey`, without what is disabled: SHA-1, and PKCS #1 v1.5 in TLS 1.3.
fn possible(key: &PrivateKey, version: Version) -> Vec<u16> {
    match (key, version) {
        (PrivateKey::Rsa(key), version) => {
            let size = usize::try_from(key.bits().div_ceil(8)).unwrap_or(usize::MAX);
            let fits = |scheme: &u16| scheme::least_modulus(*scheme).is_some_and(|least| size >= least);
            let is_of_version = |scheme: &u16| version == Version::Tls12 || !scheme::is_pkcs1(*scheme);
            RSA.into_iter().filter(fits).filter(is_of_version).collect()
        }
        (PrivateKey::Ecdsa(_), Version::Tls12) => {
            vec![scheme::ECDSA_P256_SHA256, scheme::ECDSA_P384_SHA384, scheme::ECDSA_P521_SHA512]
        }
        (PrivateKey::Ecdsa(key), Version::Tls13) => match key.curve() {
            Curve::P224 => Vec::new(),
            Curve::P256 => vec![scheme::ECDSA_P256_SHA256],
            Curve::P384 => vec![scheme::ECDSA_P384_SHA384],
            Curve::P521 => vec![scheme::ECDSA_P521_SHA512],
        },
        (PrivateKey::Ed25519(_), _) => vec![scheme::ED25519],
    }
}
