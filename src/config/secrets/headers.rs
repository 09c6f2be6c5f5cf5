//! Finds and masks credentials in headers.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{MASK, Secret, is_credential_header, mask_location};

/// An entry of `Sec-WebSocket-Protocol` of at least this length may be a token: names are shorter.
const LONGEST_NAME: usize = 20;

/// The secrets in a header with the name of a credential: the whole value, and its parts after a scheme or in a pair.
pub(in crate::config) fn header_secrets(name: &str, value: &str) -> Vec<Secret> {
    let value = value.trim();
    if name.eq_ignore_ascii_case("sec-websocket-protocol") {
        // The response repeats a subprotocol. Some clients put a token there.
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

/// User name and password in Base64 (RFC 7617, section 2).
pub(in crate::config) fn basic_pair(user: &str, password: &Secret) -> Secret {
    Secret::new(BASE64_STANDARD.encode(format!("{user}:{}", password.expose())))
}

/// The value of a header with masked credentials; addresses and cookies are masked in part.
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

/// Masks the value of a cookie and keeps its name and attributes.
fn without_cookie(value: &str) -> String {
    let (pair, attributes) = value.split_at(value.find(';').unwrap_or(value.len()));
    let name = pair.split_once('=').map_or("", |(name, _)| name);
    format!("{name}={MASK}{attributes}")
}

/// The head of a request or response with masked credentials.
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
    use super::{shown_head, without_cookie};

    #[test]
    fn only_the_credentials_of_a_head_are_masked() {
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
