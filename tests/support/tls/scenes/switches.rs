//! The fields of the block besides certificates, and the library that can renegotiate.

use std::sync::Arc;

use rustls::{
    CipherSuite,
    crypto::aws_lc_rs::kx_group,
    version::{TLS12, TLS13},
};

use super::{
    algorithms::pair,
    clients::{asked, authority},
};
use crate::{
    support::servers::switching,
    tls::{
        certificate::{COMMON_NAME, Plan, client, leaf, name, name_of, own, root},
        der::integer,
        extension::{DIGITAL_SIGNATURE, authority as ca_true, key_usage, named, no_authority},
        groups,
        key::{Kind, key},
        records::{Hears, alert, writes},
        scene::{Scene, scene, shows},
        server::{Tls, head},
    },
};

pub fn all() -> Vec<Scene> {
    let mut all = skipped();
    all.extend(schemes());
    all.extend(again());
    all
}

/// Without trust in the certificate, some things are judged all the same.
fn skipped() -> Vec<Scene> {
    let of = |name: &str, change: &dyn Fn(&mut Plan)| {
        let server = leaf(&root(|_| {}), change);
        scene(format!("skip-{name}"), Tls::of(&[&server]).serving()).skip()
    };
    let older = |name: &str, kind| {
        let server = leaf(&root(|_| {}), |plan| plan.of(kind, 9));
        scene(format!("skip-{name}"), Tls::of(&[&server]).only(&TLS12).serving()).skip()
    };
    let lab = root(|_| {});
    let server = leaf(&lab, |_| {});
    let signs = |name: &str, kind, version| {
        let tls = Tls::of(&[&server]).only(version).with(|tls| tls.key = key(kind, 8));
        scene(format!("skip-{name}"), tls.serving()).skip()
    };
    let odd = own("Odd", 7, |plan| plan.serial = integer(-1));
    let mut garbage = own("Garbage", 7, |_| {});
    garbage.der = b"garbage".to_vec();
    vec![
        of("good", &|_| {}),
        of("wrong-name", &|plan| plan.extensions = vec![named(&["feed.example"])]),
        of("expired", &|plan| plan.ended()),
        of("critical-unknown", &|plan| {
            plan.add(crate::tls::extension::unknown(crate::tls::extension::Critical::Yes))
        }),
        of("spoiled", &|plan| plan.spoiled = true),
        of("v1", &|plan| {
            plan.version = 1;
            plan.extensions.clear();
        }),
        of("rsa-768", &|plan| plan.of(Kind::Rsa(768), 0)),
        of("rsa-1024", &|plan| plan.of(Kind::Rsa(1024), 0)),
        of("rsa-8200", &|plan| plan.of(Kind::Rsa(8200), 0)),
        of("ed448", &|plan| plan.of(Kind::Ed448, 0)),
        of("p521", &|plan| plan.of(Kind::P521, 9)),
        older("secp256k1-tls-1.2", Kind::Secp256k1),
        older("p224-tls-1.2", Kind::P224),
        older("rsa-512-tls-1.2", Kind::Rsa(512)),
        of("underscore-in-printable-string", &|plan| {
            plan.named(name_of(&[(COMMON_NAME, 0x13, b"my_server")]))
        }),
        of("trailing-data", &|plan| plan.trailing[1] = vec![0, 0]),
        of("negative-serial", &|plan| plan.serial = integer(-1)),
        of("duplicate-extension", &|plan| plan.extensions = vec![no_authority(), no_authority()]),
        signs("key-of-another", Kind::P256, &TLS13),
        signs("key-of-another-tls-1.2", Kind::P256, &TLS12),
        signs("key-of-another-kind", Kind::Ed25519, &TLS13),
        scene("skip-extra-unparsable", Tls::of(&[&server, &odd]).serving()).skip(),
        scene("skip-extra-garbage", Tls::of(&[&server, &garbage]).serving()).skip(),
        scene("skip-tls-off", Tls::of(&[&server]).serving()).skip().off(),
        scene("skip-false", Tls::of(&[&server]).serving()).tls("skip_cert_verify: false"),
        shows("skip-and-other-roots", &[&server], &[&own("Other", 7, |_| {})]).skip(),
        shows("skip-and-good-roots", &[&server], &[&lab]).skip(),
    ]
}

