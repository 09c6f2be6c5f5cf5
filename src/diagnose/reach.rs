//! Failures on the way to the host: lookup and TCP.

use std::time::Duration;

use crate::{
    payload::limit_in_words,
    session::{Finding, FindingCode},
};

use super::{
    connection::{FailedConnection, route},
    finding_builder::{FindingBuilder, advice, set_url, with_other_scheme},
};

pub(super) fn not_found(connection: &FailedConnection) -> Finding {
    let cause = format!("The resolver of this machine knows no host named “{}”.", connection.host());
    FindingBuilder::new(FindingCode::DnsNotFound, cause)
        .seen(connection.said())
        .seen(straight(connection))
        .logged(connection.pipeline())
        .advise("check the spelling of the host in url")
        .advise("if the name exists only inside a VPN, a cluster or a compose network, run this there")
        .done()
}

pub(super) fn lookup_failed(connection: &FailedConnection) -> Finding {
    let cause = format!(
        "The resolver could not say whether “{}” exists; this is about the resolver, not about the name.",
        connection.host()
    );
    FindingBuilder::new(FindingCode::DnsFailed, cause)
        .seen(connection.said())
        .seen(straight(connection))
        .logged(connection.pipeline())
        .advise("check the network and the name server of this machine, then connect again")
        .advise("put the address of the host into url to go around the lookup")
        .done()
}

pub(super) fn refused(connection: &FailedConnection) -> Finding {
    let url = &connection.settings.url;
    let cause = format!("{} is reached, but nothing listens on port {}.", url.host, url.port);
    let finding = FindingBuilder::new(FindingCode::TcpRefused, cause)
        .seen(tried(connection))
        .seen(straight(connection))
        .logged(connection.pipeline());
    // Nobody wrote this port: it came with the scheme, so the scheme may be what is wrong.
    let secure = (!url.secure && url.port == 80).then(|| {
        set_url(
            connection.settings,
            "connect with TLS on port 443",
            &format!("wss://{}{}", bare(&url.authority), url.target),
        )
    });
    finding
        .advise("start the server, or correct the port in url")
        .fix(secure)
        .fix(is_loopback(&url.host).then(|| {
            advice("inside a container this host is the container itself; name the other one instead")
        }))
        .done()
}

pub(super) fn unreachable(connection: &FailedConnection) -> Finding {
    let cause = format!("This machine has no route to any address of {}.", connection.host());
    FindingBuilder::new(FindingCode::TcpUnreachable, cause)
        .seen(tried(connection))
        .seen(straight(connection))
        .logged(connection.pipeline())
        .advise("check the network, the VPN and the routes of this machine")
        .done()
}

pub(super) fn timed_out(connection: &FailedConnection, limit_ms: u64) -> Finding {
    let cause = format!(
        "No address of {} answered within {}; a firewall that drops packets looks like this.",
        connection.host(),
        limit_in_words(Duration::from_millis(limit_ms))
    );
    FindingBuilder::new(FindingCode::TcpTimeout, cause)
        .seen(tried(connection))
        .seen(straight(connection))
        .logged(connection.pipeline())
        .advise("check that firewalls and security groups let this machine reach the port")
        .advise("correct host and port in url")
        .done()
}

pub(super) fn broken(connection: &FailedConnection) -> Finding {
    let cause = format!("The connection to {} failed before anything was said.", connection.place());
    FindingBuilder::new(FindingCode::TcpFailed, cause)
        .seen(tried(connection))
        .seen(straight(connection))
        .logged(connection.pipeline())
        .advise("reconnect; if it stays, a firewall or a load balancer without a server resets it")
        .done()
}

/// Why a proxy that is named was not taken: without it, a host may be out of reach.
fn straight(connection: &FailedConnection) -> Option<String> {
    let route = route(connection.ladder)?;
    route.proxy.is_none().then(|| format!("no proxy was taken: {}", route.by))
}

/// A line for each address, or what the failure says when none was tried.
pub(super) fn tried(connection: &FailedConnection) -> Vec<String> {
    let lines: Vec<String> = connection
        .tried()
        .iter()
        .map(|tried| {
            let ms = format!("{}.{} ms", tried.took_us / 1000, tried.took_us % 1000 / 100);
            let error = tried.error.as_deref().unwrap_or("answered");
            format!("tried {} for {ms}: {error}", tried.address)
        })
        .collect();
    if lines.is_empty() { connection.said().collect() } else { lines }
}

/// The authority without a port.
fn bare(authority: &str) -> &str {
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
pub(super) fn other_scheme(connection: &FailedConnection) -> crate::session::Fix {
    let url = &connection.settings.url;
    let title = if url.secure { "connect without TLS" } else { "connect with TLS" };
    set_url(connection.settings, title, &with_other_scheme(url))
}
