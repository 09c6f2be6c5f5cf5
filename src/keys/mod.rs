//! Reads certificates and private keys out of PEM text (RFC 7468); pure.

mod encrypted;
mod holds;
mod identity;
mod private;

pub use holds::holds;
pub use identity::{Identity, IdentityError, identity};
pub use private::{KeyError, PrivateKey, private_key};

use rustls_pki_types::CertificateDer;

/// Why a text gives no certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertError {
    #[error("holds no certificate")]
    None,
    #[error("holds a private key, no certificate")]
    Key,
    #[error("holds binary DER, not PEM")]
    Der,
    #[error("is empty")]
    Empty,
    #[error("is not whole: a PEM block in it cannot be read")]
    Broken,
}

/// The certificates of a PEM text, in their order. What stands between them is skipped.
///
/// # Errors
///
/// There is none, or one of its blocks cannot be read.
pub fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertError> {
    let blocks = blocks(text).map_err(|NotWhole| CertError::Broken)?;
    let found: Vec<_> = blocks
        .iter()
        .filter(|block| block.tag() == "CERTIFICATE")
        .map(|block| CertificateDer::from(block.contents().to_vec()))
        .collect();
    match found.first() {
        Some(_) => Ok(found),
        None if text.trim_ascii().is_empty() => Err(CertError::Empty),
        None if is_der(text) => Err(CertError::Der),
        None if blocks.iter().any(|block| block.tag().ends_with("PRIVATE KEY")) => Err(CertError::Key),
        None => Err(CertError::None),
    }
}

/// A block that begins and does not end, or is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotWhole;

/// All blocks of a PEM text.
fn blocks(text: &[u8]) -> Result<Vec<pem::Pem>, NotWhole> {
    let blocks = pem::parse_many(text).map_err(|_| NotWhole)?;
    // A block without its end is no block to the parser.
    let begun = text.windows(BEGIN.len()).filter(|window| *window == BEGIN).count();
    if begun == blocks.len() { Ok(blocks) } else { Err(NotWhole) }
}

const BEGIN: &[u8] = b"-----BEGIN ";

/// Whether bytes begin as a sequence of DER does.
fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x80..=0x84, ..])
        || matches!(bytes, [0x30, length, ..] if usize::from(*length) + 2 == bytes.len())
}

#[cfg(test)]
mod tests;
