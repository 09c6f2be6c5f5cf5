//! The trusted certificates: what of them is read, and what of them is judged.

use crate::tls::{
    certificate::{COMMON_NAME, Cert, UNIT, days, intermediate, leaf, name_of, own, root},
    der::integer,
    extension::{
        CERT_SIGN, CLIENT, CRL_SIGN, Critical, DIGITAL_SIGNATURE, authority, key_usage, named, no_authority,
        unknown, usages,
    },
    hash::Hash,
    key::{Kind, Scheme},
    scene::{Scene, scene, shows},
    server::Tls,
};

pub fn all() -> Vec<Scene> {
    let mut all = files();
    all.extend(texts());
    all.extend(system());
    all.extend(leafs());
    all.extend(judged());
    all.extend(namesakes());
    all
}

pub fn serves(chain: &[&Cert]) -> impl Fn(&str) -> Scene + use<> {
    let serving = Tls::of(chain).serving();
    move |name| scene(name, serving.clone())
}

fn files() -> Vec<Scene> {
    let lab = root(|_| {});
    let server = leaf(&lab, |_| {});
    let new = serves(&[&server]);
    let others = [own("Other A", 21, |_| {}), own("Other B", 22, |_| {})];
    let odd = root(|plan| {
        plan.of(Kind::P256, 23);
        plan.serial = integer(-5);
    });
    vec![
        new("root-file").roots(&[&lab]),
        new("root-inline").roots_inline(&lab.pem()),
        new("root-none"),
        new("root-empty-text").tls("root_cas: ''"),
        new("root-empty-file").roots_text(""),
        new("root-blank-text").roots_inline(" \n\n"),
        new("root-garbage-text").roots_inline("this is no PEM\n"),
        new("root-garbage-file").roots_text("\u{1}\u{2} nothing\n"),
        new("root-another").roots(&[&others[0]]),
        new("root-several-ours-last").roots(&[&others[0], &others[1], &lab]),
        new("root-several-ours-first").roots(&[&lab, &others[0], &others[1]]),
        new("root-unparsable-before-ours").roots(&[&odd, &lab]),
        new("root-unparsable-after-ours").roots(&[&lab, &odd]),
        new("root-twice").roots(&[&lab, &lab]),
        new("root-both-fields").roots_inline(&lab.pem()).roots(&[&lab]),
        new("root-file-missing").tls("root_cas_file: /no/such/ca.pem"),
        new("root-file-missing-tls-off").off().tls("root_cas_file: /no/such/ca.pem"),
        new("root-file-is-a-folder").tls("root_cas_file: /"),
        new("root-file-empty-name").tls("root_cas_file: ''"),
        new("root-key-in-the-file").roots_text(&(lab.key.pem() + &lab.pem())),
        new("root-only-a-key-in-the-file").roots_text(&lab.key.pem()),
    ]
}

