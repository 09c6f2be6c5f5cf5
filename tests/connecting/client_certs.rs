//! Client certificates: which one is presented, and what is reported if none can be.

use std::path::PathBuf;

use rustls::version::{TLS12, TLS13};
use sockeye::{
    config::{
        CertFaultKind, ClientCert, ClientP12, Dialect, RootSource, Secret, Settings, Source, TlsSettings,
    },
    session::{ClientEvidence, FailureKind, Stage},
};

use crate::{
    Outcome, dial, settings,
    support::{
        certs::{Authority, Identity, Valid},
        servers::{Server, answering, once_tls, upgrade},
    },
};

const HERE: &str = "127.0.0.1";

/// A server that requires a client certificate of `authority`.
async fn strict(
    authority: &Authority,
    version: &'static rustls::SupportedProtocolVersion,
) -> Server<Option<String>> {
    let acceptor = authority.issue(&[HERE], Valid::Today).strict_acceptor(authority, version);
    once_tls(acceptor, async |stream| upgrade(stream, "", b"").await).await
}

fn entry(nth: usize, identity: &Identity) -> ClientCert {
    let path = format!("tls.client_certs.{nth}");
    ClientCert { path, ..ClientCert::inline(identity.pem(), &identity.key_pem()) }
}

fn presenting(url: &str, authority: &Authority, client_certs: Vec<ClientCert>) -> Settings {
    let roots = Some(RootSource::Text(authority.pem().to_owned()));
    let tls = TlsSettings { enabled: true, roots, client_certs, ..TlsSettings::default() };
    Settings { tls, ..settings(url) }
}

fn client(outcome: &Outcome) -> ClientEvidence {
    outcome.tls().client.clone().expect("a certificate was requested")
}

#[tokio::test]
async fn an_accepted_client_certificate_opens_the_connection_in_either_version() {
    let authority = Authority::new("our own");
    for version in [&TLS12, &TLS13] {
        let server = strict(&authority, version).await;
        let certs = vec![entry(0, &authority.issue(&["client"], Valid::Today))];
        let outcome = dial(presenting(&server.wss("/"), &authority, certs)).await;
        assert_eq!(client(&outcome).presented.as_deref(), Some("CN=a server"));
        assert_eq!(client(&outcome).authorities, ["CN=our own"]);
        outcome.socket();
    }
}

#[tokio::test]
async fn of_several_certificates_the_one_by_an_accepted_authority_is_presented() {
    let (authority, other) = (Authority::new("our own"), Authority::new("another"));
    let server = strict(&authority, &TLS13).await;
    let between = authority.intermediate("between");
    let below = between.issue(&["client"], Valid::Today);
    let chain = Source::Text(Secret::new([below.pem(), between.pem()].concat()));
    let certs = vec![
        entry(0, &other.issue(&["client"], Valid::Today)),
        ClientCert { cert: chain, ..entry(1, &below) },
    ];
    let outcome = dial(presenting(&server.wss("/"), &authority, certs)).await;
    assert_eq!(client(&outcome).configured, 2);
    let message = "requested, issued by CN=our own; presented CN=a server";
    assert_eq!(client(&outcome).summary(), message);
}

#[tokio::test]
async fn an_unsuitable_certificate_is_not_presented_and_that_is_reported() {
    let (authority, other) = (Authority::new("our own"), Authority::new("another"));
    for version in [&TLS12, &TLS13] {
        let server = strict(&authority, version).await;
        let certs = vec![entry(0, &other.issue(&["client"], Valid::Today))];
        let outcome = dial(presenting(&server.wss("/"), &authority, certs)).await;
        assert!(matches!(outcome.failure().kind, FailureKind::ClientCertWanted { .. }));
        assert_eq!(client(&outcome).presented, None);
    }
}

#[tokio::test]
async fn a_refused_client_certificate_is_reported_with_the_alert() {
    let authority = Authority::new("our own");
    for version in [&TLS12, &TLS13] {
        let server = strict(&authority, version).await;
        let certs = vec![entry(0, &authority.issue(&["client"], Valid::Formerly))];
        let outcome = dial(presenting(&server.wss("/"), &authority, certs)).await;
        let alert = "certificate_expired".to_owned();
        assert_eq!(outcome.failure().kind, FailureKind::ClientCertRefused { alert });
    }
}

