//! RSA of any size with any hash: slow, and only for tests.

use num_bigint::BigUint;

use super::{der, hash::Hash};

/// A private key.
pub struct Rsa {
    /// The RSAPrivateKey of PKCS#1.
    pub pkcs1: Vec<u8>,
    modulus: BigUint,
    exponent: BigUint,
    primes: [BigUint; 2],
    exponents: [BigUint; 2],
    coefficient: BigUint,
}

impl Rsa {
    /// The key of a PKCS#1 PEM file.
    pub fn of(text: &str) -> Self {
        let pkcs1 = pem::parse(text).expect("it is PEM").into_contents();
        let (_, body, _) = der::read(&pkcs1);
        let numbers: Vec<_> = der::elements(body).into_iter().map(BigUint::from_bytes_be).collect();
        let [_, modulus, exponent, _, first, second, first_exponent, second_exponent, coefficient] =
            <[_; 9]>::try_from(numbers).expect("it has nine numbers");
        let (primes, exponents) = ([first, second], [first_exponent, second_exponent]);
        Self { pkcs1, modulus, exponent, primes, exponents, coefficient }
    }

    /// The RSAPublicKey of PKCS#1.
    pub fn public(&self) -> Vec<u8> {
        let [modulus, exponent] =
            [&self.modulus, &self.exponent].map(|number| der::unsigned(&number.to_bytes_be()));
        der::sequence(&[&modulus, &exponent])
    }

    /// How many bytes a signature has.
    pub fn size(&self) -> usize {
        usize::try_from(self.modulus.bits().div_ceil(8)).expect("it is small")
    }

    /// A signature of PKCS#1 version 1.5; of zeros where the key is too small for the hash.
    pub fn sign(&self, hash: Hash, message: &[u8]) -> Vec<u8> {
        let info = der::sequence(&[
            &der::sequence(&[&der::oid(hash.oid()), &der::null()]),
            &der::octets(&hash.of(message)),
        ]);
        let Some(fill) = self.size().checked_sub(info.len() + 3) else { return vec![0; self.size()] };
        self.raise(&[vec![0, 1], vec![0xff; fill], vec![0], info].concat())
    }

    /// A PSS signature whose salt is as long as the hash; of zeros where the key is too small for it.
    pub fn sign_pss(&self, hash: Hash, message: &[u8]) -> Vec<u8> {
        let digest = hash.of(message);
        let salt = vec![7; digest.len()];
        let bits = usize::try_from(self.modulus.bits()).expect("it is small") - 1;
        let size = bits.div_ceil(8);
        let hashed = hash.of(&[vec![0; 8], digest.clone(), salt.clone()].concat());
        let Some(fill) = size.checked_sub(2 * digest.len() + 2) else { return vec![0; self.size()] };
        let mut block = [vec![0; fill], vec![1], salt].concat();
        let mask = (0u32..).flat_map(|at| hash.of(&[&hashed[..], &at.to_be_bytes()].concat()));
        block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        block[0] &= 0xff >> (8 * size - bits);
        self.raise(&[block, hashed, vec![0xbc]].concat())
    }

    fn raise(&self, block: &[u8]) -> Vec<u8> {
        let message = BigUint::from_bytes_be(block);
        let [first, second] = [0, 1].map(|at| message.modpow(&self.exponents[at], &self.primes[at]));
        let [prime, other] = &self.primes;
        let difference = (&first + prime - &second % prime) % prime;
        let signature = second + difference * &self.coefficient % prime * other;
        let bytes = signature.to_bytes_be();
        [vec![0; self.size() - bytes.len()], bytes].concat()
    }
}
