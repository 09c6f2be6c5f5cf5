//! Keys of all kinds, made once each: their public half for a certificate, their private half for a file, and signatures.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
};

use aws_lc_rs::{
    encoding::AsBigEndian as _,
    rand::SystemRandom,
    signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _},
};

use super::{
    curve::{self, Curve},
    der::{bits, integer, null, octets, oid, sequence, tlv},
    hash::Hash,
    rsa::Rsa,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// RSA of so many bits.
    Rsa(u16),
    /// A key of 2048 bits that says that it is for PSS only.
    RsaPss,
    P224,
    P256,
    P384,
    P521,
    Secp256k1,
    Ed25519,
    /// Only its public half, and signatures that are none.
    Ed448,
}

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    pub hash: Hash,
    /// RSA only: PSS instead of PKCS#1 version 1.5.
    pub pss: bool,
}

pub struct Key {
    pub kind: Kind,
    /// The SubjectPublicKeyInfo.
    pub public: Vec<u8>,
    /// The PKCS#8 of the private key.
    pub private: Vec<u8>,
    secret: Secret,
}

enum Secret {
    Rsa(Box<Rsa>),
    Ec { curve: &'static Curve, secret: Vec<u8>, pair: Option<(Hash, EcdsaKeyPair)> },
    Ed25519(Box<Ed25519KeyPair>),
    None,
}

/// The key of this kind and number; the same one each time.
pub fn key(kind: Kind, number: u16) -> Arc<Key> {
    type Keys = HashMap<(Kind, u16), Arc<Key>>;
    static KEYS: LazyLock<Mutex<Keys>> = LazyLock::new(Mutex::default);
    let mut keys = KEYS.lock().expect("no key fails to be made");
    Arc::clone(keys.entry((kind, number)).or_insert_with(|| Arc::new(Key::new(kind, number))))
}

impl Key {
    fn new(kind: Kind, number: u16) -> Self {
        match kind {
            Kind::Rsa(size) => Self::rsa(kind, size, number, &sequence(&[&oid(RSA), &null()])),
            Kind::RsaPss => Self::rsa(kind, 2048, number, &sequence(&[&oid(PSS)])),
            Kind::P224 => Self::ec(kind, &curve::P224, number, None),
            Kind::P256 => {
                let usual = (Hash::Sha256, &signature::ECDSA_P256_SHA256_ASN1_SIGNING);
                Self::ec(kind, &curve::P256, number, Some(usual))
            }
            Kind::P384 => {
                let usual = (Hash::Sha384, &signature::ECDSA_P384_SHA384_ASN1_SIGNING);
                Self::ec(kind, &curve::P384, number, Some(usual))
            }
            Kind::P521 => {
                let usual = (Hash::Sha512, &signature::ECDSA_P521_SHA512_ASN1_SIGNING);
                Self::ec(kind, &curve::P521, number, Some(usual))
            }
            Kind::Secp256k1 => {
                let usual = (Hash::Sha256, &signature::ECDSA_P256K1_SHA256_ASN1_SIGNING);
                Self::ec(kind, &curve::SECP256K1, number, Some(usual))
            }
            Kind::Ed25519 => {
                let seed = Hash::Sha256.of(format!("ed25519 {number}").as_bytes());
                let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("each seed is one");
                let algorithm = sequence(&[&oid(ED25519)]);
                let public = sequence(&[&algorithm, &bits(pair.public_key().as_ref())]);
                let private = sequence(&[&integer(0), &algorithm, &octets(&octets(&seed))]);
                Self { kind, public, private, secret: Secret::Ed25519(Box::new(pair)) }
            }
            Kind::Ed448 => {
                let public = sequence(&[&sequence(&[&oid(ED448)]), &bits(&[9; 57])]);
                Self { kind, public, private: Vec::new(), secret: Secret::None }
            }
        }
    }

    fn rsa(kind: Kind, size: u16, number: u16, algorithm: &[u8]) -> Self {
        let name =
            if size == 2048 { format!("rsa-2048-{}.pem", number % 4) } else { format!("rsa-{size}.pem") };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys/sizes").join(name);
        let rsa = Rsa::of(&fs::read_to_string(path).expect("there is a key of this size"));
        let public = sequence(&[algorithm, &bits(&rsa.public())]);
        let private = sequence(&[&integer(0), algorithm, &octets(&rsa.pkcs1)]);
        Self { kind, public, private, secret: Secret::Rsa(Box::new(rsa)) }
    }

