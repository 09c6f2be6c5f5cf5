//! The stage of TLS, by rustls.

use std::{io, sync::Arc};

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
    notes::Notes,
    roots::{Loading, TlsMaterial},
    tap::Tap,
    tls_failure::failure,
    verify::ChainVerifier,
};

/// What the handshake showed.
#[derive(Debug, Default)]
pub(super) struct Observed {
    evidence: TlsEvidence,
    notes: Notes,
    /// How many client certificates there are.
    configured: u64,
}

impl From<Observed> for Evidence {
    fn from(Observed { mut evidence, notes, configured }: Observed) -> Self {
        let found = notes.lock();
        evidence.client = found.client_cert_asked.then(|| ClientEvidence {
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
pub(super) struct Secured {
    pub(super) stream: Box<dyn Io>,
    /// `TLS 1.3 · TLS13_AES_256_GCM_SHA384`
    pub(super) described: String,
    pub(super) notes: Notes,
}

/// Makes the handshake with `host` on a fresh connection to `remote`.
pub(super) async fn handshake(
    tcp: Box<dyn Io>,
    host: &str,
    remote: &str,
    settings: &Settings,
    tls_material: Loading,
    seen: &mut Observed,
) -> Result<Secured, Cause> {
    let skip = settings.tls.enabled && settings.tls.skip_cert_verify;
    seen.evidence.skipped = skip;
    let TlsMaterial { trust, presentable } = tls_material.await.unwrap_or_else(|error| {
        let message = "the certificates of TLS could not be loaded".to_owned();
        Err(Cause::Io { message, kind: FailureKind::Roots, source: io::Error::other(error) })
    })?;
    seen.evidence.trust.clone_from(&trust.described);

    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        let message = format!("\"{host}\" cannot be a server name of TLS");
        Cause::Tls { message, kind: FailureKind::TlsFailed, source: None }
    })?;
    if matches!(name, ServerName::DnsName(_)) {
        seen.evidence.server_name = Some(host.to_owned());
    }
    seen.configured = presentable.len() as u64;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let validate = ChainVerifier { trust, algorithms, skip, notes: seen.notes.clone() };
    #[cfg(all(unix, feature = "renegotiation"))]
    if settings.tls.enabled && settings.tls.renegotiation {
        let terms = renegotiate::Terms { name: &name, remote, validate, presentable: presentable.first() };
        let (stream, described) = renegotiate::handshake(Tap::ending(tcp), terms, &mut seen.evidence).await?;
        return Ok(Secured { stream: Box::new(stream), described, notes: seen.notes.clone() });
    }
    let config = config(provider, validate, presentable).map_err(|error| {
        let message = "TLS could not be set up".to_owned();
        Cause::Tls { message, kind: FailureKind::TlsFailed, source: Some(Box::new(error)) }
    })?;

    let connecting = TlsConnector::from(Arc::new(config)).connect(name, Tap::new(tcp));
    let mut stream = connecting
        .into_fallible()
        .await
        .map_err(|(error, tap)| failure(error, tap.first(), &seen.notes.lock(), remote))?;
    describe(&stream, &mut seen.evidence);
    let is_tls12 = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_2);
    stream.get_mut().0.allow_no_other_handshake(is_tls12);
    let described = seen.evidence.summary();
    Ok(Secured { stream: Box::new(stream), described, notes: seen.notes.clone() })
}

/// TLS 1.2 and up, no ALPN, and nothing remembered between connections, so that each sees the chain.
fn config(
    provider: Arc<CryptoProvider>,
    validate: ChainVerifier,
    presentable: Vec<Presentable>,
) -> Result<ClientConfig, Error> {
    let client_cert_resolver = ClientCertResolver { presentable, notes: validate.notes.clone() };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(validate))
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
