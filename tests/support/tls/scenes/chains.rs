//! Chains: what is missing, in the wrong order, too much, expired or too long.

use crate::tls::{
    certificate::{COMMON_NAME, Cert, between, days, intermediate, leaf, name_of, own, root},
    extension::{
        ANY, CERT_SIGN, CLIENT, Critical, DIGITAL_SIGNATURE, SERVER, authority, issuer_key, key_usage, named,
        no_authority, subject_key, unknown, usages,
    },
    key::{Kind, key},
    scene::{Scene, scene, shows},
    server::Tls,
};
use rustls::version::TLS12;

pub fn all() -> Vec<Scene> {
    let mut all = orders();
    all.extend(lengths());
    all.extend(intermediates());
    all.extend(crossed());
    all.extend(keys());
    all
}

fn orders() -> Vec<Scene> {
    let lab = root(|_| {});
    let middle = intermediate(&lab, |_| {});
    let second = between(&middle, "Second", 3, |_| {});
    let server = leaf(&middle, |_| {});
    let deep = leaf(&second, |_| {});
    let plain = leaf(&lab, |_| {});
    let other = own("Other", 7, |_| {});
    let reversed = Tls::of(&[&lab, &middle, &server]).with(|tls| tls.key = key(Kind::P256, 9)).serving();
    vec![
        shows("chain-one-intermediate", &[&server, &middle], &[&lab]),
        shows("chain-intermediate-missing", &[&server], &[&lab]),
        shows("chain-intermediate-trusted", &[&server], &[&middle]),
        shows("chain-intermediate-trusted-and-served", &[&server, &middle], &[&middle]),
        shows("chain-two-intermediates", &[&deep, &second, &middle], &[&lab]),
        shows("chain-out-of-order", &[&deep, &middle, &second], &[&lab]),
        shows("chain-lower-missing", &[&deep, &middle], &[&lab]),
        shows("chain-upper-missing", &[&deep, &second], &[&lab]),
        shows("chain-with-root", &[&server, &middle, &lab], &[&lab]),
        shows("chain-with-unknown-root", &[&server, &middle, &lab], &[&other]),
        shows("chain-with-extra", &[&server, &other, &middle], &[&lab]),
        shows("chain-leaf-twice", &[&plain, &plain, &plain], &[&lab]),
        shows("chain-intermediate-twice", &[&server, &middle, &middle], &[&lab]),
        scene("chain-reversed", reversed).roots(&[&lab]),
    ]
}

fn ladder(name: &str, steps: u16) -> Scene {
    let lab = root(|_| {});
    let mut chain = vec![lab.clone()];
    for step in 0..steps {
        let next = between(&chain[0], &format!("Level {step}"), 30 + step, |_| {});
        chain.insert(0, next);
    }
    chain.insert(0, leaf(&chain[0], |_| {}));
    chain.pop();
    shows(name, &chain.iter().collect::<Vec<_>>(), &[&lab])
}

