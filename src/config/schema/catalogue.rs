//! The table of all fields of the websocket input.

use super::{
    dialect::MAX_MESSAGE_SIZE,
    field::{DefaultValue, Engines, Field, FieldId, Kind, Relevance, row},
    options::OPTIONS,
};

const WS: Kind = Kind::Url { schemes: &["ws", "wss"] };
const PROXY: Kind = Kind::Url { schemes: &["http", "https", "socks5", "socks5h"] };
const NOTHING: DefaultValue = DefaultValue::Text("");

/// The rows in the order of the published page; the index of a row is its [`FieldId`].
pub static FIELDS: [Field; 38] = [
    row(FieldId::Url, "url", WS, DefaultValue::Required, "The websocket address to connect to: ws:// for a plain connection, wss:// for one over TLS. Path and query are sent exactly as written.").example("wss://stream.example.com:9443/feed?channel=ticks").basic(),
    row(FieldId::ProxyUrl, "proxy_url", PROXY, DefaultValue::Absent, "The proxy to connect through, http://host:port for example. If it is absent, HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide; an empty value is not the same.").example("http://proxy.example.com:3128"),
    row(FieldId::Headers, "headers", Kind::TextMap, DefaultValue::Empty, "Request headers to add to the handshake, by name. Use it for an API key or an Origin that the server requires.").example("X-Api-Key: ${FEED_KEY}").secret().on(Engines::BENTO),
    row(FieldId::OpenMessage, "open_message", Kind::Text, DefaultValue::Absent, "A message to send each time a connection is opened, such as a subscription. For more than one use open_messages.").example(r#"{"op":"subscribe","channel":"ticks"}"#),
    row(FieldId::OpenMessages, "open_messages", Kind::TextList, DefaultValue::Empty, "Messages to send, in this order, each time a connection is opened.").example(r#"{"op":"subscribe","channel":"ticks"}"#).on(Engines::BENTO),
    row(FieldId::OpenMessageType, "open_message_type", Kind::Choice(&["binary", "text"]), DefaultValue::Text("binary"), "Whether opening messages are sent as binary or as text frames. Servers that expect JSON usually require text.").example("text"),
    row(FieldId::MaxMessageSize, "max_message_size", Kind::Int, DefaultValue::Int(MAX_MESSAGE_SIZE.cast_signed()), "The largest message to accept, in bytes. A larger one ends the connection with code 1009; 0 means no limit in the pipeline.").example("33554432").on(Engines::BENTHOS),
    row(FieldId::AutoReplayNacks, "auto_replay_nacks", Kind::Bool, DefaultValue::Bool(true), "Whether a message that the output nacks is redelivered until it is acked. If false, such a message is dropped.").basic().live(),
    row(FieldId::Tls, "tls", Kind::Group, DefaultValue::Children, "TLS settings for wss:// addresses. Without them wss:// works with the system's trusted authorities."),
    row(FieldId::TlsEnabled, "tls.enabled", Kind::Bool, DefaultValue::Bool(false), "Whether the other settings of this block apply. It does not turn ws:// into wss://; only the address does."),
    row(FieldId::TlsSkipCertVerify, "tls.skip_cert_verify", Kind::Bool, DefaultValue::Bool(false), "Whether to accept any certificate from the server. Anyone in between can then read and change the feed, so use it only to find a fault.").needs(FieldId::TlsEnabled),
    row(FieldId::TlsEnableRenegotiation, "tls.enable_renegotiation", Kind::Bool, DefaultValue::Bool(false), "Whether the server may request a new handshake on an open TLS 1.2 connection. Needed if the pipeline logs 'tls: no renegotiation'.").needs(FieldId::TlsEnabled),
    row(FieldId::TlsRootCas, "tls.root_cas", Kind::Text, NOTHING, "Certificates of the authorities to trust, as PEM text. They replace those of the system.").example("-----BEGIN CERTIFICATE----- …").needs(FieldId::TlsEnabled),
    row(FieldId::TlsRootCasFile, "tls.root_cas_file", Kind::Path, NOTHING, "A PEM file with the certificates of the authorities to trust. They replace those of the system.").example("./certs/ca.pem").needs(FieldId::TlsEnabled),
    row(FieldId::TlsClientCerts, "tls.client_certs", Kind::ObjectList, DefaultValue::Empty, "Certificates to present to a server that requests one, each with its key: cert and key, or cert_file and key_file.").needs(FieldId::TlsEnabled),
    row(FieldId::TlsClientCertsCert, "tls.client_certs[].cert", Kind::Text, NOTHING, "The certificate as PEM text.").example("-----BEGIN CERTIFICATE----- …").needs(FieldId::TlsEnabled),
    row(FieldId::TlsClientCertsKey, "tls.client_certs[].key", Kind::Text, NOTHING, "The private key of the certificate, as PEM text.").example("-----BEGIN PRIVATE KEY----- …").secret().needs(FieldId::TlsEnabled),
    row(FieldId::TlsClientCertsCertFile, "tls.client_certs[].cert_file", Kind::Path, NOTHING, "A PEM file with the certificate.").example("./certs/client.pem").needs(FieldId::TlsEnabled),
    row(FieldId::TlsClientCertsKeyFile, "tls.client_certs[].key_file", Kind::Path, NOTHING, "A PEM file with the private key of the certificate.").example("./certs/client-key.pem").needs(FieldId::TlsEnabled),
    row(FieldId::TlsClientCertsPassword, "tls.client_certs[].password", Kind::Text, NOTHING, "The password of the private key if it is encrypted (PKCS#1 or PKCS#8). pbeWithMD5AndDES-CBC is not supported in PKCS#8.").example("${KEY_PASSWORD}").secret().needs(FieldId::TlsEnabled),
    row(FieldId::Connection, "connection", Kind::Group, DefaultValue::Absent, "Settings of connection attempts."),
    row(FieldId::ConnectionMaxRetries, "connection.max_retries", Kind::Int, DefaultValue::Absent, "How many failed attempts in a row are retried before giving up. If absent or negative, there is no limit; with 0 there are no retries, but a lost connection is opened once more.").example("10"),
    row(FieldId::Oauth, "oauth", Kind::Group, DefaultValue::Children, "OAuth 1.0a request signing (RFC 5849)."),
    row(FieldId::OauthEnabled, "oauth.enabled", Kind::Bool, DefaultValue::Bool(false), "Whether requests are signed with OAuth 1.0a."),
    row(FieldId::OauthConsumerKey, "oauth.consumer_key", Kind::Text, NOTHING, "The key that names this client to the service.").example("${OAUTH_KEY}").secret().needs(FieldId::OauthEnabled),
    row(FieldId::OauthConsumerSecret, "oauth.consumer_secret", Kind::Text, NOTHING, "The secret that belongs to the consumer key.").example("${OAUTH_SECRET}").secret().needs(FieldId::OauthEnabled),
    row(FieldId::OauthAccessToken, "oauth.access_token", Kind::Text, NOTHING, "The token that grants access on behalf of the user.").example("${OAUTH_TOKEN}").secret().needs(FieldId::OauthEnabled),
    row(FieldId::OauthAccessTokenSecret, "oauth.access_token_secret", Kind::Text, NOTHING, "The secret that belongs to the access token.").example("${OAUTH_TOKEN_SECRET}").secret().needs(FieldId::OauthEnabled),
    row(FieldId::BasicAuth, "basic_auth", Kind::Group, DefaultValue::Children, "HTTP basic authentication (RFC 7617)."),
    row(FieldId::BasicAuthEnabled, "basic_auth.enabled", Kind::Bool, DefaultValue::Bool(false), "Whether a user name and a password are sent with the handshake."),
    row(FieldId::BasicAuthUsername, "basic_auth.username", Kind::Text, NOTHING, "The user name. It should not contain a colon: a server reads it only up to the first one.").example("reader").needs(FieldId::BasicAuthEnabled),
    row(FieldId::BasicAuthPassword, "basic_auth.password", Kind::Text, NOTHING, "The password.").example("${FEED_PASSWORD}").secret().needs(FieldId::BasicAuthEnabled),
    row(FieldId::Jwt, "jwt", Kind::Group, DefaultValue::Children, "JWT bearer tokens (RFC 7519)."),
    row(FieldId::JwtEnabled, "jwt.enabled", Kind::Bool, DefaultValue::Bool(false), "Whether a signed JWT is sent as a bearer token."),
    row(FieldId::JwtPrivateKeyFile, "jwt.private_key_file", Kind::Path, NOTHING, "A PEM file with the private key that signs the token: RSA for RS256, RS384 and RS512, Ed25519 for EdDSA.").example("./keys/feed.pem").needs(FieldId::JwtEnabled),
    row(FieldId::JwtSigningMethod, "jwt.signing_method", Kind::Text, NOTHING, "The signing method of the token: RS256, RS384, RS512 or EdDSA, in exactly this spelling.").example("RS256").needs(FieldId::JwtEnabled),
    row(FieldId::JwtClaims, "jwt.claims", Kind::AnyMap, DefaultValue::Empty, "The claims of the token. They are sent exactly as set; no exp is added.").example("iss: feed-reader").secret().needs(FieldId::JwtEnabled),
    row(FieldId::JwtHeaders, "jwt.headers", Kind::AnyMap, DefaultValue::Empty, "Header entries of the token beside alg and typ.").example("kid: key-1").secret().needs(FieldId::JwtEnabled),
];

/// The fields of the input, then the options that no pipeline has.
pub fn all_fields() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().chain(&OPTIONS)
}

impl FieldId {
    /// The row of this field.
    #[must_use]
    pub fn field(self) -> &'static Field {
        let place = self as usize;
        FIELDS.get(place).unwrap_or_else(|| &OPTIONS[place - FIELDS.len()])
    }

    /// The list or map at this path.
    #[must_use]
    pub fn of_list(path: &str) -> Option<Self> {
        all_fields().find(|field| field.path == path).map(|field| field.id)
    }

    /// The path of this field: `tls.root_cas_file`.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.field().path
    }
}

