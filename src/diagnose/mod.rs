//! From a ladder and its settings to findings with fixes; pure.

use crate::{
    config::Settings,
    session::{Failure, Finding, Lost, StageReport, Timestamp},
};

/// What a dial that failed means, best explanation first. `ladder` is every stage of that dial
/// in order, the failed one last.
#[must_use]
pub fn failed(
    settings: &Settings,
    ladder: &[StageReport],
    failure: &Failure,
    now: Timestamp,
) -> Vec<Finding> {
    let _ = (settings, ladder, failure, now);
    Vec::new()
}

/// What a dial that went well should still be told: verification switched off, a certificate
/// about to expire.
#[must_use]
pub fn opened(settings: &Settings, ladder: &[StageReport], now: Timestamp) -> Vec<Finding> {
    let _ = (settings, ladder, now);
    Vec::new()
}

/// What the end of an open connection means.
#[must_use]
pub fn lost(settings: &Settings, lost: &Lost) -> Vec<Finding> {
    let _ = (settings, lost);
    Vec::new()
}

/// The server has sent nothing for ten seconds after the connection opened.
#[must_use]
pub fn silent(settings: &Settings) -> Finding {
    let _ = settings;
    Finding {
        code: "silent-after-open",
        severity: crate::session::Severity::Note,
        title: String::new(),
        cause: String::new(),
        evidence: Vec::new(),
        fixes: Vec::new(),
    }
}
