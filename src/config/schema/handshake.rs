//! The headers that each handshake makes anew.

/// Whether a header belongs to a handshake that was recorded, and so is not taken over.
pub(in crate::config) fn is_handshake(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["upgrade", "connection", "host", "content-length", "accept-encoding"].contains(&name.as_str())
        || name.starts_with(':')
        || (name.starts_with("sec-websocket-") && name != "sec-websocket-protocol")
}
