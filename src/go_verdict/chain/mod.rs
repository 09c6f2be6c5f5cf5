//! What Go says of the certificates a server shows: the chain it builds, or why there is none.
//!
//! This is `Certificate.Verify` of `crypto/x509` (Go 1.26) as the client of `crypto/tls` calls it, and the check of the
//! signature by which the server proves its key. All of it is pure: the time comes from the caller.

mod authority;
mod building;
mod constraint_set;
mod constraints;
mod dates;
mod ecdsa;
mod error;
mod handshake;
mod hash;
mod judge;
mod names;
mod policy;
mod rsa;
mod signature;
mod uri_host;
mod usage;
mod verify;

pub use building::Chain;
pub use constraints::ConstraintError;
pub use dates::DateError;
pub use error::{Hint, HintCause, SignatureError, VerifyError};
pub use handshake::{
    HandshakeSignatureError, Protocol, SuiteKey, UnsupportedKey, check_leaf_key, handshake_signature,
};
pub use judge::{Fitness, Judgement, Judgements, Signer, judge};
pub use names::{HostnameError, check_hostname};
pub use rsa::RsaError;
pub use uri_host::UriHostError;
pub use verify::{Served, verify};
