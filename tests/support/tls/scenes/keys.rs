//! Client certificates as files and texts: the forms of the keys, encrypted or not, and entries that are not whole.

use std::{fs, path::Path};

use rustls::version::TLS13;

use super::clients::{asked, asks_in, authority};
use crate::tls::{
    certificate::{Cert, client},
    key::{Kind, key},
    scene::{Scene, quoted},
};

fn new(name: &str) -> Scene {
    asks_in(&format!("entry-{name}"), &TLS13, &asked(&[]))
}

/// A key of `tests/keys`.
fn kept(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys").join(name);
    fs::read_to_string(path).expect("the key is there")
}

pub fn all() -> Vec<Scene> {
    let mut all = encrypted();
    all.extend(texts());
    all.extend(entries());
    all.extend(pairs());
    all
}

fn encrypted() -> Vec<Scene> {
    let mut all = Vec::new();
    let of = |name: &str, cert: &str, file: &str, password: Option<&str>| {
        new(name).client_files(&kept(cert), &kept(file), password)
    };
    let files = [
        ("rsa-cert.pem", "rsa-aes-128-cbc"),
        ("rsa-cert.pem", "rsa-aes-192-cbc"),
        ("rsa-cert.pem", "rsa-aes-256-cbc"),
        ("rsa-cert.pem", "rsa-des-cbc"),
        ("rsa-cert.pem", "rsa-des-ede3-cbc"),
        ("rsa-cert.pem", "rsa-camellia-256-cbc"),
        ("rsa-cert.pem", "rsa-pbes2-hmacWithSHA1"),
        ("rsa-cert.pem", "rsa-pbes2-hmacWithSHA256"),
        ("rsa-cert.pem", "rsa-pbes2-hmacWithSHA512"),
        ("ec-cert.pem", "ec-aes-256-cbc"),
        ("ec-cert.pem", "ec-pbes1"),
        ("ec-cert.pem", "ec-pbes2-aes-128-cbc"),
        ("ec-cert.pem", "ec-pbes2-aes-192-cbc"),
        ("ec-cert.pem", "ec-pbes2-des3"),
        ("ec-cert.pem", "ec-pkcs12"),
        ("ec-cert.pem", "ec-scrypt"),
        ("ed25519-cert.pem", "ed25519-pbes2"),
    ];
    for (cert, file) in files {
        all.push(of(&format!("{file}-right"), cert, &format!("{file}.pem"), Some("secret")));
    }
    for (cert, file) in [files[0], files[4], files[7], files[9], files[11], files[16]] {
        let key = format!("{file}.pem");
        all.push(of(&format!("{file}-wrong"), cert, &key, Some("nonsense")));
        all.push(of(&format!("{file}-none"), cert, &key, None));
    }
    for (cert, file) in [
        ("rsa-cert.pem", "rsa-pkcs1"),
        ("rsa-cert.pem", "rsa-pkcs8"),
        ("ec-cert.pem", "ec-sec1"),
        ("ec-cert.pem", "ec-pkcs8"),
        ("ed25519-cert.pem", "ed25519-pkcs8"),
        ("rsa-cert.pem", "rsa-public"),
        ("ec-cert.pem", "ec-public"),
    ] {
        all.push(of(&format!("{file}-plain"), cert, &format!("{file}.pem"), None));
        all.push(of(&format!("{file}-plain-with-password"), cert, &format!("{file}.pem"), Some("whatever")));
    }
    all.push(new("inline-encrypted").client_entry(format!(
        "cert: {}, key: {}, password: secret",
        quoted(&kept("rsa-cert.pem")),
        quoted(&kept("rsa-aes-128-cbc.pem"))
    )));
    all
}

