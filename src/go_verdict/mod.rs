//! What a pipeline would make of a server's TLS, by the rules of Go's `crypto/tls` and `crypto/x509`. Pure.
//!
//! It knows nothing of the library that made the handshake here: it is given what the server sent.

pub mod certificate;
pub mod chain;
pub mod client;
pub mod wire;

mod verdict;

pub use verdict::{Handshake, Judged, Refused, Trust, Verdict, Went, verdict};
