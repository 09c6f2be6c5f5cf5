//! Decrypts whole blocks in CBC mode and leaves the padding, as `crypto/cipher` does.

use aes::{Aes128, Aes192, Aes256};
use cbc::{
    Decryptor,
    cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit, block_padding::NoPadding},
};
use des::{Des, TdesEde3};

/// The ciphers that a key may be encrypted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    Des,
    TripleDes,
    Aes128,
    Aes192,
    Aes256,
}

/// Why `crypto/cipher` panics where its callers did not check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    Vector,
    Blocks,
}

impl Cipher {
    pub fn key_size(self) -> usize {
        match self {
            Self::Des => 8,
            Self::Aes128 => 16,
            Self::TripleDes | Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    pub fn block_size(self) -> usize {
        match self {
            Self::Des | Self::TripleDes => 8,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
        }
    }

    /// The plain text with its padding. The key must have `key_size` bytes.
    ///
    /// # Errors
    ///
    /// The vector is not one block, or the text not whole blocks.
    pub fn decrypt(self, key: &[u8], vector: &[u8], text: &[u8]) -> Result<Vec<u8>, Unfit> {
        match self {
            Self::Des => blocks::<Des>(key, vector, text),
            Self::TripleDes => blocks::<TdesEde3>(key, vector, text),
            Self::Aes128 => blocks::<Aes128>(key, vector, text),
            Self::Aes192 => blocks::<Aes192>(key, vector, text),
            Self::Aes256 => blocks::<Aes256>(key, vector, text),
        }
    }
}

fn blocks<C: BlockCipherDecrypt + KeyInit>(key: &[u8], vector: &[u8], text: &[u8]) -> Result<Vec<u8>, Unfit>
where
    Decryptor<C>: KeyIvInit + BlockModeDecrypt,
{
    let decryptor = Decryptor::<C>::new_from_slices(key, vector).map_err(|_| Unfit::Vector)?;
    decryptor.decrypt_padded_vec::<NoPadding>(text).map_err(|_| Unfit::Blocks)
}
