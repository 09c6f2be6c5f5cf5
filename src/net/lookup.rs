//! The stage `lookup`: resolves a host name to addresses.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
};

use crate::{
    config::{Beyond, IpVersion},
    session::{Evidence, FailureKind, NAME_SERVER, Route},
};

use super::{Cause, resolver};

#[derive(Debug, Default)]
pub(super) struct Observed {
    host: String,
    addresses: Vec<IpAddr>,
    pub(super) route: Option<Route>,
}

impl From<Observed> for Evidence {
    fn from(Observed { host, addresses, route }: Observed) -> Self {
        Self::Lookup { host, addresses, route }
    }
}

/// The addresses of the host in the order that the system prefers; at least one.
pub(super) async fn addresses(
    host: &str,
    port: u16,
    beyond: &Beyond,
    observed: &mut Observed,
) -> Result<Vec<SocketAddr>, Cause> {
    host.clone_into(&mut observed.host);
    let found = match host.parse::<IpAddr>() {
        _ if let Some(addresses) = beyond.addresses_of(host, port) => {
            addresses.iter().map(|address| SocketAddr::new(*address, port)).collect()
        }
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) if let Some(address) = with_zone(host, port) => vec![address],
        // An address without a host, which only a pipeline takes, is this machine (`Dial` of Go's `net`).
        Err(_) if host.is_empty() => vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))],
        Err(_) => match tokio::net::lookup_host((host, port)).await {
            Ok(found) => found.collect(),
            Err(error) => return Err(with_name_server(failure(host, &error)).await),
        },
    };
    for address in &found {
        if !observed.addresses.contains(&address.ip()) {
            observed.addresses.push(address.ip());
        }
    }
    if found.is_empty() {
        let message = format!("no host is named \"{host}\": the resolver returned no address");
        return Err(Cause::new(FailureKind::NameNotFound, message));
    }
    match beyond.family() {
        Some(family) => of_family(family, host, found),
        None => Ok(found),
    }
}

/// The addresses of one kind.
fn of_family(family: IpVersion, host: &str, mut found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Cause> {
    found.retain(|address| IpVersion::of(address.ip()) == family);
    if !found.is_empty() {
        return Ok(found);
    }
    let wanted = family.word().to_owned();
    let message = format!("\"{host}\" has no {wanted} address, and no other is tried");
    Err(Cause::new(FailureKind::OtherFamily { wanted }, message))
}

/// The IPv6 address of a host with a zone, `fe80::1%eth0`. As in Go, a zone that is no interface is a number, or else
/// none.
fn with_zone(host: &str, port: u16) -> Option<SocketAddr> {
    let (address, zone) = host.split_once('%')?;
    let address: Ipv6Addr = address.parse().ok()?;
    let index = interface(zone).or_else(|| zone.parse().ok()).unwrap_or_default();
    Some(SocketAddr::V6(SocketAddrV6::new(address, port, 0, index)))
}

#[cfg(target_os = "linux")]
fn interface(name: &str) -> Option<u32> {
    let any = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    rustix::net::netdevice::name_to_index(any, name).ok()
}

#[cfg(not(target_os = "linux"))]
fn interface(_: &str) -> Option<u32> {
    None
}

/// Adds the name server that the pipeline would ask, to a name that it would not find there.
async fn with_name_server(mut cause: Cause) -> Cause {
    if cause.kind == FailureKind::NameNotFound
        && let Some(server) = resolver::name_server().await
    {
        cause.sources.push(format!("{NAME_SERVER}{server}"));
    }
    cause
}

fn failure(host: &str, source: &io::Error) -> Cause {
    let cause = if is_no_such_name(source) {
        Cause::new(FailureKind::NameNotFound, format!("no host is named \"{host}\""))
    } else {
        Cause::new(FailureKind::LookupFailed, format!("the resolver could not look up \"{host}\""))
    };
    cause.because(source)
}

/// Whether `getaddrinfo` reports that the name has no address, rather than that the lookup failed.
///
/// Winsock returns a number. For other systems the standard library keeps only the text: here those of glibc,
/// musl and Apple's library, in this order.
fn is_no_such_name(error: &io::Error) -> bool {
    const HOST_NOT_FOUND: i32 = 11_001;
    const NO_DATA: i32 = 11_004;
    const TEXTS: [&str; 6] = [
        "Name or service not known",
        "No address associated with hostname",
        "Name does not resolve",
        "Name has no usable address",
        "nodename nor servname provided",
        "address family for hostname not supported",
    ];
    let text = error.to_string().to_ascii_lowercase();
    matches!(error.raw_os_error(), Some(HOST_NOT_FOUND | NO_DATA))
        || TEXTS.iter().any(|known| text.contains(&known.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::{io, is_no_such_name};

    #[test]
    fn a_missing_name_is_distinguished_from_a_failed_lookup() {
        let of_glibc = |text: &str| io::Error::other(format!("failed to lookup address information: {text}"));
        for text in ["Name or service not known", "No address associated with hostname"] {
            assert!(is_no_such_name(&of_glibc(text)), "{text}");
        }
        for text in ["Temporary failure in name resolution", "Non-recoverable failure in name resolution"] {
            assert!(!is_no_such_name(&of_glibc(text)), "{text}");
        }
    }

    #[test]
    fn a_missing_name_on_windows_is_recognised_by_its_number() {
        let of_winsock = |number| is_no_such_name(&io::Error::from_raw_os_error(number));
        // WSAHOST_NOT_FOUND, WSATRY_AGAIN, WSANO_RECOVERY, WSANO_DATA
        assert_eq!([11_001, 11_002, 11_003, 11_004].map(of_winsock), [true, false, false, true]);
    }
}
