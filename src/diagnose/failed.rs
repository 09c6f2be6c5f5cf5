//! What a failed dial means: each kind of failure to the one who explains it.

use crate::{
    config::Settings,
    session::{Failure, FailureKind, Finding, Stage, StageReport, Timestamp},
};

use super::{auth, certificate, client_cert, dial::FailedDial, loss, proxy, reach, status, tls, upgrade};

/// What a dial that failed means, best explanation first. `ladder` is every stage of that dial
/// in order, the failed one last.
#[must_use]
pub fn failed(
    settings: &Settings,
    ladder: &[StageReport],
    failure: &Failure,
    now: Timestamp,
) -> Vec<Finding> {
    let dial = FailedDial { settings, ladder, failure, now };
    let mut findings = if proxy::is_at_fault(&dial) { proxy::findings(&dial) } else { explained(&dial) };
    findings.extend(proxy::in_play(settings, ladder));
    if matches!(failure.kind, FailureKind::Status { .. }) {
        findings.extend(auth::notes(settings, ladder, now));
    }
    findings
}

/// What is wrong between here and the host of the URL.
pub(super) fn explained(dial: &FailedDial) -> Vec<Finding> {
    let failure = dial.failure;
    let one = match &failure.kind {
        FailureKind::ProxyNotFound | FailureKind::ProxyUrl { .. } | FailureKind::Socks { .. } => {
            return proxy::findings(dial);
        }
        FailureKind::NameNotFound => reach::not_found(dial),
        FailureKind::LookupFailed => reach::lookup_failed(dial),
        FailureKind::Refused => reach::refused(dial),
        FailureKind::Unreachable => reach::unreachable(dial),
        FailureKind::TimedOut { limit_ms } => timed_out(dial, *limit_ms),
        FailureKind::Io => broken(dial),
        FailureKind::ClosedEarly => closed(dial),
        FailureKind::PlainServer { first_bytes } => tls::plain_server(dial, first_bytes),
        FailureKind::CertExpired { .. }
        | FailureKind::CertNotYetValid { .. }
        | FailureKind::CertWrongName { .. }
        | FailureKind::CertUnknownIssuer
        | FailureKind::CertSelfSigned
        | FailureKind::CertInvalid => return certificate::findings(dial),
        FailureKind::TlsVersion => tls::version(dial),
        FailureKind::TlsAlert { alert } => tls::alert(dial, alert),
        FailureKind::ClientCertWanted => client_cert::wanted(dial),
        FailureKind::ClientCertRefused { alert } => client_cert::refused(dial, alert),
        FailureKind::ClientKey { fault, entry, pipeline } => {
            client_cert::unusable(dial, *fault, entry, pipeline)
        }
        FailureKind::RenegotiationAsked => tls::renegotiation(dial),
        FailureKind::TlsFailed => tls::failed(dial, "The TLS handshake did not come to an end."),
        FailureKind::Roots => tls::roots(dial),
        FailureKind::Status { code } => status::finding(dial, *code),
        FailureKind::NotHttp { looks_like_tls } => upgrade::not_http(dial, *looks_like_tls),
        FailureKind::BadAccept { expected, got } => upgrade::accept(dial, expected, got.as_deref()),
        FailureKind::BadUpgradeHeader { header, got } => upgrade::header(dial, header, got.as_deref()),
        FailureKind::NotAsked { header, got } => upgrade::not_asked(dial, header, got),
        FailureKind::AnswerTooLarge { limit, counted } => upgrade::too_large(dial, *limit, *counted),
        FailureKind::Token { fault, .. } => auth::token(dial, *fault),
        FailureKind::BadHeader { name } => upgrade::unsendable(dial, name),
    };
    vec![one]
}

fn timed_out(dial: &FailedDial, limit_ms: u64) -> Finding {
    match dial.failure.stage {
        Stage::Lookup => reach::lookup_failed(dial),
        Stage::Tcp | Stage::Proxy => reach::timed_out(dial, limit_ms),
        Stage::Tls => tls::timed_out(dial, limit_ms),
        Stage::Upgrade => upgrade::timed_out(dial, limit_ms),
        Stage::Open | Stage::First => upgrade::open_timed_out(dial, limit_ms),
    }
}

fn broken(dial: &FailedDial) -> Finding {
    // With TLS 1.3 the refusal comes only after the handshake, as an error of the first read.
    if dial.said().any(|line| line.contains("CertificateRequired")) {
        return client_cert::wanted(dial);
    }
    match dial.failure.stage {
        Stage::Lookup => reach::lookup_failed(dial),
        Stage::Tcp | Stage::Proxy => reach::broken(dial),
        Stage::Tls => tls::failed(dial, "The connection broke during the TLS handshake."),
        Stage::Upgrade | Stage::Open | Stage::First => upgrade::broken(dial),
    }
}

fn closed(dial: &FailedDial) -> Finding {
    match dial.failure.stage {
        Stage::Lookup => reach::lookup_failed(dial),
        Stage::Tcp | Stage::Proxy => reach::broken(dial),
        Stage::Tls => tls::failed(dial, "The server hung up during the TLS handshake."),
        Stage::Upgrade => upgrade::closed_early(dial),
        Stage::Open | Stage::First => loss::closed_after_open(dial.settings, dial.said().collect()),
    }
}
