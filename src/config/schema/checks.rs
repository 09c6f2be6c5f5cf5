//! Checks of values beyond their kind.

use crate::config::address::Endpoint;

/// A websocket address.
pub(super) fn url(text: &str) -> Result<(), String> {
    Endpoint::parse(text).map(drop)
}

/// A size in bytes.
pub(super) fn size(text: &str) -> Result<(), String> {
    match text.parse::<i64>() {
        Ok(number) if number < 0 => Err(format!("it must not be negative, got {number}")),
        _ => Ok(()),
    }
}

/// A user name for basic authentication (RFC 7617, section 2).
pub(super) fn user(text: &str) -> Result<(), String> {
    if text.contains(':') {
        return Err("the server reads the text after its first colon as a part of the password".to_owned());
    }
    Ok(())
}
