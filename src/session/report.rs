//! The outcome and the evidence of each stage of a connection.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Exchange, Failure, Kind, ProxyEvidence, Route, Stage, Timestamp, TlsEvidence};

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
        #[serde(skip_serializing_if = "super::encoding::is_default")]
        of_proxy: bool,
        /// The unix socket that was connected to in place of an address.
        #[serde(skip_serializing_if = "Option::is_none")]
        unix_socket: Option<String>,
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

/// One address that was tried, with the error if it failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub address: SocketAddr,
    #[serde(rename = "took_ms", with = "super::encoding::milliseconds")]
    pub took_us: u64,
    /// `None` for the address that answered.
    pub error: Option<String>,
}

/// One opening message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSent {
    #[serde(rename = "type")]
    pub kind: Kind,
    pub size: u64,
}
