//! The exit codes of sessions without a screen.

use crate::{
    cli::Exit,
    session::{End, Event, EventKind, Failure, FailureKind, LossKind, Side, Stage},
};

/// What of a session decides how it went.
#[derive(Debug, Default)]
pub(super) struct Story {
    /// Why the last connection failed, if it did.
    failed: Option<Failure>,
    /// What ended the last open connection, if none opened since.
    lost: Option<LossKind>,
    ended: Option<End>,
}

impl Story {
    pub(super) fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Connecting { .. } => self.failed = None,
            EventKind::Opened(_) => self.lost = None,
            EventKind::Failed(failure) => self.failed = Some((**failure).clone()),
            EventKind::Lost(lost) => self.lost = Some(lost.kind.clone()),
            EventKind::Ended(ended) => self.ended = Some(ended.why.clone()),
            _ => (),
        }
    }

    pub(super) const fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// The exit code of a session that ended by itself; `None` for one that was stopped or goes on.
    pub(super) fn exit(&self) -> Option<Exit> {
        match (&self.ended, &self.failed, &self.lost) {
            (Some(End::RetriesExhausted { retries, last }), _, lost) => {
                Some(of_exhausted(*retries, last, lost.as_ref()))
            }
            (Some(End::NotRetried), Some(failure), _) => Some(of_failure(failure)),
            (Some(End::NotRetried), None, Some(lost)) => Some(of_loss(lost)),
            (Some(End::NotRetried), None, None) | (Some(End::Stopped | End::FileEnds) | None, ..) => None,
        }
    }
}

/// The exit code of a session whose retries are used up. `lost` is what ended the last open connection if none
/// opened since.
fn of_exhausted(retries: u32, failure: &Failure, lost: Option<&LossKind>) -> Exit {
    match lost {
        _ if retries > 0 => Exit::RetriesExhausted,
        Some(lost) if closed_with_an_error(lost) => Exit::ClosedByServer,
        _ => of_failure(failure),
    }
}

/// The exit code of a single connection that was lost.
pub(super) fn of_loss(lost: &LossKind) -> Exit {
    match lost {
        LossKind::Closed { .. } if closed_with_an_error(lost) => Exit::ClosedByServer,
        LossKind::Closed { .. } | LossKind::Left => Exit::Done,
        LossKind::Ended
        | LossKind::Io { .. }
        | LossKind::RenegotiationAsked
        | LossKind::Violation { .. }
        | LossKind::TooLarge { .. } => Exit::Receive,
    }
}

/// A server closes with 1000 or 1001 when it is done; an empty close frame gives no reason.
fn closed_with_an_error(lost: &LossKind) -> bool {
    matches!(lost, LossKind::Closed { by: Side::Server, frame } if !matches!(frame.code, None | Some(1000 | 1001)))
}

/// The exit code of a single connection that failed.
pub(super) fn of_failure(failure: &Failure) -> Exit {
    use FailureKind as Kind;
    match &failure.kind {
        Kind::ProxyNotFound => Exit::ProxyName,
        Kind::NameNotFound | Kind::LookupFailed | Kind::OtherFamily { .. } => Exit::HostName,
        Kind::Refused | Kind::Unreachable => Exit::Tcp,
        Kind::TimedOut { .. } => Exit::Timeout,
        Kind::Io => of_io(failure.stage),
        Kind::ClosedEarly => match failure.stage {
            Stage::Tls => Exit::Tls,
            Stage::Open => Exit::Send,
            Stage::First => Exit::Receive,
            Stage::Lookup | Stage::Tcp | Stage::Proxy | Stage::Upgrade => Exit::Empty,
        },

        Kind::ClientCertWanted { .. } | Kind::ClientCertRefused { .. } | Kind::ClientKey { .. } => {
            Exit::ClientCertificate
        }
        Kind::TlsAlert { alert } if is_about_our_certificate(alert) => Exit::ClientCertificate,
        Kind::PlainServer { .. }
        | Kind::TlsVersion
        | Kind::TlsAlert { .. }
        | Kind::RenegotiationAsked
        | Kind::TlsFailed { .. } => Exit::Tls,
        Kind::CertExpired { .. }
        | Kind::CertNotYetValid { .. }
        | Kind::CertWrongName { .. }
        | Kind::CertUnknownIssuer
        | Kind::CertSelfSigned
        | Kind::CertPin { .. }
        | Kind::CertInvalid => Exit::ServerCertificate,
        Kind::Status { .. }
        | Kind::NotHttp { .. }
        | Kind::BadAccept { .. }
        | Kind::BadUpgradeHeader { .. }
        | Kind::NotAsked { .. }
        | Kind::AnswerTooLarge { .. }
        | Kind::Socks { .. } => Exit::Refused,
        Kind::ProxyUrl { .. } | Kind::Roots | Kind::BadHeader { .. } | Kind::Token { .. } => Exit::Usage,
    }
}

fn of_io(stage: Stage) -> Exit {
    match stage {
        Stage::Lookup => Exit::HostName,
        Stage::Tcp | Stage::Proxy => Exit::Tcp,
        Stage::Tls => Exit::Tls,
        Stage::Open => Exit::Send,
        Stage::Upgrade | Stage::First => Exit::Receive,
    }
}

