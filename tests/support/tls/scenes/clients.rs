//! Client certificates in the handshake: none, of another authority, of each kind of key, and how servers refuse them.

use rustls::{
    CertificateError, SignatureScheme, SupportedProtocolVersion,
    version::{TLS12, TLS13},
};

use crate::tls::{
    certificate::{COMMON_NAME, Cert, Plan, client, intermediate, leaf, name_of, own, root},
    der::{integer, tlv},
    extension::{Critical, SERVER, no_authority, unknown, usages},
    hash::Hash,
    key::{Kind, Scheme},
    records::{FLIGHT, Flight, alert, flight},
    scene::{Scene, scene},
    server::{Asked, Tls},
};

/// What the servers here take, if nothing else is said.
pub fn asked(authorities: &[&Cert]) -> Asked {
    use SignatureScheme as S;
    Asked {
        required: true,
        authorities: authorities.iter().map(|cert| cert.subject.clone()).collect(),
        schemes: vec![
            S::ECDSA_NISTP256_SHA256,
            S::ECDSA_NISTP384_SHA384,
            S::ECDSA_NISTP521_SHA512,
            S::ED25519,
            S::RSA_PSS_SHA256,
            S::RSA_PSS_SHA384,
            S::RSA_PSS_SHA512,
            S::RSA_PKCS1_SHA256,
            S::RSA_PKCS1_SHA384,
            S::RSA_PKCS1_SHA512,
        ],
        refuses: None,
    }
}

/// A server that asks so, in each version.
pub fn asks(name: &str, asked: &Asked, dials: impl Fn(Scene) -> Scene) -> [Scene; 2] {
    [("", &TLS13), ("-tls-1.2", &TLS12)]
        .map(|(suffix, version)| dials(asks_in(&format!("client-{name}{suffix}"), version, asked)))
}

pub fn asks_in(name: &str, version: &'static SupportedProtocolVersion, asked: &Asked) -> Scene {
    let lab = root(|_| {});
    let tls = Tls::of(&[&leaf(&lab, |_| {})]).only(version).with(|tls| tls.asked = Some(asked.clone()));
    scene(name, tls.serving()).roots(&[&lab])
}

pub fn authority() -> Cert {
    own("Client CA", 10, |_| {})
}

pub fn all() -> Vec<Scene> {
    let mut all = asking();
    all.extend(kinds());
    all.extend(refusals());
    all.extend(choices());
    all.extend(forms());
    all
}

fn asking() -> Vec<Scene> {
    let ca = authority();
    let (ours, others) = (client(&ca, |_| {}), client(&own("Other CA", 15, |_| {}), |_| {}));
    let required = asked(&[&ca]);
    let optional = Asked { required: false, ..asked(&[&ca]) };
    let anyone = asked(&[]);
    let mut all = Vec::new();
    all.extend(asks("none-required", &required, |scene| scene));
    all.extend(asks("none-optional", &optional, |scene| scene));
    all.extend(asks("right", &required, |scene| scene.client(&ours)));
    all.extend(asks("of-unnamed-authority", &required, |scene| scene.client(&others)));
    all.extend(asks("of-unnamed-authority-optional", &optional, |scene| scene.client(&others)));
    all.extend(asks("no-authority-named", &anyone, |scene| scene.client(&others)));
    all.extend(asks("and-skip", &required, |scene| scene.client(&ours).skip()));
    all.extend(asks("block-off", &required, |scene| {
        let lab = root(|_| {});
        scene.client(&ours).off_trusting(&lab)
    }));
    let lab = root(|_| {});
    let good = Tls::of(&[&leaf(&lab, |_| {})]).serving();
    all.push(scene("client-not-asked", good).roots(&[&lab]).client(&ours));
    all
}

fn kinds() -> Vec<Scene> {
    let ca = authority();
    let kinds = [
        ("rsa-512", Kind::Rsa(512)),
        ("rsa-1024", Kind::Rsa(1024)),
        ("rsa-1536", Kind::Rsa(1536)),
        ("rsa-2048", Kind::Rsa(2048)),
        ("rsa-4096", Kind::Rsa(4096)),
        ("p224", Kind::P224),
        ("p384", Kind::P384),
        ("p521", Kind::P521),
        ("ed25519", Kind::Ed25519),
        ("secp256k1", Kind::Secp256k1),
        ("rsa-pss", Kind::RsaPss),
    ];
    let mut all = Vec::new();
    for (name, kind) in kinds {
        let cert = client(&ca, |plan| plan.of(kind, 12));
        all.extend(asks(&format!("key-{name}"), &asked(&[&ca]), |scene| scene.client(&cert)));
    }
    let only = |scheme| Asked { schemes: vec![scheme], ..asked(&[&ca]) };
    let (ec, rsa) = (client(&ca, |_| {}), client(&ca, |plan| plan.of(Kind::Rsa(2048), 0)));
    let small = client(&ca, |plan| plan.of(Kind::Rsa(1024), 0));
    all.extend(asks("schemes-rsa-only", &only(SignatureScheme::RSA_PSS_SHA256), |scene| scene.client(&ec)));
    all.extend(asks("schemes-ecdsa-only", &only(SignatureScheme::ECDSA_NISTP256_SHA256), |scene| {
        scene.client(&rsa)
    }));
    all.extend(asks("schemes-pss-sha512-rsa-1024", &only(SignatureScheme::RSA_PSS_SHA512), |scene| {
        scene.client(&small)
    }));
    all
}

