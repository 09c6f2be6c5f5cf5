//! Where the pipeline judges a TLS handshake in another way than Sockeye does.

use crate::session::{
    Certificate, FailureKind, Finding, FindingCode, PIPELINE_LOG, Severity, Stage, Timestamp, TlsEvidence,
    TlsVerdict,
};

use super::{certificate::certificate_line, certificate_mends, failed_connection::FailedConnection};

/// The handshake failed here; the pipeline would complete it, or the bytes that came do not decide that.
pub(super) fn of_failure(failed: &FailedConnection) -> Option<Finding> {
    let is_pin = matches!(failed.failure.kind, FailureKind::CertPin { .. });
    if failed.failure.stage != Stage::Tls || is_pin {
        return None;
    }
    let tls = failed.tls()?;
    let finding = match tls.pipeline.as_ref()? {
        TlsVerdict::Fails { .. } => return None,
        TlsVerdict::Opens {} => {
            let cause = "The pipeline (Go) completes this handshake; Sockeye does not, since its own TLS library is \
                         more careful.";
            Finding::new(FindingCode::TlsGoDiffers, cause)
                .evidence(lines(tls, failed.now))
                .advise("connect with --as to go as the pipeline does")
                .advise("have the fault mended anyway: other clients refuse it too")
        }
        TlsVerdict::Unknown { why } => {
            let cause = format!("What the pipeline (Go) would make of this handshake is not known. {why}");
            Finding::new(FindingCode::TlsGoDiffers, cause)
                .evidence(failed.error_lines())
                .evidence(lines(tls, failed.now))
                .advise("run the pipeline against this server, or connect with --as to offer what it offers")
        }
    };
    Some(finding)
}

/// The handshake was completed here; the pipeline would fail.
pub(super) fn of_opened(tls: &TlsEvidence, host: &str, now: Timestamp) -> Option<Finding> {
    let TlsVerdict::Fails { line } = tls.pipeline.as_ref()? else { return None };
    let cause = "Sockeye completed the TLS handshake; the pipeline (Go) does not. Its TLS library judges the server in \
                 another way.";
    let finding = Finding::new(FindingCode::TlsGoDiffers, cause)
        .severity(Severity::Warning)
        .evidence([format!("{PIPELINE_LOG}Failed to connect to websocket: {line}")])
        .evidence(lines(tls, now))
        .fix(certificate_mends::mends(tls, tls.server_name.as_deref().unwrap_or(host)));
    Some(finding)
}

/// The certificates, each with what the pipeline finds wrong with it.
fn lines(tls: &TlsEvidence, now: Timestamp) -> Vec<String> {
    tls.chain.iter().take(4).enumerate().flat_map(|(nth, one)| line(nth, one, now)).collect()
}

fn line(nth: usize, certificate: &Certificate, now: Timestamp) -> Vec<String> {
    let judgement = certificate.judgement.iter();
    let faults = judgement.flat_map(|judgement| &judgement.checks).filter_map(|check| check.fault.as_ref());
    let faults = faults.map(|fault| format!("certificate {nth}: {fault}"));
    std::iter::once(certificate_line(nth, certificate, now)).chain(faults).collect()
}
