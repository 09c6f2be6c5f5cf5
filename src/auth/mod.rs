//! Signs requests: settings in, the headers of OAuth 1, JWT and basic authentication out; pure.

mod basic;
mod jwt;
mod oauth1;

pub use jwt::KeyFile;

use crate::{
    config::{Secret, Settings},
    session::{AuthEvidence, TokenFault},
};

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

/// What the methods that are switched on came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// Of several methods the last one wins: OAuth, JWT, basic.
    pub header: Option<Authorization>,
    /// How each method came to its header, in that order.
    pub evidence: Vec<AuthEvidence>,
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

/// Works out the `Authorization` header of these settings, by every method that is switched on.
///
/// `key` is what reading `jwt.private_key_file` gave. Each method is worked out, also where a later
/// one replaces its header: so does the pipeline, and a broken key fails the attempt there too.
///
/// # Errors
///
/// The key or the method of the token cannot be used.
pub fn sign(settings: &Settings, moment: &Moment, key: KeyFile<'_>) -> Result<Signed, AuthFault> {
    let mut signed = Signed::default();
    if let Some(oauth) = &settings.oauth {
        let (header, evidence) = oauth1::header(oauth, settings, moment);
        signed.take(header, evidence);
    }
    if let Some(jwt) = &settings.jwt {
        let (header, evidence) = jwt::header(jwt, key)?;
        signed.take(header, evidence);
    }
    if let Some(basic) = &settings.basic_auth {
        let (header, evidence) = basic::header(basic);
        signed.take(header, evidence);
    }
    Ok(signed)
}

impl Signed {
    fn take(&mut self, header: Authorization, evidence: AuthEvidence) {
        for earlier in &mut self.evidence {
            earlier.replaced = true;
        }
        self.evidence.push(evidence);
        self.header = Some(header);
    }
}
