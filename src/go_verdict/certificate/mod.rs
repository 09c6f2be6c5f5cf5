//! What Go reads from a certificate, and the words with which it refuses one.

pub(in crate::go_verdict) mod address;
mod algorithm;
mod alternative_names;
mod curve;
pub(in crate::go_verdict) mod domain;
mod error;
mod extensions;
mod key;
pub(in crate::go_verdict) mod mailbox;
mod name;
mod name_constraints;
mod parsed;
mod parser;
pub mod pem;
mod policies;
mod pool;
mod pss;
mod served;
mod time;
mod url;

pub use address::AddressError;
pub use error::{ParseError, TextError};
pub use parsed::*;
pub use pool::{Pool, Reason, Skipped};
pub use served::{ServedError, served};
pub use url::{UriError, UrlCause, UrlError};
