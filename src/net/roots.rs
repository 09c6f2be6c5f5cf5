//! The trusted certificates that a server's certificate is checked against.

use std::{
    fs::File,
    sync::{Arc, OnceLock},
};

use rustls::{RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::{
    config::{MAX_PEM, RootSource, Settings, read_within},
    go_verdict::certificate::Pool,
    session::FailureKind,
};

use super::{
    Cause,
    client_cert_resolver::{self, Presentable},
};

/// A set of trusted certificates and its origin.
#[derive(Debug)]
pub(super) struct Trust {
    pub(super) store: RootCertStore,
    /// The same certificates in DER, for a server that uses one of them as its own.
    pub(super) listed: Vec<CertificateDer<'static>>,
    /// What the pipeline takes of them.
    pub(super) pool: Pool,
    /// `145 roots of this system`, `tls.root_cas_file ca.pem (1 certificate)`
    pub(super) described: String,
}

/// The certificates for a TLS connection: those to trust and those to present.
#[derive(Debug)]
pub(super) struct TlsMaterial {
    pub(super) trust: Arc<Trust>,
    pub(super) presentable: Arc<[Presentable]>,
}

/// Certificates that load while TCP connects.
pub(super) type Loading = JoinHandle<Result<TlsMaterial, Cause>>;

/// The system's roots, read once.
#[derive(Clone, Debug, Default)]
pub(super) struct SystemRoots(Arc<OnceLock<Arc<Trust>>>);

impl SystemRoots {
    /// Starts to load the certificates of these settings on a blocking thread.
    pub(super) fn load(&self, settings: &Settings) -> Loading {
        let system = self.clone();
        let (tls, as_pipeline) = (&settings.tls, settings.options.dialect.is_pipeline());
        let (source, entries) =
            if tls.enabled { (tls.roots.clone(), tls.client_certs.clone()) } else { (None, Vec::new()) };
        let p12 = settings.beyond.client_p12.clone();
        // The library needs about 40 ms to gather entropy for its first random bytes. This happens here, while
        // TCP connects, instead of in the handshake.
        drop(spawn_blocking(|| aws_lc_rs::default_provider().secure_random.fill(&mut [0; 1])));
        spawn_blocking(move || {
            let trust = match source {
                None => system.0.get_or_init(|| Arc::new(system_roots())).clone(),
                Some(source) => Arc::new(configured_roots(&source, as_pipeline)?),
            };
            Ok(TlsMaterial {
                trust,
                presentable: client_cert_resolver::load(p12, entries, as_pipeline)?.into(),
            })
        })
    }
}

impl Trust {
    /// Trust in one certificate that a server sent.
    pub(super) fn in_served(der: &CertificateDer<'static>) -> Self {
        let listed = vec![der.clone()];
        let (store, _) = store_of(&listed);
        Self { store, pool: Pool::of(&[der.to_vec()]), listed, described: "1 certificate".to_owned() }
    }
}

fn system_roots() -> Trust {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::debug!(%error, "a root of this system could not be read");
    }
    let (store, usable) = store_of(&found.certs);
    let pool = Pool::of(&found.certs.iter().map(|der| der.to_vec()).collect::<Vec<_>>());
    Trust { store, listed: found.certs, pool, described: format!("{usable} roots of this system") }
}

fn configured_roots(source: &RootSource, as_pipeline: bool) -> Result<Trust, Cause> {
    let (place, pem) = match source {
        RootSource::Text(text) => ("tls.root_cas".to_owned(), text.clone().into_bytes()),
        RootSource::File(path) => {
            let place = format!("tls.root_cas_file {}", path.display());
            match File::open(path).and_then(|file| read_within(MAX_PEM, file)) {
                Ok(pem) => (place, pem),
                Err(source) => {
                    let message = format!("{place} cannot be read");
                    return Err(Cause::new(FailureKind::Roots, message).because(&source));
                }
            }
        }
    };
    // A section that is damaged or not a certificate is skipped, as in the pipeline. The description has the
    // number of usable ones.
    let listed: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    let (store, usable) = store_of(&listed);
    let pool = Pool::from_pem(&pem);
    let usable = if as_pipeline { pool.certificates.len() } else { usable };
    // The pipeline continues without a trusted certificate.
    if usable == 0 && !as_pipeline {
        let message = match listed.len() {
            0 => {
                format!("{place} contains no certificate: it should be PEM text with BEGIN CERTIFICATE lines")
            }
            _ => format!("{place} contains no certificate that can be read"),
        };
        return Err(Cause::new(FailureKind::Roots, message));
    }
    let noun = if usable == 1 { "certificate" } else { "certificates" };
    Ok(Trust { store, listed, pool, described: format!("{place} ({usable} {noun})") })
}

fn store_of(listed: &[CertificateDer<'static>]) -> (RootCertStore, usize) {
    let mut store = RootCertStore::empty();
    let (usable, _) = store.add_parsable_certificates(listed.iter().cloned());
    (store, usable)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_error_about_text_without_a_certificate_names_the_field() {
        let cause =
            configured_roots(&RootSource::Text("not PEM".to_owned()), false).expect_err("nothing to trust");
        assert_eq!(cause.kind, FailureKind::Roots);
        assert!(cause.message.starts_with("tls.root_cas contains no certificate"), "{cause:?}");
    }

    #[test]
    fn a_pipeline_continues_without_a_trusted_certificate() {
        let trust = configured_roots(&RootSource::Text("not PEM".to_owned()), true).expect("it continues");
        assert_eq!((trust.listed.len(), trust.described.as_str()), (0, "tls.root_cas (0 certificates)"));
    }

    #[test]
    fn the_error_about_a_missing_file_names_it() {
        let path = PathBuf::from("no/such/ca.pem");
        let cause = configured_roots(&RootSource::File(path), false).expect_err("nothing to read");
        assert_eq!(cause.kind, FailureKind::Roots);
        assert_eq!(cause.message, "tls.root_cas_file no/such/ca.pem cannot be read");
    }
}
