//! A certificate and its key (`crypto/tls/tls.go`, `X509KeyPair`).

use crate::go_verdict::certificate::{Certificate, PublicKey, pem};
use crate::go_verdict::client::{
    error::{Cost, EntryError},
    key::{self, KeyFault, KeyKind, PrivateKey},
};

/// A certificate with its key, that the pipeline may present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The leaf and what follows it, as sent; only the leaf was parsed at the start.
    pub chain: Vec<Vec<u8>>,
    pub leaf: Certificate,
    pub key: PrivateKey,
}

/// The pair of the texts: the key is the first block whose label says so.
///
/// # Errors
///
/// The words of `X509KeyPair`.
pub fn with_text(cert_pem: &[u8], key_pem: &[u8]) -> Result<ClientCertificate, EntryError> {
    let chain = chain(cert_pem)?;
    let der = key_block(key_pem)?;
    fitted(chain, || parsed(&der))
}

/// The pair with a key that was decrypted, under the label that its block had.
///
/// # Errors
///
/// The words of `X509KeyPair`.
pub fn with_block(
    cert_pem: &[u8],
    label: &str,
    key: impl FnOnce() -> Result<PrivateKey, EntryError>,
) -> Result<ClientCertificate, EntryError> {
    let chain = chain(cert_pem)?;
    if !is_key(label) {
        return Err(no_key(vec![label.to_owned()]));
    }
    fitted(chain, key)
}

/// The blocks labelled CERTIFICATE.
fn chain(cert_pem: &[u8]) -> Result<Vec<Vec<u8>>, EntryError> {
    let (mut chain, mut skipped) = (Vec::new(), Vec::new());
    let mut rest = cert_pem;
    while let Some((block, next)) = pem::decode(rest) {
        rest = next;
        if block.label == "CERTIFICATE" {
            chain.push(block.bytes);
        } else {
            skipped.push(block.label);
        }
    }
    match skipped.as_slice() {
        _ if !chain.is_empty() => Ok(chain),
        [] => Err(EntryError::NoCertificate),
        [only] if only.ends_with("PRIVATE KEY") => Err(EntryError::KeyForCertificate),
        _ => Err(EntryError::OtherForCertificate(skipped)),
    }
}

fn key_block(key_pem: &[u8]) -> Result<Vec<u8>, EntryError> {
    let mut skipped = Vec::new();
    let mut rest = key_pem;
    while let Some((block, next)) = pem::decode(rest) {
        rest = next;
        if is_key(&block.label) {
            return Ok(block.bytes);
        }
        skipped.push(block.label);
    }
    Err(no_key(skipped))
}

fn is_key(label: &str) -> bool {
    label == "PRIVATE KEY" || label.ends_with(" PRIVATE KEY")
}

fn no_key(skipped: Vec<String>) -> EntryError {
    match skipped.as_slice() {
        [] => EntryError::NoKeyBlock,
        [only] if only == "CERTIFICATE" => EntryError::CertificateForKey,
        _ => EntryError::OtherForKey(skipped),
    }
}

/// The certificate is parsed before the key, and then they are compared.
fn fitted(
    chain: Vec<Vec<u8>>,
    key: impl FnOnce() -> Result<PrivateKey, EntryError>,
) -> Result<ClientCertificate, EntryError> {
    let first = chain.first().map(Vec::as_slice).unwrap_or_default();
    let leaf = Certificate::parse(first).map_err(|error| EntryError::Certificate(error.to_string()))?;
    let key = key()?;
    let kind = match leaf.public_key {
        Some(PublicKey::Rsa { .. }) => KeyKind::Rsa,
        Some(PublicKey::Ecdsa { .. }) => KeyKind::Ecdsa,
        Some(PublicKey::Ed25519(_)) => KeyKind::Ed25519,
        Some(PublicKey::Dsa) | None => return Err(EntryError::UnknownPublicKey),
    };
    if key.kind() != kind {
        return Err(EntryError::KindMismatch);
    }
    if !leaf.public_key.as_ref().is_some_and(|public| key.belongs_to(public)) {
        return Err(EntryError::Mismatch);
    }
    Ok(ClientCertificate { chain, leaf, key })
}

/// A key for the pair, or the words for it.
pub fn parsed(der: &[u8]) -> Result<PrivateKey, EntryError> {
    key::parse(der).map_err(|fault| match fault {
        KeyFault::TooLarge => EntryError::TooCostly(Cost::Rsa),
        fault => EntryError::Key(fault),
    })
}
