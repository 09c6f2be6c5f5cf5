//! TLS with `tls.enable_renegotiation`: another library where the server chooses TLS 1.2, the same evidence and the
//! same failures. These servers cannot renegotiate; those of Apache are in `tests/apache.rs`.

use rustls::version::{TLS12, TLS13};
use sockeye::{
    config::{RootSource, Settings, TlsSettings},
    session::{FailureKind, Stage},
};

use tokio::io::AsyncWriteExt;

use crate::{
    Outcome, dial, settings,
    support::{
        certs::{Authority, Identity, Valid},
        servers::{Server, again_tls, once, until_left, upgrade},
    },
};

const HERE: &str = "127.0.0.1";

async fn serving(
    identity: &Identity,
    version: &'static rustls::SupportedProtocolVersion,
) -> Server<Option<String>> {
    again_tls(identity.acceptor_of(version), async |stream| upgrade(stream, "", b"").await).await
}

fn renegotiating(url: &str, pem: &str) -> Settings {
    let roots = Some(RootSource::Text(pem.to_owned()));
    let tls = TlsSettings { enabled: true, renegotiation: true, roots, ..TlsSettings::default() };
    Settings { tls, ..settings(url) }
}

async fn dial_to(identity: Identity, roots: &str) -> Outcome {
    let server = serving(&identity, &TLS12).await;
    dial(renegotiating(&server.wss("/"), roots)).await
}

#[tokio::test]
async fn the_negotiated_parameters_and_the_chain_are_reported_in_either_version() {
    let authority = Authority::new("our own");
    for (version, name) in [(&TLS12, "TLS 1.2"), (&TLS13, "TLS 1.3")] {
        let server = serving(&authority.issue(&[HERE], Valid::Today), version).await;
        let outcome = dial(renegotiating(&server.wss("/feed"), authority.pem())).await;
        assert_eq!(outcome.stages(), [Stage::Lookup, Stage::Tcp, Stage::Tls, Stage::Upgrade]);
        let evidence = outcome.tls();
        assert_eq!(evidence.version.as_deref(), Some(name));
        assert!(evidence.suite.is_some() && evidence.group.is_some(), "{evidence:?}");
        assert_eq!(evidence.server_name, None, "an address is not sent as SNI");
        assert_eq!((&evidence.verdict, evidence.skipped), (&None, false));
        assert_eq!(evidence.chain.len(), 1, "{name}");
        assert_eq!(evidence.chain[0].subject, "CN=a server");
    }
}

#[tokio::test]
async fn a_name_is_sent_and_checked() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&["localhost"], Valid::Today), &TLS12).await;
    let url = server.wss("/").replace(HERE, "localhost");
    let outcome = dial(renegotiating(&url, authority.pem())).await;
    assert_eq!(outcome.tls().server_name.as_deref(), Some("localhost"));
    assert_eq!(outcome.tls().verdict, None);
    outcome.socket();
}

#[tokio::test]
async fn each_fault_of_a_certificate_is_reported_as_without_renegotiation() {
    let authority = Authority::new("our own");
    let other = Authority::new("another");
    let expired = dial_to(authority.issue(&[HERE], Valid::Formerly), authority.pem());
    let later = dial_to(authority.issue(&[HERE], Valid::Later), authority.pem());
    let named = dial_to(authority.issue(&["feed.example"], Valid::Today), authority.pem());
    let untrusted = dial_to(authority.issue(&[HERE], Valid::Today), other.pem());
    let own = dial_to(Identity::self_signed(&[HERE], false), other.pem());
    let (expired, later, named, untrusted, own) = tokio::join!(expired, later, named, untrusted, own);
    assert!(matches!(expired.failure().kind, FailureKind::CertExpired { not_after: Some(_) }));
    assert!(matches!(later.failure().kind, FailureKind::CertNotYetValid { not_before: Some(_) }));
    let (expected, presented) = (HERE.to_owned(), vec!["feed.example".to_owned()]);
    assert_eq!(named.failure().kind, FailureKind::CertWrongName { expected, presented });
    assert_eq!(untrusted.failure().kind, FailureKind::CertUnknownIssuer);
    assert_eq!(own.failure().kind, FailureKind::CertSelfSigned);
    for outcome in [&expired, &later, &named, &untrusted, &own] {
        assert_eq!(outcome.tls().chain.len(), 1, "the chain is reported on failure too");
        assert!(outcome.tls().verdict.is_some());
    }
}

#[tokio::test]
async fn in_tls_1_3_a_refused_chain_is_reported_too() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&[HERE], Valid::Formerly), &TLS13).await;
    let outcome = dial(renegotiating(&server.wss("/"), authority.pem())).await;
    assert!(matches!(outcome.failure().kind, FailureKind::CertExpired { not_after: Some(_) }));
    assert_eq!(outcome.tls().chain.len(), 1);
}

#[tokio::test]
async fn without_verification_the_faults_are_reported_and_the_connection_opens() {
    let authority = Authority::new("our own");
    for version in [&TLS12, &TLS13] {
        let server = serving(&authority.issue(&["feed.example"], Valid::Formerly), version).await;
        let mut settings = renegotiating(&server.wss("/"), Authority::new("another").pem());
        settings.tls.skip_cert_verify = true;
        let outcome = dial(settings).await;
        assert!(outcome.tls().skipped);
        assert!(outcome.tls().verdict.is_some());
        outcome.socket();
    }
}

#[tokio::test]
async fn a_required_client_certificate_is_reported_in_either_version() {
    let authority = Authority::new("our own");
    for version in [&TLS12, &TLS13] {
        let acceptor = authority.issue(&[HERE], Valid::Today).strict_acceptor(&authority, version);
        let server = again_tls(acceptor, async |stream| upgrade(stream, "", b"").await).await;
        let outcome = dial(renegotiating(&server.wss("/"), authority.pem())).await;
        assert!(
            matches!(outcome.failure().kind, FailureKind::ClientCertWanted { .. }),
            "{:?}",
            outcome.failure()
        );
    }
}

#[tokio::test]
async fn the_keys_are_logged_also_where_the_other_library_makes_the_handshake() {
    let authority = Authority::new("our own");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys");
    let server = serving(&authority.issue(&[HERE], Valid::Today), &TLS12).await;
    let mut settings = renegotiating(&server.wss("/"), authority.pem());
    settings.beyond.keylog = Some(path.clone());
    let outcome = dial(settings).await;
    assert_eq!(outcome.tls().version.as_deref(), Some("TLS 1.2"));
    outcome.socket();
    let keys = std::fs::read_to_string(&path).expect("it is written");
    let widths: Vec<_> = keys.lines().map(|line| line.split(' ').map(str::len).collect::<Vec<_>>()).collect();
    // The label, the random number of the hello, and the master secret (RFC 9850, section 2).
    assert_eq!(widths, [["CLIENT_RANDOM".len(), 64, 96]], "{keys}");
    assert!(keys.starts_with("CLIENT_RANDOM ") && keys.ends_with('\n'), "{keys}");
}

#[tokio::test]
async fn a_plain_server_is_reported_with_its_first_bytes() {
    let server = once(async |mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("the client reads");
        until_left(stream).await;
    })
    .await;
    let outcome = dial(renegotiating(&server.wss("/"), Authority::new("our own").pem())).await;
    let first_bytes = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    assert_eq!(outcome.failure().kind, FailureKind::PlainServer { first_bytes });
}
