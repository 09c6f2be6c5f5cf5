//! The keys that a client can prove itself with.

mod choice;
mod ecdsa;
mod rsa;
mod signing;

pub use signing::signing_key;
