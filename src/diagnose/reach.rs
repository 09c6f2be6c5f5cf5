//! Failures on the way to the host: lookup and TCP.

use crate::session::Finding;

use super::{
    case::Case,
    draft::{Draft, set_url, with_other_scheme},
};

pub(super) fn not_found(case: &Case) -> Finding {
    let cause = format!("The resolver of this machine knows no host named “{}”.", case.host());
    Draft::new("dns-not-found", cause)
        .seen(case.said())
        .seen(case.pipeline())
        .advise("check the spelling of the host in url")
        .advise("if the name exists only inside a VPN, a cluster or a compose network, run this there")
        .done()
}

pub(super) fn lookup_failed(case: &Case) -> Finding {
    let cause = format!(
        "The resolver could not say whether “{}” exists; this is about the resolver, not about the name.",
        case.host()
    );
    Draft::new("dns-failed", cause)
        .seen(case.said())
        .seen(case.pipeline())
        .advise("check the network and the name server of this machine, then dial again")
        .advise("put the address of the host into url to go around the lookup")
        .done()
}

pub(super) fn refused(case: &Case) -> Finding {
    let url = &case.settings.url;
    let cause = format!("{} is reached, but nothing listens on port {}.", url.host, url.port);
    let draft = Draft::new("tcp-refused", cause).seen(tried(case)).seen(case.pipeline());
    // Nobody wrote this port: it came with the scheme, so the scheme may be what is wrong.
    let secure = (!url.secure && url.port == 80).then(|| {
        set_url("connect with TLS on port 443", &format!("wss://{}{}", bare(&url.authority), url.target))
    });
    draft
        .advise("start the server, or correct the port in url")
        .fix(secure)
        .fix(is_loopback(&url.host).then(|| {
            super::draft::advice(
                "inside a container this host is the container itself; name the other one instead",
            )
        }))
        .done()
}

pub(super) fn unreachable(case: &Case) -> Finding {
    let cause = format!("This machine has no route to any address of {}.", case.host());
    Draft::new("tcp-unreachable", cause)
        .seen(tried(case))
        .seen(case.pipeline())
        .advise("check the network, the VPN and the routes of this machine")
        .done()
}

pub(super) fn timed_out(case: &Case, limit_ms: u64) -> Finding {
    let cause = format!(
        "No address of {} answered within {}; a firewall that drops packets looks like this.",
        case.host(),
        seconds(limit_ms)
    );
    Draft::new("tcp-timeout", cause)
        .seen(tried(case))
        .seen(case.pipeline())
        .advise("check that firewalls and security groups let this machine reach the port")
        .advise("correct host and port in url")
        .done()
}

pub(super) fn broken(case: &Case) -> Finding {
    let cause = format!("The connection to {} failed before anything was said.", case.place());
    Draft::new("tcp-failed", cause)
        .seen(case.said())
        .seen(tried(case))
        .seen(case.pipeline())
        .advise("dial again; if it stays, a firewall or a load balancer without a server resets it")
        .done()
}

/// `45 s`, `0.5 s`
pub(super) fn seconds(ms: u64) -> String {
    if ms.is_multiple_of(1000) {
        format!("{} s", ms / 1000)
    } else {
        format!("{}.{} s", ms / 1000, ms % 1000 / 100)
    }
}

/// A line for each address, or what the failure says when none was tried.
fn tried(case: &Case) -> Vec<String> {
    let lines: Vec<String> = case
        .tried()
        .iter()
        .map(|tried| {
            let ms = format!("{}.{} ms", tried.took_us / 1000, tried.took_us % 1000 / 100);
            let error = tried.error.as_deref().unwrap_or("answered");
            format!("tried {} for {ms}: {error}", tried.address)
        })
        .collect();
    if lines.is_empty() { case.said().collect() } else { lines }
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
pub(super) fn other_scheme(case: &Case) -> crate::session::Fix {
    let url = &case.settings.url;
    let title = if url.secure { "connect without TLS" } else { "connect with TLS" };
    set_url(title, &with_other_scheme(url))
}
