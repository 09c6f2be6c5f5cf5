//! All methods that are switched on, one after the other.

use crate::{config::Settings, session::AuthEvidence};

use super::{AuthFault, Authorization, KeyFile, Moment, basic, jwt, oauth1};

/// What the methods that are switched on came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// Of several methods the last one wins: OAuth, JWT, basic.
    pub header: Option<Authorization>,
    /// How each method came to its header, in that order.
    pub evidence: Vec<AuthEvidence>,
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
