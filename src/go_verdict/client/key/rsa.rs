//! RSA keys: how PKCS #1 is read (`crypto/x509/pkcs1.go`, `ParsePKCS1PrivateKey`) and what Go checks in them
//! (`crypto/internal/fips140/rsa/rsa.go`, `checkPrivateKey`).

use num_bigint::BigUint;

use crate::go_verdict::client::key::fault::KeyFault;
use crate::go_verdict::der::{
    lax::{Malformed, Members},
    oid, tag, write,
};

/// A key with a longer modulus is not judged; Go has no such limit, only patience. OpenSSL makes none of this size.
pub const MAX_BITS: u64 = 16_384;

/// More primes than any key has; Go has no such limit.
const MAX_PRIMES: usize = 64;

/// An RSA key that passed Go's checks.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaKey {
    modulus: BigUint,
    exponent: u64,
    private_exponent: BigUint,
    primes: Vec<BigUint>,
    remainders: Remainders,
}

/// Dp, Dq and Qinv of PKCS #1.
#[derive(Clone, PartialEq, Eq)]
struct Remainders {
    first: BigUint,
    second: BigUint,
    coefficient: BigUint,
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RsaKey({} bits, hidden)", self.bits())
    }
}

impl RsaKey {
    /// Reads PKCS #1 in DER, whole.
    ///
    /// # Errors
    ///
    /// What Go refuses it for.
    pub fn from_pkcs1(der: &[u8]) -> Result<Self, KeyFault> {
        let parts = Parts::read(der).map_err(|Malformed| KeyFault::Malformed)?;
        parts.check()
    }

    pub fn bits(&self) -> u64 {
        self.modulus.bits()
    }

    /// Big-endian, without leading zeros.
    pub fn modulus(&self) -> Vec<u8> {
        self.modulus.to_bytes_be()
    }

    pub fn exponent(&self) -> u64 {
        self.exponent
    }

    /// PKCS #8 in DER; `None` for a key of more than two primes, with which no TLS library but Go's signs.
    pub fn pkcs8(&self) -> Option<Vec<u8>> {
        let [first_prime, second_prime] = self.primes.as_slice() else { return None };
        let Remainders { first, second, coefficient } = &self.remainders;
        let exponent = BigUint::from(self.exponent);
        let version = write::integer(&[0]);
        let primes = [first_prime, second_prime, first, second, coefficient];
        let numbers = [&self.modulus, &exponent, &self.private_exponent].into_iter().chain(primes);
        let numbers: Vec<_> = numbers.map(|number| write::integer(&number.to_bytes_be())).collect();
        let key = write::element(tag::SEQUENCE, &[&version, &numbers.concat()]);
        Some(write::private_key_info(oid::KEY_RSA, tag::WHOLE_NULL, &key))
    }
}

/// What PKCS #1 holds, before the checks. A number below zero is told as zero, since both are refused.
struct Parts {
    version: i64,
    exponent: i64,
    modulus: BigUint,
    private_exponent: BigUint,
    primes: Vec<BigUint>,
    /// Dp, Dq and Qinv, each of which may be missing.
    remainders: [Option<BigUint>; 3],
}

impl Parts {
    fn read(der: &[u8]) -> Result<Self, Malformed> {
        let mut top = Members::new(der);
        let mut key = top.sequence()?;
        let version = key.small_integer()?;
        let modulus = number(key.integer()?);
        let exponent = key.small_integer()?;
        let private_exponent = number(key.integer()?);
        let mut primes = vec![number(key.integer()?), number(key.integer()?)];
        let mut remainders = [None, None, None];
        for remainder in &mut remainders {
            *remainder = key.optional_integer()?.map(number);
        }
        if let Some(mut more) = key.optional_sequence()? {
            while !more.rest().is_empty() {
                let mut prime = more.sequence()?;
                primes.push(number(prime.integer()?));
                prime.integer()?;
                prime.integer()?;
            }
        }
        if !top.rest().is_empty() {
            return Err(Malformed);
        }
        Ok(Self { version, exponent, modulus, private_exponent, primes, remainders })
    }

