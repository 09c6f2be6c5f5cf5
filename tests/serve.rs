//! Tests of the loopback servers by real clients.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use sockeye::serve::{Demo, DemoOptions, Echo, PATHS};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        error::ProtocolError,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

/// The limit for each step of a test.
const LIMIT: Duration = Duration::from_secs(5);

fn demo() -> Demo {
    demo_with(DemoOptions::default())
}

fn demo_with(options: DemoOptions) -> Demo {
    Demo::start(options).expect("the demo starts")
}

async fn connect(address: SocketAddr, path: &str) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let (socket, _) =
        client_async(format!("ws://{address}{path}"), stream).await.expect("the server upgrades");
    socket
}

async fn next<S>(socket: &mut WebSocketStream<S>) -> Message
where
    WebSocketStream<S>: StreamExt<Item = Result<Message, Error>> + Unpin,
{
    let message = timeout(LIMIT, socket.next()).await.expect("a message is received in time");
    message.expect("the connection is open").expect("the server follows the protocol")
}

async fn next_json(socket: &mut WebSocketStream<TcpStream>) -> serde_json::Value {
    let text = next(socket).await.into_text().expect("it is text");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The whole answer to a request that is not an upgrade.
async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the request is taken");
    let mut answer = String::new();
    timeout(LIMIT, stream.read_to_string(&mut answer)).await.expect("it ends in time").expect("it is text");
    answer
}

#[tokio::test]
async fn the_first_tick_is_sent_at_once() {
    let demo = demo();
    let mut socket = connect(demo.plain(), "/ticks").await;
    let tick =
        timeout(Duration::from_secs(1), next_json(&mut socket)).await.expect("it is sent within a second");
    assert_eq!((&tick["e"], &tick["n"]), (&"trade".into(), &1.into()));
    assert!(tick["T"].as_u64().is_some_and(|time| time > 1_700_000_000_000), "{tick}");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_prices() {
    let prices = async |seed| {
        let demo = demo_with(DemoOptions { seed, rate: 10_000, ..DemoOptions::default() });
        let mut socket = connect(demo.plain(), "/ticks").await;
        let mut prices = Vec::new();
        for _ in 0..20 {
            prices.push(next_json(&mut socket).await["p"].to_string());
        }
        prices
    };
    let first = prices(3).await;
    assert_eq!(first, prices(3).await);
    assert_ne!(first, prices(4).await);
}

#[tokio::test]
async fn a_subscription_is_confirmed_and_applied() {
    let demo = demo_with(DemoOptions { rate: 1_000, ..DemoOptions::default() });
    let mut socket = connect(demo.plain(), "/ticks").await;
    let subscription = r#"{"op":"subscribe","symbols":["SALMON"]}"#;
    socket.send(Message::text(subscription)).await.expect("it is sent");
    while next_json(&mut socket).await["e"] != "subscribed" {}
    for _ in 0..20 {
        assert_eq!(next_json(&mut socket).await["s"], "SALMON");
    }
}

#[tokio::test]
async fn the_root_path_sends_ticks() {
    let demo = demo();
    let mut socket = connect(demo.plain(), "/?token=x").await;
    assert_eq!(next_json(&mut socket).await["e"], "trade");
}

async fn echoes(address: SocketAddr, path: &str) {
    let mut socket = connect(address, path).await;
    for message in [Message::text("hällo"), Message::binary(vec![0, 255]), Message::binary(vec![7; 300_000])]
    {
        socket.send(message.clone()).await.expect("it is sent");
        assert_eq!(next(&mut socket).await, message);
    }
    let close = CloseFrame { code: CloseCode::Library(4_321), reason: "enough".into() };
    socket.close(Some(close.clone())).await.expect("the close is sent");
    assert_eq!(next(&mut socket).await, Message::Close(Some(close)));
}

#[tokio::test]
async fn the_echo_sends_back_text_binary_and_close() {
    let echo = Echo::start(0).expect("the echo starts");
    echoes(echo.address(), "/any/path").await;
    assert_eq!(
        echo.lines(),
        [format!("echo on this machine only at {}; press ctrl+c to stop", echo.url("/"))]
    );
    assert!(get(echo.address(), "/").await.starts_with("HTTP/1.1 426 "));
}

#[tokio::test]
async fn the_demo_echoes_too() {
    let demo = demo();
    echoes(demo.plain(), "/echo").await;
}

#[tokio::test]
async fn the_unauthorized_path_asks_for_basic_authentication() {
    let demo = demo();
    let answer = get(demo.plain(), "/unauthorized").await;
    let (head, body) = answer.split_once("\r\n\r\n").expect("there is a body");
    assert!(head.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{head}");
    assert!(head.contains("WWW-Authenticate: Basic realm=\"sockeye demo\""), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).expect("the body is JSON");
    assert_eq!(body["error"], "unauthorized");
}

#[tokio::test]
async fn the_unauthorized_path_accepts_the_right_password() {
    let demo = demo();
    let mut request = demo.url("/unauthorized").into_client_request().expect("the URL is right");
    let credentials = "Basic ZGVtbzpzYWxtb24=".parse().expect("it is a header value");
    request.headers_mut().insert("Authorization", credentials);
    let stream = TcpStream::connect(demo.plain()).await.expect("the server listens");
    let (mut socket, _) = client_async(request, stream).await.expect("the server upgrades");
    assert_eq!(next_json(&mut socket).await["e"], "trade");
}

#[tokio::test]
async fn the_drop_path_ends_without_a_close_frame() {
    let demo = demo_with(DemoOptions { drop_after: Duration::from_millis(50), ..DemoOptions::default() });
    let mut socket = connect(demo.plain(), "/drop").await;
    assert_eq!(next_json(&mut socket).await["e"], "trade");
    let end = timeout(LIMIT, async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(_))) => {}
                other => return other,
            }
        }
    });
    let end = end.await.expect("it ends in time");
    let is_dropped = matches!(end, Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))));
    assert!(is_dropped, "{end:?}");
}

