//! Settings in, request headers out; pure.

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::config::{BasicAuth, Secret, Settings};

/// What goes into the `Authorization` header: a scheme, which may be shown, and what may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// `Basic`
    pub scheme: &'static str,
    pub credentials: Secret,
}

/// The `Authorization` header of these settings; it replaces one among `headers`.
///
/// `None` when no method is switched on.
#[must_use]
pub fn authorization(settings: &Settings) -> Option<Authorization> {
    settings.basic_auth.as_ref().map(basic)
}

/// RFC 7617, section 2. Nothing is checked: the pipeline sends empty values and colons too.
fn basic(BasicAuth { username, password }: &BasicAuth) -> Authorization {
    let pair = Secret::new(format!("{username}:{}", password.expose()));
    let credentials = Secret::new(BASE64_STANDARD.encode(pair.expose()));
    Authorization { scheme: "Basic", credentials }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Endpoint;

    fn settings(basic_auth: Option<(&str, &str)>) -> Settings {
        let url = Endpoint::parse("ws://localhost/").expect("the URL is valid");
        let basic_auth = basic_auth.map(|(username, password)| BasicAuth {
            username: username.to_owned(),
            password: Secret::new(password),
        });
        Settings { basic_auth, ..Settings::new(url) }
    }

    #[test]
    fn without_a_method_there_is_no_header() {
        assert_eq!(authorization(&settings(None)), None);
    }

    #[test]
    fn basic_is_the_example_of_the_rfc() {
        let header = authorization(&settings(Some(("Aladdin", "open sesame")))).expect("basic is on");
        assert_eq!(header.scheme, "Basic");
        assert_eq!(header.credentials.expose(), "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(format!("{header:?}"), r#"Authorization { scheme: "Basic", credentials: ••• }"#);
    }

    #[test]
    fn empty_values_are_sent() {
        let header = authorization(&settings(Some(("", "")))).expect("basic is on");
        assert_eq!(header.credentials.expose(), "Og==");
    }
}
