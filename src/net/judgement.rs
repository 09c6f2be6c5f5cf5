//! The pipeline's judgement of a server's certificates, as evidence and as a cause.

use std::sync::Arc;

use rustls::{CertificateError, Error, OtherError};
use rustls_pki_types::CertificateDer;

use crate::{
    go_verdict::{
        Judged, Refused,
        certificate::{Certificate, Name, Pool},
        chain::{
            Chain, DateError, Fitness, Hint, HintCause, Judgement as GoJudgement, RsaError, SignatureError,
            Signer, VerifyError,
        },
    },
    session::{Aspect, CertificateCheck, FailureKind, Judgement, Timestamp},
};

use super::{certificate::cut, handshake_notes::Fault, roots::Trust};

/// The pipeline's line, as the error of the TLS library.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Line(String);

/// A fault that only the pipeline finds, or finds in other words.
pub(super) fn refused_by_pipeline(kind: FailureKind, line: String) -> Fault {
    let message = format!("is refused by the pipeline: {line}");
    let error = CertificateError::Other(OtherError(Arc::new(Line(line)))).into();
    Fault { kind, message, error }
}

/// Whether this error is a line of the pipeline, which the cause tells already.
pub(super) fn is_line_of_pipeline(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Other(other)) if other.0.is::<Line>())
}

/// The cause of a refusal by the pipeline.
pub(super) fn fault_of_pipeline(judged: &Judged, host: &str, refused: &Refused) -> Fault {
    let leaf = judged.leaf();
    let is_own = |error: &DateError| {
        judged
            .judgements
            .as_ref()
            .and_then(|judgements| judgements.served.first())
            .is_some_and(|first| first.fitness.dates.as_ref().err() == Some(error))
    };
    let date = |error: &DateError, time: fn(&Certificate) -> i64| {
        leaf.filter(|_| is_own(error)).map(|leaf| Timestamp(time(leaf).saturating_mul(1_000_000)))
    };
    let is_self_issued = leaf.is_some_and(|leaf| leaf.raw_issuer == leaf.raw_subject);
    let kind = match refused {
        Refused::Verify(VerifyError::Dates(error @ DateError::Expired { .. })) => {
            FailureKind::CertExpired { not_after: date(error, |leaf| leaf.not_after) }
        }
        Refused::Verify(VerifyError::Dates(error @ DateError::NotYetValid { .. })) => {
            FailureKind::CertNotYetValid { not_before: date(error, |leaf| leaf.not_before) }
        }
        Refused::Verify(VerifyError::Hostname(_)) => FailureKind::CertWrongName {
            expected: host.to_owned(),
            presented: leaf.map(names).unwrap_or_default(),
        },
        // With a hint there is an authority of that name, and what speaks against it is the cause.
        Refused::Verify(VerifyError::UnknownAuthority { hint: None }) => {
            if is_self_issued {
                FailureKind::CertSelfSigned
            } else {
                FailureKind::CertUnknownIssuer
            }
        }
        Refused::Verify(VerifyError::UnknownAuthority { hint: Some(_) }) if is_self_issued => {
            FailureKind::CertSelfSigned
        }
        Refused::Verify(VerifyError::UnknownAuthority { hint: Some(hint) }) if is_of_another_key(hint) => {
            FailureKind::CertUnknownIssuer
        }
        _ => FailureKind::CertInvalid,
    };
    refused_by_pipeline(kind, refused.to_string())
}

/// Whether there is an authority of the right name, and its key has not signed the certificate.
pub(super) fn is_of_another_key(hint: &Hint) -> bool {
    matches!(
        &hint.cause,
        HintCause::Signature(
            SignatureError::Rsa(RsaError::Verification)
                | SignatureError::Ecdsa
                | SignatureError::Ed25519
                | SignatureError::OtherKey { .. }
        )
    )
}

/// The trusted root that has the name of the issuer at which the chain ends.
pub(super) fn namesake(judged: &Judged, pool: &Pool) -> Option<Vec<u8>> {
    let served = judged.certificates.as_ref().ok()?;
    let is_served = |issuer: &[u8]| {
        served.iter().skip(1).any(|one| one.raw_subject == issuer && one.raw_issuer != one.raw_subject)
    };
    let last = served.iter().find(|one| !is_served(&one.raw_issuer))?;
    let root = pool.certificates.iter().find(|root| root.raw_subject == last.raw_issuer)?;
    Some(root.raw.clone())
}

/// The DNS names and addresses of a certificate.
fn names(certificate: &Certificate) -> Vec<String> {
    let addresses = certificate.extensions.ip_addresses.iter().map(ToString::to_string);
    certificate.extensions.dns_names.iter().cloned().chain(addresses).collect()
}

/// The trusted certificate at which the pipeline's chain ends.
pub(super) fn anchor_of_pipeline(judged: &Judged, trust: &Trust) -> Option<String> {
    let chain = judged.judgements.as_ref()?.verdict.as_ref().ok()?.first()?;
    Some(match chain {
        Chain::LeafIsRoot { .. } => format!("it is itself in {}", trust.described),
        Chain::Issued { issuers, root } => {
            let nth = issuers.last().copied().unwrap_or_default();
            let root = name(&trust.pool.certificates.get(*root)?.subject);
            format!("certificate {nth} is signed by \"{root}\", found in {}", trust.described)
        }
    })
}

