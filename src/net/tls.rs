//! The stage `tls`: makes the handshake with rustls.

use std::sync::Arc;

use rustls::{
    ClientConfig, Error, ProtocolVersion,
    client::Resumption,
    crypto::{CryptoProvider, aws_lc_rs},
};
use rustls_pki_types::ServerName;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    config::Settings,
    session::{ClientEvidence, Evidence, FailureKind, TlsEvidence},
};

#[cfg(all(unix, feature = "renegotiation"))]
use super::renegotiate;
use super::{
    Cause, Io,
    certificate::certificate,
    client_cert_resolver::{ClientCertResolver, Presentable},
    handshake_notes::SharedNotes,
    roots::{Loading, TlsMaterial},
    tap::Tap,
    tls_failure::failure,
    verify::ChainVerifier,
};

#[derive(Debug, Default)]
pub(super) struct Observed {
    evidence: TlsEvidence,
    notes: SharedNotes,
    /// The number of configured client certificates.
    configured: u64,
}

impl From<Observed> for Evidence {
    fn from(Observed { mut evidence, notes, configured }: Observed) -> Self {
        let found = notes.lock();
        evidence.client = found.client_cert_requested.then(|| ClientEvidence {
            authorities: found.authorities.clone(),
            configured,
            presented: found.presented.clone(),
        });
        evidence.anchor.clone_from(&found.anchor);
        evidence.chain = found.chain.iter().map(|der| certificate(der)).collect();
        evidence.verdict = found.verdict();
        Self::Tls(Box::new(evidence))
    }
}

/// A connection after the handshake.
pub(super) struct SecureStream {
    pub(super) stream: Box<dyn Io>,
    /// `TLS 1.3 · TLS13_AES_256_GCM_SHA384`
    pub(super) described: String,
    pub(super) notes: SharedNotes,
}

/// Makes the handshake with `host` on a fresh connection to `remote`.
pub(super) async fn handshake(
    tcp: Box<dyn Io>,
    host: &str,
    remote: &str,
    settings: &Settings,
    tls_material: Loading,
    observed: &mut Observed,
) -> Result<SecureStream, Cause> {
    let skip = settings.tls.enabled && settings.tls.skip_cert_verify;
    observed.evidence.skipped = skip;
    let TlsMaterial { trust, presentable } = tls_material.await.unwrap_or_else(|error| {
        Err(Cause::new(FailureKind::Roots, "the certificates for TLS could not be loaded").because(&error))
    })?;
    observed.evidence.trust.clone_from(&trust.described);

    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        Cause::new(FailureKind::TlsFailed, format!("\"{host}\" is not a valid server name for TLS"))
    })?;
    if matches!(name, ServerName::DnsName(_)) {
        observed.evidence.server_name = Some(host.to_owned());
    }
    observed.configured = presentable.len() as u64;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let verifier = ChainVerifier { trust, algorithms, skip, notes: observed.notes.clone() };
    #[cfg(all(unix, feature = "renegotiation"))]
    if settings.tls.enabled && settings.tls.renegotiation {
        let (tap, evidence) = (Tap::hiding_errors(tcp), &mut observed.evidence);
        let (stream, described) =
            renegotiate::handshake(tap, (&name, remote), verifier, presentable.first(), evidence).await?;
        return Ok(SecureStream { stream: Box::new(stream), described, notes: observed.notes.clone() });
    }
    let config = config(provider, verifier, presentable)
        .map_err(|error| Cause::new(FailureKind::TlsFailed, "TLS could not be set up").because(&error))?;

    let connecting = TlsConnector::from(Arc::new(config)).connect(name, Tap::new(tcp));
    let mut stream = connecting
        .into_fallible()
        .await
        .map_err(|(error, tap)| failure(&error, tap.first(), &observed.notes.lock(), remote))?;
    describe(&stream, &mut observed.evidence);
    let is_tls12 = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_2);
    stream.get_mut().0.forbid_renegotiation(is_tls12);
    let described = observed.evidence.summary();
    Ok(SecureStream { stream: Box::new(stream), described, notes: observed.notes.clone() })
}

/// TLS 1.2 or later, without ALPN, and without resumption, so that each connection receives the chain.
fn config(
    provider: Arc<CryptoProvider>,
    verifier: ChainVerifier,
    presentable: Vec<Presentable>,
) -> Result<ClientConfig, Error> {
    let client_cert_resolver = ClientCertResolver { presentable, notes: verifier.notes.clone() };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(client_cert_resolver));
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn describe(stream: &TlsStream<Tap<Box<dyn Io>>>, evidence: &mut TlsEvidence) {
    let (_, session) = stream.get_ref();
    evidence.version = session.protocol_version().map(|version| match version {
        ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    });
    evidence.suite = session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
    evidence.group = session.negotiated_key_exchange_group().map(|group| format!("{:?}", group.name()));
}
