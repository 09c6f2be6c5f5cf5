//! What becomes of an address in the pipeline, where Go's `net` connects and `net/http` writes the request.

use super::go_url::GoFault;

/// What the pipeline does with the text of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InPipeline<T> {
    /// It does not start.
    NoStart(GoFault),
    /// Every connection fails with this error.
    NoConnection(String),
    Connects(T),
}

impl<T> InPipeline<T> {
    /// The address, if the pipeline connects to it.
    #[must_use]
    pub fn connects(self) -> Option<T> {
        match self {
            Self::Connects(address) => Some(address),
            Self::NoStart(_) | Self::NoConnection(_) => None,
        }
    }
}

/// Host and port to connect to; the error is Go's (`SplitHostPort`, `LookupPort`).
pub(super) fn split_address(address: &str) -> Result<(String, u16), String> {
    let wrong = |why: &str| Err(format!("address {address}: {why}"));
    let Some((before, port)) = address.rsplit_once(':') else { return wrong("missing port in address") };
    let host = match address.strip_prefix('[') {
        None if before.contains(':') => return wrong("too many colons in address"),
        None => before,
        Some(inside) => match inside.split_once(']') {
            None => return wrong("missing ']' in address"),
            Some((host, behind)) if behind.len() == port.len() + 1 && behind.starts_with(':') => host,
            Some((_, behind)) if behind.starts_with(':') => return wrong("too many colons in address"),
            Some(_) => return wrong("missing port in address"),
        },
    };
    if let Some(bracket) = host.chars().find(|c| matches!(c, '[' | ']')) {
        return wrong(&format!("unexpected '{bracket}' in address"));
    }
    match if port.is_empty() { Ok(0) } else { port.parse() } {
        Ok(port) => Ok((host.to_owned(), port)),
        Err(_) => Err(format!("address {port}: invalid port")),
    }
}

/// Whether Go asks a name server for this name (`isDomainName` in `net/dnsclient.go`).
#[must_use]
pub fn asks_name_server(name: &str) -> bool {
    let labels = name.strip_suffix('.').unwrap_or(name).split('.');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_short = name.len() < 254 || name.len() == 254 && name.ends_with('.');
    let has_letter = name.bytes().any(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    name == "." || is_short && has_letter && labels.into_iter().all(is_label)
}

/// The `Host` header for host and port as written (`Request.write`): a name that is not ASCII in the form for the
/// resolver, without the zone of an address, and empty where it would not be valid.
pub(super) fn host_header(host: &str) -> String {
    let host = if host.is_ascii() { host.to_owned() } else { ascii(host) };
    // `validHostByte` of `httpguts`.
    if !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!$%&()*+,-.:;=['_]~".contains(&byte)) {
        return String::new();
    }
    let zone = host.rfind(']').filter(|_| host.starts_with('['));
    let zone = zone.and_then(|end| Some((host[..end].rfind('%')?, end)));
    zone.map_or(host.clone(), |(start, end)| format!("{}{}", &host[..start], &host[end..]))
}

fn ascii(host: &str) -> String {
    let (name, port) =
        host.rsplit_once(':').map_or((host, String::new()), |(name, port)| (name, format!(":{port}")));
    match url::Host::parse(name) {
        Ok(name) => format!("{name}{port}"),
        Err(_) => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::asks_name_server;

    #[test]
    fn a_name_server_is_asked_for_names_of_the_form_of_names() {
        for (name, asked) in [
            ("feed.test", true),
            ("feed.test.", true),
            ("_srv.feed-1.test", true),
            ("1.2", false),
            ("1.x", true),
            ("a<b>.test", false),
            ("-a.test", false),
            ("a-.test", false),
            ("a..test", false),
            ("", false),
        ] {
            assert_eq!(asks_name_server(name), asked, "{name}");
        }
        assert!(!asks_name_server(&format!("{}.test", "a".repeat(64))));
        assert!(!asks_name_server(&"aaaaaaaaa.".repeat(26)));
    }
}
