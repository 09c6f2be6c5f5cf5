//! A private key in any of the forms that `tls.X509KeyPair` tries (`crypto/tls/tls.go`, `parsePrivateKey`).

use crate::go_verdict::certificate::{Curve, PublicKey};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use crate::go_verdict::client::asn1::{Malformed, Members, Oid};

use super::{
    curve::{public_point, scalar_size},
    rsa::RsaKey,
    write,
};

/// A private key that Go signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrivateKey {
    Rsa(RsaKey),
    Ecdsa(EcdsaKey),
    Ed25519(Ed25519Key),
}

/// The kind of a key, as a sentence about it names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Rsa,
    Ecdsa,
    Ed25519,
    /// Read from PKCS #8, and of no use for TLS.
    X25519,
}

/// Why a key cannot be read. Go says less: `tls: failed to parse private key` for all of them but one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// Neither PKCS #1 nor PKCS #8 nor SEC 1.
    Malformed,
    /// RSA: its numbers do not belong together, or are weak. EC: the scalar is zero, too large or too long.
    Inconsistent,
    /// EC: the curve is written out instead of named.
    CurveWrittenOut,
    /// EC: a curve that Go does not know.
    UnknownCurve,
    /// PKCS #8: an algorithm that Go does not know, dotted.
    UnknownAlgorithm(String),
    /// An Ed25519 or X25519 key that is not 32 bytes without parameters.
    Malshaped,
    /// RSA of more bits than are judged here.
    TooLarge,
    /// The key is encrypted, where Go looks for one that is not.
    Locked,
    /// X25519, which Go reads and does not sign with: `tls: found unknown private key type in PKCS#8 wrapping`.
    NoSigner,
}

#[derive(Clone, PartialEq, Eq)]
pub struct EcdsaKey {
    curve: Curve,
    scalar: Vec<u8>,
    point: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Ed25519Key {
    seed: [u8; 32],
    public: [u8; 32],
}

impl std::fmt::Debug for EcdsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EcdsaKey({:?}, hidden)", self.curve)
    }
}

impl std::fmt::Debug for Ed25519Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ed25519Key(hidden)")
    }
}

impl EcdsaKey {
    pub fn curve(&self) -> Curve {
        self.curve
    }
}

impl PrivateKey {
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::Rsa(_) => KeyKind::Rsa,
            Self::Ecdsa(_) => KeyKind::Ecdsa,
            Self::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// Is this the public half of the key (`PublicKey.Equal`)?
    pub fn belongs_to(&self, public: &PublicKey) -> bool {
        match (self, public) {
            (Self::Rsa(key), PublicKey::Rsa { modulus, exponent, .. }) => {
                key.modulus() == *modulus && key.exponent() == *exponent
            }
            (Self::Ecdsa(key), PublicKey::Ecdsa { curve, point }) => {
                key.curve == *curve && key.point == *point
            }
            (Self::Ed25519(key), PublicKey::Ed25519(public)) => key.public == *public,
            _ => false,
        }
    }

    /// PKCS #8 in DER, for a TLS library; `None` for an RSA key of more than two primes.
    pub fn pkcs8(&self) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => key.pkcs8(),
            Self::Ecdsa(key) => Some(key.pkcs8()),
            Self::Ed25519(key) => {
                let seed = write::element(write::OCTET_STRING, &[&key.seed]);
                Some(write::private_key_info(&[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70], &seed))
            }
        }
    }
}

impl EcdsaKey {
    fn pkcs8(&self) -> Vec<u8> {
        let algorithm: &[u8] = match self.curve {
            Curve::P224 => b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x21",
            Curve::P256 => {
                b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
            }
            Curve::P384 => b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22",
            Curve::P521 => b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23",
        };
        let point = write::element(write::BIT_STRING, &[&[0], &self.point]);
        let parts: [&[u8]; 3] = [
            &write::integer(&[1]),
            &write::element(write::OCTET_STRING, &[&self.scalar]),
            &write::element(write::SECOND_MEMBER, &[&point]),
        ];
        write::private_key_info(algorithm, &write::element(write::SEQUENCE, &parts))
    }
}

/// Reads a key in the order of `parsePrivateKey`: PKCS #1, PKCS #8, SEC 1.
///
/// # Errors
///
/// The reason of the form that the bytes look most like.
pub fn parse(der: &[u8]) -> Result<PrivateKey, KeyFault> {
    let first = match RsaKey::from_pkcs1(der) {
        Ok(key) => return Ok(PrivateKey::Rsa(key)),
        Err(fault) => fault,
    };
    let second = match pkcs8(der) {
        Ok(Pkcs8Key::Signs(key)) => return Ok(key),
        Ok(Pkcs8Key::X25519) => return Err(KeyFault::NoSigner),
        Err(fault) => fault,
    };
    let third = match sec1(None, der) {
        Ok(key) => return Ok(PrivateKey::Ecdsa(key)),
        Err(fault) => fault,
    };
    Err([first, second, third]
        .into_iter()
        .find(|fault| *fault != KeyFault::Malformed)
        .unwrap_or_else(|| if is_locked(der) { KeyFault::Locked } else { KeyFault::Malformed }))
}

