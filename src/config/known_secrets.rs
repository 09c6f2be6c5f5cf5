//! What of the fields nobody may see, piece by piece: what a redactor is made of.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::{
    Field, FieldValue, Kind, Login, MASK, Redactor, Secret, Settings, Values,
    endpoint::{mask_location, names_a_secret, pairs},
    misplaced::{is_path, misplaced},
    values::is_secret,
};

/// An entry of `Sec-WebSocket-Protocol` from this length on may be a token: names are shorter.
const LONGEST_NAME: usize = 20;
/// A number of a claim with so many digits may name somebody.
const LONG_NUMBER: usize = 6;

impl Redactor {
    /// Of everything secret that these settings hold.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let headers = settings.headers.iter().flat_map(|(name, value)| of_header(name, value.expose()));
        let basic = settings.basic_auth.iter().map(|basic| pair(&basic.username, &basic.password));
        let login = settings.proxy.login().into_iter().flat_map(of_login);
        let claims = settings.jwt.iter().flat_map(|jwt| {
            let claims = jwt.claims.iter().filter(|(name, _)| is_secret(&format!("jwt.claims.{name}")));
            let headers = jwt.headers.iter().filter(|(name, _)| is_secret(&format!("jwt.headers.{name}")));
            claims.chain(headers).flat_map(|(_, value)| of_value(value))
        });
        let address = of_address(&format!("{}{}", settings.url.authority, settings.url.target));
        let key = settings.jwt.iter().filter_map(|jwt| jwt.private_key_file.to_str());
        let files = key.filter(|path| !path.is_empty() && !is_path(path)).map(Secret::new);
        let fields = settings.credentials().cloned().chain(files);
        fields.chain(headers).chain(basic).chain(login).chain(claims).chain(address).collect()
    }

    /// Of everything secret among values that may be no settings yet.
    #[must_use]
    pub fn of_values(values: &Values) -> Self {
        values.iter().flat_map(|(path, given)| of_field(path, given)).collect()
    }
}

impl Settings {
    /// The address of the session as it may be shown.
    #[must_use]
    pub fn shown_url(&self) -> String {
        Redactor::of(self).text(&self.url.shown()).into_owned()
    }
}

fn of_field(path: &str, given: &FieldValue) -> Vec<Secret> {
    let text = given.text.as_str();
    let field = Field::at(path);
    if field.is_some_and(|field| misplaced(field, text)) {
        return vec![Secret::new(text)];
    }
    match field.map(|field| field.kind) {
        _ if path.starts_with("headers.") => of_header(path.trim_start_matches("headers."), text),
        Some(Kind::Url { .. }) => {
            let user_info = text.rsplit_once('@').map(|(user_info, _)| user_info);
            let user_info = user_info.map(|text| text.rsplit("//").next().unwrap_or(text));
            let parts = user_info.into_iter().flat_map(|text| text.split(':').chain([text]));
            parts.map(Secret::new).chain(of_address(text)).collect()
        }
        _ if is_secret(path) => {
            // Quotes of a value of any type are no part of it.
            let plain = text.trim_matches('"');
            [text, plain].into_iter().map(Secret::new).collect()
        }
        _ => Vec::new(),
    }
}

/// The credentials of a header that is one by its name: all of it, and what stands behind a scheme or in a pair.
pub(super) fn of_header(name: &str, value: &str) -> Vec<Secret> {
    let value = value.trim();
    if name.eq_ignore_ascii_case("sec-websocket-protocol") {
        // A subprotocol is a name that the answer repeats; some put a token there.
        let entries = value.split([',', ' ']).filter(|entry| entry.len() >= LONGEST_NAME);
        let tokens = entries.filter(|entry| entry.bytes().any(|byte| byte.is_ascii_digit()));
        return tokens.map(Secret::new).collect();
    }
    if !is_credential_header(name) {
        return Vec::new();
    }
    let words = value.split([' ', ',', ';']).flat_map(|word| {
        let value = word.split_once('=').map(|(_, value)| value.trim_matches('"'));
        value.into_iter().chain([word])
    });
    let is_scheme =
        |word: &str| ["basic", "bearer", "digest", "token"].contains(&word.to_ascii_lowercase().as_str());
    words.filter(|word| !is_scheme(word)).chain([value]).map(Secret::new).collect()
}

