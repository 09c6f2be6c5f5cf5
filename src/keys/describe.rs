//! Describes the contents of PEM text.

use super::blocks::{Incomplete, blocks, is_der};

/// `2 certificates`, `an encrypted private key`, `a certificate and an RSA private key`; or the fault of a text
/// that is not PEM.
pub fn describe(text: &[u8]) -> String {
    let blocks = match blocks(text) {
        Ok(blocks) => blocks,
        Err(Incomplete) => return "damaged PEM".to_owned(),
    };
    let certificates = blocks.iter().filter(|block| block.tag() == "CERTIFICATE").count();
    let mut parts = match certificates {
        0 => Vec::new(),
        1 => vec!["a certificate".to_owned()],
        more => vec![format!("{more} certificates")],
    };
    for block in &blocks {
        let is_encrypted = block.headers().get("DEK-Info").is_some();
        let kind = match (block.tag(), is_encrypted) {
            ("CERTIFICATE" | "EC PARAMETERS", _) => continue,
            ("RSA PRIVATE KEY", false) => "an RSA private key (PKCS#1)".to_owned(),
            ("RSA PRIVATE KEY", true) => "an encrypted RSA private key (PKCS#1)".to_owned(),
            ("EC PRIVATE KEY", false) => "an EC private key (SEC1)".to_owned(),
            ("EC PRIVATE KEY", true) => "an encrypted EC private key (SEC1)".to_owned(),
            ("PRIVATE KEY", _) => "a private key (PKCS#8)".to_owned(),
            ("ENCRYPTED PRIVATE KEY", _) => "an encrypted private key (PKCS#8)".to_owned(),
            ("PUBLIC KEY" | "RSA PUBLIC KEY", _) => "a public key".to_owned(),
            (other, _) => format!("a block {other}"),
        };
        parts.push(kind);
    }
    match parts.as_slice() {
        [] if text.trim_ascii().is_empty() => "nothing: it is empty".to_owned(),
        [] if is_der(text) => "binary DER, not PEM".to_owned(),
        [] => "not PEM".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
