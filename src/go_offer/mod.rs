//! What Go's TLS client offers (`crypto/tls` as of Go 1.26), for a connection made with rustls: the same suites,
//! groups and signatures, and a use for every key that it presents a certificate with.

mod group;
mod key;
mod offer;
mod provider;
mod record;
mod suite;

pub(crate) use key::is_gone_in_tls13;
pub use key::signing_key;
pub use offer::Offer;
pub use provider::{provider, verify_schemes};
