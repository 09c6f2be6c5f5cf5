//! The groups of Go's key exchange, with the two that rustls does not bring: P-521 and its largest hybrid.

use aws_lc_rs::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use aws_lc_rs::rand::SystemRandom;
use rustls::crypto::aws_lc_rs::kx_group::{
    MLKEM1024, SECP256R1, SECP256R1MLKEM768, SECP384R1, X25519, X25519MLKEM768,
};
use rustls::crypto::{
    ActiveKeyExchange, CompletedKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup,
};
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};

/// Go's groups in its order of preference (`crypto/tls/defaults.go`, `defaultCurvePreferences`).
pub static GROUPS: &[&dyn SupportedKxGroup] =
    &[X25519MLKEM768, SECP256R1MLKEM768, &Secp384r1MlKem1024, X25519, SECP256R1, SECP384R1, &Secp521r1];

const INVALID_SHARE: Error = Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare);

/// Diffie and Hellman on the curve P-521.
#[derive(Debug)]
struct Secp521r1;

impl SupportedKxGroup for Secp521r1 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let private = EphemeralPrivateKey::generate(&agreement::ECDH_P521, &SystemRandom::new());
        let private = private.map_err(|_| GetRandomFailed)?;
        let public = private.compute_public_key().map_err(|_| GetRandomFailed)?;
        Ok(Box::new(ActiveSecp521r1 { private, public }))
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

struct ActiveSecp521r1 {
    private: EphemeralPrivateKey,
    public: agreement::PublicKey,
}

impl ActiveKeyExchange for ActiveSecp521r1 {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        // TLS knows uncompressed points only; the library would read the others too.
        if peer.first() != Some(&4) {
            return Err(INVALID_SHARE);
        }
        let peer = UnparsedPublicKey::new(&agreement::ECDH_P521, peer);
        agree_ephemeral(self.private, peer, INVALID_SHARE, |secret| Ok(SharedSecret::from(secret)))
    }

    fn pub_key(&self) -> &[u8] {
        self.public.as_ref()
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

/// P-384 beside ML-KEM-1024, the curve's part first in the shares and in the secret
/// (draft-ietf-tls-ecdhe-mlkem, section 4.1; `crypto/tls/key_schedule.go`, `hybridKeyExchange`).
#[derive(Debug)]
struct Secp384r1MlKem1024;

impl Secp384r1MlKem1024 {
    const NAME: NamedGroup = NamedGroup::Unknown(0x11ed);
    /// An uncompressed point of P-384.
    const POINT: usize = 97;
    /// ML-KEM-1024's key and its ciphertext are of one length.
    const KEM: usize = 1568;

    /// The curve's part and the other of what the peer sent.
    fn split(share: &[u8]) -> Result<(&[u8], &[u8]), Error> {
        match share.split_at_checked(Self::POINT) {
            Some((point, kem)) if kem.len() == Self::KEM => Ok((point, kem)),
            _ => Err(INVALID_SHARE),
        }
    }

    fn join(point: &SharedSecret, kem: &SharedSecret) -> SharedSecret {
        SharedSecret::from([point.secret_bytes(), kem.secret_bytes()].concat())
    }
}

impl SupportedKxGroup for Secp384r1MlKem1024 {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let (curve, kem) = (SECP384R1.start()?, MLKEM1024.start()?);
        let public = [curve.pub_key(), kem.pub_key()].concat();
        Ok(Box::new(ActiveHybrid { curve, kem, public }))
    }

    fn start_and_complete(&self, peer: &[u8]) -> Result<CompletedKeyExchange, Error> {
        let (point, kem) = Self::split(peer)?;
        let (curve, kem) = (SECP384R1.start_and_complete(point)?, MLKEM1024.start_and_complete(kem)?);
        Ok(CompletedKeyExchange {
            group: Self::NAME,
            pub_key: [curve.pub_key, kem.pub_key].concat(),
            secret: Self::join(&curve.secret, &kem.secret),
        })
    }

    fn name(&self) -> NamedGroup {
        Self::NAME
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

struct ActiveHybrid {
    curve: Box<dyn ActiveKeyExchange>,
    kem: Box<dyn ActiveKeyExchange>,
    public: Vec<u8>,
}

impl ActiveKeyExchange for ActiveHybrid {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let (point, kem) = Secp384r1MlKem1024::split(peer)?;
        Ok(Secp384r1MlKem1024::join(&self.curve.complete(point)?, &self.kem.complete(kem)?))
    }

    fn hybrid_component(&self) -> Option<(NamedGroup, &[u8])> {
        Some((self.curve.group(), self.curve.pub_key()))
    }

    fn complete_hybrid_component(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        self.curve.complete(peer)
    }

    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn group(&self) -> NamedGroup {
        Secp384r1MlKem1024::NAME
    }
}
