//! PEM blocks under a password after RFC 1423 (`crypto/x509/pem_decrypt.go`).

use md5::{Digest, Md5};

use crate::go_verdict::client::{
    error::LegacyError,
    locked::cbc::{Cipher, Unfit},
};

/// Decrypts the contents of a block by its `DEK-Info` (`DecryptPEMBlock`).
///
/// # Errors
///
/// The words of Go. A wrong password is only found by its padding: once in about 256 times garbage is returned.
pub fn decrypt(dek_info: &[u8], text: &[u8], password: &[u8]) -> Result<Vec<u8>, LegacyError> {
    let comma = dek_info.iter().position(|byte| *byte == b',').ok_or(LegacyError::MalformedHeader)?;
    let (mode, vector) = dek_info.split_at_checked(comma).ok_or(LegacyError::MalformedHeader)?;
    let cipher = match mode {
        b"DES-CBC" => Cipher::Des,
        b"DES-EDE3-CBC" => Cipher::TripleDes,
        b"AES-128-CBC" => Cipher::Aes128,
        b"AES-192-CBC" => Cipher::Aes192,
        b"AES-256-CBC" => Cipher::Aes256,
        _ => return Err(LegacyError::UnknownMode),
    };
    let vector = unhex(vector.get(1..).unwrap_or_default())?;
    if vector.len() != cipher.block_size() {
        return Err(LegacyError::VectorSize);
    }
    let key = key(password, vector.get(..8).unwrap_or_default(), cipher.key_size());
    let plain = cipher.decrypt(&key, &vector, text).map_err(|unfit| match unfit {
        Unfit::Vector => LegacyError::VectorSize,
        Unfit::Blocks => LegacyError::NotFullBlocks,
    })?;
    without_padding(plain, cipher.block_size())
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round (`deriveKey`).
fn key(password: &[u8], salt: &[u8], size: usize) -> Vec<u8> {
    let mut key = Vec::new();
    let mut digest = Vec::new();
    while key.len() < size {
        digest =
            Md5::new().chain_update(&digest).chain_update(password).chain_update(salt).finalize().to_vec();
        key.extend_from_slice(&digest);
    }
    key.truncate(size);
    key
}

fn without_padding(mut plain: Vec<u8>, block_size: usize) -> Result<Vec<u8>, LegacyError> {
    let Some(&last) = plain.last() else { return Err(LegacyError::Empty) };
    let padding = usize::from(last);
    let kept = plain.len().checked_sub(padding).ok_or(LegacyError::Password)?;
    let is_uniform = plain.get(kept..).is_some_and(|tail| tail.iter().all(|byte| *byte == last));
    if padding == 0 || padding > block_size || !is_uniform {
        return Err(LegacyError::Password);
    }
    plain.truncate(kept);
    Ok(plain)
}

/// `hex.DecodeString`: a wrong byte is told before an odd length.
fn unhex(text: &[u8]) -> Result<Vec<u8>, LegacyError> {
    let digit = |byte: u8| {
        let digit = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        digit.ok_or(LegacyError::NotHex(byte))
    };
    let digits = text.iter().map(|byte| digit(*byte)).collect::<Result<Vec<_>, _>>()?;
    let (pairs, odd) = digits.as_chunks::<2>();
    if odd.is_empty() {
        Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
    } else {
        Err(LegacyError::OddHex)
    }
}
