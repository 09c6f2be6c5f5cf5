//! Why Go refuses a certificate. `Display` gives Go's exact words, with `x509: ` where Go has it.

use crate::go_verdict::certificate::parsed::Curve;
use crate::go_verdict::certificate::url::UriError;
use crate::wire::quoted;

/// As the errors of `crypto/x509/parser.go`, `ParseCertificate`, in the order of its checks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("x509: malformed certificate")]
    Certificate,
    #[error("x509: malformed tbs certificate")]
    Tbs,
    #[error("x509: malformed version")]
    MalformedVersion,
    #[error("x509: invalid version")]
    InvalidVersion,
    #[error("x509: malformed serial number")]
    MalformedSerial,
    #[error("x509: negative serial number")]
    NegativeSerial,
    #[error("x509: malformed signature algorithm identifier")]
    InnerAlgorithm,
    #[error("x509: malformed algorithm identifier")]
    OuterAlgorithm,
    #[error("x509: inner and outer signature algorithm identifiers don't match")]
    AlgorithmsDiffer,
    #[error("x509: malformed OID")]
    AlgorithmOid,
    #[error("x509: malformed parameters")]
    AlgorithmParameters,
    /// Go says this of the subject as well.
    #[error("x509: malformed issuer")]
    Name,
    #[error("x509: invalid RDNSequence")]
    RdnSequence,
    #[error("x509: invalid RDNSequence: invalid attribute")]
    Attribute,
    #[error("x509: invalid RDNSequence: invalid attribute type")]
    AttributeType,
    #[error("x509: invalid RDNSequence: invalid attribute value")]
    AttributeValue,
    #[error("x509: invalid RDNSequence: invalid attribute value: {0}")]
    AttributeText(#[from] TextError),
    #[error("x509: malformed validity")]
    Validity,
    #[error("x509: malformed UTCTime")]
    UtcTime,
    #[error("x509: malformed GeneralizedTime")]
    GeneralizedTime,
    #[error("x509: unsupported time format")]
    TimeFormat,
    #[error("x509: malformed spki")]
    PublicKeyInfo,
    #[error("x509: malformed public key algorithm identifier")]
    KeyAlgorithm,
    #[error("x509: malformed subjectPublicKey")]
    PublicKey,
    #[error("x509: RSA key missing NULL parameters")]
    RsaWithoutNull,
    #[error("x509: invalid RSA public key")]
    RsaKey,
    #[error("x509: invalid RSA modulus")]
    RsaModulus,
    #[error("x509: invalid RSA public exponent")]
    RsaExponent,
    #[error("x509: RSA modulus is not a positive number")]
    RsaModulusNotPositive,
    #[error("x509: RSA public exponent is not a positive number")]
    RsaExponentNotPositive,
    #[error("x509: invalid ECDSA parameters")]
    EcdsaParameters,
    #[error("x509: unsupported elliptic curve")]
    UnsupportedCurve,
    #[error("ecdsa: invalid uncompressed public key")]
    PointNotUncompressed,
    /// The length is wrong.
    #[error("invalid {} point encoding", curve_name(*.0))]
    PointEncoding(Curve),
    /// A coordinate is not below the prime of the field.
    #[error("invalid {} encoding", element_name(*.0))]
    PointElement(Curve),
    #[error("{} point not on curve", curve_name(*.0))]
    PointNotOnCurve(Curve),
    #[error("x509: Ed25519 key encoded with illegal parameters")]
    Ed25519Parameters,
    #[error("x509: wrong Ed25519 public key size")]
    Ed25519Size,
    #[error("x509: invalid DSA public key")]
    DsaKey,
    #[error("x509: invalid DSA parameters")]
    DsaParameters,
    #[error("x509: zero or negative DSA parameter")]
    DsaNotPositive,
    #[error("x509: malformed issuerUniqueID")]
    IssuerUniqueId,
    #[error("x509: malformed subjectUniqueID")]
    SubjectUniqueId,
    #[error("x509: malformed extensions")]
    Extensions,
    #[error("x509: malformed extension")]
    Extension,
    #[error("x509: malformed extension OID field")]
    ExtensionOid,
    #[error("x509: malformed extension critical field")]
    ExtensionCritical,
    #[error("x509: malformed extension value field")]
    ExtensionValue,
    /// The identifier, with dots.
    #[error("x509: certificate contains duplicate extension with OID \"{0}\"")]
    DuplicateExtension(String),
    #[error("x509: invalid key usage")]
    KeyUsage,
    #[error("x509: invalid basic constraints")]
    BasicConstraints,
    #[error("x509: invalid subject alternative names")]
    AlternativeNames,
    #[error("x509: invalid subject alternative name")]
    AlternativeName,
    #[error("x509: SAN rfc822Name is malformed")]
    AlternativeEmail,
    #[error("x509: SAN dNSName is malformed")]
    AlternativeDns,
    #[error("x509: SAN uniformResourceIdentifier is malformed")]
    AlternativeUri,
    /// What was to be a URI, and the words of `net/url`.
    #[error("x509: cannot parse URI {}: {reason}", quoted(.uri))]
    Uri { uri: String, reason: UriError },
    #[error("x509: cannot parse IP address of length {0}")]
    AlternativeAddress(usize),
    #[error("x509: invalid NameConstraints extension")]
    NameConstraints,
    #[error("x509: empty name constraints extension")]
    EmptyNameConstraints,
    #[error("x509: invalid constraint value: x509: {} cannot be encoded as an IA5String", quoted(.0))]
    ConstraintText(Vec<u8>),
    #[error("x509: failed to parse dnsName constraint {}", quoted(.0))]
    DnsConstraint(String),
    #[error("x509: IP constraint contained value of length {0}")]
    AddressConstraintLength(usize),
    /// The mask, in hexadecimal digits.
    #[error("x509: IP constraint contained invalid mask {0}")]
    AddressConstraintMask(String),
    #[error("x509: failed to parse rfc822Name constraint {}", quoted(.0))]
    EmailConstraint(String),
    #[error("x509: failed to parse URI constraint {}: cannot be IP address", quoted(.0))]
    UriConstraintIsAddress(String),
    #[error("x509: failed to parse URI constraint {}", quoted(.0))]
    UriConstraint(String),
    #[error("x509: invalid CRL distribution points")]
    CrlDistributionPoints,
    #[error("x509: invalid CRL distribution point")]
    CrlDistributionPoint,
    #[error("x509: authority key identifier incorrectly marked critical")]
    AuthorityKeyIdCritical,
    #[error("x509: invalid authority key identifier")]
    AuthorityKeyId,
    #[error("x509: invalid policy constraints extension")]
    PolicyConstraints,
    #[error("x509: invalid extended key usages")]
    ExtendedKeyUsages,
    #[error("x509: subject key identifier incorrectly marked critical")]
    SubjectKeyIdCritical,
    #[error("x509: invalid subject key identifier")]
    SubjectKeyId,
    #[error("x509: invalid certificate policies")]
    Policies,
    #[error("x509: invalid policy mappings extension")]
    PolicyMappings,
    #[error("x509: invalid inhibit any policy extension")]
    InhibitAnyPolicy,
    #[error("x509: authority info access incorrectly marked critical")]
    AuthorityInfoAccessCritical,
    #[error("x509: invalid authority info access")]
    AuthorityInfoAccess,
    #[error("x509: malformed signature")]
    Signature,
    #[error("x509: trailing data")]
    TrailingData,
}

/// Why the text of an attribute is refused (`crypto/x509/parser.go`, `parseASN1String`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("invalid PrintableString")]
    Printable,
    #[error("invalid UTF-8 string")]
    Utf8,
    #[error("invalid BMPString")]
    Bmp,
    #[error("invalid IA5String")]
    Ia5,
    #[error("invalid NumericString")]
    Numeric,
    #[error("unsupported string type: {0}")]
    Unsupported(u8),
}

fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P224 => "P224",
        Curve::P256 => "P256",
        Curve::P384 => "P384",
        Curve::P521 => "P521",
    }
}

/// P-256 has an implementation of its own in Go, and words of its own.
fn element_name(curve: Curve) -> &'static str {
    match curve {
        Curve::P224 => "P224Element",
        Curve::P256 => "P256 element",
        Curve::P384 => "P384Element",
        Curve::P521 => "P521Element",
    }
}
