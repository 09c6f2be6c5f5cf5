//! ECDSA signatures: each of Go's four curves with each hash.

use crate::go_verdict::certificate::Curve;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, UnparsedPublicKey};

use crate::go_verdict::chain::der::{self, Element};
use crate::go_verdict::chain::p224;
use crate::go_verdict::chain::signature::Hash;

/// Whether the key has signed the bytes (`ecdsa.VerifyASN1`). `point` is uncompressed.
pub(crate) fn is_signed(curve: Curve, point: &[u8], hash: Hash, signed: &[u8], signature: &[u8]) -> bool {
    let Some(numbers) = numbers(signature) else {
        return false;
    };
    match algorithm(curve, hash) {
        Some(algorithm) => UnparsedPublicKey::new(algorithm, point).verify(signed, signature).is_ok(),
        None => p224::is_signed(point, &hash.of(signed), numbers),
    }
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

/// The two numbers of a signature, without leading zeros; nothing may follow them (`parseSignature`).
fn numbers(signature: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEQUENCE: u8 = 0x30;
    let (Element { tag: SEQUENCE, content }, []) = der::read(signature)? else {
        return None;
    };
    let (r, rest) = der::read(content)?;
    let (s, []) = der::read(rest)? else {
        return None;
    };
    Some((positive(r)?, positive(s)?))
}

/// An INTEGER that is not negative and as short as it can be (`cryptobyte.String.ReadASN1Integer`).
fn positive(element: Element<'_>) -> Option<&[u8]> {
    const INTEGER: u8 = 0x02;
    match (element.tag, element.content) {
        (INTEGER, [0, rest @ ..]) if rest.first().is_none_or(|next| next & 0x80 != 0) => Some(rest),
        (INTEGER, number @ [first, ..]) if (1..0x80).contains(first) => Some(number),
        _ => None,
    }
}
