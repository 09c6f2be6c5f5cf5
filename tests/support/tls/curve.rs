//! Signatures on the curves and with the hashes that no library offers together: slow, and only for tests.

use num_bigint::BigUint;

use super::der;

/// A curve over a prime field, `y² = x³ + ax + b`.
pub struct Curve {
    pub oid: &'static str,
    /// Bytes of a coordinate.
    pub size: usize,
    prime: &'static str,
    a_is_zero: bool,
    generator: (&'static str, &'static str),
    order: &'static str,
}

type Point = Option<(BigUint, BigUint)>;

pub static P224: Curve = Curve {
    oid: "1.3.132.0.33",
    size: 28,
    prime: "ffffffffffffffffffffffffffffffff000000000000000000000001",
    a_is_zero: false,
    generator: (
        "b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21",
        "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34",
    ),
    order: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
};

pub static P256: Curve = Curve {
    oid: "1.2.840.10045.3.1.7",
    size: 32,
    prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    a_is_zero: false,
    generator: (
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    ),
    order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
};

pub static P384: Curve = Curve {
    oid: "1.3.132.0.34",
    size: 48,
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    a_is_zero: false,
    generator: (
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7",
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    ),
    order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
};

pub static P521: Curve = Curve {
    oid: "1.3.132.0.35",
    size: 66,
    prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    a_is_zero: false,
    generator: (
        "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
        "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
    ),
    order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
};

pub static SECP256K1: Curve = Curve {
    oid: "1.3.132.0.10",
    size: 32,
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
    a_is_zero: true,
    generator: (
        "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
    ),
    order: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
};

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("it is hexadecimal")
}

impl Curve {
    /// The uncompressed point that belongs to this secret.
    pub fn public(&self, secret: &[u8]) -> Vec<u8> {
        let point = self.multiply(self.base(), &BigUint::from_bytes_be(secret));
        let (x, y) = point.expect("the secret is below the order");
        [vec![4], self.padded(&x), self.padded(&y)].concat()
    }

    /// An ECDSA signature of this digest. `salt` keeps signatures of one digest apart.
    pub fn sign(&self, secret: &[u8], digest: &[u8], salt: &[u8]) -> Vec<u8> {
        let order = number(self.order);
        let secret = BigUint::from_bytes_be(secret);
        let bits = usize::try_from(order.bits()).expect("it is small");
        let mut hashed = BigUint::from_bytes_be(digest);
        if digest.len() * 8 > bits {
            hashed >>= digest.len() * 8 - bits;
        }
        // A nonce that is never used twice for different digests; these keys protect nothing.
        let seed = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, &[digest, salt].concat());
        let nonce = (BigUint::from_bytes_be(seed.as_ref()) * &secret) % &order;
        let (x, _) = self.multiply(self.base(), &nonce).expect("the nonce is not zero");
        let r = x % &order;
        let inverse = nonce.modinv(&order).expect("the order is prime");
        let s = inverse * (hashed + &r * secret) % &order;
        der::sequence(&[&der::unsigned(&r.to_bytes_be()), &der::unsigned(&s.to_bytes_be())])
    }

    fn base(&self) -> Point {
        Some((number(self.generator.0), number(self.generator.1)))
    }

    fn padded(&self, value: &BigUint) -> Vec<u8> {
        let bytes = value.to_bytes_be();
        [vec![0; self.size - bytes.len()], bytes].concat()
    }

    fn multiply(&self, mut point: Point, times: &BigUint) -> Point {
        let prime = number(self.prime);
        let mut sum = None;
        for at in 0..times.bits() {
            if times.bit(at) {
                sum = self.add(sum, &point, &prime);
            }
            let same = point.clone();
            point = self.add(point, &same, &prime);
        }
        sum
    }

    fn add(&self, one: Point, other: &Point, prime: &BigUint) -> Point {
        let Some((x, y)) = one else { return other.clone() };
        let Some((other_x, other_y)) = other else { return Some((x, y)) };
        let less = |minuend: &BigUint, subtrahend: &BigUint| (minuend + prime - subtrahend) % prime;
        let (over, under) = if x == *other_x {
            if (&y + other_y) % prime == BigUint::ZERO {
                return None;
            }
            let square = &x * &x * 3u8;
            (if self.a_is_zero { square } else { square + prime - 3u8 }, &y * 2u8 % prime)
        } else {
            (less(other_y, &y), less(other_x, &x))
        };
        let slope = over * under.modinv(prime).expect("the field has inverses") % prime;
        let third = less(&less(&(&slope * &slope % prime), &x), other_x);
        let height = less(&(slope * less(&x, &third) % prime), &y);
        Some((third, height))
    }
}
