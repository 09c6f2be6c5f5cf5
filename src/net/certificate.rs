//! Describes certificates for people.

use std::net::IpAddr;

use pem::{EncodeConfig, LineEnding, Pem, encode_config};
use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
use x509_parser::{
    extensions::GeneralName,
    oid_registry::Oid,
    prelude::{FromDer, X509Certificate},
    public_key::PublicKey,
    x509::SubjectPublicKeyInfo,
};

use crate::{
    payload::{cut_chars, hex::encode},
    session::{Certificate, Timestamp},
};

/// The most characters of a name that are kept.
const LONGEST_NAME: usize = 1024;

/// The most names of a certificate that are kept.
const MOST_NAMES: usize = 256;

/// Describes a certificate. Fields that cannot be read stay empty, except for the fingerprint.
pub(super) fn certificate(der: &[u8]) -> Certificate {
    let sha256 = sha256(der);
    let Ok((_, parsed)) = X509Certificate::from_der(der) else {
        return Certificate { sha256, subject: "(unreadable)".to_owned(), ..Certificate::default() };
    };
    let validity = parsed.validity();
    Certificate {
        subject: cut(&parsed.subject().to_string()),
        issuer: cut(&parsed.issuer().to_string()),
        names: names(&parsed),
        not_before: seconds(validity.not_before.timestamp()),
        not_after: seconds(validity.not_after.timestamp()),
        key: key(parsed.public_key()),
        signature: signature(&parsed.signature_algorithm.algorithm),
        sha256,
        ca: parsed.is_ca(),
        self_issued: parsed.subject().as_raw() == parsed.issuer().as_raw(),
        pem: encode_config(
            &Pem::new("CERTIFICATE", der),
            EncodeConfig::new().set_line_ending(LineEnding::LF),
        ),
        judgement: None,
    }
}

fn seconds(since_epoch: i64) -> Timestamp {
    Timestamp(since_epoch.saturating_mul(1_000_000))
}

fn names(parsed: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = parsed.subject_alternative_name() else { return Vec::new() };
    let names = alternative.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(cut(name)),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    });
    names.take(MOST_NAMES).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok().map(|address| address.to_string())
}

fn key(info: &SubjectPublicKeyInfo<'_>) -> String {
    let algorithm = info.algorithm.algorithm.to_id_string();
    match (algorithm.as_str(), info.parsed()) {
        ("1.3.101.112", _) => "Ed25519".to_owned(),
        ("1.3.101.113", _) => "Ed448".to_owned(),
        (_, Ok(PublicKey::RSA(rsa))) => format!("RSA {}", bits(rsa.modulus)),
        (_, Ok(PublicKey::EC(point))) => {
            let curve = info.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
            match curve.map(|oid| oid.to_id_string()).as_deref() {
                Some("1.2.840.10045.3.1.7") => "EC P-256".to_owned(),
                Some("1.3.132.0.34") => "EC P-384".to_owned(),
                Some("1.3.132.0.35") => "EC P-521".to_owned(),
                Some("1.3.132.0.33") => "EC P-224".to_owned(),
                Some("1.3.132.0.10") => "EC secp256k1".to_owned(),
                _ => format!("EC {}", point.key_size()),
            }
        }
        (_, Ok(PublicKey::DSA(_))) => "DSA".to_owned(),
        ("1.2.840.113549.1.1.10", _) => "RSA-PSS".to_owned(),
        ("2.16.840.1.101.3.4.3.17" | "2.16.840.1.101.3.4.3.18" | "2.16.840.1.101.3.4.3.19", _) => {
            "ML-DSA".to_owned()
        }
        _ => "a key of unknown kind".to_owned(),
    }
}

/// The length of a number in bits.
fn bits(modulus: &[u8]) -> usize {
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros).map_or(0, |first| first.leading_zeros() as usize);
    (modulus.len() - zeros) * 8 - first
}

