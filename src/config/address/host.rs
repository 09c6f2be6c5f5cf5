//! Parses host and port in addresses of feeds and of proxies.

use std::net::{Ipv4Addr, Ipv6Addr};

pub(super) fn host_and_port(authority: &str) -> Result<(String, Option<u16>), String> {
    if let Some(bracketed) = authority.strip_prefix('[') {
        let Some((address, behind)) = bracketed.split_once(']') else {
            return Err("the ']' of its IPv6 address is missing".to_owned());
        };
        let host = literal(address)?;
        return match behind.strip_prefix(':') {
            Some(digits) => Ok((host, port(digits)?)),
            None if behind.is_empty() => Ok((host, None)),
            None => Err(format!("unexpected '{behind}' after the address; write :port")),
        };
    }
    if authority.matches(':').count() > 1 {
        return Err(several_colons(authority));
    }
    let (host, digits) = authority.split_once(':').map_or((authority, ""), |(host, digits)| (host, digits));
    let port = port(digits)?;
    if host.is_empty() {
        return Err("it has no host; write ws://host/path or wss://host/path".to_owned());
    }
    if host.contains('%') {
        return Err(format!(
            "'{host}' is not a host name: a '%' begins an escape, which a host does not have"
        ));
    }
    match url::Host::parse(host) {
        Ok(url::Host::Domain(name)) => Ok((name, port)),
        Ok(url::Host::Ipv4(address)) if host.parse::<Ipv4Addr>().is_ok() => Ok((address.to_string(), port)),
        // Browsers read `127.1` and `010.0.0.1` as addresses; Go takes them for names.
        Ok(url::Host::Ipv4(address)) => {
            Err(format!("'{host}' is not a full IPv4 address, and no host has this name; write {address}"))
        }
        Ok(url::Host::Ipv6(address)) => Ok((address.to_string(), port)),
        Err(_) => Err(format!("'{host}' is not a host name")),
    }
}

/// An IPv6 address, perhaps with a zone: `fe80::1%25eth0` is `fe80::1%eth0`.
fn literal(text: &str) -> Result<String, String> {
    let (address, zone) = text.split_once('%').map_or((text, None), |(address, zone)| (address, Some(zone)));
    if address.parse::<Ipv6Addr>().is_err() {
        return Err(match address.parse::<Ipv4Addr>() {
            Ok(_) => format!("an IPv4 address stands without brackets; write {address}"),
            Err(_) => format!("'{address}' between the brackets is not an IPv6 address"),
        });
    }
    match zone {
        None => Ok(address.to_owned()),
        Some(zone) => match zone.strip_prefix("25").filter(|zone| is_zone(zone)) {
            Some(zone) => Ok(format!("{address}%{zone}")),
            None if is_zone(zone) => {
                Err(format!("the '%' before a zone is written as %25; write [{address}%25{zone}]"))
            }
            None => {
                Err("the zone behind the '%' of its IPv6 address is not the name of an interface".to_owned())
            }
        },
    }
}

fn is_zone(zone: &str) -> bool {
    !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// More than one colon: an IPv6 address without brackets, or a port that was pasted twice.
fn several_colons(authority: &str) -> String {
    let is_port = |text: &&str| port(text).is_ok_and(|port| port.is_some_and(|port| port > 0));
    let last = authority.rsplit(':').next().filter(is_port);
    if authority.parse::<Ipv6Addr>().is_ok() {
        return format!("an IPv6 address needs brackets; write [{authority}]");
    }
    let pieces: Vec<_> = authority.split(':').collect();
    match (pieces.as_slice(), last) {
        ([host, ports @ ..], Some(last)) if !host.is_empty() && ports.iter().all(is_port) => {
            format!("it has more than one port; write {host}:{last}")
        }
        _ => "its host contains more than one ':'; write host:port".to_owned(),
    }
}

fn port(digits: &str) -> Result<Option<u16>, String> {
    if digits.is_empty() {
        return Ok(None);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("the port '{digits}' is not a number"));
    }
    match digits.parse() {
        Err(_) => Err(format!("the port {digits} is out of range; ports go from 1 to 65535")),
        Ok(port) => Ok(Some(port)),
    }
}

/// Host and port, an IPv6 address in brackets.
pub(super) fn place(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::host_and_port;

    #[test]
    fn an_ipv6_address_may_have_a_zone() {
        assert_eq!(host_and_port("[fe80::1%25eth0]:9"), Ok(("fe80::1%eth0".to_owned(), Some(9))));
        for (authority, message) in [
            ("[fe80::1%eth0]", "the '%' before a zone is written as %25; write [fe80::1%25eth0]"),
            ("[fe80::1%25]", "the '%' before a zone is written as %25; write [fe80::1%2525]"),
            ("[127.0.0.1]:9", "an IPv4 address stands without brackets; write 127.0.0.1"),
            (
                "[fe80::1%25a/b]",
                "the zone behind the '%' of its IPv6 address is not the name of an interface",
            ),
        ] {
            assert_eq!(host_and_port(authority), Err(message.to_owned()), "{authority}");
        }
    }

    #[test]
    fn a_number_that_go_takes_for_a_name_is_refused_with_the_address_that_is_meant() {
        for (host, meant) in [("127.1", "127.0.0.1"), ("010.0.0.1", "8.0.0.1"), ("0x7f.0.0.1", "127.0.0.1")] {
            let error = host_and_port(host).expect_err(host);
            assert!(error.ends_with(&format!("write {meant}")), "{error}");
        }
    }
}
