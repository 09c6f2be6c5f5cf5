//! Alerts and records: what a server says instead of a handshake, or in the middle of one.

use crate::tls::{
    certificate::{Cert, leaf, root},
    key::Kind,
    records::{
        FLIGHT, Flight, Hears, RANDOM, SUITE, alert, answers, certificates, extension, flight, handshake,
        record, resets, server_hello, writes,
    },
    scene::{Scene, scene},
    server::{Then, Tls},
};
use rustls::version::{TLS12, TLS13};

pub fn all() -> Vec<Scene> {
    let mut all = alerts();
    all.extend(records());
    all.extend(hellos());
    all.extend(flights());
    all.extend(afterwards());
    all
}

const ALERTS: [(u8, &str); 36] = [
    (0, "close-notify"),
    (10, "unexpected-message"),
    (20, "bad-record-mac"),
    (21, "decryption-failed"),
    (22, "record-overflow"),
    (30, "decompression-failure"),
    (40, "handshake-failure"),
    (41, "no-certificate"),
    (42, "bad-certificate"),
    (43, "unsupported-certificate"),
    (44, "certificate-revoked"),
    (45, "certificate-expired"),
    (46, "certificate-unknown"),
    (47, "illegal-parameter"),
    (48, "unknown-ca"),
    (49, "access-denied"),
    (50, "decode-error"),
    (51, "decrypt-error"),
    (60, "export-restriction"),
    (70, "protocol-version"),
    (71, "insufficient-security"),
    (80, "internal-error"),
    (86, "inappropriate-fallback"),
    (90, "user-canceled"),
    (100, "no-renegotiation"),
    (109, "missing-extension"),
    (110, "unsupported-extension"),
    (111, "certificate-unobtainable"),
    (112, "unrecognized-name"),
    (113, "bad-certificate-status"),
    (114, "bad-certificate-hash"),
    (115, "unknown-psk-identity"),
    (116, "certificate-required"),
    (120, "no-application-protocol"),
    (121, "ech-required"),
    (200, "of-no-name"),
];

fn alerts() -> Vec<Scene> {
    let says = |name: &str, bytes| scene(format!("alert-{name}"), writes(Hears::First, bytes));
    let mut all: Vec<_> = ALERTS.iter().map(|(code, name)| says(name, alert(2, *code))).collect();
    // A warning is dropped, and the end of the stream is what is left.
    all.extend([0, 40, 90, 112].map(|code| says(&format!("warning-{code}"), alert(1, code))));
    let warned = [alert(1, 112), alert(2, 40)].concat();
    all.extend([
        says("warning-then-fatal", warned),
        says("many-warnings", alert(1, 112).repeat(20)),
        says("level-0", alert(0, 40)),
        says("level-3", alert(3, 40)),
        says("version-301", record(21, 0x301, &[2, 40])),
        says("version-300", record(21, 0x300, &[2, 70])),
        says("version-304", record(21, 0x304, &[2, 40])),
        says("empty", record(21, 0x303, &[])),
        says("of-1-byte", record(21, 0x303, &[2])),
        says("of-4-bytes", record(21, 0x303, &[2, 40, 2, 40])),
        says("cut", alert(2, 40)[..6].to_vec()),
        says("by-address", alert(2, 112)).host("127.0.0.1"),
        says("skip", alert(2, 40)).skip(),
        says("tls-off", alert(2, 40)).off(),
        scene("alert-before-the-hello", writes(Hears::Later, alert(2, 40))),
        scene("alert-and-reset", resets(alert(2, 40))),
    ]);
    all
}

