//! Verifies a server's certificate, and notes the chain whatever the verdict.

use std::sync::Arc;

use jiff::Zoned;
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
    config::{Pin, Pins},
    files::local_zone,
    go_offer::verify_schemes,
    go_verdict::{
        Judged, Refused, Trust as PipelineTrust,
        certificate::Certificate,
        chain::{Protocol, SuiteKey, VerifyError, handshake_signature},
        wire::scheme,
    },
    session::{self, FailureKind, Timestamp},
};

use super::{
    certificate::{certificate, cut},
    handshake_notes::{Fault, SharedNotes},
    judgement::{
        anchor_of_pipeline, fault_of_pipeline, is_of_another_key, judgements, namesake, refused_by_pipeline,
    },
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
    /// The keys that the server may have, whatever is made of its certificate.
    pub(super) pins: Pins,
    pub(super) notes: SharedNotes,
}

impl ChainVerifier {
    /// The order is that of the pipeline's runtime: dates, name, issuers.
    fn faults(
        &self,
        trust: &Trust,
        (leaf, intermediates): (&CertificateDer<'_>, &[CertificateDer<'_>]),
        name: &ServerName<'_>,
        now: UnixTime,
        judged: &Judged,
        namesake: Option<&[u8]>,
    ) -> Vec<Fault> {
        let read = certificate(leaf);
        let is_of_another_key = match judged.refused() {
            Some(Refused::Verify(VerifyError::UnknownAuthority { hint: Some(hint) })) => {
                is_of_another_key(&hint)
            }
            _ => false,
        };
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
        if trust.listed.iter().any(|root| root == leaf) {
            return faults;
        }
        let at = nearest_valid_time(&read, now);
        let roots = &trust.store;
        let algorithms = self.algorithms.all;
        if let Err(error) =
            verify_server_cert_signed_by_trust_anchor(&parsed, roots, intermediates, at, algorithms)
        {
            let mut above: Vec<_> = intermediates.iter().map(|der| certificate(der)).collect();
            above.extend(namesake.map(certificate));
            faults.push(chain_fault(&read, &above, is_of_another_key, error));
        }
        faults
    }

    /// The place of the certificate that need only be trusted for the others to be accepted: one that is signed by
    /// its own key before other authorities, those above before those below. The judges themselves are asked.
    fn trustable(
        &self,
        chain: &[CertificateDer<'static>],
        name: &ServerName<'_>,
        at: UnixTime,
    ) -> Option<usize> {
        let (leaf, intermediates) = chain.split_first()?;
        let served: Vec<_> = chain.iter().map(|der| der.to_vec()).collect();
        let accepted = |nth: &usize| {
            let trust = Trust::in_served(&chain[*nth]);
            let given = PipelineTrust { roots: &trust.pool, name: &self.host, now: &zoned(at), skips: false };
            let judged = Judged::of(&served, given);
            judged.refused().is_none()
                && (self.judge == Judge::Pipeline
                    || self.faults(&trust, (leaf, intermediates), name, at, &judged, None).is_empty())
        };
        let read: Vec<_> = chain.iter().map(|der| certificate(der)).collect();
        let roots = (0..chain.len()).rev().filter(|nth| read[*nth].self_issued);
        let others = (1..chain.len()).rev().filter(|nth| !read[*nth].self_issued && read[*nth].ca);
        roots.chain(others).find(accepted)
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
        let served: Vec<_> =
            std::iter::once(end_entity).chain(intermediates).map(|der| der.to_vec()).collect();
        let trust =
            PipelineTrust { roots: &self.trust.pool, name: &self.host, now: &zoned(now), skips: self.skip };
        let judged = Judged::of(&served, trust);
        let namesake = namesake(&judged, &self.trust.pool);
        let faults = self.faults(
            &self.trust,
            (end_entity, intermediates),
            server_name,
            now,
            &judged,
            namesake.as_deref(),
        );
        let refusal = match self.judge {
            Judge::Pipeline => {
                judged.refused().map(|refused| fault_of_pipeline(&judged, &self.host, &refused))
            }
            Judge::Ours if self.skip => None,
            Judge::Ours => faults.first().cloned(),
        };
        let refusal = refusal.or_else(|| pin_fault(&self.pins, end_entity));
        let mut notes = self.notes.lock();
        notes.note_chain(served.iter().map(Vec::as_slice));
        notes.anchor =
            self.anchor(&notes.chain, &faults).or_else(|| anchor_of_pipeline(&judged, &self.trust));
        notes.namesake = namesake;
        notes.trustable = refusal.as_ref().and_then(|_| self.trustable(&notes.chain, server_name, now));
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
/// A key that is none of the pins.
fn pin_fault(pins: &Pins, leaf: &CertificateDer<'_>) -> Option<Fault> {
    if pins.is_empty() {
        return None;
    }
    let seen = X509Certificate::from_der(leaf).ok().map(|(_, leaf)| Pin::of(leaf.public_key().raw));
    if seen.is_some_and(|seen| pins.allow(seen)) {
        return None;
    }
    let seen = seen.map_or("unreadable".to_owned(), Pin::written);
    let message = format!("has the key {seen}, which is none of the pins");
    let error = Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
    Some(Fault { kind: FailureKind::CertPin { seen }, message, error })
}

fn zoned(now: UnixTime) -> Zoned {
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_zoned(local_zone())
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

/// A fault of the chain; `above` are the other certificates of the server and the root of the issuer's name.
fn chain_fault(
    read: &session::Certificate,
    above: &[session::Certificate],
    is_of_another_key: bool,
    error: Error,
) -> Fault {
    let Error::InvalidCertificate(problem) = &error else { return unusable(read, error) };
    let (kind, message) = match problem {
        CertificateError::UnknownIssuer if !read.self_issued => (
            FailureKind::CertUnknownIssuer,
            format!("is signed by \"{}\", which does not lead to a trusted root", read.issuer),
        ),
        CertificateError::UnknownIssuer => self_signed(),
        CertificateError::Other(other) if read.self_issued && is_authority_as_server(other) => self_signed(),
        CertificateError::BadSignature if read.self_issued && rsa_is_fine(&read.key) => self_signed(),
        CertificateError::BadSignature if is_of_another_key => (
            FailureKind::CertUnknownIssuer,
            format!(
                "is signed by another key than that of the trusted root \"{}\", which has the issuer's name",
                above.last().map_or("", |root| root.subject.as_str())
            ),
        ),
        CertificateError::BadSignature => {
            let weak = std::iter::once(read).chain(above).enumerate().find(|(_, one)| !rsa_is_fine(&one.key));
            let message = match weak {
                Some((0, _)) => odd_key(read),
                Some((_, one)) => format!(
                    "is signed by an authority whose key is too short or too long ({}: {})",
                    one.subject, one.key
                ),
                None => "has a signature that does not fit".to_owned(),
            };
            (FailureKind::CertInvalid, message)
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. } => {
            let is_old = |one: &&session::Certificate| !one.self_issued && is_old_signature(&one.signature);
            let one = std::iter::once(read).chain(above).find(is_old).unwrap_or(read);
            let whose = if one == read {
                String::new()
            } else {
                format!(" by way of \"{}\", which is signed", one.subject)
            };
            (
                FailureKind::CertInvalid,
                format!("is signed{whose} with {}, which is not accepted", one.signature),
            )
        }
        CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            FailureKind::CertInvalid,
            "is signed by a key of a kind that does not fit its signature, or that is not known here"
                .to_owned(),
        ),
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

/// Any other fault.
fn unusable(read: &session::Certificate, error: Error) -> Fault {
    let message = match &error {
        Error::InvalidCertificate(CertificateError::BadSignature) if rsa_is_fine(&read.key) => {
            "is for another key than the one that the server signs with".to_owned()
        }
        Error::InvalidCertificate(CertificateError::BadSignature) => odd_key(read),
        Error::InvalidCertificate(CertificateError::BadEncoding) => "cannot be read".to_owned(),
        Error::InvalidCertificate(CertificateError::UnhandledCriticalExtension) => {
            "has a critical extension that is not known here".to_owned()
        }
        Error::InvalidCertificate(
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
        ) => "is not one for servers: an extended key usage lacks serverAuth".to_owned(),
        Error::InvalidCertificate(CertificateError::Other(other)) => {
            of_library(&other.0.to_string()).to_owned()
        }
        _ if !rsa_is_fine(&read.key) => odd_key(read),
        _ => "cannot be used: Sockeye's own TLS library does not take its form or its key".to_owned(),
    };
    Fault { kind: FailureKind::CertInvalid, message, error }
}

/// What an error of the library means, by its name.
fn of_library(name: &str) -> &'static str {
    const ROWS: [(&str, &str); 10] = [
        ("UnsupportedCertVersion", "is not an X.509 certificate of version 3"),
        ("CaUsedAsEndEntity", "is that of an authority, not of a server"),
        ("EndEntityUsedAsCa", "is signed by a certificate that is no authority (CA:TRUE is missing)"),
        ("PathLenConstraintViolated", "has more authorities above it than one of them permits (path length)"),
        (
            "NameConstraintViolation",
            "has a name that an authority above it may not sign for (name constraints)",
        ),
        ("MaximumPathDepthExceeded", "has more authorities above it than Sockeye's library follows"),
        ("MaximumSignatureChecksExceeded", "has more authorities above it than Sockeye's library checks"),
        ("UnsupportedCriticalExtension", "has a critical extension that is not known here"),
        ("RequiredEkuNotFound", "is not one for servers: an extended key usage lacks serverAuth"),
        ("InvalidSerialNumber", "has a serial number that is not allowed"),
    ];
    let found = ROWS.iter().find(|(word, _)| name.starts_with(word));
    found.map_or("cannot be used: Sockeye's own TLS library does not take its form", |(_, words)| words)
}

/// Whether a key, as a certificate's description has it, is none of RSA, or one of a length that the library takes.
fn rsa_is_fine(key: &str) -> bool {
    let bits = key.strip_prefix("RSA ").and_then(|bits| bits.parse::<u32>().ok());
    bits.is_none_or(|bits| (2048..=8192).contains(&bits))
}

fn odd_key(read: &session::Certificate) -> String {
    format!("has a key that is too short or too long ({})", read.key)
}

fn is_old_signature(signature: &str) -> bool {
    !["SHA-256", "SHA-384", "SHA-512", "RSA-PSS", "Ed25519"].iter().any(|fine| signature.contains(fine))
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