/// Whether a header of this name holds credentials: `Authorization`, `Cookie`, `X-Api-Key`, …
#[must_use]
pub fn is_credential_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // A name that is none may be a name and a value with something forgotten in between.
    if name.contains(|c: char| c.is_whitespace() || c == '=' || c == ':') {
        return true;
    }
    let is_of_the_handshake = name.starts_with("sec-websocket-") || name.starts_with("access-control-");
    !is_of_the_handshake && (name.contains("cookie") || names_a_secret(&name))
}

/// What an address holds in its user info and in parameters that are named like credentials, as written and decoded.
pub fn of_address(address: &str) -> Vec<Secret> {
    let shown = mask_location(address);
    let pairs = parts(address).into_iter().zip(parts(&shown));
    let hidden = pairs.filter(|(raw, shown)| raw != shown).flat_map(|(raw, _)| {
        let user_info = raw.rsplit_once('@').map_or(raw, |(user_info, _)| user_info);
        let written =
            raw.split_once('=').or_else(|| user_info.split_once(':')).map(|(_, value)| value.to_owned());
        let decoded = url::form_urlencoded::parse(raw.as_bytes()).map(|(_, value)| value.into_owned());
        decoded.chain(written).collect::<Vec<_>>()
    });
    hidden.map(Secret::new).collect()
}

/// Authority, and the pairs of query and fragment: the parts of an address that are masked one by one.
fn parts(address: &str) -> Vec<&str> {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let authority = path.split_once("//").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    let (_, fragment) = fragment.split_once('?').unwrap_or(("", fragment));
    let pairs = |text| pairs(text).map(|(pair, _)| pair);
    std::iter::once(authority).chain(pairs(query)).chain(pairs(fragment)).collect()
}

/// Name, password, and both as they are sent (RFC 7617, section 2).
#[must_use]
pub fn of_login(login: &Login) -> Vec<Secret> {
    let password = login.password.clone().unwrap_or_default();
    vec![login.user.clone(), pair(login.user.expose(), &password), password]
}

fn pair(user: &str, password: &Secret) -> Secret {
    Secret::new(BASE64_STANDARD.encode(format!("{user}:{}", password.expose())))
}

