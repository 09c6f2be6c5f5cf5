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
    /// The request target: path and query byte for byte, `/` if there is no path.
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

    /// Parses a `ws` or `wss` URL: neither path nor query is normalised.
    ///
    /// # Errors
    ///
    /// A sentence with the fault and a fix. It never contains the user info of the URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(bad) = text.chars().find(|&c| c.is_whitespace() || c.is_control()) {
            return Err(blank(text, bad));
        }
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
        let port = match port {
            None if secure => 443,
            None => 80,
            Some(port) => port,
        };
        if let Some(bad) = target.chars().find(|c| !c.is_ascii()) {
            return Err(format!("its path or query contains '{bad}', which must be percent-encoded"));
        }
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        let place = place(&host, port);
        Ok(Self { secure, host, port, authority, target, full, place })
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

/// The error about a blank or a control character, with the fix for its place.
fn blank(text: &str, bad: char) -> String {
    let name = name_of(bad);
    let after = text.split_once("://").map_or(text, |(_, rest)| rest);
    let is_in_target = after.find(bad) > after.find(['/', '?', '#']) && after.contains(['/', '?', '#']);
    if text.starts_with(bad) {
        format!("it begins with {name}; remove it")
    } else if text.ends_with(bad) {
        format!("it ends with {name}; remove it")
    } else if is_in_target {
        format!(
            "it contains {name}; write it as {}",
            utf8_percent_encode(bad.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC)
        )
    } else {
        format!("its host contains {name}; remove it")
    }
}

fn name_of(bad: char) -> &'static str {
    match bad {
        ' ' => "a space",
        '\n' | '\r' => "a line break",
        '\t' => "a tab",
        _ => "a control character",
    }
}

#[cfg(test)]
mod tests;
