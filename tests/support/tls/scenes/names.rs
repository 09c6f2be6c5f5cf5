//! Names: what is dialled, and what the certificate is for. What cannot be looked up is dialled through a proxy.

use super::algorithms::pair;
use crate::tls::{
    certificate::{COMMON_NAME, name, name_of},
    der::tlv,
    extension::{address, dns, email, named, names, no_authority, uri},
    scene::Scene,
};

/// A certificate for these names.
fn of(name: &str, words: &[&str]) -> Scene {
    pair(name, |_| {}, |plan| plan.extensions = vec![named(words)])
}

/// A certificate for these names, dialled by that name.
fn dialled(name: &str, host: &str, words: &[&str]) -> Scene {
    of(name, words).through_proxy(host)
}

/// A certificate whose common name is all that it has.
fn common(scene: &str, common: &str) -> Scene {
    let subject = name(common);
    pair(
        scene,
        |_| {},
        move |plan| {
            plan.named(subject);
            plan.extensions = vec![no_authority()];
        },
    )
}

pub fn all() -> Vec<Scene> {
    let mut all = direct();
    all.extend(common_names());
    all.extend(many());
    all.extend(by_proxy());
    all.extend(dots());
    all.extend(odd());
    all
}

fn direct() -> Vec<Scene> {
    let raw =
        |name: &str, all: Vec<Vec<u8>>| pair(name, |_| {}, move |plan| plan.extensions = vec![names(&all)]);
    vec![
        of("name-wrong", &["feed.example"]),
        of("name-wrong-several", &["a.example", "*.b.example", "10.0.0.1"]),
        of("name-right-among-others", &["a.example", "localhost", "b.example"]),
        of("name-twice", &["localhost", "localhost"]),
        of("name-upper-case-san", &["LocalHost"]),
        of("name-upper-case-url", &["localhost"]).host("LOCALHOST"),
        of("name-wildcard-alone", &["*"]),
        of("name-by-address-san-only", &["10.0.0.1"]),
        of("name-address", &["127.0.0.1"]).host("127.0.0.1"),
        of("name-address-other", &["10.0.0.1", "10.0.0.2"]).host("127.0.0.1"),
        of("name-address-names-and-others", &["localhost", "10.0.0.1", "10.0.0.2"]).host("127.0.0.1"),
        of("name-address-names-only", &["localhost", "feed.example"]).host("127.0.0.1"),
        raw("name-address-as-dns", vec![dns("127.0.0.1")]).host("127.0.0.1"),
        raw("name-address-mapped", vec![address("::ffff:127.0.0.1")]).host("127.0.0.1"),
        raw("name-email-only", vec![email("a@localhost")]),
        raw("name-uri-only", vec![uri("https://localhost/")]),
        raw("name-empty-list", Vec::new()),
        raw("name-empty", vec![dns("")]),
        raw(
            "name-other-name-only",
            vec![tlv(0xa0, &[&crate::tls::der::oid("1.2.3"), &tlv(0xa0, &[&tlv(12, &[b"x"])])])],
        ),
        of("name-with-trailing-dot", &["localhost."]),
        of("name-with-port", &["localhost:8443"]),
        of("name-with-port-among-others", &["localhost:8443", "localhost"]),
        of("name-is-url", &["https://localhost"]),
        of("name-with-space-among-others", &["my server", "localhost"]),
        of("name-with-space-only", &["my server"]),
    ]
}

fn common_names() -> Vec<Scene> {
    let beside = |scene: &str, words: Vec<Vec<u8>>| {
        pair(
            scene,
            |_| {},
            move |plan| {
                plan.named(name("localhost"));
                plan.extensions = vec![names(&words)];
            },
        )
    };
    let two = pair(
        "common-name-of-two",
        |_| {},
        |plan| {
            plan.named(name_of(&[(COMMON_NAME, 12, b"localhost"), (COMMON_NAME, 12, b"feed.example")]));
            plan.extensions = vec![no_authority()];
        },
    );
    vec![
        common("common-name", "localhost"),
        common("common-name-other", "feed.example"),
        common("common-name-upper-case", "LOCALHOST"),
        common("common-name-address", "127.0.0.1").host("127.0.0.1"),
        common("common-name-address-other", "10.0.0.1").host("127.0.0.1"),
        common("common-name-wildcard", "*.feed.test").through_proxy("a.feed.test"),
        common("common-name-through-proxy", "feed.test").through_proxy("feed.test"),
        common("common-name-dot", "feed.test").through_proxy("feed.test."),
        common("common-name-no-host-name", "a server"),
        beside("common-name-beside-email", vec![email("a@b.example")]),
        beside("common-name-beside-other-name", vec![dns("feed.example")]),
        beside("common-name-beside-address", vec![address("10.0.0.1")]),
        two,
    ]
}