fn texts() -> Vec<Scene> {
    // One whose base64 has padding.
    let lab = std::iter::repeat_with(|| root(|_| {}))
        .find(|root| root.pem().contains('='))
        .expect("it comes to that");
    let server = leaf(&lab, |_| {});
    let new = serves(&[&server]);
    let other = own("Other A", 21, |_| {}).pem();
    let text = lab.pem();
    let end = "-----END CERTIFICATE-----";
    let lines = |of: fn(&str) -> String| text.lines().map(of).collect::<String>();
    let spoil = |text: &str| text.replacen("MI", "M*", 1);
    let cut = other.replace(end, "");
    vec![
        new("root-pem-without-end-then-ours").roots_text(&(cut.clone() + &text)),
        new("root-pem-ours-then-without-end").roots_text(&(text.clone() + &cut)),
        new("root-pem-without-end").roots_text(&text.replace(end, "")),
        new("root-pem-without-begin").roots_text(&text.replace("-----BEGIN CERTIFICATE-----", "")),
        new("root-pem-indented").roots_text(&lines(|line| format!("  {line}\n"))),
        new("root-pem-trailing-spaces").roots_text(&lines(|line| format!("{line}  \n"))),
        new("root-pem-crlf").roots_text(&lines(|line| format!("{line}\r\n"))),
        new("root-pem-blank-lines").roots_text(&lines(|line| format!("{line}\n\n"))),
        new("root-pem-one-line").roots_inline(&text.replace('\n', " ")),
        new("root-pem-backslash-n").roots_inline(&text.replace('\n', "\\n")),
        new("root-pem-bom").roots_text(&format!("\u{feff}{text}")),
        new("root-pem-bom-then-two").roots_text(&format!("\u{feff}{other}{text}")),
        new("root-pem-text-before").roots_text(&format!("Certificate:\n    Data: something\n{text}")),
        new("root-pem-text-after").roots_text(&format!("{text}# the end\n")),
        new("root-pem-text-on-the-line-before").roots_text(&format!("# ours: {text}")),
        new("root-pem-trusted-label").roots_text(&text.replace("CERTIFICATE", "TRUSTED CERTIFICATE")),
        new("root-pem-x509-label").roots_text(&text.replace("CERTIFICATE", "X509 CERTIFICATE")),
        new("root-pem-lower-case-label").roots_text(&text.replace("CERTIFICATE", "certificate")),
        new("root-pem-labels-differ").roots_text(&text.replace("END CERTIFICATE", "END X509 CERTIFICATE")),
        new("root-pem-four-dashes").roots_text(&text.replace("-----", "----")),
        new("root-pem-with-headers").roots_text(&text.replacen("-----\n", "-----\nComment: ours\n\n", 1)),
        new("root-pem-with-headers-then-plain")
            .roots_text(&(other.replacen("-----\n", "-----\nComment: not ours\n\n", 1) + &text)),
        new("root-pem-no-final-newline").roots_inline(text.trim_end()),
        new("root-pem-broken-base64").roots_text(&spoil(&text)),
        new("root-pem-broken-base64-then-ours").roots_text(&(spoil(&other) + &text)),
        new("root-pem-without-padding").roots_text(&text.replace('=', "")),
        new("root-pem-ends-glued").roots_text(&(other.trim_end().to_owned() + &text)),
        new("root-pem-one-long-line").roots_text(&{
            let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
            format!("-----BEGIN CERTIFICATE-----\n{body}\n{end}\n")
        }),
        new("root-pem-der-behind")
            .roots_text(&pem::encode(&pem::Pem::new("CERTIFICATE", [&lab.der[..], b"\0\0"].concat()))),
        new("root-pem-two-in-one-block").roots_text(&pem::encode(&pem::Pem::new(
            "CERTIFICATE",
            [&own("Other A", 21, |_| {}).der[..], &lab.der].concat(),
        ))),
    ]
}

fn system() -> Vec<Scene> {
    let lab = root(|_| {});
    let new = serves(&[&leaf(&lab, |_| {})]);
    let filed = |name: &str, file: &str| {
        let scene = new(name);
        scene.file(file, &lab.pem());
        let folder = scene.folder().to_owned();
        (scene, folder)
    };
    let (folder, path) = filed("root-by-ssl-cert-dir", "our-root.crt");
    let (two, second) = filed("root-by-ssl-cert-dir-two", "our-root.pem");
    let on = new("root-by-ssl-cert-file-tls-on");
    let file = on.file("system.pem", &lab.pem());
    let other = own("Other A", 21, |_| {});
    let both = new("root-ssl-cert-file-does-not-add");
    let ours = both.file("system.pem", &lab.pem());
    vec![
        new("root-by-ssl-cert-file").off_trusting(&lab),
        on.env("SSL_CERT_FILE", &file),
        folder.off().env("SSL_CERT_DIR", &path),
        two.off().env("SSL_CERT_DIR", &format!("/nowhere:{second}")),
        new("root-by-ssl-cert-file-missing").off().env("SSL_CERT_FILE", "/no/such.pem"),
        both.roots(&[&other]).env("SSL_CERT_FILE", &ours),
        new("root-none-tls-off").off(),
    ]
}