fn lengths() -> Vec<Scene> {
    let limited = |name: &str, longest: i64, steps: &[&str], of_root: bool| {
        let limit = |plan: &mut crate::tls::certificate::Plan| plan.extensions[0] = authority(Some(longest));
        let lab = if of_root { root(limit) } else { root(|_| {}) };
        let mut chain = vec![lab.clone()];
        for (at, step) in steps.iter().enumerate() {
            let number = 40 + u16::try_from(at).expect("they are few");
            let next = between(&chain[0], step, number, |plan| {
                if at == 0 && !of_root {
                    limit(plan);
                }
            });
            chain.insert(0, next);
        }
        chain.insert(0, leaf(&chain[0], |_| {}));
        chain.pop();
        shows(name, &chain.iter().collect::<Vec<_>>(), &[&lab])
    };
    let namesakes = |name: &str, count: u16| {
        let ours = own("Lab Root", 6, |_| {});
        let mut roots: Vec<_> = (0..count).map(|at| own("Lab Root", 40 + at % 40, |_| {})).collect();
        roots.push(ours.clone());
        shows(name, &[&leaf(&ours, |_| {})], &roots.iter().collect::<Vec<_>>())
    };
    // Without identifiers nothing tells which is ours.
    let nameless = |name: &str, count: u16| {
        let make = |number| {
            own("Lab Root", number, |plan| {
                plan.extensions = vec![authority(None), key_usage(CERT_SIGN), unknown(Critical::No)]
            })
        };
        let ours = make(6);
        let mut roots: Vec<_> = (0..count).map(|at| make(40 + at % 40)).collect();
        roots.push(ours.clone());
        let server = leaf(&ours, |plan| plan.extensions = vec![named(&["localhost"])]);
        shows(name, &[&server], &roots.iter().collect::<Vec<_>>())
    };
    vec![
        ladder("chain-of-5", 5),
        ladder("chain-of-6", 6),
        ladder("chain-of-7", 7),
        ladder("chain-of-9", 9),
        ladder("chain-of-30", 30),
        limited("chain-pathlen-0-violated", 0, &["First", "Second"], false),
        limited("chain-pathlen-0-kept", 0, &["First"], false),
        limited("chain-pathlen-1-kept", 1, &["First", "Second"], false),
        limited("chain-pathlen-1-violated", 1, &["First", "Second", "Third"], false),
        limited("chain-pathlen-of-root-1-violated", 1, &["First", "Second"], true),
        limited("chain-pathlen-self-issued", 0, &["Same", "Same"], false),
        namesakes("chain-40-namesakes", 40),
        namesakes("chain-120-namesakes", 120),
        nameless("chain-40-namesakes-without-identifiers", 40),
        nameless("chain-120-namesakes-without-identifiers", 120),
    ]
}

fn intermediates() -> Vec<Scene> {
    let lab = root(|_| {});
    let by = |name: &str, change: &dyn Fn(&mut crate::tls::certificate::Plan)| {
        let middle = intermediate(&lab, change);
        shows(format!("intermediate-{name}"), &[&leaf(&middle, |_| {}), &middle], &[&lab])
    };
    let (old, new) = (intermediate(&lab, |plan| plan.ended()), intermediate(&lab, |_| {}));
    let server = leaf(&new, |_| {});
    let signed =
        |plan: &mut crate::tls::certificate::Plan, extensions: Vec<Vec<u8>>| plan.extensions = extensions;
    vec![
        by("expired", &|plan| plan.ended()),
        by("not-yet-valid", &|plan| plan.later()),
        shows("intermediate-expired-and-good", &[&server, &old, &new], &[&lab]),
        shows("intermediate-good-and-expired", &[&server, &new, &old], &[&lab]),
        by("without-basic-constraints", &|plan| signed(plan, vec![key_usage(CERT_SIGN)])),
        by("without-any-extension", &|plan| signed(plan, Vec::new())),
        by("ca-false", &|plan| signed(plan, vec![no_authority()])),
        by("without-certsign", &|plan| signed(plan, vec![authority(None), key_usage(DIGITAL_SIGNATURE)])),
        by("without-key-usage", &|plan| signed(plan, vec![authority(None)])),
        by("v1", &|plan| {
            plan.version = 1;
            plan.extensions.clear();
        }),
        by("client-only", &|plan| plan.add(usages(&[CLIENT]))),
        by("server-only", &|plan| plan.add(usages(&[SERVER]))),
        by("any-usage", &|plan| plan.add(usages(&[ANY]))),
        by("critical-unknown", &|plan| plan.add(unknown(Critical::Yes))),
        by("spoiled", &|plan| plan.spoiled = true),
        by("unique-identifiers", &|plan| plan.unique = crate::tls::der::tlv(0x81, &[b"\0\x01"])),
        by("expired-and-spoiled", &|plan| {
            plan.ended();
            plan.spoiled = true;
        }),
        by("rsa-1024", &|plan| plan.of(Kind::Rsa(1024), 0)),
        by("rsa-768", &|plan| plan.of(Kind::Rsa(768), 0)),
        by("ed448", &|plan| plan.of(Kind::Ed448, 0)),
        shows("intermediate-expired-and-leaf-too", &[&leaf(&old, |plan| plan.ended()), &old], &[&lab]),
        shows(
            "intermediate-expired-and-wrong-name",
            &[&leaf(&old, |plan| plan.extensions = vec![named(&["feed.example"])]), &old],
            &[&lab],
        ),
        shows("intermediate-of-unknown-root", &[&server, &new], &[&own("Other", 7, |_| {})]),
        shows("intermediate-of-namesake-root", &[&server, &new], &[&own("Lab Root", 8, |_| {})]),
        shows(
            "intermediate-expired-of-unknown-root",
            &[&leaf(&old, |_| {}), &old],
            &[&own("Other", 7, |_| {})],
        ),
    ]
}

