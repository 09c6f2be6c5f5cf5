//! Loads the client certificates of a connection and chooses the one to present to a server.

use std::{fs::File, path::Path, sync::Arc};

use rustls::{
    SignatureScheme, client::ResolvesClientCert, crypto::aws_lc_rs::sign::any_supported_type,
    sign::CertifiedKey,
};
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

use crate::{
    config::{CertFault, CertFaultKind, ClientCert, read_within},
    keys::Identity,
    session::FailureKind,
};

use super::{Cause, certificate::certificate, handshake_notes::SharedNotes};

/// The most authorities of a certificate request that are kept.
const MOST_AUTHORITIES: usize = 64;

/// A certificate ready to be presented.
#[derive(Debug)]
pub(super) struct Presentable {
    pub(super) subject: String,
    certified: Arc<CertifiedKey>,
    /// For the TLS library with renegotiation, which needs PEM.
    #[cfg_attr(
        not(all(unix, feature = "renegotiation")),
        expect(dead_code, reason = "that library is not built in")
    )]
    pub(super) identity: Identity,
}

/// Reads the certificates and keys of these entries.
///
/// # Errors
///
/// The first entry that cannot be used; `as_pipeline` gives the error the pipeline's text.
pub(super) fn load(entries: &[ClientCert], as_pipeline: bool) -> Result<Vec<Presentable>, Cause> {
    let read = |path: &Path, limit| File::open(path).and_then(|file| read_within(limit, file));
    let open = |entry: &ClientCert| {
        let identity = entry.open(&read).map_err(|fault| cause(fault, as_pipeline))?;
        presentable(entry, identity)
    };
    entries.iter().map(open).collect()
}

fn presentable(entry: &ClientCert, identity: Identity) -> Result<Presentable, Cause> {
    let key = any_supported_type(&identity.key).map_err(|error| {
        let message = format!("{}: the private key is of a kind that is not supported", entry.path);
        let (fault, entry) = (CertFaultKind::Unreadable, entry.path.clone());
        let kind = FailureKind::ClientKey { fault, entry, pipeline: String::new() };
        Cause::new(kind, message).because(&error)
    })?;
    let subject = identity.chain.first().map_or(String::new(), |der| certificate(der).subject);
    let certified = Arc::new(CertifiedKey::new(identity.chain.clone(), key));
    Ok(Presentable { subject, certified, identity })
}

fn cause(fault: CertFault, as_pipeline: bool) -> Cause {
    let entry = fault.path.rsplit_once('.').map_or(fault.path.clone(), |(entry, _)| entry.to_owned());
    let kind = FailureKind::ClientKey { fault: fault.kind, entry, pipeline: fault.pipeline.clone() };
    Cause::new(kind, if as_pipeline { fault.pipeline } else { fault.message })
}

/// Presents the first certificate that suits a server, as the pipeline's runtime does, and notes the request.
#[derive(Debug)]
pub(super) struct ClientCertResolver {
    pub(super) presentable: Vec<Presentable>,
    pub(super) notes: SharedNotes,
}

impl ResolvesClientCert for ClientCertResolver {
    fn resolve(&self, root_hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let chosen = self.presentable.iter().find(|candidate| {
            candidate.certified.key.choose_scheme(schemes).is_some()
                && is_accepted(root_hints, &candidate.certified)
        });
        let mut notes = self.notes.lock();
        notes.client_cert_requested = true;
        notes.authorities = root_hints.iter().take(MOST_AUTHORITIES).map(|der| name(der)).collect();
        notes.presented = chosen.map(|candidate| candidate.subject.clone());
        chosen.map(|candidate| candidate.certified.clone())
    }

    fn has_certs(&self) -> bool {
        !self.presentable.is_empty()
    }
}

/// Whether one of the authorities signed a certificate of the chain (RFC 8446, section 4.2.4). A server that
/// names no authorities accepts any.
fn is_accepted(authorities: &[&[u8]], certified: &CertifiedKey) -> bool {
    authorities.is_empty()
        || certified.cert.iter().any(|der| {
            X509Certificate::from_der(der)
                .is_ok_and(|(_, parsed)| authorities.contains(&parsed.issuer().as_raw()))
        })
}

fn name(der: &[u8]) -> String {
    X509Name::from_der(der)
        .map_or("(unreadable)".to_owned(), |(_, name)| name.to_string().chars().take(1024).collect())
}
