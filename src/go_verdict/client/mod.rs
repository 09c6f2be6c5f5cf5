//! Rule E: what the pipeline does with `tls.client_certs` at its start, and which certificate it presents.

mod entry;
mod error;
pub mod key;
mod locked;
mod mend;
mod pair;
mod presented;
mod sort;

pub use crate::go_verdict::request::{CertificateRequest, Version};
pub use entry::{Fields, Pair, entry, with_plain_key};
pub use error::{Cost, Doubt, EntryError, Field, Form, LegacyError, Panic, Pkcs8Error};
pub use mend::{Files, Mend, Protection, What, comparison, mend};
pub use pair::ClientCertificate;
pub use presented::{presented, scheme, signing_error};
