//! A websocket address.

use crate::config::secrets::mask_query;

use super::host::{host_and_port, place};

/// A websocket address as written: neither path nor query is normalised.
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
    /// The whole address as written, with its fragment and its scheme in lower case, as the pipeline signs it.
    pub full: String,
}

impl Endpoint {
    /// Parses a `ws` or `wss` URL.
    ///
    /// # Errors
    ///
    /// A sentence with the fault and a fix. It never contains the user info of the URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (secure, rest) = scheme(text)?;
        if let Some(bad) = text.chars().find(|&c| c.is_whitespace() || c.is_control()) {
            return Err(format!("it contains {}; write it as %{:02X}", name_of(bad), u32::from(bad)));
        }
        let full = format!("{}://{rest}", if secure { "wss" } else { "ws" });
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let cut = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(cut);
        if authority.contains('@') {
            return Err(USER_INFO.to_owned());
        }
        // A slash in a password ends the authority early; the part before it must not be shown.
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
            return Err(format!("its path or query contains '{bad}', which must be percent-encoded"));
        }
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { secure, host, port, authority, target, full })
    }

    /// `feed.example:443`, an IPv6 address in brackets.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.host, self.port)
    }

    /// The URL with masked credentials in its query.
    #[must_use]
    pub fn shown(&self) -> String {
        let scheme = if self.secure { "wss" } else { "ws" };
        format!("{scheme}://{}{}", self.authority, self.shown_target())
    }

    /// The whole address with masked credentials in its query and fragment.
    #[must_use]
    pub fn shown_full(&self) -> String {
        let (url, fragment) =
            self.full.split_once('#').map_or((self.full.as_str(), None), |(url, rest)| (url, Some(rest)));
        let fragment = fragment.map_or(String::new(), |fragment| format!("#{}", mask_query(fragment)));
        format!("{}{fragment}", mask_query(url))
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

/// Whether the scheme is `wss`, and the text after `://`.
fn scheme(text: &str) -> Result<(bool, &str), String> {
    if text.is_empty() {
        return Err("it is empty; write ws://host/path or wss://host/path".to_owned());
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let after = text.split_once(':').filter(|(name, _)| matches!(*name, "ws" | "wss"));
        return Err(match after {
            Some((name, rest)) => format!(
                "'//' is missing after '{name}:'; write {name}://{}",
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

/// The part of an address that an error may repeat: host, port and path, without user info and query.
fn shorten(rest: &str) -> String {
    if rest.contains('@') {
        return "host/path".to_owned();
    }
    let plain = rest.split(['?', '#']).next().unwrap_or_default();
    plain.chars().filter(|c| !c.is_control()).take(80).collect()
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
