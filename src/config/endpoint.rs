//! A websocket address, as written and as it may be shown.

use std::net::Ipv6Addr;

use percent_encoding::percent_decode_str;

use super::{MASK, nearest::is_slip};

/// Where to connect to, as written: neither path nor query is normalised.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether the scheme is `wss`.
    pub secure: bool,
    /// Host name or address, without brackets, as the resolver and the certificate check want it.
    pub host: String,
    pub port: u16,
    /// The `Host` header: host and port as written, the port only if it was.
    pub authority: String,
    /// The request target: path and query byte for byte, `/` when there is no path.
    pub target: String,
    /// The whole address as written, its scheme in lower case, its fragment and all: what the
    /// pipeline signs.
    pub full: String,
}

impl Endpoint {
    /// Reads a `ws` or `wss` URL.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as one sentence that says what would be right. It never holds
    /// the user info of the URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (secure, rest) = scheme(text)?;
        if let Some(bad) = text.chars().find(|&c| c.is_whitespace() || c.is_control()) {
            return Err(format!("it holds {}; write it as %{:02X}", name_of(bad), u32::from(bad)));
        }
        let full = format!("{}://{rest}", if secure { "wss" } else { "ws" });
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let cut = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(cut);
        if authority.contains('@') {
            return Err(USER_INFO.to_owned());
        }
        // A slash in a password ends the authority early; what stands before it must not be shown.
        let (host, port) = host_and_port(authority)
            .map_err(|message| if text.contains('@') { USER_INFO.to_owned() } else { message })?;
        let authority = if authority.is_ascii() {
            authority.to_owned()
        } else {
            port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
        };
        let port = match port {
            None if secure => 443,
            None => 80,
            Some(port) => port,
        };
        if let Some(bad) = target.chars().find(|c| !c.is_ascii()) {
            return Err(format!("its path or query holds '{bad}', which must be percent-encoded"));
        }
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { secure, host, port, authority, target, full })
    }

    /// `feed.example:443`, an IPv6 address in brackets.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.host, self.port)
    }

    /// The URL as it may be shown: query values that look like credentials are masked.
    #[must_use]
    pub fn shown(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}{}", self.authority, self.shown_target())
    }

    /// The whole address with the values of query parameters that look like credentials masked.
    #[must_use]
    pub fn shown_full(&self) -> String {
        let (url, fragment) =
            self.full.split_once('#').map_or((self.full.as_str(), None), |(url, rest)| (url, Some(rest)));
        let fragment = fragment.map_or(String::new(), |fragment| format!("#{}", mask_query(fragment)));
        format!("{}{fragment}", mask_query(url))
    }

    /// The request target with the values of such query parameters masked.
    #[must_use]
    pub fn shown_target(&self) -> String {
        mask_query(&self.target)
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// Host and port, an IPv6 address in brackets.
pub(super) fn place(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

const USER_INFO: &str = "it holds a user name or password, which is never sent; set basic_auth.enabled, \
                         basic_auth.username and basic_auth.password instead";

/// Whether it is `wss`, and what stands behind `://`.
fn scheme(text: &str) -> Result<(bool, &str), String> {
    if text.is_empty() {
        return Err("it is empty; write ws://host/path or wss://host/path".to_owned());
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let after = text.split_once(':').filter(|(name, _)| matches!(*name, "ws" | "wss"));
        return Err(match after {
            Some((name, rest)) => format!(
                "'//' is missing behind '{name}:'; write {name}://{}",
                shorten(rest.trim_start_matches('/'))
            ),
            None => format!("the scheme is missing; write ws://{0} or wss://{0}", shorten(text)),
        });
    };
    match scheme.to_ascii_lowercase().as_str() {
        "ws" => Ok((false, rest)),
        "wss" => Ok((true, rest)),
        "http" => Err(format!("the scheme is 'http', not ws or wss; write ws://{}", shorten(rest))),
        "https" => Err(format!("the scheme is 'https', not ws or wss; write wss://{}", shorten(rest))),
        "" => Err(format!("the scheme is missing; write ws://{0} or wss://{0}", shorten(rest))),
        other => Err(format!("the scheme is '{}', not ws or wss", shorten(other))),
    }
}

/// As much of an address as a message may repeat: host, port and path, no user info, no query.
fn shorten(rest: &str) -> String {
    if rest.contains('@') {
        return "host/path".to_owned();
    }
    let plain = rest.split(['?', '#']).next().unwrap_or_default();
    plain.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn name_of(bad: char) -> &'static str {
    match bad {
        ' ' => "a blank",
        '\n' | '\r' => "a line break",
        '\t' => "a tab",
        _ => "a control character",
    }
}

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
            None => Err(format!("'{behind}' stands behind the address; write :port")),
        };
    }
    if authority.matches(':').count() > 1 {
        return Err(format!("an IPv6 address stands in brackets; write [{authority}]"));
    }
    let (host, digits) = authority.split_once(':').map_or((authority, ""), |(host, digits)| (host, digits));
    let port = port(digits)?;
    if host.is_empty() {
        return Err("it names no host; write ws://host/path or wss://host/path".to_owned());
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

/// An address whose masked parameters get the values that those of the same name have in another one.
///
/// `None` when something is masked in it that the other does not have.
#[must_use]
pub fn unmasked(masked: &str, known: &str) -> Option<String> {
    let values: Vec<_> = pairs(known.split_once('?').map_or("", |(_, query)| query)).collect();
    let Some((path, query)) = masked.split_once('?') else {
        return (!masked.contains(MASK)).then(|| masked.to_owned());
    };
    let whole: Option<Vec<String>> = pairs(query)
        .map(|(pair, end)| match pair.split_once('=') {
            Some((name, MASK)) => {
                let same =
                    |(pair, _): &(&str, &str)| pair.split_once('=').is_some_and(|(own, _)| own == name);
                Some(format!("{}{end}", values.iter().find(|pair| same(pair))?.0))
            }
            _ => (!pair.contains(MASK)).then(|| format!("{pair}{end}")),
        })
        .collect();
    (!path.contains(MASK)).then_some(format!("{path}?{}", whole?.concat()))
}

/// The pairs of a query, each with what stands behind it.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split_inclusive(['&', ';']).map(|pair| pair.split_at(pair.trim_end_matches(['&', ';']).len()))
}

