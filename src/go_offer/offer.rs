//! The suites and groups that a client sends.

use rustls::SupportedCipherSuite;
use rustls::crypto::SupportedKxGroup;

use crate::go_offer::{group, suite};

/// The suites and groups of one `ClientHello`, in the order in which they are sent.
///
/// The first group is the one that gets a key share; a hybrid brings the share of its classical half along
/// (`crypto/tls/handshake_client.go`, `makeClientHello`).
#[derive(Clone, Debug)]
pub struct Offer {
    pub suites: Vec<SupportedCipherSuite>,
    pub groups: Vec<&'static dyn SupportedKxGroup>,
}

impl Default for Offer {
    /// Go's offer without the suites that encrypt by chained blocks, whose padding has been attacked again and again.
    fn default() -> Self {
        let suites = [suite::AEAD_SUITES, suite::TLS13_SUITES].concat();
        Self { suites, groups: group::GROUPS.to_vec() }
    }
}

impl Offer {
    /// The whole of what Go offers (`crypto/tls/defaults.go`, `defaultCipherSuites`).
    pub fn with_cbc() -> Self {
        let suites = [suite::AEAD_SUITES, suite::CBC_SUITES, suite::TLS13_SUITES].concat();
        Self { suites, ..Self::default() }
    }
}
