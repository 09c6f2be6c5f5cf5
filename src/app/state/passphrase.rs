//! What is known of a question for a passphrase.

use crate::session::ConnectionId;

/// A passphrase that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedPassphrase {
    /// The client certificate: `tls.client_certs.0`.
    pub entry: String,
    /// Why its key does not open.
    pub reason: String,
    /// The last connection before the answer; `None` while there is none.
    pub answered: Option<ConnectionId>,
}
