//! Which method of authentication wins: OAuth adds a line, JWT and then basic replace what is there.

use crate::{
    config::{
        schema::{FieldId, Values},
        yaml::dynamic_value,
    },
    payload::counted,
};

use super::{Effective, is_set};

pub(super) fn effective(values: &Values, id: FieldId, value: String) -> Effective {
    let is_empty = !is_set(values, id);
    let does = match id {
        FieldId::OauthEnabled | FieldId::JwtEnabled | FieldId::BasicAuthEnabled => {
            return switch(values, id, value);
        }
        FieldId::BasicAuthUsername | FieldId::BasicAuthPassword if is_empty => "sent empty",
        FieldId::BasicAuthUsername => "sent before the colon, in base64",
        FieldId::BasicAuthPassword => "sent behind the colon, in base64",
        FieldId::JwtPrivateKeyFile if is_empty => {
            "without a key no token can be signed: every connection fails"
        }
        FieldId::JwtPrivateKeyFile => "signs the token; read at each connection",
        FieldId::JwtSigningMethod if is_empty => {
            "without a method no token can be signed: every connection fails"
        }
        FieldId::JwtSigningMethod => "how the token is signed, and its alg",
        FieldId::JwtClaims | FieldId::JwtHeaders => return entries(values, id, value),
        FieldId::OauthConsumerKey => "sent as oauth_consumer_key",
        FieldId::OauthAccessToken => "sent as oauth_token",
        _ if is_empty => "the signature is made with an empty secret",
        _ => "a part of the key of the signature; it is never sent",
    };
    Effective::new(value, does)
}

fn switch(values: &Values, id: FieldId, value: String) -> Effective {
    let [jwt, basic] = [FieldId::JwtEnabled, FieldId::BasicAuthEnabled].map(|id| values.is_on(id));
    let does = match id {
        FieldId::BasicAuthEnabled if basic => {
            "each handshake has Authorization: Basic with the name and the password"
        }
        FieldId::BasicAuthEnabled => "no name and no password are sent",
        FieldId::JwtEnabled if jwt && basic => {
            return Effective::idle(value, "signed and then thrown away: basic_auth replaces it");
        }
        FieldId::JwtEnabled if jwt => "each handshake has Authorization: Bearer with a newly signed token",
        FieldId::JwtEnabled => "no JWT is sent",
        _ if values.is_on(id) && (jwt || basic) => {
            let other = if basic { "basic_auth" } else { "jwt" };
            return Effective::idle(value, format!("signed and then thrown away: {other} replaces it"));
        }
        _ if values.is_on(id) && values.options.dialect.behavior().signs_by_rfc => {
            "each handshake is signed by HMAC-SHA1 (RFC 5849)"
        }
        _ if values.is_on(id) => "each handshake is signed, as the pipeline does it: not by RFC 5849",
        _ => "requests are not signed",
    };
    Effective::new(value, does)
}

/// An `Authorization` among the headers, or a bearer token.
pub(super) fn written(values: &Values, value: String) -> Effective {
    let by = [(FieldId::BasicAuthEnabled, "basic_auth"), (FieldId::JwtEnabled, "jwt")];
    match by.into_iter().find(|(id, _)| values.is_on(*id)) {
        Some((_, other)) => Effective::idle(value, format!("no effect: {other} replaces it")),
        None if values.is_on(FieldId::OauthEnabled) => {
            Effective::new(value, "sent as Authorization, in a line before that of OAuth")
        }
        None => Effective::new(value, "each handshake has it as Authorization"),
    }
}

fn entries(values: &Values, id: FieldId, value: String) -> Effective {
    let place = if id == FieldId::JwtClaims { "claims" } else { "head" };
    let all = values.entries(id);
    let unread = all.iter().filter(|(_, value)| dynamic_value::typed(&value.text).is_err()).count();
    let does = match (all.len(), unread) {
        (0, _) if id == FieldId::JwtClaims => "the token has no claims, not even exp".to_owned(),
        (0, _) => "the head of the token has only alg and typ".to_owned(),
        (_, 0) => format!("in the {place} of the token: {}", super::feed::names(values, id)),
        (_, unread) => format!("{} cannot be JSON", counted(unread as u64, "value")),
    };
    Effective::new(value, does)
}
