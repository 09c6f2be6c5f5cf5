//! Findings about the server's certificate. Verification stops at the first fault; this module checks the
//! certificate again, so that all faults are reported at once.

use std::net::IpAddr;

use crate::{
    config::RootSource,
    session::{Certificate, FailureKind, Finding, FindingCode, Fix, NewFile, Timestamp, TlsEvidence},
};

use super::{
    certificate_causes::{self, fingerprint},
    certificate_mends,
    failed_connection::{FailedConnection, with_error},
    finding::{advice, cut, enable_tls, relative_days, set, skip_verification},
    tls::trust,
};

/// The fault that verification reported, then the other faults of the certificate.
pub(super) fn findings(failed: &FailedConnection) -> Vec<Finding> {
    let mends = failed.tls().map(|tls| certificate_mends::mends(tls, failed.host())).unwrap_or_default();
    let mut findings = vec![with_mends(failure_finding(failed), mends)];
    if let FailureKind::CertUnknownIssuer = failed.failure.kind
        && let Some([leaf]) = failed.tls().map(|tls| tls.chain.as_slice())
        && !leaf.self_issued
        && failed.tls().is_some_and(|tls| tls.namesake.is_none())
    {
        findings.push(incomplete(failed, leaf));
    }
    // A certificate that could not be parsed has no dates to judge.
    if let Some(leaf) = failed.leaf().filter(|leaf| leaf.not_after != Timestamp::default()) {
        let mut add = |code: FindingCode, make: &dyn Fn() -> Finding| {
            if findings.iter().all(|finding| finding.code != code) {
                findings.push(make());
            }
        };
        if leaf.not_after < failed.now {
            add(FindingCode::CertExpired, &|| expired(failed, Some(leaf.not_after)));
        }
        if leaf.not_before > failed.now {
            add(FindingCode::CertNotYetValid, &|| not_yet(failed, Some(leaf.not_before)));
        }
        if !leaf.names.iter().any(|name| name_matches(name, failed.host())) {
            add(FindingCode::CertWrongName, &|| wrong_name(failed, failed.host(), &leaf.names));
        }
    }
    findings
}

/// Skipping verification stays the last fix.
fn with_mends(mut finding: Finding, mends: Vec<Fix>) -> Finding {
    if mends.is_empty() {
        return finding;
    }
    let skip = skip_verification();
    let had_skip = finding.fixes.contains(&skip);
    // What is said of any certificate that cannot be used is less than the mends say.
    let is_general = finding.code == FindingCode::CertInvalid;
    finding.fixes.retain(|fix| *fix != skip && !is_general);
    finding.fix(mends).fix(had_skip.then_some(skip))
}

fn failure_finding(failed: &FailedConnection) -> Finding {
    let leaf = failed.leaf();
    match &failed.failure.kind {
        FailureKind::CertExpired { not_after } => {
            expired(failed, not_after.or(leaf.map(|leaf| leaf.not_after)))
        }
        FailureKind::CertNotYetValid { not_before } => {
            not_yet(failed, not_before.or(leaf.map(|leaf| leaf.not_before)))
        }
        FailureKind::CertWrongName { expected, presented } => {
            let names = leaf.map_or(presented, |leaf| &leaf.names);
            wrong_name(failed, expected, names)
        }
        FailureKind::CertSelfSigned => self_signed(failed),
        FailureKind::CertUnknownIssuer => unknown_issuer(failed),
        _ => invalid(failed),
    }
}

fn expired(failed: &FailedConnection, not_after: Option<Timestamp>) -> Finding {
    let when = not_after.map(|at| format!(" on {}, {}", at.day(), relative_days(at, failed.now)));
    let cause = format!("The server's certificate expired{}.", when.unwrap_or_default());
    builder(FindingCode::CertExpired, failed, cause)
        .cure()
        .advise(format!("check the clock of this machine: it says {}", failed.now.day()))
        .fix([skip_verification()])
}

fn not_yet(failed: &FailedConnection, not_before: Option<Timestamp>) -> Finding {
    let when = not_before.map_or("is not valid yet".to_owned(), |at| {
        format!("becomes valid on {}, {}", at.day(), relative_days(at, failed.now))
    });
    let cause = format!("The server's certificate {when}.");
    builder(FindingCode::CertNotYetValid, failed, cause)
        .advise(format!("check the clock of this machine: it says {}", failed.now.day()))
        .cure()
        .fix([skip_verification()])
}