/// The texts of a value of any type, and numbers that are long enough to mean something.
fn of_value(value: &Value) -> Vec<Secret> {
    match value {
        Value::String(text) => vec![Secret::new(text.as_str())],
        Value::Number(number) => {
            let text = number.to_string();
            if text.len() >= LONG_NUMBER { vec![Secret::new(text)] } else { Vec::new() }
        }
        Value::Array(all) => all.iter().flat_map(of_value).collect(),
        Value::Object(all) => all.values().flat_map(of_value).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

/// A header as it may be shown: credentials by name are masked, addresses and cookies in part.
#[must_use]
pub fn shown_header(name: &str, value: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "set-cookie" => without_cookie(value),
        "location" | "content-location" | "referer" => mask_location(value),
        "authorization" | "proxy-authorization" => match value.trim().split_once(' ') {
            Some((scheme, _)) => format!("{scheme} {MASK}"),
            None => MASK.to_owned(),
        },
        _ if is_credential_header(name) && !value.trim().is_empty() => MASK.to_owned(),
        _ => value.to_owned(),
    }
}

/// A cookie is a credential of its own: its name and attributes stay.
fn without_cookie(value: &str) -> String {
    let (pair, attributes) = value.split_at(value.find(';').unwrap_or(value.len()));
    let name = pair.split_once('=').map_or("", |(name, _)| name);
    format!("{name}={MASK}{attributes}")
}

/// The head of a request or an answer as it may be shown, line by line.
#[must_use]
pub fn shown_head(head: &str) -> String {
    let lines = head.split_inclusive('\n').map(|line| match line.split_once(':') {
        Some((name, value)) if !name.contains(' ') => {
            let (blank, end) = (value.len() - value.trim_start().len(), value.trim_end().len());
            let (blank, end) = (&value[..blank.min(end)], &value[end..]);
            format!("{name}:{blank}{}{end}", shown_header(name, value.trim()))
        }
        _ => line.to_owned(),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{BasicAuth, Endpoint, Origin};

    fn changed(change: impl FnOnce(&mut Settings)) -> Redactor {
        let mut settings = Settings::new(Endpoint::parse("ws://localhost/").expect("the URL is valid"));
        change(&mut settings);
        Redactor::of(&settings)
    }

    #[test]
    fn a_password_is_hidden_plain_and_encoded() {
        let redactor = changed(|settings| {
            let password = Secret::new("hunter2");
            settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password });
        });
        assert_eq!(redactor.text("got bWU6aHVudGVyMg== that is me:hunter2"), "got ••• that is me:•••");
    }

    #[test]
    fn the_token_of_a_header_is_hidden_without_its_scheme_too() {
        let redactor = changed(|settings| {
            let value = Secret::new("Bearer abcdefghijklmnop");
            let cookie = Secret::new("sid=q1w2e3; theme=dark");
            settings.headers = vec![("Authorization".to_owned(), value), ("Cookie".to_owned(), cookie)];
        });
        assert_eq!(redactor.text("token abcdefghijklmnop q1w2e3 is bad"), "token ••• ••• is bad");
        assert_eq!(redactor.text("Bearer authentication"), "Bearer authentication");
    }

    #[test]
    fn only_credentials_are_hidden_by_name() {
        let redactor = changed(|settings| {
            let headers = [
                ("Origin", "https://example.org"),
                ("X-Feed", "ticks-1"),
                ("Sec-WebSocket-Protocol", "chat, graphql-ws, tok-0123456789abcdef0123"),
            ];
            settings.headers = headers.map(|(name, value)| (name.to_owned(), Secret::new(value))).to_vec();
        });
        let answer = "graphql-ws for https://example.org ticks-1";
        assert_eq!(redactor.text(answer), answer);
        assert_eq!(redactor.text("tok-0123456789abcdef0123"), "•••");
        let hidden = [
            "Authorization",
            "cookie",
            "Set-Cookie",
            "Proxy-Authorization",
            "X-Api-Key",
            "X-Amz-Signature",
            "apikey",
        ];
        assert!(hidden.iter().all(|name| is_credential_header(name)));
        let open = [
            "Host",
            "Origin",
            "User-Agent",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Key",
            "WWW-Authenticate",
            "X-Feed",
        ];
        assert!(open.iter().all(|name| !is_credential_header(name)));
    }

    #[test]
    fn credentials_of_a_location_are_learnt() {
        let addresses = ["/v2?token=s3cr3t%2B&a=bcdef", "https://me:hunter2@h/#key=f00-bar"];
        let redactor: Redactor = addresses.into_iter().flat_map(of_address).collect();
        let body = "s3cr3t%2B s3cr3t+ bcdef hunter2 f00-bar";
        assert_eq!(redactor.text(body), "••• ••• bcdef ••• •••");
    }

    #[test]
    fn an_address_with_a_blank_hides_its_credentials_all_the_same() {
        let mut values = Values::default();
        values.set("url", "wss://h/feed?token=two words&a=b", Origin::Flag);
        assert_eq!(
            Redactor::of_values(&values).text("'wss://h/feed?token=two words&a=b'"),
            "'wss://h/feed?token=•••&a=b'"
        );
    }

    #[test]
    fn a_head_keeps_all_but_its_credentials() {
        let head = "HTTP/1.1 302 Found\r\nset-cookie: a=b; Path=/\r\nX:  y\r\nlocation:  /v2?token=s3cr3t&a=b\r\n\
                    Location: https://me:pw@h/\r\nAuthorization: Basic eDp5\r\n\r\n";
        assert_eq!(
            shown_head(head),
            "HTTP/1.1 302 Found\r\nset-cookie: a=•••; Path=/\r\nX:  y\r\nlocation:  /v2?token=•••&a=b\r\n\
             Location: https://•••@h/\r\nAuthorization: Basic •••\r\n\r\n"
        );
        assert_eq!(without_cookie("abc"), "=•••");
    }
}
