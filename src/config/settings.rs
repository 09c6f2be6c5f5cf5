//! The typed settings for the engine.

mod secrets;

use std::{fmt, path::PathBuf};

use serde_json::Value;

use crate::config::{
    address::{Endpoint, ProxyChoice},
    beyond::Beyond,
    lint::{beyond_of, endpoint_of, lint, proxy_of},
    pem::{ClientCert, client_certs},
    schema::{FieldId, FieldValue, PipelineShape, Problem, SessionOptions, Values},
    secrets::Secret,
    yaml::dynamic_value,
};

/// The limit for `max_message_size: 0`, in bytes: 1 GiB.
const NO_LIMIT: u64 = 1 << 30;

/// The settings of a session, checked and typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub url: Endpoint,
    pub proxy: ProxyChoice,
    /// Request headers in the order in which they were set, with names as written. Values may be credentials.
    pub headers: Vec<(String, Secret)>,
    /// Sent in this order after each upgrade.
    pub open_messages: Vec<Secret>,
    pub open_message_type: MessageType,
    /// Whether a nacked message is redelivered; otherwise it is dropped.
    pub auto_replay_nacks: bool,
    /// The largest message, in payload bytes of all its fragments.
    pub max_message_size: u64,
    pub tls: TlsSettings,
    /// `None` means no limit, `Some(0)` no retries.
    pub max_retries: Option<u32>,
    pub basic_auth: Option<BasicAuth>,
    pub oauth: Option<OAuth1>,
    pub jwt: Option<Jwt>,
    pub options: SessionOptions,
    /// What no pipeline has.
    pub beyond: Beyond,
    /// What stands behind the input in its file; without a file nothing is known of it.
    pub shape: PipelineShape,
}

/// The type of the opening messages (`open_message_type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageType {
    #[default]
    Binary,
    Text,
}

/// The `tls` block. It applies only to `wss` URLs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// `tls.enabled`: whether the other fields of the block apply.
    pub enabled: bool,
    pub skip_cert_verify: bool,
    /// Whether the server may request renegotiation on an open TLS 1.2 connection.
    pub renegotiation: bool,
    /// Replaces the system's roots when set.
    pub roots: Option<RootSource>,
    /// The first suitable one is presented to a server that requests a certificate.
    pub client_certs: Vec<ClientCert>,
}

/// The value of `tls.root_cas` or `tls.root_cas_file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootSource {
    /// PEM text.
    Text(String),
    /// A file of PEM text, read for each connection.
    File(PathBuf),
}

/// HTTP basic authentication (RFC 7617).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicAuth {
    pub username: String,
    pub password: Secret,
}

/// OAuth 1.0a (RFC 5849). Each of the four values may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth1 {
    pub consumer_key: Secret,
    pub consumer_secret: Secret,
    pub access_token: Secret,
    pub access_token_secret: Secret,
}

/// A signed token (RFC 7519).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwt {
    /// Read for each connection.
    pub private_key_file: PathBuf,
    /// `RS256`, `RS384`, `RS512` or `EdDSA`; with any other method every connection fails.
    pub signing_method: String,
    pub claims: Entries,
    /// May replace `alg` and `typ`.
    pub headers: Entries,
}

/// Names with values of any type. `Debug` shows only the names.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entries(Vec<(String, Value)>);

impl Entries {
    /// The entries in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl FromIterator<(String, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Settings {
    /// The default settings for this endpoint.
    #[must_use]
    pub fn new(url: Endpoint) -> Self {
        typed(&Values::default(), url)
    }

    /// The values of the fields for passwords, keys and tokens.
    fn credentials(&self) -> impl Iterator<Item = &Secret> {
        let basic = self.basic_auth.iter().map(|basic| &basic.password);
        let oauth = self.oauth.iter().flat_map(|oauth| {
            let OAuth1 { consumer_key, consumer_secret, access_token, access_token_secret } = oauth;
            [consumer_key, consumer_secret, access_token, access_token_secret]
        });
        let certs = self.tls.client_certs.iter().map(|cert| &cert.password);
        basic.chain(oauth).chain(certs).chain(self.beyond.client_p12.iter().map(|p12| &p12.password))
    }

    /// Makes settings from values; the only way to do so.
    ///
    /// # Errors
    ///
    /// All problems of the values, including warnings, if at least one is an error.
    pub fn from_values(values: &Values) -> Result<Self, Vec<Problem>> {
        let problems = lint(values);
        match endpoint_of(values) {
            Some(url) if !problems.iter().any(Problem::is_error) => Ok(typed(values, url)),
            _ => Err(problems),
        }
    }
}

