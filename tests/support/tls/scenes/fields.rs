//! Extensions that cannot be parsed, and those that look as if they could not.

use super::algorithms::pair;
use crate::tls::{
    certificate::{Plan, intermediate, leaf, own, root},
    der::{boolean, integer, list, null, octets, oid, sequence, tlv},
    extension::{
        Critical, NAMES, address, dns, email, extension, named, names, no_authority, subject_key, uri,
    },
    scene::{Scene, shows},
};

fn one(name: &str, change: impl FnOnce(&mut Plan)) -> Scene {
    pair(&format!("field-{name}"), |_| {}, change)
}

/// A good certificate with one extension more.
fn with(name: &str, oid: &str, critical: Critical, value: &[u8]) -> Scene {
    let added = extension(oid, critical, value);
    one(name, |plan| plan.add(added))
}

pub fn all() -> Vec<Scene> {
    let mut all = alternative_names();
    all.extend(others());
    all.extend(served());
    all
}

fn alternative_names() -> Vec<Scene> {
    let raw = |name: &str, value: &[u8]| {
        let names = extension(NAMES, Critical::No, value);
        one(name, |plan| plan.extensions = vec![names])
    };
    let beside = |name: &str, other: Vec<u8>| {
        let all = names(&[dns("localhost"), other]);
        one(name, |plan| plan.extensions = vec![all])
    };
    let good = list(&[dns("localhost")]);
    vec![
        raw("names-cut", b"\x30\x0c\x82\x20localhost"),
        raw("names-empty", b""),
        raw("names-trailing-data", &[&good[..], b"\0"].concat()),
        raw("names-no-sequence", &dns("localhost")),
        raw("names-of-unknown-tag", &list(&[dns("localhost"), tlv(0x89, &[b"?"])])),
        beside("dns-not-ascii", dns("bücher.example")),
        beside("dns-with-zero", dns("a\0b.example")),
        beside("email-not-ascii", email("ä@x.example")),
        beside("email-no-address", email("no address")),
        beside("uri-not-ascii", uri("https://bücher.example/")),
        beside("uri-no-uri", uri("%zz://")),
        beside("uri-host-not-a-name", uri("https://a..b/")),
        beside("uri-with-address", uri("https://10.0.0.1/x")),
        beside("address-of-5-bytes", tlv(0x87, &[&[1, 2, 3, 4, 5]])),
        beside("address-of-0-bytes", tlv(0x87, &[])),
        beside("address-6", address("2001:db8::1")),
        beside("directory-name", tlv(0xa4, &[&crate::tls::certificate::name("x")])),
        beside("registered-id", tlv(0x88, &[b"\x2a\x03"])),
    ]
}

