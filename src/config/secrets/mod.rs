//! Secrets, and texts without them.

mod headers;
mod names;
mod redactor;
mod secret;
mod shapes;
mod unescape;
mod urls;

pub(in crate::config) use headers::{basic_pair, of_header};
pub use headers::{shown_head, shown_header};
pub use names::is_credential_header;
pub(in crate::config) use names::names_a_secret;
pub use redactor::Redactor;
pub use secret::{MASK, Secret};
pub(in crate::config) use urls::mask_query;
pub use urls::{mask_location, mask_urls, of_address, unmasked};
