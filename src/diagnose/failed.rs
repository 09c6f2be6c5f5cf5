//! What a failed dial means: each kind of failure to the one who explains it.

use crate::{
    config::Settings,
    session::{Failure, FailureKind, Finding, Stage, StageReport, Timestamp},
};

use super::{case::Case, certificate, loss, reach, status, tls, upgrade};

/// What a dial that failed means, best explanation first. `ladder` is every stage of that dial
/// in order, the failed one last.
#[must_use]
pub fn failed(
    settings: &Settings,
    ladder: &[StageReport],
    failure: &Failure,
    now: Timestamp,
) -> Vec<Finding> {
    let case = Case { settings, ladder, failure, now };
    let one = match &failure.kind {
        FailureKind::NameNotFound => reach::not_found(&case),
        FailureKind::LookupFailed => reach::lookup_failed(&case),
        FailureKind::Refused => reach::refused(&case),
        FailureKind::Unreachable => reach::unreachable(&case),
        FailureKind::TimedOut { limit_ms } => timed_out(&case, *limit_ms),
        FailureKind::Io => broken(&case),
        FailureKind::ClosedEarly => closed(&case),
        FailureKind::PlainServer { first_bytes } => tls::plain_server(&case, first_bytes),
        FailureKind::CertExpired { .. }
        | FailureKind::CertNotYetValid { .. }
        | FailureKind::CertWrongName { .. }
        | FailureKind::CertUnknownIssuer
        | FailureKind::CertSelfSigned
        | FailureKind::CertInvalid => return certificate::findings(&case),
        FailureKind::TlsVersion => tls::version(&case),
        FailureKind::TlsAlert { alert } => tls::alert(&case, alert),
        FailureKind::ClientCertWanted => tls::client_certificate(&case),
        FailureKind::TlsFailed => tls::failed(&case, "The TLS handshake did not come to an end."),
        FailureKind::Roots => tls::roots(&case),
        FailureKind::Status { code } => status::finding(&case, *code),
        FailureKind::NotHttp { looks_like_tls } => upgrade::not_http(&case, *looks_like_tls),
        FailureKind::BadAccept { expected, got } => upgrade::accept(&case, expected, got.as_deref()),
        FailureKind::BadUpgradeHeader { header, got } => upgrade::header(&case, header, got.as_deref()),
        FailureKind::NotAsked { header, got } => upgrade::not_asked(&case, header, got),
        FailureKind::AnswerTooLarge { limit } => upgrade::too_large(&case, *limit),
        FailureKind::BadHeader { name } => upgrade::unsendable(&case, name),
    };
    vec![one]
}

fn timed_out(case: &Case, limit_ms: u64) -> Finding {
    match case.failure.stage {
        Stage::Lookup => reach::lookup_failed(case),
        Stage::Tcp | Stage::Proxy => reach::timed_out(case, limit_ms),
        Stage::Tls => tls::failed(
            case,
            "The server took the connection but did not answer the TLS handshake in time; \
             a plain server that waits for a request looks like this too.",
        ),
        Stage::Upgrade => upgrade::timed_out(case, limit_ms),
        Stage::Open | Stage::First => upgrade::open_timed_out(case, limit_ms),
    }
}

fn broken(case: &Case) -> Finding {
    match case.failure.stage {
        Stage::Lookup => reach::lookup_failed(case),
        Stage::Tcp | Stage::Proxy => reach::broken(case),
        Stage::Tls => tls::failed(case, "The connection broke during the TLS handshake."),
        Stage::Upgrade | Stage::Open | Stage::First => upgrade::broken(case),
    }
}

fn closed(case: &Case) -> Finding {
    match case.failure.stage {
        Stage::Lookup => reach::lookup_failed(case),
        Stage::Tcp | Stage::Proxy => reach::broken(case),
        Stage::Tls => tls::failed(case, "The server hung up during the TLS handshake."),
        Stage::Upgrade => upgrade::closed_early(case),
        Stage::Open | Stage::First => loss::closed_after_open(case.settings, case.said().collect()),
    }
}
