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
    let oauth = settings.oauth.as_ref().map(|oauth| oauth1::header(oauth, settings, moment));
    let jwt = settings.jwt.as_ref().map(|jwt| jwt::header(jwt, key)).transpose()?;
    let basic = settings.basic_auth.as_ref().map(basic::header);
    let (mut headers, methods): (Vec<_>, Vec<_>) = [oauth, jwt, basic].into_iter().flatten().unzip();
    let last = methods.len().saturating_sub(1);
    let evidence =
        methods.into_iter().zip(0..).map(|(method, nth)| AuthEvidence { method, replaced: nth < last });
    Ok(Signed { header: headers.pop(), evidence: evidence.collect() })
}
