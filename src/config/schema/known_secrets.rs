//! What of the values nobody may see.

use crate::config::secrets::{Redactor, Secret, is_credential_header, of_address, of_header};

use super::{Field, FieldValue, Kind, Values, misplaced};

impl Redactor {
    /// Of everything secret among values that may be no settings yet.
    #[must_use]
    pub fn of_values(values: &Values) -> Self {
        values.iter().flat_map(|(path, given)| of_field(path, given)).collect()
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

/// Claims and header entries of a token that say whose it is and until when, not by what right (RFC 7519, section 4.1).
const OPEN_CLAIMS: [&str; 5] = ["iss", "aud", "iat", "nbf", "exp"];
const OPEN_ENTRIES: [&str; 3] = ["alg", "typ", "kid"];

/// Whether the value at this path is masked. Of headers those are that hold credentials by their name. A path that no
/// row covers is, to be safe.
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
    fn an_address_with_a_blank_hides_its_credentials_all_the_same() {
        let mut values = Values::default();
        values.set("url", "wss://h/feed?token=two words&a=b", Origin::Flag);
        assert_eq!(
            Redactor::of_values(&values).text("'wss://h/feed?token=two words&a=b'"),
            "'wss://h/feed?token=•••&a=b'"
        );
    }
}
