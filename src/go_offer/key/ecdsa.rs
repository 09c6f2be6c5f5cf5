//! Signing with ECDSA. TLS 1.3 ties each curve to one hash; TLS 1.2 ties none, and Go signs there with any of the
//! three that the server asks for, P-224 among the curves.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{Digest, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair,
};
use p224::ecdsa::signature::hazmat::PrehashSigner;
use p224::ecdsa::{DerSignature, SigningKey as P224Key};
use p224::pkcs8::DecodePrivateKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

use crate::go_offer::key::choice::first_common;

const SCHEMES: [SignatureScheme; 3] = [
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP521_SHA512,
];

/// An ECDSA key, with the scheme that TLS 1.3 knows its curve by.
pub struct Key {
    curve: Arc<Curve>,
    own: Option<SignatureScheme>,
}

enum Curve {
    P224(P224Key),
    Other(EcdsaKeyPair),
}

impl Key {
    /// The key, if it is on one of Go's curves.
    pub fn read(key: &PrivateKeyDer<'_>) -> Option<Self> {
        let algorithms = [
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            &ECDSA_P384_SHA384_ASN1_SIGNING,
            &ECDSA_P521_SHA512_ASN1_SIGNING,
        ];
        for (scheme, algorithm) in SCHEMES.into_iter().zip(algorithms) {
            let pair = match key {
                PrivateKeyDer::Sec1(key) => {
                    EcdsaKeyPair::from_private_key_der(algorithm, key.secret_sec1_der())
                }
                PrivateKeyDer::Pkcs8(key) => EcdsaKeyPair::from_pkcs8(algorithm, key.secret_pkcs8_der()),
                _ => return None,
            };
            if let Ok(pair) = pair {
                return Some(Self { curve: Arc::new(Curve::Other(pair)), own: Some(scheme) });
            }
        }
        let secret = match key {
            PrivateKeyDer::Sec1(key) => p224::SecretKey::from_sec1_der(key.secret_sec1_der()).ok()?,
            PrivateKeyDer::Pkcs8(key) => p224::SecretKey::from_pkcs8_der(key.secret_pkcs8_der()).ok()?,
            _ => return None,
        };
        Some(Self { curve: Arc::new(Curve::P224(secret.into())), own: None })
    }
}

impl SigningKey for Key {
    /// The scheme of the curve where it is offered, which is right in both versions. A scheme of another curve is
    /// right in TLS 1.2 alone. Which version it is we are not told; but only the older one keeps schemes that TLS 1.3
    /// has done away with, and nearly every server of it lists some.
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let own = self.own.filter(|own| offered.contains(own));
        let any = || {
            offered.iter().any(|&scheme| is_gone_in_tls13(scheme)).then(|| first_common(offered, &SCHEMES))
        };
        let scheme = own.or_else(|| any().flatten())?;
        Some(Box::new(EcdsaSigner { curve: Arc::clone(&self.curve), scheme }))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("own", &self.own).finish_non_exhaustive()
    }
}

/// Whether a scheme is one that rustls hears of in TLS 1.2 only (RFC 8446, section 4.2.3): it leaves those out in TLS 1.3.
pub(crate) fn is_gone_in_tls13(scheme: SignatureScheme) -> bool {
    matches!(
        scheme,
        SignatureScheme::RSA_PKCS1_SHA1
            | SignatureScheme::ECDSA_SHA1_Legacy
            | SignatureScheme::RSA_PKCS1_SHA256
            | SignatureScheme::RSA_PKCS1_SHA384
            | SignatureScheme::RSA_PKCS1_SHA512
    )
}

struct EcdsaSigner {
    curve: Arc<Curve>,
    scheme: SignatureScheme,
}

impl Signer for EcdsaSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let hash = match self.scheme {
            SignatureScheme::ECDSA_NISTP256_SHA256 => digest(&SHA256, message),
            SignatureScheme::ECDSA_NISTP384_SHA384 => digest(&SHA384, message),
            _ => digest(&SHA512, message),
        };
        self.curve.sign(hash.as_ref()).ok_or_else(|| Error::General("signing failed".into()))
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

impl fmt::Debug for EcdsaSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EcdsaSigner").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl Curve {
    fn sign(&self, hash: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P224(key) => {
                let signature: DerSignature = key.sign_prehash(hash).ok()?;
                Some(signature.as_bytes().to_vec())
            }
            Self::Other(pair) => Some(pair.sign_digest(&as_digest_of(pair, hash)?).ok()?.as_ref().to_vec()),
        }
    }
}

/// The hash in the guise of the one hash that the library ties to the key's curve. Both are the same number to the
/// curve, which takes no more of a hash than its own length (FIPS 186-5, section 6.4.1): what is longer loses its
/// end, and what is shorter gets zeros before it.
fn as_digest_of(pair: &EcdsaKeyPair, hash: &[u8]) -> Option<Digest> {
    let algorithm = match pair.algorithm() {
        tied if *tied == ECDSA_P256_SHA256_ASN1_SIGNING => &SHA256,
        tied if *tied == ECDSA_P384_SHA384_ASN1_SIGNING => &SHA384,
        _ => &SHA512,
    };
    let length = algorithm.output_len();
    let taken = hash.get(..length).unwrap_or(hash);
    let mut number = vec![0; length.saturating_sub(taken.len())];
    number.extend_from_slice(taken);
    Digest::import_less_safe(&number, algorithm).ok()
}