    fn check(self) -> Result<RsaKey, KeyFault> {
        if self.version > 1 {
            return Err(KeyFault::Malformed);
        }
        let numbers = || self.primes.iter().chain([&self.modulus, &self.private_exponent]);
        if numbers().chain(self.remainders.iter().flatten()).any(|number| *number == BigUint::ZERO) {
            return Err(KeyFault::Inconsistent);
        }
        if self.primes.len() > MAX_PRIMES || numbers().any(|number| number.bits() > MAX_BITS) {
            return Err(KeyFault::TooLarge);
        }
        self.consistent().ok_or(KeyFault::Inconsistent)
    }

    fn consistent(self) -> Option<RsaKey> {
        let Self { modulus, private_exponent, primes, remainders, .. } = self;
        let exponent = public_exponent(&modulus, self.exponent)?;
        if private_exponent >= modulus {
            return None;
        }
        let remainders = match (primes.as_slice(), remainders) {
            ([first, second], [Some(first_remainder), Some(second_remainder), Some(coefficient)]) => {
                let given = Remainders { first: first_remainder, second: second_remainder, coefficient };
                fits([first, second], &modulus, exponent, &private_exponent, &given).then_some(given)?
            }
            ([first, second], _) => {
                let computed = computed(&private_exponent, first, second)?;
                fits([first, second], &modulus, exponent, &private_exponent, &computed).then_some(computed)?
            }
            (primes, _) => of_many(&private_exponent, primes)?,
        };
        Some(RsaKey { modulus, exponent, private_exponent, primes, remainders })
    }
}

/// `checkPublicKey`.
fn public_exponent(modulus: &BigUint, exponent: i64) -> Option<u64> {
    let sound =
        modulus > &one() && modulus.bit(0) && (2..=0x7fff_ffff).contains(&exponent) && exponent & 1 == 1;
    sound.then(|| exponent.unsigned_abs())
}

/// Dp, Dq and Qinv of a key that was written without them (`newPrivateKey`). Fermat's theorem is used as there: for a P that
/// is not prime the coefficient is wrong, and the key refused for it.
fn computed(private_exponent: &BigUint, p: &BigUint, q: &BigUint) -> Option<Remainders> {
    let two = BigUint::from(2u8);
    if p <= &two || q <= &two || !p.bit(0) {
        return None;
    }
    Some(Remainders {
        first: private_exponent % (p - 1u8),
        second: private_exponent % (q - 1u8),
        coefficient: (q % p).modpow(&(p - 2u8), p),
    })
}

/// The checks of a key of two primes, each of which surfaces as nothing more than a key that cannot be parsed.
fn fits(
    primes: [&BigUint; 2],
    modulus: &BigUint,
    exponent: u64,
    private: &BigUint,
    given: &Remainders,
) -> bool {
    let [first, second] = primes;
    let is_possible = |prime: &BigUint| prime > &BigUint::from(2u8) && prime < modulus;
    if !is_possible(first) || !is_possible(second) || first * second % modulus != BigUint::ZERO {
        return false;
    }
    let exponent_fits = |prime: &BigUint, remainder: &BigUint| {
        let below = prime - 1u8;
        remainder < &below && remainder * exponent % &below == one() && &(private % &below) == remainder
    };
    if !exponent_fits(first, &given.first) || !exponent_fits(second, &given.second) {
        return false;
    }
    if &given.coefficient >= first || &given.coefficient * second % first != one() {
        return false;
    }
    let distance = if first > second { first - second } else { second - first };
    let half = modulus.bits() / 2;
    // In Go the bound may be below zero, and then holds for any distance but none.
    let is_apart = half.checked_sub(100).is_none_or(|bound| distance.bits() > bound);
    distance != BigUint::ZERO && is_apart && private.bits() > half
}

/// Keys of three primes and more (`precomputeLegacy`): that they multiply to the modulus is not checked.
fn of_many(private_exponent: &BigUint, primes: &[BigUint]) -> Option<Remainders> {
    let [p, q, more @ ..] = primes else { return None };
    if primes.iter().any(|prime| prime <= &one()) {
        return None;
    }
    let coefficient = q.modinv(p)?;
    let mut product = p * q;
    for prime in more {
        product.modinv(prime)?;
        product *= prime;
    }
    Some(Remainders {
        first: private_exponent % (p - 1u8),
        second: private_exponent % (q - 1u8),
        coefficient,
    })
}

/// The number of an INTEGER; zero for one below.
fn number(bytes: &[u8]) -> BigUint {
    let is_negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    if is_negative { BigUint::ZERO } else { BigUint::from_bytes_be(bytes) }
}

fn one() -> BigUint {
    BigUint::from(1u8)
}
