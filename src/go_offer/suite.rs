//! The suites of Go's client, with the four that rustls does not bring: ECDHE with AES in chained blocks.

use aes::{Aes128, Aes256};
use rustls::crypto::CipherSuiteCommon;
use rustls::crypto::aws_lc_rs::cipher_suite::{
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256,
};
use rustls::crypto::cipher::Tls12AeadAlgorithm;
use rustls::{CipherSuite, SupportedCipherSuite, Tls12CipherSuite};

use crate::go_offer::record::CbcSha1;

/// TLS 1.2 with authenticated encryption (`crypto/tls/cipher_suites.go`, `cipherSuitesPreferenceOrder`, as on a
/// machine that has AES in hardware).
pub static AEAD_SUITES: &[SupportedCipherSuite] = &[
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];

/// TLS 1.2 with a MAC that is encrypted along with what it covers.
pub static CBC_SUITES: &[SupportedCipherSuite] = &[
    SupportedCipherSuite::Tls12(&ECDSA_AES_128),
    SupportedCipherSuite::Tls12(&RSA_AES_128),
    SupportedCipherSuite::Tls12(&ECDSA_AES_256),
    SupportedCipherSuite::Tls12(&RSA_AES_256),
];

/// TLS 1.3, which Go puts last (`crypto/tls/defaults.go`, `defaultCipherSuitesTLS13`).
pub static TLS13_SUITES: &[SupportedCipherSuite] =
    &[TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256];

static ECDSA_AES_128: Tls12CipherSuite = like(
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    &TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    &CbcSha1::<Aes128>::NEW,
);

static RSA_AES_128: Tls12CipherSuite = like(
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
    &TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    &CbcSha1::<Aes128>::NEW,
);

static ECDSA_AES_256: Tls12CipherSuite = like(
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
    &TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    &CbcSha1::<Aes256>::NEW,
);

static RSA_AES_256: Tls12CipherSuite = like(
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
    &TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    &CbcSha1::<Aes256>::NEW,
);

/// A suite that differs from one of rustls, whose handshake hashes with SHA-256, in its records only.
#[expect(clippy::panic, reason = "the models above are suites of TLS 1.2, which the compiler finds out")]
const fn like(
    suite: CipherSuite,
    model: &SupportedCipherSuite,
    records: &'static dyn Tls12AeadAlgorithm,
) -> Tls12CipherSuite {
    let SupportedCipherSuite::Tls12(model) = model else {
        panic!("the model is a suite of TLS 1.2");
    };
    Tls12CipherSuite {
        common: CipherSuiteCommon {
            suite,
            hash_provider: model.common.hash_provider,
            confidentiality_limit: u64::MAX,
        },
        prf_provider: model.prf_provider,
        kx: model.kx,
        sign: model.sign,
        aead_alg: records,
    }
}
