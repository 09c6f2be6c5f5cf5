//! Groups of the key exchange that our library of TLS does not have.

use aws_lc_rs::{
    agreement::{self, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral},
    kem,
    rand::SystemRandom,
};
use rustls::{
    Error, NamedGroup, PeerMisbehaved, ProtocolVersion,
    crypto::{ActiveKeyExchange, CompletedKeyExchange, SharedSecret, SupportedKxGroup},
};

pub static P521: &dyn SupportedKxGroup = &Nist { group: NamedGroup::secp521r1, curve: &agreement::ECDH_P521 };

/// P-384 with ML-KEM-1024.
pub static P384_ML_KEM_1024: &dyn SupportedKxGroup = &Hybrid;

/// Groups that are only named: whoever chooses them gets nothing.
pub static X448: &dyn SupportedKxGroup = &Named(NamedGroup::X448);
pub static UNKNOWN: &dyn SupportedKxGroup = &Named(NamedGroup::Unknown(0x2a));
pub static BRAINPOOL: &dyn SupportedKxGroup = &Named(NamedGroup::Unknown(26));
pub static ML_KEM_1024: &dyn SupportedKxGroup = &Named(NamedGroup::MLKEM1024);

const BAD_SHARE: Error = Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare);

#[derive(Debug)]
struct Nist {
    group: NamedGroup,
    curve: &'static agreement::Algorithm,
}

struct Started {
    group: NamedGroup,
    curve: &'static agreement::Algorithm,
    secret: EphemeralPrivateKey,
    share: Vec<u8>,
}

impl SupportedKxGroup for Nist {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let secret = EphemeralPrivateKey::generate(self.curve, &SystemRandom::new())
            .map_err(|_| Error::FailedToGetRandomBytes)?;
        let share = secret.compute_public_key().map_err(|_| BAD_SHARE)?.as_ref().to_vec();
        Ok(Box::new(Started { group: self.group, curve: self.curve, secret, share }))
    }

    fn name(&self) -> NamedGroup {
        self.group
    }
}

impl ActiveKeyExchange for Started {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let peer = UnparsedPublicKey::new(self.curve, peer);
        agree_ephemeral(self.secret, peer, BAD_SHARE, |secret| Ok(SharedSecret::from(secret)))
    }

    fn pub_key(&self) -> &[u8] {
        &self.share
    }

    fn group(&self) -> NamedGroup {
        self.group
    }
}

#[derive(Debug)]
struct Hybrid;

/// The bytes of a P-384 share.
const CLASSICAL: usize = 97;

impl SupportedKxGroup for Hybrid {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        Err(Error::General("a server only answers".into()))
    }

    fn start_and_complete(&self, share: &[u8]) -> Result<CompletedKeyExchange, Error> {
        let (classical, lattice) = share.split_at_checked(CLASSICAL).ok_or(BAD_SHARE)?;
        let own = Nist { group: NamedGroup::secp384r1, curve: &agreement::ECDH_P384 }.start()?;
        let mut public = own.pub_key().to_vec();
        let mut secret = own.complete(classical)?.secret_bytes().to_vec();
        let lattice = kem::EncapsulationKey::new(&kem::ML_KEM_1024, lattice).map_err(|_| BAD_SHARE)?;
        let (sealed, shared) = lattice.encapsulate().map_err(|_| BAD_SHARE)?;
        public.extend_from_slice(sealed.as_ref());
        secret.extend_from_slice(shared.as_ref());
        Ok(CompletedKeyExchange { group: self.name(), pub_key: public, secret: SharedSecret::from(secret) })
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::Unknown(0x11ed)
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

#[derive(Debug)]
struct Named(NamedGroup);

impl SupportedKxGroup for Named {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        Err(Error::General("nobody who speaks it is here".into()))
    }

    fn name(&self) -> NamedGroup {
        self.0
    }
}
