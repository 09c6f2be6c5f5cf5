//! Verifies a server's certificate, and notes the chain whatever the verdict.

use std::sync::Arc;

use jiff::{Zoned, tz::TimeZone};
use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor, verify_server_name,
    },
    crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    server::ParsedCertificate,
};
use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::{
    go_offer::verify_schemes,
    go_verdict::{
        Judged, Trust as PipelineTrust,
        certificate::Certificate,
        chain::{Protocol, SuiteKey, handshake_signature},
        wire::scheme,
    },
    session::{self, FailureKind, Timestamp},
};

use super::{
    certificate::{certificate, cut},
    handshake_notes::{Fault, SharedNotes},
    judgement::{anchor_of_pipeline, fault_of_pipeline, judgements, refused_by_pipeline},
    roots::Trust,
};

/// The most names in a sentence.
const MOST_NAMES: usize = 8;

/// Whose judgement of a certificate decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// That of our library, which is the more careful one.
    Ours,
    /// That of the pipeline.
    Pipeline,
}

/// Checks the name, the dates and the issuers of a certificate separately, so that one fault does not hide the
/// others. The pipeline's judgement is noted beside it, and decides where that is asked for.
#[derive(Debug)]
pub(super) struct ChainVerifier {
    pub(super) trust: Arc<Trust>,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
    /// The host as the URL has it.
    pub(super) host: String,
    pub(super) judge: Judge,
    /// Whether the handshake continues in spite of faults.
    pub(super) skip: bool,
    pub(super) notes: SharedNotes,
}

