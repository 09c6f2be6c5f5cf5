//! TLS: which certificates are trusted, and how the others are reported.

use std::io::Write;

use rustls::version::{TLS12, TLS13};
use sockeye::{
    config::{RootSource, Settings, TlsSettings},
    net::Limits,
    session::{BodyEnd, FailureKind, Stage},
};
use tokio::io::AsyncWriteExt;

use crate::{
    Outcome, dial, dial_within, settings,
    support::{
        certs::{Authority, Identity, Valid},
        servers::{Server, once, once_tls, read_head, until_left, upgrade},
    },
};

const HERE: &str = "127.0.0.1";

async fn serving(identity: &Identity) -> Server<Option<String>> {
    once_tls(identity.acceptor(), async |stream| upgrade(stream, "", b"").await).await
}

fn trusting(url: &str, pem: &str) -> Settings {
    let roots = Some(RootSource::Text(pem.to_owned()));
    Settings { tls: TlsSettings { enabled: true, roots, ..TlsSettings::default() }, ..settings(url) }
}

fn skipping(url: &str, pem: &str) -> Settings {
    let mut settings = trusting(url, pem);
    settings.tls.skip_cert_verify = true;
    settings
}

/// A connection to a server with this identity that trusts this root only.
async fn dial_to(identity: &Identity, roots: &str) -> Outcome {
    let server = serving(identity).await;
    dial(trusting(&server.wss("/"), roots)).await
}

#[tokio::test]
async fn a_root_given_as_text_is_trusted() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let outcome = dial(trusting(&server.wss("/feed"), authority.pem())).await;
    assert_eq!(outcome.stages(), [Stage::Lookup, Stage::Tcp, Stage::Tls, Stage::Upgrade]);
    let evidence = outcome.tls();
    assert_eq!(evidence.server_name, None, "an address is not sent as SNI");
    assert_eq!(evidence.version.as_deref(), Some("TLS 1.3"));
    assert_eq!(evidence.suite.as_deref(), Some("TLS13_AES_128_GCM_SHA256"));
    assert_eq!(evidence.group.as_deref(), Some("X25519MLKEM768"));
    assert_eq!(evidence.trust, "tls.root_cas (1 certificate)");
    let anchor = "certificate 0 is signed by \"CN=our own\", found in tls.root_cas (1 certificate)";
    assert_eq!(evidence.anchor.as_deref(), Some(anchor));
    assert_eq!((&evidence.verdict, evidence.skipped), (&None, false));
    assert_eq!(evidence.chain.len(), 1);
    assert_eq!(evidence.chain[0].subject, "CN=a server");
    assert_eq!(evidence.chain[0].issuer, "CN=our own");
    assert_eq!(evidence.chain[0].names, [HERE]);
    assert_eq!(outcome.socket().opened.tls.as_deref(), Some("TLS 1.3 · TLS13_AES_128_GCM_SHA256"));
}

#[tokio::test]
async fn a_root_given_as_a_file_is_trusted() {
    let authority = Authority::new("our own");
    let mut file = tempfile::NamedTempFile::new().expect("a file can be made");
    write!(file, "{}{}", authority.pem(), Authority::new("another").pem()).expect("it can be written");
    let server = serving(&authority.issue(&["localhost"], Valid::Today)).await;
    let mut settings = settings(&format!("wss://localhost:{}/", server.address.port()));
    let roots = Some(RootSource::File(file.path().to_owned()));
    settings.tls = TlsSettings { enabled: true, roots, ..TlsSettings::default() };
    let outcome = dial(settings).await;
    assert_eq!(outcome.tls().server_name.as_deref(), Some("localhost"));
    assert_eq!(outcome.tls().trust, format!("tls.root_cas_file {} (2 certificates)", file.path().display()));
    outcome.socket();
}