#[tokio::test]
async fn an_unusable_key_fails_the_tls_stage_before_a_byte_is_sent() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["client"], Valid::Today);
    let cert = Source::Text(Secret::new(identity.pem()));
    let locked = Source::Text(Secret::new(include_str!("../keys/ec-scrypt.pem")));
    let path = "tls.client_certs.0".to_owned();
    let entry = ClientCert { path, cert, key: locked, password: Secret::new("") };
    let missing = Source::File(PathBuf::from("no/such/key.pem"));
    let table = [
        (entry.clone(), CertFaultKind::Password, "is encrypted (PKCS#8), and no password is set"),
        (
            ClientCert { password: Secret::new("guess"), ..entry.clone() },
            CertFaultKind::Password,
            "cannot be decrypted",
        ),
        (
            ClientCert { password: Secret::new("secret"), ..entry.clone() },
            CertFaultKind::Mismatch,
            "does not belong",
        ),
        (ClientCert { key: missing, ..entry }, CertFaultKind::Unreadable, "no such file \"no/such/key.pem\""),
    ];
    for (entry, expected, message) in table {
        let server = answering(Vec::new()).await;
        let outcome = dial(presenting(&server.wss("/"), &authority, vec![entry])).await;
        let failure = outcome.failure();
        assert_eq!(failure.stage, Stage::Tls);
        assert!(
            matches!(failure.kind, FailureKind::ClientKey { fault, .. } if fault == expected),
            "{failure:?}"
        );
        assert!(failure.message.contains(message), "{}", failure.message);
        assert!(!failure.message.contains("guess"));
    }
}

const EC_KEY: &str = include_str!("../keys/ec-sec1.pem");

macro_rules! client {
    ($name:literal) => {
        (
            include_str!(concat!("../keys/clients/", $name, ".pem")),
            include_str!(concat!("../go_offer/keys/", $name, ".pem")),
        )
    };
}

const VERSION_1: (&str, &str) = (include_str!("../keys/clients/version-1.pem"), EC_KEY);
const CRITICAL: (&str, &str) = (include_str!("../keys/clients/critical.pem"), EC_KEY);
const P224: (&str, &str) = client!("p224");
const P521: (&str, &str) = client!("p521");

fn given(nth: usize, (cert, key): (&str, &str)) -> ClientCert {
    let path = format!("tls.client_certs.{nth}");
    ClientCert { path, ..ClientCert::inline(cert, key) }
}

/// A connection to a server that requires a certificate of an authority with this name, and believes any.
async fn shown(
    entries: Vec<ClientCert>,
    name: Option<&[u8]>,
    version: &'static rustls::SupportedProtocolVersion,
) -> Outcome {
    let authority = Authority::new("our own");
    let acceptor = authority.issue(&[HERE], Valid::Today).curious_acceptor(name, version);
    let server = once_tls(acceptor, async |stream| upgrade(stream, "", b"").await).await;
    dial(presenting(&server.wss("/"), &authority, entries)).await
}

/// `CN=` of this name, in DER.
fn common_name(name: &str) -> Vec<u8> {
    let length = u8::try_from(name.len()).expect("it is short");
    let head = [0x30, length + 11, 0x31, length + 9, 0x30, length + 7, 6, 3, 0x55, 4, 3, 0x0c, length];
    [&head[..], name.as_bytes()].concat()
}

#[tokio::test]
async fn what_the_pipeline_presents_is_presented_in_either_version() {
    let both: &[_] = &[&TLS12, &TLS13];
    for (pair, subject, versions) in [
        (VERSION_1, "CN=version-1", both),
        (CRITICAL, "CN=critical", both),
        (client!("rsa1024"), "CN=rsa1024", both),
        (client!("rsa1536"), "CN=rsa1536", both),
        (client!("rsa2048-3primes"), "CN=rsa2048-3primes", both),
        (P521, "CN=p521", both),
        (P224, "CN=p224", &[&TLS12]),
    ] {
        for version in versions {
            let outcome = shown(vec![given(0, pair)], None, version).await;
            assert_eq!(client(&outcome).presented.as_deref(), Some(subject), "{version:?}");
            outcome.socket();
        }
    }
}

