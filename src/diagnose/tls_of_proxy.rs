//! TLS with the proxy itself.

use crate::{
    config::{Endpoint, Settings},
    session::{Evidence, Failure, FailureKind, Stage, StageReport, Timestamp},
};

use super::connection::FailedConnection;

/// TLS with an `https` proxy that failed, laid out as if the proxy were the server.
pub(super) struct TlsOfProxy {
    settings: Settings,
    ladder: Vec<StageReport>,
    failure: Failure,
}

impl TlsOfProxy {
    pub(super) fn of(connection: &FailedConnection) -> Option<Self> {
        let is_tls = matches!(
            connection.failure.kind,
            FailureKind::CertExpired { .. }
                | FailureKind::CertNotYetValid { .. }
                | FailureKind::CertWrongName { .. }
                | FailureKind::CertUnknownIssuer
                | FailureKind::CertSelfSigned
                | FailureKind::CertInvalid
                | FailureKind::TlsVersion
                | FailureKind::TlsAlert { .. }
                | FailureKind::ClientCertWanted
                | FailureKind::ClientCertRefused { .. }
                | FailureKind::ClientKey { .. }
                | FailureKind::RenegotiationAsked
                | FailureKind::TlsFailed
                | FailureKind::Roots
        );
        if connection.failure.stage != Stage::Proxy || !is_tls {
            return None;
        }
        let place = connection.address_of_proxy().map_or("proxy".to_owned(), |proxy| proxy.place());
        let url = Endpoint::parse(&format!("wss://{place}/")).ok()?;
        let tls = connection.proxy().and_then(|proxy| proxy.tls.clone());
        let ladder = connection.ladder.iter().filter(|report| report.stage == Stage::Proxy);
        let ladder = ladder.map(|report| StageReport {
            stage: Stage::Tls,
            evidence: tls.clone().map_or(Evidence::Nothing {}, Evidence::Tls),
            ..report.clone()
        });
        Some(Self {
            settings: Settings { url, ..connection.settings.clone() },
            ladder: ladder.collect(),
            failure: Failure { stage: Stage::Tls, ..connection.failure.clone() },
        })
    }

    pub(super) fn dial(&self, now: Timestamp) -> FailedConnection<'_> {
        FailedConnection { settings: &self.settings, ladder: &self.ladder, failure: &self.failure, now }
    }
}
