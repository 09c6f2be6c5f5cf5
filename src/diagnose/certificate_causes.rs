//! What is wrong with a server's certificate, in one sentence: of what the pipeline checks and what Sockeye checks.

use std::net::IpAddr;

use crate::session::{Aspect, Certificate, TlsEvidence, TlsVerdict};

use super::finding::cut;

/// A fault in the pipeline's words, and the sentence about it. `{name}` is the certificate's name, `{what}` what it
/// is, `{signature}` its signature.
struct Row {
    aspect: Aspect,
    words: &'static str,
    cause: &'static str,
}

#[rustfmt::skip]
static ROWS: &[Row] = &[
    Row { aspect: Aspect::Parsing, words: "serial number", cause: "{what} has a serial number that X.509 does not allow, so the pipeline cannot read it." },
    Row { aspect: Aspect::Parsing, words: "elliptic curve", cause: "{what} has a key on a curve that the pipeline does not know ({key}), so it cannot read it." },
    Row { aspect: Aspect::Parsing, words: "RDNSequence", cause: "{what} has a name with characters that its kind of text does not allow, so the pipeline cannot read it." },
    Row { aspect: Aspect::Parsing, words: "SAN", cause: "{what} has a malformed subject alternative name, so the pipeline cannot read it." },
    Row { aspect: Aspect::Parsing, words: "alternative names", cause: "{what} has malformed subject alternative names, so the pipeline cannot read it." },
    Row { aspect: Aspect::Parsing, words: "duplicate extension", cause: "{what} has an extension twice, so the pipeline cannot read it." },
    Row { aspect: Aspect::Parsing, words: "signature algorithm identifiers", cause: "{what} names two different algorithms for its signature, so the pipeline cannot read it." },
    Row { aspect: Aspect::Parsing, words: "Time", cause: "{what} has a malformed date, so the pipeline cannot read it." },
    Row { aspect: Aspect::Parsing, words: "", cause: "{what} breaks the form of X.509, so the pipeline cannot read it." },
    Row { aspect: Aspect::Extensions, words: "", cause: "{what} has a critical extension that the pipeline does not know." },
    Row { aspect: Aspect::Authority, words: "cannot sign this kind", cause: "{what} may not sign certificates: it lacks CA:TRUE or the key usage keyCertSign." },
    Row { aspect: Aspect::Authority, words: "", cause: "{what} is not declared to be an authority (CA:TRUE), so it may not sign others." },
    Row { aspect: Aspect::Dates, words: "is after", cause: "{what} has expired." },
    Row { aspect: Aspect::Dates, words: "", cause: "{what} is not valid yet." },
    Row { aspect: Aspect::Usage, words: "", cause: "{what} is not one for servers: its extended key usage lacks serverAuth." },
    Row { aspect: Aspect::Trust, words: "the root: current time", cause: "The trusted root “{root}” is out of its dates, and the pipeline checks those of roots as well." },
    Row { aspect: Aspect::Trust, words: "the root: x509: invalid signature: parent", cause: "The trusted root “{root}” may not sign certificates: it lacks CA:TRUE or the key usage keyCertSign." },
    Row { aspect: Aspect::Trust, words: "the root: x509: certificate specifies", cause: "The trusted root “{root}” has an extended key usage without serverAuth." },
    Row { aspect: Aspect::Trust, words: "the root: ", cause: "The trusted root “{root}” has a critical extension that the pipeline does not know." },
    Row { aspect: Aspect::Trust, words: "insecure algorithm", cause: "{what} is signed with {signature}, which neither Sockeye nor the pipeline accepts: the hash is broken." },
    Row { aspect: Aspect::Trust, words: "algorithm unimplemented", cause: "{what} is signed with {signature}, which the pipeline does not know." },
    Row { aspect: Aspect::Trust, words: "-bit keys are insecure", cause: "{what} is signed by “{issuer}”, whose key is too short." },
    Row { aspect: Aspect::Trust, words: "cannot sign this kind", cause: "{what} is signed by “{issuer}”, which may not sign certificates: it lacks CA:TRUE or the key usage keyCertSign." },
    Row { aspect: Aspect::Trust, words: "not by ", cause: "{what} is signed by another key than that of the certificate of “{issuer}” that is trusted or sent." },
];