/// Masks the values of query parameters that are named like credentials.
pub(super) fn mask_query(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let pairs: String = pairs(query)
        .map(|(pair, end)| match pair.split_once('=') {
            Some((name, value))
                if !value.is_empty() && names_a_secret(&percent_decode_str(name).decode_utf8_lossy()) =>
            {
                format!("{name}={MASK}{end}")
            }
            _ => format!("{pair}{end}"),
        })
        .collect();
    format!("{path}?{pairs}")
}

/// Whether a name is that of a credential: `token`, `api_key`, `X-Amz-Signature`, …
pub(super) fn names_a_secret(name: &str) -> bool {
    const WHOLE: [&str; 8] = ["sig", "auth", "pass", "pwd", "pw", "jwt", "code", "sid"];
    const WITHIN: [&str; 11] = [
        "token",
        "secret",
        "password",
        "passwd",
        "signature",
        "apikey",
        "credential",
        "authorization",
        "session",
        "bearer",
        "passphrase",
    ];
    let name = name.to_ascii_lowercase();
    let words = || name.split(|c: char| !c.is_ascii_alphanumeric());
    let joined: String = words().collect();
    // A slip of the finger makes no secret public.
    let is_slip = |word: &str| word.len() > 4 && WITHIN.iter().any(|part| is_slip(word, part));
    WITHIN.iter().any(|part| joined.contains(part))
        || words().any(is_slip)
        || words().any(|word| WHOLE.contains(&word) || word.ends_with("key"))
}

/// Masks user info and credentials in the query of every URL within a text.
#[must_use]
pub fn mask_urls(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(&mask_logins(before));
        let end = after
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>'))
            .unwrap_or(after.len());
        let (url, behind) = after.split_at(end);
        let url = match url.rsplit_once('@') {
            Some((_, host)) => format!("{MASK}@{host}"),
            None => url.to_owned(),
        };
        shown.push_str(mask_location(&format!("//{url}")).trim_start_matches("//"));
        rest = behind;
    }
    shown.push_str(&mask_logins(rest));
    shown
}

/// Masks `name:password` in every `name:password@host`, as proxies are often written.
fn mask_logins(text: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
    let words = text.split_inclusive(is_end).map(|word| match word.rsplit_once('@') {
        Some((login, host)) if login.contains(':') => format!("{MASK}@{host}"),
        _ => word.to_owned(),
    });
    words.collect()
}

