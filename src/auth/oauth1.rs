//! OAuth 1.0a request signing with HMAC-SHA1: by RFC 5849, or as the pipeline does it.
//!
//! The pipeline signs an empty method and the whole `ws` URL, escapes like a query in Go, and omits the
//! scheme `OAuth`. A server that follows the RFC rejects that.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use url::form_urlencoded;

use crate::{
    config::{MASK, OAuth1, Secret, Settings},
    session::AuthMethod,
};

use super::{Authorization, Moment};

/// All but the unreserved characters of RFC 3986, section 2.3, are encoded (RFC 5849, section 3.6).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A name and a value, both encoded, and the value as it is displayed: masked if it is a credential.
struct Parameter {
    name: String,
    value: String,
    shown: String,
}

/// A signature and its base string.
struct Signature {
    #[cfg(test)]
    base: String,
    shown_base: String,
    value: String,
}

pub(super) fn header(oauth: &OAuth1, settings: &Settings, moment: &Moment) -> (Authorization, AuthMethod) {
    let (nonce, timestamp) = (moment.nonce.to_string(), moment.now.to_string());
    let is_pipeline = !settings.options.dialect.behavior().signs_by_rfc;
    let rules = if is_pipeline { Rules::Pipeline } else { Rules::Standard };
    let url = (settings.url.full.as_str(), settings.url.shown_full());
    let signature = rules.sign(oauth, url.0, &url.1, &nonce, &timestamp);
    let value = rules.header(oauth, &signature.value, &nonce, &timestamp, |secret| rules.escape(secret));
    let shown = rules.header(oauth, MASK, &nonce, &timestamp, |_| MASK.to_owned());
    let method = AuthMethod::OAuth1 {
        as_pipeline: is_pipeline,
        base_string: signature.shown_base,
        signing_key: format!("{MASK}&{MASK}"),
        header: shown.clone(),
        timestamp: moment.now,
    };
    let header = Authorization { value: Secret::new(value), shown, adds: true };
    (header, method)
}

/// Which rules the signature follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    Standard,
    Pipeline,
}

impl Rules {
    fn escape(self, text: &str) -> String {
        match self {
            Self::Standard => utf8_percent_encode(text, ENCODED).to_string(),
            // Query escaping in Go writes a space as a plus.
            Self::Pipeline => utf8_percent_encode(text, ENCODED).to_string().replace("%20", "+"),
        }
    }

    fn sign(self, oauth: &OAuth1, url: &str, shown_url: &str, nonce: &str, timestamp: &str) -> Signature {
        let mut parameters = self.protocol_parameters(oauth, nonce, timestamp);
        let (method, uri, shown) = match self {
            Self::Pipeline => ("", url.to_owned(), shown_url.to_owned()),
            Self::Standard => {
                parameters.extend(self.query_parameters(url, shown_url));
                ("GET", base_uri(url), base_uri(url))
            }
        };
        // Section 3.4.1.3.2: sorted by name, then by value, both encoded.
        parameters.sort_by(|one, other| (&one.name, &one.value).cmp(&(&other.name, &other.value)));
        let base = |uri: &str, value: &dyn Fn(&Parameter) -> String| {
            let pairs: Vec<_> = parameters
                .iter()
                .map(|parameter| format!("{}%3D{}", self.escape(&parameter.name), value(parameter)))
                .collect();
            format!("{method}&{}&{}", self.escape(uri), pairs.join("%26"))
        };
        let shown_base = base(&shown, &|parameter| match parameter.shown.as_str() {
            MASK => MASK.to_owned(),
            shown => self.escape(shown),
        });
        let base = base(&uri, &|parameter| self.escape(&parameter.value));
        let key = Secret::new(format!(
            "{}&{}",
            self.escape(oauth.consumer_secret.expose()),
            self.escape(oauth.access_token_secret.expose())
        ));
        Signature {
            value: hmac_sha1(&key, &base),
            #[cfg(test)]
            base,
            shown_base,
        }
    }

    /// The parameters of the protocol (section 3.1).
    fn protocol_parameters(self, oauth: &OAuth1, nonce: &str, timestamp: &str) -> Vec<Parameter> {
        let plain = |name: &str, value: &str| {
            let value = self.escape(value);
            Parameter { name: name.to_owned(), shown: value.clone(), value }
        };
        let masked = |name: &str, secret: &Secret| Parameter {
            name: name.to_owned(),
            value: self.escape(secret.expose()),
            shown: MASK.to_owned(),
        };
        vec![
            masked("oauth_consumer_key", &oauth.consumer_key),
            plain("oauth_nonce", nonce),
            plain("oauth_signature_method", "HMAC-SHA1"),
            plain("oauth_timestamp", timestamp),
            masked("oauth_token", &oauth.access_token),
            plain("oauth_version", "1.0"),
        ]
    }

    /// The parameters of the query, decoded and encoded again (section 3.4.1.3.1).
    fn query_parameters(self, url: &str, shown_url: &str) -> Vec<Parameter> {
        let pairs = form_urlencoded::parse(query(url).as_bytes());
        let shown = form_urlencoded::parse(query(shown_url).as_bytes());
        let shown_values = shown.map(|(_, value)| value);
        pairs
            .zip(shown_values)
            .map(|((name, value), shown)| Parameter {
                name: self.escape(&name),
                value: self.escape(&value),
                shown: if value == shown { self.escape(&value) } else { MASK.to_owned() },
            })
            .collect()
    }

