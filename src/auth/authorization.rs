//! What each method of authorization is given, and what it gives.

use crate::{config::Secret, session::TokenFault};

/// What is made anew for each attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970.
    pub now: u64,
    /// Of OAuth: a number that is not used twice.
    pub nonce: u64,
}

/// The `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    pub value: Secret,
    /// The same as it may be shown.
    pub shown: String,
    /// Whether one among `headers` stays beside it, as a line of its own.
    pub adds: bool,
}

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthFault {
    pub kind: TokenFault,
    /// One sentence that names field and file, and holds no secret.
    pub message: String,
    /// The pipeline's own words.
    pub pipeline: String,
}