/// Is there a key in one of the three forms (`loadKeyPair`, after it decrypted the block)?
pub fn is_any_key(der: &[u8]) -> bool {
    RsaKey::from_pkcs1(der).is_ok() || pkcs8(der).is_ok() || sec1(None, der).is_ok()
}

/// Is it an `EncryptedPrivateKeyInfo`: an algorithm, and octets?
pub fn is_locked(der: &[u8]) -> bool {
    let read = || -> Result<(), Malformed> {
        let mut members = Members::new(der).sequence()?;
        members.algorithm()?;
        members.octets().map(drop)
    };
    read().is_ok()
}

/// What PKCS #8 holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pkcs8Key {
    Signs(PrivateKey),
    X25519,
}

impl Pkcs8Key {
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::Signs(key) => key.kind(),
            Self::X25519 => KeyKind::X25519,
        }
    }
}

/// `ParsePKCS8PrivateKey`; what follows the structure is ignored, as there.
///
/// # Errors
///
/// What Go refuses it for.
pub fn pkcs8(der: &[u8]) -> Result<Pkcs8Key, KeyFault> {
    let read = || -> Result<_, Malformed> {
        let mut members = Members::new(der).sequence()?;
        members.small_integer()?;
        Ok((members.algorithm()?, members.octets()?))
    };
    let (algorithm, key) = read().map_err(|Malformed| KeyFault::Malformed)?;
    match algorithm.oid.0.as_slice() {
        [1, 2, 840, 113_549, 1, 1, 1] => {
            RsaKey::from_pkcs1(key).map(|key| Pkcs8Key::Signs(PrivateKey::Rsa(key)))
        }
        [1, 2, 840, 10_045, 2, 1] => {
            // Parameters that are no name leave the curve to the key inside.
            let named = Members::new(algorithm.parameters).oid().ok();
            let is_written_out = named.is_none() && !algorithm.parameters.is_empty();
            match sec1(named.as_ref(), key) {
                Ok(key) => Ok(Pkcs8Key::Signs(PrivateKey::Ecdsa(key))),
                Err(KeyFault::UnknownCurve) if is_written_out => Err(KeyFault::CurveWrittenOut),
                Err(fault) => Err(fault),
            }
        }
        [1, 3, 101, 112] => {
            let seed = thirty_two(algorithm.parameters, key)?;
            let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyFault::Malshaped)?;
            let public = pair.public_key().as_ref().try_into().map_err(|_| KeyFault::Malshaped)?;
            Ok(Pkcs8Key::Signs(PrivateKey::Ed25519(Ed25519Key { seed, public })))
        }
        [1, 3, 101, 110] => thirty_two(algorithm.parameters, key).map(|_| Pkcs8Key::X25519),
        _ => Err(KeyFault::UnknownAlgorithm(algorithm.oid.to_string())),
    }
}

/// The octets of a key without parameters.
fn thirty_two(parameters: &[u8], key: &[u8]) -> Result<[u8; 32], KeyFault> {
    let inner = Members::new(key).octets().map_err(|Malformed| KeyFault::Malshaped)?;
    if parameters.is_empty() {
        inner.try_into().map_err(|_| KeyFault::Malshaped)
    } else {
        Err(KeyFault::Malshaped)
    }
}

/// `parseECPrivateKey`: the curve of PKCS #8 counts before the key's own, and the public point in it is not looked at.
fn sec1(named: Option<&Oid>, der: &[u8]) -> Result<EcdsaKey, KeyFault> {
    let read = || -> Result<_, Malformed> {
        let mut members = Members::new(der).sequence()?;
        let version = members.small_integer()?;
        let scalar = members.octets()?;
        let is_written_out = members.rest().starts_with(&[0xa0]) && members.rest().get(2..).is_some();
        let own = members.explicit_oid(0)?;
        members.explicit_bits(1)?;
        Ok((version, scalar, is_written_out && own.is_none(), own))
    };
    let (version, scalar, is_written_out, own) = read().map_err(|Malformed| KeyFault::Malformed)?;
    if version != 1 {
        return Err(KeyFault::Malformed);
    }
    let curve = match named.or(own.as_ref()).map(|oid| oid.0.as_slice()) {
        Some([1, 3, 132, 0, 33]) => Curve::P224,
        Some([1, 2, 840, 10_045, 3, 1, 7]) => Curve::P256,
        Some([1, 3, 132, 0, 34]) => Curve::P384,
        Some([1, 3, 132, 0, 35]) => Curve::P521,
        None if is_written_out => return Err(KeyFault::CurveWrittenOut),
        _ => return Err(KeyFault::UnknownCurve),
    };
    let size = scalar_size(curve);
    let excess = scalar.len().saturating_sub(size);
    let (zeros, scalar) = scalar.split_at_checked(excess).ok_or(KeyFault::Inconsistent)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(KeyFault::Inconsistent);
    }
    let (scalar, point) = public_point(curve, scalar).ok_or(KeyFault::Inconsistent)?;
    Ok(EcdsaKey { curve, scalar, point })
}