fn others() -> Vec<Scene> {
    use Critical::{No, Yes};
    let identifier = octets(&[1; 20]);
    vec![
        with("duplicate", NAMES, No, &list(&[dns("localhost")])),
        one("duplicate-unknown", |plan| {
            plan.add(extension("1.2.3.4.5", No, b"a"));
            plan.add(extension("1.2.3.4.5", No, b"b"));
        }),
        one("duplicate-basic-constraints", |plan| {
            plan.add(no_authority());
            plan.add(no_authority());
        }),
        with("basic-constraints-false-written-out", "2.5.29.19", No, &sequence(&[&boolean(false)])),
        with("basic-constraints-pathlen-without-ca", "2.5.29.19", Yes, &sequence(&[&integer(0)])),
        with(
            "basic-constraints-pathlen-negative",
            "2.5.29.19",
            Yes,
            &sequence(&[&boolean(true), &integer(-1)]),
        ),
        with("basic-constraints-boolean-1", "2.5.29.19", Yes, &sequence(&[&tlv(1, &[&[1]])])),
        with("basic-constraints-no-sequence", "2.5.29.19", Yes, &null()),
        with("basic-constraints-trailing-data", "2.5.29.19", Yes, &[sequence(&[]), vec![0]].concat()),
        with("key-usage-no-bits", "2.5.29.15", Yes, &null()),
        with("key-usage-empty", "2.5.29.15", Yes, &tlv(3, &[&[0]])),
        with("key-usage-two-bytes", "2.5.29.15", Yes, &tlv(3, &[&[7, 0x80, 0x80]])),
        with("usages-no-oid", "2.5.29.37", No, &sequence(&[&integer(1)])),
        with("usages-no-sequence", "2.5.29.37", No, &null()),
        with("subject-key-critical", "2.5.29.14", Yes, &identifier),
        with("subject-key-no-octets", "2.5.29.14", No, &null()),
        with("subject-key-empty", "2.5.29.14", No, &octets(&[])),
        one("issuer-key-critical", |plan| {
            plan.extensions[1] = extension("2.5.29.35", Yes, &sequence(&[&tlv(0x80, &[&[1; 20]])]));
        }),
        one("issuer-key-no-sequence", |plan| plan.extensions[1] = extension("2.5.29.35", No, &null())),
        one("issuer-key-with-serial", |plan| {
            plan.extensions[1] =
                extension("2.5.29.35", No, &sequence(&[&tlv(0x80, &[&[1; 20]]), &tlv(0x82, &[&[5]])]));
        }),
        with("policies-malformed", "2.5.29.32", No, &sequence(&[&null()])),
        with("policies-empty", "2.5.29.32", No, &sequence(&[])),
        with(
            "policies-twice-the-same",
            "2.5.29.32",
            No,
            &list(&[sequence(&[&oid("1.2.3")]), sequence(&[&oid("1.2.3")])]),
        ),
        with(
            "policies-trailing-data",
            "2.5.29.32",
            No,
            &[list(&[sequence(&[&oid("1.2.3")])]), vec![0]].concat(),
        ),
        with("crl-points-malformed", "2.5.29.31", No, &sequence(&[&integer(0)])),
        with("crl-points-empty", "2.5.29.31", No, &sequence(&[])),
        with("crl-points-critical", "2.5.29.31", Yes, &sequence(&[])),
        with("access-malformed", "1.3.6.1.5.5.7.1.1", No, &sequence(&[&integer(0)])),
        with("access-critical", "1.3.6.1.5.5.7.1.1", Yes, &sequence(&[])),
        with("access-empty", "1.3.6.1.5.5.7.1.1", No, &sequence(&[])),
        with("policy-mappings-malformed", "2.5.29.33", No, &null()),
        with("policy-constraints-malformed", "2.5.29.36", No, &null()),
        with("inhibit-any-policy-malformed", "2.5.29.54", No, &null()),
        with("inhibit-any-policy", "2.5.29.54", Yes, &integer(0)),
        with("stapling-required", "1.3.6.1.5.5.7.1.24", No, &sequence(&[&integer(5)])),
        with("netscape-type", "2.16.840.1.113730.1.1", No, &tlv(3, &[&[6, 0x40]])),
        with("constraints-empty", "2.5.29.30", Yes, &sequence(&[])),
        with("constraints-malformed", "2.5.29.30", Yes, &null()),
        with("timestamps-malformed", "1.3.6.1.4.1.11129.2.4.2", No, &null()),
        one("extensions-no-value", |plan| plan.add(sequence(&[&oid("1.2.3")]))),
        one("extensions-critical-false-written-out", |plan| {
            plan.add(sequence(&[&oid("1.2.3"), &boolean(false), &octets(b"x")]));
        }),
        one("extensions-critical-no-boolean", |plan| {
            plan.add(sequence(&[&oid("1.2.3"), &integer(1), &octets(b"x")]))
        }),
        one("two-faults-first-counts", |plan| {
            plan.serial = integer(-1);
            plan.add(extension("2.5.29.32", No, &sequence(&[&null()])));
        }),
        one("two-faults-of-extensions", |plan| {
            plan.add(extension("2.5.29.32", No, &sequence(&[&null()])));
            plan.add(extension("2.5.29.14", Yes, &octets(&[1; 20])));
        }),
        one("fault-and-duplicate", |plan| {
            plan.add(extension("2.5.29.32", No, &sequence(&[&null()])));
            plan.add(no_authority());
            plan.add(no_authority());
        }),
    ]
}

/// A fault in another certificate than the server's.
fn served() -> Vec<Scene> {
    let lab = root(|_| {});
    let server = leaf(&lab, |_| {});
    let odd = own("Odd", 7, |plan| plan.serial = integer(-1));
    let middle =
        intermediate(&lab, |plan| plan.add(extension("2.5.29.32", Critical::No, &sequence(&[&null()]))));
    let below = leaf(&middle, |plan| plan.extensions = vec![named(&["localhost"]), subject_key(&plan.key)]);
    let mut garbage = own("Garbage", 7, |_| {});
    garbage.der = b"garbage".to_vec();
    let large = own("Large", 7, |plan| plan.of(crate::tls::key::Kind::Rsa(8200), 0));
    vec![
        shows("field-served-extra-unparsable", &[&server, &odd], &[&lab]),
        shows("field-served-extra-garbage", &[&server, &garbage], &[&lab]),
        shows("field-served-extra-large-key", &[&server, &large], &[&lab]),
        shows("field-served-intermediate-unparsable", &[&below, &middle], &[&lab]),
        shows(
            "field-served-both-unparsable",
            &[&leaf(&lab, |plan| plan.serial = integer(-1)), &garbage],
            &[&lab],
        ),
    ]
}
