//! Failures of the server's certificate. Verification stops at the first fault; here the served
//! certificate is looked at once more, so that all faults are told at once.

use std::net::IpAddr;

use crate::{
    config::RootSource,
    session::{Certificate, FailureKind, Finding, FindingCode, Fix, Severity, Timestamp},
};

use super::{
    connection::FailedConnection,
    finding_builder::{FindingBuilder, advice, cut, distance, switch_on, without_verification},
    tls::trust,
};

/// The fault that was reported first, then what else is wrong with the certificate.
pub(super) fn findings(connection: &FailedConnection) -> Vec<Finding> {
    let mut findings = vec![reported(connection)];
    if let FailureKind::CertUnknownIssuer = connection.failure.kind
        && let Some([leaf]) = connection.tls().map(|tls| tls.chain.as_slice())
        && !leaf.self_issued
    {
        findings.push(incomplete(connection, leaf));
    }
    findings.extend(go_differs(connection));
    // A certificate that could not be parsed has no dates to judge.
    if let Some(leaf) = connection.leaf().filter(|leaf| leaf.not_after != Timestamp::default()) {
        let mut add = |code: FindingCode, make: &dyn Fn() -> Finding| {
            if findings.iter().all(|finding| finding.code != code) {
                findings.push(make());
            }
        };
        if leaf.not_after < connection.now {
            add(FindingCode::CertExpired, &|| expired(connection, Some(leaf.not_after)));
        }
        if leaf.not_before > connection.now {
            add(FindingCode::CertNotYetValid, &|| not_yet(connection, Some(leaf.not_before)));
        }
        if !leaf.names.iter().any(|name| covers(name, connection.host())) {
            add(FindingCode::CertWrongName, &|| wrong_name(connection, connection.host(), &leaf.names));
        }
    }
    findings
}

fn reported(connection: &FailedConnection) -> Finding {
    let leaf = connection.leaf();
    match &connection.failure.kind {
        FailureKind::CertExpired { not_after } => {
            expired(connection, not_after.or(leaf.map(|leaf| leaf.not_after)))
        }
        FailureKind::CertNotYetValid { not_before } => {
            not_yet(connection, not_before.or(leaf.map(|leaf| leaf.not_before)))
        }
        FailureKind::CertWrongName { expected, presented } => {
            let names = leaf.map_or(presented, |leaf| &leaf.names);
            wrong_name(connection, expected, names)
        }
        FailureKind::CertSelfSigned => self_signed(connection),
        FailureKind::CertUnknownIssuer => unknown_issuer(connection),
        _ => invalid(connection),
    }
}

fn expired(connection: &FailedConnection, not_after: Option<Timestamp>) -> Finding {
    let when =
        not_after.map(|at| format!(" on {}, {}", at.day(), distance(at, connection.now))).unwrap_or_default();
    finding(FindingCode::CertExpired, connection, format!("The server's certificate expired{when}."))
        .advise("have the server's certificate renewed")
        .advise(format!("check the clock of this machine: it says {}", connection.now.day()))
        .fix([without_verification()])
        .done()
}

fn not_yet(connection: &FailedConnection, not_before: Option<Timestamp>) -> Finding {
    let when = not_before
        .map(|at| format!(" on {}, {}", at.day(), distance(at, connection.now)))
        .unwrap_or_default();
    let cause = if when.is_empty() {
        "The server's certificate is not valid yet.".to_owned()
    } else {
        format!("The server's certificate becomes valid{when}.")
    };
    finding(FindingCode::CertNotYetValid, connection, cause)
        .advise(format!("check the clock of this machine: it says {}", connection.now.day()))
        .advise("check the clock of the machine that issued the certificate")
        .fix([without_verification()])
        .done()
}

fn wrong_name(connection: &FailedConnection, expected: &str, names: &[String]) -> Finding {
    let expected = if expected.is_empty() { connection.host() } else { expected };
    let cause = if names.is_empty() {
        format!("The server's certificate names no host at all, so it cannot stand for “{expected}”.")
    } else {
        format!("The server's certificate does not name “{expected}”; it is for {}.", listed(names, 3))
    };
    // A wildcard is no host one could connect to.
    let name = names.iter().find(|name| !name.contains('*') && name.parse::<IpAddr>().is_err());
    let other = name.map(|name| {
        advice(format!(
            "put a name of the certificate into url, such as “{name}”, if it leads to the same server"
        ))
    });
    finding(FindingCode::CertWrongName, connection, cause)
        .fix(other)
        .advise(format!("have a certificate issued that names “{expected}”"))
        .fix([without_verification()])
        .done()
}

fn self_signed(connection: &FailedConnection) -> Finding {
    let subject = connection.leaf().map_or("the server", |leaf| leaf.subject.as_str());
    finding(
        FindingCode::CertSelfSigned,
        connection,
        format!("The server's certificate is signed by its own key; {}.", not_among(connection)),
    )
    .fix(switch_on(connection.settings))
    .fix([trust(subject), without_verification()])
    .fix(saved(connection))
    .done()
}

/// How to come by the certificates that were served.
fn saved(connection: &FailedConnection) -> Option<Fix> {
    connection.leaf().map(|_| {
        advice("s on the screen of the connections saves the served certificates as PEM; probe --json has them too")
    })
}

