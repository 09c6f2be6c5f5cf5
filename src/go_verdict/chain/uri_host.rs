//! The host of a URI, as constraints see it.

use crate::go_verdict::certificate::{Uri, address};
use crate::wire::quoted;

/// Why a URI cannot be held against constraints (`parseURIs`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriHostError {
    #[error("URI with empty host ({}) cannot be matched against constraints", quoted(.uri))]
    NoHost { uri: String },
    #[error("cannot parse URI host {}: address {host}: {why}", quoted(.host))]
    Port { host: String, why: &'static str },
    #[error("URI with IP ({}) cannot be matched against constraints", quoted(.uri))]
    Address { uri: String },
}

/// The host without its port; in lower case, unless a port was taken off it.
pub fn domain(uri: &Uri) -> Result<String, UriHostError> {
    let lower = uri.host.to_ascii_lowercase();
    if lower.is_empty() {
        return Err(UriHostError::NoHost { uri: uri.text.clone() });
    }
    let host = if lower.contains(':') && !lower.ends_with(']') {
        without_port(&uri.host).map_err(|why| UriHostError::Port { host: uri.host.clone(), why })?.to_owned()
    } else {
        lower
    };
    let is_in_brackets = host.starts_with('[') && host.ends_with(']');
    if is_in_brackets || address::kind(host.as_bytes()).is_ok() {
        return Err(UriHostError::Address { uri: uri.text.clone() });
    }
    Ok(host)
}

/// `net.SplitHostPort`.
fn without_port(text: &str) -> Result<&str, &'static str> {
    const MISSING_PORT: &str = "missing port in address";
    const MANY_COLONS: &str = "too many colons in address";
    let (front, port) = text.rsplit_once(':').ok_or(MISSING_PORT)?;
    let host = match text.strip_prefix('[') {
        None if front.contains(':') => return Err(MANY_COLONS),
        None => front,
        Some(rest) => {
            let (host, behind) = rest.split_once(']').ok_or("missing ']' in address")?;
            match behind.strip_prefix(':') {
                Some(end) if end == port => host,
                Some(_) => return Err(MANY_COLONS),
                None => return Err(MISSING_PORT),
            }
        }
    };
    let is_bracketed = text.starts_with('[');
    if host.contains('[') || port.contains('[') {
        return Err("unexpected '[' in address");
    }
    if port.contains(']') || (!is_bracketed && host.contains(']')) {
        return Err("unexpected ']' in address");
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn a_port_is_taken_off_as_by_go() {
        assert_eq!(without_port("feed.test:80"), Ok("feed.test"));
        assert_eq!(without_port("[::1]:80"), Ok("::1"));
        assert_eq!(without_port("[::1]"), Err("missing port in address"));
        assert_eq!(without_port("[::1]x:80"), Err("missing port in address"));
        assert_eq!(without_port("[::1]:80:1"), Err("too many colons in address"));
        assert_eq!(without_port("a:b:80"), Err("too many colons in address"));
        assert_eq!(without_port("a]:80"), Err("unexpected ']' in address"));
        assert_eq!(without_port("a[:80"), Err("unexpected '[' in address"));
    }
}
