//! TLS by s2n: the one library here that makes another handshake when a server asks for one on
//! an open TLS 1.2 connection (`tls.enable_renegotiation`; RFC 5746 keeps the two together).

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
    notes::{Found, Notes},
    roots::Trust,
    tap::Tap,
    tls_failure::{self, broken},
    verify::ChainVerifier,
};

/// How long a failure may be held back, in seconds. The library does so against attacks on a
/// server's timing, by default for up to half a minute; this is the least it takes.
const LONGEST_BLINDING: u32 = 1;

/// What the handshake is made with.
pub(super) struct Terms<'a> {
    pub(super) name: &'a ServerName<'a>,
    /// Address of the peer, for messages.
    pub(super) remote: &'a str,
    pub(super) validate: ChainVerifier,
    /// The one client certificate that this library takes.
    pub(super) presentable: Option<&'a Presentable>,
}

/// An open connection on which the server may ask for another handshake.
pub(super) struct RenegotiatingStream<S: Io>(TlsStream<Tap<S>, Watched>);

/// A connection that leaves the alert it got behind, since a failed one is not given back.
struct Watched {
    connection: Connection,
    notes: Notes,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.notes.lock().alert = self.connection.alert();
    }
}

impl AsRef<Connection> for Watched {
    fn as_ref(&self) -> &Connection {
        &self.connection
    }
}

impl AsMut<Connection> for Watched {
    fn as_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

#[derive(Clone)]
struct Watching {
    config: Config,
    notes: Notes,
}

impl Builder for Watching {
    type Output = Watched;