#[tokio::test]
async fn the_close_path_closes_with_the_restart_code() {
    let demo = demo_with(DemoOptions { close_after: Duration::from_millis(50), ..DemoOptions::default() });
    let mut socket = connect(demo.plain(), "/close").await;
    let close = loop {
        match next(&mut socket).await {
            Message::Close(close) => break close,
            other => assert!(other.is_text(), "{other:?}"),
        }
    };
    assert_eq!(close, Some(CloseFrame { code: CloseCode::Restart, reason: "restarting".into() }));
}

#[tokio::test]
async fn the_binary_path_sends_messages_of_32_bytes() {
    let demo = demo();
    let mut socket = connect(demo.plain(), "/binary").await;
    let tick = next(&mut socket).await;
    assert!(tick.is_binary());
    assert_eq!(tick.into_data()[..8], 1_u64.to_be_bytes());
}

#[tokio::test]
async fn the_flood_continues_until_the_client_closes() {
    let demo = demo();
    let mut socket = connect(demo.plain(), "/flood").await;
    for nth in 0..2_000_u64 {
        let tick = next_json(&mut socket).await;
        assert_eq!(tick["n"], nth % 512 + 1);
    }
    socket.close(None).await.expect("the close is sent");
    let end = timeout(LIMIT, async { while let Some(Ok(_)) = socket.next().await {} });
    end.await.expect("the server answers the close");
}

#[tokio::test]
async fn a_request_that_is_not_an_upgrade_gets_the_list_of_paths() {
    let demo = demo();
    let index = get(demo.plain(), "/").await;
    assert!(index.starts_with("HTTP/1.1 426 Upgrade Required\r\n"), "{index}");
    let nothing = get(demo.plain(), "/nothing").await;
    assert!(nothing.starts_with("HTTP/1.1 404 Not Found\r\n"), "{nothing}");
    for spec in PATHS {
        assert!(index.contains(spec.path) && nothing.contains(spec.path), "{}", spec.path);
    }
}

#[tokio::test]
async fn the_moved_path_redirects_to_the_ticks() {
    let demo = demo();
    let answer = get(demo.plain(), "/moved").await;
    assert!(answer.starts_with("HTTP/1.1 301 Moved Permanently\r\n"), "{answer}");
    assert!(answer.contains("\r\nLocation: /ticks\r\n"), "{answer}");
}

#[tokio::test]
async fn the_description_lists_every_path() {
    let demo = demo();
    let lines = demo.lines();
    assert_eq!(lines.len(), PATHS.len() + 2);
    for spec in PATHS {
        assert!(lines.iter().any(|line| line.contains(&demo.url(spec.path))), "{}", spec.path);
    }
    assert!(lines.last().is_some_and(|line| line.contains("feed.example")), "{lines:?}");
}

/// A TLS handshake that trusts the demo's authority and expects this name.
async fn secure(demo: &Demo, name: &str) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(demo.authority().as_bytes()).expect("it is PEM");
    roots.add(authority).expect("it is an authority");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(demo.secure()).await.expect("the server listens");
    let name = ServerName::try_from(name.to_owned()).expect("it is a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

#[tokio::test]
async fn the_tls_port_has_a_certificate_for_another_name() {
    let demo = demo();
    let refused = secure(&demo, "127.0.0.1").await.expect_err("the name is wrong");
    let cause = refused.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    let wrong_name = matches!(
        cause,
        Some(rustls::Error::InvalidCertificate(rustls::CertificateError::NotValidForNameContext { .. }))
    );
    assert!(wrong_name, "{refused:?}");
}

#[tokio::test]
async fn the_tls_port_serves_the_same_paths() {
    let demo = demo();
    let stream = secure(&demo, "feed.example").await.expect("the name is right");
    let (mut socket, _) = client_async(demo.secure_url("/ticks"), stream).await.expect("the server upgrades");
    assert!(next(&mut socket).await.is_text());
}

#[tokio::test]
async fn dropping_the_demo_drops_its_clients() {
    let demo = demo();
    let address = demo.plain();
    let mut socket = connect(address, "/slow").await;
    drop(demo);
    let end = timeout(LIMIT, socket.next()).await.expect("it ends in time");
    assert!(!matches!(end, Some(Ok(_))), "{end:?}");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let demo = demo();
    let again = Demo::start(DemoOptions { port: demo.plain().port(), ..DemoOptions::default() });
    let error = again.expect_err("the port is taken");
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn without_a_runtime_there_is_an_error() {
    assert!(Demo::start(DemoOptions::default()).is_err());
}