/// Alerts with which a server rejects a client certificate (RFC 8446, section 6.2).
fn is_about_our_certificate(alert: &str) -> bool {
    matches!(
        alert.to_ascii_lowercase().as_str(),
        "bad_certificate"
            | "unsupported_certificate"
            | "certificate_revoked"
            | "certificate_expired"
            | "certificate_unknown"
            | "certificate_required"
            | "unknown_ca"
            | "access_denied"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::CloseFrame;

    fn after(retries: u32, stage: Stage, kind: FailureKind) -> u8 {
        let last = Failure { stage, kind, message: String::new(), sources: Vec::new() };
        of_exhausted(retries, &last, None).code()
    }

    fn closed(by: Side, code: Option<u16>) -> LossKind {
        LossKind::Closed { by, frame: CloseFrame { code, reason: String::new() } }
    }

    #[test]
    fn a_single_failed_connection_ends_with_the_code_of_its_cause() {
        use FailureKind::*;
        let alert = |alert: &str| TlsAlert { alert: alert.to_owned() };
        let got = || None;
        let text = String::new;
        let table = [
            (Stage::Lookup, NameNotFound, 6),
            (Stage::Lookup, LookupFailed, 6),
            (Stage::Lookup, TimedOut { limit_ms: 1 }, 28),
            (Stage::Lookup, ProxyNotFound, 5),
            (Stage::Proxy, NameNotFound, 6),
            (Stage::Proxy, ProxyUrl { scheme: Some(text()) }, 2),
            (Stage::Proxy, Socks { reply: crate::session::SocksReply::NotAllowed }, 22),
            (Stage::Proxy, TimedOut { limit_ms: 1 }, 28),
            (Stage::Proxy, ClosedEarly, 52),
            (Stage::Proxy, Refused, 7),
            (Stage::Proxy, Status { code: 407 }, 22),
            (Stage::Tcp, Refused, 7),
            (Stage::Tcp, Unreachable, 7),
            (Stage::Tcp, TimedOut { limit_ms: 1 }, 28),
            (Stage::Tcp, Io, 7),
            (Stage::Tls, TimedOut { limit_ms: 1 }, 28),
            (Stage::Tls, Io, 35),
            (Stage::Tls, ClosedEarly, 35),
            (Stage::Tls, PlainServer { first_bytes: b"HTTP".to_vec() }, 35),
            (Stage::Tls, TlsVersion, 35),
            (Stage::Tls, TlsFailed { pipeline: String::new() }, 35),
            (Stage::Tls, alert("handshake_failure"), 35),
            (Stage::Tls, alert("certificate_required"), 58),
            (Stage::Tls, ClientCertWanted { alert: String::new() }, 58),
            (Stage::Tls, CertExpired { not_after: None }, 60),
            (Stage::Tls, CertNotYetValid { not_before: None }, 60),
            (Stage::Tls, CertWrongName { expected: text(), presented: Vec::new() }, 60),
            (Stage::Tls, CertUnknownIssuer, 60),
            (Stage::Tls, CertSelfSigned, 60),
            (Stage::Tls, CertInvalid, 60),
            (Stage::Tls, CertPin { seen: text() }, 60),
            (Stage::Lookup, OtherFamily { wanted: text() }, 6),
            (Stage::Tls, Roots, 2),
            (Stage::Upgrade, Status { code: 401 }, 22),
            (Stage::Upgrade, NotHttp { looks_like_tls: false }, 22),
            (Stage::Upgrade, BadAccept { expected: text(), got: got() }, 22),
            (Stage::Upgrade, BadUpgradeHeader { header: text(), got: got() }, 22),
            (Stage::Upgrade, NotAsked { header: text(), got: text() }, 22),
            (Stage::Upgrade, AnswerTooLarge { limit: 1, counted: crate::session::Counted::Bytes }, 22),
            (Stage::Upgrade, BadHeader { name: text() }, 2),
            (Stage::Upgrade, TimedOut { limit_ms: 1 }, 28),
            (Stage::Upgrade, ClosedEarly, 52),
            (Stage::Upgrade, Io, 56),
            (Stage::Open, Io, 55),
            (Stage::Open, ClosedEarly, 55),
            (Stage::Open, TimedOut { limit_ms: 1 }, 28),
            (Stage::First, Io, 56),
            (Stage::First, ClosedEarly, 56),
        ];
        for (stage, kind, code) in table {
            assert_eq!(after(0, stage, kind.clone()), code, "{stage}: {kind:?}");
            assert_eq!(after(3, stage, kind.clone()), 65, "{stage}: {kind:?} after three retries");
        }
    }

    #[test]
    fn a_lost_connection_ends_with_the_code_of_its_loss() {
        let violation = LossKind::Violation { rule: String::new(), last: Vec::new() };
        for (lost, code) in [
            (closed(Side::Server, Some(1000)), 0),
            (closed(Side::Server, Some(1001)), 0),
            (closed(Side::Server, None), 0),
            (closed(Side::Server, Some(1011)), 66),
            (closed(Side::Server, Some(4000)), 66),
            (closed(Side::Us, Some(1000)), 0),
            (LossKind::Left, 0),
            (LossKind::Ended, 56),
            (LossKind::Io { error: String::new() }, 56),
            (violation, 56),
            (LossKind::TooLarge { size: 2, limit: 1 }, 56),
        ] {
            assert_eq!(of_loss(&lost).code(), code, "{lost:?}");
        }
    }

    #[test]
    fn a_close_with_an_error_code_outranks_the_reconnect_that_failed_after_it() {
        let last = Failure {
            stage: Stage::Tcp,
            kind: FailureKind::Refused,
            message: String::new(),
            sources: Vec::new(),
        };
        let code = |retries, lost: LossKind| of_exhausted(retries, &last, Some(&lost)).code();
        assert_eq!(code(0, closed(Side::Server, Some(1011))), 66);
        assert_eq!(code(0, closed(Side::Server, Some(1000))), 7);
        assert_eq!(code(2, closed(Side::Server, Some(1011))), 65);
    }
}
