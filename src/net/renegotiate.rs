//! TLS with s2n, the only library here that supports renegotiation as a client, on an open TLS 1.2 connection
//! (`tls.enable_renegotiation`; RFC 5746 binds the two handshakes together).

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::SystemTime,
};

use rustls::{AlertDescription, Error as TlsError};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use s2n_tls::{
    callbacks::VerifyHostNameCallback,
    config::{Builder as ConfigBuilder, Config},
    connection::{Builder, Connection},
    enums::{ClientAuthType, Mode, Version},
    error::{Error, ErrorType},
    renegotiate::{RenegotiateCallback, RenegotiateResponse},
    security::DEFAULT_TLS13,
};
use s2n_tls_tokio::{TlsConnector, TlsStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{
    config::Secret,
    keys::PrivateKey,
    session::{FailureKind, TlsEvidence},
};

use super::{
    Cause, Io,
    client_cert_resolver::Presentable,
    handshake_notes::{HandshakeNotes, SharedNotes},
    roots::Trust,
    tap::Tap,
    tls_failure::{self, tls_cause},
    verify::ChainVerifier,
};

/// The longest delay of a failure, in seconds. The library delays failures against timing attacks on servers, by
/// default up to half a minute; this is the smallest value that it accepts.
const LONGEST_BLINDING: u32 = 1;

/// An open connection on which the server may request renegotiation.
pub(super) struct RenegotiatingStream<S: Io>(TlsStream<Tap<S>, AlertRecorder>);

/// A connection that notes its alert when it is dropped, since the library does not return a failed one.
struct AlertRecorder {
    connection: Connection,
    notes: SharedNotes,
}

impl Drop for AlertRecorder {
    fn drop(&mut self) {
        self.notes.lock().alert = self.connection.alert();
    }
}

impl AsRef<Connection> for AlertRecorder {
    fn as_ref(&self) -> &Connection {
        &self.connection
    }
}

impl AsMut<Connection> for AlertRecorder {
    fn as_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

#[derive(Clone)]
struct AlertRecorderBuilder {
    config: Config,
    notes: SharedNotes,
}

impl Builder for AlertRecorderBuilder {
    type Output = AlertRecorder;

    fn build_connection(&self, mode: Mode) -> Result<AlertRecorder, Error> {
        let mut connection = self.config.build_connection(mode)?;
        // Reads more than the head of a record at a time.
        connection.set_receive_buffering(true)?;
        Ok(AlertRecorder { connection, notes: self.notes.clone() })
    }
}

/// Accepts every request for renegotiation, and counts them.
struct AcceptRenegotiation {
    notes: SharedNotes,
    /// The subject of the certificate that is then presented.
    subject: Option<String>,
}

impl RenegotiateCallback for AcceptRenegotiation {
    fn on_renegotiate_request(&self, _connection: &mut Connection) -> Option<RenegotiateResponse> {
        let mut found = self.notes.lock();
        found.renegotiations = found.renegotiations.saturating_add(1);
        // Servers renegotiate to request a client certificate.
        found.client_cert_requested = true;
        found.presented.clone_from(&self.subject);
        Some(RenegotiateResponse::Schedule)
    }
}

/// Accepts any name, since [`ChainVerifier`] checks it and reports the names of the certificate.
struct AcceptAnyName;

impl VerifyHostNameCallback for AcceptAnyName {
    fn verify_host_name(&self, _name: &str) -> bool {
        true
    }
}

/// Makes the first handshake.
///
/// The library checks the chain and its dates, and reports only one fault. [`ChainVerifier`] then checks the
/// chain again, as on every other connection. A TLS 1.3 chain that the library refuses is not available, since it
/// is encrypted and the library does not return it.
pub(super) async fn handshake<S: Io>(
    mut tap: Tap<S>,
    (name, remote): (&ServerName<'_>, &str),
    verifier: ChainVerifier,
    presentable: Option<&Presentable>,
    evidence: &mut TlsEvidence,
) -> Result<(RenegotiatingStream<S>, String), Cause> {
    let notes = verifier.notes.clone();
    let config = config(&verifier, presentable).map_err(|error| {
        Cause::new(FailureKind::TlsFailed, "TLS with renegotiation could not be set up").because(&error)
    })?;
    // An IP address is not sent as a server name (RFC 6066, section 3).
    let sent_name = match name {
        ServerName::DnsName(name) => name.as_ref(),
        _ => "",
    };
    let connector = TlsConnector::new(AlertRecorderBuilder { config, notes: notes.clone() });
    let connected = connector.connect(sent_name, &mut tap).await.map(|stream| stream.into_parts().0);
    let verified_chain = match &connected {
        Ok(recorder) => recorder.connection.peer_cert_chain().map(|chain| der_chain(&chain, &verifier.trust)),
        Err(_) => Ok(Vec::new()),
    };
    let in_clear = tap.records().chain();
    let chain = if in_clear.is_empty() { verified_chain.unwrap_or_default() } else { in_clear };
    let is_requested = match &connected {
        Ok(recorder) => recorder.connection.handshake_type().is_ok_and(|kind| kind.contains("CLIENT_AUTH")),
        Err(_) => false,
    };
    if is_requested || tap.records().requests_certificate() {
        let mut found = notes.lock();
        found.client_cert_requested = true;
        found.presented = presentable.map(|one| one.subject.clone());
    }
    let chain: Vec<_> = chain.into_iter().map(CertificateDer::from).collect();
    let verdict = verify_chain(&verifier, name, &chain);
    let recorder = connected.map_err(|error| match tap.take_hidden_error() {
        Some(fault) => tls_failure::failure(&fault, tap.first(), &notes.lock(), remote),
        None => failure(error, tap.first(), &notes.lock(), remote),
    })?;
    describe(&recorder.connection, evidence);
    verdict.map_err(|error| tls_cause(&error, &notes.lock(), remote))?;
    tap.stop();
    let described = evidence.summary();
    Ok((RenegotiatingStream(TlsStream::from_parts(recorder, tap)), described))
}

fn config(verifier: &ChainVerifier, presentable: Option<&Presentable>) -> Result<Config, Error> {
    let subject = presentable.map(|one| one.subject.clone());
    let mut builder = ConfigBuilder::new();
    builder
        .set_security_policy(&DEFAULT_TLS13)?
        .set_max_blinding_delay(LONGEST_BLINDING)?
        .with_system_certs(false)?
        .set_client_auth_type(ClientAuthType::Optional)?
        .set_verify_host_callback(AcceptAnyName)?
        .set_renegotiate_callback(AcceptRenegotiation { notes: verifier.notes.clone(), subject })?;
    if let Some(Presentable { certified, key, .. }) = presentable {
        let chain: String = certified.cert.iter().map(|der| to_pem("CERTIFICATE", der)).collect();
        builder.load_pem(chain.as_bytes(), key_to_pem(key).expose().as_bytes())?;
    }
    if verifier.skip {
        without_verification(&mut builder)?;
    } else {
        for root in &verifier.trust.listed {
            // A root that this library cannot read cannot be trusted.
            if let Err(error) = builder.trust_pem(to_pem("CERTIFICATE", root).as_bytes()) {
                tracing::debug!(%error, "a root could not be loaded into s2n");
            }
        }
    }
    builder.build()
}

#[expect(unsafe_code, reason = "tls.skip_cert_verify needs this call, which does not affect memory safety")]
fn without_verification(builder: &mut ConfigBuilder) -> Result<(), Error> {
    // SAFETY: the call is marked unsafe because it disables verification, which the settings request. It sets a
    // flag of a builder that only this function holds.
    unsafe { builder.disable_x509_verification() }.map(drop)
}

fn to_pem(tag: &str, der: &[u8]) -> String {
    pem::encode(&pem::Pem::new(tag, der))
}

/// The key as PEM text, which the library requires.
fn key_to_pem(key: &PrivateKey) -> Secret {
    let tag = match key {
        PrivateKey::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKey::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    Secret::new(to_pem(tag, key.secret_der()))
}

/// A verified chain in DER, without the root that the library appends.
fn der_chain(chain: &s2n_tls::cert_chain::CertificateChain<'_>, trust: &Trust) -> Vec<Vec<u8>> {
    let mut chain: Vec<_> =
        chain.iter().filter_map(|certificate| Some(certificate.ok()?.der().ok()?.to_vec())).collect();
    if chain.len() > 1
        && chain.last().is_some_and(|last| trust.listed.iter().any(|root| root.as_ref() == last))
    {
        chain.pop();
    }
    chain
}

/// Verifies a chain as on every other connection, and notes it.
fn verify_chain(
    verifier: &ChainVerifier,
    name: &ServerName<'_>,
    chain: &[CertificateDer<'static>],
) -> Result<(), TlsError> {
    use rustls::client::danger::ServerCertVerifier as _;
    let Some((leaf, intermediates)) = chain.split_first() else { return Ok(()) };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(now);
    verifier.verify_server_cert(leaf, intermediates, name, &[], now).map(drop)
}

fn describe(connection: &Connection, evidence: &mut TlsEvidence) {
    evidence.version = connection.actual_protocol_version().ok().map(|version| match version {
        Version::TLS13 => "TLS 1.3".to_owned(),
        Version::TLS12 => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    });
    evidence.suite = connection.cipher_suite().ok().map(str::to_owned);
    evidence.group = connection.selected_key_exchange_group().map(str::to_owned);
}

/// The cause of a failed handshake.
fn failure(error: Error, first: &[u8], found: &HandshakeNotes, remote: &str) -> Cause {
    if let Some(alert) = found.alert.filter(|_| is_alert(&error)) {
        return tls_cause(&TlsError::AlertReceived(AlertDescription::from(alert)), found, remote);
    }
    if let Some(fault) = found.faults.first() {
        return tls_cause(&fault.error, found, remote);
    }
    let unavailable = "; the chain is encrypted (TLS 1.3) and not available with renegotiation enabled";
    let known = match error.name() {
        "S2N_ERR_CERT_EXPIRED" => Some((FailureKind::CertExpired { not_after: None }, "has expired")),
        "S2N_ERR_CERT_NOT_YET_VALID" => {
            Some((FailureKind::CertNotYetValid { not_before: None }, "is not valid yet"))
        }
        "S2N_ERR_CERT_UNTRUSTED" => Some((FailureKind::CertUnknownIssuer, "does not lead to a trusted root")),
        name if name.starts_with("S2N_ERR_CERT_") => Some((FailureKind::CertInvalid, "cannot be used")),
        _ => None,
    };
    match known {
        Some((kind, verdict)) => {
            let message = format!("the server's certificate {verdict}{unavailable}");
            Cause::new(kind, message).because(&error)
        }
        None if error.name().contains("PROTOCOL_VERSION") => {
            let message = format!("{remote} supports neither TLS 1.2 nor TLS 1.3");
            Cause::new(FailureKind::TlsVersion, message).because(&error)
        }
        None => tls_failure::failure(&to_io_error(error), first, found, remote),
    }
}

fn is_alert(error: &Error) -> bool {
    error.kind() == ErrorType::Alert
}

/// The error as an I/O error of the stream; one that does not come from the network becomes a TLS error.
fn to_io_error(error: Error) -> io::Error {
    match error.kind() {
        ErrorType::IOError | ErrorType::ConnectionClosed => error.into(),
        _ => io::Error::other(TlsError::General(error.message().to_owned())),
    }
}

impl<S: Io> RenegotiatingStream<S> {
    /// Converts an alert to the same error as in rustls.
    fn with_alert(&self, error: io::Error) -> io::Error {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        if !inner.is_some_and(is_alert) {
            return error;
        }
        match self.0.as_ref().alert() {
            Some(alert) => io::Error::other(TlsError::AlertReceived(AlertDescription::from(alert))),
            None => error,
        }
    }
}

/// Whether a write must wait for the end of a handshake.
fn is_retryable(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).is_some_and(Error::is_retryable)
}

impl<S: Io> AsyncRead for RenegotiatingStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.0).poll_read(cx, buf);
        if let Some(fault) = self.0.get_mut().take_hidden_error() {
            return Poll::Ready(Err(fault));
        }
        polled.map_err(|error| self.with_alert(error))
    }
}

impl<S: Io> AsyncWrite for RenegotiatingStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.0).poll_write(cx, buf) {
            // Reading continues the handshake, and the task that reads also writes.
            Poll::Ready(Err(error)) if is_retryable(&error) => Poll::Pending,
            polled => polled.map_err(|error| self.with_alert(error)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
