//! Chooses the route of a connection: directly to the host, or through a proxy.

use crate::{
    config::{Dialect, Proxy, ProxyChoice, Settings},
    session::{FailureKind, Route},
};

use super::{
    Cause,
    environment::{Decision, Environment},
};

#[derive(Debug)]
pub(super) struct ChosenRoute {
    pub(super) proxy: Option<Proxy>,
    /// The evidence, where a proxy was configured.
    pub(super) route: Option<Route>,
}

impl ChosenRoute {
    fn through(proxy: Proxy, by: &str) -> Self {
        let route = Route { proxy: Some(proxy.shown()), by: by.to_owned() };
        Self { proxy: Some(proxy), route: Some(route) }
    }
}

/// The route of the settings, or else of the environment.
///
/// # Errors
///
/// The address of the proxy cannot be used.
pub(super) fn choose(settings: &Settings, environment: &Environment) -> Result<ChosenRoute, Cause> {
    let dialect = settings.options.dialect;
    let chosen = match &settings.proxy {
        ProxyChoice::Through(proxy) => ChosenRoute::through(proxy.clone(), "proxy_url"),
        ProxyChoice::Empty | ProxyChoice::Environment => match environment.decide(&settings.url) {
            Decision::Unset => return Ok(ChosenRoute { proxy: None, route: None }),
            Decision::Exempt(by) => {
                return Ok(ChosenRoute { proxy: None, route: Some(Route { proxy: None, by }) });
            }
            Decision::Through { name, proxy } => ChosenRoute::through(proxy, name),
            Decision::UnknownScheme { name, scheme } => return Err(unknown_scheme(dialect, name, &scheme)),
            Decision::RefusedInCgi(name) => return Err(refused_in_cgi(dialect, name)),
        },
    };
    Ok(chosen)
}

fn unknown_scheme(dialect: Dialect, by: &str, scheme: &str) -> Cause {
    let message = match scheme {
        scheme if dialect.is_pipeline() => format!("proxy: unknown scheme: {scheme}"),
        "" => format!("{by} is not the address of a proxy: its scheme is empty"),
        scheme => format!("{by} has the scheme \"{scheme}\", which is not supported for a proxy"),
    };
    Cause::new(FailureKind::ProxyUrl { scheme: Some(scheme.to_owned()) }, message)
}

fn refused_in_cgi(dialect: Dialect, name: &str) -> Cause {
    let message = if dialect.is_pipeline() {
        "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy".to_owned()
    } else {
        format!("{name} is refused while REQUEST_METHOD is set: in a CGI program a client could set it")
    };
    Cause::new(FailureKind::ProxyUrl { scheme: None }, message)
}
