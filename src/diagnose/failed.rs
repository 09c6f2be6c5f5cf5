//! What a failed connection means: each kind of failure to the one who explains it.

use crate::{
    config::Settings,
    session::{Failure, FailureKind, Finding, Stage, StageReport, Timestamp},
};

use super::{
    auth, certificate, client_cert, connection::FailedConnection, loss, proxy, reach, status, tls,
    tls_of_proxy::TlsOfProxy, upgrade,
};

/// What a connection that failed means, best explanation first. `ladder` is every stage of that connection
/// in order, the failed one last.
#[must_use]
pub fn failed(
    settings: &Settings,
    ladder: &[StageReport],
    failure: &Failure,
    now: Timestamp,
) -> Vec<Finding> {
    let connection = FailedConnection { settings, ladder, failure, now };
    let mut findings = match TlsOfProxy::of(&connection) {
        Some(tls) => proxy::of_tls(&connection, explained(&tls.dial(now))),
        None if proxy::is_at_fault(&connection) => proxy::findings(&connection),
        None => explained(&connection),
    };
    findings.extend(proxy::in_play(settings, ladder));
    if matches!(failure.kind, FailureKind::Status { .. }) {
        findings.extend(auth::notes(settings, ladder, now));
    }
    findings
}

/// What is wrong between here and the host of the URL.
fn explained(connection: &FailedConnection) -> Vec<Finding> {
    let failure = connection.failure;
    let one = match &failure.kind {
        FailureKind::ProxyNotFound | FailureKind::ProxyUrl { .. } | FailureKind::Socks { .. } => {
            return proxy::findings(connection);
        }
        FailureKind::NameNotFound => reach::not_found(connection),
        FailureKind::LookupFailed => reach::lookup_failed(connection),
        FailureKind::Refused => reach::refused(connection),
        FailureKind::Unreachable => reach::unreachable(connection),
        FailureKind::TimedOut { limit_ms } => timed_out(connection, *limit_ms),
        FailureKind::Io => broken(connection),
        FailureKind::ClosedEarly => closed(connection),
        FailureKind::PlainServer { first_bytes } => tls::plain_server(connection, first_bytes),
        FailureKind::CertExpired { .. }
        | FailureKind::CertNotYetValid { .. }
        | FailureKind::CertWrongName { .. }
        | FailureKind::CertUnknownIssuer
        | FailureKind::CertSelfSigned
        | FailureKind::CertInvalid => return certificate::findings(connection),
        FailureKind::TlsVersion => tls::version(connection),
        FailureKind::TlsAlert { alert } => tls::alert(connection, alert),
        FailureKind::ClientCertWanted => client_cert::wanted(connection),
        FailureKind::ClientCertRefused { alert } => client_cert::refused(connection, alert),
        FailureKind::ClientKey { fault, entry, pipeline } => {
            client_cert::unusable(connection, *fault, entry, pipeline)
        }
        FailureKind::RenegotiationAsked => tls::renegotiation(connection),
        FailureKind::TlsFailed => tls::failed(connection, "The TLS handshake did not come to an end."),
        FailureKind::Roots => tls::roots(connection),
        FailureKind::Status { code } => status::finding(connection, *code),
        FailureKind::NotHttp { looks_like_tls } => upgrade::not_http(connection, *looks_like_tls),
        FailureKind::BadAccept { expected, got } => upgrade::accept(connection, expected, got.as_deref()),
        FailureKind::BadUpgradeHeader { header, got } => upgrade::header(connection, header, got.as_deref()),
        FailureKind::NotAsked { header, got } => upgrade::not_asked(connection, header, got),
        FailureKind::AnswerTooLarge { limit, counted } => upgrade::too_large(connection, *limit, *counted),
        FailureKind::Token { fault, .. } => auth::token(connection, *fault),
        FailureKind::BadHeader { name } => upgrade::unsendable(connection, name),
    };
    vec![one]
}

fn timed_out(connection: &FailedConnection, limit_ms: u64) -> Finding {
    match connection.failure.stage {
        Stage::Lookup => reach::lookup_failed(connection),
        Stage::Tcp | Stage::Proxy => reach::timed_out(connection, limit_ms),
        Stage::Tls => tls::timed_out(connection, limit_ms),
        Stage::Upgrade => upgrade::timed_out(connection, limit_ms),
        Stage::Open | Stage::First => upgrade::open_timed_out(connection, limit_ms),
    }
}

fn broken(connection: &FailedConnection) -> Finding {
    // With TLS 1.3 the refusal comes only after the handshake, as an error of the first read.
    if connection.said().any(|line| line.contains("CertificateRequired")) {
        return client_cert::wanted(connection);
    }
    match connection.failure.stage {
        Stage::Lookup => reach::lookup_failed(connection),
        Stage::Tcp | Stage::Proxy => reach::broken(connection),
        Stage::Tls => tls::failed(connection, "The connection broke during the TLS handshake."),
        Stage::Upgrade | Stage::Open | Stage::First => upgrade::broken(connection),
    }
}

fn closed(connection: &FailedConnection) -> Finding {
    match connection.failure.stage {
        Stage::Lookup => reach::lookup_failed(connection),
        Stage::Tcp | Stage::Proxy => reach::broken(connection),
        Stage::Tls => tls::failed(connection, "The server hung up during the TLS handshake."),
        Stage::Upgrade => upgrade::closed_early(connection),
        Stage::Open | Stage::First => {
            loss::closed_after_open(connection.settings, connection.said().collect())
        }
    }
}
