//! Findings about a failed connection: passes each kind of failure to the module that explains it.

use crate::{
    config::Settings,
    session::{Failure, FailureKind, Finding, Severity, Stage, StageReport, Timestamp},
};

use super::{
    auth, beyond, certificate, client_cert, failed_connection::FailedConnection, loss, proxy, reach, status,
    tls, tls_alert, tls_differs, tls_of_proxy::TlsOfProxy, upgrade,
};

/// The findings about a failed connection, the most likely explanation first. `ladder` holds every stage of
/// that connection in order, the failed one last.
#[must_use]
pub fn failed(
    settings: &Settings,
    ladder: &[StageReport],
    failure: &Failure,
    now: Timestamp,
) -> Vec<Finding> {
    let failed = FailedConnection { settings, ladder, failure, now };
    let mut findings = match TlsOfProxy::of(&failed) {
        Some(tls) => {
            let tls = tls.as_failed_connection(now);
            let differs = tls_differs::of_failure(&tls);
            proxy::about_proxy_tls(&failed, explained(&tls).into_iter().chain(differs).collect())
        }
        None => explained(&failed).into_iter().chain(tls_differs::of_failure(&failed)).collect(),
    };
    findings.extend(proxy::notes(settings, ladder));
    findings.extend(beyond::of_failed(&failed));
    if matches!(failure.kind, FailureKind::Status { .. }) {
        let (headline, notes): (Vec<_>, Vec<_>) =
            auth::notes(settings, ladder, now).into_iter().partition(|note| note.severity == Severity::Error);
        findings.splice(..0, headline);
        findings.extend(notes);
    }
    findings
}

/// The findings about the failure, with the line of the pipeline's log as the last evidence.
fn explained(failed: &FailedConnection) -> Vec<Finding> {
    let failure = failed.failure;
    let one = match &failure.kind {
        _ if proxy::failed_at_proxy(failed) => proxy::finding(failed),
        FailureKind::ProxyNotFound | FailureKind::ProxyUrl { .. } | FailureKind::Socks { .. } => {
            proxy::finding(failed)
        }
        _ if proxy::speaks_in_its_tunnel(failed) => proxy::page(failed),
        FailureKind::NameNotFound => reach::not_found(failed),
        FailureKind::LookupFailed => reach::lookup_failed(failed),
        FailureKind::OtherFamily { wanted } => beyond::other_family(failed, wanted),
        FailureKind::Refused => reach::refused(failed),
        FailureKind::Unreachable => reach::unreachable(failed),
        FailureKind::TimedOut { limit_ms } => timed_out(failed, *limit_ms),
        FailureKind::Io => broken(failed),
        FailureKind::ClosedEarly if matches!(failure.stage, Stage::Open | Stage::First) => {
            return vec![loss::closed_after_open(failed.settings, failed.error_lines().collect())];
        }
        FailureKind::ClosedEarly => closed(failed),
        FailureKind::PlainServer { first_bytes } => tls::plain_server(failed, first_bytes),
        FailureKind::CertExpired { .. }
        | FailureKind::CertNotYetValid { .. }
        | FailureKind::CertWrongName { .. }
        | FailureKind::CertUnknownIssuer
        | FailureKind::CertSelfSigned
        | FailureKind::CertInvalid => return certificate::findings(failed),
        FailureKind::CertPin { seen } => beyond::pin(failed, seen),
        FailureKind::TlsVersion => tls::version(failed),
        FailureKind::TlsAlert { alert } => tls_alert::alert(failed, alert),
        FailureKind::ClientCertWanted { .. } => client_cert::required(failed),
        FailureKind::ClientCertRefused { alert } => client_cert::refused(failed, alert),
        FailureKind::ClientKey { fault, entry: _, pipeline, mends } => {
            client_cert::unusable(failed, *fault, pipeline, mends)
        }
        FailureKind::RenegotiationAsked => tls::renegotiation(failed),
        FailureKind::TlsFailed { .. } => tls::handshake_failed(failed, "The TLS handshake did not complete."),
        FailureKind::Roots => tls::roots(failed),
        FailureKind::Status { code } => status::finding(failed, *code),
        FailureKind::NotHttp { looks_like_tls } => upgrade::not_http(failed, *looks_like_tls),
        FailureKind::BadAccept { expected, got } => upgrade::accept(failed, expected, got.as_deref()),
        FailureKind::BadUpgradeHeader { header, got } => upgrade::header(failed, header, got.as_deref()),
        FailureKind::NotAsked { header, got } => upgrade::not_asked(failed, header, got),
        FailureKind::AnswerTooLarge { limit, counted } => upgrade::too_large(failed, *limit, *counted),
        FailureKind::Token { fault, .. } => auth::unusable_token(failed, *fault),
        FailureKind::BadHeader { name } => upgrade::unsendable(failed, name),
    };
    vec![one.evidence(failed.pipeline_log())]
}

fn timed_out(failed: &FailedConnection, limit_ms: u64) -> Finding {
    match failed.failure.stage {
        Stage::Lookup => reach::lookup_failed(failed),
        Stage::Tcp | Stage::Proxy => reach::timed_out(failed, limit_ms),
        Stage::Tls => tls::timed_out(failed, limit_ms),
        Stage::Upgrade => upgrade::timed_out(failed, limit_ms),
        Stage::Open | Stage::First => upgrade::open_timed_out(failed, limit_ms),
    }
}

fn broken(failed: &FailedConnection) -> Finding {
    // In TLS 1.3 the server rejects the certificate after the handshake: the first read fails.
    if failed.error_lines().any(|line| line.contains("CertificateRequired")) {
        return client_cert::required(failed);
    }
    match failed.failure.stage {
        Stage::Lookup => reach::lookup_failed(failed),
        Stage::Tcp | Stage::Proxy => reach::broken(failed),
        Stage::Tls => tls::handshake_failed(failed, "The connection broke during the TLS handshake."),
        Stage::Upgrade | Stage::Open | Stage::First => upgrade::broken(failed),
    }
}

fn closed(failed: &FailedConnection) -> Finding {
    match failed.failure.stage {
        Stage::Lookup => reach::lookup_failed(failed),
        Stage::Tcp | Stage::Proxy => reach::broken(failed),
        Stage::Tls => {
            tls::handshake_failed(failed, "The server closed the connection during the TLS handshake.")
        }
        Stage::Upgrade | Stage::Open | Stage::First => upgrade::closed_early(failed),
    }
}
