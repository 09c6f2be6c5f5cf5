//! The offer in the terms of rustls.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::{CryptoProvider, KeyProvider};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{Error, SignatureScheme};

use crate::go_offer::key::signing_key;
use crate::go_offer::offer::Offer;

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
