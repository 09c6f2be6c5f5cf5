//! TLS: what is trusted, what is not, and what is told of it.

use std::io::Write;

use rustls::version::{TLS12, TLS13};
use sockeye::{
    config::{RootSource, Settings, TlsSettings},
    net::Limits,
    session::{BodyEnd, FailureKind, Stage},
};
use tokio::io::AsyncWriteExt;

use crate::{
    Told, dial, dial_within, settings,
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
async fn dial_to(identity: &Identity, roots: &str) -> Told {
    let server = serving(identity).await;
    dial(trusting(&server.wss("/"), roots)).await
}

#[tokio::test]
async fn a_root_given_as_text_is_trusted() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let told = dial(trusting(&server.wss("/feed"), authority.pem())).await;
    assert_eq!(told.stages(), [Stage::Lookup, Stage::Tcp, Stage::Tls, Stage::Upgrade]);
    let evidence = told.tls();
    assert_eq!(evidence.server_name, None, "an address is not sent as SNI");
    assert_eq!(evidence.version.as_deref(), Some("TLS 1.3"));
    assert_eq!(evidence.suite.as_deref(), Some("TLS13_AES_256_GCM_SHA384"));
    assert_eq!(evidence.group.as_deref(), Some("X25519MLKEM768"));
    assert_eq!(evidence.trust, "tls.root_cas (1 certificate)");
    let anchor = "certificate 0 is signed by \"CN=our own\", found in tls.root_cas (1 certificate)";
    assert_eq!(evidence.anchor.as_deref(), Some(anchor));
    assert_eq!((&evidence.verdict, evidence.skipped), (&None, false));
    assert_eq!(evidence.chain.len(), 1);
    assert_eq!(evidence.chain[0].subject, "CN=a server");
    assert_eq!(evidence.chain[0].issuer, "CN=our own");
    assert_eq!(evidence.chain[0].names, [HERE]);
    assert_eq!(told.socket().opened.tls.as_deref(), Some("TLS 1.3 · TLS13_AES_256_GCM_SHA384"));
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
    let told = dial(settings).await;
    assert_eq!(told.tls().server_name.as_deref(), Some("localhost"));
    assert_eq!(told.tls().trust, format!("tls.root_cas_file {} (2 certificates)", file.path().display()));
    told.socket();
}

#[tokio::test]
async fn roots_that_cannot_be_used_are_our_error() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let told = dial(trusting(&server.wss("/"), "no certificate")).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::Roots));
    assert!(
        told.failure().message.starts_with("tls.root_cas contains no certificate"),
        "{}",
        told.failure().message
    );

    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let mut settings = trusting(&server.wss("/"), "");
    settings.tls.roots = Some(RootSource::File("no/such/ca.pem".into()));
    let told = dial(settings).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::Roots));
    assert_eq!(told.failure().message, "tls.root_cas_file no/such/ca.pem cannot be read");
    assert_eq!(told.failure().sources.len(), 1, "the error of the system lies beneath");
}

#[tokio::test]
async fn the_block_does_not_act_unless_it_is_enabled() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&[HERE], Valid::Today)).await;
    let mut settings = skipping(&server.wss("/"), authority.pem());
    settings.tls.enabled = false;
    let told = dial(settings).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::CertUnknownIssuer));
    assert!(told.tls().trust.ends_with(" roots of this system"), "{}", told.tls().trust);
    assert!(!told.tls().skipped);
}

#[tokio::test]
async fn an_unknown_issuer_is_told() {
    let identity = Authority::new("a stranger").issue(&[HERE], Valid::Today);
    let told = dial_to(&identity, Authority::new("our own").pem()).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::CertUnknownIssuer));
    let verdict = "is signed by \"CN=a stranger\", which does not lead to a trusted root";
    assert_eq!(told.tls().verdict.as_deref(), Some(verdict));
    assert_eq!(told.failure().message, format!("the server's certificate {verdict}"));
    assert_eq!(told.tls().chain[0].issuer, "CN=a stranger");
}

#[tokio::test]
async fn a_self_signed_certificate_is_told_apart_from_an_unknown_issuer() {
    for ca in [false, true] {
        let told = dial_to(&Identity::self_signed(&[HERE], ca), Authority::new("our own").pem()).await;
        assert_eq!(told.failed(), (Stage::Tls, FailureKind::CertSelfSigned), "CA:{ca}");
        let own = &told.tls().chain[0];
        assert_eq!((own.self_issued, own.ca), (true, ca));
    }
}

