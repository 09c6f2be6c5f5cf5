//! The evidence about a proxy.

use serde::{Deserialize, Serialize};

use super::{Exchange, TlsEvidence};

/// Whether a connection goes through a proxy, and what decided that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The URL of the proxy, its credentials masked; `None` for a direct connection.
    pub proxy: Option<String>,
    /// `proxy_url`, an environment variable such as `HTTPS_PROXY`, or why that variable is ignored: `no_proxy
    /// has ".example", so HTTPS_PROXY is not used`.
    pub by: String,
}

/// The request to the proxy and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyEvidence {
    /// The URL of the proxy, its credentials masked.
    pub url: String,
    /// What chose the proxy, as in [`Route::by`].
    pub by: String,
    /// The host and port that it was asked to connect to.
    pub target: String,
    /// The TLS handshake with the proxy itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Box<TlsEvidence>>,
    /// The CONNECT request and the proxy's answer (RFC 9110, section 9.3.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Box<Exchange>>,
    /// The answer of a SOCKS proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub socks: Option<SocksReply>,
    /// The first bytes that a SOCKS proxy sent, if they are not SOCKS 5.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "super::encoding::base64_text")]
    pub unread: Vec<u8>,
}

impl Route {
    /// A note on the addresses of a lookup: they are the proxy's, or why no proxy is used.
    #[must_use]
    pub fn summary(&self) -> String {
        match &self.proxy {
            Some(_) => format!("the proxy by {}", self.by),
            None => self.by.clone(),
        }
    }
}

impl ProxyEvidence {
    /// `tunnel to feed.example:443`
    #[must_use]
    pub fn summary(&self) -> String {
        format!("tunnel to {}", self.target)
    }
}

/// The answer of a SOCKS proxy: to the methods offered (RFC 1928, section 3), to the
/// credentials (RFC 1929) or to the request (RFC 1928, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SocksReply {
    Succeeded,
    /// None of the methods offered is acceptable.
    NoMethod,
    /// The name or the password is wrong.
    LoginRefused,
    GeneralFailure,
    NotAllowed,
    NetworkUnreachable,
    HostUnreachable,
    ConnectionRefused,
    TtlExpired,
    CommandNotSupported,
    AddressNotSupported,
    /// A code that the RFC does not assign.
    Unassigned,
    /// The answer is not SOCKS 5.
    NotSocks,
}

impl SocksReply {
    /// The reply in the words of the RFC, where it has any.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::NoMethod => "no acceptable methods",
            Self::LoginRefused => "user name or password refused",
            Self::GeneralFailure => "general SOCKS server failure",
            Self::NotAllowed => "connection not allowed by ruleset",
            Self::NetworkUnreachable => "network unreachable",
            Self::HostUnreachable => "host unreachable",
            Self::ConnectionRefused => "connection refused",
            Self::TtlExpired => "TTL expired",
            Self::CommandNotSupported => "command not supported",
            Self::AddressNotSupported => "address type not supported",
            Self::Unassigned => "a reply that RFC 1928 does not assign",
            Self::NotSocks => "not SOCKS 5",
        }
    }
}
