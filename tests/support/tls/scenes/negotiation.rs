//! Versions, suites, groups and the signatures of the handshake.

use rustls::{
    CipherSuite, SignatureScheme,
    crypto::{SupportedKxGroup, aws_lc_rs::kx_group},
    version::{TLS12, TLS13},
};

use crate::tls::{
    cbc,
    certificate::{leaf, root},
    groups,
    key::Kind,
    scene::{Scene, scene},
    server::Tls,
};

/// A server whose key is of this kind, changed; by a file of roots, and with the block off.
fn both(name: &str, kind: Kind, change: impl Fn(Tls) -> Tls) -> [Scene; 2] {
    let lab = root(|_| {});
    let server = leaf(&lab, |plan| plan.of(kind, 9));
    let serving = change(Tls::of(&[&server])).serving();
    [
        scene(name, serving.clone()).roots(&[&lab]),
        scene(format!("{name}-tls-off"), serving).off_trusting(&lab),
    ]
}

fn on(name: &str, kind: Kind, change: impl Fn(Tls) -> Tls) -> Scene {
    let [on, _] = both(name, kind, change);
    on
}

const RSA: Kind = Kind::Rsa(2048);

pub fn all() -> Vec<Scene> {
    let mut all = vec![
        on("version-1.2", Kind::P256, |tls| tls.only(&TLS12)),
        on("version-1.3", Kind::P256, |tls| tls.only(&TLS13)),
        on("version-alpn-other", Kind::P256, |tls| tls.with(|tls| tls.protocols = vec![b"h2".to_vec()])),
    ];
    all.extend(suites());
    all.extend(groups());
    all.extend(signatures());
    all
}

fn suites() -> Vec<Scene> {
    let mut all = Vec::new();
    let own = [
        ("ecdhe-rsa-aes128-gcm", CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, RSA),
        ("ecdhe-rsa-aes256-gcm", CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, RSA),
        ("ecdhe-rsa-chacha", CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, RSA),
        ("ecdhe-ecdsa-aes128-gcm", CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Kind::P256),
        ("ecdhe-ecdsa-aes256-gcm", CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, Kind::P256),
        ("ecdhe-ecdsa-chacha", CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, Kind::P256),
        ("ecdhe-rsa-aes128-cbc", CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, RSA),
        ("ecdhe-rsa-aes256-cbc", CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, RSA),
        ("ecdhe-ecdsa-aes128-cbc", CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, Kind::P256),
        ("ecdhe-ecdsa-aes256-cbc", CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, Kind::P256),
    ];
    for (name, suite, kind) in own {
        all.extend(both(&format!("suite-{name}"), kind, |tls| {
            tls.only(&TLS12).with(|tls| tls.suites.retain(|own| own.suite() == suite))
        }));
    }
    // Nobody who speaks these is here: a server that has nothing else.
    let named = [
        ("ecdhe-rsa-aes128-cbc-sha256", 0xc027, RSA),
        ("ecdhe-ecdsa-aes256-cbc-sha384", 0xc024, Kind::P256),
        ("rsa-aes128-gcm", 0x009c, RSA),
        ("rsa-aes256-cbc", 0x0035, RSA),
        ("dhe-rsa-aes128-gcm", 0x009e, RSA),
        ("ecdhe-ecdsa-ccm", 0xc0ac, Kind::P256),
        ("ecdhe-rsa-camellia", 0xc076, RSA),
        ("ecdhe-rsa-3des", 0xc012, RSA),
        ("ecdhe-rsa-rc4", 0xc011, RSA),
        ("anonymous", 0xc018, RSA),
    ];
    for (name, number, kind) in named {
        all.extend(both(&format!("suite-{name}"), kind, |tls| {
            tls.only(&TLS12).with(|tls| tls.suites = vec![cbc::only_named(number, kind == RSA)])
        }));
    }
    let newer = [
        ("1.3-aes128", CipherSuite::TLS13_AES_128_GCM_SHA256),
        ("1.3-aes256", CipherSuite::TLS13_AES_256_GCM_SHA384),
        ("1.3-chacha", CipherSuite::TLS13_CHACHA20_POLY1305_SHA256),
    ];
    for (name, suite) in newer {
        all.push(on(&format!("suite-{name}"), RSA, |tls| {
            tls.only(&TLS13).with(|tls| tls.suites.retain(|own| own.suite() == suite))
        }));
    }
    all
}

