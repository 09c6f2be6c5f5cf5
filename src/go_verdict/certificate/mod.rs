//! What Go reads from a certificate, and the words with which it refuses one.

mod address;
mod algorithm;
mod alternative_names;
mod curve;
mod der;
mod domain;
mod error;
mod extensions;
mod key;
mod name;
mod name_constraints;
mod oid;
mod parsed;
mod parser;
pub mod pem;
mod policies;
mod pool;
mod pss;
mod quote;
mod served;
mod time;
mod url;

pub use address::AddressError;
pub use alternative_names::UriError;
pub use error::{ParseError, TextError};
pub use parsed::*;
pub use pool::{Pool, Reason, Skipped};
pub use served::{ServedError, served};
pub use url::{UrlCause, UrlError};