/// Faults that are told in the pipeline's line alone.
#[rustfmt::skip]
const OF_LINE: [(&str, &str); 8] = [
    ("path length constraint", "More authorities stand between the server and the root than one of them permits (path length)."),
    ("not authorized to sign for this name", "An authority in the chain may not sign for a name of the server's certificate (name constraints)."),
    ("invalid policies", "The certificates lack the policies that one of their authorities requires."),
    ("server certificate: crypto/rsa: verification", OTHER_KEY),
    ("server certificate: crypto/rsa: ", "The server's own key is too short: {key}."),
    ("RSA key larger than", "The server sends a certificate whose RSA key is longer than 8192 bits."),
    ("unsupported type of public key", "The server's certificate has a key of a kind that the pipeline does not know ({key})."),
    ("invalid signature by the server certificate", OTHER_KEY),
];

const OTHER_KEY: &str =
    "The server signs with another key than that of its certificate: its two files do not belong together.";

/// The cause, by what is known of the certificates.
pub(super) fn cause(tls: &TlsEvidence, verdict: &str) -> String {
    let checked = tls.chain.iter().enumerate().flat_map(|(nth, one)| {
        let checks = one.judgement.iter().flat_map(|judgement| &judgement.checks);
        checks.filter_map(move |check| Some((nth, check.aspect, check.fault.as_deref()?)))
    });
    if let Some(cause) = checked
        .filter(|(_, aspect, _)| *aspect != Aspect::Name)
        .find_map(|(nth, aspect, fault)| of_fault(tls, nth, aspect, fault))
    {
        return cause;
    }
    let leaf_key = tls.chain.first().map_or("", |leaf| leaf.key.as_str());
    if let Some(TlsVerdict::Fails { line }) = &tls.pipeline
        && let Some((_, cause)) = OF_LINE.iter().find(|(words, _)| line.contains(words))
    {
        return cause.replace("{key}", leaf_key);
    }
    if let Some(cause) = odd_key(tls) {
        return cause;
    }
    if verdict.is_empty() {
        return "The server's certificate cannot be used.".to_owned();
    }
    format!("The server's certificate {verdict}.")
}

fn of_fault(tls: &TlsEvidence, nth: usize, aspect: Aspect, fault: &str) -> Option<String> {
    let one = tls.chain.get(nth)?;
    // A certificate that is signed by its own key has no issuer that could be at fault.
    if one.self_issued && fault.starts_with("not by ") {
        return None;
    }
    let row = ROWS.iter().find(|row| row.aspect == aspect && fault.contains(row.words))?;
    let root = tls.namesake.as_ref().map_or(one.issuer.as_str(), |root| root.subject.as_str());
    let cause = row.cause.replace("{what}", &what(nth, one)).replace("{root}", &cut(root, 200));
    let cause = cause
        .replace("{issuer}", &cut(&one.issuer, 200))
        .replace("{signature}", &one.signature.replace(" with ", " and "));
    Some(cause.replace("{key}", &one.key))
}

fn what(nth: usize, one: &Certificate) -> String {
    match nth {
        0 => "The server's certificate".to_owned(),
        _ => format!("Certificate {nth} of the server, “{}”,", cut(&one.subject, 200)),
    }
}