/// The address a server redirects to, absolute or relative, as it may be shown: user info is
/// masked, and values named like credentials in query and fragment.
#[must_use]
pub fn mask_location(text: &str) -> String {
    let (address, fragment) =
        text.split_once('#').map_or((text, None), |(address, fragment)| (address, Some(fragment)));
    let start = address.find("//").map_or(0, |at| at + 2);
    let end = address[start..].find(['/', '?']).map_or(address.len(), |at| start + at);
    let mut shown = mask_query(&match address[start..end].rfind('@') {
        Some(at) => format!("{}{MASK}{}", &address[..start], &address[start + at..]),
        None => address.to_owned(),
    });
    if let Some(fragment) = fragment {
        // A fragment is often a query of its own, with or without a path before it.
        let (path, query) = fragment.split_at(fragment.find('?').map_or(0, |at| at + 1));
        shown.push('#');
        shown.push_str(path);
        shown.push_str(&mask_query(&format!("?{query}"))[1..]);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Endpoint {
        Endpoint::parse(text).unwrap_or_else(|message| panic!("{text}: {message}"))
    }

    #[test]
    fn path_and_query_stay_as_written() {
        for (text, target) in [
            ("ws://host", "/"),
            ("ws://host/", "/"),
            ("ws://host?a=b", "/?a=b"),
            ("ws://host/a/../b//c?x=%7e&y=[]|#frag", "/a/../b//c?x=%7e&y=[]|"),
        ] {
            assert_eq!(parsed(text).target, target, "{text}");
        }
    }

    #[test]
    fn names_of_parameters_are_read_under_their_escapes_and_behind_any_separator() {
        let target = "/?%74oken=a&q=1;token=b&x=c";
        assert_eq!(mask_query(target), "/?%74oken=•••&q=1;token=•••&x=c");
        assert_eq!(mask_urls("see wss://h/p#access_token=abc now"), "see wss://h/p#access_token=••• now");
    }

    #[test]
    fn what_is_masked_in_an_address_is_put_back_in_where_it_is_known() {
        let known = "ws://h/feed?token=abc&x=1";
        assert_eq!(unmasked("wss://h/v2?x=2&token=•••", known).as_deref(), Some("wss://h/v2?x=2&token=abc"));
        assert_eq!(unmasked("wss://h/v2", known).as_deref(), Some("wss://h/v2"));
        for masked in ["wss://h/v2?key=•••", "wss://h/•••?x=1", "wss://h/?x=a•••", "•••"]
        {
            assert_eq!(unmasked(masked, known), None, "{masked}");
        }
    }

    #[test]
    fn host_port_and_authority_are_told_apart() {
        let table = [
            ("WS://Host", "host", 80, "Host", false),
            ("wss://host", "host", 443, "host", true),
            ("wss://host:443/x", "host", 443, "host:443", true),
            ("ws://[::1]:9/x", "::1", 9, "[::1]:9", false),
            ("ws://127.0.0.1:1", "127.0.0.1", 1, "127.0.0.1:1", false),
            ("ws://b\u{fc}cher.example:1", "xn--bcher-kva.example", 1, "xn--bcher-kva.example:1", false),
        ];
        for (text, host, port, authority, secure) in table {
            let endpoint = parsed(text);
            assert_eq!(
                (endpoint.host.as_str(), endpoint.port, endpoint.secure),
                (host, port, secure),
                "{text}"
            );
            assert_eq!(endpoint.authority, authority, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        let table = [
            ("", "it is empty; write ws://host/path or wss://host/path"),
            ("localhost:4195", "the scheme is missing; write ws://localhost:4195 or wss://localhost:4195"),
            ("ws:/host/x", "'//' is missing behind 'ws:'; write ws://host/x"),
            ("http://host/x?token=1", "the scheme is 'http', not ws or wss; write ws://host/x"),
            ("ftp://host", "the scheme is 'ftp', not ws or wss"),
            ("ws:///path", "it names no host; write ws://host/path or wss://host/path"),
            ("ws://host:70000", "the port 70000 is out of range; ports go from 1 to 65535"),
            ("ws://host:0", "the port 0 is out of range; ports go from 1 to 65535"),
            ("ws://host:abc", "the port 'abc' is not a number"),
            ("ws://::1/x", "an IPv6 address stands in brackets; write [::1]"),
            ("ws://[::1/x", "the ']' of its IPv6 address is missing"),
            ("ws://ho st", "it holds a blank; write it as %20"),
            ("ws://host/\u{fc}", "its path or query holds '\u{fc}', which must be percent-encoded"),
        ];
        for (text, message) in table {
            assert_eq!(Endpoint::parse(text), Err(message.to_owned()), "{text}");
        }
    }

    #[test]
    fn user_info_is_refused_and_never_shown() {
        for text in [
            "ws://ann:hunter2@host",
            "ws://ann:hunter2/x@host",
            "ws://ann:hunter2?@host",
            "ann:hunter2@host",
            "http://ann:hunter2@host",
            "wss://hunter2@host:1/",
            "ws://ann:hunter2#@host",
        ] {
            let message = Endpoint::parse(text).expect_err("user info is refused");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn query_values_named_like_credentials_are_masked() {
        let shown = parsed(
            "wss://h/p?token=a&channel=b&api_key=c&X-Amz-Signature=d&sig=e&access_token=&auth=f&key=g",
        );
        assert_eq!(
            shown.shown_target(),
            "/p?token=•••&channel=b&api_key=•••&X-Amz-Signature=•••&sig=•••&access_token=\
             &auth=•••&key=•••"
        );
        assert!(!format!("{shown:?}").contains("=a&"));
    }

    #[test]
    fn a_location_is_shown_without_credentials() {
        let table = [
            ("/v2?token=a&b=c", "/v2?token=•••&b=c"),
            ("https://me:pw@h:1/x@y?key=a#top", "https://•••@h:1/x@y?key=•••#top"),
            ("//me@h", "//•••@h"),
            ("https://h/cb#access_token=a&state=b", "https://h/cb#access_token=•••&state=b"),
            ("/app#/in?token=a", "/app#/in?token=•••"),
            ("/users/@me?page=2", "/users/@me?page=2"),
            ("", ""),
        ];
        for (text, shown) in table {
            assert_eq!(mask_location(text), shown, "{text}");
        }
    }
}
