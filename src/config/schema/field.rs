//! What one row of the field catalogue says.

/// A field of the websocket input. The order is that of [`FIELDS`](super::FIELDS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldId {
    Url,
    ProxyUrl,
    Headers,
    OpenMessage,
    OpenMessages,
    OpenMessageType,
    MaxMessageSize,
    AutoReplayNacks,
    Tls,
    TlsEnabled,
    TlsSkipCertVerify,
    TlsEnableRenegotiation,
    TlsRootCas,
    TlsRootCasFile,
    TlsClientCerts,
    TlsClientCertsCert,
    TlsClientCertsKey,
    TlsClientCertsCertFile,
    TlsClientCertsKeyFile,
    TlsClientCertsPassword,
    Connection,
    ConnectionMaxRetries,
    Oauth,
    OauthEnabled,
    OauthConsumerKey,
    OauthConsumerSecret,
    OauthAccessToken,
    OauthAccessTokenSecret,
    BasicAuth,
    BasicAuthEnabled,
    BasicAuthUsername,
    BasicAuthPassword,
    Jwt,
    JwtEnabled,
    JwtPrivateKeyFile,
    JwtSigningMethod,
    JwtClaims,
    JwtHeaders,
}

/// Everything there is to know about one field; forms, flags, lint and help read it here.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub id: FieldId,
    /// Dotted, with `[]` where a list index stands: `tls.client_certs[].key`.
    pub path: &'static str,
    pub kind: Kind,
    pub default: DefaultValue,
    /// One or two sentences for people.
    pub doc: &'static str,
    /// Left out of short help.
    pub advanced: bool,
    /// Whether the value (of a map: each value) is masked wherever it could be shown.
    pub secret: bool,
    /// Whether it may change without a new connection.
    pub live: bool,
    pub matters: Relevance,
    /// What a value of this field must be beyond its kind.
    pub check: Option<Check>,
    pub engines: Engines,
}

/// Says what is wrong with a text, or that nothing is.
pub type Check = fn(&str) -> Result<(), String>;

/// What sort of value a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Url {
        schemes: &'static [&'static str],
    },
    Bool,
    /// A whole number of 64 bits.
    Int,
    Choice(&'static [&'static str]),
    /// The path of a file, relative to the working directory.
    Path,
    /// Names with a text each.
    TextMap,
    /// Names with any value each.
    AnyMap,
    TextList,
    /// A list of objects whose fields are the rows with `path[]`.
    ObjectList,
    /// An object whose fields are the rows with `path.`.
    Group,
}

/// What holds when a field is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// There is no default; absence has a meaning of its own.
    Absent,
    /// It must be set.
    Required,
    Bool(bool),
    Int(i64),
    Text(&'static str),
    /// An empty map or list.
    Empty,
    /// The presets of the fields within.
    Children,
}

/// When a field has an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relevance {
    Always,
    /// Only while this switch is on.
    EnabledBy(FieldId),
}

/// Where a field is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Engines {
    /// The published page of the input.
    pub page: bool,
    /// Bento 1.12 and later.
    pub bento: bool,
    /// The Benthos in Redpanda Connect.
    pub benthos: bool,
}

impl Engines {
    /// Known everywhere.
    pub const ALL: Self = Self { page: true, bento: true, benthos: true };
    pub(super) const BENTO: Self = Self { page: false, bento: true, benthos: false };
    pub(super) const BENTHOS: Self = Self { page: false, bento: false, benthos: true };
}

impl Field {
    /// Whether a path is that of this field, or of an entry of it.
    pub(super) fn covers(&self, path: &str) -> bool {
        if path == self.path {
            return true;
        }
        if let Some((list, name)) = self.path.split_once("[].") {
            return path
                .strip_prefix(list)
                .and_then(|rest| rest.strip_prefix('.'))
                .and_then(|rest| rest.split_once('.'))
                .is_some_and(|(index, rest)| is_index(index) && rest == name);
        }
        let Some(rest) = path.strip_prefix(self.path).and_then(|rest| rest.strip_prefix('.')) else {
            return false;
        };
        match self.kind {
            Kind::TextMap | Kind::AnyMap => !rest.is_empty(),
            Kind::TextList | Kind::ObjectList => is_index(rest),
            _ => false,
        }
    }

    /// Whether its value, or that of an entry, is text that may have several lines.
    #[must_use]
    pub fn takes_lines(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::TextMap | Kind::AnyMap | Kind::TextList)
    }

    /// Whether it takes one value under its own path, so that a flag or a variable can set it.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        !self.path.contains("[]")
            && matches!(
                self.kind,
                Kind::Text | Kind::Url { .. } | Kind::Bool | Kind::Int | Kind::Choice(_) | Kind::Path
            )
    }

    /// The long flag that sets it, without the dashes: `tls-root-cas-file`.
    #[must_use]
    pub fn flag(&self) -> String {
        self.path.replace(['.', '_'], "-")
    }

    /// The environment variable that sets it: `SOCKEYE_TLS_ROOT_CAS_FILE`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("SOCKEYE_{}", self.path.replace('.', "_").to_uppercase())
    }

    /// The text that means the same as leaving it out, where there is one.
    #[must_use]
    pub fn default_text(&self) -> Option<String> {
        match self.default {
            DefaultValue::Bool(value) => Some(value.to_string()),
            DefaultValue::Int(value) => Some(value.to_string()),
            DefaultValue::Text(text) => Some(text.to_owned()),
            DefaultValue::Absent | DefaultValue::Required | DefaultValue::Empty | DefaultValue::Children => {
                None
            }
        }
    }
}

fn is_index(text: &str) -> bool {
    !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}