impl ChainVerifier {
    /// The order is that of the pipeline's runtime: dates, name, issuers.
    fn faults(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Vec<Fault> {
        let read = certificate(leaf);
        let mut faults: Vec<_> = date_fault(&read, now).into_iter().collect();
        let parsed = match ParsedCertificate::try_from(leaf) {
            Ok(parsed) => parsed,
            Err(error) => {
                faults.push(unusable(&read, error));
                return faults;
            }
        };
        if let Err(error) = verify_server_name(&parsed, name) {
            faults.push(name_fault(&read, name, error));
        }
        // The pipeline accepts a certificate that is itself a trusted root, even if it is marked as an authority,
        // as self-signed ones often are.
        if self.trust.listed.iter().any(|root| root == leaf) {
            return faults;
        }
        let at = nearest_valid_time(&read, now);
        let roots = &self.trust.store;
        let algorithms = self.algorithms.all;
        if let Err(error) =
            verify_server_cert_signed_by_trust_anchor(&parsed, roots, intermediates, at, algorithms)
        {
            faults.push(chain_fault(&read, error));
        }
        faults
    }

    /// The trusted certificate at which a valid chain ends.
    fn anchor(&self, chain: &[CertificateDer<'_>], faults: &[Fault]) -> Option<String> {
        if faults.iter().any(|fault| !matches!(fault.kind, FailureKind::CertWrongName { .. })) {
            return None;
        }
        let Trust { listed, store, described, pool: _ } = &*self.trust;
        if listed.iter().any(|root| Some(root) == chain.first()) {
            return Some(format!("it is itself in {described}"));
        }
        chain.iter().enumerate().find_map(|(nth, served)| {
            let (_, served) = X509Certificate::from_der(served).ok()?;
            let issuer = served.issuer();
            let is_its = |root: &TrustAnchor<'_>| is_name(issuer.as_raw(), &root.subject);
            store.roots.iter().any(is_its).then(|| {
                let issuer = cut(&issuer.to_string());
                format!("certificate {nth} is signed by \"{issuer}\", found in {described}")
            })
        })
    }

    /// Notes an invalid signature. Where the pipeline decides, it counts also if verification is off.
    fn check_signature(
        &self,
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
        protocol: Protocol,
        message: &[u8],
        checked: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = Certificate::parse(cert).ok().and_then(|leaf| leaf.public_key);
        let scheme = u16::from(dss.scheme);
        let by_go = handshake_signature(key.as_ref(), scheme, protocol, message, dss.signature());
        let mut notes = self.notes.lock();
        if let Err(error) = &checked {
            let fault = unusable(&certificate(cert), error.clone());
            if notes.faults.iter().all(|known| known.message != fault.message) {
                notes.faults.push(fault.clone());
            }
            if self.judge == Judge::Ours && !self.skip {
                notes.refusal = Some(fault);
            }
        }
        let verdict = match (self.judge, &by_go, checked) {
            (Judge::Pipeline, Err(error), _) => {
                let fault = refused_by_pipeline(FailureKind::CertInvalid, error.to_string());
                Err(notes.refusal.insert(fault).error.clone())
            }
            (Judge::Ours, _, Err(error)) if !self.skip => Err(error),
            _ => Ok(HandshakeSignatureValid::assertion()),
        };
        notes.signature = Some(by_go);
        verdict
    }
}

impl ServerCertVerifier for ChainVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let faults = self.faults(end_entity, intermediates, server_name, now);
        let served: Vec<_> =
            std::iter::once(end_entity).chain(intermediates).map(|der| der.to_vec()).collect();
        let trust =
            PipelineTrust { roots: &self.trust.pool, name: &self.host, now: &zoned(now), skips: self.skip };
        let judged = Judged::of(&served, trust);
        let refusal = match self.judge {
            Judge::Pipeline => {
                judged.refused().map(|refused| fault_of_pipeline(&judged, &self.host, &refused))
            }
            Judge::Ours if self.skip => None,
            Judge::Ours => faults.first().cloned(),
        };
        let mut notes = self.notes.lock();
        notes.note_chain(served.iter().map(Vec::as_slice));
        notes.anchor =
            self.anchor(&notes.chain, &faults).or_else(|| anchor_of_pipeline(&judged, &self.trust));
        notes.faults = faults;
        notes.judgements = judgements(&judged, &self.trust.pool, &notes.chain);
        notes.judged = Some(judged);
        notes.refusal = refusal;
        match &notes.refusal {
            Some(refusal) => Err(refusal.error.clone()),
            None => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let suite = if scheme::is_rsa(u16::from(dss.scheme)) { SuiteKey::Rsa } else { SuiteKey::Ecdsa };
        let checked = verify_tls12_signature(message, cert, dss, &self.algorithms);
        self.check_signature(cert, dss, Protocol::Tls12 { suite }, message, checked)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let checked = verify_tls13_signature(message, cert, dss, &self.algorithms);
        self.check_signature(cert, dss, Protocol::Tls13, message, checked)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        match self.judge {
            Judge::Ours => self.algorithms.supported_schemes(),
            Judge::Pipeline => verify_schemes(),
        }
    }
}

/// A moment in the zone of this process, in which the pipeline tells the time.
fn zoned(now: UnixTime) -> Zoned {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(TimeZone::system())
}

/// Whether a name in DER has this content; roots are stored without the header of the sequence.
fn is_name(der: &[u8], content: &[u8]) -> bool {
    der.strip_suffix(content).is_some_and(|head| (2..=4).contains(&head.len()))
}

fn date_fault(read: &session::Certificate, now: UnixTime) -> Option<Fault> {
    let now = micros(now);
    if read.not_after == Timestamp::default() {
        return None;
    }
    if now > read.not_after {
        let kind = FailureKind::CertExpired { not_after: Some(read.not_after) };
        let message = format!("expired on {}", read.not_after.utc());
        Some(Fault { kind, message, error: CertificateError::Expired.into() })
    } else if now < read.not_before {
        let kind = FailureKind::CertNotYetValid { not_before: Some(read.not_before) };
        let message = format!("is not valid before {}", read.not_before.utc());
        Some(Fault { kind, message, error: CertificateError::NotValidYet.into() })
    } else {
        None
    }
}

fn name_fault(read: &session::Certificate, name: &ServerName<'_>, error: Error) -> Fault {
    let expected = name.to_str().into_owned();
    let presented = read.names.clone();
    let message = match presented.as_slice() {
        [] => format!("is not valid for \"{expected}\": it has no subject alternative names"),
        names => format!("is not valid for \"{expected}\", only for {}", name_list(names)),
    };
    Fault { kind: FailureKind::CertWrongName { expected, presented }, message, error }
}

/// The first names; the evidence has all of them.
fn name_list(names: &[String]) -> String {
    let (first, more) = names.split_at(names.len().min(MOST_NAMES));
    match more.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn chain_fault(read: &session::Certificate, error: Error) -> Fault {
    let Error::InvalidCertificate(problem) = &error else { return unusable(read, error) };
    let (kind, message) = match problem {
        CertificateError::UnknownIssuer if !read.self_issued => (
            FailureKind::CertUnknownIssuer,
            format!("is signed by \"{}\", which does not lead to a trusted root", read.issuer),
        ),
        CertificateError::UnknownIssuer => self_signed(),
        CertificateError::Other(other) if read.self_issued && is_authority_as_server(other) => self_signed(),
        CertificateError::Expired => expired_issuer(None),
        CertificateError::ExpiredContext { not_after, .. } => expired_issuer(Some(micros(*not_after))),
        CertificateError::NotValidYet => future_issuer(None),
        CertificateError::NotValidYetContext { not_before, .. } => future_issuer(Some(micros(*not_before))),
        _ => return unusable(read, error),
    };
    Fault { kind, message, error }
}

fn self_signed() -> (FailureKind, String) {
    (FailureKind::CertSelfSigned, "is signed by its own key and is not among the trusted roots".to_owned())
}

fn expired_issuer(not_after: Option<Timestamp>) -> (FailureKind, String) {
    let when = not_after.map(|at| format!(" on {}", at.utc())).unwrap_or_default();
    (FailureKind::CertExpired { not_after }, format!("is signed by a certificate that expired{when}"))
}

fn future_issuer(not_before: Option<Timestamp>) -> (FailureKind, String) {
    let when = not_before.map(|at| format!(" before {}", at.utc())).unwrap_or_default();
    (
        FailureKind::CertNotYetValid { not_before },
        format!("is signed by a certificate that is not valid{when}"),
    )
}

/// Any other fault, with the text of the library.
fn unusable(read: &session::Certificate, error: Error) -> Fault {
    let message = match &error {
        Error::InvalidCertificate(CertificateError::BadSignature) => {
            format!("has an invalid signature, or a key that is too weak ({})", read.key)
        }
        Error::InvalidCertificate(CertificateError::Other(other)) => match other.0.to_string().as_str() {
            "UnsupportedCertVersion" => "is not an X.509 certificate of version 3".to_owned(),
            "CaUsedAsEndEntity" => "is that of an authority, not of a server".to_owned(),
            other => format!("cannot be used: {other}"),
        },
        Error::InvalidCertificate(problem) => format!("cannot be used: {problem}"),
        error => format!("cannot be used: {error}"),
    };
    Fault { kind: FailureKind::CertInvalid, message, error }
}

/// Whether the library refused an authority's certificate as a server's own. It does so before it looks for the
/// issuer, and only the text of its error says so.
fn is_authority_as_server(error: &OtherError) -> bool {
    error.0.to_string().contains("CaUsedAsEndEntity")
}

/// The time nearest to `now` at which the certificate is valid: its own dates are checked separately, and should
/// not hide faults of its issuers.
fn nearest_valid_time(read: &session::Certificate, now: UnixTime) -> UnixTime {
    let seconds = |at: Timestamp| u64::try_from(at.0 / 1_000_000).unwrap_or(0);
    let (first, last) = (seconds(read.not_before), seconds(read.not_after));
    if last == 0 || first > last {
        return now;
    }
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(now.as_secs().clamp(first, last)))
}

fn micros(time: UnixTime) -> Timestamp {
    Timestamp(i64::try_from(time.as_secs()).unwrap_or(i64::MAX).saturating_mul(1_000_000))
}
