//! The stage of the proxy: a tunnel through it to the host of the URL.

mod connect;
mod socks;

use bytes::BytesMut;

use crate::{
    config::{Proxy, ProxyScheme, Settings},
    session::{Evidence, ProxyEvidence, Route},
};

use super::{
    Cause, Io, Reporter,
    roots::Loading,
    stream::{Stream, Timeouts},
    tls,
    upgrade::UNREAD,
};

/// A proxy, and what to ask of it.
pub(super) struct TunnelRequest<'a> {
    pub(super) proxy: &'a Proxy,
    /// The connection to it, and its name in messages.
    pub(super) io: Box<dyn Io>,
    pub(super) remote: &'a str,
    pub(super) route: Option<Route>,
    pub(super) settings: &'a Settings,
    /// What TLS with an `https` proxy is made with.
    pub(super) tls_material: Option<Loading>,
    pub(super) timeouts: Timeouts,
    pub(super) report: &'a Reporter,
}

/// What the tunnel showed.
#[derive(Debug, Default)]
pub(super) struct Observed {
    evidence: ProxyEvidence,
    tls: Option<tls::Observed>,
    /// What was read and is no part of the response yet.
    unread: BytesMut,
}

impl From<Observed> for Evidence {
    fn from(Observed { mut evidence, tls, unread }: Observed) -> Self {
        if let Some(Self::Tls(tls)) = tls.map(Self::from) {
            evidence.tls = Some(tls);
        }
        if let Some(exchange) = &mut evidence.exchange
            && exchange.response.is_none()
        {
            exchange.unread = unread[..unread.len().min(UNREAD)].to_vec();
            exchange.unread_size = unread.len() as u64;
        }
        if evidence.url.is_empty() { Self::Nothing {} } else { Self::Proxy(Box::new(evidence)) }
    }
}

/// Asks the proxy for a connection to the host of the URL, and gives what then is one.
pub(super) async fn tunnel(ask: TunnelRequest<'_>, seen: &mut Observed) -> Result<Box<dyn Io>, Cause> {
    let TunnelRequest { proxy, io, remote, route, settings, tls_material, timeouts, report } = ask;
    seen.evidence.url = proxy.shown();
    seen.evidence.by = route.map(|route| route.by).unwrap_or_default();
    seen.evidence.target = settings.url.place();
    if proxy.scheme.is_socks() {
        return socks::connect(proxy, io, remote, settings, timeouts, seen).await;
    }
    let mut line = Stream { io, remote: remote.to_owned(), notes: None, asked: "CONNECT" };
    if let (ProxyScheme::Https, Some(tls_material)) = (proxy.scheme, tls_material) {
        let seen = seen.tls.get_or_insert_default();
        let secured = tls::handshake(line.io, &proxy.host, remote, settings, tls_material, seen).await;
        let secured = secured.map_err(as_the_proxys)?;
        line.io = secured.stream;
        line.notes = Some(secured.notes);
    }
    connect::connect(proxy, line, settings, timeouts, report, seen).await
}

/// Whose certificate it is.
fn as_the_proxys(cause: Cause) -> Cause {
    match cause {
        Cause::Tls { message, kind, source } => Cause::Tls {
            message: message.replacen("the server's certificate", "the proxy's certificate", 1),
            kind,
            source,
        },
        cause => cause,
    }
}
