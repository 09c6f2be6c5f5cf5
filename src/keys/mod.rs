//! Reads certificates and private keys out of PEM text (RFC 7468); pure.

mod blocks;
mod certificates;
mod encrypted;
mod error;
mod holds;
mod identity;
mod private;

pub use certificates::certificates;
pub use error::{CertError, KeyError};
pub use holds::holds;
pub use identity::{Identity, IdentityError, identity};
pub use private::{PrivateKey, private_key};

#[cfg(test)]
mod tests;
