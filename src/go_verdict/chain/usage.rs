//! Rule U: the extended key usages of a chain.

use crate::go_verdict::certificate::{Certificate, ExtendedKeyUsage};

/// Whether the certificate may stand in the chain of a server (`checkChainForKeyUsage`).
///
/// Without usages, or with an empty list of them, it may. Gated crypto counts for nothing.
pub fn permits_servers(certificate: &Certificate) -> bool {
    let usages = certificate.extensions.extended_key_usages.as_deref().unwrap_or_default();
    let permits =
        |usage: &ExtendedKeyUsage| matches!(usage, ExtendedKeyUsage::Any | ExtendedKeyUsage::ServerAuth);
    usages.is_empty() || usages.iter().any(permits)
}
