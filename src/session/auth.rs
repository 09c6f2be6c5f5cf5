//! How a request was signed, step by step. Holds no secret.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// One method of authentication of one connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthEvidence {
    #[serde(flatten)]
    pub method: AuthMethod,
    /// Whether a later method replaced its header, which then was not sent.
    pub replaced: bool,
}

/// The method, and what it made of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
pub enum AuthMethod {
    /// RFC 7617.
    Basic { username: String },
    /// RFC 7519. Times are seconds since 1970.
    Jwt {
        signing_method: String,
        /// As JSON, every value masked but those of `alg`, `typ` and `kid`.
        header: String,
        /// As JSON, every value masked but those of `iss`, `aud`, `iat`, `nbf` and `exp`.
        claims: String,
        exp: Option<i64>,
        nbf: Option<i64>,
        iat: Option<i64>,
        /// Whether `jwt.headers` sets another `alg` than the one that signed.
        alg_overridden: bool,
    },
    /// RFC 5849.
    OAuth1 {
        /// Whether it was signed as the pipeline does, which deviates from the RFC.
        as_pipeline: bool,
        /// The signature base string (section 3.4.1), credentials masked.
        base_string: String,
        /// Masked.
        signing_key: String,
        /// The header, credentials and signature masked.
        header: String,
        /// `oauth_timestamp`, in seconds since 1970.
        timestamp: u64,
    },
}

impl AuthMethod {
    /// `basic`, `JWT`, `OAuth 1`
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Basic { .. } => "basic",
            Self::Jwt { .. } => "JWT",
            Self::OAuth1 { .. } => "OAuth 1",
        }
    }
}

impl AuthEvidence {
    /// The facts to display, as names and texts. Times are compared with the local clock, and with the
    /// server's clock if its answer has a `Date`.
    #[must_use]
    pub fn facts(&self, now: Timestamp, server: Option<Timestamp>) -> Vec<(&'static str, String)> {
        let outcome = if self.replaced { "replaced by a later method, so not sent" } else { "sent" };
        let mut facts = vec![(self.method.name(), outcome.to_owned())];
        match &self.method {
            AuthMethod::Basic { username } => facts.push(("user", username.clone())),
            AuthMethod::Jwt { signing_method, header, claims, exp, nbf, iat, .. } => {
                facts.push(("signed by", signing_method.clone()));
                facts.push(("header", header.clone()));
                facts.push(("claims", claims.clone()));
                for (name, at) in [("exp", exp), ("nbf", nbf), ("iat", iat)] {
                    let Some(at) = at else { continue };
                    let at = Timestamp(at.saturating_mul(1_000_000));
                    let server = server.map_or(String::new(), |server| {
                        format!(", {} by the server's clock", relative(at, server))
                    });
                    facts.push((
                        name,
                        format!("{}, {} by the clock here{server}", at.utc(), relative(at, now)),
                    ));
                }
            }
            AuthMethod::OAuth1 { as_pipeline, base_string, signing_key, header, timestamp } => {
                let rule = if *as_pipeline { "as the pipeline does it" } else { "by RFC 5849, HMAC-SHA1" };
                facts.push(("signed", rule.to_owned()));
                facts.push(("base", base_string.clone()));
                facts.push(("key", signing_key.clone()));
                facts.push(("header", header.clone()));
                let at = Timestamp(i64::try_from(*timestamp).unwrap_or(i64::MAX).saturating_mul(1_000_000));
                let server = server.map(|server| format!(", {} by the server's clock", relative(at, server)));
                facts.push(("time", format!("{}{}", at.utc(), server.unwrap_or_default())));
            }
        }
        facts
    }
}

/// `in 3 days`, `12 s ago`
fn relative(at: Timestamp, clock: Timestamp) -> String {
    let seconds = (at.0 - clock.0).div_euclid(1_000_000);
    let (count, unit) = match seconds.unsigned_abs() {
        count @ 0..120 => (count, "s"),
        count @ 120..7200 => (count / 60, "min"),
        count @ 7200..172_800 => (count / 3600, "h"),
        count => (count / 86_400, "days"),
    };
    if seconds >= 0 { format!("in {count} {unit}") } else { format!("{count} {unit} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_token_are_compared_with_both_clocks() {
        let method = AuthMethod::Jwt {
            signing_method: "RS256".to_owned(),
            header: "{}".to_owned(),
            claims: "{}".to_owned(),
            exp: Some(1_700_000_100),
            nbf: None,
            iat: None,
            alg_overridden: false,
        };
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        let facts =
            AuthEvidence { method, replaced: false }.facts(at(1_700_000_000), Some(at(1_700_090_000)));
        let exp = (
            "exp",
            "2023-11-14 22:15:00 UTC, in 100 s by the clock here, 24 h ago by the server's clock".to_owned(),
        );
        assert_eq!(facts[0], ("JWT", "sent".to_owned()));
        assert_eq!(facts.last(), Some(&exp));
    }
}