#[tokio::test]
async fn a_self_signed_certificate_among_the_roots_is_trusted() {
    for ca in [false, true] {
        let identity = Identity::self_signed(&[HERE], ca);
        let told = dial_to(&identity, identity.pem()).await;
        assert_eq!(told.tls().verdict, None, "CA:{ca}");
        told.socket();
    }
}

#[tokio::test]
async fn a_listed_certificate_must_have_the_right_name_all_the_same() {
    let identity = Identity::self_signed(&["feed.test"], true);
    let told = dial_to(&identity, identity.pem()).await;
    let presented = vec!["feed.test".to_owned()];
    assert_eq!(
        told.failed(),
        (Stage::Tls, FailureKind::CertWrongName { expected: HERE.to_owned(), presented })
    );
}

#[tokio::test]
async fn an_expired_certificate_is_told_with_its_date() {
    let authority = Authority::new("our own");
    let told = dial_to(&authority.issue(&[HERE], Valid::Formerly), authority.pem()).await;
    let not_after = Some(told.tls().chain[0].not_after);
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::CertExpired { not_after }));
    assert_eq!(told.tls().verdict.as_deref(), Some("expired on 2002-01-01 00:00:00 UTC"));
}

#[tokio::test]
async fn a_certificate_of_the_future_is_told_with_its_date() {
    let authority = Authority::new("our own");
    let told = dial_to(&authority.issue(&[HERE], Valid::Later), authority.pem()).await;
    let not_before = Some(told.tls().chain[0].not_before);
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::CertNotYetValid { not_before }));
    assert_eq!(told.tls().verdict.as_deref(), Some("is not valid before 2900-01-01 00:00:00 UTC"));
}

#[tokio::test]
async fn a_wrong_name_is_told_with_the_right_ones() {
    let authority = Authority::new("our own");
    let told = dial_to(&authority.issue(&["feed.test", "*.feed.test"], Valid::Today), authority.pem()).await;
    let presented = vec!["feed.test".to_owned(), "*.feed.test".to_owned()];
    assert_eq!(
        told.failed(),
        (Stage::Tls, FailureKind::CertWrongName { expected: HERE.to_owned(), presented })
    );
    assert_eq!(told.tls().chain.len(), 1);
}

#[tokio::test]
async fn every_fault_is_told_at_once() {
    let identity = Authority::new("a stranger").issue(&["feed.test"], Valid::Formerly);
    let told = dial_to(&identity, Authority::new("our own").pem()).await;
    assert!(matches!(told.failed(), (Stage::Tls, FailureKind::CertExpired { .. })));
    let verdict = "expired on 2002-01-01 00:00:00 UTC; is not valid for \"127.0.0.1\", only for feed.test; \
                   is signed by \"CN=a stranger\", which does not lead to a trusted root";
    assert_eq!(told.tls().verdict.as_deref(), Some(verdict));
}

#[tokio::test]
async fn without_verification_it_connects_and_still_tells() {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&["feed.test"], Valid::Today)).await;
    let told = dial(skipping(&server.wss("/"), authority.pem())).await;
    assert!(told.tls().skipped);
    assert_eq!(told.tls().verdict.as_deref(), Some("is not valid for \"127.0.0.1\", only for feed.test"));
    assert_eq!(told.tls().chain[0].names, ["feed.test"]);
    told.socket();
}

#[tokio::test]
async fn a_chain_over_an_intermediate_is_followed() {
    let root = Authority::new("our own");
    let identity = root.intermediate("in between").issue(&[HERE], Valid::Today);
    let told = dial_to(&identity, root.pem()).await;
    let subjects: Vec<_> = told.tls().chain.iter().map(|certificate| certificate.subject.as_str()).collect();
    assert_eq!(subjects, ["CN=a server", "CN=in between"]);
    told.socket();
}

