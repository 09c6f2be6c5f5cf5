//! Runs all enabled methods, one after the other.

use crate::{config::Settings, session::AuthEvidence};

use super::{AuthFault, Authorization, KeyFile, Moment, basic, jwt, oauth1};

/// The result of the enabled methods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// The header of the last method, in the order OAuth, JWT, basic.
    pub header: Option<Authorization>,
    /// How each method made its header, in that order.
    pub evidence: Vec<AuthEvidence>,
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
