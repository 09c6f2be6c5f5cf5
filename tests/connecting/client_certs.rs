//! Client certificates: which one is presented, and what is reported if none can be.

use std::path::PathBuf;

use rustls::version::{TLS12, TLS13};
use sockeye::{
    config::{CertFaultKind, ClientCert, Dialect, RootSource, Secret, Settings, Source, TlsSettings},
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
