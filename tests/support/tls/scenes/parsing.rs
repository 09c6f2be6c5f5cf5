//! Certificates that cannot be parsed: the numbers, the times, the names, the keys, and what goes round them.

use super::algorithms::pair;
use crate::tls::{
    certificate::{COMMON_NAME, ORGANISATION, Plan, generalized_time, name_of, utc_time},
    der::{bits, integer, null, oid, sequence, tlv},
    key::{Kind, key},
    scene::Scene,
};

fn one(name: &str, change: impl FnOnce(&mut Plan)) -> Scene {
    pair(&format!("parse-{name}"), |_| {}, change)
}

pub fn all() -> Vec<Scene> {
    let mut all = numbers();
    all.extend(strings());
    all.extend(times());
    all.extend(keys());
    all.extend(frames());
    all
}

fn numbers() -> Vec<Scene> {
    let serial = |name: &str, serial: Vec<u8>| one(name, move |plan| plan.serial = serial);
    vec![
        serial("serial-zero", integer(0)),
        serial("serial-negative", integer(-1)),
        serial("serial-20-bytes", tlv(2, &[&[0x7f; 20]])),
        serial("serial-21-bytes", tlv(2, &[&[0x7f; 21]])),
        serial("serial-padded", tlv(2, &[b"\0\0\x05"])),
        serial("serial-empty", tlv(2, &[])),
        serial("serial-no-number", tlv(4, &[b"5"])),
        one("version-4", |plan| plan.version = 4),
        one("version-5", |plan| plan.version = 5),
    ]
}

fn strings() -> Vec<Scene> {
    let common = |name: &str, tag: u8, value: &[u8]| {
        let subject = name_of(&[(COMMON_NAME, tag, value)]);
        one(name, move |plan| plan.named(subject))
    };
    let subject = |name: &str, subject: Vec<u8>| one(name, move |plan| plan.named(subject));
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    vec![
        common("printable", 0x13, b"a server (1) + 2, 3-4/5:6=7?'"),
        common("printable-underscore", 0x13, b"my_server"),
        common("printable-at", 0x13, b"me@server"),
        common("printable-star", 0x13, b"*.host"),
        common("printable-ampersand", 0x13, b"a & b"),
        common("utf8-broken", 0x0c, b"\xff\xfe"),
        common("ia5", 0x16, b"server_1@here"),
        common("ia5-not-ascii", 0x16, b"m\xfcller"),
        common("teletex", 0x14, b"m\xfcller"),
        common("bmp", 0x1e, &wide("host")),
        common("bmp-odd-length", 0x1e, b"\0ho"),
        common("bmp-surrogate", 0x1e, b"\xd8\x00"),
        common("numeric", 0x12, b"12 34"),
        common("numeric-with-letters", 0x12, b"12a"),
        common("universal", 0x1c, b"\0\0\0h\0\0\0o"),
        common("visible", 0x1a, b"host"),
        common("general", 0x1b, b"host"),
        common("of-no-string", 0x02, b"\x05"),
        subject("name-empty", name_of(&[])),
        subject("name-empty-set", sequence(&[&tlv(0x31, &[])])),
        subject("name-no-sequence", tlv(0x31, &[])),
        subject("name-attribute-without-value", sequence(&[&tlv(0x31, &[&sequence(&[&oid(COMMON_NAME)])])])),
        one("issuer-printable-underscore", |plan| plan.issuer = name_of(&[(COMMON_NAME, 0x13, b"my_ca")])),
        one("organisation-printable-underscore", |plan| {
            plan.named(name_of(&[(COMMON_NAME, 0x0c, b"server"), (ORGANISATION, 0x13, b"my_company")]));
        }),
    ]
}

fn times() -> Vec<Scene> {
    let until = |name: &str, until: Vec<u8>| one(name, move |plan| plan.until = until);
    vec![
        until("utc-with-offset", utc_time("300101000000+0100")),
        until("utc-without-seconds", utc_time("3001010000Z")),
        until("utc-without-zone", utc_time("300101000000")),
        until("utc-month-13", utc_time("301301000000Z")),
        until("utc-february-30", utc_time("300230000000Z")),
        until("utc-second-60", utc_time("300101000060Z")),
        until("utc-letters", utc_time("soon")),
        until("generalized-with-fraction", generalized_time("20300101000000.5Z")),
        until("generalized-with-offset", generalized_time("20300101000000+0100")),
        until("generalized-without-seconds", generalized_time("203001010000Z")),
        until("generalized-year-0", generalized_time("00000101000000Z")),
        until("time-no-time", tlv(0x0c, &[b"20300101000000Z"])),
        until("time-missing", Vec::new()),
    ]
}

