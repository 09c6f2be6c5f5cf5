//! Signing with RSA: by the keys of rustls from 2048 bits on, and by the `rsa` crate where rustls has none, which is
//! below and where a modulus has more than two primes.

use std::fmt;
use std::sync::Arc;

use rsa::pkcs1::der::Decode;
use rsa::pkcs1::{ALGORITHM_OID, RsaPrivateKeyRef, UintRef};
use rsa::pkcs8::PrivateKeyInfoRef;
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, PrivateKey};
use rustls::pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

use crate::go_offer::key::choice::first_common;

/// The schemes with the smallest modulus in bytes that has room for them
/// (`crypto/tls/auth.go`, `rsaSignatureSchemes`).
const SCHEMES: [(SignatureScheme, usize); 6] = [
    (SignatureScheme::RSA_PSS_SHA256, 32 * 2 + 2),
    (SignatureScheme::RSA_PSS_SHA384, 48 * 2 + 2),
    (SignatureScheme::RSA_PSS_SHA512, 64 * 2 + 2),
    (SignatureScheme::RSA_PKCS1_SHA256, 19 + 32 + 11),
    (SignatureScheme::RSA_PKCS1_SHA384, 19 + 48 + 11),
    (SignatureScheme::RSA_PKCS1_SHA512, 19 + 64 + 11),
];

/// Below, Go calls a key insecure and does not sign (`crypto/rsa/rsa.go`, `checkKeySize`).
const FEWEST_BITS: u32 = 1024;

/// An RSA key and what it can sign with.
#[derive(Debug)]
pub struct Key {
    kind: Kind,
    schemes: Vec<SignatureScheme>,
}

enum Kind {
    /// Of rustls.
    Ready(Arc<dyn SigningKey>),
    /// Of the `rsa` crate.
    Own(Arc<PrivateKey>),
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Key {
    /// A key of rustls, which has room for every scheme.
    pub fn ready(key: Arc<dyn SigningKey>) -> Self {
        Self { kind: Kind::Ready(key), schemes: SCHEMES.map(|(scheme, _)| scheme).to_vec() }
    }

    /// A key that rustls does not sign with.
    pub fn read(key: &PrivateKeyDer<'_>) -> Option<Self> {
        let der = match key {
            PrivateKeyDer::Pkcs1(key) => key.secret_pkcs1_der(),
            PrivateKeyDer::Pkcs8(key) => {
                let info = PrivateKeyInfoRef::try_from(key.secret_pkcs8_der()).ok()?;
                Some(info).filter(|info| info.algorithm.oid == ALGORITHM_OID)?.private_key.as_bytes()
            }
            _ => return None,
        };
        let parts = RsaPrivateKeyRef::from_der(der).ok()?;
        let others = parts.other_prime_infos.iter().flatten().map(|other| other.prime);
        let primes = [parts.prime1, parts.prime2].into_iter().chain(others).map(number).collect();
        let (modulus, public) = (number(parts.modulus), number(parts.public_exponent));
        let private = number(parts.private_exponent);
        // Go takes primes of unlike lengths.
        let key = PrivateKey::from_components_with_wide_primes(modulus, public, private, primes).ok()?;
        if key.n().bit_width() < FEWEST_BITS {
            return None;
        }
        let fitting = SCHEMES.into_iter().filter(|&(_, least)| key.size() >= least);
        Some(Self { schemes: fitting.map(|(scheme, _)| scheme).collect(), kind: Kind::Own(Arc::new(key)) })
    }
}

fn number(der: UintRef<'_>) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(der.as_bytes())
}

impl SigningKey for Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let scheme = first_common(offered, &self.schemes)?;
        match &self.kind {
            Kind::Ready(key) => key.choose_scheme(&[scheme]),
            Kind::Own(key) => Some(Box::new(OwnSigner { key: Arc::clone(key), scheme })),
        }
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        match &self.kind {
            Kind::Ready(key) => key.public_key(),
            Kind::Own(_) => None,
        }
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

struct OwnSigner {
    key: Arc<PrivateKey>,
    scheme: SignatureScheme,
}

impl Signer for OwnSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature = match self.scheme {
            SignatureScheme::RSA_PSS_SHA256 => self.key.pss_sign::<Sha256>(message),
            SignatureScheme::RSA_PSS_SHA384 => self.key.pss_sign::<Sha384>(message),
            SignatureScheme::RSA_PSS_SHA512 => self.key.pss_sign::<Sha512>(message),
            SignatureScheme::RSA_PKCS1_SHA256 => self.key.pkcs1v15_sign::<Sha256>(message),
            SignatureScheme::RSA_PKCS1_SHA384 => self.key.pkcs1v15_sign::<Sha384>(message),
            _ => self.key.pkcs1v15_sign::<Sha512>(message),
        };
        signature.map_err(|error| Error::General(error.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

impl fmt::Debug for OwnSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnSigner").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}