/// The settings of values without errors.
fn typed(values: &Values, url: Endpoint) -> Settings {
    let size = match number(values, FieldId::MaxMessageSize) {
        None => values.options.dialect.behavior().max_message.unwrap_or(NO_LIMIT),
        Some(size) if size <= 0 => NO_LIMIT,
        Some(size) => size.unsigned_abs().min(NO_LIMIT),
    };
    Settings {
        url,
        proxy: proxy(values),
        headers: headers(values),
        open_messages: open_messages(values),
        open_message_type: match values.text_of(FieldId::OpenMessageType).as_str() {
            "text" => MessageType::Text,
            _ => MessageType::Binary,
        },
        auto_replay_nacks: values.is_on(FieldId::AutoReplayNacks),
        max_message_size: size,
        tls: tls(values),
        max_retries: number(values, FieldId::ConnectionMaxRetries)
            .and_then(|retries| (retries >= 0).then(|| u32::try_from(retries).unwrap_or(u32::MAX))),
        basic_auth: values.is_on(FieldId::BasicAuthEnabled).then(|| BasicAuth {
            username: values.text_of(FieldId::BasicAuthUsername),
            password: Secret::new(values.text_of(FieldId::BasicAuthPassword)),
        }),
        oauth: values.is_on(FieldId::OauthEnabled).then(|| {
            let secret = |id| Secret::new(values.text_of(id));
            OAuth1 {
                consumer_key: secret(FieldId::OauthConsumerKey),
                consumer_secret: secret(FieldId::OauthConsumerSecret),
                access_token: secret(FieldId::OauthAccessToken),
                access_token_secret: secret(FieldId::OauthAccessTokenSecret),
            }
        }),
        jwt: values.is_on(FieldId::JwtEnabled).then(|| Jwt {
            private_key_file: values.text_of(FieldId::JwtPrivateKeyFile).into(),
            signing_method: values.text_of(FieldId::JwtSigningMethod),
            claims: entries(values, FieldId::JwtClaims),
            headers: entries(values, FieldId::JwtHeaders),
        }),
        options: values.options,
        beyond: beyond_of(values),
        shape: (*values.shape).clone(),
    }
}

/// A number that is set; `None` for the default.
fn number(values: &Values, id: FieldId) -> Option<i64> {
    let number = values.of(id)?.text.parse();
    debug_assert!(number.is_ok(), "the lint accepts no other {}", id.path());
    number.ok()
}

fn entries(values: &Values, id: FieldId) -> Entries {
    let typed =
        |(name, value): (&str, &FieldValue)| Some((name.to_owned(), dynamic_value::typed(&value.text).ok()?));
    values.entries(id).into_iter().filter_map(typed).collect()
}

fn proxy(values: &Values) -> ProxyChoice {
    let Some(value) = values.of(FieldId::ProxyUrl) else { return ProxyChoice::Environment };
    debug_assert!(value.text.is_empty() || proxy_of(values).is_some(), "the lint accepts no other proxy");
    proxy_of(values).map_or(ProxyChoice::Empty, ProxyChoice::Through)
}

fn headers(values: &Values) -> Vec<(String, Secret)> {
    let entries = values.entries(FieldId::Headers).into_iter();
    let written = entries.map(|(name, value)| (name.to_owned(), Secret::new(value.text.trim())));
    let token = values.text_of(FieldId::Bearer);
    let bearer = (!token.is_empty()).then(|| ("Authorization".to_owned(), format!("Bearer {token}")));
    written.chain(bearer.map(|(name, value)| (name, Secret::new(value)))).collect()
}

/// The entries of `open_messages`, or else `open_message`.
fn open_messages(values: &Values) -> Vec<Secret> {
    let list = values.entries(FieldId::OpenMessages);
    let single = values.of(FieldId::OpenMessage).filter(|value| list.is_empty() && !value.text.is_empty());
    list.into_iter().map(|(_, value)| value).chain(single).map(|value| Secret::new(&*value.text)).collect()
}

fn tls(values: &Values) -> TlsSettings {
    let (text, file) = (values.text_of(FieldId::TlsRootCas), values.text_of(FieldId::TlsRootCasFile));
    let roots = match (text.is_empty(), file.is_empty()) {
        (false, _) => Some(RootSource::Text(text)),
        (true, false) => Some(RootSource::File(file.into())),
        (true, true) => None,
    };
    TlsSettings {
        enabled: values.is_on(FieldId::TlsEnabled),
        skip_cert_verify: values.is_on(FieldId::TlsSkipCertVerify),
        renegotiation: values.is_on(FieldId::TlsEnableRenegotiation),
        roots,
        client_certs: client_certs(values).into_iter().filter_map(Result::ok).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Origin;

    fn with(id: FieldId, text: &str) -> Option<Settings> {
        let mut values = Values::default();
        values.set("url", "ws://h", Origin::Flag);
        values.set(id.path(), text, Origin::Flag);
        Settings::from_values(&values).ok()
    }

    proptest! {
        #[test]
        fn the_lint_accepts_only_texts_that_are_read_as_written(
            text in "[ +_-]?(true|on|TRUE|false|[0-9]{0,20}|0x1f)[ .e]?[0-9]?",
        ) {
            let size = with(FieldId::MaxMessageSize, &text).map(|settings| settings.max_message_size);
            let read = text.parse::<i64>().ok().filter(|size| *size >= 0).map(i64::unsigned_abs);
            prop_assert_eq!(size, read.map(|size| if size == 0 { NO_LIMIT } else { size.min(NO_LIMIT) }));
            let retries = with(FieldId::ConnectionMaxRetries, &text).map(|settings| settings.max_retries);
            let read = text.parse::<i64>().ok();
            prop_assert_eq!(retries, read.map(|retries| {
                u64::try_from(retries).ok().map(|retries| u32::try_from(retries).unwrap_or(u32::MAX))
            }));
            let replays = with(FieldId::AutoReplayNacks, &text).map(|settings| settings.auto_replay_nacks);
            prop_assert_eq!(replays, text.parse::<bool>().ok());
        }
    }
}