fn crossed() -> Vec<Scene> {
    let (old, new) = (own("Old Root", 6, |_| {}), own("New Root", 7, |_| {}));
    let cross = |change: fn(&mut crate::tls::certificate::Plan)| between(&old, "New Root", 7, change);
    let good = cross(|_| {});
    let middle = intermediate(&new, |_| {});
    let server = leaf(&middle, |_| {});
    let (expired, limited) =
        (cross(|plan| plan.ended()), cross(|plan| plan.extensions[0] = authority(Some(0))));
    let lab = root(|_| {});
    let other = key(Kind::P256, 8);
    let by_other = leaf(&lab, |plan| plan.extensions = vec![named(&["localhost"]), issuer_key(&other)]);
    let odd = leaf(&lab, |plan| plan.issuer = name_of(&[(COMMON_NAME, 0x13, b"Lab Root")]));
    let case = leaf(&lab, |plan| plan.issuer = name_of(&[(COMMON_NAME, 0x0c, b"lab root")]));
    // Two authorities that sign each other.
    let (one, two) = (own("One", 50, |_| {}), own("Two", 51, |_| {}));
    let circle: Vec<Cert> = vec![between(&one, "Two", 51, |_| {}), between(&two, "One", 50, |_| {})];
    let below = leaf(&two, |_| {});
    let renewed = between(&lab, "Lab Root", 0, |plan| plan.from = days(-1));
    vec![
        shows("cross-signed-new-trusted", &[&server, &middle, &good], &[&new]),
        shows("cross-signed-old-trusted", &[&server, &middle, &good], &[&old]),
        shows("cross-signed-both-trusted", &[&server, &middle, &good], &[&new, &old]),
        shows("cross-signed-expired-new-trusted", &[&server, &middle, &expired], &[&new]),
        shows("cross-signed-expired-old-trusted", &[&server, &middle, &expired], &[&old]),
        shows("cross-signed-too-long-old-trusted", &[&server, &middle, &limited], &[&old]),
        shows("cross-signed-none-trusted", &[&server, &middle, &good], &[&lab]),
        shows("cross-signed-circle", &[&below, &circle[0], &circle[1]], &[&lab]),
        shows("cross-signed-circle-trusted", &[&below, &circle[0], &circle[1]], &[&one]),
        shows("chain-root-renewed-by-itself-served", &[&leaf(&lab, |_| {}), &renewed], &[&lab]),
        shows("chain-issuer-key-of-another", &[&by_other], &[&lab]),
        shows("chain-issuer-in-another-encoding", &[&odd], &[&lab]),
        shows("chain-issuer-in-lower-case", &[&case], &[&lab]),
        shows(
            "chain-without-identifiers",
            &[&leaf(&lab, |plan| plan.extensions = vec![named(&["localhost"]), subject_key(&plan.key)])],
            &[&lab],
        ),
    ]
}

/// The server signs the handshake with a key that is not its certificate's.
fn keys() -> Vec<Scene> {
    let lab = root(|_| {});
    let server = leaf(&lab, |_| {});
    let rsa = leaf(&lab, |plan| plan.of(Kind::Rsa(2048), 0));
    let signs = |name: &str, cert: &Cert, kind, number| {
        let tls = Tls::of(&[cert]).with(|tls| tls.key = key(kind, number));
        [
            scene(format!("handshake-{name}"), tls.serving()).roots(&[&lab]),
            scene(format!("handshake-{name}-tls-1.2"), tls.only(&TLS12).serving()).roots(&[&lab]),
        ]
    };
    let mut all = Vec::new();
    all.extend(signs("key-of-another", &server, Kind::P256, 8));
    all.extend(signs("key-of-another-rsa", &rsa, Kind::Rsa(2048), 1));
    all.extend(signs("key-ec-for-rsa", &rsa, Kind::P256, 8));
    all.extend(signs("key-rsa-for-ec", &server, Kind::Rsa(2048), 1));
    all.extend(signs("key-of-another-curve", &server, Kind::P384, 8));
    all.extend(signs("key-ed25519-for-ec", &server, Kind::Ed25519, 8));
    all
}
