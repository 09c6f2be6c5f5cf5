//! TLS: what the pipeline makes of a handshake, what this program's own library makes of it, and what the pipeline says
//! of each certificate.

use crate::{
    payload::counted,
    session::{Aspect, Certificate, CertificateCheck, Timestamp, TlsEvidence, TlsVerdict},
};

/// Cells between two checks of a row.
const GAP: usize = 2;

/// What somebody makes of a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Whether it is for the server; `None`: it does not say.
    pub favours: Option<bool>,
    pub text: String,
}

/// The version, the suite and the group, behind a word about a pipeline that fails where this side opened.
pub(super) fn handshake(tls: &TlsEvidence) -> String {
    let known = [&tls.version, &tls.suite, &tls.group].into_iter().filter_map(Option::as_deref);
    let known = pipeline_otherwise(tls, true).into_iter().chain(known);
    known.chain(tls.skipped.then_some("not verified")).collect::<Vec<_>>().join(" · ")
}

/// Where the handshake ends otherwise in the pipeline than here: how.
pub(super) fn pipeline_otherwise(tls: &TlsEvidence, is_ok: bool) -> Option<&'static str> {
    match (&tls.pipeline, is_ok) {
        (Some(TlsVerdict::Fails { .. }), true) => Some("the pipeline fails"),
        (Some(TlsVerdict::Opens {}), false) => Some("the pipeline opens"),
        _ => None,
    }
}

/// The opinion of the pipeline, then that of this program's own library, as far as there are any. `is_ok` says whether
/// the handshake was completed here.
pub fn tls_opinions(tls: &TlsEvidence, is_ok: bool) -> Vec<Opinion> {
    tls.pipeline.as_ref().map(pipeline).into_iter().chain(own(tls, is_ok)).collect()
}

fn pipeline(verdict: &TlsVerdict) -> Opinion {
    let (favours, text) = match verdict {
        TlsVerdict::Opens {} => (Some(true), "the pipeline opens".to_owned()),
        TlsVerdict::Fails { line } => (Some(false), format!("the pipeline fails: {line}")),
        TlsVerdict::Unknown { why } => (None, format!("what the pipeline does is not known: {why}")),
    };
    Opinion { favours, text }
}

/// What this program's own library found out about the certificates.
#[derive(Clone, Copy)]
enum Own<'a> {
    Right,
    /// What is wrong, as the rest of a sentence about the certificate.
    Wrong(&'a str),
    /// The handshake ended before it looked, or verification is off and there is nothing to look at.
    NotJudged,
}

fn own(tls: &TlsEvidence, is_ok: bool) -> Option<Opinion> {
    let own = match &tls.verdict {
        Some(fault) => Own::Wrong(fault),
        None if tls.anchor.is_some() => Own::Right,
        None if is_ok && !(tls.skipped && tls.chain.is_empty()) => Own::Right,
        None => Own::NotJudged,
    };
    let how = how(tls, own, is_ok)?;
    let opens_alone = is_ok && matches!(tls.pipeline, Some(TlsVerdict::Fails { .. }));
    let why = match own {
        Own::Right if opens_alone => "it opens, and the chain and the name are right".to_owned(),
        Own::Right => "the chain and the name are right".to_owned(),
        Own::Wrong(fault) if opens_alone => {
            format!("it opens, since verification is off; the certificate {fault}")
        }
        Own::Wrong(fault) => format!("the certificate {fault}"),
        Own::NotJudged if is_ok => "it opens".to_owned(),
        Own::NotJudged => "its handshake failed".to_owned(),
    };
    let favours = match own {
        Own::Right => true,
        Own::Wrong(_) => false,
        Own::NotJudged => is_ok,
    };
    Some(Opinion { favours: Some(favours), text: format!("Sockeye's own library {how}: {why}") })
}