impl Field {
    /// The row of a path with indices and names: `open_messages.0`, `headers.X-Key`,
    /// `tls.client_certs.0.cert_file`, `tls.client_certs[].cert_file`.
    #[must_use]
    pub fn at(path: &str) -> Option<&'static Self> {
        all_fields().find(|field| field.covers(path))
    }

    const fn basic(self) -> Self {
        Self { advanced: false, ..self }
    }

    pub(super) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    pub(super) const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    const fn live(self) -> Self {
        Self { live: true, ..self }
    }

    const fn needs(self, switch: FieldId) -> Self {
        Self { relevance: Relevance::EnabledBy(switch), ..self }
    }

    const fn on(self, engines: Engines) -> Self {
        Self { engines, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields of the pipeline, from its sources.
    const TABLE: &str = include_str!("../../../tests/config/fields.tsv");

    #[test]
    fn the_index_of_each_row_is_its_id() {
        for (index, field) in FIELDS.iter().enumerate() {
            assert_eq!(field.id as usize, index, "{}", field.path);
            assert_eq!(field.id.path(), field.path);
        }
    }

    #[test]
    fn the_catalogue_equals_the_pipelines_table() {
        let rows: Vec<_> = TABLE.lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>()).collect();
        assert_eq!(rows.len(), FIELDS.len());
        for (row, field) in rows.iter().zip(&FIELDS) {
            let [path, kind, default, advanced, secret, page, bento, benthos] = row[..] else {
                panic!("a row of eight: {row:?}")
            };
            assert_eq!(field.path, path);
            assert!(is_of_kind(field.kind, kind), "{path}: {kind}");
            assert_eq!(default_of(field), default, "{path}");
            assert_eq!(field.advanced, advanced == "yes", "{path}");
            assert_eq!(field.secret, is_masked(path, secret), "{path}");
            assert_eq!(field.engines.page, page == "yes", "{path}");
            assert_eq!(field.engines.bento, bento != "no", "{path}");
            assert_eq!(field.engines.benthos, benthos != "no", "{path}");
        }
    }

    fn is_of_kind(kind: Kind, expected: &str) -> bool {
        match kind {
            Kind::Text | Kind::Path => expected.starts_with("string"),
            Kind::Url { .. } => expected == "URL string",
            Kind::Bool => expected == "bool",
            Kind::Int => expected.starts_with("int"),
            Kind::Choice(choices) => expected == format!("enum {}", choices.join(", ")),
            Kind::TextMap => expected == "map of interpolated strings",
            Kind::AnyMap => expected == "map of anything",
            Kind::TextList => expected == "list of strings",
            Kind::ObjectList => expected == "list of objects",
            Kind::Group => expected == "object",
        }
    }

    fn default_of(field: &Field) -> &'static str {
        match (field.default, field.kind) {
            // The defaults of the engines differ from each other and from ours.
            (DefaultValue::Int(_), _) => "0 in 4.78.0, 33554432 later",
            (DefaultValue::Required, _) => "none, required",
            (DefaultValue::Bool(true), _) => "true",
            (DefaultValue::Bool(false), _) => "false",
            (DefaultValue::Text(""), _) => "\"\"",
            (DefaultValue::Text(text), _) => text,
            (DefaultValue::Empty, Kind::TextMap | Kind::AnyMap) => "{}",
            (DefaultValue::Empty, Kind::ObjectList) => "[]",
            (DefaultValue::Absent | DefaultValue::Empty, _) => "none",
            (DefaultValue::Children, _) => "(children)",
        }
    }

    /// Whether a field is masked: the engine's secrets, and more, except one that is public.
    fn is_masked(path: &str, expected: &str) -> bool {
        match path {
            "tls.root_cas" => false,
            "headers" | "oauth.access_token" | "oauth.consumer_key" | "jwt.claims" | "jwt.headers" => true,
            _ => expected == "yes",
        }
    }

    #[test]
    fn every_field_with_the_name_of_a_secret_is_secret() {
        for field in &FIELDS {
            let leaf = field.path.rsplit('.').next().unwrap_or_default();
            let named = ["secret", "password", "token", "key"].iter().any(|word| leaf.ends_with(word));
            assert!(!named || field.secret, "{}", field.path);
        }
    }

    #[test]
    fn the_row_of_a_value_is_found_by_its_path() {
        let id = |path| Field::at(path).map(|field| field.id);
        assert_eq!(id("headers.X.Y-Z"), Some(FieldId::Headers));
        assert_eq!(id("open_messages.12"), Some(FieldId::OpenMessages));
        assert_eq!(id("tls.client_certs.0.cert_file"), Some(FieldId::TlsClientCertsCertFile));
        assert_eq!(id("tls.client_certs[].key"), Some(FieldId::TlsClientCertsKey));
        for path in
            ["open_messages.x", "tls.client_certs.0.nothing", "tls.client_certs.key", "url.x", "tls.", ""]
        {
            assert_eq!(id(path), None, "{path}");
        }
    }

    #[test]
    fn every_scalar_field_has_its_own_flag_and_variable() {
        let scalars: Vec<_> = FIELDS.iter().filter(|field| field.is_scalar()).collect();
        let mut flags: Vec<_> = scalars.iter().map(|field| field.flag()).collect();
        flags.sort();
        flags.dedup();
        assert_eq!(flags.len(), scalars.len());
        assert_eq!(FieldId::TlsRootCasFile.field().variable(), "SOCKEYE_TLS_ROOT_CAS_FILE");
    }
}
