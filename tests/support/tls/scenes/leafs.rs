//! What a server's certificate may not be: its dates, its usages, its version, and what is critical in it.

use super::algorithms::pair;
use crate::tls::{
    certificate::{Plan, generalized_time, leaf, name_of, own, root, utc_time},
    extension::{
        ANY, CLIENT, CODE, CRL_SIGN, Critical, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, NETSCAPE_GATED,
        NON_REPUDIATION, OWN_USAGE, SERVER, authority, extension, key_usage, named, no_authority, policies,
        unknown, usages,
    },
    key::Kind,
    scene::{Scene, shows},
};

fn one(name: &str, change: impl FnOnce(&mut Plan)) -> Scene {
    pair(name, |_| {}, change)
}

pub fn all() -> Vec<Scene> {
    let mut all = dates();
    all.extend(usages_of_keys());
    all.extend(critical());
    all.extend(untrusted());
    all
}

fn dates() -> Vec<Scene> {
    vec![
        one("leaf-good", |_| {}),
        one("leaf-expired", |plan| plan.ended()),
        one("leaf-not-yet-valid", |plan| plan.later()),
        one("leaf-never-valid", |plan| {
            plan.ended();
            plan.later();
        }),
        one("leaf-until-2060", |plan| plan.until = generalized_time("20600229010203Z")),
        one("leaf-until-9999", |plan| plan.until = generalized_time("99991231235959Z")),
        one("leaf-until-2049-generalized", |plan| plan.until = generalized_time("20490101000000Z")),
        one("leaf-until-2049", |plan| plan.until = utc_time("490101000000Z")),
        one("leaf-expired-generalized", |plan| {
            plan.from = generalized_time("20230101000000Z");
            plan.until = generalized_time("20240229235959Z");
        }),
        one("leaf-from-2052", |plan| {
            plan.from = generalized_time("20520229000001Z");
            plan.until = generalized_time("20600101000000Z");
        }),
        one("leaf-expired-in-1951", |plan| {
            plan.from = utc_time("500101000000Z");
            plan.until = utc_time("510101000000Z");
        }),
        one("leaf-from-1900", |plan| plan.from = generalized_time("19000101000000Z")),
        one("leaf-expired-and-wrong-name", |plan| {
            plan.ended();
            plan.extensions = vec![named(&["feed.example"])];
        }),
    ]
}

fn usages_of_keys() -> Vec<Scene> {
    let used = |name: &str, words: &[&str]| one(name, |plan| plan.add(usages(words)));
    let keyed = |name: &str, words| one(name, |plan| plan.add(key_usage(words)));
    vec![
        used("leaf-usage-server", &[SERVER]),
        used("leaf-usage-server-and-client", &[CLIENT, SERVER]),
        used("leaf-usage-client", &[CLIENT]),
        used("leaf-usage-code", &[CODE]),
        used("leaf-usage-any", &[ANY]),
        used("leaf-usage-own", &[OWN_USAGE]),
        used("leaf-usage-gated", &[NETSCAPE_GATED]),
        used("leaf-usage-none", &[]),
        one("leaf-usage-client-and-expired", |plan| {
            plan.ended();
            plan.add(usages(&[CLIENT]));
        }),
        one("leaf-usage-client-and-wrong-name", |plan| {
            plan.extensions = vec![named(&["feed.example"]), usages(&[CLIENT])];
        }),
        keyed("leaf-key-usage-signature", DIGITAL_SIGNATURE),
        keyed("leaf-key-usage-encipherment", KEY_ENCIPHERMENT),
        keyed("leaf-key-usage-non-repudiation", NON_REPUDIATION),
        keyed("leaf-key-usage-crl", CRL_SIGN),
    ]
}

