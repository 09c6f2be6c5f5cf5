//! Client certificates and keys that cannot be used, as causes; and the key that signs nothing.

use rustls::{
    Error, SignatureAlgorithm, SignatureScheme,
    sign::{Signer, SigningKey},
};

use crate::{config::CertFault, session::FailureKind};

use super::Cause;

/// The cause of a stage that fails with this fault.
pub(super) fn client_key(fault: CertFault) -> Cause {
    let entry = fault.entry().to_owned();
    let CertFault { kind: fault, path: _, message, pipeline, mends } = fault;
    Cause::new(FailureKind::ClientKey { fault, entry, pipeline, mends: mends.into() }, message)
}

/// An RSA key of fewer than 1024 bits. The certificate is sent, and then nothing is signed, as in the pipeline.
#[derive(Debug)]
pub(super) struct WeakKey;

impl SigningKey for WeakKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.first().map(|scheme| Box::new(NoSigner(*scheme)) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

#[derive(Debug)]
struct NoSigner(SignatureScheme);

impl Signer for NoSigner {
    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, Error> {
        Err(Error::General("the key is too small to sign with".to_owned()))
    }

    fn scheme(&self) -> SignatureScheme {
        self.0
    }
}
