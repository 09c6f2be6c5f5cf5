//! Addresses as Go reads and writes them (`net/url`, Go 1.26). Pure.

mod escape;
mod ip;

use std::fmt;

use crate::config::secrets::mask_location;

use self::escape::{Part, escape, is_valid_encoding, quoted, unescape};

/// An address. A percent escape can stand for any byte, so decoded parts are bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GoUrl {
    /// In lower case; empty without one.
    pub(super) scheme: String,
    /// The rest of an address without a slash after its scheme.
    opaque: String,
    /// User name and password, decoded.
    pub(super) user: Option<(Vec<u8>, Option<Vec<u8>>)>,
    /// Host and port, decoded, an IPv6 address in brackets.
    host: Vec<u8>,
    /// Whether there is no `//`.
    has_no_authority: bool,
    /// As `EscapedPath` writes it.
    path: String,
    query: Option<String>,
    /// As `EscapedFragment` writes it.
    fragment: String,
}

/// Why Go does not read an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoFault {
    url: String,
    reason: String,
}

/// The error as Go writes it. It repeats the address, here with masked credentials.
impl fmt::Display for GoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parse {}: {}", quoted(mask_location(&self.url).as_bytes()), self.reason)
    }
}

impl GoUrl {
    /// `url.Parse`.
    pub(super) fn parse(text: &str) -> Result<Self, GoFault> {
        let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
        let fault = |url: &str| {
            let url = url.to_owned();
            move |reason| GoFault { url, reason }
        };
        let mut parsed = Self::without_fragment(url).map_err(fault(url))?;
        parsed.fragment = reescaped(fragment, Part::Fragment).map_err(fault(text))?;
        Ok(parsed)
    }

    /// `parse`.
    fn without_fragment(text: &str) -> Result<Self, String> {
        if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
            return Err("net/url: invalid control character in URL".to_owned());
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let mut url = Self {
            scheme: scheme.to_ascii_lowercase(),
            query: query.map(str::to_owned),
            has_no_authority: true,
            ..Self::default()
        };
        if !rest.starts_with('/') {
            if !scheme.is_empty() {
                rest.clone_into(&mut url.opaque);
                return Ok(url);
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return Err("first path segment in URL cannot contain colon".to_owned());
            }
        }
        let authority = rest.strip_prefix("//").filter(|_| !scheme.is_empty() || !rest.starts_with("///"));
        let path = match authority {
            None => rest,
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (url.user, url.host) = parse_authority(&url.scheme, authority)?;
                url.has_no_authority = false;
                path
            }
        };
        url.path = reescaped(path, Part::Path)?;
        Ok(url)
    }

    /// `RequestURI`: the target of a request.
    pub(super) fn request_uri(&self) -> String {
        let path = match (self.opaque.as_str(), self.path.as_str()) {
            ("", "") => "/",
            ("", path) => path,
            (opaque, _) => opaque,
        };
        format!("{path}{}", self.with_question_mark())
    }

    fn with_question_mark(&self) -> String {
        self.query.as_ref().map_or(String::new(), |query| format!("?{query}"))
    }

    /// Host and port, with the default port where none is written (`hostPortNoPort` of gorilla's websocket).
    pub(super) fn address(&self, default_port: u16) -> String {
        let host = self.host();
        let has_port = host.rfind(':') > host.rfind(']');
        if has_port { host } else { format!("{host}:{default_port}") }
    }

    /// Host and port as written, decoded.
    pub(super) fn host(&self) -> String {
        String::from_utf8_lossy(&self.host).into_owned()
    }

    /// `Hostname` and `Port`: the host without brackets; the port is empty if it is not written.
    pub(super) fn host_and_port(&self) -> (String, String) {
        let host = self.host();
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
            _ => (host.as_str(), ""),
        };
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        (bare.unwrap_or(name).to_owned(), port.to_owned())
    }
}

/// `Redacted`: `String` with `xxxxx` for a password.
impl fmt::Display for GoUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.scheme.is_empty() {
            write!(f, "{}:", self.scheme)?;
        }
        let has_slashes = !self.host.is_empty()
            || self.user.is_some()
            || (!self.has_no_authority && !self.scheme.is_empty() && !self.path.is_empty());
        if has_slashes {
            f.write_str("//")?;
        }
        if let Some((user, password)) = &self.user {
            let password = password.as_ref().map_or("", |_| ":xxxxx");
            write!(f, "{}{password}@", escape(user, Part::User))?;
        }
        write!(f, "{}", escape(&self.host, Part::Host))?;
        write!(f, "{}{}{}", self.opaque, self.path, self.with_question_mark())?;
        if self.fragment.is_empty() { Ok(()) } else { write!(f, "#{}", self.fragment) }
    }
}

/// A path or a fragment as Go writes it: as it was read, if that is a valid encoding, or else decoded and encoded anew.
fn reescaped(text: &str, part: Part) -> Result<String, String> {
    let decoded = unescape(text.as_bytes(), part)?;
    Ok(if is_valid_encoding(text, part) { text.to_owned() } else { escape(&decoded, part) })
}

/// `getScheme`: the scheme, which may be empty, and the rest.
fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
    match end.map(|end| (end, text.as_bytes()[end])) {
        Some((0, b':')) => Err("missing protocol scheme".to_owned()),
        Some((end, b':')) if text.as_bytes()[0].is_ascii_alphabetic() => Ok((&text[..end], &text[end + 1..])),
        _ => Ok(("", text)),
    }
}

type Authority = (Option<(Vec<u8>, Option<Vec<u8>>)>, Vec<u8>);

/// `parseAuthority`.
fn parse_authority(scheme: &str, authority: &str) -> Result<Authority, String> {
    let Some((user, host)) = authority.rsplit_once('@') else {
        return Ok((None, parse_host(scheme, authority)?));
    };
    let host = parse_host(scheme, host)?;
    if !user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte)) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let decoded = |text: &str| unescape(text.as_bytes(), Part::User);
    let user = match user.split_once(':') {
        Some((user, password)) => (decoded(user)?, Some(decoded(password)?)),
        None => (decoded(user)?, None),
    };
    Ok((Some(user), host))
}

/// `parseHost`.
fn parse_host(scheme: &str, host: &str) -> Result<Vec<u8>, String> {
    match host.rfind('[') {
        Some(0) => parse_literal(host),
        Some(_) => Err("invalid IP-literal".to_owned()),
        None => {
            // Only http and https forbid colons in a host.
            let colon = if matches!(scheme, "http" | "https") { host.find(':') } else { host.rfind(':') };
            check_port(colon.map_or("", |colon| &host[colon..]))?;
            unescape(host.as_bytes(), Part::Host)
        }
    }
}

/// An IP address in brackets, with or without a zone and a port.
fn parse_literal(host: &str) -> Result<Vec<u8>, String> {
    let Some(end) = host.rfind(']') else { return Err("missing ']' in host".to_owned()) };
    let port = &host[end + 1..];
    check_port(port)?;
    let name = &host[1..end];
    let (name, zone) = name.split_at(name.find("%25").unwrap_or(name.len()));
    let mut name = unescape(name.as_bytes(), Part::Host)?;
    name.extend(unescape(zone.as_bytes(), Part::Zone)?);
    ip::check(&name)?;
    Ok([b"[", name.as_slice(), b"]", port.as_bytes()].concat())
}

/// Checks a port with its colon, or an empty text.
fn check_port(port: &str) -> Result<(), String> {
    let is_valid = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    if is_valid { Ok(()) } else { Err(format!("invalid port {} after host", quoted(port.as_bytes()))) }
}

#[cfg(test)]
mod tests;
