//! Kinds and sizes of keys, and the signatures of certificates.

use crate::tls::{
    certificate::{Plan, intermediate, leaf, root},
    hash::Hash,
    key::{Kind, Scheme},
    scene::{Scene, scene, shows},
    server::Tls,
};
use rustls::version::TLS12;

const fn plain(hash: Hash) -> Option<Scheme> {
    Some(Scheme { hash, pss: false })
}

const fn pss(hash: Hash) -> Option<Scheme> {
    Some(Scheme { hash, pss: true })
}

/// A leaf by a root, each changed.
pub fn pair(name: &str, of_root: impl FnOnce(&mut Plan), of_leaf: impl FnOnce(&mut Plan)) -> Scene {
    let lab = root(of_root);
    shows(name, &[&leaf(&lab, of_leaf)], &[&lab])
}

pub fn all() -> Vec<Scene> {
    let mut all = roots();
    all.extend(leafs());
    all.extend(signatures());
    all
}

fn roots() -> Vec<Scene> {
    let of = |name: &str, kind| pair(name, |plan| plan.of(kind, 0), |_| {});
    vec![
        of("root-key-rsa-768", Kind::Rsa(768)),
        of("root-key-rsa-1024", Kind::Rsa(1024)),
        of("root-key-rsa-1536", Kind::Rsa(1536)),
        of("root-key-rsa-2040", Kind::Rsa(2040)),
        of("root-key-rsa-2048", Kind::Rsa(2048)),
        of("root-key-rsa-4096", Kind::Rsa(4096)),
        of("root-key-rsa-8192", Kind::Rsa(8192)),
        of("root-key-rsa-8200", Kind::Rsa(8200)),
        of("root-key-p224", Kind::P224),
        of("root-key-p384", Kind::P384),
        of("root-key-p521", Kind::P521),
        of("root-key-ed25519", Kind::Ed25519),
        of("root-key-ed448", Kind::Ed448),
        of("root-key-rsa-pss", Kind::RsaPss),
        pair(
            "root-sha1-itself",
            |plan| {
                plan.of(Kind::Rsa(2048), 0);
                plan.scheme = plain(Hash::Sha1);
            },
            |_| {},
        ),
        pair(
            "root-md5-itself",
            |plan| {
                plan.of(Kind::Rsa(2048), 0);
                plan.scheme = plain(Hash::Md5);
            },
            |_| {},
        ),
    ]
}

fn leafs() -> Vec<Scene> {
    let served = |name: &str, kind, change: fn(Tls) -> Tls| {
        let lab = root(|_| {});
        let server = leaf(&lab, |plan| plan.of(kind, 9));
        scene(name, change(Tls::of(&[&server])).serving()).roots(&[&lab])
    };
    let of = |name: &str, kind| served(name, kind, |tls| tls);
    let older = |name: &str, kind| served(name, kind, |tls| tls.only(&TLS12));
    vec![
        older("leaf-key-rsa-512-tls-1.2", Kind::Rsa(512)),
        of("leaf-key-rsa-768", Kind::Rsa(768)),
        of("leaf-key-rsa-1024", Kind::Rsa(1024)),
        older("leaf-key-rsa-1024-tls-1.2", Kind::Rsa(1024)),
        of("leaf-key-rsa-1536", Kind::Rsa(1536)),
        of("leaf-key-rsa-2040", Kind::Rsa(2040)),
        of("leaf-key-rsa-2047", Kind::Rsa(2047)),
        of("leaf-key-rsa-2048", Kind::Rsa(2048)),
        of("leaf-key-rsa-3072", Kind::Rsa(3072)),
        of("leaf-key-rsa-4096", Kind::Rsa(4096)),
        of("leaf-key-rsa-8192", Kind::Rsa(8192)),
        of("leaf-key-rsa-8200", Kind::Rsa(8200)),
        older("leaf-key-p224-tls-1.2", Kind::P224),
        of("leaf-key-p384", Kind::P384),
        older("leaf-key-p384-tls-1.2", Kind::P384),
        of("leaf-key-p521", Kind::P521),
        older("leaf-key-p521-tls-1.2", Kind::P521),
        of("leaf-key-ed25519", Kind::Ed25519),
        older("leaf-key-ed25519-tls-1.2", Kind::Ed25519),
        of("leaf-key-ed448", Kind::Ed448),
        older("leaf-key-secp256k1-tls-1.2", Kind::Secp256k1),
        of("leaf-key-rsa-pss", Kind::RsaPss),
        older("leaf-key-rsa-pss-tls-1.2", Kind::RsaPss),
    ]
}

fn signatures() -> Vec<Scene> {
    let signed = |name: &str, kind, scheme| pair(name, |plan| plan.of(kind, 0), |plan| plan.scheme = scheme);
    let rsa = Kind::Rsa(2048);
    let between = |name: &str, hash| {
        let lab = root(|plan| plan.of(Kind::Rsa(2048), 0));
        let middle = intermediate(&lab, |plan| plan.scheme = plain(hash));
        shows(name, &[&leaf(&middle, |_| {}), &middle], &[&lab])
    };
    let claims = |name: &str, kind, like: Kind| {
        let own = crate::tls::key::key(like, 3);
        let algorithm = own.algorithm(own.scheme());
        pair(
            name,
            |plan| plan.of(kind, 0),
            move |plan| plan.algorithms = [Some(algorithm.clone()), Some(algorithm)],
        )
    };
    vec![
        signed("signature-md5-rsa", rsa, plain(Hash::Md5)),
        signed("signature-sha1-rsa", rsa, plain(Hash::Sha1)),
        signed("signature-sha1-ecdsa", Kind::P256, plain(Hash::Sha1)),
        signed("signature-sha224-rsa", rsa, plain(Hash::Sha224)),
        signed("signature-sha224-ecdsa", Kind::P256, plain(Hash::Sha224)),
        signed("signature-sha384-rsa", rsa, plain(Hash::Sha384)),
        signed("signature-sha512-rsa", rsa, plain(Hash::Sha512)),
        signed("signature-sha512-rsa-1024", Kind::Rsa(1024), plain(Hash::Sha512)),
        signed("signature-pss-sha256", rsa, pss(Hash::Sha256)),
        signed("signature-pss-sha384", rsa, pss(Hash::Sha384)),
        signed("signature-pss-sha512", rsa, pss(Hash::Sha512)),
        signed("signature-sha384-p256", Kind::P256, plain(Hash::Sha384)),
        signed("signature-sha512-p256", Kind::P256, plain(Hash::Sha512)),
        signed("signature-sha256-p384", Kind::P384, plain(Hash::Sha256)),
        signed("signature-sha512-p384", Kind::P384, plain(Hash::Sha512)),
        signed("signature-sha256-p521", Kind::P521, plain(Hash::Sha256)),
        between("signature-of-intermediate-sha1", Hash::Sha1),
        between("signature-of-intermediate-md5", Hash::Md5),
        claims("signature-says-rsa-key-is-ec", Kind::P256, rsa),
        claims("signature-says-ec-key-is-rsa", rsa, Kind::P256),
        claims("signature-says-ed25519-key-is-ec", Kind::P256, Kind::Ed25519),
        pair("signature-spoiled-ecdsa", |_| {}, |plan| plan.spoiled = true),
        pair("signature-spoiled-rsa", |plan| plan.of(Kind::Rsa(2048), 0), |plan| plan.spoiled = true),
        pair("signature-spoiled-ed25519", |plan| plan.of(Kind::Ed25519, 0), |plan| plan.spoiled = true),
    ]
}