fn keys() -> Vec<Scene> {
    let public = |name: &str, public: Vec<u8>| one(name, move |plan| plan.public = Some(public));
    let rsa = |algorithm: &[u8], number: &[u8], exponent: &[u8]| {
        sequence(&[algorithm, &bits(&sequence(&[number, exponent]))])
    };
    let algorithm = sequence(&[&oid("1.2.840.113549.1.1.1"), &null()]);
    let bare = sequence(&[&oid("1.2.840.113549.1.1.1")]);
    let modulus = tlv(2, &[&[0x7f; 256]]);
    let usual = integer(65537);
    let ec = |parameters: &[u8], point: &[u8]| {
        sequence(&[&sequence(&[&oid("1.2.840.10045.2.1"), parameters]), &bits(point)])
    };
    let p256 = oid("1.2.840.10045.3.1.7");
    let compressed = |first| [&[first][..], &[0x11; 32]].concat();
    vec![
        public("rsa-without-null", rsa(&bare, &modulus, &usual)),
        public("rsa-modulus-negative", rsa(&algorithm, &integer(-5), &usual)),
        public("rsa-modulus-zero", rsa(&algorithm, &integer(0), &usual)),
        public("rsa-exponent-zero", rsa(&algorithm, &modulus, &integer(0))),
        public("rsa-exponent-negative", rsa(&algorithm, &modulus, &integer(-3))),
        public("rsa-exponent-long", rsa(&algorithm, &modulus, &tlv(2, &[&[0x11; 9]]))),
        public("rsa-no-sequence", sequence(&[&algorithm, &bits(b"no key")])),
        public("ec-without-curve", ec(&[], &[4; 65])),
        public("ec-parameters-null", ec(&null(), &[4; 65])),
        public("ec-unknown-curve", ec(&oid("1.3.36.3.3.2.8.1.1.7"), &[4; 65])),
        public("ec-point-not-on-the-curve", ec(&p256, &[4; 65])),
        public("ec-point-compressed", ec(&p256, &compressed(2))),
        public("ec-point-short", ec(&p256, &[4; 33])),
        public("ec-explicit-curve", ec(&sequence(&[&integer(1)]), &[4; 65])),
        public(
            "ed25519-with-parameters",
            sequence(&[&sequence(&[&oid("1.3.101.112"), &null()]), &bits(&[9; 32])]),
        ),
        public("ed25519-short", sequence(&[&sequence(&[&oid("1.3.101.112")]), &bits(&[9; 31])])),
        public("x25519", sequence(&[&sequence(&[&oid("1.3.101.110")]), &bits(&[9; 32])])),
        public("ml-dsa", sequence(&[&sequence(&[&oid("2.16.840.1.101.3.4.3.17")]), &bits(&[9; 1312])])),
        public("key-missing", Vec::new()),
        public("key-of-unknown-kind", sequence(&[&sequence(&[&oid("1.2.3.4")]), &bits(b"key")])),
        one("secp256k1-tls-1.3", |plan| plan.of(Kind::Secp256k1, 9)),
        public("key-bits-unused", sequence(&[&algorithm, &tlv(3, &[&[3], b"\xf8"])])),
    ]
}

fn frames() -> Vec<Scene> {
    let whole = |name: &str, bytes: fn(Vec<u8>) -> Vec<u8>| {
        let lab = crate::tls::certificate::root(|_| {});
        let mut server = crate::tls::certificate::leaf(&lab, |_| {});
        server.der = bytes(server.der);
        crate::tls::scene::shows(format!("parse-{name}"), &[&server], &[&lab])
    };
    let other = key(Kind::P384, 3);
    let sha384 = other.algorithm(other.scheme());
    let parameters = sequence(&[&oid("1.2.840.10045.4.3.2"), &null()]);
    vec![
        whole("empty", |_| Vec::new()),
        whole("garbage", |_| b"no certificate".to_vec()),
        whole("cut", |mut der| {
            der.truncate(der.len() - 5);
            der
        }),
        whole("empty-sequence", |_| sequence(&[])),
        whole("set-instead-of-sequence", |mut der| {
            der[0] = 0x31;
            der
        }),
        whole("length-not-minimal", |der| [&[0x30, 0x83, 0][..], &der[2..]].concat()),
        whole("length-indefinite", |der| [&[0x30, 0x80][..], &der[4..], &[0, 0]].concat()),
        one("trailing-data", |plan| plan.trailing[1] = vec![0, 0]),
        one("trailing-data-inside", |plan| plan.trailing[0] = vec![5, 0]),
        one("algorithms-differ", |plan| plan.algorithms[1] = Some(sha384)),
        one("algorithm-with-null", |plan| plan.algorithms = [Some(parameters.clone()), Some(parameters)]),
        one("algorithm-missing", |plan| plan.algorithms = [Some(Vec::new()), Some(Vec::new())]),
        one("algorithm-empty", |plan| plan.algorithms = [Some(sequence(&[])), Some(sequence(&[]))]),
        one("unique-identifiers-both", |plan| {
            plan.unique = [tlv(0x81, &[b"\0\x01"]), tlv(0x82, &[b"\0\x02"])].concat();
        }),
    ]
}
