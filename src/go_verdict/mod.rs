//! What a pipeline would make of a server's TLS, by the rules of Go's `crypto/tls` and `crypto/x509`. Pure.
//!
//! It knows nothing of the library that made the handshake here: it is given what the server sent. A part uses only parts
//! below it, which `tests/layers.rs` checks:
//!
//! ```text
//! verdict              whether the pipeline opens the connection, and its line if not
//! client               the entries of `client_certs`: which are read, which is presented, what mends the others
//! wire      chain      the server's bytes in the clear; whether its certificates are trusted
//! request   certificate   what a server asks of a client certificate; what Go reads from a certificate
//! code      der        the numbers of TLS; the two readers of DER
//! ```

pub mod certificate;
pub mod chain;
pub mod client;
mod code;
mod der;
mod request;
mod verdict;
pub mod wire;

pub use verdict::{Handshake, Judged, Refused, Trust, Verdict, Went, verdict};
