//! What the log of the pipeline would have said about the same failure.

use crate::{
    config::{Endpoint, Settings},
    session::{Counted, Failure, FailureKind, Level, PipelineLine, Stage, StageReport, Timestamp},
};

use super::{connection::FailedConnection, finding_builder::escaped, tls_of_proxy::TlsOfProxy};

/// The line of the pipeline's own log for this failure; empty where it would log nothing.
///
/// Without the ladder, the host is `HOST` and an address `A:P`.
#[must_use]
pub fn pipeline_line(failure: &Failure) -> String {
    let url = Endpoint {
        secure: true,
        host: "HOST".to_owned(),
        port: 443,
        authority: "HOST".to_owned(),
        target: "/".to_owned(),
        full: "wss://HOST/".to_owned(),
    };
    let settings = Settings::new(url);
    line(&FailedConnection { settings: &settings, ladder: &[], failure, now: Timestamp::default() })
}

/// What the pipeline would log about a connection that failed, as an operator sees it.
#[must_use]
pub fn logged_failure(
    settings: &Settings,
    ladder: &[StageReport],
    failure: &Failure,
    now: Timestamp,
) -> Option<PipelineLine> {
    let text = line(&FailedConnection { settings, ladder, failure, now });
    (!text.is_empty()).then_some(PipelineLine { level: Level::Error, text })
}

/// What the pipeline logs about the first connection of an input; of later ones it logs nothing.
#[must_use]
pub fn logged_first_connection() -> PipelineLine {
    PipelineLine { level: Level::Info, text: "Input type websocket is now active".to_owned() }
}

/// What newer pipelines log about a lost connection, and only at debug; others log nothing.
#[must_use]
pub fn logged_loss(settings: &Settings) -> Option<PipelineLine> {
    let text = settings.options.dialect.behavior().logs_loss?.to_owned();
    Some(PipelineLine { level: Level::Debug, text })
}

/// What the pipeline logs when its retries are used up.
#[must_use]
pub fn logged_end() -> PipelineLine {
    let text =
        "Maximum number of connection attempt retries has been met, gracefully terminating input websocket";
    PipelineLine { level: Level::Error, text: text.to_owned() }
}

impl FailedConnection<'_> {
    /// The pipeline's own words, where it has any.
    pub(super) fn pipeline(&self) -> Option<String> {
        let line = line(self);
        (!line.is_empty()).then(|| format!("the pipeline would log: {line}"))
    }
}

/// The same with what the ladder knows.
pub(super) fn line(connection: &FailedConnection) -> String {
    let error = error(connection);
    if error.is_empty() { error } else { format!("Failed to connect to websocket: {error}") }
}

