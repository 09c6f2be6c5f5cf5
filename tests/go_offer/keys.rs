//! Which keys sign, with what, and that the signatures hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use p224::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs8::DecodePrivateKey;
use rsa::sha2::{Sha256, Sha384, Sha512};
use rustls::SignatureScheme;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::SigningKey;
use sockeye::go_offer::signing_key;

const MESSAGE: &[u8] = b"TLS 1.3, client CertificateVerify";
const ECDSA: [SignatureScheme; 3] = [
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP521_SHA512,
];

#[test]
fn a_key_signs_where_go_signs() {
    let (mut rows, mut unsure) = (0, 0);
    let mut keys = BTreeMap::new();
    for line in include_str!("schemes.tsv").lines() {
        let mut columns = line.split('\t');
        let name = columns.next().unwrap();
        // Go reads the first two, and finds out only when it is to sign that it will not.
        if matches!(name, "rsa512" | "rsa1023" | "ed448" | "k256-sec1") {
            assert!(signing_key(&der(name)).is_err(), "{name}");
            continue;
        }
        let is_tls13 = columns.next().unwrap() == "0304";
        let list = columns.next().unwrap().split(',').map(|id| u16::from_str_radix(id, 16).unwrap().into());
        let list: Vec<SignatureScheme> =
            list.filter(|&scheme| !is_tls13 || is_known_to_tls13(scheme)).collect();
        let signs = columns.next().unwrap() == "true";
        let ours = keys.entry(name).or_insert_with(|| load(name)).choose_scheme(&list).is_some();
        rows += 1;
        if ours != signs {
            // A list of TLS 1.2 that could be one of TLS 1.3 is taken for such.
            assert!(signs && !is_tls13 && list.iter().all(|&scheme| is_known_to_tls13(scheme)), "{line}");
            unsure += 1;
        }
    }
    assert_eq!((rows, unsure), (2816, 95));
}

/// What rustls leaves of a list in TLS 1.3.
fn is_known_to_tls13(scheme: SignatureScheme) -> bool {
    let number = u16::from(scheme);
    number >> 8 >= 4 && number & 0xff != 1
}

#[test]
fn rsa_of_three_primes_signs() {
    let name = "rsa2048-3primes";
    let signature = sign(name, SignatureScheme::RSA_PSS_SHA256).unwrap();
    // The exponent is 65537; the modulus is the first number of the key after its version.
    let key = der(name);
    let modulus = &key.secret_der()[4 + 3 + 4..][..257];
    let public = RsaPublicKeyComponents { n: &modulus[1..], e: &[1, 0, 1] };
    public.verify(&RSA_PSS_2048_8192_SHA256, MESSAGE, &signature).unwrap();
}

#[test]
fn the_peer_prefers() {
    let list =
        [SignatureScheme::RSA_PKCS1_SHA384, SignatureScheme::RSA_PSS_SHA256, SignatureScheme::RSA_PSS_SHA512];
    for name in ["rsa1024", "rsa1536", "rsa2048"] {
        let signer = load(name).choose_scheme(&list).unwrap();
        assert_eq!(signer.scheme(), SignatureScheme::RSA_PKCS1_SHA384);
    }
}

#[test]
fn a_curve_prefers_its_own_hash() {
    let list = [ECDSA[0], ECDSA[2], ECDSA[1], SignatureScheme::RSA_PKCS1_SHA256];
    let chosen = |name| load(name).choose_scheme(&list).unwrap().scheme();
    assert_eq!(["p256", "p384", "p521", "p224"].map(chosen), [ECDSA[0], ECDSA[1], ECDSA[2], ECDSA[0]]);
}

#[test]
fn no_key_on_p224_signs_in_tls13() {
    assert!(load("p224").choose_scheme(&ECDSA).is_none());
}

