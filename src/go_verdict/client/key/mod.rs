//! The private keys that Go reads: PKCS #1, PKCS #8 and SEC 1.

mod curve;
mod fault;
mod private;
mod rsa;

pub use fault::{KeyFault, KeyKind};
pub use private::{EcdsaKey, Ed25519Key, Pkcs8Key, PrivateKey, is_any_key, is_locked, parse, pkcs8};
pub use rsa::{MAX_BITS, RsaKey};