/// `ws` and `wss`, with the block on and off.
fn schemes() -> Vec<Scene> {
    let plain = || -> crate::tls::server::Serving {
        Arc::new(|mut stream, accepted| {
            let request = head(&mut stream)?;
            std::io::Write::write_all(&mut stream, switching(&request, "").as_bytes())?;
            accepted(&request);
            crate::tls::server::leave(&stream);
            Ok(())
        })
    };
    let lab = root(|_| {});
    let secured = || Tls::of(&[&leaf(&lab, |_| {})]).serving();
    vec![
        scene("ws-block-on", plain()).scheme("ws"),
        scene("ws-block-on-file-missing", plain()).scheme("ws").tls("root_cas_file: /no/such.pem"),
        scene("ws-block-off", plain()).scheme("ws").off(),
        scene("ws-block-off-file-missing", plain()).scheme("ws").off().tls("root_cas_file: /no/such.pem"),
        scene("ws-to-a-server-with-tls", secured()).scheme("ws").off(),
        scene("wss-to-a-plain-server", writes(Hears::First, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())),
        scene("wss-block-off-unknown-issuer", secured()).off(),
        scene("wss-block-off-trusted", secured()).off_trusting(&lab),
        shows("wss-minimal", &[&leaf(&lab, |_| {})], &[&lab]),
    ]
}

/// By the library that can renegotiate.
fn again() -> Vec<Scene> {
    let lab = root(|_| {});
    let by = |name: &str, change: &dyn Fn(Tls) -> Tls, leaf_too: &dyn Fn(&mut Plan)| {
        scene(name, change(Tls::of(&[&leaf(&lab, leaf_too)])).serving()).roots(&[&lab])
    };
    let of = |name: &str, leaf_too: &dyn Fn(&mut Plan)| by(name, &|tls| tls, leaf_too);
    let tls = |name: &str, change: &dyn Fn(Tls) -> Tls| by(name, change, &|_| {});
    let ca = authority();
    let ours = client(&ca, |_| {});
    let ed25519 = client(&ca, |plan| plan.of(Kind::Ed25519, 12));
    let asks =
        |name: &str, version| tls(name, &|tls| tls.only(version).with(|tls| tls.asked = Some(asked(&[&ca]))));
    let alone = own("localhost", 5, |plan| plan.extensions = vec![named(&["localhost"])]);
    let other = own("Other", 7, |_| {});
    let cbc = |name: &str| {
        by(
            name,
            &|tls| {
                tls.only(&TLS12).with(|tls| {
                    tls.suites
                        .retain(|suite| suite.suite() == CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA)
                })
            },
            &|plan| {
                plan.of(Kind::Rsa(2048), 0);
            },
        )
    };
    let all = vec![
        tls("good-tls-1.2", &|tls| tls.only(&TLS12)),
        tls("good-tls-1.3", &|tls| tls.only(&TLS13)),
        of("expired", &|plan| plan.ended()),
        of("wrong-name", &|plan| plan.extensions = vec![named(&["feed.example"])]),
        of("common-name-only", &|plan| {
            plan.named(name("localhost"));
            plan.extensions = vec![no_authority()];
        }),
        of("ca-true", &|plan| plan.add(ca_true(None))),
        of("rsa-1024", &|plan| plan.of(Kind::Rsa(1024), 0)),
        of("ed25519", &|plan| plan.of(Kind::Ed25519, 9)),
        of("p521", &|plan| plan.of(Kind::P521, 9)),
        of("negative-serial", &|plan| plan.serial = integer(-1)),
        shows("unknown-issuer", &[&leaf(&other, |_| {})], &[&lab]),
        shows("self-signed", &[&alone], &[&lab]),
        shows("root-is-leaf", &[&alone], &[&alone]),
        pair("root-expired", |plan| plan.ended(), |_| {}),
        pair(
            "root-without-certsign",
            |plan| plan.extensions = vec![ca_true(None), key_usage(DIGITAL_SIGNATURE)],
            |_| {},
        ),
        cbc("cbc"),
        tls("group-p521", &|tls| tls.only(&TLS13).with(|tls| tls.groups = vec![groups::P521])),
        tls("group-x25519-ml-kem-768", &|tls| {
            tls.only(&TLS13).with(|tls| tls.groups = vec![kx_group::X25519MLKEM768])
        }),
        asks("client-right-tls-1.2", &TLS12).client(&ours),
        asks("client-right-tls-1.3", &TLS13).client(&ours),
        asks("client-none-tls-1.2", &TLS12),
        asks("client-none-tls-1.3", &TLS13),
        asks("client-ed25519-tls-1.3", &TLS13).client(&ed25519),
        of("skip-expired", &|plan| plan.ended()).skip(),
        scene("plain-server", writes(Hears::First, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())),
        scene("alert", writes(Hears::First, alert(2, 40))),
        scene("alert-unrecognized-name", writes(Hears::First, alert(2, 112))),
        scene("closes", writes(Hears::First, Vec::new())),
    ];
    all.into_iter().map(Scene::renegotiates).collect()
}
