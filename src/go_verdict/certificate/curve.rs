//! Is a point on its curve? Go 1.26 refuses a certificate whose point is not (`crypto/ecdsa`,
//! `ParseUncompressedPublicKey`; `crypto/internal/fips140/nistec`).

use num_bigint::BigUint;

use crate::go_verdict::certificate::error::ParseError;
use crate::go_verdict::certificate::parsed::Curve;

/// The prime of the field and the `b` of `y² = x³ - 3x + b`, in hexadecimal digits (SEC 2).
struct Domain {
    prime: &'static [u8],
    b: &'static [u8],
}

const P224: Domain = Domain {
    prime: b"ffffffffffffffffffffffffffffffff000000000000000000000001",
    b: b"b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
};

const P256: Domain = Domain {
    prime: b"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    b: b"5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
};

const P384: Domain = Domain {
    prime:
        b"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    b: b"b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
};

const P521: Domain = Domain {
    prime: b"01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
ffffffffffffffffffffffffffff",
    b: b"0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df88\
3d2c34f1ef451fd46b503f00",
};

/// Refuses what is not an uncompressed point of this curve, in the words of Go.
pub fn check_point(curve: Curve, encoded: &[u8]) -> Result<(), ParseError> {
    let domain = match curve {
        Curve::P224 => P224,
        Curve::P256 => P256,
        Curve::P384 => P384,
        Curve::P521 => P521,
    };
    let Some((4, coordinates)) = encoded.split_first() else {
        return Err(ParseError::PointNotUncompressed);
    };
    let Some((x, y)) = coordinates.split_at_checked(curve.width()).filter(|(_, y)| y.len() == curve.width())
    else {
        return Err(ParseError::PointEncoding(curve));
    };
    let (x, y) = (BigUint::from_bytes_be(x), BigUint::from_bytes_be(y));
    let prime = constant(domain.prime);
    if x >= prime || y >= prime {
        return Err(ParseError::PointElement(curve));
    }
    // x³ - 3x + b, with the prime added three times so that nothing is below zero.
    let three = BigUint::from(3_u8);
    let right = (&x * &x * &x + &three * (&prime - &x) + constant(domain.b)) % &prime;
    let left = (&y * &y) % &prime;
    if left == right { Ok(()) } else { Err(ParseError::PointNotOnCurve(curve)) }
}

fn constant(digits: &[u8]) -> BigUint {
    BigUint::parse_bytes(digits, 16).unwrap_or_default()
}
