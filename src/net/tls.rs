//! The stage of TLS, by rustls.

use std::{io, sync::Arc};

use rustls::{
    AlertDescription, ClientConfig, Error, PeerIncompatible, ProtocolVersion,
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
    roots::{Loading, TlsMaterial},
    tap::Tap,
    verify::{ChainVerifier, Found, Notes},
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
    let described = in_short(&seen.evidence);
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

/// `TLS 1.3 · TLS13_AES_256_GCM_SHA384`
pub(super) fn in_short(evidence: &TlsEvidence) -> String {
    let parts = [evidence.version.as_deref(), evidence.suite.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Why a handshake failed, from the error and the first bytes of the peer.
pub(super) fn failure(error: io::Error, first: &[u8], found: &Found, remote: &str) -> Cause {
    if !first.is_empty() && !begins_like_tls(first) {
        let message = format!("{remote} does not speak TLS");
        let kind = FailureKind::PlainServer { first_bytes: first.to_vec() };
        return Cause::Tls { message, kind, source: beneath(&error).map(Box::new) };
    }
    match beneath(&error) {
        Some(error) => broken(error, found, remote),
        None if first.is_empty() && hung_up(&error) => {
            let message = format!("{remote} answered the TLS greeting by hanging up, without a byte");
            Cause::Io { message, kind: FailureKind::PlainServer { first_bytes: Vec::new() }, source: error }
        }
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            let suspicion = found.suspicion();
            let message = format!("{remote} closed the connection during the TLS handshake{suspicion}");
            Cause::Io { message, kind: FailureKind::ClosedEarly, source: error }
        }
        None => {
            let suspicion = found.suspicion();
            let message = format!("the connection to {remote} broke during the TLS handshake{suspicion}");
            Cause::Io { message, kind: FailureKind::Io, source: error }
        }
    }
}

fn hung_up(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

/// The TLS error inside an error of the stream.
pub(super) fn beneath(error: &io::Error) -> Option<Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).cloned()
}

/// Why TLS with `remote` is broken; also after the handshake, since in TLS 1.3 the answer to a
/// missing client certificate comes with the first read (RFC 8446, section 4.4.2.4).
pub(super) fn broken(error: Error, found: &Found, remote: &str) -> Cause {
    let (kind, message) = match &error {
        Error::AlertReceived(alert) => alerted(*alert, found, remote),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => (FailureKind::TlsVersion, format!("{remote} speaks neither TLS 1.2 nor TLS 1.3")),
        _ => match (found.faults.first(), found.verdict()) {
            (Some(first), Some(verdict)) if matches!(error, Error::InvalidCertificate(_)) => {
                (first.kind.clone(), format!("the server's certificate {verdict}"))
            }
            _ if matches!(error, Error::InvalidCertificate(_)) => {
                (FailureKind::CertInvalid, "the server's certificate cannot be used".to_owned())
            }
            _ => (FailureKind::TlsFailed, format!("TLS with {remote} failed")),
        },
    };
    Cause::Tls { message, kind, source: Some(Box::new(error)) }
}

fn alerted(alert: AlertDescription, found: &Found, remote: &str) -> (FailureKind, String) {
    use AlertDescription as Alert;
    // Servers name the lack of a client certificate in many ways.
    let of_a_certificate = matches!(
        alert,
        Alert::HandshakeFailure
            | Alert::BadCertificate
            | Alert::NoCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateExpired
            | Alert::CertificateRevoked
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
    );
    let name = alert_name(alert);
    match alert {
        _ if found.presented.is_some() && (of_a_certificate || alert == Alert::CertificateRequired) => {
            let message = format!("{remote} refused the client certificate (alert {name})");
            (FailureKind::ClientCertRefused { alert: name }, message)
        }
        _ if alert == Alert::CertificateRequired || (found.client_cert_asked && of_a_certificate) => (
            FailureKind::ClientCertWanted,
            format!("{remote} wants a client certificate and got none (alert {name})"),
        ),
        Alert::ProtocolVersion => {
            (FailureKind::TlsVersion, format!("{remote} speaks neither TLS 1.2 nor TLS 1.3 (alert {name})"))
        }
        Alert::HandshakeFailure => {
            let message = format!(
                "{remote} refused the TLS handshake (alert {name}): it may know only older versions or other cipher suites"
            );
            (FailureKind::TlsAlert { alert: name }, message)
        }
        _ => {
            let message = format!("{remote} ended TLS with the alert {name}");
            (FailureKind::TlsAlert { alert: name }, message)
        }
    }
}

/// The name of RFC 8446, section 6: `unknown_ca`, or `alert 200` for one without a name.
fn alert_name(alert: AlertDescription) -> String {
    if let AlertDescription::Unknown(number) = alert {
        return format!("alert {number}");
    }
    let camel: Vec<char> = format!("{alert:?}").chars().collect();
    let mut name = String::new();
    for (at, letter) in camel.iter().enumerate() {
        let after_small = at > 0 && camel[at - 1].is_lowercase();
        let before_small = at > 0 && camel.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_small || before_small) {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Whether these bytes begin a record of TLS or SSL 3 (RFC 8446, section 5.1).
pub(super) fn begins_like_tls(bytes: &[u8]) -> bool {
    match bytes {
        [kind] | [kind, 3, ..] => (0x14..=0x18).contains(kind),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eof() -> io::Error {
        io::ErrorKind::UnexpectedEof.into()
    }

    #[test]
    fn alerts_have_the_names_of_the_rfc() {
        let names = [
            AlertDescription::HandshakeFailure,
            AlertDescription::UnknownCA,
            AlertDescription::UnknownPSKIdentity,
            AlertDescription::NoApplicationProtocol,
            AlertDescription::Unknown(200),
        ]
        .map(alert_name);
        assert_eq!(
            names,
            [
                "handshake_failure",
                "unknown_ca",
                "unknown_psk_identity",
                "no_application_protocol",
                "alert 200"
            ]
        );
    }

    #[test]
    fn a_handshake_failure_means_a_client_certificate_only_if_one_was_asked_for() {
        let alert = Error::AlertReceived(AlertDescription::HandshakeFailure);
        let asked = Found { client_cert_asked: true, ..Found::default() };
        assert_eq!(broken(alert.clone(), &asked, "h:1").kind(), FailureKind::ClientCertWanted);
        let alert_name = "handshake_failure".to_owned();
        let not_asked = broken(alert, &Found::default(), "h:1").kind();
        assert_eq!(not_asked, FailureKind::TlsAlert { alert: alert_name });
    }

    #[test]
    fn an_old_server_is_told_by_its_alert() {
        let alert = Error::AlertReceived(AlertDescription::ProtocolVersion);
        assert_eq!(broken(alert, &Found::default(), "h:1").kind(), FailureKind::TlsVersion);
    }

    #[test]
    fn the_end_of_the_stream_is_a_plain_server_unless_tls_came_before_it() {
        let found = Found::default();
        let silent = FailureKind::PlainServer { first_bytes: Vec::new() };
        assert_eq!(failure(eof(), b"", &found, "h:1").kind(), silent);
        assert_eq!(failure(eof(), b"\x16\x03", &found, "h:1").kind(), FailureKind::ClosedEarly);
        let first_bytes = b"220 ".to_vec();
        assert_eq!(failure(eof(), b"220 ", &found, "h:1").kind(), FailureKind::PlainServer { first_bytes });
    }
}