/// The server's own certificate is the trusted one.
fn leafs() -> Vec<Scene> {
    let here = || vec![named(&["localhost", "127.0.0.1"])];
    let server = |name: &str, change: fn(&mut crate::tls::certificate::Plan)| {
        let cert = own("server", 5, |plan| {
            plan.extensions = vec![named(&["localhost", "127.0.0.1"])];
            change(plan);
        });
        shows(name, &[&cert], &[&cert])
    };
    let renewed = |name: &str, authority_too: bool| {
        let made = |from| {
            own("localhost", 5, |plan| {
                plan.extensions = here();
                plan.from = days(from);
                if authority_too {
                    plan.add(authority(None));
                }
            })
        };
        shows(name, &[&made(-2)], &[&made(-9)])
    };
    let issued = leaf(&root(|_| {}), |_| {});
    let short = |plan: &mut crate::tls::certificate::Plan| {
        plan.scheme = Some(Scheme { hash: Hash::Sha1, pss: false })
    };
    let sha1 = own("server", 5, |plan| {
        plan.of(Kind::Rsa(2048), 0);
        plan.extensions = here();
        short(plan);
    });
    let common = |name: &str, version, extensions: Vec<Vec<u8>>| {
        let cert = own("localhost", 5, |plan| {
            plan.version = version;
            plan.extensions = extensions;
        });
        shows(name, &[&cert], &[&cert])
    };
    vec![
        server("root-is-leaf", |_| {}),
        server("root-is-leaf-expired", |plan| plan.ended()),
        server("root-is-leaf-not-yet-valid", |plan| plan.later()),
        server("root-is-leaf-client-only", |plan| plan.add(usages(&[CLIENT]))),
        server("root-is-leaf-critical-unknown", |plan| plan.add(unknown(Critical::Yes))),
        server("root-is-leaf-other-name", |plan| plan.extensions = vec![named(&["feed.example"])]),
        server("root-is-leaf-ca-true", |plan| plan.add(authority(None))),
        server("root-is-leaf-self-signature-wrong", |plan| plan.spoiled = true),
        common("root-is-leaf-common-name-only", 3, vec![no_authority()]),
        common("root-is-leaf-v1", 1, Vec::new()),
        shows("root-is-leaf-sha1", &[&sha1], &[&sha1]),
        shows("root-is-issued-leaf", &[&issued], &[&issued]),
        renewed("root-is-leaf-renewed", false),
        renewed("root-is-leaf-renewed-ca-true", true),
    ]
}

/// What a root must be besides being listed.
fn judged() -> Vec<Scene> {
    let by = |name: &str, change: fn(&mut crate::tls::certificate::Plan)| {
        let lab = root(change);
        shows(name, &[&leaf(&lab, |_| {})], &[&lab])
    };
    let (old, renewed) = (root(|plan| plan.ended()), root(|_| {}));
    let under_old = leaf(&old, |_| {});
    let crl = root(|plan| plan.extensions = vec![authority(None), key_usage(CRL_SIGN)]);
    let between = intermediate(&crl, |_| {});
    let short = root(|plan| plan.extensions[0] = authority(Some(0)));
    let below = intermediate(&short, |_| {});
    vec![
        by("root-expired", |plan| plan.ended()),
        by("root-not-yet-valid", |plan| plan.later()),
        shows("root-expired-and-renewed", &[&under_old], &[&old, &renewed]),
        shows("root-renewed-and-expired", &[&under_old], &[&renewed, &old]),
        shows("root-expired-served-too", &[&under_old, &old], &[&old]),
        shows("root-expired-the-renewed-served", &[&under_old, &renewed], &[&old]),
        by("root-without-certsign", |plan| {
            plan.extensions = vec![authority(None), key_usage(DIGITAL_SIGNATURE)]
        }),
        shows("root-crlsign-only", &[&leaf(&between, |_| {}), &between], &[&crl]),
        by("root-without-key-usage", |plan| plan.extensions = vec![authority(None)]),
        by("root-without-basic-constraints", |plan| plan.extensions = vec![key_usage(CERT_SIGN)]),
        by("root-ca-false", |plan| plan.extensions = vec![no_authority(), key_usage(CERT_SIGN)]),
        by("root-pathlen-0-kept", |plan| plan.extensions[0] = authority(Some(0))),
        shows("root-pathlen-0-violated", &[&leaf(&below, |_| {}), &below], &[&short]),
        by("root-critical-unknown", |plan| plan.add(unknown(Critical::Yes))),
        by("root-unknown", |plan| plan.add(unknown(Critical::No))),
        by("root-v1", |plan| {
            plan.version = 1;
            plan.extensions.clear();
        }),
        by("root-self-signature-wrong", |plan| plan.spoiled = true),
        by("root-client-only", |plan| plan.add(usages(&[CLIENT]))),
        by("root-negative-serial", |plan| plan.serial = integer(-5)),
        by("root-underscore-in-printable-string", |plan| {
            plan.named(name_of(&[(COMMON_NAME, 0x13, b"lab_root")]))
        }),
        by("root-without-name", |plan| plan.named(name_of(&[]))),
        by("root-not-self-issued", |plan| plan.issuer = name_of(&[(COMMON_NAME, 0x0c, b"Somebody")])),
        by("root-secp256k1", |plan| plan.of(Kind::Secp256k1, 0)),
    ]
}