fn refusals() -> Vec<Scene> {
    let ca = authority();
    let cert = client(&ca, |_| {});
    let mut all = Vec::new();
    let refusals = [
        ("refused-expired", CertificateError::Expired),
        ("refused-unknown-issuer", CertificateError::UnknownIssuer),
        ("refused-revoked", CertificateError::Revoked),
        ("refused-bad-signature", CertificateError::BadSignature),
        ("refused-purpose", CertificateError::InvalidPurpose),
        ("refused-encoding", CertificateError::BadEncoding),
        ("refused-application", CertificateError::ApplicationVerificationFailure),
    ];
    for (name, error) in refusals {
        let asked = Asked { refuses: Some(error), ..asked(&[&ca]) };
        all.extend(asks(name, &asked, |scene| scene.client(&cert)));
    }
    // In the clear, as a server of TLS 1.2 says it once it has the certificate, or none.
    for (name, code, shown) in [
        ("alert-12-none-handshake-failure", 40, false),
        ("alert-12-none-bad-certificate", 42, false),
        ("alert-12-none-certificate-required", 116, false),
        ("alert-12-unknown-ca", 48, true),
        ("alert-12-access-denied", 49, true),
        ("alert-12-illegal-parameter", 47, true),
    ] {
        let lab = root(|_| {});
        let serving = flight(&leaf(&lab, |_| {}), Flight { asks: true, ..FLIGHT }, alert(2, code));
        let scene = scene(format!("client-{name}"), serving).roots(&[&lab]);
        all.push(if shown { scene.client(&cert) } else { scene });
    }
    all
}

fn choices() -> Vec<Scene> {
    let ca = authority();
    let other = own("Other CA", 15, |_| {});
    let (ours, others) = (client(&ca, |_| {}), client(&other, |plan| plan.of(Kind::P256, 13)));
    let middle = intermediate(&ca, |plan| plan.of(Kind::P256, 11));
    let below = client(&middle, |_| {});
    let key = || below.key.pem();
    let required = asked(&[&ca]);
    let small = client(&ca, |plan| plan.of(Kind::Rsa(512), 0));
    let mut all = Vec::new();
    all.extend(asks("two-second-fits", &required, |scene| scene.client(&others).client(&ours)));
    all.extend(asks("two-first-fits", &required, |scene| scene.client(&ours).client(&others)));
    all.extend(asks("two-none-fits", &required, |scene| scene.client(&others).client(&others)));
    all.extend(asks("two-first-cannot-sign", &required, |scene| scene.client(&small).client(&ours)));
    all.extend(asks("intermediate-sent", &required, |scene| {
        scene.client_files(&(below.pem() + &middle.pem()), &key(), None)
    }));
    all.extend(asks("intermediate-not-sent", &required, |scene| scene.client(&below)));
    all.extend(asks("chain-in-wrong-order", &required, |scene| {
        scene.client_files(&(middle.pem() + &below.pem()), &key(), None)
    }));
    all
}

/// Certificates of odd forms.
fn forms() -> Vec<Scene> {
    let ca = authority();
    let anyone = asked(&[]);
    let with = |name: &str, change: &dyn Fn(&mut Plan)| {
        let cert = client(&ca, change);
        asks_in(&format!("client-{name}"), &TLS13, &anyone).client(&cert)
    };
    let bare = |plan: &mut Plan| {
        plan.version = 1;
        plan.extensions.clear();
    };
    let v1 = client(&ca, bare);
    let mut all = vec![
        with("expired", &|plan| plan.ended()),
        with("not-yet-valid", &|plan| plan.later()),
        with("server-only", &|plan| plan.extensions = vec![no_authority(), usages(&[SERVER])]),
        with("critical-unknown", &|plan| plan.add(unknown(Critical::Yes))),
        with("unique-identifiers", &|plan| plan.unique = tlv(0x81, &[b"\0\x01"])),
        with("ca-true", &|plan| plan.extensions = vec![crate::tls::extension::authority(None)]),
        with("v2", &|plan| {
            plan.version = 2;
            plan.extensions.clear();
        }),
        with("spoiled", &|plan| plan.spoiled = true),
        with("negative-serial", &|plan| plan.serial = integer(-1)),
        with("underscore-in-printable-string", &|plan| {
            plan.named(name_of(&[(COMMON_NAME, 0x13, b"my_client")]))
        }),
        with("duplicate-extension", &|plan| plan.add(no_authority())),
        with("trailing-data", &|plan| plan.trailing[1] = vec![0]),
        with("fraction-in-time", &|plan| {
            plan.until = crate::tls::certificate::generalized_time("20300101000000.5Z")
        }),
        with("offset-in-time", &|plan| plan.until = crate::tls::certificate::utc_time("300101000000+0100")),
        asks_in("client-v1-inline", &TLS13, &anyone).client_inline(&v1.pem(), &v1.key.pem()),
        asks_in("client-self-signed", &TLS13, &anyone)
            .client(&own("me", 16, |plan| plan.extensions = vec![no_authority()])),
        asks_in("client-v1-self-signed", &TLS13, &anyone).client(&own("me", 16, bare)),
        asks_in("client-sha1", &TLS13, &anyone).client(&client(
            &own("Old CA", 10, |plan| plan.of(Kind::Rsa(2048), 3)),
            |plan| {
                plan.scheme = Some(Scheme { hash: Hash::Sha1, pss: false });
            },
        )),
    ];
    all.extend(asks("v1", &asked(&[&ca]), |scene| scene.client(&v1)));
    all
}
