//! A private key in any of the forms that `tls.X509KeyPair` tries (`crypto/tls/tls.go`, `parsePrivateKey`).

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use crate::go_verdict::certificate::{Curve, PublicKey};
use crate::go_verdict::client::key::{
    curve::public_point,
    fault::{KeyFault, KeyKind},
    rsa::RsaKey,
};
use crate::go_verdict::der::{
    lax::{Malformed, Members},
    oid, tag, write,
};

/// A private key that Go signs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrivateKey {
    Rsa(RsaKey),
    Ecdsa(EcdsaKey),
    Ed25519(Ed25519Key),
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
                let seed = write::element(tag::OCTET_STRING, &[&key.seed]);
                Some(write::private_key_info(oid::ED25519, &[], &seed))
            }
        }
    }
}

impl EcdsaKey {
    fn pkcs8(&self) -> Vec<u8> {
        let point = write::element(tag::BIT_STRING, &[&[0], &self.point]);
        let parts: [&[u8]; 3] = [
            &write::integer(&[1]),
            &write::element(tag::OCTET_STRING, &[&self.scalar]),
            &write::element(tag::explicit(1), &[&point]),
        ];
        let curve = write::element(tag::OID, &[self.curve.oid()]);
        write::private_key_info(oid::KEY_ECDSA, &curve, &write::element(tag::SEQUENCE, &parts))
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
    match algorithm.oid {
        oid::KEY_RSA => RsaKey::from_pkcs1(key).map(|key| Pkcs8Key::Signs(PrivateKey::Rsa(key))),
        oid::KEY_ECDSA => {
            // Parameters that are no name leave the curve to the key inside.
            let named = Members::new(algorithm.parameters).oid().ok();
            let is_written_out = named.is_none() && !algorithm.parameters.is_empty();
            match sec1(named, key) {
                Ok(key) => Ok(Pkcs8Key::Signs(PrivateKey::Ecdsa(key))),
                Err(KeyFault::UnknownCurve) if is_written_out => Err(KeyFault::CurveWrittenOut),
                Err(fault) => Err(fault),
            }
        }
        oid::ED25519 => {
            let seed = thirty_two(algorithm.parameters, key)?;
            let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyFault::Malshaped)?;
            let public = pair.public_key().as_ref().try_into().map_err(|_| KeyFault::Malshaped)?;
            Ok(Pkcs8Key::Signs(PrivateKey::Ed25519(Ed25519Key { seed, public })))
        }
        oid::X25519 => thirty_two(algorithm.parameters, key).map(|_| Pkcs8Key::X25519),
        _ => Err(KeyFault::UnknownAlgorithm(oid::dotted(algorithm.oid))),
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
fn sec1(named: Option<&[u8]>, der: &[u8]) -> Result<EcdsaKey, KeyFault> {
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
    let curve = match named.or(own) {
        None if is_written_out => return Err(KeyFault::CurveWrittenOut),
        named => named.and_then(Curve::of).ok_or(KeyFault::UnknownCurve)?,
    };
    let size = curve.width();
    let excess = scalar.len().saturating_sub(size);
    let (zeros, scalar) = scalar.split_at_checked(excess).ok_or(KeyFault::Inconsistent)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(KeyFault::Inconsistent);
    }
    let scalar = [&vec![0; size.saturating_sub(scalar.len())], scalar].concat();
    let point = public_point(curve, &scalar).ok_or(KeyFault::Inconsistent)?;
    Ok(EcdsaKey { curve, scalar, point })
}
