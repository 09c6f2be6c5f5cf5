//! The websocket address of a text that was pasted or typed.

use crate::config::address::Endpoint;

/// The websocket address of a text: http becomes ws; without a scheme it is wss, or ws for this machine.
///
/// # Errors
///
/// What is wrong with it, with an address that works.
pub(super) fn address(text: &str) -> Result<String, String> {
    if text.contains(char::is_whitespace) {
        return Err(format!("'{text}' is not an address: it contains a space"));
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => Ok(format!("ws://{rest}")),
            "https" | "wss" => Ok(format!("wss://{rest}")),
            _ if Endpoint::parse(text).is_err_and(|error| error.contains("unix socket")) => {
                Err(Endpoint::parse(text).err().unwrap_or_default())
            }
            _ => Err(format!("'{scheme}' is not a websocket scheme; write wss:// or ws://")),
        };
    }
    if let Some(address) = complete_address(text) {
        return Ok(address);
    }
    match Endpoint::parse(text) {
        // It names the fault, or proposes more than a sample.
        Err(error) if !error.starts_with("the scheme is missing") => Err(error),
        _ => Err(format!("'{text}' is not an address such as wss://feed.example/ticks")),
    }
}

/// The address that is meant by a host and a path without a scheme: `feed.example/ticks`.
#[must_use]
pub fn complete_address(text: &str) -> Option<String> {
    if text.contains("://") || text.starts_with(['/', '\\', '.']) {
        return None;
    }
    let host = text.split(['/', ':', '?']).next().unwrap_or_default();
    let is_near = host == "localhost" || host.starts_with("127.") || text.starts_with("[::1]");
    if !is_near && !host.contains('.') && !text.starts_with('[') {
        return None;
    }
    let address = format!("{}://{text}", if is_near { "ws" } else { "wss" });
    let is_well_formed = Endpoint::parse(&address).is_ok() && Endpoint::oddity(&address).is_none();
    is_well_formed.then_some(address)
}