fn critical() -> Vec<Scene> {
    vec![
        one("leaf-unknown-extension", |plan| plan.add(unknown(Critical::No))),
        one("leaf-critical-unknown", |plan| plan.add(unknown(Critical::Yes))),
        one("leaf-critical-unknown-and-expired", |plan| {
            plan.ended();
            plan.add(unknown(Critical::Yes));
        }),
        one("leaf-critical-unknown-and-wrong-name", |plan| {
            plan.extensions = vec![named(&["feed.example"]), unknown(Critical::Yes)];
        }),
        one("leaf-critical-names", |plan| {
            let names = crate::tls::der::list(&[crate::tls::extension::dns("localhost")]);
            plan.extensions = vec![extension(crate::tls::extension::NAMES, Critical::Yes, &names)];
            plan.named(name_of(&[]));
        }),
        one("leaf-critical-policies", |plan| plan.add(policies(Critical::Yes, &["1.2.3.4"]))),
        one("leaf-policies", |plan| plan.add(policies(Critical::No, &["1.2.3.4"]))),
        one("leaf-critical-usages", |plan| {
            let server = crate::tls::der::list(&[crate::tls::der::oid(SERVER)]);
            plan.add(extension("2.5.29.37", Critical::Yes, &server));
        }),
        one("leaf-ca-true", |plan| plan.add(authority(None))),
        one("leaf-ca-true-expired", |plan| {
            plan.ended();
            plan.add(authority(None));
        }),
        one("leaf-ca-true-wrong-name", |plan| {
            plan.extensions = vec![named(&["feed.example"]), authority(None)]
        }),
        one("leaf-ca-false", |plan| plan.add(no_authority())),
        one("leaf-unique-identifiers", |plan| plan.unique = crate::tls::der::tlv(0x81, &[b"\0\x01"])),
        one("leaf-v1", |plan| {
            plan.version = 1;
            plan.extensions.clear();
        }),
        one("leaf-v1-with-extensions", |plan| plan.version = 1),
        one("leaf-v2", |plan| {
            plan.version = 2;
            plan.extensions.clear();
        }),
        one("leaf-v2-with-extensions", |plan| plan.version = 2),
        one("leaf-v1-common-name", |plan| {
            plan.version = 1;
            plan.extensions.clear();
            plan.named(crate::tls::certificate::name("localhost"));
        }),
    ]
}

fn untrusted() -> Vec<Scene> {
    let (lab, other) = (root(|_| {}), own("Other", 6, |_| {}));
    let of = |name: &str, change: &dyn Fn(&mut Plan)| shows(name, &[&leaf(&other, change)], &[&lab]);
    let alone = |name: &str, change: &dyn Fn(&mut Plan)| {
        let server = own("localhost", 5, |plan| {
            plan.extensions = vec![named(&["localhost"])];
            change(plan);
        });
        shows(name, &[&server], &[&lab])
    };
    vec![
        of("leaf-unknown-issuer", &|_| {}),
        of("leaf-unknown-issuer-and-expired", &|plan| plan.ended()),
        of("leaf-unknown-issuer-and-wrong-name", &|plan| plan.extensions = vec![named(&["feed.example"])]),
        of("leaf-unknown-issuer-ca-true", &|plan| plan.add(authority(None))),
        of("leaf-unknown-issuer-client-only", &|plan| plan.add(usages(&[CLIENT]))),
        alone("leaf-self-signed", &|_| {}),
        alone("leaf-self-signed-ca-true", &|plan| plan.add(authority(None))),
        alone("leaf-self-signed-expired", &|plan| plan.ended()),
        alone("leaf-self-signed-wrong-name", &|plan| plan.extensions = vec![named(&["feed.example"])]),
        alone("leaf-self-signed-rsa", &|plan| plan.of(Kind::Rsa(2048), 2)),
        shows(
            "leaf-issuer-root-expired-and-leaf-too",
            &[&leaf(&root(|plan| plan.ended()), |plan| plan.ended())],
            &[&root(|plan| plan.ended())],
        ),
    ]
}
