//! Decrypts private keys: PKCS#8 with PBES2 (RFC 8018, section 6.2), and the older format of OpenSSL with the
//! header `DEK-Info` (RFC 1421, section 4.6.1.3).

use aes::{Aes128, Aes192, Aes256};
use cbc::{
    Decryptor,
    cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit, block_padding::Pkcs7},
};
use des::{Des, TdesEde3};
use md5::{Digest, Md5};
use pkcs8::{
    EncryptedPrivateKeyInfoRef, Error,
    pkcs5::{self, pbes2::Kdf},
};
use rustls_pki_types::PrivatePkcs8KeyDer;

use super::error::KeyError;

const PKCS1: &str = "PKCS#1";
const PKCS8: &str = "PKCS#8";

/// The prefix of the object identifiers of PKCS#12 schemes, with which some tools encrypt PKCS#8 keys (RFC 7292,
/// appendix C).
const PKCS12_OIDS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];

/// Decrypts an `ENCRYPTED PRIVATE KEY`.
pub(super) fn pkcs8(der: &[u8], password: &str) -> Result<PrivatePkcs8KeyDer<'static>, KeyError> {
    let unsupported = |scheme: &str| KeyError::Unsupported { scheme: scheme.to_owned() };
    let info = match EncryptedPrivateKeyInfoRef::try_from(der) {
        Ok(info) => info,
        Err(_) if der.windows(PKCS12_OIDS.len()).any(|window| window == PKCS12_OIDS) => {
            return Err(unsupported(
                "a scheme of PKCS#12; use PBES2, as openssl pkcs8 -topk8 -v2 aes256 does",
            ));
        }
        Err(_) => return Err(KeyError::Damaged),
    };
    if matches!(info.encryption_algorithm, pkcs5::EncryptionScheme::Pbes1(_)) {
        return Err(unsupported(
            "PBES1, such as pbeWithMD5AndDES-CBC; use PBES2, as openssl pkcs8 -topk8 -v2 aes256 does",
        ));
    }
    if password.is_empty() {
        return Err(KeyError::PasswordMissing { form: PKCS8 });
    }
    if let Some(cost) = excessive_cost(&info.encryption_algorithm) {
        return Err(unsupported(&cost));
    }
    match info.decrypt(password) {
        Ok(key) => Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec())),
        // With a wrong password the padding is sometimes valid, but the result is not a key.
        Err(
            Error::EncryptedPrivateKey(pkcs5::Error::DecryptFailed) | Error::Asn1(_) | Error::KeyMalformed(_),
        ) => Err(KeyError::PasswordWrong { form: PKCS8 }),
        Err(error) => Err(unsupported(&error.to_string())),
    }
}

/// The most rounds of PBKDF2, which take some seconds. RFC 8018, section 4.2, does not need more. The fuzz
/// targets open many keys, so their limits are lower.
const MOST_ROUNDS: u32 = if cfg!(fuzzing) { 1_000 } else { 10_000_000 };
/// The most memory of scrypt times its parallelization, in bytes: 2^30 for `N = 2^20, r = 8, p = 1`.
const MOST_MEMORY: u64 = if cfg!(fuzzing) { 1 << 17 } else { 1 << 30 };

/// A description of the key derivation, if it would take minutes or exhaust the memory: a password is tried while
/// it is typed.
fn excessive_cost(scheme: &pkcs5::EncryptionScheme) -> Option<String> {
    match &scheme.pbes2()?.kdf {
        Kdf::Pbkdf2(params) if params.iteration_count > MOST_ROUNDS => {
            Some(format!("PBKDF2 with {} rounds, more than {MOST_ROUNDS}", params.iteration_count))
        }
        Kdf::Scrypt(params) => {
            let (r, p) = (u64::from(params.block_size), u64::from(params.parallelization));
            let bytes = params.cost_parameter.saturating_mul(128).saturating_mul(r).saturating_mul(p.max(1));
            let (n, most) = (params.cost_parameter, MOST_MEMORY >> 20);
            (bytes > MOST_MEMORY)
                .then(|| format!("scrypt with N = {n}, r = {r} and p = {p}, over {most} MiB"))
        }
        _ => None,
    }
}

/// Decrypts the contents of a block. `info` is its header `DEK-Info`: the cipher, and the initialisation vector
/// in hex.
pub(super) fn traditional(info: &str, contents: &[u8], password: &str) -> Result<Vec<u8>, KeyError> {
    let (cipher, iv) = info.split_once(',').unwrap_or((info, ""));
    let open = match cipher.trim() {
        "DES-CBC" => decrypt::<Des>,
        "DES-EDE3-CBC" => decrypt::<TdesEde3>,
        "AES-128-CBC" => decrypt::<Aes128>,
        "AES-192-CBC" => decrypt::<Aes192>,
        "AES-256-CBC" => decrypt::<Aes256>,
        other => return Err(KeyError::Unsupported { scheme: other.to_owned() }),
    };
    let iv = from_hex(iv.trim()).ok_or(KeyError::Damaged)?;
    if iv.len() < SALT {
        return Err(KeyError::Damaged);
    }
    if password.is_empty() {
        return Err(KeyError::PasswordMissing { form: PKCS1 });
    }
    // The padding is valid for one wrong password in 256.
    open(password.as_bytes(), &iv, contents)
        .filter(|der| is_private_key(der))
        .ok_or(KeyError::PasswordWrong { form: PKCS1 })
}

/// The number of bytes of the initialisation vector that salt the key.
const SALT: usize = 8;

fn decrypt<C>(password: &[u8], iv: &[u8], contents: &[u8]) -> Option<Vec<u8>>
where
    C: BlockCipherDecrypt + KeyInit,
    Decryptor<C>: KeyIvInit + BlockModeDecrypt,
{
    let key = derive_key(password, &iv[..SALT], C::key_size());
    Decryptor::<C>::new_from_slices(&key, iv).ok()?.decrypt_padded_vec::<Pkcs7>(contents).ok()
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round.
fn derive_key(password: &[u8], salt: &[u8], size: usize) -> Vec<u8> {
    let mut key: Vec<u8> = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    while key.len() < size {
        last = Md5::new().chain_update(&last).chain_update(password).chain_update(salt).finalize().to_vec();
        key.extend_from_slice(&last);
    }
    key.truncate(size);
    key
}

/// Whether these bytes are one DER sequence that begins with the version of a private key, 0 or 1.
fn is_private_key(der: &[u8]) -> bool {
    let (header, length) = match der {
        [0x30, length @ 0..=0x7f, ..] => (2, usize::from(*length)),
        [0x30, 0x81, length, ..] => (3, usize::from(*length)),
        [0x30, 0x82, high, low, ..] => (4, usize::from(u16::from_be_bytes([*high, *low]))),
        _ => return false,
    };
    der.len() == header + length && matches!(der.get(header..header + 3), Some([2, 1, 0 | 1]))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok()).collect()
}
