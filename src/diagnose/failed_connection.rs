//! A failed connection and the evidence of its stages.

use crate::{
    config::{Proxy, ProxyChoice, Settings},
    session::{
        Certificate, Evidence, Exchange, Failure, Finding, FindingCode, ProxyEvidence, Response, Route,
        Stage, StageReport, Timestamp, TlsEvidence, Tried,
    },
};

#[derive(Clone, Copy)]
pub(super) struct FailedConnection<'a> {
    pub(super) settings: &'a Settings,
    pub(super) ladder: &'a [StageReport],
    pub(super) failure: &'a Failure,
    pub(super) now: Timestamp,
}

impl<'a> FailedConnection<'a> {
    fn find<T>(&self, pick: impl Fn(&'a Evidence) -> Option<T>) -> Option<T> {
        self.ladder.iter().rev().find_map(|report| pick(&report.evidence))
    }

    pub(super) fn host(&self) -> &'a str {
        &self.settings.url.host
    }

    /// `feed.example:443`, in brackets where the host is an IPv6 address.
    pub(super) fn place(&self) -> &'a str {
        self.settings.url.place()
    }

    pub(super) fn tried(&self) -> &'a [Tried] {
        self.find(|evidence| match evidence {
            Evidence::Tcp { tried, .. } => Some(tried.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// `local->remote` of the connection.
    pub(super) fn ends(&self) -> Option<String> {
        self.find(|evidence| match evidence {
            Evidence::Tcp { local: Some(local), remote: Some(remote), .. } => {
                Some(format!("{local}->{remote}"))
            }
            _ => None,
        })
    }

    pub(super) fn tls(&self) -> Option<&'a TlsEvidence> {
        tls(self.ladder)
    }

    pub(super) fn leaf(&self) -> Option<&'a Certificate> {
        self.tls().and_then(|tls| tls.chain.first())
    }

    pub(super) fn proxy(&self) -> Option<&'a ProxyEvidence> {
        self.find(|evidence| match evidence {
            Evidence::Proxy(proxy) => Some(&**proxy),
            _ => None,
        })
    }

    /// The exchange with the server, or with the proxy if the connection failed there.
    pub(super) fn exchange(&self) -> Option<&'a Exchange> {
        if self.failure.stage == Stage::Proxy {
            return self.proxy()?.exchange.as_deref();
        }
        exchange(self.ladder)
    }

    pub(super) fn response(&self) -> Option<&'a Response> {
        self.exchange().and_then(|exchange| exchange.response.as_ref())
    }

    /// The bytes of the response, as far as its head came.
    pub(super) fn answer(&self) -> &'a [u8] {
        self.exchange().map_or(&[], |exchange| match &exchange.response {
            Some(response) => response.head.as_bytes(),
            None => &exchange.unread,
        })
    }

    /// The error and its sources, a line each.
    pub(super) fn error_lines(&self) -> impl Iterator<Item = String> + use<'a> {
        std::iter::once(&self.failure.message)
            .chain(&self.failure.sources)
            .filter(|line| !line.is_empty())
            .cloned()
    }

    /// The proxy of the connection. The credentials of one from the environment are masked.
    pub(super) fn address_of_proxy(&self) -> Option<Proxy> {
        if let ProxyChoice::Through(proxy) = &self.settings.proxy {
            return Some(proxy.clone());
        }
        let shown = self.proxy().map(|proxy| proxy.url.as_str());
        Proxy::parse(shown.or_else(|| route(self.ladder)?.proxy.as_deref())?).ok()
    }
}

/// A finding with the lines of the error as evidence.
pub(super) fn with_error(failed: &FailedConnection, code: FindingCode, cause: impl Into<String>) -> Finding {
    Finding::new(code, cause).evidence(failed.error_lines())
}

/// The route of the connection, where a proxy was configured.
pub(super) fn route(ladder: &[StageReport]) -> Option<&Route> {
    ladder.iter().rev().find_map(|report| match &report.evidence {
        Evidence::Lookup { route, .. } => route.as_ref(),
        _ => None,
    })
}

/// The TLS evidence of the server, or else of the proxy.
pub(super) fn any_tls(ladder: &[StageReport]) -> Option<&TlsEvidence> {
    let of_proxy = || {
        ladder.iter().rev().find_map(|report| match &report.evidence {
            Evidence::Proxy(proxy) => proxy.tls.as_deref(),
            _ => None,
        })
    };
    tls(ladder).or_else(of_proxy)
}

pub(super) fn tls(ladder: &[StageReport]) -> Option<&TlsEvidence> {
    ladder.iter().rev().find_map(|report| match &report.evidence {
        Evidence::Tls(tls) => Some(&**tls),
        _ => None,
    })
}

/// The upgrade: the request to the server and its response.
pub(super) fn exchange(ladder: &[StageReport]) -> Option<&Exchange> {
    ladder.iter().rev().find_map(|report| match &report.evidence {
        Evidence::Upgrade(exchange) => Some(&**exchange),
        _ => None,
    })
}

/// The response to the upgrade.
pub(super) fn response(ladder: &[StageReport]) -> Option<&Response> {
    exchange(ladder)?.response.as_ref()
}
