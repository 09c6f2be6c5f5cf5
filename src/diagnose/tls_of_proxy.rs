//! A failure of TLS with an `https` proxy.

use crate::{
    config::{Endpoint, Settings},
    session::{Evidence, Failure, FailureKind, Stage, StageReport, Timestamp},
};

use super::failed_connection::FailedConnection;

/// A failure of TLS with an `https` proxy, presented as if the proxy were the server.
pub(super) struct TlsOfProxy {
    settings: Settings,
    ladder: Vec<StageReport>,
    failure: Failure,
}

impl TlsOfProxy {
    pub(super) fn of(failed: &FailedConnection) -> Option<Self> {
        let is_tls = matches!(
            failed.failure.kind,
            FailureKind::CertExpired { .. }
                | FailureKind::CertNotYetValid { .. }
                | FailureKind::CertWrongName { .. }
                | FailureKind::CertUnknownIssuer
                | FailureKind::CertSelfSigned
                | FailureKind::CertInvalid
                | FailureKind::TlsVersion
                | FailureKind::TlsAlert { .. }
                | FailureKind::ClientCertWanted { .. }
                | FailureKind::ClientCertRefused { .. }
                | FailureKind::ClientKey { .. }
                | FailureKind::RenegotiationAsked
                | FailureKind::TlsFailed { .. }
                | FailureKind::Roots
        );
        if failed.failure.stage != Stage::Proxy || !is_tls {
            return None;
        }
        let place = failed.address_of_proxy().map_or("proxy".to_owned(), |proxy| proxy.place());
        let url = Endpoint::parse(&format!("wss://{place}/")).ok()?;
        let tls = failed.proxy().and_then(|proxy| proxy.tls.clone());
        let ladder = failed.ladder.iter().filter(|report| report.stage == Stage::Proxy);
        let ladder = ladder.map(|report| StageReport {
            stage: Stage::Tls,
            evidence: tls.clone().map_or(Evidence::Nothing {}, Evidence::Tls),
            ..report.clone()
        });
        Some(Self {
            settings: Settings { url, ..failed.settings.clone() },
            ladder: ladder.collect(),
            failure: Failure { stage: Stage::Tls, ..failed.failure.clone() },
        })
    }

    pub(super) fn as_failed_connection(&self, now: Timestamp) -> FailedConnection<'_> {
        FailedConnection { settings: &self.settings, ladder: &self.ladder, failure: &self.failure, now }
    }
}
