//! The public point of a private scalar, for the four curves that Go reads (`crypto/internal/fips140/nistec`).
//!
//! It is computed once, when a pipeline would start, from the user's own key, to compare it with the certificate. So it is
//! written to be read, not to run in constant time; nothing is signed with it.

use crate::go_verdict::certificate::Curve;
use num_bigint::BigUint;

struct Parameters {
    prime: BigUint,
    order: BigUint,
    generator: (BigUint, BigUint),
    /// Of a coordinate, in bytes.
    size: usize,
}

/// X, Y and Z with x = X/Z² and y = Y/Z³; Z is zero at infinity.
struct Point {
    x: BigUint,
    y: BigUint,
    z: BigUint,
}

/// The scalar at its full length, and the public point in the uncompressed form of SEC 1; `None` if the scalar is zero or
/// not below the order (`ecdsa.ParseRawPrivateKey`).
pub fn public_point(curve: Curve, scalar: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let parameters = parameters(curve)?;
    let number = BigUint::from_bytes_be(scalar);
    if number == BigUint::ZERO || number >= parameters.order {
        return None;
    }
    let mut sum = Point { x: one(), y: one(), z: BigUint::ZERO };
    for bit in (0..number.bits()).rev() {
        sum = double(&sum, &parameters.prime);
        if number.bit(bit) {
            sum = add_generator(&sum, &parameters);
        }
    }
    let prime = &parameters.prime;
    let inverse = sum.z.modpow(&(prime - 2u8), prime);
    let square = &inverse * &inverse % prime;
    let x = sum.x * &square % prime;
    let y = sum.y * (square * inverse % prime) % prime;
    let mut point = vec![4];
    point.extend(padded(&x, parameters.size));
    point.extend(padded(&y, parameters.size));
    Some((padded(&number, scalar_size(curve)), point))
}

/// The bytes of a scalar: of P-521 one bit more than 65 bytes hold.
pub fn scalar_size(curve: Curve) -> usize {
    match curve {
        Curve::P224 => 28,
        Curve::P256 => 32,
        Curve::P384 => 48,
        Curve::P521 => 66,
    }
}

fn one() -> BigUint {
    BigUint::from(1u8)
}

/// The number with zeros in front of it.
fn padded(number: &BigUint, size: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    let mut out = vec![0; size.saturating_sub(bytes.len())];
    out.extend(bytes);
    out
}

/// a - b modulo the prime, of two numbers below it.
fn minus(a: &BigUint, b: &BigUint, prime: &BigUint) -> BigUint {
    if a >= b { a - b } else { a + prime - b }
}

/// `dbl-2001-b` of the Explicit-Formulas Database, which holds for a = -3.
fn double(point: &Point, prime: &BigUint) -> Point {
    let Point { x, y, z } = point;
    let delta = z * z % prime;
    let gamma = y * y % prime;
    let beta = x * &gamma % prime;
    let alpha = minus(x, &delta, prime) * (x + &delta) * 3u8 % prime;
    let four_beta = &beta * 4u8 % prime;
    let new_x = minus(&(&alpha * &alpha % prime), &(&four_beta * 2u8 % prime), prime);
    let y_and_z = y + z;
    let new_z = minus(&(&y_and_z * &y_and_z % prime), &((&gamma + &delta) % prime), prime);
    let turned = alpha * minus(&four_beta, &new_x, prime) % prime;
    let new_y = minus(&turned, &(&gamma * &gamma * 8u8 % prime), prime);
    Point { x: new_x, y: new_y, z: new_z }
}

/// `madd` of the same place. It does not hold for the generator and its opposite; they would be met only by a scalar of the
/// order or more.
fn add_generator(point: &Point, parameters: &Parameters) -> Point {
    let (prime, (base_x, base_y)) = (&parameters.prime, &parameters.generator);
    if point.z == BigUint::ZERO {
        return Point { x: base_x.clone(), y: base_y.clone(), z: one() };
    }
    let square = &point.z * &point.z % prime;
    let along = minus(&(base_x * &square % prime), &point.x, prime);
    let up = minus(&(base_y * (square * &point.z % prime) % prime), &point.y, prime);
    let along_square = &along * &along % prime;
    let along_cube = &along_square * &along % prime;
    let shifted = &point.x * along_square % prime;
    let x = minus(&minus(&(&up * &up % prime), &along_cube, prime), &(&shifted * 2u8 % prime), prime);
    let y = minus(&(up * minus(&shifted, &x, prime) % prime), &(&point.y * along_cube % prime), prime);
    Point { x, y, z: &point.z * along % prime }
}

/// FIPS 186-4, appendix D.1.2.
fn parameters(curve: Curve) -> Option<Parameters> {
    let [prime, order, x, y] = match curve {
        Curve::P224 => [
            "ffffffffffffffffffffffffffffffff000000000000000000000001",
            "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
            "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
            "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
        ],
        Curve::P256 => [
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        ],
        Curve::P384 => [
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
            "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
        ],
        Curve::P521 => [
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
        ],
    };
    let number = |digits: &str| BigUint::parse_bytes(digits.as_bytes(), 16);
    Some(Parameters {
        size: prime.len() / 2,
        prime: number(prime)?,
        order: number(order)?,
        generator: (number(x)?, number(y)?),
    })
}
