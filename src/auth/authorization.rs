//! The input and the output of each method of authentication.

use crate::{config::Secret, session::TokenFault};

/// What differs in each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970.
    pub now: u64,
    /// The nonce of OAuth: a number that is used only once.
    pub nonce: u64,
}

/// The `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    pub value: Secret,
    /// The value with its credentials masked.
    pub shown: String,
    /// Whether an `Authorization` among `headers` is sent too, as a line of its own.
    pub adds: bool,
}

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthFault {
    pub kind: TokenFault,
    /// One sentence that names the field and the file, and holds no secret.
    pub message: String,
    /// The error as the pipeline logs it.
    pub pipeline: String,
}
