//! The private keys that Go reads: PKCS #1, PKCS #8 and SEC 1.

mod curve;
mod private;
mod rsa;
mod write;

pub use private::{
    EcdsaKey, Ed25519Key, KeyFault, KeyKind, Pkcs8Key, PrivateKey, is_any_key, is_locked, parse, pkcs8,
};
pub use rsa::{MAX_BITS, RsaKey};