/// How the own library stands to the pipeline, or what it thinks of the server by itself.
fn how(tls: &TlsEvidence, own: Own<'_>, is_ok: bool) -> Option<&'static str> {
    let (otherwise, agrees) = ("judges otherwise", "agrees");
    match (&tls.pipeline, own) {
        (Some(TlsVerdict::Opens {}), Own::Wrong(_)) if !tls.skipped => return Some(otherwise),
        (Some(TlsVerdict::Opens {}), Own::NotJudged) => return (!is_ok).then_some(otherwise),
        (Some(TlsVerdict::Fails { .. }), _) if is_ok => return Some(otherwise),
        (Some(TlsVerdict::Fails { line }), Own::Right) if is_about_certificates(line) => {
            return Some(otherwise);
        }
        (Some(TlsVerdict::Opens {}), Own::Right)
        | (Some(TlsVerdict::Fails { .. }), Own::Wrong(_) | Own::NotJudged) => return Some(agrees),
        _ => {}
    }
    match own {
        Own::Right => Some("trusts the server"),
        Own::Wrong(_) if tls.skipped => Some("would not trust the server"),
        Own::Wrong(_) => Some("does not trust the server"),
        Own::NotJudged => None,
    }
}

/// Whether the pipeline refuses the certificates, rather than what else is in the handshake.
fn is_about_certificates(line: &str) -> bool {
    ["tls: failed to parse certificate", "tls: failed to verify certificate"]
        .iter()
        .any(|beginning| line.starts_with(beginning))
}

/// `2025-12-01 to 2026-03-04, 61 days left`; `None` for a certificate whose dates could not be read.
pub fn validity(certificate: &Certificate, now: Timestamp) -> Option<String> {
    let Certificate { not_before, not_after, .. } = certificate;
    if (not_before, not_after) == (&Timestamp::default(), &Timestamp::default()) {
        return None;
    }
    let days = counted(not_after.days_since(now).unsigned_abs(), "day");
    let left = match (*not_before..=*not_after).contains(&now) {
        true => format!("{days} left"),
        false if now > *not_after => format!("expired {days} ago"),
        false => "not yet valid".to_owned(),
    };
    Some(format!("{} to {}, {left}", not_before.day(), not_after.day()))
}

/// `EC P-256, signed with ECDSA-SHA256, an authority`; `None` for a certificate that could not be read.
pub fn key(certificate: &Certificate) -> Option<String> {
    let Certificate { key, signature, .. } = certificate;
    let authority = if certificate.ca { ", an authority" } else { "" };
    (!key.is_empty()).then(|| format!("{key}, signed with {signature}{authority}"))
}

/// The word for what is checked. The two that stand for each other have the same width, so that rows line up.
pub const fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Parsing => "read",
        Aspect::Extensions => "extensions",
        Aspect::Dates => "dates",
        Aspect::Name => "name    ",
        Aspect::Authority => "may sign",
        Aspect::Usage => "usage",
        Aspect::Trust => "trust",
    }
}

/// The checks in rows of at most `cells` cells, each of them a sign, a blank and its word.
pub fn check_rows(checks: &[CertificateCheck], cells: usize) -> Vec<&[CertificateCheck]> {
    let mut rows = Vec::new();
    let (mut from, mut used) = (0, 0);
    for (nth, check) in checks.iter().enumerate() {
        let width = 2 + aspect(check.aspect).len();
        if nth > from && used + GAP + width > cells {
            rows.push(&checks[from..nth]);
            (from, used) = (nth, 0);
        }
        used += width + if nth > from { GAP } else { 0 };
    }
    rows.extend((from < checks.len()).then(|| &checks[from..]));
    rows
}

/// What the pipeline finds wrong with a certificate: `dates: x509: certificate has expired …`
pub fn faults(certificate: &Certificate) -> impl Iterator<Item = String> {
    let checks = certificate.judgement.iter().flat_map(|judgement| &judgement.checks);
    checks.filter_map(|CertificateCheck { aspect: of, fault }| {
        fault.as_ref().map(|fault| format!("{}: {fault}", aspect(*of).trim_end()))
    })
}

/// `part of the chain, signed by certificate 1`. Where the pipeline has found no chain, none is part of it, and only the
/// signer is named.
pub fn place_in_chain(certificate: &Certificate, chain: &[Certificate]) -> Option<String> {
    let judgement = certificate.judgement.as_ref()?;
    let judgements = || chain.iter().filter_map(|certificate| certificate.judgement.as_ref());
    let part = if judgement.in_chain {
        Some("part of the chain")
    } else {
        judgements().any(|judgement| judgement.in_chain).then_some("not part of the chain")
    };
    let signer = Some(judgement.signer.as_str()).filter(|signer| !signer.is_empty());
    let words: Vec<_> = part.into_iter().chain(signer).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