fn many() -> Vec<Scene> {
    let many = |scene: &str, count: usize, of: fn(usize) -> String| {
        let all: Vec<_> = (0..count).map(of).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        self::of(scene, &all)
    };
    let names: fn(usize) -> String = |at| format!("n{at}.example");
    let addresses: fn(usize) -> String = |at| format!("10.0.0.{at}");
    vec![
        many("names-99", 99, names),
        many("names-100", 100, names),
        many("names-120", 120, names),
        many("names-addresses-99", 99, addresses).host("127.0.0.1"),
        many("names-addresses-100", 100, addresses).host("127.0.0.1"),
        many("names-addresses-120", 120, addresses).host("127.0.0.1"),
        many("names-120-dialled-by-address", 120, names).host("127.0.0.1"),
        many("names-addresses-120-dialled-by-name", 120, addresses),
    ]
}

fn by_proxy() -> Vec<Scene> {
    let address = |scene: &str, host: &str, word: &str| {
        let word = address(word);
        pair(scene, |_| {}, move |plan| plan.extensions = vec![names(&[word])]).through_proxy(host)
    };
    vec![
        dialled("proxy-name", "feed.test", &["feed.test"]),
        dialled("proxy-name-wrong", "feed.test", &["other.test"]),
        dialled("proxy-wildcard", "a.feed.test", &["*.feed.test"]),
        dialled("proxy-wildcard-itself", "feed.test", &["*.feed.test"]),
        dialled("proxy-wildcard-two-labels", "a.b.feed.test", &["*.feed.test"]),
        dialled("proxy-wildcard-part", "ab.feed.test", &["a*.feed.test"]),
        dialled("proxy-wildcard-inside", "a.b.feed.test", &["a.*.feed.test"]),
        dialled("proxy-wildcard-top", "feed.test", &["*.test"]),
        dialled("proxy-wildcard-upper-case", "a.feed.test", &["*.FEED.test"]),
        dialled("proxy-wildcard-twice", "a.b.test", &["*.*.test"]),
        dialled("proxy-wildcard-of-address", "10.1.2.3", &["*.1.2.3"]),
        address("proxy-address-6", "[2001:db8::1]", "2001:db8::1"),
        address("proxy-address-6-wrong", "[2001:db8::1]", "2001:db8::2"),
        address("proxy-address-6-mapped", "[::ffff:10.1.2.3]", "10.1.2.3"),
        address("proxy-address-6-long", "[2001:0db8:0:0:0:0:0:0001]", "2001:db8::3"),
        address("proxy-address-loopback-6", "[::1]", "::1"),
    ]
}

fn dots() -> Vec<Scene> {
    vec![
        dialled("dot-in-url", "feed.test.", &["feed.test"]),
        dialled("dot-in-both", "feed.test.", &["feed.test."]),
        dialled("dot-in-san", "feed.test", &["feed.test."]),
        dialled("dot-in-url-wildcard", "a.feed.test.", &["*.feed.test"]),
        dialled("dot-in-url-wrong", "feed.test.", &["other.test"]),
        dialled("dot-in-url-and-upper-case", "FEED.test.", &["feed.TEST"]),
        dialled("dot-before", "a.test", &[".test"]),
    ]
}

fn odd() -> Vec<Scene> {
    let long = format!("{}.test", "a".repeat(64));
    vec![
        dialled("idn-in-url", "bücher.test", &["xn--bcher-kva.test"]),
        dialled("idn-as-ascii", "xn--bcher-kva.test", &["xn--bcher-kva.test"]),
        dialled("idn-in-san", "bücher.test", &["bücher.test"]),
        dialled("idn-in-san-only", "xn--bcher-kva.test", &["bücher.test"]),
        dialled("idn-wildcard", "xn--bcher-kva.feed.test", &["*.feed.test"]),
        dialled("underscore", "a_b.feed.test", &["a_b.feed.test"]),
        dialled("underscore-wildcard", "a_b.feed.test", &["*.feed.test"]),
        dialled("underscore-wrong", "a_b.feed.test", &["b.feed.test"]),
        dialled("hyphen-first", "-a.feed.test", &["-a.feed.test"]),
        dialled("hyphen-last", "a-.feed.test", &["a-.feed.test"]),
        dialled("hyphen-wildcard", "-a.feed.test", &["*.feed.test"]),
        dialled("number-label", "1.feed.test", &["1.feed.test"]),
        dialled("number-last-label", "feed.1", &["feed.1"]),
        dialled("number-last-label-wrong", "feed.1", &["feed.2"]),
        dialled("number-only", "123", &["123"]),
        dialled("label-of-64", &long, &[&long]),
        dialled("name-of-one-label", "feed", &["feed"]),
    ]
}