#[tokio::test]
async fn unusable_roots_are_reported() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let outcome = dial(trusting(&server.wss("/"), "no certificate")).await;
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::Roots));
    assert!(
        outcome.failure().message.starts_with("tls.root_cas contains no certificate"),
        "{}",
        outcome.failure().message
    );

    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let mut settings = trusting(&server.wss("/"), "");
    settings.tls.roots = Some(RootSource::File("no/such/ca.pem".into()));
    let outcome = dial(settings).await;
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::Roots));
    assert_eq!(outcome.failure().message, "tls.root_cas_file no/such/ca.pem cannot be read");
    assert_eq!(outcome.failure().sources.len(), 1, "the error of the system is the source");
}

#[tokio::test]
async fn the_tls_settings_are_ignored_unless_they_are_enabled() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let mut settings = skipping(&server.wss("/"), authority.pem());
    settings.tls.enabled = false;
    let outcome = dial(settings).await;
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::CertUnknownIssuer));
    assert!(outcome.tls().trust.ends_with(" roots of this system"), "{}", outcome.tls().trust);
    assert!(!outcome.tls().skipped);
}

#[tokio::test]
async fn an_unknown_issuer_is_reported() {
    let identity = Authority::new("a stranger").issue(&[HERE], Valid::Today);
    let outcome = dial_to(&identity, Authority::new("our own").pem()).await;
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::CertUnknownIssuer));
    let verdict = "is signed by \"CN=a stranger\", which does not lead to a trusted root";
    assert_eq!(outcome.tls().verdict.as_deref(), Some(verdict));
    assert_eq!(outcome.failure().message, format!("the server's certificate {verdict}"));
    assert_eq!(outcome.tls().chain[0].issuer, "CN=a stranger");
}

#[tokio::test]
async fn a_self_signed_certificate_is_distinguished_from_an_unknown_issuer() {
    for ca in [false, true] {
        let outcome = dial_to(&Identity::self_signed(&[HERE], ca), Authority::new("our own").pem()).await;
        assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::CertSelfSigned), "CA:{ca}");
        let own = &outcome.tls().chain[0];
        assert_eq!((own.self_issued, own.ca), (true, ca));
    }
}

#[tokio::test]
async fn a_served_certificate_that_need_only_be_trusted_opens_the_connection_once_it_is() {
    let (root, other) = (Authority::new("our own"), Authority::new("another"));
    let between = root.intermediate("between");
    let rows = [
        (root.issue(&[HERE], Valid::Today).ending_in(&root), Some(1)),
        (between.issue(&[HERE], Valid::Today).ending_in(&root), Some(2)),
        (between.issue(&[HERE], Valid::Today), Some(1)),
        (Identity::self_signed(&[HERE], false), Some(0)),
        (Identity::self_signed(&[HERE], true), Some(0)),
        (root.issue(&[HERE], Valid::Today), None),
        (root.issue(&[HERE], Valid::Today).ending_in(&other), None),
        (Identity::self_signed(&["other.example"], false), None),
        (root.issue(&[HERE], Valid::Formerly).ending_in(&root), None),
    ];
    for (nth, (identity, trustable)) in rows.into_iter().enumerate() {
        let outcome = dial_to(&identity, Authority::new("a third").pem()).await;
        let evidence = outcome.tls();
        assert_eq!(evidence.trustable, trustable, "row {nth}");
        if let Some(place) = trustable {
            dial_to(&identity, &evidence.chain[place].pem).await.socket();
        }
    }
}

#[tokio::test]
async fn a_self_signed_certificate_among_the_roots_is_trusted() {
    for ca in [false, true] {
        let identity = Identity::self_signed(&[HERE], ca);
        let outcome = dial_to(&identity, identity.pem()).await;
        assert_eq!(outcome.tls().verdict, None, "CA:{ca}");
        outcome.socket();
    }
}

#[tokio::test]
async fn a_trusted_self_signed_certificate_still_needs_the_right_name() {
    let identity = Identity::self_signed(&["feed.test"], true);
    let outcome = dial_to(&identity, identity.pem()).await;
    let presented = vec!["feed.test".to_owned()];
    assert_eq!(
        outcome.failed(),
        (Stage::Tls, FailureKind::CertWrongName { expected: HERE.to_owned(), presented })
    );
}

