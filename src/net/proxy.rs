//! The stage `proxy`: opens a tunnel through a proxy to the host of the URL.

mod connect;
mod socks;

use std::{future::Ready, net::SocketAddr};

use crate::{
    config::{Proxy, ProxyScheme, Settings},
    session::{Evidence, ProxyEvidence, Route},
};

use super::{
    Cause, Io, Reporter,
    peer::Peer,
    roots::Loading,
    stream::{CONNECT, ObservedExchange, Stream, Timeouts},
    tls,
};

/// A request for a tunnel.
pub(super) struct TunnelRequest<'a> {
    pub(super) proxy: &'a Proxy,
    /// The connection to the proxy.
    pub(super) io: Box<dyn Io>,
    /// The name of the proxy in errors.
    pub(super) remote: &'a str,
    /// The addresses of that connection, ours first.
    pub(super) ends: Option<(SocketAddr, SocketAddr)>,
    pub(super) route: Option<Route>,
    pub(super) settings: &'a Settings,
    /// The certificates for TLS with an `https` proxy.
    pub(super) tls_material: Option<Loading>,
    pub(super) timeouts: Timeouts,
    pub(super) report: &'a Reporter,
}

#[derive(Debug, Default)]
pub(super) struct Observed {
    evidence: ProxyEvidence,
    tls: Option<tls::Observed>,
    exchange: Option<ObservedExchange>,
}

impl From<Observed> for Evidence {
    fn from(Observed { mut evidence, tls, exchange }: Observed) -> Self {
        if let Some(Self::Tls(tls)) = tls.map(Self::from) {
            evidence.tls = Some(tls);
        }
        evidence.exchange = exchange.map(|exchange| Box::new(exchange.into()));
        if evidence.url.is_empty() { Self::Nothing {} } else { Self::Proxy(Box::new(evidence)) }
    }
}

/// Requests a connection to the host of the URL from the proxy, and returns it.
pub(super) async fn tunnel(
    request: TunnelRequest<'_>,
    observed: &mut Observed,
) -> Result<Box<dyn Io>, Cause> {
    let TunnelRequest { proxy, io, remote, ends, route, settings, tls_material, timeouts, report } = request;
    observed.evidence.url = proxy.shown();
    observed.evidence.by = route.map(|route| route.by).unwrap_or_default();
    settings.url.place().clone_into(&mut observed.evidence.target);
    if proxy.scheme.is_socks() {
        return socks::connect(proxy, io, remote, settings, timeouts, observed).await;
    }
    let as_go = settings.options.dialect.is_pipeline();
    let mut stream = Stream { io, remote: remote.to_owned(), notes: None, purpose: CONNECT, as_go };
    if let (ProxyScheme::Https, Some(tls_material)) = (proxy.scheme, tls_material) {
        let observed = observed.tls.get_or_insert_default();
        let peer = Peer { host: &proxy.host, remote, ends, is_proxy: true };
        let again = None::<fn() -> Ready<Result<Box<dyn Io>, Cause>>>;
        let secured = tls::handshake(stream.io, peer, settings, tls_material, again, observed).await;
        let secured = secured.map_err(name_proxy)?;
        stream.io = secured.stream;
        stream.notes = Some(secured.notes);
    }
    connect::connect(proxy, stream, settings, timeouts, report, observed).await
}

/// Names the proxy instead of the server in an error about its certificate.
fn name_proxy(cause: Cause) -> Cause {
    let message = cause.message.replacen("the server's certificate", "the proxy's certificate", 1);
    Cause { message, ..cause }
}
