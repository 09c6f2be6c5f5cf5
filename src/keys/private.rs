//! Reads private keys of all kinds that TLS and JWT use, encrypted or not.

use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

use super::{
    blocks::{Incomplete, blocks, is_der},
    encrypted,
    error::KeyError,
};

/// A decrypted private key. Its `Debug` does not show it, and its memory is cleared.
pub type PrivateKey = PrivateKeyDer<'static>;

/// Reads the first private key of a PEM text: PKCS#1, PKCS#8 or SEC1, encrypted or not. The password is ignored if
/// the key is not encrypted.
///
/// # Errors
///
/// There is no private key, or it cannot be decrypted.
pub fn private_key(text: &[u8], password: &str) -> Result<PrivateKey, KeyError> {
    let blocks = blocks(text).map_err(|Incomplete| KeyError::Broken)?;
    let Some(block) = blocks.iter().find(|block| block.tag().ends_with("PRIVATE KEY")) else {
        let has = |end: &str| blocks.iter().any(|block| block.tag().ends_with(end));
        return Err(match () {
            () if has("CERTIFICATE") => KeyError::Certificate,
            () if has("PUBLIC KEY") => KeyError::Public,
            () if text.trim_ascii().is_empty() => KeyError::Empty,
            () if is_der(text) => KeyError::Der,
            () => KeyError::None,
        });
    };
    if block.tag() == "ENCRYPTED PRIVATE KEY" {
        return encrypted::pkcs8(block.contents(), password).map(Into::into);
    }
    let der = match block.headers().get("DEK-Info") {
        Some(info) => encrypted::traditional(info, block.contents(), password)?,
        None => block.contents().to_vec(),
    };
    from_tag(block.tag(), der)
}

fn from_tag(tag: &str, der: Vec<u8>) -> Result<PrivateKey, KeyError> {
    match tag {
        "RSA PRIVATE KEY" => Ok(PrivatePkcs1KeyDer::from(der).into()),
        "EC PRIVATE KEY" => Ok(PrivateSec1KeyDer::from(der).into()),
        "PRIVATE KEY" => Ok(PrivatePkcs8KeyDer::from(der).into()),
        "OPENSSH PRIVATE KEY" => Err(KeyError::OpenSsh),
        _ => Err(KeyError::None),
    }
}
