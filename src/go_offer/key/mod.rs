//! The keys that a client can prove itself with.

mod choice;
mod ecdsa;
mod rsa;
mod signing;

pub(crate) use ecdsa::is_gone_in_tls13;
pub use signing::signing_key;
