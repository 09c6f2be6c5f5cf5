//! The stages of a connection, and the outcome and evidence of each.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::config::{Secret, of_address};

use super::{AuthEvidence, Failure, Kind, ProxyEvidence, Route, Timestamp};

/// A stage of a connection. A stage that does not apply is absent from the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The lookup of the host's addresses.
    Lookup,
    Tcp,
    Proxy,
    Tls,
    /// The HTTP exchange of RFC 6455, section 4.
    Upgrade,
    /// The opening messages.
    Open,
    /// The wait for the first message.
    First,
}

impl Stage {
    pub const ALL: [Self; 7] =
        [Self::Lookup, Self::Tcp, Self::Proxy, Self::Tls, Self::Upgrade, Self::Open, Self::First];

    /// The word for it in code, JSON, screen and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Upgrade => "upgrade",
            Self::Open => "open",
            Self::First => "first",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The outcome of one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageReport {
    pub stage: Stage,
    /// When the stage began.
    pub began: Timestamp,
    pub took: Duration,
    pub outcome: Result<(), Failure>,
    pub evidence: Evidence,
}

/// What a stage observed, whether it succeeded or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Evidence {
    /// The stage observed nothing.
    Nothing {},
    Lookup {
        /// The host of the URL, or of the proxy.
        host: String,
        addresses: Vec<IpAddr>,
        /// Whether a proxy is used, if that had to be decided.
        #[serde(skip_serializing_if = "Option::is_none")]
        route: Option<Route>,
    },
    Tcp {
        tried: Vec<Tried>,
        local: Option<SocketAddr>,
        remote: Option<SocketAddr>,
        /// Whether these are the addresses of the proxy.
        #[serde(skip_serializing_if = "is_false")]
        of_proxy: bool,
    },
    Proxy(Box<ProxyEvidence>),
    Tls(Box<TlsEvidence>),
    Upgrade(Box<Exchange>),
    Open {
        sent: Vec<OpenSent>,
    },
}

impl Evidence {
    /// The HTTP exchange with the server or the proxy, if there is one.
    #[must_use]
    pub fn exchange(&self) -> Option<&Exchange> {
        match self {
            Self::Upgrade(exchange) => Some(exchange),
            Self::Proxy(proxy) => proxy.exchange.as_deref(),
            _ => None,
        }
    }

    /// The mutable form of [`Evidence::exchange`].
    pub fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        match self {
            Self::Upgrade(exchange) => Some(exchange),
            Self::Proxy(proxy) => proxy.exchange.as_deref_mut(),
            _ => None,
        }
    }
}

/// One address that was tried, and how that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub address: SocketAddr,
    #[serde(rename = "took_ms", with = "super::encoding::milliseconds")]
    pub took_us: u64,
    /// `None` for the address that answered.
    pub error: Option<String>,
}

/// What the TLS handshake revealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsEvidence {
    /// The name sent as SNI and checked against the certificate; `None` for an IP address.
    pub server_name: Option<String>,
    /// `TLS 1.3`
    pub version: Option<String>,
    /// `TLS13_AES_256_GCM_SHA384`
    pub suite: Option<String>,
    /// The key exchange group, such as `X25519`.
    pub group: Option<String>,
    /// The server's request for a client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientEvidence>,
    /// The trusted certificate that the chain leads to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// The trusted roots that the chain was checked against: `145 roots of this system`, `tls.root_cas_file
    /// ca.pem (1 certificate)`.
    pub trust: String,
    /// The certificates in the order the server sent them, its own first; also if verification failed.
    pub chain: Vec<Certificate>,
    /// Why the verification of the chain or the name failed; also if it is switched off.
    pub verdict: Option<String>,
    /// Whether verification was switched off.
    pub skipped: bool,
}

/// A server's request for a client certificate (RFC 8446, section 4.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientEvidence {
    /// The authorities that it accepts, at most 64; an empty list means any.
    pub authorities: Vec<String>,
    /// How many client certificates are configured.
    pub configured: u64,
    /// The subject of the certificate that was presented.
    pub presented: Option<String>,
}

