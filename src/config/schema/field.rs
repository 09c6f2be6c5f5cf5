//! A row of the field catalogue.

/// What the paths of the options that no pipeline has begin with.
pub(super) const PREFIX: &str = "beyond.";

/// A field of the websocket input, or an option of ours. The order is that of [`FIELDS`](super::FIELDS), then that of
/// [`OPTIONS`](super::OPTIONS).
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
    // From here on the options that no pipeline has: [`OPTIONS`](super::OPTIONS).
    Resolve,
    IpVersion,
    SourceAddress,
    UnixSocket,
    ServerName,
    Pin,
    Keylog,
    ClientP12,
    ClientP12Password,
    TimeoutLookup,
    TimeoutTcp,
    TimeoutTls,
    TimeoutUpgrade,
    Backoff,
    Bearer,
    QueryKey,
}

/// The description of a field, for forms, flags, lint and help.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub id: FieldId,
    /// Dotted, with `[]` for a list index: `tls.client_certs[].key`.
    pub path: &'static str,
    pub kind: Kind,
    pub default: DefaultValue,
    /// One or two sentences for people.
    pub doc: &'static str,
    /// A value that it may have; empty where its kind says enough.
    pub example: &'static str,
    /// Omitted from the short help.
    pub advanced: bool,
    /// Whether the value, or each value of a map, is masked.
    pub secret: bool,
    /// Whether it can change without a new connection.
    pub live: bool,
    pub relevance: Relevance,
    pub engines: Engines,
}

/// The kind of values of a field.
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
    /// Names with texts.
    TextMap,
    /// Names with values of any type.
    AnyMap,
    TextList,
    /// A list of objects whose fields are the rows with `path[]`.
    ObjectList,
    /// An object whose fields are the rows with `path.`.
    Group,
}

/// The default of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// No default; absence has its own meaning.
    Absent,
    /// It must be set.
    Required,
    Bool(bool),
    Int(i64),
    Text(&'static str),
    /// An empty map or list.
    Empty,
    /// The defaults of the fields within.
    Children,
}

/// When a field has an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relevance {
    Always,
    /// Only while this switch is on.
    EnabledBy(FieldId),
}

/// The engines that know a field.
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
    /// An option of ours.
    pub(super) const NONE: Self = Self { page: false, bento: false, benthos: false };
    pub(super) const BENTO: Self = Self { page: false, bento: true, benthos: false };
    pub(super) const BENTHOS: Self = Self { page: false, bento: false, benthos: true };
}

/// A row with the usual attributes: advanced, not secret, known to all engines.
pub(super) const fn row(
    id: FieldId,
    path: &'static str,
    kind: Kind,
    default: DefaultValue,
    doc: &'static str,
) -> Field {
    Field {
        id,
        path,
        kind,
        default,
        doc,
        example: "",
        advanced: true,
        secret: false,
        live: false,
        relevance: Relevance::Always,
        engines: Engines::ALL,
    }
}

impl Field {
    /// Whether a path is that of this field or of one of its entries.
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

    /// Whether its values are texts that may have several lines.
    #[must_use]
    pub fn takes_lines(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::TextMap | Kind::AnyMap | Kind::TextList)
    }

    /// Whether it has a single value, so that a flag or a variable can set it.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        !self.path.contains("[]")
            && matches!(
                self.kind,
                Kind::Text | Kind::Url { .. } | Kind::Bool | Kind::Int | Kind::Choice(_) | Kind::Path
            )
    }

    /// Whether it is an option that no pipeline has.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        !(self.engines.page || self.engines.bento || self.engines.benthos)
    }

    /// The path as a flag and a variable name it.
    fn word(&self) -> &'static str {
        self.path.strip_prefix(PREFIX).unwrap_or(self.path)
    }

    /// The long flag that sets it, without the dashes: `tls-root-cas-file`.
    #[must_use]
    pub fn flag(&self) -> String {
        self.word().replace(['.', '_'], "-")
    }

    /// The environment variable that sets it: `SOCKEYE_TLS_ROOT_CAS_FILE`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("SOCKEYE_{}", self.word().replace('.', "_").to_uppercase())
    }

    /// The text of its default, if it has one.
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
