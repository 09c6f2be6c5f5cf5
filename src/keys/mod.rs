//! Reads certificates and private keys from PEM text (RFC 7468) and PKCS#12. Pure.

mod blocks;
mod certificates;
mod describe;
mod encrypted;
mod error;
mod go;
mod kind;
mod pkcs12;
mod private;

pub use certificates::certificates;
pub use describe::describe;
pub use error::{CertError, KeyError, Pkcs12Error};
pub use go::refused_by_go;
pub use kind::{KeyKind, kind_of, wrong_kind_in_go};
pub use pkcs12::{Pkcs12, pkcs12};
pub use private::{PrivateKey, private_key};

#[cfg(test)]
mod tests;
