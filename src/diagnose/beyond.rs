//! Findings about options that no pipeline has: what they refuse, and what holds only because of them.

use crate::{
    config::Settings,
    session::{Finding, FindingCode, Stage},
};

use super::{
    failed_connection::{FailedConnection, with_error},
    finding::set,
};

pub(super) fn other_family(failed: &FailedConnection, wanted: &str) -> Finding {
    let cause =
        format!("“{}” has addresses, but no {wanted} address, and no other is to be tried.", failed.host());
    let finding = with_error(failed, FindingCode::AddressFamily, cause);
    if failed.settings.beyond.ip_version.is_none() && failed.settings.beyond.source.is_some() {
        return finding.advise("connect from an address of the other kind").about("beyond.source".to_owned());
    }
    finding
        .fix([set("try all addresses, as the pipeline does", &[("beyond.ip_version", "any")])])
        .about("beyond.ip_version".to_owned())
}

pub(super) fn pin(failed: &FailedConnection, seen: &str) -> Finding {
    let cause = "The server's public key is none of those of --pin. Its certificate was renewed with another key, or \
                 another server answers.";
    Finding::new(FindingCode::CertPin, cause)
        .evidence([
            format!("seen: {seen}"),
            format!("pinned: {}", failed.settings.beyond.pins.written()),
            "the pipeline has no pins: it takes any trusted certificate".to_owned(),
        ])
        .fix([set("pin this key, if you know that it is the server's", &[("beyond.pin", seen)])])
        .about("beyond.pin".to_owned())
}

/// What an open connection owes to the options.
pub(super) fn of_opened(settings: &Settings) -> Vec<Finding> {
    let differences = settings.beyond.differences();
    let beyond = (!differences.is_empty()).then(|| {
        let cause = "This connection was made with options that the pipeline does not have; without them it may fare \
                     otherwise there.";
        Finding::new(FindingCode::BeyondPipeline, cause).evidence(differences).cure()
    });
    beyond.into_iter().chain(keys_logged(settings)).collect()
}

fn keys_logged(settings: &Settings) -> Option<Finding> {
    let path = settings.beyond.keylog.as_ref().filter(|_| settings.url.secure)?;
    let cause = format!(
        "The keys of this connection were added to {}: whoever has the file can read what was sent.",
        path.display()
    );
    let renegotiates = settings.tls.enabled && settings.tls.renegotiation;
    let unless = "with tls.enable_renegotiation, those of TLS 1.2 are not: its library does not give them";
    Some(Finding::new(FindingCode::KeysLogged, cause).evidence(renegotiates.then_some(unless)).cure())
}

/// What a failed connection owes to the options.
pub(super) fn of_failed(failed: &FailedConnection) -> Option<Finding> {
    let differences = failed.settings.beyond.differences();
    let says_so = matches!(failed.failure.stage, Stage::Lookup | Stage::Tcp | Stage::Tls | Stage::Upgrade);
    let cause = "This connection was tried with options that the pipeline does not have; it may open there.";
    (says_so && !differences.is_empty())
        .then(|| Finding::new(FindingCode::BeyondPipeline, cause).evidence(differences).cure())
}
