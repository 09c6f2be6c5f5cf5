//! URIs as Go takes them (`net/url`, `Parse`): here only whether it takes one, and its host.

use crate::go_verdict::certificate::address::{self, AddressError, Kind};
use crate::wire::quoted;

/// Why a URI is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error("invalid domain")]
    Domain,
}

/// As `url.Error`: the text that was being parsed, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parse {}: {cause}", quoted(.text))]
pub struct UrlError {
    /// The URI, up to its fragment unless that is what is wrong.
    pub text: String,
    /// What is wrong.
    pub cause: UrlCause,
}

/// What is wrong with a URI (`net/url`, `parse`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlCause {
    #[error("net/url: invalid control character in URL")]
    ControlCharacter,
    #[error("missing protocol scheme")]
    NoScheme,
    #[error("first path segment in URL cannot contain colon")]
    ColonInFirstSegment,
    #[error("net/url: invalid userinfo")]
    Userinfo,
    #[error("invalid IP-literal")]
    AddressLiteral,
    #[error("missing ']' in host")]
    NoClosingBracket,
    #[error("invalid port {} after host", quoted(.0))]
    Port(String),
    #[error("invalid host: {0}")]
    Host(#[from] AddressError),
    #[error("invalid URL escape {}", quoted(.0))]
    Escape(String),
    #[error("invalid character {} in host name", quoted(.0))]
    HostCharacter(String),
}

/// The host (`url.URL.Host`) of a URI in ASCII; empty if it has none.
pub fn host(uri: &str) -> Result<Vec<u8>, UrlError> {
    let (before, fragment) = uri.split_once('#').unwrap_or((uri, ""));
    let failed = |text: &str, cause| UrlError { text: text.to_owned(), cause };
    let host = host_before_fragment(before).map_err(|cause| failed(before, cause))?;
    unescape(fragment, Part::Other).map_err(|cause| failed(uri, cause))?;
    Ok(host)
}

/// (`parse`)
fn host_before_fragment(text: &str) -> Result<Vec<u8>, UrlCause> {
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(UrlCause::ControlCharacter);
    }
    if text == "*" {
        return Ok(Vec::new());
    }
    let (scheme, rest) = scheme(text)?;
    let rest = rest.split('?').next().unwrap_or(rest);
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            return Ok(Vec::new());
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err(UrlCause::ColonInFirstSegment);
        }
    }
    let has_authority = !scheme.is_empty() || !rest.starts_with("///");
    let Some(after_slashes) = rest.strip_prefix("//").filter(|_| has_authority) else {
        return unescape(rest, Part::Other).map(|_| Vec::new());
    };
    let end = after_slashes.find('/').unwrap_or(after_slashes.len());
    let (authority, path) = after_slashes.split_at_checked(end).unwrap_or((after_slashes, ""));
    let host = authority_host(scheme, authority)?;
    unescape(path, Part::Other)?;
    Ok(host)
}

/// The scheme, which may be empty, and what follows it (`getScheme`).
fn scheme(text: &str) -> Result<(&str, &str), UrlCause> {
    let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let end = text.bytes().position(|byte| !is_of_scheme(byte));
    let Some((scheme, rest)) = end.and_then(|end| text.split_at_checked(end)) else {
        return Ok(("", text));
    };
    let Some(rest) = rest.strip_prefix(':') else {
        return Ok(("", text));
    };
    match scheme.bytes().next() {
        None => Err(UrlCause::NoScheme),
        Some(first) if first.is_ascii_alphabetic() => Ok((scheme, rest)),
        Some(_) => Ok(("", text)),
    }
}

/// (`parseAuthority`)
fn authority_host(scheme: &str, authority: &str) -> Result<Vec<u8>, UrlCause> {
    let Some((userinfo, host)) = authority.rsplit_once('@') else {
        return checked_host(scheme, authority);
    };
    let host = checked_host(scheme, host)?;
    if !userinfo.bytes().all(is_of_userinfo) {
        return Err(UrlCause::Userinfo);
    }
    let (name, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    unescape(name, Part::Other)?;
    unescape(password, Part::Other)?;
    Ok(host)
}

/// (`validUserinfo`)
fn is_of_userinfo(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte)
}

/// (`parseHost`)
fn checked_host(scheme: &str, host: &str) -> Result<Vec<u8>, UrlCause> {
    match host.rfind('[') {
        Some(0) => return literal(host),
        Some(_) => return Err(UrlCause::AddressLiteral),
        None => {}
    }
    // Of several colons, Go counts the last as the port's, but not in http and https.
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    let colon = if is_web { host.find(':') } else { host.rfind(':') };
    check_port(colon.and_then(|at| host.get(at..)).unwrap_or_default())?;
    unescape(host, Part::Host)
}

/// `[2001:db8::1%25zone]:port`; the brackets stay in the host, the zone is unescaped.
fn literal(host: &str) -> Result<Vec<u8>, UrlCause> {
    let (inner, port) = host.rsplit_once(']').ok_or(UrlCause::NoClosingBracket)?;
    check_port(port)?;
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    let zone = inner.find("%25").unwrap_or(inner.len());
    let (name, zone) = inner.split_at_checked(zone).unwrap_or((inner, ""));
    let mut address = unescape(name, Part::Host)?;
    address.extend(unescape(zone, Part::Zone)?);
    if address::kind(&address)? == Kind::V4 {
        return Err(UrlCause::AddressLiteral);
    }
    Ok([b"[", address.as_slice(), b"]", port.as_bytes()].concat())
}

/// (`validOptionalPort`)
fn check_port(colon_and_port: &str) -> Result<(), UrlCause> {
    let is_fine = match colon_and_port.strip_prefix(':') {
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()),
        None => colon_and_port.is_empty(),
    };
    if is_fine { Ok(()) } else { Err(UrlCause::Port(colon_and_port.to_owned())) }
}

/// Where a text stands, which decides what may be escaped in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    Zone,
    /// The path, the user and the fragment: anything may be.
    Other,
}

/// The text with its `%XX` as bytes (`unescape`).
fn unescape(text: &str, part: Part) -> Result<Vec<u8>, UrlCause> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%' {
            let (byte, after) = escape(after, part)?;
            bytes.push(byte);
            rest = after;
        } else if part == Part::Other || is_of_host(first) {
            bytes.push(first);
        } else {
            return Err(UrlCause::HostCharacter(char::from(first).to_string()));
        }
    }
    Ok(bytes)
}

/// The byte that two digits after `%` stand for, and what follows them.
fn escape(after_percent: &[u8], part: Part) -> Result<(u8, &[u8]), UrlCause> {
    let refused = || {
        let digits = after_percent.iter().take(2).map(|&byte| char::from(byte));
        UrlCause::Escape(std::iter::once('%').chain(digits).collect())
    };
    let (digits, rest) = after_percent.split_at_checked(2).ok_or_else(refused)?;
    let byte = hex_byte(digits).ok_or_else(refused)?;
    let is_allowed = match part {
        // Only bytes beyond ASCII, and the percent sign itself (RFC 6874).
        Part::Host => byte >= 0x80 || digits == b"25",
        Part::Zone => digits == b"25" || byte == b' ' || is_of_host(byte),
        Part::Other => true,
    };
    if is_allowed { Ok((byte, rest)) } else { Err(refused()) }
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |byte, &digit| {
        let value = char::from(digit).to_digit(16)?;
        Some((byte << 4) | u8::try_from(value).ok()?)
    })
}

/// What a host may hold without escape (`shouldEscape` in the mode `encodeHost`).
fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:[]<>\"-_.~".contains(&byte)
}
