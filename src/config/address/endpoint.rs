//! A websocket address.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::secrets::{mask_location, mask_query};

use super::{
    go_url::GoUrl,
    host::{host_and_port, place},
    pipeline::{InPipeline, host_header, split_address},
    scheme::{check, scheme},
};

/// A websocket address: as written, or as the pipeline takes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether the scheme is `wss`.
    pub secure: bool,
    /// Host name or IP address without brackets, in the form for the resolver and the certificate check.
    pub host: String,
    pub port: u16,
    /// The `Host` header: host and port as written; the port only if it was written.
    pub authority: String,
    /// The request target as Go sends it: path and query, `/` if there is no path.
    pub target: String,
    /// The whole address with its fragment and its scheme in lower case, as the pipeline signs it.
    pub full: String,
    /// Host and port as a proxy is asked for them.
    place: String,
}

impl Endpoint {
    /// What the pipeline takes a text for: Go's `net/url`, and `client.go` of gorilla's websocket.
    ///
    /// An empty host is this machine.
    #[must_use]
    pub fn in_pipeline(text: &str) -> InPipeline<Self> {
        let url = match GoUrl::parse(text) {
            Ok(url) => url,
            Err(fault) => return InPipeline::NoStart(fault),
        };
        let secure = url.scheme == "wss";
        if !(secure || url.scheme == "ws") || url.user.is_some() {
            return InPipeline::NoConnection("malformed ws or wss URL".to_owned());
        }
        let place = url.address(if secure { 443 } else { 80 });
        match split_address(&place) {
            Err(error) => InPipeline::NoConnection(format!("dial tcp: {error}")),
            Ok((host, port)) => InPipeline::Connects(Self {
                secure,
                host,
                port,
                authority: host_header(&url.host()),
                target: url.request_uri(),
                full: url.to_string(),
                place,
            }),
        }
    }

    /// The address as Redpanda Connect repeats it when it does not start because of TLS with `ws`; `None` for another
    /// scheme.
    #[must_use]
    pub fn refused_with_tls(text: &str) -> Option<String> {
        GoUrl::parse(text).ok().filter(|url| url.scheme == "ws").map(|url| url.to_string())
    }

    /// Parses a `ws` or `wss` URL by the standard. What is requested is what Go requests: a query as written, a path
    /// that is no valid encoding encoded anew.
    ///
    /// What the pipeline dials although it is not well formed is parsed too; [`Endpoint::oddity`] tells of it.
    ///
    /// # Errors
    ///
    /// A sentence with the fault and a fix. It never contains the user info of the URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::with_oddity(text).map(|(endpoint, _)| endpoint)
    }

    /// What is wrong with an address that is dialled all the same, with a fix.
    #[must_use]
    pub fn oddity(text: &str) -> Option<String> {
        Self::with_oddity(text).ok()?.1
    }

    fn with_oddity(text: &str) -> Result<(Self, Option<String>), String> {
        let blank = blank_in(text)?;
        let (secure, rest) = scheme(text)?;
        let full = format!("{}://{rest}", if secure { "wss" } else { "ws" });
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let cut = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(cut);
        if authority.contains('@') {
            return Err(USER_INFO.to_owned());
        }
        // A slash in a password ends the authority early; the part before it must not be shown.
        let misread = |message| if text.contains('@') { USER_INFO.to_owned() } else { message };
        check(authority, target).map_err(misread)?;
        let (host, port) = host_and_port(authority).map_err(misread)?;
        let authority = if host.contains('%') {
            // The zone is not for the server.
            host_header(&authority.replace("%25", "%"))
        } else if authority.is_ascii() {
            authority.to_owned()
        } else {
            port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
        };
        let no_port = (port == Some(0)).then(|| PORT_ZERO.to_owned());
        let port = match port {
            None if secure => 443,
            None => 80,
            Some(port) => port,
        };
        let oddity = no_port.or(blank).or_else(|| beyond_ascii(target));
        let target = GoUrl::parse(&full).map_err(|_| unread(text))?.request_uri();
        let place = place(&host, port);
        Ok((Self { secure, host, port, authority, target, full, place }, oddity))
    }

    /// `feed.example:443`, an IPv6 address in brackets.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The URL with masked credentials in its query.
    #[must_use]
    pub fn shown(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        // A pipeline sends no `Host` that HTTP does not allow.
        let at = if self.authority.is_empty() { &self.place } else { &self.authority };
        format!("{scheme}://{at}{}", self.shown_target())
    }

    /// The whole address with masked credentials in its query and fragment.
    #[must_use]
    pub fn shown_full(&self) -> String {
        mask_location(&self.full)
    }

    /// The request target with masked credentials in its query.
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

const USER_INFO: &str = "it contains a user name or password, which is never sent; set basic_auth.enabled, \
                         basic_auth.username and basic_auth.password instead";

const PORT_ZERO: &str = "nothing listens on port 0; write the port of the server, from 1 to 65535";

/// The fault of an address with which no pipeline starts.
fn unread(text: &str) -> String {
    let fault = if text.contains('%') {
        "it contains a percent sign that does not begin an escape; write it as %25"
    } else {
        "the pipeline cannot read it"
    };
    fault.to_owned()
}

/// What to say of a blank behind the host, which Go encodes in a path and sends as it is in a query.
///
/// # Errors
///
/// A blank elsewhere, or a control character, with the fix for its place.
fn blank_in(text: &str) -> Result<Option<String>, String> {
    let is_bad = |c: char| c.is_whitespace() || c.is_control();
    let Some(bad) =
        text.chars().find(|&c| c.is_ascii_control()).or_else(|| text.chars().find(|&c| is_bad(c)))
    else {
        return Ok(None);
    };
    let name = name_of(bad);
    let after = text.split_once("://").map_or(text, |(_, rest)| rest);
    let is_behind_host = after.find(bad) > after.find(['/', '?', '#']) && after.contains(['/', '?', '#']);
    let message = if text.starts_with(bad) {
        format!("it begins with {name}; remove it")
    } else if text.ends_with(bad) {
        format!("it ends with {name}; remove it")
    } else if is_behind_host {
        format!("it contains {name}; write it as {}", percent_encoded(bad))
    } else {
        format!("its host contains {name}; remove it")
    };
    if is_behind_host && !bad.is_ascii_control() { Ok(Some(message)) } else { Err(message) }
}

/// What to say of a path or a query with a character beyond ASCII.
fn beyond_ascii(target: &str) -> Option<String> {
    let bad = target.chars().find(|c| !c.is_ascii())?;
    Some(format!("its path or query contains '{bad}'; write it as {}", percent_encoded(bad)))
}

fn percent_encoded(bad: char) -> String {
    utf8_percent_encode(bad.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC).to_string()
}

fn name_of(bad: char) -> &'static str {
    match bad {
        ' ' => "a space",
        '\n' | '\r' => "a line break",
        '\t' => "a tab",
        _ if bad.is_whitespace() => "a blank",
        _ => "a control character",
    }
}

#[cfg(test)]
mod tests;
