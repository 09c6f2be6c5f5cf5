//! ECDSA over P-224 (SEC 2, section 2.6), the one curve of Go that the library of TLS lacks.
//!
//! A check of a signature holds no secret, so plain arithmetic on large numbers serves. The curve is rare enough that
//! the dozen crates of a general library would not earn their keep.

use std::sync::LazyLock;

use num_bigint::BigUint;

/// Bytes of a coordinate, of the order, and of the part of a hash that counts.
const LENGTH: usize = 28;

/// The field is that of the numbers below `prime`; the curve, `y² = x³ - 3x + b`; its points number `order`.
struct Curve {
    prime: BigUint,
    order: BigUint,
    b: BigUint,
    generator: Point,
}

static CURVE: LazyLock<Curve> = LazyLock::new(|| Curve {
    prime: number(b"ffffffffffffffffffffffffffffffff000000000000000000000001"),
    order: number(b"ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d"),
    b: number(b"b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4"),
    generator: Point {
        x: number(b"b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21"),
        y: number(b"bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34"),
        z: BigUint::from(1u8),
    },
});

fn number(digits: &[u8]) -> BigUint {
    BigUint::parse_bytes(digits, 16).unwrap_or_default()
}

/// Whether the key has signed the hash with these two numbers (FIPS 186-5, section 6.4.2). `point` is uncompressed.
pub(crate) fn is_signed(point: &[u8], digest: &[u8], (r, s): (&[u8], &[u8])) -> bool {
    verified(point, digest, r, s).unwrap_or(false)
}

fn verified(point: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<bool> {
    let curve = &*CURVE;
    let key = curve.point(point)?;
    let (r, s) = (curve.scalar(r)?, curve.scalar(s)?);
    let digest = BigUint::from_bytes_be(digest.get(..LENGTH)?);
    let inverse = s.modinv(&curve.order)?;
    let (ours, theirs) = (digest * &inverse % &curve.order, &r * inverse % &curve.order);
    let sum = curve.sum_of_multiples(&ours, &theirs, &key)?;
    let inverse = sum.z.modinv(&curve.prime)?;
    let x = curve.product(&sum.x, &curve.product(&inverse, &inverse));
    Some(x % &curve.order == r)
}

/// A point `(x / z², y / z³)`. That at infinity is `None`.
#[derive(Clone)]
struct Point {
    x: BigUint,
    y: BigUint,
    z: BigUint,
}

impl Curve {
    fn product(&self, a: &BigUint, b: &BigUint) -> BigUint {
        a * b % &self.prime
    }

    /// Both are below the prime.
    fn difference(&self, a: &BigUint, b: &BigUint) -> BigUint {
        (a + &self.prime - b) % &self.prime
    }

    /// A number of a signature: neither zero nor as large as the order.
    fn scalar(&self, bytes: &[u8]) -> Option<BigUint> {
        let scalar = BigUint::from_bytes_be(bytes);
        (scalar.bits() > 0 && scalar < self.order).then_some(scalar)
    }

    /// A point of the curve, from `04`, x and y.
    fn point(&self, bytes: &[u8]) -> Option<Point> {
        let (x, y) = bytes.strip_prefix(&[4])?.split_at_checked(LENGTH)?;
        let (x, y) = (BigUint::from_bytes_be(x), BigUint::from_bytes_be(y));
        if x >= self.prime || y >= self.prime {
            return None;
        }
        let cube = self.product(&x, &self.product(&x, &x));
        let is_on_curve = self.product(&y, &y)
            == self.difference(&((cube + &self.b) % &self.prime), &(&x * 3u8 % &self.prime));
        is_on_curve.then_some(Point { x, y, z: BigUint::from(1u8) })
    }

    /// `ours` times the generator and `theirs` times the key.
    fn sum_of_multiples(&self, ours: &BigUint, theirs: &BigUint, key: &Point) -> Option<Point> {
        let both = self.sum(Some(&self.generator), Some(key));
        let mut sum: Option<Point> = None;
        for bit in (0..self.order.bits()).rev() {
            sum = sum.map(|sum| self.double(&sum));
            let addend = match (ours.bit(bit), theirs.bit(bit)) {
                (false, false) => None,
                (true, false) => Some(&self.generator),
                (false, true) => Some(key),
                (true, true) => both.as_ref(),
            };
            sum = self.sum(sum.as_ref(), addend);
        }
        sum
    }

    fn sum(&self, a: Option<&Point>, b: Option<&Point>) -> Option<Point> {
        let (Some(a), Some(b)) = (a, b) else {
            return a.or(b).cloned();
        };
        let (a_zz, b_zz) = (self.product(&a.z, &a.z), self.product(&b.z, &b.z));
        let (a_x, b_x) = (self.product(&a.x, &b_zz), self.product(&b.x, &a_zz));
        let a_y = self.product(&a.y, &self.product(&b_zz, &b.z));
        let b_y = self.product(&b.y, &self.product(&a_zz, &a.z));
        if a_x == b_x {
            return (a_y == b_y).then(|| self.double(a));
        }
        let (across, up) = (self.difference(&b_x, &a_x), self.difference(&b_y, &a_y));
        let square = self.product(&across, &across);
        let (cube, middle) = (self.product(&across, &square), self.product(&a_x, &square));
        let x =
            self.difference(&self.difference(&self.product(&up, &up), &cube), &(&middle * 2u8 % &self.prime));
        let y = self.product(&up, &self.difference(&middle, &x));
        let y = self.difference(&y, &self.product(&a_y, &cube));
        Some(Point { x, y, z: self.product(&across, &self.product(&a.z, &b.z)) })
    }

    fn double(&self, point: &Point) -> Point {
        let Point { x, y, z } = point;
        let (yy, zz) = (self.product(y, y), self.product(z, z));
        let slope = self.product(&self.difference(x, &zz), &(x + &zz)) * 3u8 % &self.prime;
        let middle = self.product(x, &yy) * 4u8 % &self.prime;
        let new_x = self.difference(&self.product(&slope, &slope), &(&middle * 2u8 % &self.prime));
        let new_y = self.product(&slope, &self.difference(&middle, &new_x));
        let new_y = self.difference(&new_y, &(self.product(&yy, &yy) * 8u8 % &self.prime));
        Point { x: new_x, y: new_y, z: self.product(y, z) * 2u8 % &self.prime }
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::{CURVE, Point};

    fn affine(point: Option<Point>) -> Option<(BigUint, BigUint)> {
        let Point { x, y, z } = point?;
        let inverse = z.modinv(&CURVE.prime)?;
        let square = CURVE.product(&inverse, &inverse);
        Some((CURVE.product(&x, &square), CURVE.product(&y, &CURVE.product(&square, &inverse))))
    }

    #[test]
    fn multiples_of_one_point_add_up() {
        let small = |number: u8| BigUint::from(number);
        let times =
            |ours: &BigUint, theirs: &BigUint| affine(CURVE.sum_of_multiples(ours, theirs, &CURVE.generator));
        assert_eq!(times(&small(2), &small(3)), times(&small(5), &small(0)));
        assert_eq!(times(&small(1), &small(1)), times(&small(2), &small(0)));
        assert_eq!(times(&(&CURVE.order - 1u8), &small(1)), None);
        assert_eq!(times(&(&CURVE.order - 1u8), &small(2)), times(&small(1), &small(0)));
    }
}