fn groups() -> Vec<Scene> {
    let all: [(&str, &'static dyn SupportedKxGroup, bool); 11] = [
        ("x25519", kx_group::X25519, true),
        ("p256", kx_group::SECP256R1, true),
        ("p384", kx_group::SECP384R1, true),
        ("p521", groups::P521, true),
        ("x448", groups::X448, true),
        ("unknown", groups::UNKNOWN, false),
        ("brainpool", groups::BRAINPOOL, true),
        ("x25519-ml-kem-768", kx_group::X25519MLKEM768, false),
        ("p256-ml-kem-768", kx_group::SECP256R1MLKEM768, false),
        ("p384-ml-kem-1024", groups::P384_ML_KEM_1024, false),
        ("ml-kem-1024", groups::ML_KEM_1024, false),
    ];
    let mut scenes = Vec::new();
    for (name, group, older_too) in all {
        let newer = |tls: Tls| tls.only(&TLS13).with(|tls| tls.groups = vec![group]);
        scenes.push(on(&format!("group-{name}"), Kind::P256, newer));
        if older_too {
            let older = |tls: Tls| tls.only(&TLS12).with(|tls| tls.groups = vec![group]);
            scenes.push(on(&format!("group-{name}-tls-1.2"), RSA, older));
        }
    }
    scenes.push(on("group-p521-before-p256", Kind::P256, |tls| {
        tls.with(|tls| tls.groups = vec![groups::P521, kx_group::SECP256R1])
    }));
    scenes
}

fn signatures() -> Vec<Scene> {
    use SignatureScheme as S;
    let by = |name: &str, kind, scheme, version| {
        on(&format!("signs-{name}"), kind, |tls| tls.only(version).with(|tls| tls.schemes = vec![scheme]))
    };
    vec![
        by("1.2-rsa-sha1", RSA, S::RSA_PKCS1_SHA1, &TLS12),
        by("1.2-rsa-sha256", RSA, S::RSA_PKCS1_SHA256, &TLS12),
        by("1.2-rsa-sha384", RSA, S::RSA_PKCS1_SHA384, &TLS12),
        by("1.2-rsa-sha512", RSA, S::RSA_PKCS1_SHA512, &TLS12),
        by("1.2-pss-sha256", RSA, S::RSA_PSS_SHA256, &TLS12),
        by("1.2-pss-sha512", RSA, S::RSA_PSS_SHA512, &TLS12),
        by("1.2-ecdsa-sha1", Kind::P256, S::ECDSA_SHA1_Legacy, &TLS12),
        by("1.2-ecdsa-sha384-p256", Kind::P256, S::ECDSA_NISTP384_SHA384, &TLS12),
        by("1.2-ecdsa-sha512-p256", Kind::P256, S::ECDSA_NISTP521_SHA512, &TLS12),
        by("1.2-ecdsa-sha256-p384", Kind::P384, S::ECDSA_NISTP256_SHA256, &TLS12),
        by("1.2-ecdsa-sha256-p521", Kind::P521, S::ECDSA_NISTP256_SHA256, &TLS12),
        by("1.2-rsa-1024-sha512", Kind::Rsa(1024), S::RSA_PKCS1_SHA512, &TLS12),
        by("1.3-pss-sha384", RSA, S::RSA_PSS_SHA384, &TLS13),
        by("1.3-pss-sha512", RSA, S::RSA_PSS_SHA512, &TLS13),
        by("1.3-rsa-1024-pss-sha512", Kind::Rsa(1024), S::RSA_PSS_SHA512, &TLS13),
        by("1.3-rsa-1024-pss-sha256", Kind::Rsa(1024), S::RSA_PSS_SHA256, &TLS13),
        by("1.3-rsa-pkcs1", RSA, S::RSA_PKCS1_SHA256, &TLS13),
        by("1.3-ecdsa-sha384-p256", Kind::P256, S::ECDSA_NISTP384_SHA384, &TLS13),
        by("1.3-ecdsa-sha256-p384", Kind::P384, S::ECDSA_NISTP256_SHA256, &TLS13),
        by("1.3-ecdsa-p521", Kind::P521, S::ECDSA_NISTP521_SHA512, &TLS13),
    ]
}
