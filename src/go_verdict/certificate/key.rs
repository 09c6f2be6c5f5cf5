//! The public key of a certificate (`crypto/x509/parser.go`, `parsePublicKey`).

use crate::go_verdict::certificate::algorithm::Identifier;
use crate::go_verdict::certificate::curve;
use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::parsed::{Curve, PublicKey};
use crate::go_verdict::der::{
    oid,
    strict::{Reader, is_positive},
    tag,
};

/// The key in a `SubjectPublicKeyInfo`, given with its head. `None` is a kind that Go does not know in a certificate; X25519
/// is one of those.
pub fn parse(whole: &[u8]) -> Result<Option<PublicKey>, ParseError> {
    let mut info = Reader::new(whole).enter(tag::SEQUENCE).ok_or(ParseError::PublicKeyInfo)?;
    let algorithm = Identifier::parse(info.enter(tag::SEQUENCE).ok_or(ParseError::KeyAlgorithm)?)?;
    let bits = info.bit_string().ok_or(ParseError::PublicKey)?.right_aligned();
    match algorithm.oid {
        oid::KEY_RSA => rsa(algorithm.parameters, &bits).map(Some),
        oid::KEY_DSA => dsa(algorithm.parameters, &bits).map(Some),
        oid::KEY_ECDSA => ecdsa(algorithm.parameters, bits).map(Some),
        oid::ED25519 => ed25519(algorithm.parameters, &bits).map(Some),
        _ => Ok(None),
    }
}

fn rsa(parameters: &[u8], bits: &[u8]) -> Result<PublicKey, ParseError> {
    if parameters != tag::WHOLE_NULL {
        return Err(ParseError::RsaWithoutNull);
    }
    let mut key = Reader::new(bits).enter(tag::SEQUENCE).ok_or(ParseError::RsaKey)?;
    let modulus = key.integer().ok_or(ParseError::RsaModulus)?;
    let exponent = key.int64().ok_or(ParseError::RsaExponent)?;
    if !is_positive(modulus) {
        return Err(ParseError::RsaModulusNotPositive);
    }
    let exponent = u64::try_from(exponent).ok().filter(|&exponent| exponent > 0);
    let exponent = exponent.ok_or(ParseError::RsaExponentNotPositive)?;
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(modulus);
    Ok(PublicKey::Rsa { modulus: modulus.to_vec(), exponent, bits: bit_length(modulus) })
}

/// The length of a number without zeros in front (`big.Int`, `BitLen`).
fn bit_length(number: &[u8]) -> u32 {
    let zeros = number.first().map_or(0, |first| first.leading_zeros());
    let whole = u32::try_from(number.len()).unwrap_or(u32::MAX).saturating_mul(8);
    whole.saturating_sub(zeros)
}

fn ecdsa(parameters: &[u8], point: Vec<u8>) -> Result<PublicKey, ParseError> {
    let named = Reader::new(parameters).oid().ok_or(ParseError::EcdsaParameters)?;
    let curve = Curve::of(named).ok_or(ParseError::UnsupportedCurve)?;
    curve::check_point(curve, &point)?;
    Ok(PublicKey::Ecdsa { curve, point })
}

fn ed25519(parameters: &[u8], bits: &[u8]) -> Result<PublicKey, ParseError> {
    if !parameters.is_empty() {
        return Err(ParseError::Ed25519Parameters);
    }
    let key = <[u8; 32]>::try_from(bits).map_err(|_| ParseError::Ed25519Size)?;
    Ok(PublicKey::Ed25519(key))
}

fn dsa(parameters: &[u8], bits: &[u8]) -> Result<PublicKey, ParseError> {
    let y = Reader::new(bits).integer().ok_or(ParseError::DsaKey)?;
    let [p, q, g] = dsa_domain(parameters).ok_or(ParseError::DsaParameters)?;
    if [y, p, q, g].into_iter().all(is_positive) {
        Ok(PublicKey::Dsa)
    } else {
        Err(ParseError::DsaNotPositive)
    }
}

fn dsa_domain(parameters: &[u8]) -> Option<[&[u8]; 3]> {
    let mut domain = Reader::new(parameters).enter(tag::SEQUENCE)?;
    Some([domain.integer()?, domain.integer()?, domain.integer()?])
}
