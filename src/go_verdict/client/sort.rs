//! What a file without PEM is, by its DER.

use crate::go_verdict::certificate::Certificate;
use crate::go_verdict::client::key;
use crate::go_verdict::der::{
    lax::{Malformed, Members},
    oid,
};

/// The kinds of DER that are given for PEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Certificate,
    Key,
    /// `EncryptedPrivateKeyInfo`.
    LockedKey,
    /// `.p12` and `.pfx`.
    Pkcs12,
    /// `.p7b`.
    Pkcs7,
}

/// `None`: nothing that is known here.
pub fn sort_of(bytes: &[u8]) -> Option<Sort> {
    if Certificate::parse(bytes).is_ok() {
        Some(Sort::Certificate)
    } else if key::is_any_key(bytes) {
        Some(Sort::Key)
    } else if is_pkcs12(bytes).is_ok_and(|is| is) {
        Some(Sort::Pkcs12)
    } else if is_pkcs7(bytes).is_ok_and(|is| is) {
        Some(Sort::Pkcs7)
    } else if key::is_locked(bytes) {
        Some(Sort::LockedKey)
    } else {
        None
    }
}

/// `PFX` (RFC 7292): version 3, and contents that are data or signed data.
fn is_pkcs12(bytes: &[u8]) -> Result<bool, Malformed> {
    let mut members = Members::new(bytes).sequence()?;
    let version = members.small_integer()?;
    let contents = members.sequence()?.oid()?;
    Ok(version == 3 && matches!(contents, oid::PKCS7_DATA | oid::PKCS7_SIGNED))
}

/// `ContentInfo` (RFC 2315) of signed data.
fn is_pkcs7(bytes: &[u8]) -> Result<bool, Malformed> {
    let contents = Members::new(bytes).sequence()?.oid()?;
    Ok(contents == oid::PKCS7_SIGNED)
}
