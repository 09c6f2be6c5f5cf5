//! The secrets in settings.

use serde_json::Value;

use crate::config::{
    address::login_secrets,
    schema::{is_path, is_secret},
    secrets::{Redactor, Secret, address_secrets, basic_pair, header_secrets},
};

use super::Settings;

/// A number of a claim with at least this many digits may identify a person.
const LONG_NUMBER: usize = 6;

impl Redactor {
    /// A redactor of all secrets in these settings.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let headers = settings.headers.iter().flat_map(|(name, value)| header_secrets(name, value.expose()));
        let basic = settings.basic_auth.iter().map(|basic| basic_pair(&basic.username, &basic.password));
        let login = settings.proxy.login().into_iter().flat_map(login_secrets);
        let claims = settings.jwt.iter().flat_map(|jwt| {
            let claims = jwt.claims.iter().filter(|(name, _)| is_secret(&format!("jwt.claims.{name}")));
            let headers = jwt.headers.iter().filter(|(name, _)| is_secret(&format!("jwt.headers.{name}")));
            claims.chain(headers).flat_map(|(_, value)| value_secrets(value))
        });
        let address = address_secrets(&format!("{}{}", settings.url.authority, settings.url.target));
        let key = settings.jwt.iter().filter_map(|jwt| jwt.private_key_file.to_str());
        let files = key.filter(|path| !path.is_empty() && !is_path(path)).map(Secret::new);
        let fields = settings.credentials().cloned().chain(files);
        let query = settings.beyond.query_secrets.iter().cloned();
        fields.chain(query).chain(headers).chain(basic).chain(login).chain(claims).chain(address).collect()
    }
}

impl Settings {
    /// The address of the session with masked secrets.
    #[must_use]
    pub fn shown_url(&self) -> String {
        Redactor::of(self).text(&self.url.shown()).into_owned()
    }
}

/// The texts and the long numbers in a value of any type.
fn value_secrets(value: &Value) -> Vec<Secret> {
    match value {
        Value::String(text) => vec![Secret::new(text.as_str())],
        Value::Number(number) => {
            let text = number.to_string();
            if text.len() >= LONG_NUMBER { vec![Secret::new(text)] } else { Vec::new() }
        }
        Value::Array(all) => all.iter().flat_map(value_secrets).collect(),
        Value::Object(all) => all.values().flat_map(value_secrets).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{BasicAuth, Endpoint, is_credential_header};

    fn changed(change: impl FnOnce(&mut Settings)) -> Redactor {
        let mut settings = Settings::new(Endpoint::parse("ws://localhost/").expect("the URL is valid"));
        change(&mut settings);
        Redactor::of(&settings)
    }

    #[test]
    fn a_password_is_masked_plain_and_encoded() {
        let redactor = changed(|settings| {
            let password = Secret::new("hunter2");
            settings.basic_auth = Some(BasicAuth { username: "me".to_owned(), password });
        });
        assert_eq!(redactor.text("got bWU6aHVudGVyMg== that is me:hunter2"), "got ••• that is me:•••");
    }

    #[test]
    fn the_token_of_a_header_is_masked_without_its_scheme_too() {
        let redactor = changed(|settings| {
            let value = Secret::new("Bearer abcdefghijklmnop");
            let cookie = Secret::new("sid=q1w2e3; theme=dark");
            settings.headers = vec![("Authorization".to_owned(), value), ("Cookie".to_owned(), cookie)];
        });
        assert_eq!(redactor.text("token abcdefghijklmnop q1w2e3 is bad"), "token ••• ••• is bad");
        assert_eq!(redactor.text("Bearer authentication"), "Bearer authentication");
    }

    #[test]
    fn only_headers_with_names_of_credentials_are_masked() {
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
}