#[test]
fn every_curve_signs_with_every_hash() {
    use aws_lc_rs::signature as sig;
    check_curve(
        "p256",
        &sig::ECDSA_P256_SHA256_ASN1_SIGNING,
        [&ECDSA_P256_SHA256_ASN1, &ECDSA_P256_SHA384_ASN1, &ECDSA_P256_SHA512_ASN1],
    );
    check_curve(
        "p384",
        &sig::ECDSA_P384_SHA384_ASN1_SIGNING,
        [&ECDSA_P384_SHA256_ASN1, &ECDSA_P384_SHA384_ASN1, &ECDSA_P384_SHA512_ASN1],
    );
    check_curve(
        "p521",
        &sig::ECDSA_P521_SHA512_ASN1_SIGNING,
        [&ECDSA_P521_SHA256_ASN1, &ECDSA_P521_SHA384_ASN1, &ECDSA_P521_SHA512_ASN1],
    );
}

fn check_curve(
    name: &str,
    kind: &'static EcdsaSigningAlgorithm,
    rules: [&'static dyn VerificationAlgorithm; 3],
) {
    let pair = EcdsaKeyPair::from_pkcs8(kind, der(name).secret_der()).unwrap();
    for (scheme, rule) in ECDSA.into_iter().zip(rules) {
        let signature = sign(name, scheme).unwrap();
        UnparsedPublicKey::new(rule, pair.public_key()).verify(MESSAGE, &signature).unwrap();
    }
}

#[test]
fn p224_signs_with_every_hash() {
    use rsa::sha2::Digest;
    let secret = p224::SecretKey::from_pkcs8_der(der("p224").secret_der()).unwrap();
    let key = p224::ecdsa::VerifyingKey::from(secret.public_key());
    let hashes = [
        Sha256::digest(MESSAGE).to_vec(),
        Sha384::digest(MESSAGE).to_vec(),
        Sha512::digest(MESSAGE).to_vec(),
    ];
    for (scheme, hash) in ECDSA.into_iter().zip(hashes) {
        let signature = p224::ecdsa::DerSignature::try_from(&sign("p224", scheme).unwrap()[..]).unwrap();
        let signature = p224::ecdsa::Signature::try_from(signature).unwrap();
        key.verify_prehash(&hash, &signature).unwrap();
    }
}

#[test]
fn rsa_of_every_size_signs_by_every_scheme_it_has_room_for() {
    for name in ["rsa1024", "rsa1024e3", "rsa1025", "rsa1030", "rsa1536", "rsa2047", "rsa2048"] {
        let public = rsa::PrivateKey::from_pkcs8_der(der(name).secret_der()).unwrap().to_public_key();
        let check = |scheme, holds: &dyn Fn(&[u8]) -> bool| match sign(name, scheme) {
            Some(signature) => assert!(holds(&signature), "{name} {scheme:?}"),
            None => assert!(scheme == SignatureScheme::RSA_PSS_SHA512 && name.starts_with("rsa10"), "{name}"),
        };
        check(SignatureScheme::RSA_PSS_SHA256, &|s| public.pss_verify::<Sha256>(MESSAGE, s).is_ok());
        check(SignatureScheme::RSA_PSS_SHA384, &|s| public.pss_verify::<Sha384>(MESSAGE, s).is_ok());
        check(SignatureScheme::RSA_PSS_SHA512, &|s| public.pss_verify::<Sha512>(MESSAGE, s).is_ok());
        check(SignatureScheme::RSA_PKCS1_SHA256, &|s| public.pkcs1v15_verify::<Sha256>(MESSAGE, s).is_ok());
        check(SignatureScheme::RSA_PKCS1_SHA384, &|s| public.pkcs1v15_verify::<Sha384>(MESSAGE, s).is_ok());
        check(SignatureScheme::RSA_PKCS1_SHA512, &|s| public.pkcs1v15_verify::<Sha512>(MESSAGE, s).is_ok());
    }
}

/// In TLS 1.2.
fn sign(name: &str, scheme: SignatureScheme) -> Option<Vec<u8>> {
    let signer = load(name).choose_scheme(&[scheme, SignatureScheme::RSA_PKCS1_SHA1])?;
    assert_eq!(signer.scheme(), scheme);
    Some(signer.sign(MESSAGE).unwrap())
}

fn load(name: &str) -> Arc<dyn SigningKey> {
    signing_key(&der(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn der(name: &str) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_file(format!("{}/tests/go_offer/keys/{name}.pem", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
}
