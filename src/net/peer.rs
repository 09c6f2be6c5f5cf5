//! The other end of a TLS connection.

use std::net::SocketAddr;

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer<'a> {
    /// The host whose certificate is expected, as written.
    pub(super) host: &'a str,
    /// For errors: `127.0.0.1:4195`.
    pub(super) remote: &'a str,
    pub(super) is_proxy: bool,
    /// The addresses of the TCP connection, ours first.
    pub(super) ends: Option<(SocketAddr, SocketAddr)>,
}
