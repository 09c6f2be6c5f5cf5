//! The results of the stages of a connection.

use std::net::{IpAddr, SocketAddr};

use crate::{
    payload::counted,
    session::{Evidence, OpenSent, Route, StageReport, Tried},
};

use super::tls;

/// The result of a stage, or why it failed.
pub fn stage(report: &StageReport) -> String {
    if let Err(failure) = &report.outcome {
        let otherwise = stage_otherwise(&report.evidence);
        return otherwise
            .map_or_else(|| failure.message.clone(), |how| format!("{}; {how}", failure.message));
    }
    match &report.evidence {
        Evidence::Tcp { tried, remote, unix_socket: None, .. } => {
            let failed = tried.iter().filter_map(|tried| {
                tried.error.as_ref().map(|error| format!("not {}: {error}", tried.address))
            });
            remote.iter().map(ToString::to_string).chain(failed).collect::<Vec<_>>().join("; ")
        }
        Evidence::Open { sent } => {
            let bytes: u64 = sent.iter().map(|sent| sent.size).sum();
            format!("{}, {bytes} B", opening(sent))
        }
        evidence => stage_in_short(evidence),
    }
}

/// The result of a stage that succeeded, for a narrow row.
pub fn stage_in_short(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Nothing {} => String::new(),
        Evidence::Lookup { host, addresses, route } => lookup(host, addresses, route.as_ref()),
        Evidence::Proxy(proxy) => proxy.summary(),
        Evidence::Tcp { unix_socket: Some(path), .. } => path.clone(),
        Evidence::Tcp { tried, remote, .. } => tcp(tried, *remote),
        Evidence::Tls(tls) => tls::handshake(tls),
        Evidence::Upgrade(exchange) => exchange.summary().unwrap_or_default(),
        Evidence::Open { sent } => opening(sent),
    }
}

/// Of a stage that failed here and not in the pipeline: that it does not.
pub fn stage_otherwise(evidence: &Evidence) -> Option<&'static str> {
    match evidence {
        Evidence::Tls(tls) => tls::pipeline_otherwise(tls, false),
        _ => None,
    }
}

/// The host and its addresses, and which route was taken if a proxy is configured.
fn lookup(host: &str, addresses: &[IpAddr], route: Option<&Route>) -> String {
    let all = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let named = if all == host { all } else { format!("{host} → {all}") };
    match route {
        Some(route) => format!("{named} ({})", route.summary()),
        None => named,
    }
}

fn tcp(tried: &[Tried], remote: Option<SocketAddr>) -> String {
    let remote = remote.map_or(String::new(), |remote| remote.to_string());
    match tried.iter().filter(|tried| tried.error.is_some()).count() {
        0 => remote,
        failed => format!("{remote}, after {failed} that did not answer"),
    }
}

fn opening(sent: &[OpenSent]) -> String {
    format!("{} sent", counted(sent.len() as u64, "opening message"))
}