fn signature(oid: &Oid<'_>) -> String {
    let oid = oid.to_id_string();
    let name = match oid.as_str() {
        "1.2.840.113549.1.1.4" => "RSA with MD5",
        "1.2.840.113549.1.1.5" => "RSA with SHA-1",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        "1.2.840.113549.1.1.11" => "RSA with SHA-256",
        "1.2.840.113549.1.1.12" => "RSA with SHA-384",
        "1.2.840.113549.1.1.13" => "RSA with SHA-512",
        "1.2.840.10045.4.1" => "ECDSA with SHA-1",
        "1.2.840.10045.4.3.2" => "ECDSA with SHA-256",
        "1.2.840.10045.4.3.3" => "ECDSA with SHA-384",
        "1.2.840.10045.4.3.4" => "ECDSA with SHA-512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.840.113549.1.1.2" => "RSA with MD2",
        "1.2.840.113549.1.1.14" => "RSA with SHA-224",
        "1.2.840.10045.4.3.1" => "ECDSA with SHA-224",
        "1.2.840.10040.4.3" => "DSA with SHA-1",
        "2.16.840.1.101.3.4.3.2" => "DSA with SHA-256",
        "2.16.840.1.101.3.4.3.17" | "2.16.840.1.101.3.4.3.18" | "2.16.840.1.101.3.4.3.19" => "ML-DSA",
        _ => "an unknown algorithm",
    };
    name.to_owned()
}

/// The fingerprint in lower-case hex, by the hash of a cipher suite of the TLS provider.
fn sha256(der: &[u8]) -> String {
    let hash = TLS13_AES_128_GCM_SHA256.tls13().map(|suite| suite.common.hash_provider.hash(der));
    encode(hash.as_ref().map_or(&[], AsRef::as_ref))
}

pub(super) fn cut(name: &str) -> String {
    cut_chars(name, LONGEST_NAME)
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, SignatureAlgorithm};

    use super::*;

    fn read(
        algorithm: &'static SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Certificate {
        let names = vec!["feed.test".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let mut params = CertificateParams::new(names).expect("the names are valid");
        params.distinguished_name.push(DnType::CommonName, "a feed");
        params.not_before = rcgen::date_time_ymd(2026, 1, 2);
        params.not_after = rcgen::date_time_ymd(2036, 1, 2);
        change(&mut params);
        let key = KeyPair::generate_for(algorithm).expect("a key can be made");
        let cert = params.self_signed(&key).expect("it can be signed");
        certificate(cert.der())
    }

    #[test]
    fn all_fields_are_read() {
        let read = read(&rcgen::PKCS_ECDSA_P256_SHA256, |_| ());
        assert_eq!(read.subject, "CN=a feed");
        assert_eq!(read.issuer, "CN=a feed");
        assert_eq!(read.names, ["feed.test", "127.0.0.1", "::1"]);
        assert_eq!(read.not_before.to_string(), "2026-01-02T00:00:00.000000Z");
        assert_eq!(read.not_after.to_string(), "2036-01-02T00:00:00.000000Z");
        assert_eq!(read.key, "EC P-256");
        assert_eq!(read.signature, "ECDSA with SHA-256");
        assert_eq!(read.sha256.len(), 64);
        assert!(read.self_issued && !read.ca);
    }

    #[test]
    fn other_keys_and_authorities_are_named() {
        let ed =
            read(&rcgen::PKCS_ED25519, |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
        assert_eq!((ed.key.as_str(), ed.signature.as_str(), ed.ca), ("Ed25519", "Ed25519", true));
        let rsa = read(&rcgen::PKCS_RSA_SHA256, |_| ());
        assert_eq!((rsa.key.as_str(), rsa.signature.as_str()), ("RSA 2048", "RSA with SHA-256"));
    }

    #[test]
    fn a_long_name_is_cut() {
        let read = read(&rcgen::PKCS_ECDSA_P256_SHA256, |params| {
            params.distinguished_name.push(DnType::CommonName, "x".repeat(5000));
        });
        assert_eq!((read.subject.chars().count(), read.subject.ends_with('…')), (1025, true));
    }

    #[test]
    fn invalid_data_has_only_a_fingerprint() {
        let read = certificate(b"");
        assert_eq!(read.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(read.subject, "(unreadable)");
    }
}
