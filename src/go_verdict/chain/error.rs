//! Why Go does not trust a certificate, in its own words.

use crate::go_verdict::certificate::Certificate;
use crate::go_verdict::chain::constraints::ConstraintError;
use crate::go_verdict::chain::dates::DateError;
use crate::go_verdict::chain::names::HostnameError;
use crate::go_verdict::chain::rsa::RsaError;
use crate::wire::quoted;

/// What `Certificate.Verify` returns instead of chains; after `tls: failed to verify certificate: ` in the log line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    #[error("x509: unhandled critical extension")]
    UnhandledCriticalExtension,
    #[error("x509: certificate has expired or is not yet valid: {0}")]
    Dates(#[from] DateError),
    #[error(transparent)]
    Hostname(#[from] HostnameError),
    #[error("x509: certificate is not authorized to sign other certificates")]
    NotAuthorizedToSign,
    #[error("x509: too many intermediates for path length constraint")]
    TooManyIntermediates,
    #[error("x509: certificate signed by unknown authority{}", because(.hint.as_deref()))]
    UnknownAuthority { hint: Option<Box<Hint>> },
    #[error("x509: signature check attempts limit reached while verifying certificate chain")]
    SignatureLimit,
    #[error("x509: a root or intermediate certificate is not authorized to sign for this name: {0}")]
    NotAuthorizedForName(#[from] ConstraintError),
    #[error("x509: certificate specifies an incompatible key usage")]
    IncompatibleUsage,
    /// At least one chain has invalid policies; the others, an incompatible key usage.
    #[error("x509: no valid chains built: {}", details(*.incompatible_usage, *.invalid_policies))]
    NoValidChains { incompatible_usage: usize, invalid_policies: usize },
}

/// The first candidate that could have been the issuer, and why it is not (`UnknownAuthorityError.hintErr`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub cause: HintCause,
    /// What Go calls the candidate.
    pub authority: String,
}

/// Why a certificate is not signed by a candidate (`Certificate.CheckSignatureFrom`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("x509: invalid signature: parent certificate cannot sign this kind of certificate")]
    CannotSign,
    #[error("x509: cannot verify signature: insecure algorithm {0}")]
    Insecure(&'static str),
    #[error("x509: cannot verify signature: algorithm unimplemented")]
    Unimplemented,
    #[error(
        "x509: signature algorithm specifies an {expected} public key, but have public key of type {found}"
    )]
    OtherKey { expected: &'static str, found: &'static str },
    #[error(transparent)]
    Rsa(#[from] RsaError),
    #[error("x509: ECDSA verification failure")]
    Ecdsa,
    #[error("x509: Ed25519 verification failure")]
    Ed25519,
}

/// What spoke against a candidate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HintCause {
    #[error(transparent)]
    Signature(SignatureError),
    #[error(transparent)]
    Unfit(VerifyError),
}

impl Hint {
    /// A hint that names `candidate` as Go does: its common name, else its first organization, else its serial number
    /// (`UnknownAuthorityError.Error`).
    pub fn new(cause: HintCause, candidate: &Certificate) -> Self {
        let subject = &candidate.subject;
        let authority = match subject.organization.first() {
            _ if !subject.common_name.is_empty() => subject.common_name.clone(),
            Some(organization) => organization.clone(),
            None => format!("serial:{}", num_bigint::BigInt::from_signed_bytes_be(&candidate.serial)),
        };
        Self { cause, authority }
    }
}

fn because(hint: Option<&Hint>) -> String {
    hint.map_or_else(String::new, |hint| {
        let (cause, authority) = (quoted(hint.cause.to_string()), quoted(&hint.authority));
        format!(" (possibly because of {cause} while trying to verify candidate authority certificate {authority})")
    })
}

fn details(incompatible_usage: usize, invalid_policies: usize) -> String {
    let policies = format!("{invalid_policies} candidate chains with invalid policies");
    match incompatible_usage {
        0 => policies,
        count => format!("{count} candidate chains with incompatible key usage, {policies}"),
    }
}
