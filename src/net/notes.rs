//! What a handshake of TLS showed, kept whatever becomes of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::Error;
use rustls_pki_types::CertificateDer;

use crate::session::FailureKind;

/// What a handshake showed so far; shared with the verifier inside it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// Everything that is wrong with it, what the pipeline would name first in front.
    pub(super) faults: Vec<Fault>,
    /// Whether the server asked for a client certificate.
    pub(super) client_cert_asked: bool,
    /// The authorities whose certificates it takes, as it named them.
    pub(super) authorities: Vec<String>,
    /// The subject of the certificate that it got.
    pub(super) presented: Option<String>,
    /// Which of the trusted certificates the chain leads to.
    pub(super) anchor: Option<String>,
    /// How often it asked for another handshake, and got it.
    pub(super) renegotiations: u32,
    /// The last alert, where the library does not tell it with its error.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) alert: Option<u8>,
}

impl Found {
    /// All faults as one sentence; `None` when there is none.
    pub(super) fn verdict(&self) -> Option<String> {
        let message: Vec<_> = self.faults.iter().map(|fault| fault.message.as_str()).collect();
        (!message.is_empty()).then(|| message.join("; "))
    }

    /// What to add when the peer leaves without a word: some servers refuse a missing client
    /// certificate that way.
    pub(super) fn suspicion(&self) -> &'static str {
        match (self.client_cert_asked, &self.presented) {
            (false, _) => "",
            (true, None) => "; it had asked for a client certificate",
            (true, Some(_)) => "; it had asked for a client certificate and got one",
        }
    }
}

/// One thing that is wrong with a certificate.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) kind: FailureKind,
    /// What the certificate is or does: `expired on …`.
    pub(super) message: String,
    pub(super) error: Error,
}

/// The one place that verifier and stage both see.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes(Arc<Mutex<Found>>);

impl Notes {
    pub(super) fn lock(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
