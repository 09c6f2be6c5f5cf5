//! Options that no pipeline has: where a connection goes, and what it demands of the server.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use sockeye::{
    config::{Beyond, IpVersion, Pin, Pins, Resolved, RootSource, Settings, TlsSettings},
    session::{Evidence, FailureKind, Stage},
};
use tokio::io::AsyncReadExt;

use crate::{
    Outcome, dial, settings,
    support::{
        certs::{Authority, Identity, Valid},
        servers::{Server, once, once_tls, upgrade},
    },
};

const HOST: &str = "feed.example";

fn with(url: &str, change: impl FnOnce(&mut Beyond)) -> Settings {
    let mut settings = settings(url);
    change(&mut settings.beyond);
    settings
}

fn resolved(port: u16, addresses: &str) -> Vec<Resolved> {
    vec![Resolved::parse(&format!("{HOST}:{port}:{addresses}")).expect("it is an entry")]
}

async fn plain() -> Server<String> {
    once(async |stream| upgrade(stream, "", b"").await).await
}

#[tokio::test]
async fn a_resolved_host_is_reached_without_a_lookup_and_keeps_its_name() {
    let server = plain().await;
    let port = server.address.port();
    let url = format!("ws://{HOST}:{port}/");
    let outcome = dial(with(&url, |beyond| beyond.resolve = resolved(port, "127.0.0.1"))).await;
    let Evidence::Lookup { host, addresses, .. } = outcome.evidence(Stage::Lookup) else {
        panic!("evidence of the lookup")
    };
    assert_eq!((host.as_str(), addresses.as_slice()), (HOST, &[IpAddr::V4(Ipv4Addr::LOCALHOST)][..]));
    outcome.socket();
    assert!(server.outcome().await.contains(&format!("Host: {HOST}:{port}")));
}

#[tokio::test]
async fn an_entry_for_another_port_does_not_hold() {
    let beyond = |beyond: &mut Beyond| beyond.resolve = resolved(443, "127.0.0.1");
    // A name that no resolver knows (RFC 6761).
    let outcome = dial(with("ws://feed.invalid:80/", beyond)).await;
    assert_eq!(outcome.failure().stage, Stage::Lookup);
}

#[tokio::test]
async fn only_addresses_of_the_wanted_kind_are_tried() {
    let server = plain().await;
    let port = server.address.port();
    let url = format!("ws://{HOST}:{port}/");
    let beyond = |version| {
        move |beyond: &mut Beyond| {
            beyond.resolve = resolved(port, "[::1],127.0.0.1");
            beyond.ip_version = Some(version);
        }
    };
    let outcome = dial(with(&url, beyond(IpVersion::V4))).await;
    let Evidence::Tcp { tried, .. } = outcome.evidence(Stage::Tcp) else { panic!("evidence of TCP") };
    assert_eq!(tried.iter().map(|tried| tried.address).collect::<Vec<_>>(), [server.address]);

    let outcome = dial(with("ws://127.0.0.1:9/", |beyond| beyond.ip_version = Some(IpVersion::V6))).await;
    let wanted = "IPv6".to_owned();
    assert_eq!(outcome.failed(), (Stage::Lookup, FailureKind::OtherFamily { wanted }));
    let message = "\"127.0.0.1\" has no IPv6 address, and no other is tried";
    assert_eq!(outcome.failure().message, message);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_comes_from_the_source_address() {
    // On Linux the whole block 127.0.0.0/8 is this machine.
    let source: IpAddr = "127.0.0.7".parse().expect("it is an address");
    let server = once(async |stream| stream.peer_addr().expect("it is connected").ip()).await;
    let url = server.ws("/");
    let outcome = dial(with(&url, |beyond| beyond.source = Some(source))).await;
    drop(outcome);
    assert_eq!(server.outcome().await, source);
}

#[tokio::test]
async fn a_source_that_is_not_of_this_machine_is_named() {
    let server = plain().await;
    // A block for documentation (RFC 5737), which no machine has.
    let source = "192.0.2.1".parse().ok();
    let outcome = dial(with(&server.ws("/"), |beyond| beyond.source = source)).await;
    assert_eq!(outcome.failed(), (Stage::Tcp, FailureKind::Io));
    let message = "cannot connect from 192.0.2.1: it is no address of this machine";
    assert_eq!(outcome.failure().message, message);
}

fn trusting(url: &str, pem: &str, change: impl FnOnce(&mut Beyond)) -> Settings {
    let roots = Some(RootSource::Text(pem.to_owned()));
    let tls = TlsSettings { enabled: true, roots, ..TlsSettings::default() };
    Settings { tls, ..with(url, change) }
}

async fn serving(identity: &Identity) -> Server<Option<String>> {
    let acceptor = identity.acceptor();
    once_tls(acceptor, async |stream| {
        let name = stream.get_ref().1.server_name().unwrap_or("no name").to_owned();
        upgrade(stream, "", b"").await;
        name
    })
    .await
}

#[tokio::test]
async fn the_server_name_is_sent_and_checked_in_place_of_the_host() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&[HOST], Valid::Today);
    let server = serving(&identity).await;
    let named = |beyond: &mut Beyond| beyond.server_name = Some(HOST.to_owned());
    let outcome = dial(trusting(&server.wss("/"), authority.pem(), named)).await;
    assert_eq!(outcome.tls().server_name.as_deref(), Some(HOST));
    outcome.socket();
    assert_eq!(server.outcome().await.as_deref(), Some(HOST));

    let server = serving(&identity).await;
    let other = |beyond: &mut Beyond| beyond.server_name = Some("other.example".to_owned());
    let outcome = dial(trusting(&server.wss("/"), authority.pem(), other)).await;
    assert!(matches!(outcome.failed().1, FailureKind::CertWrongName { .. }));
}