fn texts() -> Vec<Scene> {
    let cert = client(&authority(), |_| {});
    let (text, key) = (cert.pem(), cert.key.pem());
    let of = |name: &str, cert: &str, key: &str| new(name).client_files(cert, key, None);
    let bag = "Bag Attributes\n    friendlyName: me\n";
    vec![
        of("good", &text, &key),
        new("inline").client_inline(&text, &key),
        of("text-before", &format!("{bag}{text}"), &format!("{bag}Key Attributes: <No Attributes>\n{key}")),
        of("crlf", &text.replace('\n', "\r\n"), &key.replace('\n', "\r\n")),
        of("cert-bom", &format!("\u{feff}{text}"), &key),
        of("key-bom", &text, &format!("\u{feff}{key}")),
        of("cert-empty", "", &key),
        of("key-empty", &text, ""),
        of("cert-garbage", "nonsense", &key),
        of("key-garbage", &text, "nonsense"),
        of("cert-broken-base64", &text.replacen("MI", "M*", 1), &key),
        of("key-broken-base64", &text, &key.replacen("MI", "M*", 1)),
        of("cert-is-the-key", &key, &key),
        of("key-is-the-cert", &text, &text),
        of("both-in-one-file", &format!("{text}{key}"), &format!("{text}{key}")),
        of("both-in-one-file-key-first", &format!("{key}{text}"), &format!("{key}{text}")),
        of("cert-label-x509", &text.replace("CERTIFICATE", "X509 CERTIFICATE"), &key),
        of("cert-with-headers", &text.replacen("-----\n", "-----\nComment: ours\n\n", 1), &key),
        of("key-label-wrong", &text, &key.replace("PRIVATE KEY", "SECRET KEY")),
        of("key-label-ec", &text, &key.replace("PRIVATE KEY", "EC PRIVATE KEY")),
        of("key-label-rsa", &text, &key.replace("PRIVATE KEY", "RSA PRIVATE KEY")),
        of("key-of-garbage-der", &text, &pem::encode(&pem::Pem::new("PRIVATE KEY", b"garbage".to_vec()))),
        of("cert-of-garbage-der", &pem::encode(&pem::Pem::new("CERTIFICATE", b"garbage".to_vec())), &key),
        of(
            "cert-second-garbage",
            &(text.clone() + &pem::encode(&pem::Pem::new("CERTIFICATE", b"garbage".to_vec()))),
            &key,
        ),
        of(
            "ec-parameters-before-key",
            &text,
            &format!(
                "{}{key}",
                pem::encode(&pem::Pem::new(
                    "EC PARAMETERS",
                    b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07".to_vec()
                ))
            ),
        ),
    ]
}

fn entries() -> Vec<Scene> {
    let cert = client(&authority(), |_| {});
    let files = |scene: &Scene| {
        (quoted(&scene.file("cert.pem", &cert.pem())), quoted(&scene.file("key.pem", &cert.key.pem())))
    };
    let with = |name: &str, entry: &dyn Fn(&str, &str) -> String| {
        let scene = new(name);
        let (cert, key) = files(&scene);
        let entry = entry(&cert, &key);
        scene.client_entry(entry)
    };
    let (text, secret) = (quoted(&cert.pem()), quoted(&cert.key.pem()));
    vec![
        with("empty", &|_, _| String::new()),
        with("only-cert-file", &|cert, _| format!("cert_file: {cert}")),
        with("only-key-file", &|_, key| format!("key_file: {key}")),
        with("only-cert", &|_, _| format!("cert: {text}")),
        with("only-key", &|_, _| format!("key: {secret}")),
        with("only-password", &|_, _| "password: secret".into()),
        with("cert-and-key-file", &|_, key| format!("cert: {text}, key_file: {key}")),
        with("cert-file-and-key", &|cert, _| format!("cert_file: {cert}, key: {secret}")),
        with("files-and-nonsense", &|cert, key| {
            format!("cert_file: {cert}, key_file: {key}, cert: nonsense, key: nonsense")
        }),
        with("texts-and-no-such-files", &|_, _| {
            format!("cert: {text}, key: {secret}, cert_file: /no/such.pem, key_file: /no/such.pem")
        }),
        with("cert-file-missing", &|_, key| format!("cert_file: /no/such.pem, key_file: {key}")),
        with("key-file-missing", &|cert, _| format!("cert_file: {cert}, key_file: /no/such.pem")),
        with("cert-file-is-a-folder", &|_, key| format!("cert_file: /, key_file: {key}")),
        with("good-then-empty", &|cert, key| format!("cert_file: {cert}, key_file: {key}")).client_entry(""),
        with("empty-tls-off", &|_, _| String::new()).off(),
    ]
}

/// Certificates and keys that do not belong together.
fn pairs() -> Vec<Scene> {
    let of = |name: &str, kind, other, number| {
        let cert: Cert = client(&authority(), |plan| plan.of(kind, 12));
        new(name).client_with(&cert, &key(other, number))
    };
    vec![
        of("mismatch-ec", Kind::P256, Kind::P256, 13),
        of("mismatch-rsa", Kind::Rsa(2048), Kind::Rsa(2048), 1),
        of("mismatch-ed25519", Kind::Ed25519, Kind::Ed25519, 13),
        of("mismatch-curve", Kind::P256, Kind::P384, 13),
        of("mismatch-rsa-for-ec", Kind::P256, Kind::Rsa(2048), 1),
        of("mismatch-ec-for-rsa", Kind::Rsa(2048), Kind::P256, 13),
        of("mismatch-ed25519-for-ec", Kind::P256, Kind::Ed25519, 13),
        of("mismatch-secp256k1-key", Kind::P256, Kind::Secp256k1, 13),
        of("key-p224-file", Kind::P224, Kind::P224, 12),
    ]
}