/// A key whose length Sockeye's library does not take, though the pipeline may.
fn odd_key(tls: &TlsEvidence) -> Option<String> {
    const LENGTHS: &str = "Sockeye takes RSA keys of 2048 to 8192 bits";
    let all = tls.chain.iter().chain(&tls.namesake);
    let (nth, one) = all
        .enumerate()
        .find(|(_, one)| rsa_bits(&one.key).is_some_and(|bits| !(2048..=8192).contains(&bits)))?;
    Some(match nth {
        0 => format!("The server's own key is {}; {LENGTHS}.", one.key),
        _ => format!("The key of the authority “{}” is {}; {LENGTHS}.", cut(&one.subject, 200), one.key),
    })
}

fn rsa_bits(key: &str) -> Option<u32> {
    key.strip_prefix("RSA ")?.parse().ok()
}

/// The advice about a key that [`cause`] names.
pub(super) fn about_key(tls: &TlsEvidence) -> Option<String> {
    odd_key(tls)?;
    let is_own = tls
        .chain
        .first()
        .and_then(|leaf| rsa_bits(&leaf.key))
        .is_some_and(|bits| !(2048..=8192).contains(&bits));
    Some(if is_own {
        "have the server's certificate issued for a new key: RSA of 2048 bits, or EC P-256".to_owned()
    } else {
        "have the authority made anew with a key of RSA 2048 or EC P-256, and what it signed signed again"
            .to_owned()
    })
}

/// Why the names of a certificate do not serve for the host.
pub(super) fn of_names(leaf: Option<&Certificate>, names: &[String], host: &str, list: &str) -> String {
    let common_name = leaf.map_or("", |leaf| common_name(&leaf.subject));
    if names.is_empty() {
        return match common_name {
            "" => format!("The server's certificate names no host at all, so it is not valid for “{host}”."),
            name if name.eq_ignore_ascii_case(host) => format!(
                "The server's certificate names “{host}” in its common name (CN) alone, which no client reads any \
                 more: it has no subject alternative names."
            ),
            name => format!(
                "The server's certificate names no host that counts, so it is not valid for “{host}”: it has no \
                 subject alternative names, and its common name (“{}”) is not read any more.",
                cut(name, 80)
            ),
        };
    }
    let is_address = |name: &str| name.parse::<IpAddr>().is_ok();
    if is_address(host) {
        if names.iter().any(|name| name == host) {
            return format!(
                "The server's certificate has {host} as a host name (DNS), and an address counts only as one (IP)."
            );
        }
        if !names.iter().any(|name| is_address(name)) {
            return format!(
                "url has the address {host}, and the server's certificate does not name any address, only {list}."
            );
        }
    }
    let dotless = host.trim_end_matches('.');
    let wildcard = names.iter().find_map(|name| {
        let rest = name.strip_prefix("*.")?;
        let labels = dotless.len().checked_sub(rest.len()).and_then(|at| {
            let tail = dotless.get(at..)?;
            tail.eq_ignore_ascii_case(rest).then(|| &dotless[..at])
        })?;
        match labels.strip_suffix('.') {
            Some(more) if more.contains('.') => Some((name, "which stands for one label only")),
            None if labels.is_empty() => Some((name, "which does not stand for the domain itself")),
            _ => None,
        }
    });
    match wildcard {
        Some((name, why)) => {
            format!(
                "The server's certificate does not name “{host}”; its wildcard is “{}”, {why}.",
                cut(name, 80)
            )
        }
        None => format!("The server's certificate does not name “{host}”; it is for {list}."),
    }
}

/// The common name in a name such as `C=NL, CN=Example CA`; empty without one.
pub(super) fn common_name(name: &str) -> &str {
    name.rsplit_once("CN=").map_or("", |(_, rest)| rest.split(", ").next().unwrap_or(rest))
}

/// A fingerprint as `openssl x509 -fingerprint -sha256` writes it.
pub(super) fn fingerprint(certificate: &Certificate) -> String {
    let pairs: Vec<String> = certificate
        .sha256
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).to_uppercase())
        .collect();
    format!("SHA-256 {}", pairs.join(":"))
}
