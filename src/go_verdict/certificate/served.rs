//! The certificates that a server sends, before any of them is trusted (`crypto/tls/handshake_client.go`,
//! `verifyServerCertificate`). They are parsed also where the verdict is skipped.

use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::parsed::{Certificate, PublicKey};

/// The longest RSA key that Go verifies a signature with (`defaultMaxRSAKeySize`).
const LONGEST_RSA_KEY: u32 = 8_192;

/// Why Go gives up on the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServedError {
    /// Go sends `error decoding message`.
    #[error("tls: failed to parse certificate from server: {0}")]
    Unparsable(#[from] ParseError),
    /// Go sends `bad certificate`.
    #[error("tls: server sent certificate containing RSA key larger than {LONGEST_RSA_KEY} bits")]
    RsaKeyTooLong,
}

/// The certificates in order. Each is parsed and measured before the next one is looked at.
///
/// # Errors
///
/// The first that does not parse or has too long a key.
pub fn served(ders: &[Vec<u8>]) -> Result<Vec<Certificate>, ServedError> {
    ders.iter().map(|der| one(der)).collect()
}

fn one(der: &[u8]) -> Result<Certificate, ServedError> {
    let certificate = Certificate::parse(der)?;
    match certificate.public_key {
        Some(PublicKey::Rsa { bits, .. }) if bits > LONGEST_RSA_KEY => Err(ServedError::RsaKeyTooLong),
        _ => Ok(certificate),
    }
}