    fn build_connection(&self, mode: Mode) -> Result<Watched, Error> {
        let mut connection = self.config.build_connection(mode)?;
        // Not the head of each record by itself.
        connection.set_receive_buffering(true)?;
        Ok(Watched { connection, notes: self.notes.clone() })
    }
}

/// Agrees to every handshake the server asks for, and counts them.
struct Agreed {
    notes: Notes,
    /// The subject of the certificate that the server then gets.
    presents: Option<String>,
}

impl RenegotiateCallback for Agreed {
    fn on_renegotiate_request(&self, _connection: &mut Connection) -> Option<RenegotiateResponse> {
        let mut found = self.notes.lock();
        found.renegotiations = found.renegotiations.saturating_add(1);
        // That is what servers ask again for.
        found.client_cert_asked = true;
        found.presented.clone_from(&self.presents);
        Some(RenegotiateResponse::Schedule)
    }
}

/// Leaves the name to [`ChainVerifier`], which says which names there are instead.
struct AnyName;

impl VerifyHostNameCallback for AnyName {
    fn verify_host_name(&self, _name: &str) -> bool {
        true
    }
}

/// Makes the first handshake.
///
/// The library checks the chain and its dates before it goes on, and names one fault only; what
/// was served is judged again by [`ChainVerifier`], as on every other connection. In TLS 1.3 a chain that
/// the library refuses cannot be seen, since it is encrypted and not delivered.
pub(super) async fn handshake<S: Io>(
    mut tap: Tap<S>,
    terms: Terms<'_>,
    evidence: &mut TlsEvidence,
) -> Result<(RenegotiatingStream<S>, String), Cause> {
    let notes = terms.validate.notes.clone();
    let config = config(&terms).map_err(|error| {
        let message = "TLS with renegotiation could not be set up".to_owned();
        Cause::Io { message, kind: FailureKind::TlsFailed, source: error.into() }
    })?;
    // A bare address is not sent as a name (RFC 6066, section 3).
    let name = match terms.name {
        ServerName::DnsName(name) => name.as_ref(),
        _ => "",
    };
    let connector = TlsConnector::new(Watching { config, notes: notes.clone() });
    let connected = connector.connect(name, &mut tap).await.map(|stream| stream.into_parts().0);
    let served = match &connected {
        Ok(watched) => {
            watched.connection.peer_cert_chain().map(|chain| listed(&chain, &terms.validate.trust))
        }
        Err(_) => Ok(Vec::new()),
    };
    let in_clear = tap.records().chain();
    let chain = if in_clear.is_empty() { served.unwrap_or_default() } else { in_clear };
    let is_asked = match &connected {
        Ok(watched) => watched.connection.handshake_type().is_ok_and(|kind| kind.contains("CLIENT_AUTH")),
        Err(_) => false,
    };
    if is_asked || tap.records().asks_for_certificate() {
        let mut found = notes.lock();
        found.client_cert_asked = true;
        found.presented = terms.presentable.map(|one| one.subject.clone());
    }
    let chain: Vec<_> = chain.into_iter().map(CertificateDer::from).collect();
    let verified = judged(&terms, &chain);
    let watched = connected.map_err(|error| match tap.take_fault() {
        Some(fault) => tls_failure::failure(fault, tap.first(), &notes.lock(), terms.remote),
        None => failure(error, tap.first(), &notes.lock(), terms.remote),
    })?;
    describe(&watched.connection, evidence);
    verified.map_err(|error| broken(error, &notes.lock(), terms.remote))?;
    tap.stop();
    let described = evidence.summary();
    Ok((RenegotiatingStream(TlsStream::from_parts(watched, tap)), described))
}

fn config(terms: &Terms<'_>) -> Result<Config, Error> {
    let validate = &terms.validate;
    let presents = terms.presentable.map(|one| one.subject.clone());
    let mut builder = ConfigBuilder::new();
    builder
        .set_security_policy(&DEFAULT_TLS13)?
        .set_max_blinding_delay(LONGEST_BLINDING)?
        .with_system_certs(false)?
        .set_client_auth_type(ClientAuthType::Optional)?
        .set_verify_host_callback(AnyName)?
        .set_renegotiate_callback(Agreed { notes: validate.notes.clone(), presents: presents.clone() })?;
    if let Some(Presentable { identity, .. }) = terms.presentable {
        let chain: String = identity.chain.iter().map(|der| in_pem("CERTIFICATE", der)).collect();
        builder.load_pem(chain.as_bytes(), key_in_pem(&identity.key).expose().as_bytes())?;
    }
    if validate.skip {
        without_verification(&mut builder)?;
    } else {
        for root in &validate.trust.listed {
            // One that this library cannot read is none that it can trust.
            if let Err(error) = builder.trust_pem(in_pem("CERTIFICATE", root).as_bytes()) {
                tracing::debug!(%error, "a root could not be taken over");
            }
        }
    }
    builder.build()
}

#[expect(unsafe_code, reason = "tls.skip_cert_verify has no other way here; memory is not at stake")]
fn without_verification(builder: &mut ConfigBuilder) -> Result<(), Error> {
    // SAFETY: the call is marked so since it takes security away, which is what was asked for; it
    // sets a flag of a builder that this function alone holds.
    unsafe { builder.disable_x509_verification() }.map(drop)
}

fn in_pem(tag: &str, der: &[u8]) -> String {
    pem::encode(&pem::Pem::new(tag, der))
}

/// A key as the PEM text that the library wants.
fn key_in_pem(key: &PrivateKey) -> Secret {
    let tag = match key {
        PrivateKey::Pkcs1(_) => "RSA PRIVATE KEY",
        PrivateKey::Sec1(_) => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    Secret::new(in_pem(tag, key.secret_der()))
}

/// A chain that was verified, in DER, without the root that the library puts behind it.
fn listed(chain: &s2n_tls::cert_chain::CertificateChain<'_>, trust: &Trust) -> Vec<Vec<u8>> {
    let mut chain: Vec<_> =
        chain.iter().filter_map(|certificate| Some(certificate.ok()?.der().ok()?.to_vec())).collect();
    if chain.len() > 1
        && chain.last().is_some_and(|last| trust.listed.iter().any(|root| root.as_ref() == last))
    {
        chain.pop();
    }
    chain
}

/// Judges a chain as every other connection does, and notes it.
fn judged(terms: &Terms<'_>, chain: &[CertificateDer<'static>]) -> Result<(), TlsError> {
    use rustls::client::danger::ServerCertVerifier as _;
    let Some((leaf, intermediates)) = chain.split_first() else { return Ok(()) };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let now = UnixTime::since_unix_epoch(now);
    terms.validate.verify_server_cert(leaf, intermediates, terms.name, &[], now).map(drop)
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

/// Why a handshake failed.
fn failure(error: Error, first: &[u8], found: &Found, remote: &str) -> Cause {
    if let Some(alert) = found.alert.filter(|_| is_alert(&error)) {
        return broken(TlsError::AlertReceived(AlertDescription::from(alert)), found, remote);
    }
    if let Some(fault) = found.faults.first() {
        return broken(fault.error.clone(), found, remote);
    }
    let unseen = "; the chain was encrypted (TLS 1.3) and is not delivered with renegotiation enabled";
    let told = match error.name() {
        "S2N_ERR_CERT_EXPIRED" => Some((FailureKind::CertExpired { not_after: None }, "has expired")),
        "S2N_ERR_CERT_NOT_YET_VALID" => {
            Some((FailureKind::CertNotYetValid { not_before: None }, "is not valid yet"))
        }
        "S2N_ERR_CERT_UNTRUSTED" => {
            Some((FailureKind::CertUnknownIssuer, "leads to none of the trusted roots"))
        }
        name if name.starts_with("S2N_ERR_CERT_") => Some((FailureKind::CertInvalid, "cannot be used")),
        _ => None,
    };
    match told {
        Some((kind, verdict)) => Cause::Io {
            message: format!("the server's certificate {verdict}{unseen}"),
            kind,
            source: error.into(),
        },
        None if error.name().contains("PROTOCOL_VERSION") => Cause::Io {
            message: format!("{remote} speaks neither TLS 1.2 nor TLS 1.3"),
            kind: FailureKind::TlsVersion,
            source: error.into(),
        },
        None => tls_failure::failure(told_plainly(error), first, found, remote),
    }
}

fn is_alert(error: &Error) -> bool {
    error.kind() == ErrorType::Alert
}

/// The error as one of the stream: what is no error of the network is one of TLS.
fn told_plainly(error: Error) -> io::Error {
    match error.kind() {
        ErrorType::IOError | ErrorType::ConnectionClosed => error.into(),
        _ => io::Error::other(TlsError::General(error.message().to_owned())),
    }
}

impl<S: Io> RenegotiatingStream<S> {
    /// An alert as the error that it is everywhere else.
    fn told(&self, error: io::Error) -> io::Error {
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

/// Whether a write has to wait for the end of a handshake.
fn waits(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).is_some_and(Error::is_retryable)
}

impl<S: Io> AsyncRead for RenegotiatingStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.0).poll_read(cx, buf);
        if let Some(fault) = self.0.get_mut().take_fault() {
            return Poll::Ready(Err(fault));
        }
        polled.map_err(|error| self.told(error))
    }
}

impl<S: Io> AsyncWrite for RenegotiatingStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.0).poll_write(cx, buf) {
            // The handshake goes on with what is read, and the task that reads also writes.
            Poll::Ready(Err(error)) if waits(&error) => Poll::Pending,
            polled => polled.map_err(|error| self.told(error)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