#[tokio::test]
async fn an_expired_certificate_is_reported_with_its_date() {
    let authority = Authority::new("our own");
    let outcome = dial_to(&authority.issue(&[HERE], Valid::Formerly), authority.pem()).await;
    let not_after = Some(outcome.tls().chain[0].not_after);
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::CertExpired { not_after }));
    assert_eq!(outcome.tls().verdict.as_deref(), Some("expired on 2002-01-01 00:00:00 UTC"));
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_yet_is_reported_with_its_date() {
    let authority = Authority::new("our own");
    let outcome = dial_to(&authority.issue(&[HERE], Valid::Later), authority.pem()).await;
    let not_before = Some(outcome.tls().chain[0].not_before);
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::CertNotYetValid { not_before }));
    assert_eq!(outcome.tls().verdict.as_deref(), Some("is not valid before 2900-01-01 00:00:00 UTC"));
}

#[tokio::test]
async fn a_wrong_name_is_reported_with_the_right_ones() {
    let authority = Authority::new("our own");
    let outcome =
        dial_to(&authority.issue(&["feed.test", "*.feed.test"], Valid::Today), authority.pem()).await;
    let presented = vec!["feed.test".to_owned(), "*.feed.test".to_owned()];
    assert_eq!(
        outcome.failed(),
        (Stage::Tls, FailureKind::CertWrongName { expected: HERE.to_owned(), presented })
    );
    assert_eq!(outcome.tls().chain.len(), 1);
}

#[tokio::test]
async fn all_faults_of_a_certificate_are_reported_together() {
    let identity = Authority::new("a stranger").issue(&["feed.test"], Valid::Formerly);
    let outcome = dial_to(&identity, Authority::new("our own").pem()).await;
    assert!(matches!(outcome.failed(), (Stage::Tls, FailureKind::CertExpired { .. })));
    let verdict = "expired on 2002-01-01 00:00:00 UTC; is not valid for \"127.0.0.1\", only for feed.test; \
                   is signed by \"CN=a stranger\", which does not lead to a trusted root";
    assert_eq!(outcome.tls().verdict.as_deref(), Some(verdict));
}

#[tokio::test]
async fn without_verification_the_faults_are_reported_and_the_connection_opens() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&["feed.test"], Valid::Today)).await;
    let outcome = dial(skipping(&server.wss("/"), authority.pem())).await;
    assert!(outcome.tls().skipped);
    assert_eq!(outcome.tls().verdict.as_deref(), Some("is not valid for \"127.0.0.1\", only for feed.test"));
    assert_eq!(outcome.tls().chain[0].names, ["feed.test"]);
    outcome.socket();
}

#[tokio::test]
async fn a_chain_with_an_intermediate_is_followed() {
    let root = Authority::new("our own");
    let identity = root.intermediate("in between").issue(&[HERE], Valid::Today);
    let outcome = dial_to(&identity, root.pem()).await;
    let subjects: Vec<_> =
        outcome.tls().chain.iter().map(|certificate| certificate.subject.as_str()).collect();
    assert_eq!(subjects, ["CN=a server", "CN=in between"]);
    outcome.socket();
}

#[tokio::test]
async fn a_chain_without_its_intermediate_is_an_unknown_issuer() {
    let root = Authority::new("our own");
    let identity = root.intermediate("in between").issue(&[HERE], Valid::Today).alone();
    let outcome = dial_to(&identity, root.pem()).await;
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::CertUnknownIssuer));
    assert_eq!((outcome.tls().chain.len(), outcome.tls().chain[0].issuer.as_str()), (1, "CN=in between"));
}

