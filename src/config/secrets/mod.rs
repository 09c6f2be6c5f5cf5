//! Secrets, and the redaction of texts.

mod headers;
mod names;
mod redactor;
mod secret;
mod shapes;
mod unescape;
mod urls;

pub(in crate::config) use headers::{basic_pair, header_secrets};
pub use headers::{shown_head, shown_header};
pub use names::{is_credential_header, names_a_secret};
pub use redactor::Redactor;
pub use secret::{MASK, Secret};
pub(in crate::config) use urls::mask_query;
pub use urls::{address_secrets, mask_location, mask_urls, unmasked};
