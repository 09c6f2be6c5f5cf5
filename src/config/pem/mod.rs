//! Certificates and keys that fields name or hold: read, held together, and summed up.

mod client_certs;
mod file_summary;
mod read;

pub use client_certs::{CertFault, CertFaultKind, ClientCert, Source, client_certs};
pub use file_summary::{FileSummary, file_summaries, is_looked_at, is_pem};
pub use read::{MAX_KEY, MAX_PEM, ReadFile, read_within, unread_in_go};
pub(in crate::config) use read::{absent, certificates_in};