fn wrong_name(failed: &FailedConnection, expected: &str, names: &[String]) -> Finding {
    let expected = if expected.is_empty() { failed.host() } else { expected };
    let cause = certificate_causes::of_names(failed.leaf(), names, expected, &name_list(names, 3));
    // A wildcard is not a host to connect to.
    let name = names.iter().find(|name| !name.contains('*') && name.parse::<IpAddr>().is_err());
    let other = name.map(|name| {
        advice(format!(
            "use a name from the certificate in url, such as “{name}”, if it leads to the same server"
        ))
    });
    builder(FindingCode::CertWrongName, failed, cause)
        .fix(other)
        .advise(format!("have a certificate issued that names “{expected}”"))
        .fix([skip_verification()])
}

fn self_signed(failed: &FailedConnection) -> Finding {
    let subject = failed.leaf().map_or("the server", |leaf| leaf.subject.as_str());
    let namesake = failed.tls().and_then(|tls| tls.namesake.as_ref());
    let namesake = namesake.map_or("", |_| ". Another certificate of the same name is trusted");
    let cause =
        format!("The server's certificate is signed by its own key; {}{namesake}.", not_trusted_by(failed));
    untrusted(FindingCode::CertSelfSigned, failed, cause, subject)
}

fn unknown_issuer(failed: &FailedConnection) -> Finding {
    if let Some(root) = failed.tls().and_then(|tls| tls.namesake.as_ref()) {
        return made_anew(failed, root);
    }
    let last = failed.tls().and_then(|tls| tls.chain.last());
    let cause = match last {
        Some(Certificate { issuer, .. }) => {
            format!("The chain of the server's certificate ends at “{issuer}”; {}.", not_trusted_by(failed))
        }
        None => "The chain of the server's certificate does not end at a trusted root.".to_owned(),
    };
    let issuer = last.map_or("the issuer", |last| last.issuer.as_str());
    untrusted(FindingCode::CertUnknownIssuer, failed, cause, issuer)
}

/// The trusted root has the issuer's name, and its key has not signed what the server sends.
fn made_anew(failed: &FailedConnection, root: &Certificate) -> Finding {
    let name = cut(&root.subject, 200);
    let cause = format!(
        "A trusted root has the name of the issuer, “{name}”, and another key than the one that signed: the authority \
         was made anew, or it is a namesake."
    );
    let chain = failed.tls().map(|tls| tls.chain.as_slice()).unwrap_or_default();
    let served = chain.iter().find(|one| one.self_issued && one.subject == root.subject);
    let served = match served {
        Some(served) => format!(
            "the root that the server sends: {}, from {}",
            fingerprint(served),
            served.not_before.day()
        ),
        None => "the server does not send the root that has signed".to_owned(),
    };
    builder(FindingCode::CertUnknownIssuer, failed, cause)
        .title("a trusted root has the issuer's name and another key")
        .evidence([
            format!("the trusted root: {}, {}, from {}", fingerprint(root), root.key, root.not_before.day()),
            served,
        ])
        .fix(save_served(failed))
        .advise(format!(
            "fetch the present certificate of “{name}” from who runs it, compare its SHA-256, and put it into \
             tls.root_cas_file"
        ))
        .fix([skip_verification()])
}

/// A finding about a certificate that becomes valid if its issuer is trusted.
fn untrusted(code: FindingCode, failed: &FailedConnection, cause: String, issuer: &str) -> Finding {
    let saving = save_served(failed);
    let is_sent = failed.tls().is_some_and(|tls| tls.chain.iter().any(|one| one.self_issued));
    builder(code, failed, cause)
        .fix(enable_tls(failed.settings))
        .fix(saving)
        .fix([trust(issuer)])
        .fix((!is_sent).then(|| advice(FETCH)))
        .fix([skip_verification()])
}

const FETCH: &str = "the server does not send that certificate: get it from who runs the authority, and compare what \
                     openssl x509 -in ca.pem -noout -fingerprint -sha256 prints";

/// Saves the served certificate that need only be trusted, and trusts it. What a server says of itself proves
/// nothing, so the file has what its owner can confirm.
fn save_served(failed: &FailedConnection) -> Option<Fix> {
    let tls = failed.tls()?;
    let nth = tls.trustable?;
    let served = tls.chain.get(nth)?;
    let what = match nth {
        0 => "the server's own certificate".to_owned(),
        _ => format!("“{}”, which the server sends,", cut(&served.subject, 200)),
    };
    let print = fingerprint(served);
    let name = file_name(&served.subject);
    let title = format!("save {what} and trust it, once the server's owner has confirmed {print}");
    let mut edits = vec![("tls.enabled", "true"), ("tls.root_cas_file", name.as_str())];
    if let Some(RootSource::Text(_)) = &failed.settings.tls.roots {
        edits.push(("tls.root_cas", ""));
    }
    let facts = vec![
        format!("subject {}", cut(&served.subject, 200)),
        format!("issuer {}", cut(&served.issuer, 200)),
        format!(
            "valid {} to {} ({})",
            served.not_before.day(),
            served.not_after.day(),
            relative_days(served.not_after, failed.now)
        ),
        print,
    ];
    let fix = set(title, &edits);
    Some(Fix { file: Some(Box::new(NewFile { name, pem: served.pem.clone(), facts })), ..fix })
}

