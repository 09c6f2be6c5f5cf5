//! A certificate as `crypto/x509` holds it after parsing.
//!
//! Its fields are named after what they are; those that Go's checks never read are left out.

use std::net::IpAddr;

use crate::go_verdict::der::oid;

/// One certificate that Go has parsed (`crypto/x509`, `Certificate`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The whole of it, as served.
    pub raw: Vec<u8>,
    /// What is signed.
    pub raw_tbs: Vec<u8>,
    /// The issuer's name, with its head.
    pub raw_issuer: Vec<u8>,
    /// The subject's name, with its head.
    pub raw_subject: Vec<u8>,
    /// `SubjectPublicKeyInfo`, with its head.
    pub raw_public_key: Vec<u8>,
    /// 1 to 3; extensions are seen in 3 alone.
    pub version: u8,
    /// The bytes of the INTEGER, without its head.
    pub serial: Vec<u8>,
    /// `Unknown` is no reason to refuse the certificate.
    pub signature_algorithm: SignatureAlgorithm,
    /// The bits as bytes, with padding at the front.
    pub signature: Vec<u8>,
    /// `None`: a kind of key that Go does not know.
    pub public_key: Option<PublicKey>,
    /// What Go took of the issuer's name.
    pub issuer: Name,
    /// What Go took of the subject's name.
    pub subject: Name,
    /// The first second of its validity.
    pub not_before: Time,
    /// The last second of its validity.
    pub not_after: Time,
    /// The zones in which these two are written.
    pub zones: Zones,
    /// Nothing, unless the version is 3.
    pub extensions: Extensions,
}

/// Seconds since 1970 in UTC (years 0 to 9999, so it may be negative).
pub type Time = i64;

/// Seconds east of UTC. Only messages tell the time of another zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zones {
    pub not_before: i32,
    pub not_after: i32,
}

/// The parts of a name that Go's messages tell (`crypto/x509/pkix`, `Name`). The last of each kind of `common_name` and
/// `serial_number` counts, as there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// `2.5.4.3`
    pub common_name: String,
    /// `2.5.4.10`, all of them.
    pub organization: Vec<String>,
    /// `2.5.4.5`
    pub serial_number: String,
}

/// As `x509.SignatureAlgorithm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    Unknown,
    Md5Rsa,
    Sha1Rsa,
    Sha256Rsa,
    Sha384Rsa,
    Sha512Rsa,
    DsaSha1,
    DsaSha256,
    EcdsaSha1,
    EcdsaSha256,
    EcdsaSha384,
    EcdsaSha512,
    Sha256RsaPss,
    Sha384RsaPss,
    Sha512RsaPss,
    Ed25519,
}

/// The kinds of key that Go reads (`crypto/x509/parser.go`, `parsePublicKey`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// The modulus is big-endian, without zeros in front; `bits` is its length.
    Rsa {
        modulus: Vec<u8>,
        exponent: u64,
        bits: u32,
    },
    /// The point is uncompressed (`04`, x, y) and on the curve.
    Ecdsa {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519([u8; 32]),
    /// Go parses these and verifies nothing with them.
    Dsa,
}

/// The only curves that Go knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    P224,
    P256,
    P384,
    P521,
}

impl Curve {
    /// The curve of this identifier (`crypto/x509/x509.go`, `namedCurveFromOID`).
    pub fn of(oid: &[u8]) -> Option<Self> {
        [Self::P224, Self::P256, Self::P384, Self::P521].into_iter().find(|curve| curve.oid() == oid)
    }

    /// Its identifier.
    pub const fn oid(self) -> &'static [u8] {
        match self {
            Self::P224 => oid::CURVE_P224,
            Self::P256 => oid::CURVE_P256,
            Self::P384 => oid::CURVE_P384,
            Self::P521 => oid::CURVE_P521,
        }
    }

    /// The bytes of a coordinate, and of a scalar.
    pub const fn width(self) -> usize {
        match self {
            Self::P224 => 28,
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// What Go keeps of the extensions of a certificate of version 3.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// The subjectAltName extension, as it is written; `None`: no such extension.
    pub alternative_names: Option<Vec<u8>>,
    /// ASCII, and nothing else is checked.
    pub dns_names: Vec<String>,
    /// ASCII, and nothing else is checked.
    pub email_addresses: Vec<String>,
    /// Of 4 or 16 bytes; one of version 4 in the form of version 6 stays in that form.
    pub ip_addresses: Vec<IpAddr>,
    /// Those that `net/url` parses, which are all: another spoils the certificate.
    pub uris: Vec<Uri>,
    /// `None`: no such extension (`BasicConstraintsValid` is false).
    pub basic_constraints: Option<BasicConstraints>,
    /// Bit 0 is digitalSignature, as in `x509.KeyUsage`; `None`: no such extension.
    pub key_usage: Option<u16>,
    /// `None`: no such extension.
    pub extended_key_usages: Option<Vec<ExtendedKeyUsage>>,
    /// Empty: none.
    pub subject_key_id: Vec<u8>,
    /// Empty: none.
    pub authority_key_id: Vec<u8>,
    /// Only the forms that Go handles. `None`: no such extension.
    pub name_constraints: Option<NameConstraints>,
    /// Dotted, in order (`Certificate.Policies`).
    pub policies: Vec<String>,
    /// The issuer's policy and the subject's, dotted. Go takes bytes that are no identifier; those are `#` and digits.
    pub policy_mappings: Vec<(String, String)>,
    /// `RequireExplicitPolicy`; `None` also where it is negative, which Go takes for absent. So with the next two.
    pub require_explicit_policy: Option<u64>,
    /// `InhibitPolicyMapping`
    pub inhibit_policy_mapping: Option<u64>,
    /// `InhibitAnyPolicy`
    pub inhibit_any_policy: Option<u64>,
    /// Is there a critical extension that Go does not handle (`UnhandledCriticalExtensions` is not empty)? That is one
    /// it does not know, alternative names of which it reads none, and name constraints with forms that it does not read.
    pub has_unhandled_critical: bool,
}

/// A URI among the alternative names (`net/url`, `URL`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri {
    /// The whole of it, as written.
    pub text: String,
    /// `url.URL.Host`: unescaped, with the port, and with the brackets of an address; empty if it has none.
    pub host: String,
}

/// (`crypto/x509/parser.go`, `parseBasicConstraintsExtension`)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// `IsCA`
    pub is_authority: bool,
    /// `MaxPathLen`, not negative; `None`: no limit.
    pub max_path_length: Option<i64>,
}

/// The usages that a verdict asks for, and the others (`crypto/x509/parser.go`, `parseExtKeyUsageExtension`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtendedKeyUsage {
    Any,
    ServerAuth,
    ClientAuth,
    /// Dotted.
    Other(String),
}

/// (`crypto/x509/parser.go`, `parseNameConstraintsExtension`)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// `PermittedDNSDomainsCritical`
    pub is_critical: bool,
    /// What the names below have to be in.
    pub permitted: Subtrees,
    /// What the names below must not be in.
    pub excluded: Subtrees,
}

/// Constraints by the form of the name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subtrees {
    /// Domains, which may begin with a dot.
    pub dns: Vec<String>,
    /// Network and mask, of 4 or 16 bytes each.
    pub ip: Vec<(Vec<u8>, Vec<u8>)>,
    /// Mailboxes, and domains, which may begin with a dot.
    pub email: Vec<String>,
    /// Domains, which may begin with a dot.
    pub uri: Vec<String>,
}