fn name(subject: &Name) -> String {
    let organization = subject.organization.first().unwrap_or(&subject.serial_number);
    cut(if subject.common_name.is_empty() { organization } else { &subject.common_name })
}

/// What the pipeline says of each certificate of a chain.
pub(super) fn judgements(judged: &Judged, pool: &Pool, chain: &[CertificateDer<'_>]) -> Vec<Judgement> {
    let Some(all) = &judged.judgements else {
        return chain.iter().map(|der| unread(der)).collect();
    };
    all.served
        .iter()
        .take(chain.len())
        .enumerate()
        .map(|(nth, one)| {
            let root = match one.signer {
                Signer::Root(place) => all.roots.get(&place).zip(pool.certificates.get(place)),
                _ => None,
            };
            judgement(nth, one, root)
        })
        .collect()
}

/// Where one certificate cannot be read, the others are not judged.
fn unread(der: &[u8]) -> Judgement {
    let fault = Certificate::parse(der).err().map(|error| error.to_string());
    let signer = "not judged, since the pipeline cannot read every certificate".to_owned();
    Judgement { checks: vec![CertificateCheck { aspect: Aspect::Parsing, fault }], in_chain: false, signer }
}

fn judgement(nth: usize, one: &GoJudgement, root: Option<(&Fitness, &Certificate)>) -> Judgement {
    let Fitness { dates, has_unhandled_critical, authority, permits_servers } = &one.fitness;
    let mut checks = Vec::new();
    let mut check = |aspect, fault: Option<String>| checks.push(CertificateCheck { aspect, fault });
    check(Aspect::Parsing, None);
    check(
        Aspect::Extensions,
        has_unhandled_critical.then(|| VerifyError::UnhandledCriticalExtension.to_string()),
    );
    check(Aspect::Dates, dates.as_ref().err().map(ToString::to_string));
    if let Some(name) = &one.name {
        check(Aspect::Name, name.as_ref().err().map(ToString::to_string));
    }
    if let Some(authority) = authority {
        check(Aspect::Authority, authority.as_ref().err().map(ToString::to_string));
    }
    check(Aspect::Usage, (!permits_servers).then(|| VerifyError::IncompatibleUsage.to_string()));
    let (signer, distrust) = signed_by(nth, &one.signer, root);
    check(Aspect::Trust, distrust);
    Judgement { checks, in_chain: one.place_in_chain.is_some(), signer }
}

/// Who signed a certificate, and what speaks against that signer.
fn signed_by(
    nth: usize,
    signer: &Signer,
    root: Option<(&Fitness, &Certificate)>,
) -> (String, Option<String>) {
    match signer {
        Signer::Root(_) => {
            let subject = root.map_or(String::new(), |(_, root)| format!(" \"{}\"", name(&root.subject)));
            (format!("signed by the root{subject}"), root.and_then(|(fitness, _)| fault_of_root(fitness)))
        }
        Signer::Served(place) if *place == nth => {
            let fault = VerifyError::UnknownAuthority { hint: None }.to_string();
            ("signed by its own key".to_owned(), Some(fault))
        }
        Signer::Served(place) => (format!("signed by certificate {place}"), None),
        Signer::Nobody(hint) => {
            let fault = match hint {
                Some(hint) => format!("not by \"{}\": {}", cut(&hint.authority), hint.cause),
                None => VerifyError::UnknownAuthority { hint: None }.to_string(),
            };
            ("signed by nobody who is known here".to_owned(), Some(fault))
        }
        Signer::NotChecked => ("not checked".to_owned(), Some(VerifyError::SignatureLimit.to_string())),
    }
}

fn fault_of_root(fitness: &Fitness) -> Option<String> {
    let Fitness { dates, has_unhandled_critical, authority, permits_servers } = fitness;
    let about = |fault: String| format!("the root: {fault}");
    let unhandled = has_unhandled_critical.then(|| VerifyError::UnhandledCriticalExtension.to_string());
    unhandled
        .or_else(|| dates.as_ref().err().map(ToString::to_string))
        .or_else(|| {
            authority.as_ref().and_then(|authority| authority.as_ref().err()).map(ToString::to_string)
        })
        .or_else(|| (!permits_servers).then(|| VerifyError::IncompatibleUsage.to_string()))
        .map(about)
}

#[cfg(test)]
mod tests {
    use jiff::Zoned;

    use crate::go_verdict::Trust as PipelineTrust;

    use super::*;

    #[test]
    fn an_authority_that_is_at_hand_and_may_not_sign_is_no_unknown_issuer() {
        let (roots, now) = (Pool::default(), &Zoned::default());
        let judged = Judged::of(&[], PipelineTrust { roots: &roots, name: "h", now, skips: false });
        let kind = |hint| {
            let refused = Refused::Verify(VerifyError::UnknownAuthority { hint });
            fault_of_pipeline(&judged, "h", &refused).kind
        };
        assert_eq!(kind(None), FailureKind::CertUnknownIssuer);
        let cause = HintCause::Unfit(VerifyError::NotAuthorizedToSign);
        let hint = Hint { cause, authority: "Lab Root".to_owned() };
        assert_eq!(kind(Some(Box::new(hint))), FailureKind::CertInvalid);
    }

    #[test]
    fn a_line_of_the_pipeline_is_told_once() {
        let fault = refused_by_pipeline(FailureKind::CertInvalid, "tls: …".to_owned());
        assert!(is_line_of_pipeline(&fault.error));
        assert!(!is_line_of_pipeline(&CertificateError::Expired.into()));
    }
}
