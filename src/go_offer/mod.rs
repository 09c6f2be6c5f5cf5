//! What Go's TLS client offers (`crypto/tls` as of Go 1.26), for a connection made with rustls: the same suites,
//! groups and signatures, and a use for every key that it presents a certificate with.

mod group;
mod key;
mod record;
mod suite;

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::{CryptoProvider, KeyProvider, SupportedKxGroup};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{Error, SignatureScheme, SupportedCipherSuite};

pub use key::signing_key;

/// The suites and groups of one `ClientHello`, in the order in which they are sent.
///
/// The first group is the one that gets a key share; a hybrid brings the share of its classical half along
/// (`crypto/tls/handshake_client.go`, `makeClientHello`).
#[derive(Clone, Debug)]
pub struct Offer {
    pub suites: Vec<SupportedCipherSuite>,
    pub groups: Vec<&'static dyn SupportedKxGroup>,
}

impl Default for Offer {
    /// Go's offer without the suites that encrypt by chained blocks, whose padding has been attacked again and again.
    fn default() -> Self {
        let suites = [suite::AEAD_SUITES, suite::TLS13_SUITES].concat();
        Self { suites, groups: group::GROUPS.to_vec() }
    }
}

impl Offer {
    /// The whole of what Go offers (`crypto/tls/defaults.go`, `defaultCipherSuites`).
    pub fn with_cbc() -> Self {
        let suites = [suite::AEAD_SUITES, suite::CBC_SUITES, suite::TLS13_SUITES].concat();
        Self { suites, ..Self::default() }
    }
}

/// What rustls connects with to make this offer.
pub fn provider(offer: &Offer) -> CryptoProvider {
    CryptoProvider {
        cipher_suites: offer.suites.clone(),
        kx_groups: offer.groups.clone(),
        key_provider: &Keys,
        ..default_provider()
    }
}

/// The signatures that Go lets a server prove itself with, in the order in which they are sent
/// (`crypto/tls/common.go`, `supportedSignatureAlgorithms`, from TLS 1.2 on: SHA-1 is not among them).
pub fn verify_schemes() -> Vec<SignatureScheme> {
    vec![
        SignatureScheme::RSA_PSS_SHA256,
        SignatureScheme::ECDSA_NISTP256_SHA256,
        SignatureScheme::ED25519,
        SignatureScheme::RSA_PSS_SHA384,
        SignatureScheme::RSA_PSS_SHA512,
        SignatureScheme::RSA_PKCS1_SHA256,
        SignatureScheme::RSA_PKCS1_SHA384,
        SignatureScheme::RSA_PKCS1_SHA512,
        SignatureScheme::ECDSA_NISTP384_SHA384,
        SignatureScheme::ECDSA_NISTP521_SHA512,
    ]
}

/// Loads private keys by [`signing_key`].
#[derive(Debug)]
struct Keys;

impl KeyProvider for Keys {
    fn load_private_key(&self, key: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        signing_key(&key)
    }
}
