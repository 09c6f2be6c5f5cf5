//! The secrets in values.

use crate::config::secrets::{Redactor, Secret, address_secrets, header_secrets, is_credential_header};

use super::{Field, FieldValue, Kind, Values, misplaced};

impl Redactor {
    /// A redactor of all secrets in values, which may be invalid.
    #[must_use]
    pub fn of_values(values: &Values) -> Self {
        let set = values.iter().flat_map(|(path, value)| field_secrets(path, value));
        set.chain(values.passphrases().cloned()).collect()
    }
}

fn field_secrets(path: &str, value: &FieldValue) -> Vec<Secret> {
    let text = value.text.as_str();
    let field = Field::at(path);
    if field.is_some_and(|field| misplaced(field, text)) {
        return vec![Secret::new(text)];
    }
    match field.map(|field| field.kind) {
        _ if path.starts_with("headers.") => header_secrets(path.trim_start_matches("headers."), text),
        Some(Kind::Url { .. }) => {
            let user_info = text.rsplit_once('@').map(|(user_info, _)| user_info);
            let user_info = user_info.map(|text| text.rsplit("//").next().unwrap_or(text));
            let parts = user_info.into_iter().flat_map(|text| text.split(':').chain([text]));
            parts.map(Secret::new).chain(address_secrets(text)).collect()
        }
        _ if is_secret(path) => {
            // The quotes around a text are not part of the secret.
            let plain = text.trim_matches('"');
            [text, plain].into_iter().map(Secret::new).collect()
        }
        _ => Vec::new(),
    }
}

/// Claims and header entries of a token that are not secret (RFC 7519, section 4.1).
const OPEN_CLAIMS: [&str; 5] = ["iss", "aud", "iat", "nbf", "exp"];
const OPEN_ENTRIES: [&str; 3] = ["alg", "typ", "kid"];

/// Whether the value at this path is masked. A header is masked if its name is that of a credential. An unknown path is
/// masked to be safe.
#[must_use]
pub fn is_secret(path: &str) -> bool {
    if let Some(name) = path.strip_prefix("headers.") {
        return is_credential_header(name);
    }
    let is_open =
        |prefix: &str, open: &[&str]| path.strip_prefix(prefix).is_some_and(|name| open.contains(&name));
    if is_open("jwt.claims.", &OPEN_CLAIMS) || is_open("jwt.headers.", &OPEN_ENTRIES) {
        return false;
    }
    Field::at(path).is_none_or(|field| field.secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;

    #[test]
    fn the_credentials_of_an_address_with_a_space_are_masked() {
        let mut values = Values::default();
        values.set("url", "wss://h/feed?token=two words&a=b", Origin::Flag);
        assert_eq!(
            Redactor::of_values(&values).text("'wss://h/feed?token=two words&a=b'"),
            "'wss://h/feed?token=•••&a=b'"
        );
    }
}
