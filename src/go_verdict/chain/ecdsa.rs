//! ECDSA signatures: each of Go's four curves with each hash.

use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, UnparsedPublicKey};
use p224::ecdsa::signature::hazmat::PrehashVerifier;
use p224::ecdsa::{DerSignature, VerifyingKey};

use crate::go_verdict::certificate::Curve;
use crate::go_verdict::chain::hash::Hash;
use crate::go_verdict::der::strict::{Reader, is_positive};
use crate::go_verdict::der::tag;

/// Whether the key has signed the bytes (`ecdsa.VerifyASN1`). `point` is uncompressed.
pub fn is_signed(curve: Curve, point: &[u8], hash: Hash, signed: &[u8], signature: &[u8]) -> bool {
    let is_signed = || match algorithm(curve, hash) {
        Some(algorithm) => UnparsedPublicKey::new(algorithm, point).verify(signed, signature).is_ok(),
        None => is_signed_on_p224(point, &hash.of(signed), signature) == Some(true),
    };
    is_well_formed(signature) == Some(true) && is_signed()
}

fn is_signed_on_p224(point: &[u8], digest: &[u8], signature: &[u8]) -> Option<bool> {
    let key = VerifyingKey::from_sec1_bytes(point).ok()?;
    let signature = DerSignature::from_bytes(signature).ok()?.try_into().ok()?;
    Some(PrehashVerifier::<p224::ecdsa::Signature>::verify_prehash(&key, digest, &signature).is_ok())
}

/// The library of TLS has all but P-224.
const fn algorithm(curve: Curve, hash: Hash) -> Option<&'static EcdsaVerificationAlgorithm> {
    Some(match (curve, hash) {
        (Curve::P224, _) => return None,
        (Curve::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Hash::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Hash::Sha512) => &signature::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Hash::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Hash::Sha512) => &signature::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, Hash::Sha256) => &signature::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Hash::Sha384) => &signature::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Hash::Sha512) => &signature::ECDSA_P521_SHA512_ASN1,
    })
}

/// Whether these are two numbers above zero and nothing else (`parseSignature`). The libraries are less strict.
fn is_well_formed(signature: &[u8]) -> Option<bool> {
    let mut whole = Reader::new(signature);
    let mut numbers = whole.enter(tag::SEQUENCE)?;
    let [r, s] = [numbers.integer()?, numbers.integer()?];
    Some(whole.is_empty() && numbers.is_empty() && is_positive(r) && is_positive(s))
}