async fn dial_pinned(pins: Pins, skips: bool) -> Outcome {
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&["127.0.0.1"], Valid::Today)).await;
    let mut settings = trusting(&server.wss("/"), authority.pem(), |beyond| beyond.pins = pins);
    settings.tls.skip_cert_verify = skips;
    dial(settings).await
}

#[tokio::test]
async fn a_key_that_is_not_pinned_is_refused_and_named_also_without_verification() {
    let other = Pins::parse(&Pin::of(b"another key").written()).expect("it is a pin");
    for skips in [false, true] {
        let outcome = dial_pinned(other.clone(), skips).await;
        let (stage, FailureKind::CertPin { seen }) = outcome.failed() else {
            panic!("the pin does not fit: {:?}", outcome.failed())
        };
        assert_eq!(stage, Stage::Tls);
        let message = format!("the server's certificate has the key {seen}, which is none of the pins");
        assert_eq!(outcome.failure().message, message);
    }
}

#[tokio::test]
async fn the_key_that_was_seen_can_be_pinned() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["127.0.0.1"], Valid::Today);
    let dial_to = async |pins: Pins| {
        let server = serving(&identity).await;
        dial(trusting(&server.wss("/"), authority.pem(), |beyond| beyond.pins = pins)).await
    };
    let other = Pins::parse(&Pin::of(b"another key").written()).expect("it is a pin");
    let FailureKind::CertPin { seen } = dial_to(other).await.failed().1 else {
        panic!("the pin does not fit")
    };
    dial_to(Pins::parse(&seen).expect("it is a pin")).await.socket();
}

#[tokio::test]
async fn a_stage_ends_at_its_own_limit() {
    // It accepts and says nothing.
    let server = once(async |mut stream| stream.read(&mut [0; 8192]).await.is_ok()).await;
    let limit = Some(Duration::from_millis(80));
    let silent = once(async |mut stream: tokio::net::TcpStream| {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await.is_ok()
    })
    .await;
    let outcome = dial(with(&silent.ws("/"), |beyond| beyond.limits.upgrade = limit)).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::TimedOut { limit_ms: 80 }));
    let outcome = dial(with(&server.wss("/"), |beyond| beyond.limits.tls = limit)).await;
    assert_eq!(outcome.failure().stage, Stage::Tls);
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_stands_in_for_host_and_proxy() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed.sock");
    let listener = tokio::net::UnixListener::bind(&path).expect("it can be bound");
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("someone connects");
        upgrade(stream, "", b"").await
    });
    let at = path.clone();
    let outcome = dial(with("ws://feed.example/ticks", |beyond| beyond.unix_socket = Some(at))).await;
    assert_eq!(outcome.stages(), [Stage::Tcp, Stage::Upgrade]);
    let Evidence::Tcp { unix_socket, .. } = outcome.evidence(Stage::Tcp) else { panic!("evidence of TCP") };
    assert_eq!(unix_socket.as_deref(), path.to_str());
    outcome.socket();
    let request = serving.await.expect("it does not panic");
    assert!(request.starts_with("GET /ticks HTTP/1.1\r\nHost: feed.example\r\n"), "{request}");

    let none = Some(folder.path().join("none.sock"));
    let outcome = dial(with("ws://feed.example/", |beyond| beyond.unix_socket = none)).await;
    assert_eq!(outcome.failed(), (Stage::Tcp, FailureKind::Unreachable));
}

#[tokio::test]
async fn the_keys_of_tls_are_logged_into_a_private_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys");
    let authority = Authority::new("our own");
    let server = serving(&authority.issue(&["127.0.0.1"], Valid::Today)).await;
    let to = Some(path.clone());
    dial(trusting(&server.wss("/"), authority.pem(), |beyond| beyond.keylog = to)).await.socket();
    let keys = std::fs::read_to_string(&path).expect("it is written");
    for label in ["CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_TRAFFIC_SECRET_0 "] {
        assert!(keys.lines().any(|line| line.starts_with(label)), "{label}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = path.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
