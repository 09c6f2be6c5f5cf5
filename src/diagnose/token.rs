//! Tokens that are sent with the upgrade, wherever they stand, and the time in which they are valid.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    config::{FieldId, Settings},
    payload::duration_in_words,
    session::{AuthEvidence, AuthMethod, Exchange, Finding, FindingCode, Severity, Timestamp},
};

use super::clock::{moment, server_time};

/// The longest text that is looked at for a token, in bytes.
const LONGEST: usize = 64 << 10;

/// A token and the fields it comes from.
struct Token {
    /// Where it stands, in words.
    place: String,
    /// The field that holds what is valid until then, and what is valid from then on.
    fields: [String; 2],
    claims: Claims,
    /// How to mend it.
    advice: &'static str,
}

/// `exp` and `nbf` (RFC 7519, sections 4.1.4 and 4.1.5), in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Claims {
    exp: Option<i64>,
    nbf: Option<i64>,
}

impl Claims {
    /// Those of a JSON Web Token, if this is one with a time in it. Its signature is not looked at.
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || text.len() > LONGEST {
            return None;
        }
        let claims = BASE64_URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        let seconds = |name: &str| {
            let number = claims.get(name)?;
            #[expect(clippy::cast_possible_truncation, reason = "fractions of a second do not matter here")]
            number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64))
        };
        let own = Self { exp: seconds("exp"), nbf: seconds("nbf") };
        (own != Self::default()).then_some(own)
    }

    /// Those of the first token in a text of several words: `Bearer …`, `access_token=…`, JSON.
    fn within(text: &str) -> Option<Self> {
        let text = text.get(..LONGEST).unwrap_or(text);
        let is_of_token = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        text.split(|char| !is_of_token(char)).find_map(Self::of)
    }

    const fn is_past(self, clock: i64) -> bool {
        matches!(self.exp, Some(exp) if clock >= exp)
    }

    const fn is_early(self, clock: i64) -> bool {
        matches!(self.nbf, Some(nbf) if clock < nbf)
    }

    const fn is_out_of_time(self, clock: i64) -> bool {
        self.is_past(clock) || self.is_early(clock)
    }
}

/// The tokens that were sent with the upgrade.
fn sent(settings: &Settings, evidence: &[AuthEvidence]) -> Vec<Token> {
    let replaces_header = settings.basic_auth.is_some() || settings.jwt.is_some();
    let signed = evidence.iter().filter(|one| !one.replaced).filter_map(|one| match &one.method {
        AuthMethod::Jwt { exp, nbf, .. } => Some(Token {
            place: "jwt.claims".to_owned(),
            fields: ["jwt.claims.exp", "jwt.claims.nbf"].map(str::to_owned),
            claims: Claims { exp: *exp, nbf: *nbf },
            advice: "set jwt.claims to another time, in seconds since 1970; ${NAME} takes it from the environment",
        }),
        _ => None,
    });
    let headers = settings.headers.iter().filter_map(|(name, value)| {
        let field = format!("headers.{name}");
        let is_sent = !(replaces_header && name.eq_ignore_ascii_case("authorization"));
        let claims = Claims::within(value.expose()).filter(|_| is_sent)?;
        let advice = "write a new token into the header; ${NAME} takes it from the environment";
        Some(Token { place: field.clone(), fields: [field.clone(), field], claims, advice })
    });
    let query = settings.url.target.split_once('?').map_or("", |(_, query)| query);
    let query = form_urlencoded::parse(query.as_bytes()).filter_map(|(name, value)| {
        let url = || FieldId::Url.path().to_owned();
        let advice = "write a new token into url; ${NAME} takes it from the environment";
        let place = format!("the parameter {name} of url");
        Some(Token { place, fields: [url(), url()], claims: Claims::within(&value)?, advice })
    });
    signed.chain(headers).chain(query).collect()
}

/// The first token that is out of its time by the server's clock, where that is known, or else by ours.
pub(super) fn out_of_time(settings: &Settings, exchange: &Exchange, now: Timestamp) -> Option<Finding> {
    let here = now.0.div_euclid(1_000_000);
    let server = server_time(exchange);
    let token = sent(settings, &exchange.auth).into_iter().find(|token| {
        token.claims.is_out_of_time(here) || server.is_some_and(|server| token.claims.is_out_of_time(server))
    })?;
    let claims = token.claims;
    let at_server = server.unwrap_or(here);
    let clock = if claims.is_out_of_time(at_server) { at_server } else { here };
    let [until, from] = token.fields;
    let (claim, at, field, is) = match (claims.is_past(clock), claims.exp, claims.nbf) {
        (true, Some(exp), _) => ("exp", exp, until, "expired"),
        (_, _, Some(nbf)) => ("nbf", nbf, from, "is not valid before"),
        _ => return None,
    };
    let by = match (claims.is_out_of_time(here), server.map(|server| claims.is_out_of_time(server))) {
        (_, None) | (true, Some(true)) => "",
        (true, Some(false)) => ", by the local clock, but not by the server's",
        (false, _) => ", by the server's clock, but not by the local one",
    };
    let status = exchange.response.as_ref().map_or(0, |response| response.status);
    let is_refused = matches!(status, 401 | 403);
    let answer = if is_refused { format!("; the server answered {status}") } else { String::new() };
    let when = moment(at);
    let apart = if claim == "exp" {
        format!("at {}, {} ago", when.utc(), ago(moment(clock).since(when)))
    } else {
        format!("{}, {} from now", when.utc(), ago(when.since(moment(clock))))
    };
    let cause = format!("The token in {} {is} {apart}{by}{answer}.", token.place);
    let is_certain = is_refused && claims.is_out_of_time(at_server);
    let title = if claim == "exp" { "the token has expired" } else { "the token is not valid yet" };
    Some(
        Finding::new(FindingCode::JwtExpired, cause)
            .severity(if is_certain { Severity::Error } else { Severity::Warning })
            .title(title)
            .evidence([format!("{claim}: {}", when.utc()), format!("the local clock says {}", now.utc())])
            .evidence(server.map(|server| format!("the server's clock says {}", moment(server).utc())))
            .about(field)
            .advise(token.advice.replace("jwt.claims to", &format!("jwt.claims.{claim} to"))),
    )
}

/// `3 min 5 s`, `2 h 4 min`, `12 days`.
fn ago(time: std::time::Duration) -> String {
    match time.as_secs() / 86_400 {
        0 | 1 => duration_in_words(time),
        days => format!("{days} days"),
    }
}
