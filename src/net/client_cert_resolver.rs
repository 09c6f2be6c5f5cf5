//! Loads the client certificates of a connection and chooses the one to present to a server.

use std::{fs::File, path::Path, sync::Arc};

use rustls::{SignatureScheme, client::ResolvesClientCert, sign::CertifiedKey};
use rustls_pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Name};

use crate::{
    config::{CertFault, CertFaultKind, ClientCert, ClientP12, Opened, read_within},
    go_offer::{is_gone_in_tls13, signing_key},
    go_verdict::client::{CertificateRequest, ClientCertificate, Version, presented},
    keys::PrivateKey,
    session::FailureKind,
};

use super::{
    Cause,
    certificate::certificate,
    client_key::{WeakKey, client_key},
    handshake_notes::SharedNotes,
};

/// The most authorities of a certificate request that are kept.
const MOST_AUTHORITIES: usize = 64;

/// The kinds of certificates that TLS 1.2 has for the keys of the pipeline: `rsa_sign` and `ecdsa_sign`. The library does
/// not tell which of them a server asks for; they go with its schemes.
const TYPES: [u8; 2] = [1, 64];

/// A certificate ready to be presented.
#[derive(Debug)]
pub(super) struct Presentable {
    pub(super) subject: String,
    certificate: ClientCertificate,
    pub(super) certified: Arc<CertifiedKey>,
    /// What is wrong with a key that signs nothing, in TLS 1.2 and in TLS 1.3.
    unsigned: Option<[CertFault; 2]>,
    /// For the TLS library with renegotiation, which needs PEM.
    #[cfg_attr(
        not(all(unix, feature = "renegotiation")),
        expect(dead_code, reason = "that library is not built in")
    )]
    pub(super) key: PrivateKey,
}

/// Reads the certificates and keys of a PKCS#12 file and of these entries, in this order.
///
/// # Errors
///
/// The first entry that cannot be used; `as_pipeline` gives the error the pipeline's text, and refuses what the pipeline
/// does not start with.
pub(super) fn load(
    p12: Option<ClientP12>,
    mut entries: Vec<ClientCert>,
    as_pipeline: bool,
) -> Result<Vec<Presentable>, Cause> {
    let read = |path: &Path, limit| File::open(path).and_then(|file| read_within(limit, file));
    if let Some(p12) = p12 {
        entries.insert(0, p12.unpacked(&read).map_err(client_key)?);
    }
    let open = |entry: &ClientCert| {
        let opened = entry.open(&read).map_err(|fault| cause(fault, as_pipeline))?;
        match &opened.only_here {
            Some(fault) if as_pipeline => Err(cause(fault.clone(), as_pipeline)),
            _ => presentable(entry, opened),
        }
    };
    entries.iter().map(open).collect()
}

fn presentable(entry: &ClientCert, opened: Opened) -> Result<Presentable, Cause> {
    let [in_12, in_13] = [Version::Tls12, Version::Tls13].map(|version| entry.too_weak(&opened, version));
    let unsigned = in_12.zip(in_13).map(|(in_12, in_13)| [in_12, in_13]);
    let Opened { certificate: own, key, only_here: _ } = opened;
    let signing = match &unsigned {
        Some(_) => Arc::new(WeakKey),
        None => signing_key(&key).map_err(|error| unsupported(entry, &error))?,
    };
    let chain = own.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let subject = certificate(&own.leaf.raw).subject;
    let certified = Arc::new(CertifiedKey::new(chain, signing));
    Ok(Presentable { subject, certificate: own, certified, unsigned, key })
}

fn unsupported(entry: &ClientCert, error: &rustls::Error) -> Cause {
    let message = format!("{}: the private key is of a kind that is not supported", entry.path);
    let (fault, entry) = (CertFaultKind::Unreadable, entry.path.clone());
    let kind = FailureKind::ClientKey { fault, entry, pipeline: String::new(), mends: Box::default() };
    Cause::new(kind, message).because(error)
}

fn cause(fault: CertFault, as_pipeline: bool) -> Cause {
    let pipeline = fault.pipeline.clone();
    let cause = client_key(fault);
    if as_pipeline && !pipeline.is_empty() { Cause { message: pipeline, ..cause } } else { cause }
}

/// Presents the first certificate that suits a server, as the pipeline's runtime does, and notes the request.
#[derive(Debug)]
pub(super) struct ClientCertResolver {
    pub(super) presentable: Arc<[Presentable]>,
    pub(super) notes: SharedNotes,
}

impl ResolvesClientCert for ClientCertResolver {
    fn resolve(&self, root_hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let request = CertificateRequest {
            version: version_of(schemes),
            types: TYPES.to_vec(),
            schemes: schemes.iter().map(|scheme| u16::from(*scheme)).collect(),
            authorities: root_hints.iter().map(|name| name.to_vec()).collect(),
        };
        let place = presented(self.presentable.iter().map(|one| &one.certificate), &request);
        let chosen = place.and_then(|place| self.presentable.get(place));
        let mut notes = self.notes.lock();
        notes.client_cert_requested = true;
        notes.authorities = root_hints.iter().take(MOST_AUTHORITIES).map(|der| name(der)).collect();
        notes.presented = chosen.map(|candidate| candidate.subject.clone());
        let unsigned = chosen.and_then(|candidate| candidate.unsigned.clone());
        notes.unsigned = unsigned.map(|[in_12, in_13]| match request.version {
            Version::Tls12 => in_12,
            Version::Tls13 => in_13,
        });
        chosen.map(|candidate| candidate.certified.clone())
    }

    fn has_certs(&self) -> bool {
        !self.presentable.is_empty()
    }
}

/// The version of the handshake, which the library does not tell: in TLS 1.3 it leaves out the schemes that are gone there
/// (RFC 8446, section 4.2.3), and nearly every server of TLS 1.2 lists some.
fn version_of(schemes: &[SignatureScheme]) -> Version {
    if schemes.iter().any(|scheme| is_gone_in_tls13(*scheme)) { Version::Tls12 } else { Version::Tls13 }
}

fn name(der: &[u8]) -> String {
    X509Name::from_der(der)
        .map_or("(unreadable)".to_owned(), |(_, name)| name.to_string().chars().take(1024).collect())
}