#[tokio::test]
async fn a_key_on_p224_signs_nothing_in_tls_1_3() {
    let outcome = shown(vec![given(0, P224)], None, &TLS13).await;
    assert!(matches!(outcome.failure().kind, FailureKind::ClientCertWanted { .. }));
    let outcome = shown(vec![given(0, P224), given(1, P521)], None, &TLS13).await;
    assert_eq!(client(&outcome).presented.as_deref(), Some("CN=p521"));
}

#[tokio::test]
async fn the_authority_chooses_among_certificates_of_all_kinds() {
    let own = Authority::new("another").issue(&["client"], Valid::Today);
    let entries = || vec![entry(0, &own), given(1, VERSION_1), given(2, CRITICAL)];
    for version in [&TLS12, &TLS13] {
        for (name, subject) in [("another", "CN=a server"), ("clients", "CN=version-1")] {
            let outcome = shown(entries(), Some(&common_name(name)), version).await;
            assert_eq!(client(&outcome).presented.as_deref(), Some(subject));
        }
        let outcome = shown(entries(), Some(&common_name("nobody")), version).await;
        assert!(matches!(outcome.failure().kind, FailureKind::ClientCertWanted { .. }));
    }
}

#[tokio::test]
async fn a_weak_rsa_key_is_presented_and_signs_nothing() {
    let words =
        "crypto/rsa: 1023-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)";
    for (version, line) in
        [(&TLS12, words.to_owned()), (&TLS13, format!("tls: failed to sign handshake: {words}"))]
    {
        let outcome = shown(vec![given(0, client!("rsa1023"))], None, version).await;
        assert_eq!(client(&outcome).presented.as_deref(), Some("CN=rsa1023"));
        match outcome.failure().kind {
            FailureKind::ClientKey { fault: CertFaultKind::TooWeak, pipeline, .. } => {
                assert_eq!(pipeline, line);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The words with which the pipeline does not start, and what mends it; `None` where Sockeye goes on.
async fn start(dialect: Dialect, pair: (&str, &str)) -> Option<(String, Vec<String>)> {
    let authority = Authority::new("our own");
    let acceptor = authority.issue(&[HERE], Valid::Today).curious_acceptor(None, &TLS13);
    let server = once_tls(acceptor, async |stream| upgrade(stream, "", b"").await).await;
    let entry = ClientCert { password: Secret::new("secret"), ..given(0, pair) };
    let mut settings = presenting(&server.wss("/"), &authority, vec![entry]);
    settings.options.dialect = dialect;
    match dial(settings).await.result.err()?.kind {
        FailureKind::ClientKey { pipeline, mends, .. } => Some((pipeline, mends.into_vec())),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn keys_that_open_here_only_are_refused_in_the_words_of_the_pipeline() {
    let ec = include_str!("../keys/ec-cert.pem");
    let ed25519 = include_str!("../keys/ed25519-cert.pem");
    let rsa = include_str!("../keys/rsa-cert.pem");
    let failed = |why: &str| format!("failed to parse encrypted PKCS#8 private key: {why}");
    for (pair, words, mended) in [
        (
            (ec, include_str!("../keys/ec-scrypt.pem")),
            failed("key block is not of type RSA"),
            "openssl ec -in client.key -aes256",
        ),
        (
            (ed25519, include_str!("../keys/ed25519-pbes2.pem")),
            failed("key block is not of type RSA"),
            "openssl pkey -in client.key -out client.key.new",
        ),
        (
            (rsa, include_str!("../keys/rsa-pbes2-hmacWithSHA512.pem")),
            failed("pkcs8: unsupported hash function"),
            "openssl pkcs8 -in client.key -topk8",
        ),
    ] {
        let (pipeline, mends) = start(Dialect::Connect, pair).await.expect("it does not start");
        assert_eq!(pipeline, words);
        assert!(mends[0].contains(mended), "{mends:?}");
        assert_eq!(start(Dialect::Standard, pair).await, None);
    }
}

#[tokio::test]
async fn what_the_pipeline_cannot_read_is_refused_by_either() {
    let ec = include_str!("../keys/ec-cert.pem");
    for (pair, words, mended) in [
        ((include_str!("../keys/clients/negative.pem"), EC_KEY), "x509: negative serial number", "issued"),
        (
            (ec, include_str!("../keys/ec-explicit.pem")),
            "tls: failed to parse private key",
            "openssl ec -in client.key -param_enc named_curve",
        ),
        (
            (ec, include_str!("../keys/rsa-pkcs1.pem")),
            "tls: private key type does not match public key type",
            "openssl pkey -in client.key -pubout",
        ),
        (
            (P521.0, P224.1),
            "tls: private key does not match public key",
            "openssl x509 -in client.crt -noout -pubkey",
        ),
    ] {
        for dialect in [Dialect::Standard, Dialect::Bento] {
            let (pipeline, mends) = start(dialect, pair).await.expect("it does not start");
            assert_eq!(pipeline, words);
            assert!(mends[0].contains(mended), "{mends:?}");
        }
    }
}

#[tokio::test]
async fn a_pipeline_reports_it_in_its_own_words() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["client"], Valid::Today);
    let path = "tls.client_certs.0".to_owned();
    let key = Source::Text(Secret::new(include_str!("../keys/ec-scrypt.pem")));
    let cert = Source::Text(Secret::new(identity.pem()));
    let server = answering(Vec::new()).await;
    let entry = ClientCert { path, cert, key, password: Secret::new("") };
    let mut settings = presenting(&server.wss("/"), &authority, vec![entry]);
    settings.options.dialect = Dialect::Bento;
    let outcome = dial(settings).await;
    assert_eq!(outcome.failure().message, "missing password for PKCS#8 encrypted private key");
}

/// A PKCS#12 file with this key and certificate.
fn p12(identity: &Identity, password: &str) -> Vec<u8> {
    use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
    let der = |text: &str| pem::parse(text).expect("it is PEM").into_contents();
    let key = PrivateKey::from_der(&der(&identity.key_pem())).expect("it is a key");
    let certificate = Certificate::from_der(&der(identity.pem())).expect("it is one");
    let mut store = KeyStore::new();
    let chain = PrivateKeyChain::new("1".as_bytes(), key, [certificate]);
    store.add_entry("client", KeyStoreEntry::PrivateKeyChain(chain));
    store.writer(password).write().expect("it can be written")
}

#[tokio::test]
async fn a_certificate_in_pkcs12_is_presented_also_without_a_tls_block() {
    let authority = Authority::new("our own");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("client.p12");
    std::fs::write(&file, p12(&authority.issue(&["client"], Valid::Today), "hunter2")).expect("a file");
    for version in [&TLS12, &TLS13] {
        let server = strict(&authority, version).await;
        let mut settings = presenting(&server.wss("/"), &authority, Vec::new());
        let password = Secret::new("hunter2");
        settings.beyond.client_p12 = Some(ClientP12 { file: file.clone(), password });
        let outcome = dial(settings).await;
        assert_eq!(client(&outcome).presented.as_deref(), Some("CN=a server"));
        outcome.socket();
    }
}

#[tokio::test]
async fn a_pkcs12_file_that_does_not_open_asks_for_its_password() {
    let authority = Authority::new("our own");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("client.p12");
    std::fs::write(&file, p12(&authority.issue(&["client"], Valid::Today), "hunter2")).expect("a file");
    for (password, message) in [
        ("", "is encrypted (PKCS#12), and no password is set"),
        ("guess", "cannot be opened with the password (PKCS#12)"),
    ] {
        let server = strict(&authority, &TLS13).await;
        let mut settings = presenting(&server.wss("/"), &authority, Vec::new());
        let password = Secret::new(password);
        settings.beyond.client_p12 = Some(ClientP12 { file: file.clone(), password });
        let outcome = dial(settings).await;
        let failure = outcome.failure();
        let FailureKind::ClientKey { fault, entry, .. } = &failure.kind else { panic!("{failure:?}") };
        assert_eq!((*fault, entry.as_str()), (CertFaultKind::Password, "beyond.client_p12"));
        assert!(failure.message.ends_with(message), "{}", failure.message);
    }
}
