//! What a client offers: Go's, for each engine and block, or the one that dialled.

use crate::go_verdict::code::{group, scheme, suite, version};
use crate::go_verdict::wire::alert::Alert;

/// Which engine the pipeline runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Benthos77,
    Benthos78,
    Benthos80,
    Bento,
}

/// Is the `tls` block enabled? If not, it is not read and Go's own defaults hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    On,
    Off,
}

/// What a `ClientHello` offers, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub versions: Vec<u16>,
    pub suites: Vec<u16>,
    pub groups: Vec<u16>,
    /// The groups that a key is sent for at once.
    pub shares: Vec<u16>,
    /// For the signature of the handshake.
    pub schemes: Vec<u16>,
    /// For the signatures of certificates.
    pub certificate_schemes: Vec<u16>,
}

/// ECDHE with an AEAD: the list that Benthos sets (`public/service/securetls`, `getNormalCipherSuites`), in Go's order
/// where AES is in hardware (`crypto/tls/cipher_suites.go`, `cipherSuitesPreferenceOrder`).
const AEAD_SUITES: [u16; 6] = [
    suite::ECDHE_ECDSA_AES_128_GCM_SHA256,
    suite::ECDHE_RSA_AES_128_GCM_SHA256,
    suite::ECDHE_ECDSA_AES_256_GCM_SHA384,
    suite::ECDHE_RSA_AES_256_GCM_SHA384,
    suite::ECDHE_ECDSA_CHACHA20_POLY1305,
    suite::ECDHE_RSA_CHACHA20_POLY1305,
];

/// What Go's defaults have besides (`crypto/tls/defaults.go`, `defaultCipherSuites`).
const CBC_SUITES: [u16; 4] = [
    suite::ECDHE_ECDSA_AES_128_CBC_SHA,
    suite::ECDHE_RSA_AES_128_CBC_SHA,
    suite::ECDHE_ECDSA_AES_256_CBC_SHA,
    suite::ECDHE_RSA_AES_256_CBC_SHA,
];

/// `crypto/tls/defaults.go`, `defaultCipherSuitesTLS13`: not configurable.
const SUITES_13: [u16; 3] =
    [suite::TLS13_AES_128_GCM_SHA256, suite::TLS13_AES_256_GCM_SHA384, suite::TLS13_CHACHA20_POLY1305_SHA256];

/// `crypto/tls/defaults.go`, `defaultCurvePreferences`.
const GROUPS: [u16; 7] = [
    group::X25519_MLKEM768,
    group::SECP256R1_MLKEM768,
    group::SECP384R1_MLKEM1024,
    group::X25519,
    group::P256,
    group::P384,
    group::P521,
];

/// The first group, and the elliptic half of it (`crypto/tls/key_schedule.go`, `hybridKeyExchange.keyShares`).
const SHARES: [u16; 2] = [group::X25519_MLKEM768, group::X25519];

/// `crypto/tls/defaults.go`, `defaultSupportedSignatureAlgorithms`; the last two, of SHA-1, are for certificates alone.
const SCHEMES: [u16; 12] = [
    scheme::PSS_SHA256,
    scheme::ECDSA_P256_SHA256,
    scheme::ED25519,
    scheme::PSS_SHA384,
    scheme::PSS_SHA512,
    scheme::PKCS1_SHA256,
    scheme::PKCS1_SHA384,
    scheme::PKCS1_SHA512,
    scheme::ECDSA_P384_SHA384,
    scheme::ECDSA_P521_SHA512,
    scheme::PKCS1_SHA1,
    scheme::ECDSA_SHA1,
];

impl Offer {
    /// What an engine offers (`internal/tls`, `defaultTLSConfig` of the engine; `crypto/tls/handshake_client.go`,
    /// `makeClientHello`).
    pub fn of(engine: Engine, block: Block) -> Self {
        let has_cbc = engine == Engine::Bento || block == Block::Off;
        let cbc = if has_cbc { &CBC_SUITES[..] } else { &[] };
        let is_sha1 = |known: &u16| matches!(*known, scheme::PKCS1_SHA1 | scheme::ECDSA_SHA1);
        Self {
            versions: vec![version::TLS_13, version::TLS_12],
            suites: [&AEAD_SUITES[..], cbc, &SUITES_13[..]].concat(),
            groups: GROUPS.to_vec(),
            shares: SHARES.to_vec(),
            schemes: SCHEMES.iter().copied().filter(|known| !is_sha1(known)).collect(),
            certificate_schemes: SCHEMES.to_vec(),
        }
    }

    /// Is the suite offered, and one of this version (`crypto/tls/cipher_suites.go`, `mutualCipherSuite`,
    /// `mutualCipherSuiteTLS13`)?
    pub fn takes_suite(&self, version: u16, suite: u16) -> bool {
        SUITES_13.contains(&suite) == (version == version::TLS_13) && self.suites.contains(&suite)
    }

    /// Is the scheme offered, one of this version, and one of the kind of key that the suite names (TLS 1.2)?
    pub fn takes_scheme(&self, version: u16, suite: u16, scheme: u16) -> bool {
        let fits = if version == version::TLS_13 {
            !scheme::is_pkcs1(scheme)
        } else {
            scheme::is_rsa(scheme) == signs_with_rsa(suite)
        };
        fits && self.schemes.contains(&scheme)
    }

    /// What `wider` offers and this one does not. Empty lists: nothing.
    #[must_use]
    pub fn lacks(&self, wider: &Self) -> Self {
        let missing = |ours: &[u16], theirs: &[u16]| -> Vec<u16> {
            theirs.iter().copied().filter(|number| !ours.contains(number)).collect()
        };
        Self {
            versions: missing(&self.versions, &wider.versions),
            suites: missing(&self.suites, &wider.suites),
            groups: missing(&self.groups, &wider.groups),
            shares: Vec::new(),
            schemes: missing(&self.schemes, &wider.schemes),
            certificate_schemes: Vec::new(),
        }
    }

    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        [&self.versions, &self.suites, &self.groups, &self.schemes].iter().all(|list| list.is_empty())
    }

    /// May an alert of this number be a server's answer to an offer without these?
    pub fn may_explain(&self, code: u8) -> bool {
        match code {
            Alert::HANDSHAKE_FAILURE | Alert::INSUFFICIENT_SECURITY => !self.is_empty(),
            Alert::PROTOCOL_VERSION => !self.versions.is_empty(),
            // OpenSSL wants the curve of a client's certificate among the groups.
            Alert::ILLEGAL_PARAMETER => !self.groups.is_empty(),
            _ => false,
        }
    }
}

/// A group with ML-KEM.
pub fn is_hybrid(group: u16) -> bool {
    matches!(group, group::X25519_MLKEM768 | group::SECP256R1_MLKEM768 | group::SECP384R1_MLKEM1024)
}

/// Is the server's key RSA by the name of the suite (`crypto/tls/cipher_suites.go`, `ecdheRSAKA`)?
pub fn signs_with_rsa(suite: u16) -> bool {
    matches!(
        suite,
        suite::ECDHE_RSA_AES_128_CBC_SHA
            | suite::ECDHE_RSA_AES_256_CBC_SHA
            | suite::ECDHE_RSA_AES_128_GCM_SHA256
            | suite::ECDHE_RSA_AES_256_GCM_SHA384
            | suite::ECDHE_RSA_CHACHA20_POLY1305
    )
}
