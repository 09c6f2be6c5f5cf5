//! Parses host and port in addresses of feeds and of proxies.

use std::net::Ipv6Addr;

pub(super) fn host_and_port(authority: &str) -> Result<(String, Option<u16>), String> {
    if let Some(bracketed) = authority.strip_prefix('[') {
        let Some((address, behind)) = bracketed.split_once(']') else {
            return Err("the ']' of its IPv6 address is missing".to_owned());
        };
        if address.parse::<Ipv6Addr>().is_err() {
            return Err(format!("'{address}' between the brackets is not an IPv6 address"));
        }
        return match behind.strip_prefix(':') {
            Some(digits) => Ok((address.to_owned(), port(digits)?)),
            None if behind.is_empty() => Ok((address.to_owned(), None)),
            None => Err(format!("unexpected '{behind}' after the address; write :port")),
        };
    }
    if authority.matches(':').count() > 1 {
        return Err(format!("an IPv6 address needs brackets; write [{authority}]"));
    }
    let (host, digits) = authority.split_once(':').map_or((authority, ""), |(host, digits)| (host, digits));
    let port = port(digits)?;
    if host.is_empty() {
        return Err("it has no host; write ws://host/path or wss://host/path".to_owned());
    }
    match url::Host::parse(host) {
        Ok(url::Host::Domain(name)) => Ok((name, port)),
        Ok(url::Host::Ipv4(address)) => Ok((address.to_string(), port)),
        Ok(url::Host::Ipv6(address)) => Ok((address.to_string(), port)),
        Err(_) => Err(format!("'{host}' is not a host name")),
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
        Ok(0) | Err(_) => Err(format!("the port {digits} is out of range; ports go from 1 to 65535")),
        Ok(port) => Ok(Some(port)),
    }
}

/// Host and port, an IPv6 address in brackets.
pub(super) fn place(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