    fn ec(
        kind: Kind,
        curve: &'static Curve,
        number: u16,
        usual: Option<(Hash, &'static EcdsaSigningAlgorithm)>,
    ) -> Self {
        let (secret, point, pair) = if let Some((hash, algorithm)) = usual {
            let pair = EcdsaKeyPair::generate(algorithm).expect("a key can be made");
            let secret = pair.private_key().as_be_bytes().expect("it has a secret").as_ref().to_vec();
            (secret, pair.public_key().as_ref().to_vec(), Some((hash, pair)))
        } else {
            let seed = Hash::Sha512.of(format!("{} {number}", curve.oid).as_bytes());
            // A little shorter than the order, and so below it.
            let secret = [vec![0], seed[..curve.size - 1].to_vec()].concat();
            let point = curve.public(&secret);
            (secret, point, None)
        };
        let algorithm = sequence(&[&oid(EC), &oid(curve.oid)]);
        let public = sequence(&[&algorithm, &bits(&point)]);
        let inner = sequence(&[&integer(1), &octets(&secret), &tlv(0xa1, &[&bits(&point)])]);
        let private = sequence(&[&integer(0), &algorithm, &octets(&inner)]);
        Self { kind, public, private, secret: Secret::Ec { curve, secret, pair } }
    }

    /// The private key as PEM.
    pub fn pem(&self) -> String {
        pem::encode(&pem::Pem::new("PRIVATE KEY", self.private.clone()))
    }

    /// What certificates call it by.
    pub fn identifier(&self) -> Vec<u8> {
        Hash::Sha1.of(&self.public)
    }

    /// How its owner signs.
    pub fn scheme(&self) -> Scheme {
        let hash = match self.kind {
            Kind::P384 => Hash::Sha384,
            Kind::P521 => Hash::Sha512,
            _ => Hash::Sha256,
        };
        Scheme { hash, pss: self.kind == Kind::RsaPss }
    }

    pub fn sign(&self, scheme: Scheme, message: &[u8]) -> Vec<u8> {
        let Scheme { hash, pss } = scheme;
        match &self.secret {
            Secret::Rsa(rsa) if pss => rsa.sign_pss(hash, message),
            Secret::Rsa(rsa) => rsa.sign(hash, message),
            Secret::Ec { pair: Some((usual, pair)), .. } if *usual == hash => {
                pair.sign(&SystemRandom::new(), message).expect("it can sign").as_ref().to_vec()
            }
            Secret::Ec { curve, secret, .. } => curve.sign(secret, &hash.of(message), b""),
            Secret::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Secret::None => vec![0; 114],
        }
    }

    /// The AlgorithmIdentifier of such a signature.
    pub fn algorithm(&self, scheme: Scheme) -> Vec<u8> {
        match self.kind {
            Kind::Rsa(_) | Kind::RsaPss if scheme.pss => {
                let hash = sequence(&[&oid(scheme.hash.oid()), &null()]);
                let mask = sequence(&[&oid("1.2.840.113549.1.1.8"), &hash]);
                let salt = integer(i64::try_from(scheme.hash.of(b"").len()).expect("it is small"));
                let fields = [tlv(0xa0, &[&hash]), tlv(0xa1, &[&mask]), tlv(0xa2, &[&salt])].concat();
                sequence(&[&oid(PSS), &sequence(&[&fields])])
            }
            Kind::Rsa(_) | Kind::RsaPss => sequence(&[&oid(rsa_with(scheme.hash)), &null()]),
            Kind::Ed25519 => sequence(&[&oid(ED25519)]),
            Kind::Ed448 => sequence(&[&oid(ED448)]),
            _ => sequence(&[&oid(ecdsa_with(scheme.hash))]),
        }
    }
}

const RSA: &str = "1.2.840.113549.1.1.1";
const PSS: &str = "1.2.840.113549.1.1.10";
const EC: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";
const ED448: &str = "1.3.101.113";

fn rsa_with(hash: Hash) -> &'static str {
    match hash {
        Hash::Md5 => "1.2.840.113549.1.1.4",
        Hash::Sha1 => "1.2.840.113549.1.1.5",
        Hash::Sha224 => "1.2.840.113549.1.1.14",
        Hash::Sha256 => "1.2.840.113549.1.1.11",
        Hash::Sha384 => "1.2.840.113549.1.1.12",
        Hash::Sha512 => "1.2.840.113549.1.1.13",
    }
}

/// No certificate joins ECDSA with MD5.
pub fn ecdsa_with(hash: Hash) -> &'static str {
    match hash {
        Hash::Md5 | Hash::Sha1 => "1.2.840.10045.4.1",
        Hash::Sha224 => "1.2.840.10045.4.3.1",
        Hash::Sha256 => "1.2.840.10045.4.3.2",
        Hash::Sha384 => "1.2.840.10045.4.3.3",
        Hash::Sha512 => "1.2.840.10045.4.3.4",
    }
}
