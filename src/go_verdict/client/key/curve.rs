//! The public point of a private scalar, for the four curves that Go reads.

use aws_lc_rs::agreement::{Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey};
use p224::elliptic_curve::sec1::ToSec1Point;

use crate::go_verdict::certificate::Curve;

/// The public point in the uncompressed form of SEC 1; `None` if the scalar, of the curve's whole width, is zero or not
/// below the order (`ecdsa.ParseRawPrivateKey`).
pub fn public_point(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
    let by_library = |algorithm: &'static Algorithm| {
        let key = PrivateKey::from_private_key(algorithm, scalar).ok()?;
        Some(key.compute_public_key().ok()?.as_ref().to_vec())
    };
    match curve {
        Curve::P224 => {
            let key = p224::SecretKey::from_slice(scalar).ok()?;
            Some(key.public_key().to_sec1_point(false).as_bytes().to_vec())
        }
        Curve::P256 => by_library(&ECDH_P256),
        Curve::P384 => by_library(&ECDH_P384),
        Curve::P521 => by_library(&ECDH_P521),
    }
}
