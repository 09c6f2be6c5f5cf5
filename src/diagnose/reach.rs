//! Findings about failures of lookup and TCP.

use std::time::Duration;

use crate::{
    payload::limit_in_words,
    session::{Finding, FindingCode},
};

use super::{
    failed_connection::{FailedConnection, route, with_error},
    finding::{advice, set_url, with_other_scheme},
};

pub(super) fn not_found(failed: &FailedConnection) -> Finding {
    let cause = format!("The resolver of this machine knows no host named “{}”.", failed.host());
    lookup(failed, FindingCode::DnsNotFound, cause)
        .cure()
        .advise("if the name exists only inside a VPN, a cluster or a compose network, run Sockeye there")
}

pub(super) fn lookup_failed(failed: &FailedConnection) -> Finding {
    let cause = format!(
        "The resolver could not tell whether “{}” exists. The fault is with the resolver, not with the name.",
        failed.host()
    );
    lookup(failed, FindingCode::DnsFailed, cause)
        .cure()
        .advise("put the IP address of the host into url to avoid the lookup")
}

pub(super) fn refused(failed: &FailedConnection) -> Finding {
    let url = &failed.settings.url;
    let cause = format!("{} can be reached, but nothing listens on port {}.", url.host, url.port);
    // Port 80 is the default of the scheme, so the scheme may be the mistake.
    let secure = (!url.secure && url.port == 80).then(|| {
        let secure = format!("wss://{}{}", without_port(&url.authority), url.target);
        set_url(failed.settings, "connect with TLS on port 443", &secure)
    });
    let container =
        "inside a container this host is the container itself; use the name of the other container";
    tcp(failed, FindingCode::TcpRefused, cause)
        .cure()
        .fix(secure)
        .fix(is_loopback(&url.host).then(|| advice(container)))
}

pub(super) fn unreachable(failed: &FailedConnection) -> Finding {
    let cause = format!("This machine has no route to any address of {}.", failed.host());
    tcp(failed, FindingCode::TcpUnreachable, cause).cure()
}

pub(super) fn timed_out(failed: &FailedConnection, limit_ms: u64) -> Finding {
    let cause = format!(
        "No address of {} answered within {}. A firewall that drops packets causes this.",
        failed.host(),
        limit_in_words(Duration::from_millis(limit_ms))
    );
    tcp(failed, FindingCode::TcpTimeout, cause).cure().advise("correct host and port in url")
}

pub(super) fn broken(failed: &FailedConnection) -> Finding {
    let cause = format!("The connection to {} failed before any data was exchanged.", failed.place());
    tcp(failed, FindingCode::TcpFailed, cause).cure()
}

/// A finding about the lookup.
fn lookup(failed: &FailedConnection, code: FindingCode, cause: String) -> Finding {
    with_error(failed, code, cause).evidence(unused_proxy(failed))
}

/// A finding about TCP.
fn tcp(failed: &FailedConnection, code: FindingCode, cause: String) -> Finding {
    Finding::new(code, cause).evidence(tried(failed)).evidence(unused_proxy(failed))
}

/// Why a configured proxy was not used: the host may be unreachable without it.
fn unused_proxy(failed: &FailedConnection) -> Option<String> {
    let route = route(failed.ladder)?;
    route.proxy.is_none().then(|| format!("no proxy was used: {}", route.by))
}

/// A line for each address that was tried, or the lines of the error where none was.
pub(super) fn tried(failed: &FailedConnection) -> Vec<String> {
    let lines: Vec<String> = failed
        .tried()
        .iter()
        .map(|tried| {
            let ms = format!("{}.{} ms", tried.took_us / 1000, tried.took_us % 1000 / 100);
            let error = tried.error.as_deref().unwrap_or("answered");
            format!("tried {} for {ms}: {error}", tried.address)
        })
        .collect();
    if lines.is_empty() { failed.error_lines().collect() } else { lines }
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => authority,
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The same URL under the other scheme, on the same port.
pub(super) fn other_scheme(failed: &FailedConnection) -> crate::session::Fix {
    let url = &failed.settings.url;
    let title = if url.secure { "connect without TLS" } else { "connect with TLS" };
    set_url(failed.settings, title, &with_other_scheme(url))
}
