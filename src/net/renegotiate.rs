//! TLS with s2n, the only library here that supports renegotiation as a client, on an open TLS 1.2 connection
//! (`tls.enable_renegotiation`; RFC 5746 binds the two handshakes together).

use std::{
    ffi::{c_int, c_void},
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::SystemTime,
};

use rustls::{
    AlertDescription, CertificateError, Error as TlsError, client::danger::ServerCertVerifier as _,
};
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
    go_verdict::{
        Went,
        wire::{Check, End, Ending, Outcome},
    },
    keys::PrivateKey,
    session::{FailureKind, TlsEvidence},
};

use super::{
    Cause, Io,
    client_cert_resolver::Presentable,
    foretelling::{Foretelling, end_of},
    handshake_notes::{HandshakeNotes, SharedNotes},
    keylog::Keylog,
    peer::Peer,
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
    /// Outlives the connection above, which writes to it.
    _keylog: Option<Arc<Keylog>>,
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
    keylog: Option<Arc<Keylog>>,
}

impl Builder for AlertRecorderBuilder {
    type Output = AlertRecorder;

    fn build_connection(&self, mode: Mode) -> Result<AlertRecorder, Error> {
        let mut connection = self.config.build_connection(mode)?;
        // Reads more than the head of a record at a time.
        connection.set_receive_buffering(true)?;
        Ok(AlertRecorder { connection, notes: self.notes.clone(), _keylog: self.keylog.clone() })
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

/// A TLS 1.2 connection on which the server may renegotiate.
pub(super) struct Renegotiable<'a> {
    pub(super) name: &'a ServerName<'a>,
    pub(super) peer: Peer<'a>,
    pub(super) verifier: &'a ChainVerifier,
    pub(super) presentable: Option<&'a Presentable>,
    pub(super) keylog: Option<Arc<Keylog>>,
}

impl Renegotiable<'_> {
    /// Makes the first handshake.
    ///
    /// The library does not judge the chain, which comes in the clear: [`ChainVerifier`] does, as on every other
    /// connection, before anything is sent over this one.
    pub(super) async fn handshake<S: Io>(
        self,
        mut tap: Tap<S>,
        foretelling: &Foretelling<'_>,
        evidence: &mut TlsEvidence,
    ) -> Result<(RenegotiatingStream<S>, String), Cause> {
        let Self { name, peer, verifier, presentable, keylog } = self;
        let (notes, remote) = (&verifier.notes, peer.remote);
        let config = config(verifier, presentable, keylog.as_ref()).map_err(|error| {
            Cause::new(FailureKind::tls_failed(), "TLS with renegotiation could not be set up")
                .because(&error)
        })?;
        // An IP address is not sent as a server name (RFC 6066, section 3).
        let sent_name = match name {
            ServerName::DnsName(name) => name.as_ref(),
            _ => "",
        };
        let connector = TlsConnector::new(AlertRecorderBuilder { config, notes: notes.clone(), keylog });
        let connected = connector.connect(sent_name, &mut tap).await.map(|stream| stream.into_parts().0);
        let fault = tap.take_hidden_error();
        let end = match (&connected, &fault) {
            (Err(_), Some(fault)) => end_of(fault, peer.ends),
            (Err(error), None) if error.kind() == ErrorType::ConnectionClosed => End::Closed,
            _ => End::Left,
        };
        let overheard = tap.overheard(&end);
        let refused =
            overheard.as_ref().and_then(|heard| note(&heard.outcome, verifier, name, presentable).err());
        let went = match &connected {
            _ if refused.is_some() => Went::ToCertificates,
            Ok(_) => Went::Through,
            Err(error) => match notes.lock().alert.filter(|_| is_alert(error)) {
                Some(alert) => Went::ToAlert(alert),
                None => Went::Elsewhere,
            },
        };
        evidence.pipeline = overheard.and_then(|heard| foretelling.verdict(&heard, notes, went));
        if let Some(error) = refused {
            return Err(tls_cause(&error, &notes.lock(), remote));
        }
        let recorder = connected.map_err(|error| match fault {
            Some(fault) => tls_failure::failure(&fault, tap.first(), &notes.lock(), remote),
            None => failure(error, tap.first(), &notes.lock(), remote),
        })?;
        describe(&recorder.connection, evidence);
        tap.stop();
        let described = evidence.summary();
        Ok((RenegotiatingStream(TlsStream::from_parts(recorder, tap)), described))
    }
}

/// Judges the chain and notes what the server asked for, both of which came in the clear.
fn note(
    heard: &Outcome,
    verifier: &ChainVerifier,
    name: &ServerName<'_>,
    presentable: Option<&Presentable>,
) -> Result<(), TlsError> {
    if heard.seen.request.is_some() {
        let mut found = verifier.notes.lock();
        found.client_cert_requested = true;
        found.presented = presentable.map(|one| one.subject.clone());
    }
    let served = heard.checks.iter().find_map(|check| match check {
        Check::Certificates(served) => Some(served),
        Check::Signature(_) => None,
    });
    let served = served.map(Vec::as_slice).unwrap_or_default();
    let chain: Vec<_> = served.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let Some((leaf, intermediates)) = chain.split_first() else {
        return match heard.ending {
            // What is encrypted cannot be judged here. It is not when the server chooses as it did before: TLS 1.2.
            Ending::Encrypted { .. } => Err(TlsError::InvalidCertificate(CertificateError::UnknownIssuer)),
            _ => Ok(()),
        };
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    verifier.verify_server_cert(leaf, intermediates, name, &[], UnixTime::since_unix_epoch(now)).map(drop)
}

fn config(
    verifier: &ChainVerifier,
    presentable: Option<&Presentable>,
    keylog: Option<&Arc<Keylog>>,
) -> Result<Config, Error> {
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
    without_verification(&mut builder)?;
    if let Some(keylog) = keylog {
        with_keylog(&mut builder, keylog)?;
    }
    builder.build()
}

#[expect(unsafe_code, reason = "the library hands the keys to a function of C only")]
fn with_keylog(builder: &mut ConfigBuilder, keylog: &Arc<Keylog>) -> Result<(), Error> {
    /// Takes a line without its end. The type of the connection, which is not looked at, is that of the library.
    unsafe extern "C" fn take<C>(keylog: *mut c_void, _: *mut C, line: *mut u8, length: usize) -> c_int {
        // SAFETY: the pointer is the one below, and the library gives `length` bytes at `line` for the time of this call.
        let (keylog, line) = unsafe { (&*keylog.cast::<Keylog>(), std::slice::from_raw_parts(line, length)) };
        keylog.write(line);
        0
    }
    let context = Arc::as_ptr(keylog).cast_mut().cast();
    // SAFETY: whoever holds the configuration, the builder of connections and each of them, holds the `Arc` too, behind
    // which the pointer stays valid; what it points to can be shared between threads.
    unsafe { builder.set_key_log_callback(Some(take), context) }.map(drop)
}

#[expect(unsafe_code, reason = "ours is the judgement of the chain; this call does not affect memory safety")]
fn without_verification(builder: &mut ConfigBuilder) -> Result<(), Error> {
    // SAFETY: the call is marked unsafe because the library then judges no chain; `ChainVerifier` does. It sets a flag
    // of a builder that only this function holds.
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
    if error.name().contains("PROTOCOL_VERSION") {
        let message = format!("{remote} supports neither TLS 1.2 nor TLS 1.3");
        return Cause::new(FailureKind::TlsVersion, message).because(&error);
    }
    tls_failure::failure(&to_io_error(error), first, found, remote)
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
