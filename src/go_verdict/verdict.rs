//! The verdict: would the pipeline open this connection, and what would it log?
//!
//! ```text
//!  certificates served --Judged::of--+
//!  bytes in the clear  --Wire--------+--> verdict(Handshake) --> opens, fails with this line, or not known
//!  how it went on here --------------+
//! ```

use jiff::Zoned;

use crate::go_verdict::{
    certificate::{Certificate, Pool, ServedError, served},
    chain::{
        HandshakeSignatureError, Judgements, Protocol, Served, SuiteKey, VerifyError, check_leaf_key,
        handshake_signature, judge,
    },
    wire::{Alert, Check, Doubt, Ending, Heard, KeyExchange, Outcome, signs_with_rsa},
};

/// What a server's certificates are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    pub roots: &'a Pool,
    /// The host as the URL has it, without brackets.
    pub name: &'a str,
    /// In the zone of the process.
    pub now: &'a Zoned,
    /// `tls.skip_cert_verify`
    pub skips: bool,
}

/// The certificates of a server as Go judges them.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What Go read, or the first thing that it cannot read.
    pub certificates: Result<Vec<Certificate>, ServedError>,
    /// `None`: a certificate cannot be read, or there is none.
    pub judgements: Option<Judgements>,
    skips: bool,
}

/// Why Go refuses the certificates, in the order of its checks. `Display` is the line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Served(ServedError),
    #[error("tls: received empty certificates message")]
    Empty,
    #[error("tls: failed to verify certificate: {0}")]
    Verify(VerifyError),
    #[error("{0}")]
    Key(String),
}

impl Judged {
    /// Reads and judges certificates in DER, the server's own first.
    pub fn of(ders: &[Vec<u8>], trust: Trust<'_>) -> Self {
        let certificates = served(ders);
        let read = certificates.as_deref().unwrap_or_default();
        let judgements = Served::new(read).map(|served| judge(served, trust.roots, trust.name, trust.now));
        Self { certificates, judgements, skips: trust.skips }
    }

    /// The first fault that ends the handshake (`crypto/tls/handshake_client.go`, `verifyServerCertificate`).
    pub fn refused(&self) -> Option<Refused> {
        let certificates = match &self.certificates {
            Err(error) => return Some(Refused::Served(error.clone())),
            Ok(certificates) => certificates,
        };
        let (Some(leaf), Some(judgements)) = (certificates.first(), &self.judgements) else {
            return Some(Refused::Empty);
        };
        if let (Err(error), false) = (&judgements.verdict, self.skips) {
            return Some(Refused::Verify(error.clone()));
        }
        check_leaf_key(leaf.public_key.as_ref()).err().map(|error| Refused::Key(error.to_string()))
    }

    /// The server's own certificate, if it can be read.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates.as_ref().ok()?.first()
    }
}

/// How the handshake went here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// It was completed.
    Through,
    /// This side refused the certificates, which says nothing of what would have come then.
    ToCertificates,
    /// It ended with an alert that was encrypted.
    ToAlert(u8),
    /// It ended in any other way.
    Elsewhere,
}

/// A handshake that another library made or tried.
#[derive(Clone, Copy, Debug)]
pub struct Handshake<'a> {
    /// What the bytes in the clear mean.
    pub wire: &'a Outcome,
    /// The random bytes of the hello that was sent.
    pub client_random: &'a [u8; 32],
    /// The certificates, where the server showed them.
    pub judged: Option<&'a Judged>,
    /// The server's signature in TLS 1.3, where it was looked at.
    pub signature: Option<&'a Result<(), HandshakeSignatureError>>,
    pub went: Went,
}

/// What the pipeline makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Opens,
    /// It fails with this line.
    Fails(String),
    /// It would wait for the server, as this side did.
    Waits,
    /// Why the bytes do not decide.
    Unknown(Doubt),
}

/// What the pipeline makes of a handshake: the first check that fails is the line, else what ended it.
///
/// In TLS 1.2 the checks are in the clear; in TLS 1.3 the other library has decrypted what they need.
pub fn verdict(handshake: &Handshake<'_>) -> Verdict {
    let Outcome { checks, ending, doubt, seen } = handshake.wire;
    if let Some(line) = checks.iter().find_map(|check| failing(handshake, check)) {
        return Verdict::Fails(line);
    }
    let is_encrypted = matches!(ending, Ending::Encrypted { .. });
    if checks.is_empty() && is_encrypted {
        let refused = handshake.judged.and_then(Judged::refused).map(|refused| refused.to_string());
        let signature =
            handshake.signature.and_then(|checked| checked.as_ref().err()).map(ToString::to_string);
        if let Some(line) = refused.or(signature) {
            return Verdict::Fails(line);
        }
    }
    // A server that has chosen does not answer to what was not offered.
    let doubt = doubt.filter(|doubt| *doubt != Doubt::NarrowerOffer || seen.suite.is_none());
    match (ending, doubt) {
        (Ending::Undecided, Some(Doubt::Left)) if handshake.went == Went::ToCertificates => Verdict::Opens,
        (_, Some(doubt)) => Verdict::Unknown(doubt),
        (Ending::Fails(refusal), None) => Verdict::Fails(refusal.to_string()),
        (Ending::Waits, None) => Verdict::Waits,
        (Ending::Undecided, None) => Verdict::Unknown(Doubt::Left),
        (Ending::Encrypted { then }, None) => match (handshake.went, then) {
            (Went::ToAlert(code), _) => match Alert::heard(Alert::FATAL, code, seen.version) {
                Heard::Ends(refusal) => Verdict::Fails(refusal.to_string()),
                Heard::Dropped => Verdict::Unknown(Doubt::Left),
            },
            (Went::Through | Went::ToCertificates, None) => Verdict::Opens,
            (_, Some(refusal)) => Verdict::Fails(refusal.to_string()),
            (Went::Elsewhere, None) => Verdict::Unknown(Doubt::Left),
        },
    }
}

fn failing(handshake: &Handshake<'_>, check: &Check) -> Option<String> {
    let judged = handshake.judged?;
    match check {
        Check::Certificates(_) => judged.refused().map(|refused| refused.to_string()),
        Check::Signature(exchange) => signature_12(handshake, judged.leaf()?, exchange),
    }
}

fn signature_12(handshake: &Handshake<'_>, leaf: &Certificate, exchange: &KeyExchange) -> Option<String> {
    let is_rsa = signs_with_rsa(handshake.wire.seen.suite?);
    let protocol = Protocol::Tls12 { suite: if is_rsa { SuiteKey::Rsa } else { SuiteKey::Ecdsa } };
    let signed = exchange.signed(handshake.client_random);
    let key = leaf.public_key.as_ref();
    handshake_signature(key, exchange.scheme, protocol, &signed, &exchange.signature)
        .err()
        .map(|error| error.to_string())
}
