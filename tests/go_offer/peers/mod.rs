//! The offer held to the servers of Go and of `OpenSSL`: `cargo test -- --ignored`, where both are installed.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use crate::groups_and_suites::AnyServer;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CipherSuite, ClientConfig, ClientConnection, NamedGroup, StreamOwned, SupportedProtocolVersion,
};
use sockeye::go_offer::{Offer, provider};

const SUITES: [(CipherSuite, &str, &str); 10] = [
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "p256", "ECDHE-ECDSA-AES128-GCM-SHA256"),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "rsa2048", "ECDHE-RSA-AES128-GCM-SHA256"),
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "p256", "ECDHE-ECDSA-AES256-GCM-SHA384"),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "rsa2048", "ECDHE-RSA-AES256-GCM-SHA384"),
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, "p256", "ECDHE-ECDSA-CHACHA20-POLY1305"),
    (CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "rsa2048", "ECDHE-RSA-CHACHA20-POLY1305"),
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "p256", "ECDHE-ECDSA-AES128-SHA"),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "rsa2048", "ECDHE-RSA-AES128-SHA"),
    (CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, "p256", "ECDHE-ECDSA-AES256-SHA"),
    (CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "rsa2048", "ECDHE-RSA-AES256-SHA"),
];

/// The kinds of key, as `openssl req -newkey` takes them.
const KEYS: [(&str, &[&str]); 14] = [
    ("rsa1024", &["rsa:1024"]),
    ("rsa1025", &["rsa:1025"]),
    ("rsa1030", &["rsa:1030"]),
    ("rsa1536", &["rsa:1536"]),
    ("rsa2047", &["rsa:2047"]),
    ("rsa2048", &["rsa:2048"]),
    ("rsa2049", &["rsa:2049"]),
    ("rsa3072", &["rsa:3072"]),
    ("p224", &["ec", "-pkeyopt", "ec_paramgen_curve:P-224"]),
    ("p256", &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("p384", &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    ("p521", &["ec", "-pkeyopt", "ec_paramgen_curve:P-521"]),
    ("ed25519", &["ed25519"]),
    ("rsa1024e3", &["rsa:1024", "-pkeyopt", "rsa_keygen_pubexp:3"]),
];

const LARGE: usize = 3_000_000;
const SMALL: usize = 100;

static ROOM: LazyLock<PathBuf> = LazyLock::new(|| {
    let room = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("go_and_openssl");
    std::fs::create_dir_all(&room).unwrap();
    for (name, kind) in KEYS {
        let mut command = Command::new("openssl");
        command.args(["req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=peer", "-newkey"]).args(kind);
        command
            .arg("-keyout")
            .arg(room.join(format!("{name}.key")))
            .arg("-out")
            .arg(room.join(format!("{name}.crt")));
        let made = command.output().unwrap();
        assert!(made.status.success(), "{name}: {}", String::from_utf8_lossy(&made.stderr));
    }
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/go_offer/peers/server.go");
    let built =
        Command::new("go").args(["build", "-o"]).arg(room.join("server")).arg(source).status().unwrap();
    assert!(built.success());
    room
});

fn file(name: &str, kind: &str) -> PathBuf {
    ROOM.join(format!("{name}.{kind}"))
}

#[test]
#[ignore = "needs Go"]
fn every_suite_opens_with_go() {
    for (suite, key, _) in SUITES {
        for length in [SMALL, LARGE] {
            let peer = go(key, 0x0303, &[u16::from(suite)], &[], false);
            let spoken = peer.echo(&client(&Offer::with_cbc(), &TLS12, None), length).unwrap();
            assert_eq!(spoken.suite, suite);
        }
    }
}

#[test]
#[ignore = "needs OpenSSL"]
fn every_suite_opens_with_openssl() {
    for (suite, key, name) in SUITES {
        for length in [SMALL, LARGE] {
            let peer = openssl(key, &["-tls1_2", "-cipher", name]);
            let spoken = peer.both_ways(&client(&Offer::with_cbc(), &TLS12, None), length).unwrap();
            assert_eq!(spoken.suite, suite);
        }
    }
}

#[test]
#[ignore = "needs Go"]
fn no_cbc_suite_opens_by_default() {
    let suite = u16::from(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA);
    let peer = go("rsa2048", 0x0303, &[suite], &[], false);
    assert!(peer.echo(&client(&Offer::default(), &TLS12, None), SMALL).is_err());
}

#[test]
#[ignore = "needs Go"]
fn every_group_opens_with_go() {
    for group in Offer::default().groups {
        let name = group.name();
        let mut versions = vec![&TLS13];
        if group.usable_for_version(TLS12.version) {
            versions.push(&TLS12);
        }
        for version in versions {
            let peer = go("p256", u16::from(version.version), &[], &[u16::from(name)], false);
            assert_eq!(peer.echo(&client(&Offer::default(), version, None), SMALL).unwrap().group, name);
            // As the first of its offer, and alone.
            let offer = Offer { groups: vec![group], ..Offer::default() };
            let peer = go("p256", u16::from(version.version), &[], &[u16::from(name)], false);
            assert_eq!(peer.echo(&client(&offer, version, None), SMALL).unwrap().group, name);
        }
    }
}

#[test]
#[ignore = "needs Go"]
fn the_classical_half_of_the_large_hybrid_opens_with_go() {
    let mut groups = Offer::default().groups;
    groups.swap(0, 2);
    let peer = go("p256", 0x0304, &[], &[u16::from(NamedGroup::secp384r1)], false);
    let offer = Offer { groups, ..Offer::default() };
    assert_eq!(peer.echo(&client(&offer, &TLS13, None), SMALL).unwrap().group, NamedGroup::secp384r1);
}

#[test]
#[ignore = "needs OpenSSL"]
fn every_classical_group_opens_with_openssl() {
    for (group, name) in [
        (NamedGroup::X25519, "X25519"),
        (NamedGroup::secp256r1, "P-256"),
        (NamedGroup::secp384r1, "P-384"),
        (NamedGroup::secp521r1, "P-521"),
    ] {
        for (version, flag) in [(&TLS12, "-tls1_2"), (&TLS13, "-tls1_3")] {
            let peer = openssl("p256", &[flag, "-groups", name]);
            assert_eq!(
                peer.both_ways(&client(&Offer::default(), version, None), SMALL).unwrap().group,
                group
            );
        }
    }
}

#[test]
#[ignore = "needs Go"]
fn every_key_is_believed_by_go() {
    for (key, _) in KEYS {
        for version in [&TLS12, &TLS13] {
            let peer = go("p256", u16::from(version.version), &[], &[], true);
            let opened = peer.echo(&client(&Offer::default(), version, Some(key)), SMALL);
            let expected = key != "p224" || version.version == TLS12.version;
            assert_eq!(opened.is_ok(), expected, "{key} {version:?} {opened:?}");
        }
    }
}

#[test]
#[ignore = "needs OpenSSL"]
fn every_key_is_believed_by_openssl() {
    for (key, _) in KEYS {
        for (version, flag) in [(&TLS12, "-tls1_2"), (&TLS13, "-tls1_3")] {
            let peer = openssl("p256", &[flag, "-Verify", "1", "-cipher", "ALL:@SECLEVEL=0"]);
            let opened = peer.both_ways(&client(&Offer::default(), version, Some(key)), SMALL);
            // OpenSSL wants the key's curve among the groups that the client offers, so Go is refused here as well.
            assert_eq!(opened.is_ok(), key != "p224", "{key} {version:?} {opened:?}");
        }
    }
}

#[test]
#[ignore = "needs OpenSSL"]
fn every_scheme_is_believed_by_openssl() {
    let rsa = [
        "rsa_pss_rsae_sha256",
        "rsa_pss_rsae_sha384",
        "rsa_pss_rsae_sha512",
        "rsa_pkcs1_sha256",
        "rsa_pkcs1_sha384",
        "rsa_pkcs1_sha512",
    ];
    for key in ["rsa1024", "rsa1025", "rsa1030", "rsa1536", "rsa2047", "rsa2048", "rsa1024e3"] {
        for scheme in rsa {
            let room = !(scheme == "rsa_pss_rsae_sha512"
                && matches!(key, "rsa1024" | "rsa1025" | "rsa1030" | "rsa1024e3"));
            for (version, flag) in [(&TLS12, "-tls1_2"), (&TLS13, "-tls1_3")] {
                if version.version == TLS13.version && scheme.contains("pkcs1") {
                    continue;
                }
                believed(key, scheme, version, flag, room);
            }
        }
    }
    for key in ["p256", "p384", "p521"] {
        for scheme in ["ECDSA+SHA256", "ECDSA+SHA384", "ECDSA+SHA512"] {
            believed(key, &format!("{scheme}:RSA+SHA256"), &TLS12, "-tls1_2", true);
        }
    }
}

fn believed(key: &str, scheme: &str, version: &'static SupportedProtocolVersion, flag: &str, expected: bool) {
    let peer =
        openssl("p256", &[flag, "-Verify", "1", "-cipher", "ALL:@SECLEVEL=0", "-client_sigalgs", scheme]);
    let opened = peer.both_ways(&client(&Offer::default(), version, Some(key)), SMALL);
    assert_eq!(opened.is_ok(), expected, "{key} {scheme} {version:?} {opened:?}");
}

/// A server that runs until it is dropped.
struct Peer {
    child: Child,
    port: u16,
}

#[derive(Debug)]
struct Spoken {
    suite: CipherSuite,
    group: NamedGroup,
}

fn go(key: &str, max: u16, suites: &[u16], groups: &[u16], auth: bool) -> Peer {
    let (cert, key) = (file(key, "crt"), file(key, "key"));
    let settings = format!(
        r#"{{"Cert":"{}","Key":"{}","Max":{max},"Suites":{},"Groups":{},"Auth":{auth}}}"#,
        cert.display(),
        key.display(),
        list(suites),
        list(groups)
    );
    let mut child = spawn(Command::new(ROOM.join("server")).arg(settings));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Peer { child, port: line.trim().parse().unwrap() }
}

fn list(numbers: &[u16]) -> String {
    if numbers.is_empty() { "null".into() } else { format!("{numbers:?}") }
}

fn openssl(key: &str, flags: &[&str]) -> Peer {
    let (cert, key) = (file(key, "crt"), file(key, "key"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new("openssl");
    command.args(["s_server", "-quiet", "-naccept", "1", "-accept"]).arg(format!("127.0.0.1:{port}"));
    command.arg("-cert").arg(cert).arg("-key").arg(key).args(flags);
    Peer { child: spawn(&mut command), port }
}

fn spawn(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Peer {
    fn dial(&self, config: &ClientConfig) -> StreamOwned<ClientConnection, TcpStream> {
        // A server of OpenSSL does not say when it listens.
        let patience = Instant::now() + Duration::from_secs(20);
        let stream = loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(stream) => break stream,
                Err(error) => assert!(Instant::now() < patience, "{error}"),
            }
            thread::yield_now();
        };
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let connection =
            ClientConnection::new(Arc::new(config.clone()), ServerName::try_from("peer").unwrap());
        StreamOwned::new(connection.unwrap(), stream)
    }

    /// Sends a text to the server of Go, which gives it back.
    fn echo(self, config: &ClientConfig, length: usize) -> std::io::Result<Spoken> {
        let mut stream = self.dial(config);
        let sent = text(length);
        stream.write_all(&u64::try_from(length).unwrap().to_be_bytes())?;
        stream.write_all(&sent)?;
        stream.flush()?;
        let mut got = vec![0; length];
        stream.read_exact(&mut got)?;
        assert!(got == sent, "the text came back changed");
        Ok(spoken(&stream.conn))
    }

    /// Sends a text to `s_server`, which prints it, and lets it send what it is typed.
    fn both_ways(mut self, config: &ClientConfig, length: usize) -> std::io::Result<Spoken> {
        let mut stream = self.dial(config);
        let sent = text(length);
        let mut printed = self.child.stdout.take().unwrap();
        let heard = thread::spawn(move || {
            let mut heard = vec![0; length];
            printed.read_exact(&mut heard).map(|()| heard)
        });
        stream.write_all(&sent)?;
        stream.flush()?;
        let mut typed = self.child.stdin.take().unwrap();
        let typing = text(length);
        let typist = thread::spawn(move || typed.write_all(&typing).map(|()| typed));
        let mut got = vec![0; length];
        stream.read_exact(&mut got)?;
        assert!(got == sent, "the server's text came changed");
        assert!(heard.join().unwrap()? == sent, "our text came changed");
        drop(typist.join().unwrap()?);
        Ok(spoken(&stream.conn))
    }
}

fn text(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + u8::try_from((state >> 24) % 26).unwrap()
    };
    std::iter::repeat_with(letter).take(length).collect()
}

fn spoken(connection: &ClientConnection) -> Spoken {
    Spoken {
        suite: connection.negotiated_cipher_suite().unwrap().suite(),
        group: connection.negotiated_key_exchange_group().unwrap().name(),
    }
}

fn client(offer: &Offer, version: &'static SupportedProtocolVersion, key: Option<&str>) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(provider(offer)))
        .with_protocol_versions(&[version])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyServer));
    let Some(key) = key else { return builder.with_no_client_auth() };
    builder.with_client_auth_cert(vec![chain(&file(key, "crt"))], private(&file(key, "key"))).unwrap()
}

fn chain(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).unwrap()
}

fn private(path: &Path) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_file(path).unwrap()
}
