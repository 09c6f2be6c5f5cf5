//! Signs requests: settings in, the headers of OAuth 1, JWT and basic authentication out; pure.

mod basic;
mod jwt;
mod oauth1;

pub use jwt::KeyFile;

use crate::{
    config::{Secret, Settings},
    session::{AuthEvidence, TokenFault},
};

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

/// The result of the enabled methods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// The header of the last method, in the order OAuth, JWT, basic.
    pub header: Option<Authorization>,
    /// How each method made its header, in that order.
    pub evidence: Vec<AuthEvidence>,
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

/// Makes the `Authorization` header of these settings with every enabled method.
///
/// `key` is the result of reading `jwt.private_key_file`. Every method runs, even if a later one replaces its
/// header. The pipeline does the same, and a broken key fails the connection there too.
///
/// # Errors
///
/// The key or the signing method of the JWT cannot be used.
pub fn sign(settings: &Settings, moment: &Moment, key: KeyFile<'_>) -> Result<Signed, AuthFault> {
    let mut signed = Signed::default();
    if let Some(oauth) = &settings.oauth {
        let (header, evidence) = oauth1::header(oauth, settings, moment);
        signed.add(header, evidence);
    }
    if let Some(jwt) = &settings.jwt {
        let (header, evidence) = jwt::header(jwt, key)?;
        signed.add(header, evidence);
    }
    if let Some(basic) = &settings.basic_auth {
        let (header, evidence) = basic::header(basic);
        signed.add(header, evidence);
    }
    Ok(signed)
}

impl Signed {
    fn add(&mut self, header: Authorization, evidence: AuthEvidence) {
        for earlier in &mut self.evidence {
            earlier.replaced = true;
        }
        self.evidence.push(evidence);
        self.header = Some(header);
    }
}
