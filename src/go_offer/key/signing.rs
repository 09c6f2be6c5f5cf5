//! Any key that Go signs with, as a key of rustls.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{Error, SignatureAlgorithm};

use crate::go_offer::key::{ecdsa, rsa};

/// The key by which rustls presents a certificate, for every kind of key that Go presents with: RSA from 1024 bits,
/// ECDSA on P-224 to P-521, and Ed25519.
///
/// # Errors
///
/// If the key is of no such kind, or does not hold together.
pub fn signing_key(key: &PrivateKeyDer<'_>) -> Result<Arc<dyn SigningKey>, Error> {
    if let Some(key) = ecdsa::Key::read(key) {
        return Ok(Arc::new(key));
    }
    match any_supported_type(key) {
        Ok(ready) if ready.algorithm() == SignatureAlgorithm::RSA => Ok(Arc::new(rsa::Key::ready(ready))),
        Ok(ready) if ready.algorithm() == SignatureAlgorithm::ED25519 => Ok(ready),
        _ => match rsa::Key::read(key) {
            Some(key) => Ok(Arc::new(key)),
            None => Err(Error::General("the private key is none that a client of Go presents with".into())),
        },
    }
}
