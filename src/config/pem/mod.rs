//! Certificates and keys of fields, as PEM text or files: reads, checks and summarises them.

mod client_cert;
mod client_certs;
mod client_fault;
mod client_p12;
mod file_summary;
mod read;

pub use client_cert::{ClientCert, Source};
pub use client_certs::{Opened, client_certs};
pub use client_fault::{CertFault, CertFaultKind};
pub use client_p12::{ClientP12, passphrase_path};
pub use file_summary::{FileSummary, file_summaries, has_file_summary, is_pem};
pub use read::{MAX_KEY, MAX_PEM, ReadFile, go_read_error, read_within};
pub(in crate::config) use read::{check_certificates, not_found_message};
