//! The stage `tls`: makes the handshake with rustls.

use std::{net::Ipv4Addr, sync::Arc};

use rustls::{ClientConfig, Error, ProtocolVersion, client::Resumption, crypto::CryptoProvider};
use rustls_pki_types::ServerName;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    config::Settings,
    go_offer,
    go_verdict::{
        Went,
        wire::{Block, Offer, suite},
    },
    session::{ClientEvidence, Evidence, FailureKind, TlsEvidence},
};

use super::{
    Cause, Io,
    certificate::certificate,
    client_cert_resolver::{ClientCertResolver, Presentable},
    foretelling::{Foretelling, end_of, engine, went},
    handshake_notes::SharedNotes,
    keylog::Keylog,
    peer::Peer,
    roots::{Loading, TlsMaterial},
    tap::Tap,
    tls_failure::failure,
    verify::{ChainVerifier, Judge},
};
#[cfg(all(unix, feature = "renegotiation"))]
use super::{renegotiate::Renegotiable, tap::is_tls12_chosen};

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
        for (certificate, judgement) in evidence.chain.iter_mut().zip(&found.judgements) {
            certificate.judgement = Some(judgement.clone());
        }
        evidence.namesake = found.namesake.as_deref().map(certificate);
        evidence.trustable = found.trustable;
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

/// Makes the handshake on a fresh connection. Where the server may renegotiate, another library begins again on a
/// connection that `again` opens.
pub(super) async fn handshake(
    tcp: Box<dyn Io>,
    peer: Peer<'_>,
    settings: &Settings,
    tls_material: Loading,
    again: Option<impl AsyncFnOnce() -> Result<Box<dyn Io>, Cause>>,
    observed: &mut Observed,
) -> Result<SecureStream, Cause> {
    let Peer { host, remote, .. } = peer;
    // What is said of the server's name and key does not hold for its proxy.
    let beyond = Some(&settings.beyond).filter(|_| !peer.is_proxy);
    let host = beyond.and_then(|beyond| beyond.server_name.as_deref()).unwrap_or(host);
    let pins = beyond.map(|beyond| beyond.pins.clone()).unwrap_or_default();
    let skip = settings.tls.enabled && settings.tls.skip_cert_verify;
    observed.evidence.skipped = skip;
    let TlsMaterial { trust, presentable } = tls_material.await.unwrap_or_else(|error| {
        Err(Cause::new(FailureKind::Roots, "the certificates for TLS could not be loaded").because(&error))
    })?;
    observed.evidence.trust.clone_from(&trust.described);
    let dialect = settings.options.dialect;
    let judge = if dialect.is_pipeline() { Judge::Pipeline } else { Judge::Ours };
    let name = server_name(host, judge)?;
    if matches!(name, ServerName::DnsName(_)) {
        observed.evidence.server_name = Some(host.to_owned());
    }
    observed.configured = presentable.len() as u64;
    let engine = Offer::of(engine(dialect), if settings.tls.enabled { Block::On } else { Block::Off });
    let provider = Arc::new(go_offer::provider(&own_offer(judge, &engine)));
    let algorithms = provider.signature_verification_algorithms;
    let (notes, host) = (observed.notes.clone(), host.to_owned());
    let verifier = Arc::new(ChainVerifier { trust, algorithms, host, judge, skip, pins, notes });
    let foretelling = Foretelling { trust: &verifier.trust, host: peer.host, skips: skip };
    let tap = Tap::new(tcp).hearing_for(engine.clone());
    #[cfg(all(unix, feature = "renegotiation"))]
    let (tap, again) = match again.filter(|_| settings.tls.enabled && settings.tls.renegotiation) {
        Some(again) => (tap.leaving_tls12(), Some((again, presentable.clone()))),
        None => (tap, None),
    };
    #[cfg(not(all(unix, feature = "renegotiation")))]
    drop(again);
    let mut config = config(provider, verifier.clone(), presentable)
        .map_err(|error| Cause::new(FailureKind::tls_failed(), "TLS could not be set up").because(&error))?;
    let keylog = settings.beyond.keylog.as_deref().map(Keylog::open).transpose()?.map(Arc::new);
    if let Some(keylog) = &keylog {
        config.key_log = keylog.clone();
    }
    let connecting = TlsConnector::from(Arc::new(config)).connect(name.clone(), tap);
    let mut stream = match connecting.into_fallible().await {
        Ok(stream) => stream,
        Err((error, mut tap)) => {
            #[cfg(all(unix, feature = "renegotiation"))]
            if let Some((again, presentable)) = again
                && is_tls12_chosen(&error)
            {
                drop(tap);
                let tap = Tap::hiding_errors(again().await?).hearing_for(engine);
                let presentable = presentable.first();
                let one = Renegotiable { name: &name, peer, verifier: &verifier, presentable, keylog };
                let (stream, described) = one.handshake(tap, &foretelling, &mut observed.evidence).await?;
                return Ok(SecureStream {
                    stream: Box::new(stream),
                    described,
                    notes: observed.notes.clone(),
                });
            }
            let overheard = tap.overheard(&end_of(&error, peer.ends));
            observed.evidence.pipeline =
                overheard.and_then(|heard| foretelling.verdict(&heard, &observed.notes, went(&error)));
            return Err(failure(&error, tap.first(), &observed.notes.lock(), remote));
        }
    };
    describe(&stream, &mut observed.evidence);
    let is_tls12 = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_2);
    let tap = stream.get_mut().0;
    tap.forbid_renegotiation(is_tls12);
    observed.evidence.pipeline = tap
        .heard_through(&observed.notes)
        .and_then(|heard| foretelling.verdict(&heard, &observed.notes, Went::Through));
    let described = observed.evidence.summary();
    Ok(SecureStream { stream: Box::new(stream), described, notes: observed.notes.clone() })
}

/// The name to send and to check, for the library of TLS.
fn server_name(host: &str, judge: Judge) -> Result<ServerName<'static>, Cause> {
    // A zone is for this machine only.
    match ServerName::try_from(host.split('%').next().unwrap_or(host).to_owned()) {
        Ok(name) => Ok(name),
        // The pipeline takes any name. Our library cannot send this one.
        Err(_) if judge == Judge::Pipeline => Ok(ServerName::IpAddress(Ipv4Addr::UNSPECIFIED.into())),
        Err(_) => {
            let message = format!("\"{host}\" is not a valid server name for TLS");
            Err(Cause::new(FailureKind::tls_failed(), message))
        }
    }
}

/// What is offered: CBC only where the pipeline is followed and has it.
fn own_offer(judge: Judge, engine: &Offer) -> go_offer::Offer {
    let has_cbc = engine.suites.contains(&suite::ECDHE_RSA_AES_128_CBC_SHA);
    if judge == Judge::Pipeline && has_cbc { go_offer::Offer::with_cbc() } else { go_offer::Offer::default() }
}

/// TLS 1.2 or later, without ALPN, and without resumption, so that each connection receives the chain.
fn config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<ChainVerifier>,
    presentable: Arc<[Presentable]>,
) -> Result<ClientConfig, Error> {
    let client_cert_resolver = ClientCertResolver { presentable, notes: verifier.notes.clone() };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
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