fn records() -> Vec<Scene> {
    let says = |name: &str, bytes: &[u8]| scene(format!("wire-{name}"), writes(Hears::First, bytes.to_vec()));
    let first =
        |name: &str, bytes: &[u8]| scene(format!("wire-{name}"), writes(Hears::Later, bytes.to_vec()));
    let hello = record(22, 0x303, &server_hello(0x303, SUITE, RANDOM, &[]));
    let split: Vec<u8> =
        server_hello(0x303, 0x2f, RANDOM, &[]).chunks(3).flat_map(|part| record(22, 0x303, part)).collect();
    vec![
        says("closes-after-the-hello", b""),
        scene("wire-closes-unread", writes(Hears::Never, Vec::new())),
        scene("wire-resets", resets(Vec::new())),
        scene("wire-resets-within-a-record", resets(hello[..20].to_vec())),
        first("banner-ssh", b"SSH-2.0-OpenSSH_9.2\r\n"),
        first("banner-smtp", b"220 mail ESMTP\r\n"),
        first("banner-short", b"hi"),
        first("banner-five-bytes", b"hello"),
        says("http", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
        says("http-1.0", b"HTTP/1.0 301 Moved\r\nLocation: /\r\n\r\n"),
        says("http-short", b"HTTP/"),
        says("html", b"<html>no</html>"),
        says("zeros", &[0; 64]),
        says("ones", &[0xff; 64]),
        says("one-byte", &[22]),
        says("head-only", &record(22, 0x303, &[0; 40])[..5]),
        says("head-cut", &[22, 3, 3]),
        says("record-cut", &hello[..30]),
        says("handshake-garbage", &record(22, 0x303, b"abcdefgh")),
        says("handshake-of-unknown-type", &record(22, 0x303, &handshake(0x63, &[]))),
        says("handshake-empty-record", &record(22, 0x303, &[])),
        says("handshake-many-empty-records", &record(22, 0x303, &[]).repeat(40)),
        says("handshake-hello-request", &record(22, 0x303, &handshake(0, &[]))),
        says("handshake-client-hello", &record(22, 0x303, &handshake(1, &[3, 3]))),
        says("handshake-finished-first", &record(22, 0x303, &handshake(20, &[0; 12]))),
        says("handshake-certificate-first", &record(22, 0x303, &handshake(11, &certificates(&[b"x"])))),
        says("handshake-of-65537", &record(22, 0x303, &[&[2, 1, 0, 1][..], &[0; 100]].concat())),
        says("handshake-of-8388607", &record(22, 0x303, &[&[2, 0x7f, 0xff, 0xff][..], &[0; 100]].concat())),
        says("oversized-65535", &[&[22, 3, 3, 0xff, 0xff][..], &[0; 2000]].concat()),
        says("oversized-18433", &[&[22, 3, 3, 0x48, 0x01][..], &[0; 2000]].concat()),
        says("application-first", &record(23, 0x303, b"abcd")),
        says("cipher-change-first", &record(20, 0x303, &[1])),
        says("heartbeat-first", &record(24, 0x303, &[1, 0, 0])),
        says("type-25", &record(25, 0x303, &[1, 0, 0])),
        says("version-500", &record(22, 0x500, &handshake(2, &[]))),
        says("version-1000", &record(22, 0x1000, &handshake(2, &[]))),
        says("version-000", &record(22, 0x000, &handshake(2, &[]))),
        says("hello-empty", &record(22, 0x303, &handshake(2, &[]))),
        says("hello-malformed", &record(22, 0x303, &handshake(2, &[3, 3, 1, 2]))),
        says("hello-in-small-records", &split),
        says("hello-of-sslv2", &[0x80, 0x2e, 4, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]
}

fn hellos() -> Vec<Scene> {
    let says = |name: &str, version, suite, extensions: &[u8]| {
        let bytes = record(22, 0x303, &server_hello(version, suite, RANDOM, extensions));
        scene(format!("hello-{name}"), writes(Hears::First, bytes))
    };
    let newer = |version: u16| extension(43, &version.to_be_bytes());
    // A server of TLS 1.3 repeats the session.
    let echoes = |name: &str, suite: u16, extensions: Vec<u8>| {
        let serving = answers(move |hello| {
            let body = [&[3, 3][..], &RANDOM, hello.session(), &suite.to_be_bytes(), &[0]].concat();
            let size = u16::try_from(extensions.len()).expect("they are few").to_be_bytes();
            record(22, 0x303, &handshake(2, &[&body[..], &size, &extensions].concat()))
        });
        scene(format!("hello-1.3-{name}"), serving)
    };
    let share = |group: u16, bytes: &[u8]| {
        let size = u16::try_from(bytes.len()).expect("it is small");
        extension(51, &[&group.to_be_bytes()[..], &size.to_be_bytes(), bytes].concat())
    };
    let retry = |name: &str, extensions: Vec<u8>| {
        let random = [
            0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
            0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
        ];
        let serving = answers(move |hello| {
            let body = [&[3, 3][..], &random, hello.session(), &0x1301u16.to_be_bytes(), &[0]].concat();
            let size = u16::try_from(extensions.len()).expect("they are few").to_be_bytes();
            record(22, 0x303, &handshake(2, &[&body[..], &size, &extensions].concat()))
        });
        scene(format!("hello-retry-{name}"), serving)
    };
    let mut downgraded = RANDOM;
    downgraded[24..].copy_from_slice(b"DOWNGRD\x01");
    let sentinel = record(22, 0x303, &server_hello(0x303, SUITE, downgraded, &[]));
    vec![
        says("ssl-3", 0x300, 0xc02f, &[]),
        says("1.0", 0x301, 0xc02f, &[]),
        says("1.1", 0x302, 0xc02f, &[]),
        says("1.0-skip", 0x301, 0xc02f, &[]).skip(),
        says("1.0-tls-off", 0x301, 0xc02f, &[]).off(),
        says("1.4-legacy", 0x305, 0xc02f, &[]),
        says("0.0", 0, 0xc02f, &[]),
        says("1.2-suite-rsa", 0x303, 0x002f, &[]),
        says("1.2-suite-unknown", 0x303, 0xfafa, &[]),
        says("1.2-suite-cbc", 0x303, 0xc013, &[]),
        says("1.2-suite-of-1.3", 0x303, 0x1301, &[]),
        says("1.2-unknown-extension", 0x303, SUITE, &extension(0x9999, b"x")),
        says("1.2-duplicate-extension", 0x303, SUITE, &extension(0xff01, &[0]).repeat(2)),
        says("1.2-alpn-unasked", 0x303, SUITE, &extension(16, b"\0\x03\x02h2")),
        says("1.2-renegotiation-wrong", 0x303, SUITE, &extension(0xff01, &[3, 1, 2, 3])),
        says("1.2-extension-cut", 0x303, SUITE, &[0, 16, 0, 9, 1]),
        says("1.2-compressed", 0x303, SUITE, &[]),
        scene("hello-1.2-downgrade", writes(Hears::First, sentinel)),
        echoes("of-1.4", 0x1301, newer(0x305)),
        echoes("of-1.1", 0x1301, newer(0x302)),
        echoes("of-1.2", 0x1301, newer(0x303)),
        echoes("without-share", 0x1301, newer(0x304)),
        echoes("suite-of-1.2", SUITE, [newer(0x304), share(29, &[9; 32])].concat()),
        echoes("suite-ccm", 0x1304, [newer(0x304), share(29, &[9; 32])].concat()),
        echoes("share-unoffered", 0x1301, [newer(0x304), share(30, &[9; 56])].concat()),
        echoes("share-short", 0x1301, [newer(0x304), share(29, &[9; 5])].concat()),
        echoes("share-zero", 0x1301, [newer(0x304), share(29, &[0; 32])].concat()),
        echoes("psk-unoffered", 0x1301, [newer(0x304), share(29, &[9; 32]), extension(41, &[0, 0])].concat()),
        echoes("then-nothing", 0x1301, [newer(0x304), share(29, &[9; 32])].concat()),
        retry("nothing-new", newer(0x304)),
        retry("same-group", [newer(0x304), extension(51, &29u16.to_be_bytes())].concat()),
        retry("unoffered-group", [newer(0x304), extension(51, &30u16.to_be_bytes())].concat()),
        retry("then-nothing", [newer(0x304), extension(51, &24u16.to_be_bytes())].concat()),
        scene(
            "hello-1.3-session-not-repeated",
            writes(
                Hears::First,
                record(
                    22,
                    0x303,
                    &server_hello(0x303, 0x1301, RANDOM, &[newer(0x304), share(29, &[9; 32])].concat()),
                ),
            ),
        ),
    ]
}

/// The first flight of TLS 1.2 by hand, and what follows.
fn flights() -> Vec<Scene> {
    let lab = root(|_| {});
    let server = leaf(&lab, |_| {});
    let expired = leaf(&lab, |plan| plan.ended());
    let rsa = leaf(&lab, |plan| plan.of(Kind::Rsa(2048), 0));
    let of = |name: &str, cert: &Cert, how: Flight, then: Vec<u8>| {
        scene(format!("flight-{name}"), flight(cert, how, then)).roots(&[&lab])
    };
    let cut = |at| Flight { cut: Some(at), ..FLIGHT };
    vec![
        of("then-handshake-failure", &server, FLIGHT, alert(2, 40)),
        of("then-decrypt-error", &server, FLIGHT, alert(2, 51)),
        of("then-close-notify", &server, FLIGHT, alert(1, 0)),
        of("then-nothing", &server, FLIGHT, Vec::new()),
        of("then-warning", &server, FLIGHT, alert(1, 90)),
        of("then-level-3", &server, FLIGHT, alert(3, 40)),
        of("then-plain-text", &server, FLIGHT, b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
        of("then-other-version", &server, FLIGHT, record(22, 0x301, &handshake(20, &[0; 12]))),
        of("then-application-data", &server, FLIGHT, record(23, 0x303, b"hello")),
        of("then-finished-in-the-clear", &server, FLIGHT, record(22, 0x303, &handshake(20, &[0; 12]))),
        of(
            "then-cipher-change-and-nonsense",
            &server,
            FLIGHT,
            [record(20, 0x303, &[1]), record(22, 0x303, &[7; 40])].concat(),
        ),
        of("then-cipher-change-of-2", &server, FLIGHT, record(20, 0x303, &[2])),
        of("then-hello-request", &server, FLIGHT, record(22, 0x303, &handshake(0, &[]))),
        of("hello-only", &server, cut(1), Vec::new()),
        of("hello-only-then-alert", &server, cut(1), alert(2, 80)),
        of("certificate-only", &server, cut(2), Vec::new()),
        of("certificate-only-then-alert", &server, cut(2), alert(2, 80)),
        of("exchange-only", &server, cut(3), Vec::new()),
        of("certificate-expired", &expired, FLIGHT, Vec::new()),
        of("certificate-expired-skip", &expired, FLIGHT, alert(2, 40)).skip(),
        of("certificate-of-another-kind", &rsa, FLIGHT, Vec::new()),
        of("group-unoffered", &server, Flight { group: 30, ..FLIGHT }, Vec::new()),
        of("group-of-another-size", &server, Flight { group: 24, ..FLIGHT }, Vec::new()),
        of("scheme-unoffered", &server, Flight { scheme: 0x0203, ..FLIGHT }, Vec::new()),
        of("scheme-of-another-kind", &server, Flight { scheme: 0x0804, ..FLIGHT }, Vec::new()),
        of("scheme-of-another-hash", &server, Flight { scheme: 0x0503, ..FLIGHT }, Vec::new()),
    ]
}

/// What comes once TLS stands.
fn afterwards() -> Vec<Scene> {
    let lab = root(|_| {});
    let server = leaf(&lab, |_| {});
    let then = |name: &str, then| {
        [("", &TLS13), ("-tls-1.2", &TLS12)].map(|(suffix, version)| {
            let tls = Tls::of(&[&server]).only(version).with(|tls| tls.then = then);
            scene(format!("after-{name}{suffix}"), tls.serving()).roots(&[&lab])
        })
    };
    let mut all = Vec::new();
    all.extend(then("closes", Then::Closes));
    all.extend(then("resets", Then::Resets));
    all.extend(then("close-notify", Then::Notifies));
    all.extend(then("plain-text", Then::Clear(b"HTTP/1.1 400 Bad\r\n\r\n")));
    all.extend(then("plain-alert", Then::Clear(&[21, 3, 3, 0, 2, 2, 40])));
    all.extend(then(
        "garbage",
        Then::Clear(&[
            23, 3, 3, 0, 30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
            23, 24, 25, 26, 27, 28, 29, 30,
        ]),
    ));
    all.extend(then("short-record", Then::Clear(&[23, 3, 3, 0, 1, 1])));
    all
}
