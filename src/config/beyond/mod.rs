//! Options of a connection that no pipeline has: what they mean, and what they make different.

mod backoff;
mod limits;
mod notes;
mod pin;
mod query;
mod reach;

use std::{net::IpAddr, path::PathBuf};

pub use backoff::Backoff;
pub use limits::StageLimits;
pub use pin::{Pin, Pins};
pub use query::{query_encoded, with_query};
pub use reach::{IpVersion, Resolved};

use super::{pem::ClientP12, secrets::Secret};

/// The options of a connection that no pipeline has; the default is a connection as the pipeline makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beyond {
    /// Addresses in place of a lookup; the first that fits holds.
    pub resolve: Vec<Resolved>,
    /// The only kind of addresses to try.
    pub ip_version: Option<IpVersion>,
    /// The address of this machine to connect from.
    pub source: Option<IpAddr>,
    /// The socket to connect to, in place of the host.
    pub unix_socket: Option<PathBuf>,
    /// The name for TLS, in place of the host.
    pub server_name: Option<String>,
    /// The keys that a server may have; empty: any.
    pub pins: Pins,
    /// The file into which the keys of TLS connections are written.
    pub keylog: Option<PathBuf>,
    /// A client certificate that goes before those of the `tls` block.
    pub client_p12: Option<ClientP12>,
    pub limits: StageLimits,
    pub backoff: Option<Backoff>,
    /// Whether a token of `--bearer` is among the headers.
    pub has_bearer: bool,
    /// The values that were added to the query of the address, plain and as they stand there.
    pub query_secrets: Vec<Secret>,
}

impl Beyond {
    /// The only kind of addresses that can be tried.
    #[must_use]
    pub fn family(&self) -> Option<IpVersion> {
        self.ip_version.or_else(|| self.source.map(IpVersion::of))
    }

    /// The addresses that stand in for the lookup of a host; `None`: the resolver is asked.
    #[must_use]
    pub fn addresses_of(&self, host: &str, port: u16) -> Option<&[IpAddr]> {
        let entry = self.resolve.iter().find(|entry| entry.stands_for(host, port))?;
        Some(&entry.addresses)
    }
}