impl ClientEvidence {
    /// `asked for, by CN=our own; CN=client was presented`
    #[must_use]
    pub fn summary(&self) -> String {
        let by = match self.authorities.as_slice() {
            [] => "asked for".to_owned(),
            [one] => format!("asked for, by {one}"),
            [one, more @ ..] => format!("asked for, by {one} or {} more", more.len()),
        };
        match (&self.presented, self.configured) {
            (Some(subject), _) => format!("{by}; {subject} was presented"),
            (None, 0) => format!("{by}; there was none to present"),
            (None, configured) => format!("{by}; none of {configured} suits, so none was presented"),
        }
    }
}

/// One certificate of the server, parsed for display. Names are at most 1,024 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// The DNS names and IP addresses it is valid for.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// `RSA 2048`, `EC P-256`, `Ed25519`
    pub key: String,
    pub signature: String,
    /// Of the DER, in lower-case hex.
    pub sha256: String,
    /// Whether it claims to be a certificate authority (the CA flag).
    pub ca: bool,
    /// Whether subject and issuer are the same.
    pub self_issued: bool,
    /// The whole certificate, to save it to a file.
    #[serde(default)]
    pub pem: String,
}

/// The upgrade request and its answer, verbatim but with secrets masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub request: String,
    pub response: Option<Response>,
    /// How each enabled method made its `Authorization` header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auth: Vec<AuthEvidence>,
    /// The compression extension as the server wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// How many TLS renegotiations the server requested and got meanwhile.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub renegotiations: u32,
    /// The first bytes of an answer that could not be read as HTTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "super::encoding::base64_text")]
    pub unread: Vec<u8>,
    /// How many bytes were received of an answer that is not HTTP or not complete.
    pub unread_size: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Exchange {
    /// `101 Switching Protocols`, with renegotiations and extension; `None` without an answer.
    #[must_use]
    pub fn summary(&self) -> Option<String> {
        let response = self.response.as_ref()?;
        let before = match self.renegotiations {
            0 => String::new(),
            1 => ", after a new TLS handshake".to_owned(),
            more => format!(", after {more} new TLS handshakes"),
        };
        let extension = self.extension.as_ref().map_or(String::new(), |extension| format!(", {extension}"));
        Some(format!("{} {}{before}{extension}", response.status, response.reason))
    }
}

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub status: u16,
    pub reason: String,
    /// The status line and headers as received, secrets masked.
    pub head: String,
    /// The name and value of each header, in order.
    pub headers: Vec<(String, String)>,
    /// The body of a refusal as text, invalid bytes replaced.
    pub body: String,
    pub body_end: BodyEnd,
}

/// Where the body of a refusal ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyEnd {
    /// The body is complete.
    #[default]
    Whole,
    /// The body is longer than what is kept.
    TooLong,
    /// The connection ended within the body, or its chunks are malformed.
    BrokenOff,
    /// The rest was not received in time.
    Stalled,
}

impl BodyEnd {
    /// Why the body is incomplete; `None` if it is complete.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::TooLong => Some("longer than what is kept"),
            Self::BrokenOff => Some("it breaks off here"),
            Self::Stalled => Some("no more of it came in time"),
        }
    }
}

/// One opening message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSent {
    #[serde(rename = "type")]
    pub kind: Kind,
    pub size: u64,
}

impl Response {
    /// The credentials that the server sent in the headers: those in URLs, and cookies. Its body may repeat
    /// them.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        let secrets = |(name, value): &(String, String)| match name.to_ascii_lowercase().as_str() {
            "location" | "content-location" => of_address(value),
            "set-cookie" => {
                let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                pair.map(|(_, value)| Secret::new(value.trim())).into_iter().collect()
            }
            _ => Vec::new(),
        };
        self.headers.iter().flat_map(secrets).collect()
    }

    /// The server's clock, from its `Date` header (RFC 9110, section 6.6.1).
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        let zoned = jiff::fmt::rfc2822::parse(self.header("Date")?).ok()?;
        Some(Timestamp(zoned.timestamp().as_microsecond()))
    }

    /// The first header of this name, case ignored.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
