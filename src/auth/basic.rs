//! HTTP basic authentication (RFC 7617).

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    config::{BasicAuth, MASK, Secret},
    session::AuthMethod,
};

use super::Authorization;

/// The header of section 2. Nothing is validated: the pipeline sends empty values and colons too.
pub(super) fn header(BasicAuth { username, password }: &BasicAuth) -> (Authorization, AuthMethod) {
    let pair = Secret::new(format!("{username}:{}", password.expose()));
    let value = Secret::new(format!("Basic {}", BASE64_STANDARD.encode(pair.expose())));
    let header = Authorization { value, shown: format!("Basic {MASK}"), adds: false };
    (header, AuthMethod::Basic { username: username.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(username: &str, password: &str) -> Authorization {
        header(&BasicAuth { username: username.to_owned(), password: Secret::new(password) }).0
    }

    #[test]
    fn the_example_of_the_rfc_gives_its_header() {
        let header = basic("Aladdin", "open sesame");
        assert_eq!(header.value.expose(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(header.shown, "Basic •••");
    }

    #[test]
    fn empty_values_are_sent() {
        assert_eq!(basic("", "").value.expose(), "Basic Og==");
    }
}