/// Roots of the issuer's name that have another key.
fn namesakes() -> Vec<Scene> {
    let named = |name: Vec<u8>, number| {
        root(move |plan| {
            plan.of(Kind::P256, number);
            plan.named(name);
            plan.serial = integer(77);
        })
    };
    let nameless = |name: &str, subject: Vec<u8>| {
        let (ours, theirs) = (named(subject.clone(), 6), named(subject, 0));
        shows(name, &[&leaf(&ours, |_| {})], &[&theirs])
    };
    let (ours, theirs) = (own("Lab Root", 6, |_| {}), root(|_| {}));
    let server = leaf(&ours, |_| {});
    let of = |kind| root(move |plan| plan.of(kind, 1));
    let (rsa, second) = (of(Kind::Rsa(2048)), root(|plan| plan.of(Kind::Rsa(2048), 2)));
    let plain = own("Lab Root", 6, |plan| {
        plan.extensions = vec![authority(None), key_usage(CERT_SIGN), unknown(Critical::No)]
    });
    let anonymous = leaf(&plain, |plan| plan.extensions = vec![crate::tls::extension::named(&["localhost"])]);
    let (own_ca, its_namesake) = (5, 6);
    let self_signed = |number| {
        own("localhost", number, |plan| {
            plan.extensions = vec![authority(None), crate::tls::extension::named(&["localhost"])];
        })
    };
    vec![
        shows("root-namesake", &[&server], &[&theirs]),
        shows("root-namesake-without-identifiers", &[&anonymous], &[&theirs]),
        shows("root-namesake-rsa", &[&leaf(&second, |_| {})], &[&rsa]),
        shows("root-namesake-of-another-kind", &[&server], &[&rsa]),
        shows(
            "root-namesake-ed25519",
            &[&leaf(&of(Kind::Ed25519), |_| {})],
            &[&root(|plan| plan.of(Kind::Ed25519, 2))],
        ),
        shows("root-namesake-and-ours", &[&server], &[&theirs, &ours]),
        shows("root-namesake-expired", &[&server], &[&root(|plan| plan.ended())]),
        shows(
            "root-namesake-without-certsign",
            &[&server],
            &[&root(|plan| plan.extensions = vec![authority(None), key_usage(CRL_SIGN)])],
        ),
        shows("root-namesake-self-signed", &[&self_signed(own_ca)], &[&self_signed(its_namesake)]),
        nameless("root-namesake-unit-only", name_of(&[(UNIT, 0x0c, b"Lab Unit")])),
        nameless(
            "root-namesake-organisation",
            name_of(&[(UNIT, 0x0c, b"Unit"), ("2.5.4.10", 0x0c, b"Lab \"Org\"")]),
        ),
        nameless(
            "root-namesake-odd-letters",
            name_of(&[(COMMON_NAME, 0x0c, "Läb \"é\" \u{202e}\n".as_bytes())]),
        ),
    ]
}
