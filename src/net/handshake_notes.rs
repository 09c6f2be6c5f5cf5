//! Observations of a TLS handshake, which are kept even if it fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::Error;
use rustls_pki_types::CertificateDer;

use crate::{config::CertFault, session::FailureKind};

/// Observations of a TLS handshake so far.
#[derive(Debug, Default)]
pub(super) struct HandshakeNotes {
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// All faults of the chain; the one that the pipeline would report comes first.
    pub(super) faults: Vec<Fault>,

    pub(super) client_cert_requested: bool,
    /// The authorities that the server named in its certificate request.
    pub(super) authorities: Vec<String>,
    /// The subject of the client certificate that was sent.
    pub(super) presented: Option<String>,
    /// Why nothing is signed with the key of the certificate that was sent.
    pub(super) unsigned: Option<CertFault>,
    /// The trusted certificate at which the chain ends.
    pub(super) anchor: Option<String>,
    /// The number of renegotiations that the server requested and got.
    pub(super) renegotiations: u32,
    /// The last alert, where the error of the library does not hold it.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) alert: Option<u8>,
}

impl HandshakeNotes {
    /// All faults as one sentence; `None` if there are none.
    pub(super) fn verdict(&self) -> Option<String> {
        let faults: Vec<_> = self.faults.iter().map(|fault| fault.message.as_str()).collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }

    /// An addition to the error when the peer closes without a reason: some servers reject a missing client
    /// certificate this way.
    pub(super) fn suspicion(&self) -> &'static str {
        match (self.client_cert_requested, &self.presented) {
            (false, _) => "",
            (true, None) => "; it had requested a client certificate",
            (true, Some(_)) => "; it had requested a client certificate and received one",
        }
    }
}

/// A fault of a certificate.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: FailureKind,
    /// The predicate of a sentence about the certificate: `expired on …`.
    pub(super) message: String,
    pub(super) error: Error,
}

/// The notes, shared between the stage and the verifier inside its handshake.
#[derive(Clone, Debug, Default)]
pub(super) struct SharedNotes(Arc<Mutex<HandshakeNotes>>);

impl SharedNotes {
    pub(super) fn lock(&self) -> MutexGuard<'_, HandshakeNotes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