#[tokio::test]
async fn a_chain_without_its_intermediate_is_an_unknown_issuer() {
    let root = Authority::new("our own");
    let identity = root.intermediate("in between").issue(&[HERE], Valid::Today).alone();
    let told = dial_to(&identity, root.pem()).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::CertUnknownIssuer));
    assert_eq!((told.tls().chain.len(), told.tls().chain[0].issuer.as_str()), (1, "CN=in between"));
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_stops_only_those_who_verify() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&[HERE], Valid::Today);
    let showing = async || {
        once_tls(identity.acceptor_showing(b"rubbish"), async |stream| upgrade(stream, "", b"").await).await
    };
    let server = showing().await;
    let told = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::CertInvalid));
    assert_eq!((told.tls().chain.len(), told.tls().chain[0].sha256.len()), (1, 64));

    let server = showing().await;
    let told = dial(skipping(&server.wss("/"), authority.pem())).await;
    let verdict = told.tls().verdict.as_deref().expect("the fault is still told");
    assert!(verdict.starts_with("cannot be used: "), "{verdict}");
    told.socket();
}

#[tokio::test]
async fn a_server_that_hangs_in_the_handshake_is_given_up() {
    let server = once(until_left).await;
    let limits = Limits { connect: std::time::Duration::from_millis(300), ..Limits::default() };
    let told = dial_within(limits, trusting(&server.wss("/"), Authority::new("our own").pem())).await;
    assert!(matches!(told.failed(), (Stage::Tls, FailureKind::TimedOut { .. })));
    assert_eq!(told.tls().trust, "tls.root_cas (1 certificate)");
}

#[tokio::test]
async fn a_plain_server_behind_wss_is_recognised() {
    let server = once(async |mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("the peer listens");
        until_left(stream).await;
    })
    .await;
    let told = dial(settings(&server.wss("/"))).await;
    let first_bytes = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::PlainServer { first_bytes }));
    assert_eq!(told.failure().message, format!("{} does not speak TLS", server.address));
}

#[tokio::test]
async fn a_tls_server_behind_ws_is_recognised() {
    let identity = Authority::new("our own").issue(&[HERE], Valid::Today);
    let server = serving(&identity).await;
    let told = dial(settings(&server.ws("/"))).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: true }));
    assert_eq!(told.exchange().unread[..2], [0x15, 3]);
}

#[tokio::test]
async fn a_server_that_hangs_up_at_the_tls_greeting_is_taken_for_a_plain_one() {
    let server = once(async |mut stream| {
        // The whole hello is read, so that the connection ends and is not reset.
        let mut hello = vec![0; 16 << 10];
        let mut read = 0;
        while read < 5 || read < 5 + usize::from(u16::from_be_bytes([hello[3], hello[4]])) {
            read += tokio::io::AsyncReadExt::read(&mut stream, &mut hello[read..]).await.expect("a hello");
        }
    })
    .await;
    let told = dial(settings(&server.wss("/"))).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::PlainServer { first_bytes: Vec::new() }));
}

#[tokio::test]
async fn a_client_certificate_that_is_missed_in_the_handshake_is_told() {
    let authority = Authority::new("our own");
    let acceptor = authority.issue(&[HERE], Valid::Today).strict_acceptor(&authority, &TLS12);
    let server = once_tls(acceptor, async |_| ()).await;
    let told = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(told.failed(), (Stage::Tls, FailureKind::ClientCertWanted));
    assert_eq!(told.tls().chain.len(), 1);
}

#[tokio::test]
async fn a_client_certificate_that_is_missed_after_the_handshake_is_told() {
    let authority = Authority::new("our own");
    let acceptor = authority.issue(&[HERE], Valid::Today).strict_acceptor(&authority, &TLS13);
    let server = once_tls(acceptor, async |_| ()).await;
    let told = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::ClientCertWanted));
    assert_eq!(told.tls().version.as_deref(), Some("TLS 1.3"));
}

#[tokio::test]
async fn an_answer_behind_tls_may_end_without_a_farewell() {
    let authority = Authority::new("our own");
    let server = once_tls(authority.issue(&[HERE], Valid::Today).acceptor(), async |mut stream| {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\nno").await.expect("the peer listens");
        stream.flush().await.expect("the peer listens");
    })
    .await;
    let told = dial(trusting(&server.wss("/"), authority.pem())).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::Status { code: 403 }));
    assert_eq!((told.response().body.as_str(), told.response().body_end), ("no", BodyEnd::Whole));
}
