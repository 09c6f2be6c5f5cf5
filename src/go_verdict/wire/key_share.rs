//! Is a server's public key one that Go can agree with (`crypto/ecdh`, `crypto/tls/key_schedule.go`)?

use aws_lc_rs::agreement::{
    self, Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey, UnparsedPublicKey, X25519,
};

use crate::go_verdict::code::group;

/// Lengths of ML-KEM's ciphertexts (`crypto/mlkem`).
const CIPHERTEXT_768: usize = 1088;
const CIPHERTEXT_1024: usize = 1568;

/// Uncompressed points of P-256 and P-384.
const POINT_256: usize = 65;
const POINT_384: usize = 97;

/// Can Go make a secret of this share of TLS 1.3 (`clientSharedSecret`)? A ciphertext of ML-KEM counts by its length alone.
pub fn is_valid(group: u16, share: &[u8]) -> bool {
    let half = match group {
        group::X25519_MLKEM768 => {
            share.split_at_checked(CIPHERTEXT_768).map(|(_, point)| (group::X25519, point))
        }
        group::SECP256R1_MLKEM768 => {
            elliptic_half(share, POINT_256, CIPHERTEXT_768).map(|half| (group::P256, half))
        }
        group::SECP384R1_MLKEM1024 => {
            elliptic_half(share, POINT_384, CIPHERTEXT_1024).map(|half| (group::P384, half))
        }
        _ => Some((group, share)),
    };
    half.is_some_and(|(curve, point)| is_point(curve, point))
}

fn elliptic_half(share: &[u8], point: usize, ciphertext: usize) -> Option<&[u8]> {
    let (half, rest) = share.split_at_checked(point)?;
    (rest.len() == ciphertext).then_some(half)
}

/// Is it a point of the curve, uncompressed, and of no small order?
pub fn is_point(curve: u16, point: &[u8]) -> bool {
    const UNCOMPRESSED: u8 = 4;
    let is_uncompressed = point.first() == Some(&UNCOMPRESSED);
    match curve {
        group::X25519 => point.len() == 32 && agrees(&X25519, 32, point),
        group::P256 => is_uncompressed && point.len() == POINT_256 && agrees(&ECDH_P256, 32, point),
        group::P384 => is_uncompressed && point.len() == POINT_384 && agrees(&ECDH_P384, 48, point),
        group::P521 => is_uncompressed && point.len() == 133 && agrees(&ECDH_P521, 66, point),
        _ => false,
    }
}

/// Any private key finds out the same: this one is no secret and keeps nothing.
fn agrees(algorithm: &'static Algorithm, key_length: usize, point: &[u8]) -> bool {
    let key = [1; 66];
    let Some(Ok(private)) = key.get(..key_length).map(|key| PrivateKey::from_private_key(algorithm, key))
    else {
        return false;
    };
    agreement::agree(&private, UnparsedPublicKey::new(algorithm, point), (), |_| Ok(())).is_ok()
}
