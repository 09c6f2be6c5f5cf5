//! Rule A: what a certificate may sign.

use crate::go_verdict::certificate::Certificate;
use crate::go_verdict::chain::error::{SignatureError, VerifyError};

/// keyCertSign among the key usages.
const SIGNS_CERTIFICATES: u16 = 1 << 5;

/// Whether the certificate's own words let it sign others (`Certificate.CheckSignatureFrom`).
///
/// A certificate of version 1 or 2 says nothing about it. No bit of the key usage set at all is as good as no key usage.
pub fn check_may_sign(authority: &Certificate) -> Result<(), SignatureError> {
    let extensions = &authority.extensions;
    let is_authority = match extensions.basic_constraints {
        Some(constraints) => constraints.is_authority,
        None => authority.version != 3,
    };
    let usage = extensions.key_usage.unwrap_or(0);
    if is_authority && (usage == 0 || usage & SIGNS_CERTIFICATES != 0) {
        Ok(())
    } else {
        Err(SignatureError::CannotSign)
    }
}

/// Whether a served certificate is declared an authority (`Certificate.isValid`). Roots need no such words.
pub fn check_is_declared(authority: &Certificate) -> Result<(), VerifyError> {
    let is_declared =
        authority.extensions.basic_constraints.is_some_and(|constraints| constraints.is_authority);
    if is_declared { Ok(()) } else { Err(VerifyError::NotAuthorizedToSign) }
}

/// Whether so many certificates between it and the leaf are allowed, also of a root (`Certificate.isValid`).
pub fn check_path_length(certificate: &Certificate, between: usize) -> Result<(), VerifyError> {
    let limit = certificate.extensions.basic_constraints.and_then(|constraints| constraints.max_path_length);
    match limit.map(usize::try_from) {
        Some(Ok(limit)) if between > limit => Err(VerifyError::TooManyIntermediates),
        _ => Ok(()),
    }
}
