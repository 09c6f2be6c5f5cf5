//! The ladder of a connection: its stages, how each went, and what it left as evidence.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::config::{Secret, of_address};

use super::{AuthEvidence, Failure, Kind, ProxyEvidence, Route, Timestamp};

/// A step of a connection. One that does not apply is absent from the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The host's name to its addresses.
    Lookup,
    Tcp,
    Proxy,
    Tls,
    /// The HTTP exchange of RFC 6455, section 4.
    Upgrade,
    /// The opening messages.
    Open,
    /// Waiting for a first message.
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

/// How one stage of a connection went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageReport {
    pub stage: Stage,
    /// When it began.
    pub began: Timestamp,
    pub took: Duration,
    pub outcome: Result<(), Failure>,
    pub evidence: Evidence,
}

/// What a stage saw; kept whether it went well or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Evidence {
    /// The stage ended before it saw anything.
    Nothing {},
    Lookup {
        /// The host of the URL, or of the proxy.
        host: String,
        addresses: Vec<IpAddr>,
        /// Whether a proxy is in play, where that was a question.
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
    /// The HTTP exchange it holds, with the server or with the proxy.
    #[must_use]
    pub fn exchange(&self) -> Option<&Exchange> {
        match self {
            Self::Upgrade(exchange) => Some(exchange),
            Self::Proxy(proxy) => proxy.exchange.as_deref(),
            _ => None,
        }
    }

    /// The same to change it.
    pub fn exchange_mut(&mut self) -> Option<&mut Exchange> {
        match self {
            Self::Upgrade(exchange) => Some(exchange),
            Self::Proxy(proxy) => proxy.exchange.as_deref_mut(),
            _ => None,
        }
    }
}

/// One address that was tried, and why it did not do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub address: SocketAddr,
    #[serde(rename = "took_ms", with = "super::encoding::milliseconds")]
    pub took_us: u64,
    /// `None` for the address that answered.
    pub error: Option<String>,
}

/// What the TLS handshake showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsEvidence {
    /// The name sent as SNI and checked against the certificate; `None` for a bare address.
    pub server_name: Option<String>,
    /// `TLS 1.3`
    pub version: Option<String>,
    /// `TLS13_AES_256_GCM_SHA384`
    pub suite: Option<String>,
    /// The key exchange group, such as `X25519`.
    pub group: Option<String>,
    /// What the server asked of this side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientEvidence>,
    /// Which trusted certificate the chain leads to, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// What the chain was checked against: `145 roots of this system`, `tls.root_cas_file ca.pem (1 certificate)`.
    pub trust: String,
    /// Certificates as served, the server's own first; also when verification failed.
    pub chain: Vec<Certificate>,
    /// Why the chain or the name did not verify; also when verification was switched off.
    pub verdict: Option<String>,
    /// Whether verification was switched off.
    pub skipped: bool,
}

/// The request of a server for a client certificate (RFC 8446, section 4.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientEvidence {
    /// The authorities whose certificates it takes, at most 64; none named means any.
    pub authorities: Vec<String>,
    /// How many certificates there were to choose from.
    pub configured: u64,
    /// The subject of the one that was presented.
    pub presented: Option<String>,
}

impl ClientEvidence {
    /// `asked for, by CN=our own; CN=client was presented`
    #[must_use]
    pub fn in_words(&self) -> String {
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

/// One certificate as served, parsed for reading. Names are at most 1,024 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// DNS names and addresses it is valid for.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// `RSA 2048`, `EC P-256`, `Ed25519`
    pub key: String,
    pub signature: String,
    /// Of the DER, in lower-case hex.
    pub sha256: String,
    /// Whether it says of itself that it is a certificate authority.
    pub ca: bool,
    /// Whether subject and issuer are the same.
    pub self_issued: bool,
    /// All of it, for a file.
    #[serde(default)]
    pub pem: String,
}

/// The upgrade request and its answer, verbatim except that secrets are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub request: String,
    pub response: Option<Response>,
    /// How the `Authorization` header was worked out, by each method that is switched on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auth: Vec<AuthEvidence>,
    /// The compression that the server switched on, as it wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// How often the server asked for another TLS handshake meanwhile, and got it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub renegotiations: u32,
    /// The first bytes of an answer that could not be read as HTTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "super::encoding::base64_text")]
    pub unread: Vec<u8>,
    /// How many bytes of such an answer, or of one that never became whole, came in all.
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
    /// `101 Switching Protocols`, and what came before it; `None` without an answer.
    #[must_use]
    pub fn in_short(&self) -> Option<String> {
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
    /// Status line and headers as they came, secrets masked.
    pub head: String,
    /// Name and value of each header in order.
    pub headers: Vec<(String, String)>,
    /// What followed the head of a refusal, as text, invalid bytes replaced.
    pub body: String,
    /// How far it was read.
    pub body_end: BodyEnd,
}

/// Where the reading of a body stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyEnd {
    /// At its end.
    #[default]
    Whole,
    /// There is more of it than is kept.
    TooLong,
    /// The connection ended within it, or its chunks cannot be read.
    BrokenOff,
    /// Nothing more of it came in time.
    Stalled,
}

impl BodyEnd {
    /// What is missing, in words; `None` when nothing is.
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

/// One opening message that went out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSent {
    #[serde(rename = "type")]
    pub kind: Kind,
    pub size: u64,
}

impl Response {
    /// Credentials that the server gave in it: those in addresses, and cookies. Its body may repeat them.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        let of = |(name, value): &(String, String)| match name.to_ascii_lowercase().as_str() {
            "location" | "content-location" => of_address(value),
            "set-cookie" => {
                let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                pair.map(|(_, value)| Secret::new(value.trim())).into_iter().collect()
            }
            _ => Vec::new(),
        };
        self.headers.iter().flat_map(of).collect()
    }

    /// The server's clock, by its `Date` (RFC 9110, section 6.6.1).
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