#[tokio::test]
async fn an_unreadable_certificate_fails_the_connection_only_with_verification() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&[HERE], Valid::Today);
    let showing = async || {
        once_tls(identity.acceptor_showing(b"rubbish"), async |stream| upgrade(stream, "", b"").await).await
    };
    let server = showing().await;
    let outcome = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::CertInvalid));
    assert_eq!((outcome.tls().chain.len(), outcome.tls().chain[0].sha256.len()), (1, 64));

    let server = showing().await;
    let outcome = dial(skipping(&server.wss("/"), authority.pem())).await;
    let verdict = outcome.tls().verdict.as_deref().expect("the fault is still reported");
    assert_eq!(verdict, "cannot be read");
    outcome.socket();
}

#[tokio::test]
async fn a_server_that_hangs_in_the_handshake_times_out() {
    let server = once(until_left).await;
    let limits = Limits { connect: std::time::Duration::from_millis(300), ..Limits::default() };
    let outcome = dial_within(limits, trusting(&server.wss("/"), Authority::new("our own").pem())).await;
    assert!(matches!(outcome.failed(), (Stage::Tls, FailureKind::TimedOut { .. })));
    assert_eq!(outcome.tls().trust, "tls.root_cas (1 certificate)");
}

#[tokio::test]
async fn a_plain_server_at_a_wss_url_is_recognized() {
    let server = once(async |mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("the client reads");
        until_left(stream).await;
    })
    .await;
    let outcome = dial(settings(&server.wss("/"))).await;
    let first_bytes = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::PlainServer { first_bytes }));
    assert_eq!(outcome.failure().message, format!("{} does not speak TLS", server.address));
}

#[tokio::test]
async fn a_tls_server_at_a_ws_url_is_recognized() {
    let identity = Authority::new("our own").issue(&[HERE], Valid::Today);
    let server = serving(&identity).await;
    let outcome = dial(settings(&server.ws("/"))).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: true }));
    assert_eq!(outcome.exchange().unread[..2], [0x15, 3]);
}

#[tokio::test]
async fn a_server_that_hangs_up_after_the_tls_hello_counts_as_a_plain_one() {
    let server = once(async |mut stream| {
        // The whole hello is read, so that the connection is closed and not reset.
        let mut hello = vec![0; 16 << 10];
        let mut read = 0;
        while read < 5 || read < 5 + usize::from(u16::from_be_bytes([hello[3], hello[4]])) {
            read += tokio::io::AsyncReadExt::read(&mut stream, &mut hello[read..]).await.expect("a hello");
        }
    })
    .await;
    let outcome = dial(settings(&server.wss("/"))).await;
    assert_eq!(outcome.failed(), (Stage::Tls, FailureKind::PlainServer { first_bytes: Vec::new() }));
}

#[tokio::test]
async fn a_required_client_certificate_is_reported_during_the_handshake() {
    let authority = Authority::new("our own");
    let acceptor = authority.issue(&[HERE], Valid::Today).strict_acceptor(&authority, &TLS12);
    let server = once_tls(acceptor, async |_| ()).await;
    let outcome = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(
        outcome.failed(),
        (Stage::Tls, FailureKind::ClientCertWanted { alert: "certificate_required".to_owned() })
    );
    assert_eq!(outcome.tls().chain.len(), 1);
}

#[tokio::test]
async fn a_required_client_certificate_is_reported_after_the_handshake() {
    let authority = Authority::new("our own");
    let acceptor = authority.issue(&[HERE], Valid::Today).strict_acceptor(&authority, &TLS13);
    let server = once_tls(acceptor, async |_| ()).await;
    let outcome = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(
        outcome.failed(),
        (Stage::Upgrade, FailureKind::ClientCertWanted { alert: "certificate_required".to_owned() })
    );
    assert_eq!(outcome.tls().version.as_deref(), Some("TLS 1.3"));
}

#[tokio::test]
async fn an_answer_over_tls_may_end_without_close_notify() {
    let authority = Authority::new("our own");
    let server = once_tls(authority.issue(&[HERE], Valid::Today).acceptor(), async |mut stream| {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\nno").await.expect("the client reads");
        stream.flush().await.expect("the client reads");
    })
    .await;
    let outcome = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::Status { code: 403 }));
    assert_eq!((outcome.response().body.as_str(), outcome.response().body_end), ("no", BodyEnd::Whole));
}
