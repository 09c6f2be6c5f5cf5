//! The typed truth the engine gets.

use std::path::PathBuf;

use super::Secret;

/// The largest message read when `max_message_size` is not set, in bytes: 64 MiB.
pub const MAX_MESSAGE_SIZE: u64 = 64 << 20;

/// Everything one session needs to know, checked and typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub url: Endpoint,
    /// Extra request headers in the order given, names as written. Values may be credentials.
    pub headers: Vec<(String, Secret)>,
    /// Sent in this order after each successful upgrade.
    pub open_messages: Vec<Secret>,
    pub open_message_type: MessageType,
    /// Whether a rejected message is handed out again; otherwise it is dropped.
    pub auto_replay_nacks: bool,
    /// The largest message accepted, in payload bytes over all its fragments.
    pub max_message_size: u64,
    pub tls: TlsSettings,
    /// `None` retries for ever, `Some(0)` never.
    pub max_retries: Option<u32>,
    pub basic_auth: Option<BasicAuth>,
}

/// Where to connect to, as written: neither path nor query is normalised.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether the scheme is `wss`.
    pub secure: bool,
    /// Host name or address, without brackets, as the resolver and the certificate check want it.
    pub host: String,
    pub port: u16,
    /// The `Host` header: host and port as written, the port only if it was.
    pub authority: String,
    /// The request target: path and query byte for byte, `/` when there is no path.
    pub target: String,
}

/// Kind of the opening messages on the wire (`open_message_type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageType {
    #[default]
    Binary,
    Text,
}

/// The `tls` block. It acts only on `wss` URLs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// `tls.enabled`: whether the other fields of the block apply.
    pub enabled: bool,
    pub skip_cert_verify: bool,
    /// Replaces the system's roots when set.
    pub roots: Option<RootSource>,
}

/// Where `tls.root_cas` or `tls.root_cas_file` points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootSource {
    /// PEM text.
    Text(String),
    /// A file of PEM text, read at each dial.
    File(PathBuf),
}

/// HTTP basic authentication (RFC 7617).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicAuth {
    pub username: String,
    pub password: Secret,
}

impl Settings {
    /// All defaults, for this endpoint.
    #[must_use]
    pub fn new(url: Endpoint) -> Self {
        Self {
            url,
            headers: Vec::new(),
            open_messages: Vec::new(),
            open_message_type: MessageType::default(),
            auto_replay_nacks: true,
            max_message_size: MAX_MESSAGE_SIZE,
            tls: TlsSettings::default(),
            max_retries: None,
            basic_auth: None,
        }
    }
}

impl Endpoint {
    /// Reads a `ws` or `wss` URL.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as one sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = url::Url::parse(text).map_err(|error| format!("{error}"))?;
        let secure = match url.scheme() {
            "ws" => false,
            "wss" => true,
            other => return Err(format!("the scheme is '{other}', not ws or wss")),
        };
        let host = match url.host() {
            Some(url::Host::Domain(name)) => name.to_owned(),
            Some(url::Host::Ipv4(address)) => address.to_string(),
            Some(url::Host::Ipv6(address)) => address.to_string(),
            None => return Err("it names no host".to_owned()),
        };
        let rest = text.split_once("//").map_or("", |(_, rest)| rest);
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let cut = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(cut);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        let port = url.port_or_known_default().unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { secure, host, port, authority: authority.to_owned(), target })
    }

    /// The URL as it may be shown: query values that look like credentials are masked.
    #[must_use]
    pub fn shown(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}{}", self.authority, self.shown_target())
    }

    /// The request target with the values of such query parameters masked.
    #[must_use]
    pub fn shown_target(&self) -> String {
        self.target.clone()
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}
