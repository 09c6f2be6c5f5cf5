//! Reads certificates from PEM text.

use rustls_pki_types::CertificateDer;

use super::{
    blocks::{Incomplete, blocks, is_der},
    error::CertError,
};

/// The certificates of a PEM text, in order. Text between them is skipped.
///
/// # Errors
///
/// There is no certificate, or a block cannot be read.
pub fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertError> {
    let blocks = blocks(text).map_err(|Incomplete| CertError::Broken)?;
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