    fn header(
        self,
        oauth: &OAuth1,
        signature: &str,
        nonce: &str,
        timestamp: &str,
        shown: impl Fn(&str) -> String,
    ) -> String {
        let scheme = if self == Self::Standard { "OAuth " } else { "" };
        format!(
            "{scheme}oauth_consumer_key=\"{}\", oauth_nonce=\"{nonce}\", oauth_signature=\"{}\", \
             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"{timestamp}\", oauth_token=\"{}\", \
             oauth_version=\"1.0\"",
            shown(oauth.consumer_key.expose()),
            shown(signature),
            shown(oauth.access_token.expose()),
        )
    }
}

fn query(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or_default();
    url.split_once('?').map_or("", |(_, query)| query)
}

/// The base string URI of section 3.4.1.2: scheme `http` or `https`, host in lower case, no default port, no
/// query.
fn base_uri(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (scheme, port) = if scheme.eq_ignore_ascii_case("wss") { ("https", ":443") } else { ("http", ":80") };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(port).unwrap_or(&authority);
    format!("{scheme}://{authority}{}", if path.is_empty() { "/" } else { path })
}

fn hmac_sha1(key: &Secret, text: &str) -> String {
    let Ok(mac) = Hmac::<Sha1>::new_from_slice(key.expose().as_bytes()) else {
        // This cannot happen: HMAC takes keys of any length (RFC 2104, section 2).
        return String::new();
    };
    BASE64_STANDARD.encode(mac.chain_update(text).finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::config::{Dialect, Endpoint};

    /// Signatures computed by Go, each with the one by the RFC.
    const VECTORS: &str = include_str!("../../tests/oauth1-vectors.json");

    fn vectors() -> Vec<Value> {
        let file: Value = serde_json::from_str(VECTORS).expect("it is JSON");
        let vectors = file["vectors"].as_array().expect("it has vectors").clone();
        assert_eq!(vectors.len(), 13);
        vectors
    }

    fn text<'a>(vector: &'a Value, part: &str, name: &str) -> &'a str {
        vector[part][name].as_str().unwrap_or_else(|| panic!("{part} has a {name}"))
    }

    fn credentials(vector: &Value) -> OAuth1 {
        let secret = |name| Secret::new(text(vector, "input", name));
        OAuth1 {
            consumer_key: secret("consumer_key"),
            consumer_secret: secret("consumer_secret"),
            access_token: secret("access_token"),
            access_token_secret: secret("access_token_secret"),
        }
    }

    #[test]
    fn the_pipeline_signature_matches_the_one_by_go() {
        for vector in vectors() {
            let (oauth, rules) = (credentials(&vector), Rules::Pipeline);
            let url = text(&vector, "expected", "url_string");
            let (nonce, timestamp) = (text(&vector, "input", "nonce"), text(&vector, "input", "timestamp"));
            let signature = rules.sign(&oauth, url, url, nonce, timestamp);
            assert_eq!(signature.base, text(&vector, "expected", "signature_base_string"), "{url}");
            assert_eq!(signature.value, text(&vector, "expected", "signature"), "{url}");
            let header = rules.header(&oauth, &signature.value, nonce, timestamp, |text| rules.escape(text));
            assert_eq!(header, text(&vector, "expected", "authorization_value_on_wire"), "{url}");
        }
    }

    #[test]
    fn the_standard_signature_follows_the_rfc() {
        for vector in vectors() {
            let oauth = credentials(&vector);
            let url = text(&vector, "expected", "url_string");
            let (nonce, timestamp) = (text(&vector, "input", "nonce"), text(&vector, "input", "timestamp"));
            let signature = Rules::Standard.sign(&oauth, url, url, nonce, timestamp);
            assert_eq!(signature.base, text(&vector, "rfc5849_contrast", "base_string"), "{url}");
            assert_eq!(signature.value, text(&vector, "rfc5849_contrast", "signature"), "{url}");
        }
    }

    #[test]
    fn the_url_is_written_as_go_writes_it() {
        for vector in vectors() {
            let (given, expected) = (text(&vector, "input", "url"), text(&vector, "expected", "url_string"));
            // A URL with a space is refused before anything is signed.
            if !given.contains(' ') {
                assert_eq!(Endpoint::parse(given).map(|url| url.full).as_deref(), Ok(expected));
            }
        }
    }

    #[test]
    fn the_displayed_texts_hold_no_credential() {
        let secret = Secret::new;
        let oauth = OAuth1 {
            consumer_key: secret("consumerKEY"),
            consumer_secret: secret("consumerSECRET"),
            access_token: secret("accessTOKEN"),
            access_token_secret: secret("tokenSECRET"),
        };
        let url = Endpoint::parse("wss://h.example/feed?a=b%20c&token=s3cr3t").expect("it is a URL");
        for &dialect in Dialect::ALL {
            let mut settings = Settings::new(url.clone());
            settings.options.dialect = dialect;
            let (header, method) = header(&oauth, &settings, &Moment { now: 1_700_000_000, nonce: 7 });
            let shown = format!("{header:?} {method:?}");
            for secret in ["consumerKEY", "consumerSECRET", "accessTOKEN", "tokenSECRET", "s3cr3t"] {
                assert!(!shown.contains(secret), "{dialect:?}: {shown}");
            }
            assert!(shown.contains("oauth_consumer_key%3D•••"), "{shown}");
            assert_eq!(header.shown.starts_with("OAuth "), dialect == Dialect::Standard);
        }
    }
}
