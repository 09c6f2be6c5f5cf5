//! A certificate with its private key.

use rustls::{crypto::aws_lc_rs::sign::any_supported_type, sign::CertifiedKey};
use rustls_pki_types::CertificateDer;

use super::{CertError, KeyError, PrivateKey, certificates, private_key};

/// A certificate chain, the own certificate first, and its private key.
#[derive(Debug)]
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKey,
}

/// Why two texts do not form an identity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error(transparent)]
    Certificate(CertError),
    #[error(transparent)]
    Key(KeyError),
    #[error("does not belong to the certificate")]
    Mismatch,
}

/// Reads a chain and its key from PEM text and checks that they match.
///
/// # Errors
///
/// The chain or the key cannot be read, or they do not match.
pub fn identity(chain: &[u8], key: &[u8], password: &str) -> Result<Identity, IdentityError> {
    let chain = certificates(chain).map_err(IdentityError::Certificate)?;
    let key = private_key(key, password).map_err(IdentityError::Key)?;
    let signing = any_supported_type(&key).map_err(|_| IdentityError::Key(KeyError::Damaged))?;
    match CertifiedKey::new(chain.clone(), signing).keys_match() {
        Ok(()) => Ok(Identity { chain, key }),
        Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {
            Ok(Identity { chain, key })
        }
        Err(rustls::Error::InconsistentKeys(_)) => Err(IdentityError::Mismatch),
        Err(_) => Err(IdentityError::Certificate(CertError::Broken)),
    }
}