fn error(connection: &FailedConnection) -> String {
    if let Some(tls) = TlsOfProxy::of(connection) {
        return error(&tls.dial(connection.now));
    }
    let failure = connection.failure;
    match &failure.kind {
        FailureKind::ProxyNotFound => {
            let host = connection.address_of_proxy().map_or("HOST".to_owned(), |proxy| proxy.host);
            format!("dial tcp: lookup {host}: no such host")
        }
        FailureKind::ProxyUrl { scheme: Some(scheme) } => format!("proxy: unknown scheme: {scheme}"),
        FailureKind::ProxyUrl { scheme: None } if connection.settings.options.dialect.is_pipeline() => {
            failure.message.clone()
        }
        FailureKind::ProxyUrl { scheme: None } => {
            "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy".to_owned()
        }
        // Of the answer it keeps the reason phrase alone.
        FailureKind::Status { .. } if failure.stage == Stage::Proxy => {
            connection.response().map_or(String::new(), |response| response.reason.clone())
        }
        FailureKind::NameNotFound => format!("dial tcp: lookup {}: no such host", connection.host()),
        FailureKind::LookupFailed => format!("dial tcp: lookup {}: server misbehaving", connection.host()),
        FailureKind::Refused => connected(connection, "connect: connection refused"),
        FailureKind::Unreachable => {
            let error = system_error(connection).unwrap_or("no route to host".to_owned());
            connected(connection, &format!("connect: {error}"))
        }
        FailureKind::TimedOut { .. } => timed_out(connection),
        FailureKind::Io | FailureKind::ClosedEarly => broken(connection),
        FailureKind::PlainServer { .. } => "tls: first record does not look like a TLS handshake".to_owned(),
        FailureKind::CertExpired { .. }
        | FailureKind::CertNotYetValid { .. }
        | FailureKind::CertWrongName { .. }
        | FailureKind::CertUnknownIssuer
        | FailureKind::CertSelfSigned => {
            format!("tls: failed to verify certificate: x509: {}", x509(connection))
        }
        FailureKind::TlsVersion => "remote error: tls: protocol version not supported".to_owned(),
        FailureKind::TlsAlert { alert } | FailureKind::ClientCertRefused { alert } => {
            format!("remote error: tls: {}", alert_in_go(alert))
        }
        FailureKind::Token { pipeline, .. } => pipeline.clone(),
        FailureKind::RenegotiationAsked => "local error: tls: no renegotiation".to_owned(),
        FailureKind::ClientCertWanted => "remote error: tls: certificate required".to_owned(),
        FailureKind::Status { .. } | FailureKind::BadAccept { .. } | FailureKind::BadUpgradeHeader { .. } => {
            refused(connection)
        }
        // It takes the first interim answer for the real one.
        FailureKind::AnswerTooLarge { counted: Counted::Interim, .. } => {
            "websocket: bad handshake".to_owned()
        }
        FailureKind::NotHttp { .. } => malformed(connection),
        FailureKind::NotAsked { header, got } if deflate(header, got) == Some(Deflate::Refused) => {
            "websocket: invalid compression negotiation".to_owned()
        }
        // The pipeline would go on, would not have started, or would say it in words not known here.
        FailureKind::NotAsked { .. }
        | FailureKind::Socks { .. }
        | FailureKind::TlsFailed
        | FailureKind::CertInvalid
        | FailureKind::ClientKey { .. }
        | FailureKind::AnswerTooLarge { .. }
        | FailureKind::BadHeader { .. }
        | FailureKind::Roots => String::new(),
    }
}

fn connected(connection: &FailedConnection, error: &str) -> String {
    let address = connection.tried().last().map_or("A:P".to_owned(), |tried| tried.address.to_string());
    format!("dial tcp {address}: {error}")
}

fn read(connection: &FailedConnection, error: &str) -> String {
    format!("read tcp {}: {error}", connection.ends().unwrap_or("A->B".to_owned()))
}

fn timed_out(connection: &FailedConnection) -> String {
    match connection.failure.stage {
        Stage::Lookup => {
            let host = connection.address_of_proxy().map_or(connection.host().to_owned(), |proxy| proxy.host);
            format!("dial tcp: lookup {host}: i/o timeout")
        }
        Stage::Tcp => connected(connection, "i/o timeout"),
        Stage::Proxy | Stage::Tls | Stage::Upgrade => read(connection, "i/o timeout"),
        Stage::Open | Stage::First => String::new(),
    }
}

fn broken(connection: &FailedConnection) -> String {
    let stage = connection.failure.stage;
    if connection.failure.kind == FailureKind::ClosedEarly {
        return if stage == Stage::Tls { "EOF" } else { "unexpected EOF" }.to_owned();
    }
    // What is no error of the system, the pipeline would say in words not known here.
    let Some(error) = system_error(connection) else { return String::new() };
    match stage {
        Stage::Lookup => format!("dial tcp: lookup {}: {error}", connection.host()),
        Stage::Tcp => connected(connection, &format!("connect: {error}")),
        _ if error == "broken pipe" => {
            format!("write tcp {}: write: {error}", connection.ends().unwrap_or("A->B".to_owned()))
        }
        _ => read(connection, &format!("read: {error}")),
    }
}

/// The error of the operating system as Go spells it (`syscall.Errno`).
fn system_error(connection: &FailedConnection) -> Option<String> {
    let error = connection.failure.sources.last()?;
    let (words, _) = error.split_once(" (os error ")?;
    Some(words.to_lowercase())
}

/// Go's words for what is wrong with a certificate (`crypto/x509`).
fn x509(connection: &FailedConnection) -> String {
    match &connection.failure.kind {
        FailureKind::CertExpired { not_after } => {
            let bound = not_after.map_or(String::new(), |at| {
                format!(": current time {} is after {}", in_seconds(connection.now), in_seconds(at))
            });
            format!("certificate has expired or is not yet valid{bound}")
        }
        FailureKind::CertNotYetValid { not_before } => {
            let bound = not_before.map_or(String::new(), |at| {
                format!(": current time {} is before {}", in_seconds(connection.now), in_seconds(at))
            });
            format!("certificate has expired or is not yet valid{bound}")
        }
        FailureKind::CertWrongName { presented, .. } => {
            let names = connection.leaf().map_or(presented, |leaf| &leaf.names);
            if names.is_empty() {
                format!("certificate is not valid for any names, but wanted to match {}", connection.host())
            } else {
                format!("certificate is valid for {}, not {}", names.join(", "), connection.host())
            }
        }
        _ => "certificate signed by unknown authority".to_owned(),
    }
}

