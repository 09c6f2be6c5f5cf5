//! A certificate with its private key.

use rustls::{crypto::aws_lc_rs::sign::any_supported_type, sign::CertifiedKey};
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{
    CertError, KeyError, PrivateKey, certificates,
    kind::{kind_of, kind_of_oid},
    private_key,
};

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
    #[error("contains a certificate that cannot be read")]
    Malformed,
    #[error("does not belong to the certificate")]
    Mismatch,
    #[error("is of another kind than the certificate")]
    Kind,
}

/// Reads a chain and its key from PEM text and checks that they match.
///
/// # Errors
///
/// The chain or the key cannot be read, or they do not match.
pub fn identity(chain: &[u8], key: &[u8], password: &str) -> Result<Identity, IdentityError> {
    let key = private_key(key, password);
    // Go decodes the key before it looks at the certificate, and reads the certificate before the key.
    if let Err(error) = &key
        && !matches!(error, KeyError::Certificate | KeyError::Public | KeyError::OpenSsh)
    {
        return Err(IdentityError::Key(error.clone()));
    }
    let chain = certificates(chain).map_err(IdentityError::Certificate)?;
    let key = key.map_err(IdentityError::Key)?;
    let leaf = chain.first().and_then(|leaf| X509Certificate::from_der(leaf).ok());
    let (_, leaf) = leaf.ok_or(IdentityError::Malformed)?;
    let public = kind_of_oid(&leaf.public_key().algorithm.algorithm.to_id_string());
    if let Some(kind) = kind_of(&key)
        && public.is_some_and(|public| public != kind)
    {
        return Err(IdentityError::Kind);
    }
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
