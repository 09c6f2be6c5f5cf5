//! The scheme of a websocket address, and what stands in its place. What an error proposes is an address that is read.

use super::{go_url::GoUrl, host::host_and_port, unix_address::UnixAddress};

/// What stands for an address where the own one cannot be repeated.
const SAMPLE: &str = "host/path";

/// Whether the scheme is `wss`, and the text after `://`.
pub(super) fn scheme(text: &str) -> Result<(bool, &str), String> {
    if text.is_empty() {
        return Err("it is empty; write ws://host/path or wss://host/path".to_owned());
    }
    if text.starts_with(['"', '\'', '`', '<', '\u{201c}', '\u{2018}']) {
        return Err("it begins with a quote; remove the quotes around it".to_owned());
    }
    if let Some(Err(fault)) = UnixAddress::parse(text) {
        return Err(fault);
    }
    if let Some(path) = unix_socket(text) {
        return Err(format!(
            "it is a unix socket, which the pipeline does not dial; let socat listen in its place, socat \
             TCP-LISTEN:8080,bind=127.0.0.1,fork UNIX-CONNECT:{path}, and write ws://127.0.0.1:8080/ (Sockeye alone \
             takes the address ws+unix://{path}:/ on its command line and in its form)"
        ));
    }
    let Some((scheme, rest)) = text.split_once("://") else { return Err(without_scheme(text)) };
    match scheme.to_ascii_lowercase().as_str() {
        "ws" => Ok((false, rest)),
        "wss" => Ok((true, rest)),
        "http" => Err(format!("the scheme is 'http', not ws or wss; write ws://{}", proposal(rest))),
        "https" => Err(format!("the scheme is 'https', not ws or wss; write wss://{}", proposal(rest))),
        "" => Err(missing(rest)),
        other => Err(format!("the scheme is '{}', not ws or wss", shorten(other))),
    }
}

/// The path of the socket in `unix:/path`, `ws+unix:///path:/target` and their like.
fn unix_socket(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    let is_unix = ["unix", "ws+unix", "wss+unix", "http+unix", "https+unix"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(scheme));
    let is_file = scheme.is_empty() && text.starts_with('/') && text.to_ascii_lowercase().ends_with(".sock");
    if !is_unix && !is_file {
        return None;
    }
    let path = rest.trim_start_matches('/').split([':', '?']).next().unwrap_or_default();
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    Some(if is_plain && !path.is_empty() { format!("/{path}") } else { "/path/to.sock".to_owned() })
}

fn without_scheme(text: &str) -> String {
    let bare = |rest: &str| proposal(rest.trim_start_matches(['/', '\\']));
    if let Some((name, rest)) = text.split_once(':') {
        let scheme = match name.to_ascii_lowercase().as_str() {
            "ws" | "http" => Some("ws"),
            "wss" | "https" => Some("wss"),
            _ => None,
        };
        let has_port =
            rest.starts_with(|first: char| first.is_ascii_digit()) && name.eq_ignore_ascii_case("ws");
        if let Some(scheme) = scheme.filter(|_| !has_port) {
            return format!("'//' is missing after '{name}:'; write {scheme}://{}", bare(rest));
        }
    }
    for name in ["wss", "ws"] {
        let behind =
            text.strip_prefix(name).and_then(|rest| rest.trim_start_matches([';', '.']).strip_prefix("//"));
        if let Some(rest) = behind {
            return format!("':' is missing after '{name}'; write {name}://{}", bare(rest));
        }
    }
    missing(text.trim_start_matches(['/', '\\']))
}

fn missing(rest: &str) -> String {
    format!("the scheme is missing; write ws://{0} or wss://{0}", proposal(rest))
}

/// The address behind a scheme, if it is one, or else a sample.
fn proposal(rest: &str) -> String {
    let short = shorten(rest);
    if is_address(&short) { short } else { SAMPLE.to_owned() }
}

fn is_address(rest: &str) -> bool {
    let (authority, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_plain = !rest.contains(|c: char| c.is_whitespace() || c.is_control()) && target.is_ascii();
    is_plain
        && check(authority, target).is_ok()
        && host_and_port(authority).is_ok_and(|(_, port)| port != Some(0))
        && GoUrl::parse(&format!("ws://{rest}")).is_ok()
}

/// The part of an address that an error may repeat: host, port and path, without user info and query.
fn shorten(rest: &str) -> String {
    if rest.contains('@') {
        return SAMPLE.to_owned();
    }
    let plain = rest.split(['?', '#']).next().unwrap_or_default();
    plain.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Finds slips in host, port and what stands behind them: a scheme written twice, a port left out, backslashes.
pub(super) fn check(authority: &str, target: &str) -> Result<(), String> {
    let wrong = |message: &str| Err(message.to_owned());
    match authority.strip_suffix(':') {
        Some("ws" | "wss" | "http" | "https") if target.starts_with("//") => {
            return wrong("its scheme is written twice; remove one of the two");
        }
        // The pipeline dials port 0, where nothing listens.
        Some(_) => return wrong("the port behind ':' is missing; write the number, or remove the ':'"),
        None => {}
    }
    if authority.contains('\\') {
        return wrong("its host contains '\\'; write '/' in its place");
    }
    let first = target.trim_start_matches('/').split('/').next().unwrap_or_default();
    if authority.is_empty() && (first.contains(['.', ':']) || first == "localhost") {
        return wrong("it has a third '/' before its host; remove it");
    }
    Ok(())
}
