//! Observations of a TLS handshake, which are kept even if it fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::Error;
use rustls_pki_types::CertificateDer;

use crate::{
    config::CertFault,
    go_verdict::{Judged, chain::HandshakeSignatureError},
    session::{FailureKind, Judgement},
};

/// Observations of a TLS handshake so far.
#[derive(Debug, Default)]
pub(super) struct HandshakeNotes {
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// All faults of the chain by the judgement of our library; the one that the pipeline would report comes first.
    pub(super) faults: Vec<Fault>,
    /// The fault that ended the handshake: our library's, or the pipeline's where that decides.
    pub(super) refusal: Option<Fault>,
    /// What the pipeline makes of the certificates.
    pub(super) judged: Option<Judged>,
    /// The same of each certificate, for people.
    pub(super) judgements: Vec<Judgement>,
    /// What the pipeline makes of the server's signature.
    pub(super) signature: Option<Result<(), HandshakeSignatureError>>,

    /// The pipeline's line about records after the handshake that are none.
    pub(super) refused_after: Option<String>,

    pub(super) client_cert_requested: bool,
    /// The authorities that the server named in its certificate request.
    pub(super) authorities: Vec<String>,
    /// The subject of the client certificate that was sent.
    pub(super) presented: Option<String>,
    /// Why nothing is signed with the key of the certificate that was sent.
    pub(super) unsigned: Option<CertFault>,
    /// The trusted certificate at which the chain ends.
    pub(super) anchor: Option<String>,
    /// The trusted root that has the name of the issuer at which the chain ends.
    pub(super) namesake: Option<Vec<u8>>,
    /// The place in `chain` of the certificate with which, as the only trusted root, it would be accepted.
    pub(super) trustable: Option<usize>,
    /// The number of renegotiations that the server requested and got.
    pub(super) renegotiations: u32,
    /// The last alert, where the error of the library does not hold it.
    #[cfg(all(unix, feature = "renegotiation"))]
    pub(super) alert: Option<u8>,
}

/// The most certificates of a chain that are kept.
const LONGEST_CHAIN: usize = 20;

impl HandshakeNotes {
    /// Notes the certificates that the server sent, its own first.
    pub(super) fn note_chain<'a>(&mut self, served: impl Iterator<Item = &'a [u8]>) {
        self.chain = served.take(LONGEST_CHAIN).map(|der| CertificateDer::from(der.to_vec())).collect();
    }

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