/// `lab-root-ca.pem`, after the common name or else all of the name.
fn file_name(subject: &str) -> String {
    const LONGEST: usize = 48;
    let common_name = certificate_causes::common_name(subject);
    let from = if common_name.is_empty() { subject } else { common_name };
    let words = from.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    name.truncate(LONGEST);
    if name.is_empty() { "served.pem".to_owned() } else { format!("{name}.pem") }
}

fn incomplete(failed: &FailedConnection, leaf: &Certificate) -> Finding {
    let issuer = &leaf.issuer;
    let cause = format!(
        "The server sent only its own certificate. If “{issuer}” is an intermediate authority, \
         its certificate is missing."
    );
    builder(FindingCode::CertChainIncomplete, failed, cause)
        .cure()
        .advise("cat server.pem intermediate.pem > chain.pem")
        .advise(format!("or put the certificate of “{issuer}” into tls.root_cas_file, with tls.enabled"))
}

fn invalid(failed: &FailedConnection) -> Finding {
    let empty = TlsEvidence::default();
    let tls = failed.tls().unwrap_or(&empty);
    // The faults that the library finds stand in the order of the pipeline, and the last is that of the chain.
    let verdict = tls.verdict.as_deref().and_then(|faults| faults.rsplit("; ").next()).unwrap_or_default();
    let about_key = certificate_causes::about_key(tls);
    let general =
        "have the server's certificate reissued: X.509 version 3, RSA of 2048 bits or more, or EC P-256";
    builder(FindingCode::CertInvalid, failed, certificate_causes::cause(tls, verdict))
        .advise(about_key.unwrap_or_else(|| general.to_owned()))
        .fix([skip_verification()])
}

/// Starts a finding with the evidence common to all faults of a certificate.
fn builder(code: FindingCode, failed: &FailedConnection, cause: String) -> Finding {
    let chain = failed.tls().map(|tls| tls.chain.as_slice()).unwrap_or_default();
    let lines = chain.iter().take(4).enumerate().map(|(nth, cert)| certificate_line(nth, cert, failed.now));
    let named = chain.first().filter(|leaf| !leaf.names.is_empty());
    let checked = failed.tls().filter(|tls| !tls.trust.is_empty());
    with_error(failed, code, cause)
        .evidence(lines)
        .evidence(named.map(|leaf| format!("names: {}", name_list(&leaf.names, 12))))
        .evidence(checked.map(|tls| format!("checked against {}", tls.trust)))
        .evidence(failed.pipeline_log())
}

/// `certificate 0: feed.example, by Example CA, 2025-01-01 to 2026-01-02 (12 days ago)`
pub(super) fn certificate_line(nth: usize, certificate: &Certificate, now: Timestamp) -> String {
    format!(
        "certificate {nth}: {}, by {}, {} to {} ({})",
        certificate.subject,
        certificate.issuer,
        certificate.not_before.day(),
        certificate.not_after.day(),
        relative_days(certificate.not_after, now)
    )
}

fn not_trusted_by(failed: &FailedConnection) -> String {
    let tls = &failed.settings.tls;
    match &tls.roots {
        Some(RootSource::File(path)) if tls.enabled => {
            format!("it is not in tls.root_cas_file “{}”, which replaces the system's roots", path.display())
        }
        Some(RootSource::Text(_)) if tls.enabled => {
            "it is not in tls.root_cas, which replaces the system's roots".to_owned()
        }
        _ => "it is not among the trusted roots of this system".to_owned(),
    }
}

fn name_list(names: &[String], most: usize) -> String {
    let text = names.iter().take(most).map(|name| cut(name, 80)).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// Whether a name of a certificate matches `host` (RFC 6125, section 6.4): a wildcard is the whole first label
/// and matches exactly one label.
fn name_matches(name: &str, host: &str) -> bool {
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
    use super::name_matches;

    #[test]
    fn a_wildcard_matches_one_label() {
        let hosts = ["a.feed.example", "A.FEED.example.", "feed.example", "b.a.feed.example"];
        assert_eq!(hosts.map(|host| name_matches("*.feed.example", host)), [true, true, false, false]);
    }

    #[test]
    fn an_address_is_compared_by_value() {
        assert!(name_matches("::1", "0:0:0:0:0:0:0:1"));
        assert!(!name_matches("*.0.0.1", "127.0.0.1"));
    }
}
