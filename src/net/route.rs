//! Which way a connection takes: straight to the host, or through a proxy.

use crate::{
    config::{Dialect, Proxy, ProxyChoice, ProxyScheme, Settings},
    session::{FailureKind, Route},
};

use super::{
    Cause,
    environment::{Decision, Environment},
};

/// The way of one connection.
#[derive(Debug)]
pub(super) struct ChosenRoute {
    pub(super) proxy: Option<Proxy>,
    /// The same for those who look, where a proxy was a question at all.
    pub(super) route: Option<Route>,
}

impl ChosenRoute {
    fn through(proxy: Proxy, by: &str) -> Self {
        let route = Route { proxy: Some(proxy.shown()), by: by.to_owned() };
        Self { proxy: Some(proxy), route: Some(route) }
    }
}

/// The way that the settings say, or else the environment.
///
/// # Errors
///
/// What names the proxy cannot be used.
pub(super) fn choose(settings: &Settings, environment: &Environment) -> Result<ChosenRoute, Cause> {
    let dialect = settings.options.dialect;
    let way = match &settings.proxy {
        ProxyChoice::Through(proxy) => ChosenRoute::through(proxy.clone(), "proxy_url"),
        ProxyChoice::Unknown(scheme) => return Err(unknown(dialect, "proxy_url", scheme)),
        ProxyChoice::Empty if dialect.is_pipeline() => return Err(unknown(dialect, "proxy_url", "")),
        ProxyChoice::Empty | ProxyChoice::Environment => match environment.decide(&settings.url) {
            Decision::Unset => return Ok(ChosenRoute { proxy: None, route: None }),
            Decision::Exempt(by) => {
                return Ok(ChosenRoute { proxy: None, route: Some(Route { proxy: None, by }) });
            }
            Decision::Through { name, proxy } => ChosenRoute::through(proxy, name),
            Decision::Unknown { name, scheme } => return Err(unknown(dialect, name, &scheme)),
            Decision::Refused(name) => return Err(refused(dialect, name)),
        },
    };
    if dialect == Dialect::Benthos
        && let (Some(proxy), Some(route)) = (&way.proxy, &way.route)
    {
        as_old_gorilla(proxy, &route.by)?;
    }
    Ok(way)
}

/// The library of websockets in Benthos knows neither `https` nor `socks5h`, and wants the port of
/// a SOCKS proxy written.
fn as_old_gorilla(proxy: &Proxy, by: &str) -> Result<(), Cause> {
    match proxy.scheme {
        ProxyScheme::Https | ProxyScheme::Socks5h => Err(unknown(Dialect::Benthos, by, proxy.scheme.word())),
        ProxyScheme::Socks5 if !proxy.has_port => {
            let message = format!("dial tcp: address {}: missing port in address", proxy.host);
            Err(Cause::Answer { message, kind: FailureKind::ProxyUrl { scheme: None } })
        }
        ProxyScheme::Http | ProxyScheme::Socks5 => Ok(()),
    }
}

fn unknown(dialect: Dialect, by: &str, scheme: &str) -> Cause {
    let message = match scheme {
        scheme if dialect.is_pipeline() => format!("proxy: unknown scheme: {scheme}"),
        "" => format!("{by} names no proxy: its scheme is empty"),
        scheme => format!("{by} has the scheme \"{scheme}\", which is none of a proxy"),
    };
    Cause::Answer { message, kind: FailureKind::ProxyUrl { scheme: Some(scheme.to_owned()) } }
}

fn refused(dialect: Dialect, name: &str) -> Cause {
    let message = if dialect.is_pipeline() {
        "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy".to_owned()
    } else {
        format!("{name} is refused while REQUEST_METHOD is set: in a CGI program a client could set it")
    };
    Cause::Answer { message, kind: FailureKind::ProxyUrl { scheme: None } }
}
