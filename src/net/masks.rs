//! Keeps secrets out of what is shown: whatever a peer echoes, and whatever we wrote.

use memchr::memmem;

use crate::{
    auth,
    config::{Endpoint, Secret, Settings, mask_location},
};

/// What stands where a secret was.
pub(super) const MASK: &str = "•••";

/// A header or query value shorter than this could be any word of an answer and is not
/// searched for.
const SHORTEST: usize = 4;

/// A word of a header value, or an entry of a list of subprotocols, is taken for a credential
/// of its own from this length on.
const SHORTEST_WORD: usize = 16;

/// Headers that say where and who, not by what right; masking them would hide half an answer.
const HARMLESS: [&str; 7] =
    ["host", "user-agent", "origin", "accept", "accept-language", "cache-control", "pragma"];

/// Everything secret that one dial sends, the longest first.
#[derive(Debug, Default)]
pub(super) struct Masks(Vec<Secret>);

impl Masks {
    pub(super) fn of(settings: &Settings) -> Self {
        let mut secrets = Vec::new();
        if let Some(basic) = &settings.basic_auth {
            secrets.push(basic.password.clone());
        }
        secrets.extend(auth::authorization(settings).map(|header| header.credentials));
        for (name, value) in &settings.headers {
            secrets.extend(of_header(name, value.expose()));
        }
        secrets.extend(of_query(&settings.url));
        let mut masks = Self(Vec::new());
        masks.add(secrets);
        masks
    }

    /// Takes in the credentials of addresses that the server gave: its body may repeat them.
    pub(super) fn learn<'a>(&mut self, addresses: impl Iterator<Item = &'a str>) {
        self.add(addresses.flat_map(|address| hidden(address, &mask_location(address))).collect());
    }

    fn add(&mut self, secrets: Vec<Secret>) {
        self.0.extend(secrets.into_iter().filter(|secret| !secret.is_empty()));
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
    }

    /// The text with every secret replaced.
    pub(super) fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose(), MASK))
    }

    /// The bytes with every secret replaced.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.iter().fold(bytes.to_vec(), |bytes, secret| replace(&bytes, secret.expose().as_bytes()))
    }
}

fn replace(bytes: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut masked = Vec::with_capacity(bytes.len());
    let mut rest = 0;
    for at in memmem::find_iter(bytes, secret) {
        masked.extend_from_slice(&bytes[rest..at]);
        masked.extend_from_slice(MASK.as_bytes());
        rest = at + secret.len();
    }
    masked.extend_from_slice(&bytes[rest..]);
    masked
}

fn of_header(name: &str, value: &str) -> Vec<Secret> {
    let name = name.to_ascii_lowercase();
    let value = value.trim();
    if HARMLESS.contains(&name.as_str()) {
        return Vec::new();
    }
    let words = value.split([' ', ',', ';', '=']).filter(|word| word.len() >= SHORTEST_WORD);
    // A subprotocol is a name that the answer repeats; only a long one can be a token.
    let whole = (value.len() >= SHORTEST && name != "sec-websocket-protocol").then_some(value);
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
    values.filter(|value| value.len() >= SHORTEST).map(Secret::new).collect()
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
    use crate::config::BasicAuth;

    fn masks(change: impl FnOnce(&mut Settings)) -> Masks {
        let mut settings = Settings::new(Endpoint::parse("ws://localhost/").expect("the URL is valid"));
        change(&mut settings);
        Masks::of(&settings)
    }

    #[test]
    fn a_password_is_hidden_plain_and_encoded() {
        let masks = masks(|settings| {
            let password = Secret::new("hunter2");
            settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password });
        });
        assert_eq!(masks.text("got bWU6aHVudGVyMg== that is me:hunter2"), "got ••• that is me:•••");
        assert_eq!(masks.bytes(b"\xffhunter2\xff"), b"\xff\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xff");
    }

    #[test]
    fn the_token_of_a_header_is_hidden_without_its_scheme_too() {
        let masks = masks(|settings| {
            let value = Secret::new("Bearer abcdefghijklmnop");
            settings.headers = vec![("Authorization".to_owned(), value)];
        });
        assert_eq!(masks.text("token abcdefghijklmnop is bad"), "token ••• is bad");
    }

    #[test]
    fn harmless_headers_and_names_of_subprotocols_stay_readable() {
        let masks = masks(|settings| {
            let headers = [("Origin", "https://example.org"), ("Sec-WebSocket-Protocol", "chat, graphql-ws")];
            settings.headers = headers.map(|(name, value)| (name.to_owned(), Secret::new(value))).to_vec();
        });
        let answer = "graphql-ws for https://example.org";
        assert_eq!(masks.text(answer), answer);
    }

    #[test]
    fn credentials_of_a_location_are_learnt() {
        let mut masks = Masks::default();
        masks.learn(["/v2?token=s3cr3t%2B&a=bcdef", "https://me:hunter2@h/#key=f00-bar"].into_iter());
        let body = "s3cr3t%2B s3cr3t+ bcdef hunter2 f00-bar";
        assert_eq!(masks.text(body), "••• ••• bcdef ••• •••");
    }
}
