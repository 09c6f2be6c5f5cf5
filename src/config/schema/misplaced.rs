//! Detects misplaced values. A value that does not look like the path, number or address of its field may be a secret in
//! the wrong place, so it is masked.

use crate::config::secrets::MASK;

use super::{Field, FieldId, Kind};

/// The longest text that counts as a word.
const LONGEST_WORD: usize = 16;
/// A part of a path of at least this length with digits and without a dot looks like a token.
const TOKEN: usize = 24;

/// Whether a value of a public field does not fit the field, and so may be a secret.
pub(in crate::config) fn misplaced(field: &Field, text: &str) -> bool {
    let belongs = match field.kind {
        _ if field.secret || text.is_empty() => true,
        Kind::Bool | Kind::Int | Kind::Choice(_) => is_word(text),
        // A single value instead of a block.
        Kind::Group | Kind::ObjectList if !text.starts_with(['{', '[']) => is_word(text),
        Kind::Path => is_path(text),
        Kind::Url { .. } => is_address(text),
        // `rs256` and `RS-256` are the usual slips.
        _ if field.id == FieldId::JwtSigningMethod => {
            is_word(text) || is_word(&text.to_ascii_uppercase().replace('-', ""))
        }
        // A path is the usual mistake here.
        _ if matches!(field.id, FieldId::TlsRootCas | FieldId::TlsClientCertsCert) => {
            text.contains("-----BEGIN") || is_path(text)
        }
        _ => true,
    };
    !belongs
}

/// A word, a number, or the name of an algorithm: `yes`, `-1.5`, `RS256`.
#[must_use]
pub fn is_word(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-._eExX".contains(&byte));
    let is_algorithm =
        text.len() <= 6 && name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_letters = text.bytes().all(|byte| byte.is_ascii_alphabetic() || b"-_".contains(&byte));
    text.len() <= LONGEST_WORD && (is_number || is_algorithm || is_letters)
}

/// Whether a text looks like an address: it has a scheme, or a host with a dot, a port or a path.
#[must_use]
pub fn is_address(text: &str) -> bool {
    if text.contains("://") {
        return true;
    }
    // User info before the host is masked separately.
    let (place, rest) = text.split_once('/').map_or((text, None), |(place, rest)| (place, Some(rest)));
    let place = place.rsplit('@').next().unwrap_or(place);
    let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let is_port = port.is_none_or(|port| port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()));
    is_host && is_port && (host.contains('.') || port.is_some() || rest.is_some() || is_word(host))
}

/// Whether a text looks like the name of a file.
#[must_use]
pub fn is_path(text: &str) -> bool {
    let is_token = |part: &str| {
        part.len() >= TOKEN && !part.contains('.') && part.bytes().any(|byte| byte.is_ascii_digit())
    };
    let has_extension =
        || text.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && (1..=8).contains(&end.len()));
    !text.starts_with("-----")
        && text.len() <= 1024
        && !text.contains(char::is_control)
        && !text.split(['/', '\\']).any(is_token)
        && (text.contains(['/', '\\']) || has_extension() || is_word(text))
}

/// The name of a file for an error; masked if it does not look like one.
#[must_use]
pub fn shown_path(text: &str) -> &str {
    if is_path(text) { text } else { MASK }
}

#[cfg(test)]
mod tests {
    use super::{is_address, is_path, is_word};

    #[test]
    fn paths_are_distinguished_from_keys_and_tokens() {
        let paths =
            ["client.key", "/etc/ssl/private/feed-key.pem", "certs\\a.pem", "~/k.pem", "id_rsa", "../k"];
        assert!(paths.iter().all(|text| is_path(text)));
        let others = [
            "-----BEGIN PRIVATE KEY-----",
            "two\nlines",
            "hunter2secret",
            "s3cr3t",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC/BKcwggSjAgEAAoIBAQC7",
        ];
        assert!(others.iter().all(|text| !is_path(text)));
    }

    #[test]
    fn addresses_are_distinguished_from_credentials() {
        let addresses =
            ["ws://h", "localhost:4195", "feed.example", "ws:/host/x", "host/path", "me:pw@h:1/x"];
        assert!(addresses.iter().all(|text| is_address(text)));
        assert!(["me:hunter2", "hunter2", "s3cr3t+x", "abc=="].iter().all(|text| !is_address(text)));
    }

    #[test]
    fn words_are_distinguished_from_passwords() {
        assert!(
            ["yes", "TEXT", "-1", "1_000", "RS256", "ES256", "text-frame"].iter().all(|text| is_word(text))
        );
        assert!(["hunter2", "s3cr3t", "correct horse", "Zm9vYmFy="].iter().all(|text| !is_word(text)));
    }
}
