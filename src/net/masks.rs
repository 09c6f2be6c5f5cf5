//! What one dial sends that nobody may see: servers like to repeat what they got.

use crate::{
    auth::Authorization,
    config::{Endpoint, Masks, Secret, Settings, mask_location},
};

/// A word of a header value, or an entry of a list of subprotocols, is taken for a credential
/// of its own from this length on.
const SHORTEST_WORD: usize = 16;

/// A claim is taken for a secret of its own from this length on.
const SHORTEST_CLAIM: usize = 8;

/// Headers that say where and who, not by what right; masking them would hide half an answer.
const HARMLESS: [&str; 7] =
    ["host", "user-agent", "origin", "accept", "accept-language", "cache-control", "pragma"];

/// Everything secret that one dial sends.
pub(super) fn masks(settings: &Settings, authorization: Option<&Authorization>) -> Masks {
    let fields = settings.credentials().cloned();
    // A server may repeat what stands behind the scheme.
    let credentials = authorization.map(|header| {
        let value = header.value.expose();
        Secret::new(value.split_once(' ').map_or(value, |(_, credentials)| credentials))
    });
    let headers = settings.headers.iter().flat_map(|(name, value)| of_header(name, value.expose()));
    fields.chain(claims(settings)).chain(credentials).chain(headers).chain(of_query(&settings.url)).collect()
}

/// The texts of a token, as far as they are no common words.
fn claims(settings: &Settings) -> impl Iterator<Item = Secret> {
    let entries = settings.jwt.iter().flat_map(|jwt| jwt.claims.iter().chain(jwt.headers.iter()));
    entries
        .filter_map(|(_, value)| value.as_str())
        .filter(|text| text.len() >= SHORTEST_CLAIM)
        .map(Secret::new)
}

/// The credentials in addresses that the server gave: its body may repeat them.
pub(super) fn learned<'a>(addresses: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Secret> {
    addresses.flat_map(|address| hidden(address, &mask_location(address)))
}

fn of_header(name: &str, value: &str) -> Vec<Secret> {
    let name = name.to_ascii_lowercase();
    let value = value.trim();
    if HARMLESS.contains(&name.as_str()) {
        return Vec::new();
    }
    let words = value.split([' ', ',', ';', '=']).filter(|word| word.len() >= SHORTEST_WORD);
    // A subprotocol is a name that the answer repeats; only a long one can be a token.
    let whole = (value.len() >= Masks::SHORTEST && name != "sec-websocket-protocol").then_some(value);
    words.chain(whole).map(Secret::new).collect()
}

/// The query values that [`Endpoint::shown_target`] hides.
fn of_query(url: &Endpoint) -> Vec<Secret> {
    hidden(&url.target, &url.shown_target())
}

/// What `shown` hides of an address, as written and decoded.
fn hidden(address: &str, shown: &str) -> Vec<Secret> {
    let pairs = parts(address).into_iter().zip(parts(shown));
    let values = pairs.filter(|(raw, shown)| raw != shown).flat_map(|(raw, _)| {
        let user_info = raw.rsplit_once('@').map_or(raw, |(user_info, _)| user_info);
        let written =
            raw.split_once('=').or_else(|| user_info.split_once(':')).map(|(_, value)| value.to_owned());
        let decoded = url::form_urlencoded::parse(raw.as_bytes()).map(|(_, value)| value.into_owned());
        decoded.chain(written).collect::<Vec<_>>()
    });
    values.filter(|value| value.len() >= Masks::SHORTEST).map(Secret::new).collect()
}

/// Authority, and the pairs of query and fragment: the parts of an address that are masked one by one.
fn parts(address: &str) -> Vec<&str> {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let authority = path.split_once("//").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    let (_, fragment) = fragment.split_once('?').unwrap_or(("", fragment));
    std::iter::once(authority).chain(query.split('&')).chain(fragment.split('&')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        auth::{self, Moment},
        config::BasicAuth,
    };

    fn changed(change: impl FnOnce(&mut Settings)) -> Masks {
        let mut settings = Settings::new(Endpoint::parse("ws://localhost/").expect("the URL is valid"));
        change(&mut settings);
        let signed = auth::sign(&settings, &Moment { now: 0, nonce: 0 }, None).expect("there is no token");
        masks(&settings, signed.header.as_ref())
    }

    #[test]
    fn a_password_is_hidden_plain_and_encoded() {
        let masks = changed(|settings| {
            let password = Secret::new("hunter2");
            settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password });
        });
        assert_eq!(masks.text("got bWU6aHVudGVyMg== that is me:hunter2"), "got ••• that is me:•••");
    }

    #[test]
    fn the_token_of_a_header_is_hidden_without_its_scheme_too() {
        let masks = changed(|settings| {
            let value = Secret::new("Bearer abcdefghijklmnop");
            settings.headers = vec![("Authorization".to_owned(), value)];
        });
        assert_eq!(masks.text("token abcdefghijklmnop is bad"), "token ••• is bad");
    }

    #[test]
    fn harmless_headers_and_names_of_subprotocols_stay_readable() {
        let masks = changed(|settings| {
            let headers = [("Origin", "https://example.org"), ("Sec-WebSocket-Protocol", "chat, graphql-ws")];
            settings.headers = headers.map(|(name, value)| (name.to_owned(), Secret::new(value))).to_vec();
        });
        let answer = "graphql-ws for https://example.org";
        assert_eq!(masks.text(answer), answer);
    }

    #[test]
    fn credentials_of_a_location_are_learnt() {
        let addresses = ["/v2?token=s3cr3t%2B&a=bcdef", "https://me:hunter2@h/#key=f00-bar"];
        let masks: Masks = learned(addresses.into_iter()).collect();
        let body = "s3cr3t%2B s3cr3t+ bcdef hunter2 f00-bar";
        assert_eq!(masks.text(body), "••• ••• bcdef ••• •••");
    }
}
