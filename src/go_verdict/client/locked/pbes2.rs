//! PKCS #8 under a password (`github.com/youmark/pkcs8`, `ParsePKCS8PrivateKeyRSA`).

use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::Sha256;

use crate::go_verdict::client::{
    error::{Cost, Doubt, EntryError, Panic, Pkcs8Error},
    key::{KeyFault, Pkcs8Key, PrivateKey, RsaKey, pkcs8},
    locked::cbc::{Cipher, Unfit},
};
use crate::go_verdict::der::{
    lax::{Algorithm, Malformed, Members},
    oid,
};

/// Rounds of HMAC that are tried at most; OpenSSL writes 2048, and those who are careful some 600 000.
const MAX_ROUNDS: i64 = 4_000_000;

/// N · r · p that is tried at most, of blocks of 128 bytes: 256 MiB, as N=262144 with r=8. OpenSSL writes N=16384, r=8, p=1.
const MAX_SCRYPT_BLOCKS: i64 = 1 << 21;

/// How a password becomes a key.
enum Derivation<'a> {
    Pbkdf2 { salt: &'a [u8], iterations: i64, hash: Hash, is_hash_unseen: bool },
    Scrypt { salt: &'a [u8], n: i64, r: i64, p: i64 },
}

enum Hash {
    Sha1,
    Sha256,
    /// Dotted.
    Other(String),
}

/// Opens `EncryptedPrivateKeyInfo`, and wants an RSA key in it.
///
/// # Errors
///
/// The words of the engine, its panics, and [`EntryError::TooCostly`].
pub fn open(der: &[u8], password: &[u8]) -> Result<RsaKey, EntryError> {
    let (scheme, text) = envelope(der).map_err(|Malformed| Pkcs8Error::Malformed)?;
    if scheme.oid != oid::PBES2 {
        return Err(Pkcs8Error::Scheme(oid::dotted(scheme.oid)).into());
    }
    let (derivation, encryption) =
        two_algorithms(scheme.parameters).map_err(|Malformed| Pkcs8Error::Parameters)?;
    let cipher = cipher(&encryption)?;
    let vector = Members::new(encryption.parameters).octets();
    let vector = vector.map_err(|Malformed| Pkcs8Error::CipherParameters)?;
    let derivation = Derivation::read(&derivation)?;
    let key = derivation.stretch(password, cipher.key_size())?;
    let plain = cipher.decrypt(&key, vector, text).map_err(|unfit| match unfit {
        Unfit::Vector => EntryError::Panic(Panic::VectorSize),
        Unfit::Blocks => EntryError::Panic(Panic::NotFullBlocks),
    })?;
    match pkcs8(&plain) {
        Ok(Pkcs8Key::Signs(PrivateKey::Rsa(key))) => Ok(key),
        Ok(other) => Err(Pkcs8Error::NotRsa(other.kind()).into()),
        Err(fault) => Err(Pkcs8Error::Password(derivation.doubt(fault, &plain, cipher)).into()),
    }
}

fn envelope(der: &[u8]) -> Result<(Algorithm<'_>, &[u8]), Malformed> {
    let mut members = Members::new(der).sequence()?;
    Ok((members.algorithm()?, members.octets()?))
}

fn two_algorithms(parameters: &[u8]) -> Result<(Algorithm<'_>, Algorithm<'_>), Malformed> {
    let mut members = Members::new(parameters).sequence()?;
    Ok((members.algorithm()?, members.algorithm()?))
}

/// The GCM ciphers of the library are CBC under another number.
fn cipher(encryption: &Algorithm<'_>) -> Result<Cipher, Pkcs8Error> {
    match encryption.oid.strip_prefix(&oid::AES) {
        Some([2 | 6]) => Ok(Cipher::Aes128),
        Some([22 | 26]) => Ok(Cipher::Aes192),
        Some([42 | 46]) => Ok(Cipher::Aes256),
        None if encryption.oid == oid::TRIPLE_DES => Ok(Cipher::TripleDes),
        _ => Err(Pkcs8Error::Cipher(oid::dotted(encryption.oid))),
    }
}

impl<'a> Derivation<'a> {
    fn read(derivation: &Algorithm<'a>) -> Result<Self, Pkcs8Error> {
        let parameters = Members::new(derivation.parameters);
        let read = match derivation.oid {
            oid::PBKDF2 => Self::pbkdf2(parameters),
            oid::SCRYPT => Self::scrypt(parameters),
            _ => return Err(Pkcs8Error::Derivation(oid::dotted(derivation.oid))),
        };
        read.map_err(|Malformed| Pkcs8Error::DerivationParameters)
    }

    fn pbkdf2(mut parameters: Members<'a>) -> Result<Self, Malformed> {
        let mut members = parameters.sequence()?;
        let (salt, iterations) = (members.octets()?, members.small_integer()?);
        let hash = members.optional_algorithm()?;
        let is_hash_unseen = hash.is_none() && !members.rest().is_empty();
        let hash = match hash.map(|hash| hash.oid) {
            None | Some(oid::HMAC_SHA1) => Hash::Sha1,
            Some(oid::HMAC_SHA256) => Hash::Sha256,
            Some(other) => Hash::Other(oid::dotted(other)),
        };
        Ok(Self::Pbkdf2 { salt, iterations, hash, is_hash_unseen })
    }

    fn scrypt(mut parameters: Members<'a>) -> Result<Self, Malformed> {
        let mut members = parameters.sequence()?;
        let salt = members.octets()?;
        Ok(Self::Scrypt {
            salt,
            n: members.small_integer()?,
            r: members.small_integer()?,
            p: members.small_integer()?,
        })
    }

    fn stretch(&self, password: &[u8], size: usize) -> Result<Vec<u8>, EntryError> {
        let mut key = vec![0; size];
        match self {
            Self::Pbkdf2 { hash: Hash::Other(oid), .. } => return Err(Pkcs8Error::Hash(oid.clone()).into()),
            Self::Pbkdf2 { salt, iterations, hash, .. } => {
                let blocks = if matches!(hash, Hash::Sha1) && size > 20 { 2 } else { 1 };
                let rounds = u32::try_from((*iterations).max(1)).ok();
                let rounds = rounds.filter(|rounds| i64::from(*rounds) <= MAX_ROUNDS / blocks);
                let rounds = rounds.ok_or(EntryError::TooCostly(Cost::Pbkdf2 { iterations: *iterations }))?;
                match hash {
                    Hash::Sha256 => pbkdf2_hmac::<Sha256>(password, salt, rounds, &mut key),
                    _ => pbkdf2_hmac::<Sha1>(password, salt, rounds, &mut key),
                }
            }
            &Self::Scrypt { salt, n, r, p } => stretch_by_scrypt(password, salt, [n, r, p], &mut key)?,
        }
        Ok(key)
    }

    /// Whether the password was wrong, or the key is one that Go does not read.
    fn doubt(&self, fault: KeyFault, plain: &[u8], cipher: Cipher) -> Doubt {
        let padding = plain.last().copied().unwrap_or_default();
        let is_padded = (1..=cipher.block_size()).contains(&usize::from(padding))
            && plain.iter().rev().take(usize::from(padding)).all(|byte| *byte == padding);
        match self {
            _ if is_padded && fault != KeyFault::Malformed => Doubt::Key(fault),
            Self::Pbkdf2 { is_hash_unseen: true, .. } => Doubt::HashUnseen,
            _ => Doubt::Password,
        }
    }
}

/// `scrypt.Key` of `golang.org/x/crypto`, and its order of checks.
fn stretch_by_scrypt(
    password: &[u8],
    salt: &[u8],
    [n, r, p]: [i64; 3],
    key: &mut [u8],
) -> Result<(), EntryError> {
    if n <= 1 || n & (n - 1) != 0 {
        return Err(Pkcs8Error::ScryptCost.into());
    }
    if r <= 0 || p <= 0 {
        return Err(Pkcs8Error::ScryptNotPositive.into());
    }
    let is_product_too_large = r.unsigned_abs().wrapping_mul(p.unsigned_abs()) >= 1 << 30;
    if is_product_too_large || r > i64::MAX / 128 / p || r > i64::MAX / 256 || n > i64::MAX / 128 / r {
        return Err(Pkcs8Error::ScryptTooLarge.into());
    }
    let costly = || EntryError::TooCostly(Cost::Scrypt { n, r, p });
    let blocks = n.checked_mul(r).and_then(|blocks| blocks.checked_mul(p)).ok_or_else(costly)?;
    if blocks > MAX_SCRYPT_BLOCKS {
        return Err(costly());
    }
    let log_n = u8::try_from(n.trailing_zeros()).map_err(|_| costly())?;
    let [r, p] = [r, p].map(u32::try_from);
    let parameters = scrypt::Params::new(log_n, r.map_err(|_| costly())?, p.map_err(|_| costly())?);
    scrypt::scrypt(password, salt, &parameters.map_err(|_| costly())?, key).map_err(|_| costly())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `EncryptedPrivateKeyInfo` with AES-128-CBC, the parameters of the derivation given as DER.
    fn locked(derivation: &[u8]) -> Vec<u8> {
        let sequence = |parts: &[&[u8]]| {
            let contents = parts.concat();
            [&[0x30, u8::try_from(contents.len()).unwrap_or_default()], contents.as_slice()].concat()
        };
        let cipher: &[u8] = b"\x30\x1d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x02\x04\x10................";
        let scheme: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
        let algorithm = sequence(&[scheme, &sequence(&[derivation, cipher])]);
        sequence(&[&algorithm, b"\x04\x10................"])
    }

    #[test]
    fn more_rounds_than_are_reasonable_are_not_tried() {
        let derivation = b"\x30\x19\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c\x30\x0c\x04\x04salt\x02\x04\x7f\xff\xff\xff";
        let verdict = open(&locked(derivation), b"secret");
        assert_eq!(verdict, Err(EntryError::TooCostly(Cost::Pbkdf2 { iterations: 0x7fff_ffff })));
    }

    #[test]
    fn more_memory_than_is_reasonable_is_not_taken() {
        let derivation = b"\x30\x1f\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x04\x0b\x30\x12\x04\x04salt\x02\x04\x40\x00\x00\x00\x02\x01\x08\x02\x01\x01";
        let verdict = open(&locked(derivation), b"secret");
        assert_eq!(verdict, Err(EntryError::TooCostly(Cost::Scrypt { n: 1 << 30, r: 8, p: 1 })));
    }
}
