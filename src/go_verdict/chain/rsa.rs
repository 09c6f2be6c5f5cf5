//! RSA signatures, with keys of every size.
//!
//! The libraries at hand bound the size of a key or want it to be a multiple of something; Go takes 1024 bits and more,
//! as they come. A public operation holds no secret, so plain arithmetic on large numbers serves. Its cost is that of a
//! few dozen multiplications, as the exponent has at most 31 bits.

use num_bigint::BigUint;

use crate::go_verdict::chain::hash::Hash;

/// What `crypto/rsa` says (`VerifyPKCS1v15`, `VerifyPSS`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RsaError {
    #[error(
        "crypto/rsa: {bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)"
    )]
    ShortKey { bits: u32 },
    #[error("crypto/rsa: public modulus is even")]
    EvenModulus,
    #[error("crypto/rsa: public exponent too small or negative")]
    SmallExponent,
    #[error("crypto/rsa: public exponent is even")]
    EvenExponent,
    #[error("crypto/rsa: public exponent too large")]
    LargeExponent,
    #[error("crypto/rsa: verification error")]
    Verification,
}

/// A public key; the modulus is big-endian without leading zeros.
pub struct Key<'a> {
    pub modulus: &'a [u8],
    pub exponent: u64,
    pub bits: u32,
}

/// How the hash is padded to the length of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// RFC 8017, section 9.2.
    Pkcs1,
    /// RFC 8017, section 9.1; the salt is as long as the hash.
    Pss,
}

const FEWEST_BITS: u32 = 1024;
const LARGEST_EXPONENT: u64 = (1 << 31) - 1;

/// Whether the key has signed the bytes.
pub fn verify(
    key: &Key,
    padding: Padding,
    hash: Hash,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), RsaError> {
    check_key(key)?;
    let padded = opened(key, signature).ok_or(RsaError::Verification)?;
    let digest = hash.of(signed);
    let is_signed = match padding {
        Padding::Pkcs1 => Some(padded) == pkcs1(key.modulus.len(), hash, &digest),
        Padding::Pss => is_pss(&padded, key.bits, hash, &digest) == Some(true),
    };
    if is_signed { Ok(()) } else { Err(RsaError::Verification) }
}

/// `checkPublicKeySize` and `checkPublicKey`.
fn check_key(key: &Key) -> Result<(), RsaError> {
    match key {
        Key { bits, .. } if *bits < FEWEST_BITS => Err(RsaError::ShortKey { bits: *bits }),
        Key { modulus, .. } if modulus.last().is_none_or(|last| last % 2 == 0) => Err(RsaError::EvenModulus),
        Key { exponent: 0 | 1, .. } => Err(RsaError::SmallExponent),
        Key { exponent, .. } if exponent % 2 == 0 => Err(RsaError::EvenExponent),
        Key { exponent, .. } if *exponent > LARGEST_EXPONENT => Err(RsaError::LargeExponent),
        _ => Ok(()),
    }
}

/// The padded hash in a signature, as long as the key.
fn opened(key: &Key, signature: &[u8]) -> Option<Vec<u8>> {
    let (modulus, number) = (BigUint::from_bytes_be(key.modulus), BigUint::from_bytes_be(signature));
    if signature.len() != key.modulus.len() || number >= modulus {
        return None;
    }
    let bytes = number.modpow(&BigUint::from(key.exponent), &modulus).to_bytes_be();
    let mut padded = vec![0; key.modulus.len().checked_sub(bytes.len())?];
    padded.extend(bytes);
    Some(padded)
}

/// `00 01 ff … ff 00`, the name of the hash, and the hash (`pkcs1v15ConstructEM`).
fn pkcs1(length: usize, hash: Hash, digest: &[u8]) -> Option<Vec<u8>> {
    let name = hash_name(hash);
    let ones = length.checked_sub(name.len())?.checked_sub(digest.len())?.checked_sub(3)?;
    let mut padded = vec![0, 1];
    padded.resize(ones.checked_add(2)?, 0xff);
    padded.push(0);
    padded.extend(name);
    padded.extend(digest);
    Some(padded)
}

const fn hash_name(hash: Hash) -> [u8; 19] {
    let (number, length) = match hash {
        Hash::Sha256 => (1, 32),
        Hash::Sha384 => (2, 48),
        Hash::Sha512 => (3, 64),
    };
    let whole = 17 + length;
    [0x30, whole, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, number, 5, 0, 4, length]
}

/// Whether the bytes are the hash as PSS pads it (`emsaPSSVerify`); `None` if they are too short for it.
fn is_pss(padded: &[u8], bits: u32, hash: Hash, digest: &[u8]) -> Option<bool> {
    let bits = usize::try_from(bits).ok()?.checked_sub(1)?;
    // One byte less than the modulus has if that has one bit more than a multiple of eight.
    let (surplus, encoded) = padded.split_at_checked(padded.len().checked_sub(bits.div_ceil(8))?)?;
    let (&end, rest) = encoded.split_last()?;
    let (masked, proof) = rest.split_at_checked(rest.len().checked_sub(hash.length())?)?;
    let zeros = masked.len().checked_sub(hash.length())?.checked_sub(1)?;
    let top_mask = 0xff_u8 >> (bits.div_ceil(8) * 8 - bits);
    if surplus.iter().any(|&byte| byte != 0) || end != 0xbc || masked.first()? & !top_mask != 0 {
        return Some(false);
    }
    let mut block: Vec<u8> =
        masked.iter().zip(mask(proof, hash, masked.len())).map(|(byte, mask)| byte ^ mask).collect();
    *block.first_mut()? &= top_mask;
    let (padding, salt) = block.split_at_checked(zeros.checked_add(1)?)?;
    let (&one, zeros) = padding.split_last()?;
    let proven = hash.of(&[&[0; 8], digest, salt].concat());
    Some(one == 1 && zeros.iter().all(|&byte| byte == 0) && proven == proof)
}

/// MGF1 (RFC 8017, section B.2.1).
fn mask(seed: &[u8], hash: Hash, length: usize) -> impl Iterator<Item = u8> {
    (0u32..).flat_map(move |counter| hash.of(&[seed, &counter.to_be_bytes()].concat())).take(length)
}
