//! Which entry is presented in a handshake (`crypto/tls`, `getClientCertificate`, `SupportsCertificate`), and what it signs
//! with (`selectSignatureScheme`).

use crate::go_verdict::certificate::{Certificate, Curve};

use crate::go_verdict::client::{key::PrivateKey, pair::ClientCertificate};

/// The versions in which a pipeline is asked for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    Tls12,
    Tls13,
}

/// What a server asks for (`CertificateRequest`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRequest {
    pub version: Version,
    /// `certificate_types` of TLS 1.2: 1 is `rsa_sign`, 64 `ecdsa_sign`. Not looked at in TLS 1.3, which has none.
    pub types: Vec<u8>,
    /// `signature_algorithms`, in the order of the server.
    pub schemes: Vec<u16>,
    /// The raw names of authorities; any will do if there are none.
    pub authorities: Vec<Vec<u8>>,
}

const RSA_SIGN: u8 = 1;
const ECDSA_SIGN: u8 = 64;

const PKCS1_SHA256: u16 = 0x0401;
const PKCS1_SHA384: u16 = 0x0501;
const PKCS1_SHA512: u16 = 0x0601;
const PSS_SHA256: u16 = 0x0804;
const PSS_SHA384: u16 = 0x0805;
const PSS_SHA512: u16 = 0x0806;
const ECDSA_SHA256: u16 = 0x0403;
const ECDSA_SHA384: u16 = 0x0503;
const ECDSA_SHA512: u16 = 0x0603;
const ED25519: u16 = 0x0807;

/// The place of the entry that is presented. `None`: an empty certificate is sent.
pub fn presented<'a>(
    entries: impl IntoIterator<Item = &'a ClientCertificate>,
    request: &CertificateRequest,
) -> Option<usize> {
    entries.into_iter().position(|entry| is_suitable(entry, request))
}

/// The signature scheme that the entry signs with: the first of the server's that fits the key. In TLS 1.2 this one, unlike
/// the choice of the entry, does not heed the types of certificates.
pub fn scheme(entry: &ClientCertificate, request: &CertificateRequest) -> Option<u16> {
    first_common(&entry.key, request.version, &request.schemes)
}

/// The line of a handshake in which the key is presented and then signs nothing: RSA below 1024 bits, which `crypto/rsa`
/// refuses since Go 1.24 (`rsa1024min=0`). `None`: it signs.
pub fn signing_error(entry: &ClientCertificate, version: Version) -> Option<String> {
    let PrivateKey::Rsa(key) = &entry.key else { return None };
    let bits = key.bits();
    let words = format!(
        "crypto/rsa: {bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)"
    );
    match version {
        _ if bits >= 1024 => None,
        Version::Tls12 => Some(words),
        Version::Tls13 => Some(format!("tls: failed to sign handshake: {words}")),
    }
}

/// `SupportsCertificate`. The certificates after the leaf are parsed only here, one after the other; one that cannot be
/// parsed ends the search.
fn is_suitable(entry: &ClientCertificate, request: &CertificateRequest) -> bool {
    let schemes = match request.version {
        Version::Tls12 => of_types(request),
        Version::Tls13 => request.schemes.clone(),
    };
    if first_common(&entry.key, request.version, &schemes).is_none() {
        return false;
    }
    let is_acceptable = |issuer: &Vec<u8>| request.authorities.contains(issuer);
    if request.authorities.is_empty() || is_acceptable(&entry.leaf.raw_issuer) {
        return true;
    }
    let after_leaf = entry.chain.iter().skip(1);
    after_leaf.map_while(|der| Certificate::parse(der).ok()).any(|cert| is_acceptable(&cert.raw_issuer))
}

/// `certificateRequestInfoFromMsg`: schemes without a type of certificate for them are left out.
fn of_types(request: &CertificateRequest) -> Vec<u16> {
    let is_wanted = |scheme: &u16| match *scheme {
        PKCS1_SHA256 | PKCS1_SHA384 | PKCS1_SHA512 | PSS_SHA256 | PSS_SHA384 | PSS_SHA512 => {
            request.types.contains(&RSA_SIGN)
        }
        ECDSA_SHA256 | ECDSA_SHA384 | ECDSA_SHA512 | ED25519 => request.types.contains(&ECDSA_SIGN),
        // Among them those with SHA-1, which no key signs with.
        _ => false,
    };
    request.schemes.iter().copied().filter(is_wanted).collect()
}

fn first_common(key: &PrivateKey, version: Version, wanted: &[u16]) -> Option<u16> {
    let possible = possible(key, version);
    wanted.iter().copied().find(|scheme| possible.contains(scheme))
}

/// `signatureSchemesForPublicKey`, without what is disabled: SHA-1, and PKCS #1 v1.5 in TLS 1.3.
fn possible(key: &PrivateKey, version: Version) -> Vec<u16> {
    match (key, version) {
        (PrivateKey::Rsa(key), version) => {
            let size = key.bits().div_ceil(8);
            let smallest = [
                (PSS_SHA256, 66),
                (PSS_SHA384, 98),
                (PSS_SHA512, 130),
                (PKCS1_SHA256, 62),
                (PKCS1_SHA384, 78),
                (PKCS1_SHA512, 94),
            ];
            let schemes = smallest.into_iter().filter(|(_, least)| size >= *least).map(|(scheme, _)| scheme);
            let is_pss = |scheme: &u16| matches!(*scheme, PSS_SHA256 | PSS_SHA384 | PSS_SHA512);
            schemes.filter(|scheme| version == Version::Tls12 || is_pss(scheme)).collect()
        }
        (PrivateKey::Ecdsa(_), Version::Tls12) => vec![ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512],
        (PrivateKey::Ecdsa(key), Version::Tls13) => match key.curve() {
            Curve::P224 => Vec::new(),
            Curve::P256 => vec![ECDSA_SHA256],
            Curve::P384 => vec![ECDSA_SHA384],
            Curve::P521 => vec![ECDSA_SHA512],
        },
        (PrivateKey::Ed25519(_), _) => vec![ED25519],
    }
}