fn unknown_issuer(connection: &FailedConnection) -> Finding {
    let last = connection.tls().and_then(|tls| tls.chain.last());
    let cause = match last {
        Some(last) => {
            format!("The server's certificate leads to “{}”; {}.", last.issuer, not_among(connection))
        }
        None => "The server's certificate leads to no trusted root.".to_owned(),
    };
    let issuer = last.map_or("the issuer", |last| last.issuer.as_str());
    finding(FindingCode::CertUnknownIssuer, connection, cause)
        .fix(switch_on(connection.settings))
        .fix([trust(issuer), without_verification()])
        .fix(saved(connection))
        .done()
}

fn incomplete(connection: &FailedConnection, leaf: &Certificate) -> Finding {
    let cause = format!(
        "The server sent its own certificate only. If “{}” is an intermediate authority, \
         its certificate is missing.",
        leaf.issuer
    );
    finding(FindingCode::CertChainIncomplete, connection, cause)
        .severity(Severity::Warning)
        .advise("let the server send the whole chain, its own certificate first")
        .advise(format!(
            "or put the certificate of “{}” into tls.root_cas_file, with tls.enabled",
            leaf.issuer
        ))
        .done()
}

/// Where the pipeline's runtime takes a certificate that this one refuses.
fn go_differs(connection: &FailedConnection) -> Option<Finding> {
    let FailureKind::CertInvalid = connection.failure.kind else { return None };
    let (leaf, verdict) = (connection.leaf()?, connection.tls()?.verdict.as_deref()?);
    let cause = if leaf.ca && verdict.contains("that of an authority") {
        "The certificate is that of an authority. The pipeline (Go) takes such a certificate from a server \
         if the chain verifies; the library here does not."
    } else if leaf.key == "RSA 1024" {
        "The key has 1024 bits. The pipeline (Go) takes RSA keys from 1024 bits on; the library here wants 2048."
    } else {
        return None;
    };
    let finding = FindingBuilder::new(FindingCode::TlsGoDiffers, cause)
        .severity(Severity::Note)
        .seen([described(0, leaf, connection.now)])
        .advise("have the certificate made anew all the same: other clients refuse it too")
        .done();
    Some(finding)
}

fn invalid(connection: &FailedConnection) -> Finding {
    finding(
        FindingCode::CertInvalid,
        connection,
        "The server's certificate cannot be used as it is.".to_owned(),
    )
    .advise("have the server's certificate made anew: X.509 version 3, RSA of 2048 bits or more, or EC P-256")
    .fix([without_verification()])
    .done()
}

/// The evidence that all faults of a certificate share.
fn finding(code: FindingCode, connection: &FailedConnection, cause: String) -> FindingBuilder {
    let chain = connection.tls().map(|tls| tls.chain.as_slice()).unwrap_or_default();
    FindingBuilder::new(code, cause)
        .seen(connection.said())
        .seen(chain.iter().take(4).enumerate().map(|(nth, one)| described(nth, one, connection.now)))
        .seen(
            connection
                .leaf()
                .filter(|leaf| !leaf.names.is_empty())
                .map(|leaf| format!("names: {}", listed(&leaf.names, 12))),
        )
        .seen(
            connection
                .tls()
                .filter(|tls| !tls.trust.is_empty())
                .map(|tls| format!("checked against {}", tls.trust)),
        )
        .logged(connection.pipeline())
}

/// `certificate 0: feed.example, by Example CA, 2025-01-01 to 2026-01-02 (12 days ago)`
fn described(nth: usize, one: &Certificate, now: Timestamp) -> String {
    format!(
        "certificate {nth}: {}, by {}, {} to {} ({})",
        one.subject,
        one.issuer,
        one.not_before.day(),
        one.not_after.day(),
        distance(one.not_after, now)
    )
}

fn not_among(connection: &FailedConnection) -> String {
    let tls = &connection.settings.tls;
    match &tls.roots {
        Some(RootSource::File(path)) if tls.enabled => {
            format!("it is not in tls.root_cas_file “{}”, which replaces the system's roots", path.display())
        }
        Some(RootSource::Text(_)) if tls.enabled => {
            "it is not in tls.root_cas, which replaces the system's roots".to_owned()
        }
        _ => "that is not among the trusted roots of this system".to_owned(),
    }
}

fn listed(names: &[String], most: usize) -> String {
    let text = names.iter().take(most).map(|name| cut(name, 80)).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// Whether a name of a certificate stands for `host` (RFC 6125, section 6.4): a wildcard is the
/// whole first label and stands for one label.
fn covers(name: &str, host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return name.parse::<IpAddr>().is_ok_and(|own| own == address);
    }
    let host = host.trim_end_matches('.');
    match name.strip_prefix("*.") {
        Some(rest) => host
            .split_once('.')
            .is_some_and(|(first, tail)| !first.is_empty() && tail.eq_ignore_ascii_case(rest)),
        None => name.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let hosts = ["a.feed.example", "A.FEED.example.", "feed.example", "b.a.feed.example"];
        assert_eq!(hosts.map(|host| covers("*.feed.example", host)), [true, true, false, false]);
    }

    #[test]
    fn an_address_is_compared_as_an_address() {
        assert!(covers("::1", "0:0:0:0:0:0:0:1"));
        assert!(!covers("*.0.0.1", "127.0.0.1"));
    }
}