/// `2026-01-02T03:04:05Z`
fn in_seconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.split('.').next().map_or(text.clone(), |whole| format!("{whole}Z"))
}

/// Go's words for an alert (`crypto/tls`), where they are not the RFC's.
fn alert_in_go(alert: &str) -> String {
    let words = spaced(alert);
    let go = match words.as_str() {
        "protocol version" => "protocol version not supported",
        "insufficient security" => "insufficient security level",
        "unknown ca" => "unknown certificate authority",
        "certificate unknown" => "unknown certificate",
        "certificate expired" => "expired certificate",
        "certificate revoked" => "revoked certificate",
        "decode error" => "error decoding message",
        "decrypt error" => "error decrypting message",
        other => other,
    };
    go.to_owned()
}

/// `handshake_failure` and `HandshakeFailure` as `handshake failure`.
fn spaced(alert: &str) -> String {
    let mut words = String::with_capacity(alert.len() + 4);
    let mut after_small = false;
    for character in alert.chars() {
        if character.is_ascii_uppercase() && after_small || character == '_' {
            words.push(' ');
        }
        if character != '_' {
            words.push(character.to_ascii_lowercase());
        }
        after_small = character.is_ascii_lowercase();
    }
    words
}

/// An answer that is no upgrade; one with a broken header is refused before that (`net/textproto`).
fn refused(connection: &FailedConnection) -> String {
    let broken =
        connection.response().and_then(|response| response.head.lines().find(|line| is_broken(line)));
    match broken {
        Some(line) => format!("malformed MIME header line: {}", escaped(line.as_bytes())),
        None => "websocket: bad handshake".to_owned(),
    }
}

/// Whether a line of a head is a header with characters that Go does not take.
fn is_broken(line: &str) -> bool {
    let is_control =
        |text: &str| text.chars().any(|character| character.is_ascii_control() && character != '\t');
    let is_token = |name: &str| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    if line.is_empty() || line.starts_with("HTTP/") {
        return false;
    }
    match line.split_once(':') {
        _ if line.starts_with([' ', '\t']) => is_control(line),
        Some((name, value)) => !is_token(name) || is_control(value),
        None => true,
    }
}

/// What is wrong with the first line of what came, quoted as Go does (`net/http`).
fn malformed(connection: &FailedConnection) -> String {
    if connection.response().is_some() {
        return refused(connection);
    }
    let unread = connection.exchange().map(|exchange| exchange.unread.as_slice()).unwrap_or_default();
    let line = unread.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let words: Vec<_> = line.splitn(2, |byte| *byte == b' ').collect();
    let [version, status] = words[..] else {
        return format!("malformed HTTP response \"{}\"", escaped(line));
    };
    let status = status.trim_ascii_start().split(|byte| *byte == b' ').next().unwrap_or_default();
    if status.len() == 3 && status.iter().all(u8::is_ascii_digit) {
        format!("malformed HTTP version \"{}\"", escaped(version))
    } else {
        format!("malformed HTTP status code \"{}\"", escaped(status))
    }
}

/// What the pipeline does about compression that it did not offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deflate {
    /// It takes it, since each message can be read for itself.
    Taken,
    Refused,
}

/// How the pipeline judges this header; `None` where it holds no compression that it knows.
pub(super) fn deflate(header: &str, got: &str) -> Option<Deflate> {
    if !header.eq_ignore_ascii_case("Sec-WebSocket-Extensions") {
        return None;
    }
    let mut extensions = got.split(',').map(|extension| extension.split(';').map(str::trim));
    let parameters: Vec<_> = extensions
        .find_map(|mut words| (words.next() == Some("permessage-deflate")).then(|| words.collect()))?;
    let has = |name| parameters.iter().any(|word| word.split('=').next().map(str::trim) == Some(name));
    let both = has("server_no_context_takeover") && has("client_no_context_takeover");
    Some(if both { Deflate::Taken } else { Deflate::Refused })
}
