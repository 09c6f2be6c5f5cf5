//! From the name to the open connection.

use std::time::Duration;

use futures_util::StreamExt;
use sockeye::{
    config::{AddressChoice, MessageType, Secret},
    diagnose,
    net::{Limits, Step},
    session::{Evidence, FailureKind, Kind, OpenSent, Stage, Timestamp},
};
use tokio::net::TcpListener;
use tokio_tungstenite::{accept_async, tungstenite::Message};

use crate::{
    dial, dial_within, settings,
    support::servers::{once, read_head, until_left, upgrading},
};

#[tokio::test]
async fn every_stage_is_begun_and_ended_in_order() {
    let server = upgrading("Sec-WebSocket-Protocol: chat\r\n", Vec::new()).await;
    let told = dial(settings(&server.ws("/feed"))).await;
    assert_eq!(told.stages(), [Stage::Lookup, Stage::Tcp, Stage::Upgrade]);
    let words: Vec<_> = told
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Started(stage) => Some(format!("{stage}…")),
            Step::Ended(report) => Some(report.stage.to_string()),
            Step::OpeningSent(_) => Some("sent".to_owned()),
            Step::Answered(_) | Step::Secrets(_) => None,
        })
        .collect();
    assert_eq!(words, ["lookup…", "lookup", "tcp…", "tcp", "upgrade…", "upgrade"]);
    let reports: Vec<_> = told.reports().cloned().collect();
    assert!(reports.is_sorted_by_key(|report| report.began), "stages follow one another: {reports:?}");
    assert!(reports.iter().all(|report| report.outcome.is_ok()));

    let ip = server.address.ip();
    let host = ip.to_string();
    assert_eq!(*told.evidence(Stage::Lookup), Evidence::Lookup { host, addresses: vec![ip], route: None });
    let Evidence::Tcp { tried, local, remote, of_proxy: false } = told.evidence(Stage::Tcp) else {
        panic!("evidence of TCP")
    };
    assert_eq!((tried.len(), tried[0].address, &tried[0].error), (1, server.address, &None));
    assert_eq!(*remote, Some(server.address));
    assert!(local.is_some_and(|local| local.ip() == ip));
    assert_eq!(told.response().status, 101);

    let opened = told.socket().opened;
    assert_eq!(opened.remote, Some(server.address));
    assert_eq!(opened.tls, None);
    assert_eq!(opened.subprotocol.as_deref(), Some("chat"));
}

#[tokio::test]
async fn a_port_nobody_listens_on_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let told = dial(settings(&format!("ws://{address}/"))).await;
    assert_eq!(told.failed(), (Stage::Tcp, FailureKind::Refused));
    assert_eq!(told.failure().message, format!("connection refused by {address}"));
    let Evidence::Tcp { tried, remote: None, .. } = told.evidence(Stage::Tcp) else {
        panic!("evidence of TCP")
    };
    assert_eq!(tried[0].address, address);
    assert_eq!(tried[0].error.as_deref(), Some(&*told.failure().message));
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_told() {
    let told = dial(settings("ws://no-such-host.invalid/")).await;
    // No resolver knows a name under .invalid (RFC 6761, section 6.4). A machine without one cannot
    // say so; which of its answers mean what is tested beside `lookup`.
    match told.failed() {
        (Stage::Lookup, FailureKind::NameNotFound) => {
            assert_eq!(told.failure().message, "no host is named \"no-such-host.invalid\"");
        }
        failed => assert_eq!(failed, (Stage::Lookup, FailureKind::LookupFailed)),
    }
    let host = "no-such-host.invalid".to_owned();
    assert_eq!(*told.evidence(Stage::Lookup), Evidence::Lookup { host, addresses: Vec::new(), route: None });
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_refuses() {
    // `localhost` has one address or two; only 127.0.0.1 listens.
    let server = upgrading("", Vec::new()).await;
    let told = dial(settings(&format!("ws://localhost:{}/", server.address.port()))).await;
    let Evidence::Tcp { tried, remote, .. } = told.evidence(Stage::Tcp) else { panic!("evidence of TCP") };
    assert_eq!(*remote, Some(server.address));
    let (last, others) = tried.split_last().expect("an address was tried");
    assert_eq!(last.error, None);
    assert!(others.iter().all(|other| other.error.is_some()));
    told.socket();
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_after_the_limit() {
    let server = once(until_left).await;
    let connect = Duration::from_millis(300);
    let limits = Limits { connect, ..Limits::default() };
    let told = dial_within(limits, settings(&server.ws("/"))).await;
    let (stage, kind) = told.failed();
    assert_eq!(stage, Stage::Upgrade);
    let FailureKind::TimedOut { limit_ms } = kind else { panic!("it timed out: {kind:?}") };
    assert!(limit_ms <= 300, "what was left of the limit: {limit_ms}");
    assert!(told.failure().message.starts_with(&format!("no answer from {} within ", server.address)));
    assert!(told.exchange().request.starts_with("GET / HTTP/1.1\r\n"), "{:?}", told.exchange());
    assert_eq!(told.exchange().response, None);
}

#[tokio::test]
async fn a_tls_server_that_hangs_is_given_up_after_the_limit() {
    let server = once(until_left).await;
    let connect = Duration::from_millis(500);
    let limits = Limits { connect, ..Limits::default() };
    let settings = settings(&server.wss("/"));
    let told = dial_within(limits, settings.clone()).await;
    let (stage, kind) = told.failed();
    assert_eq!(stage, Stage::Tls);
    let FailureKind::TimedOut { limit_ms } = kind else { panic!("it timed out: {kind:?}") };
    assert!(limit_ms <= 500, "what was left of the limit: {limit_ms}");
    let failure = told.failure();
    assert!(
        failure.message.starts_with(&format!("no answer from {} within ", server.address)),
        "{failure:?}"
    );

    let ladder: Vec<_> = told.reports().cloned().collect();
    let findings = diagnose::failed(&settings, &ladder, &failure, Timestamp::default());
    let [finding] = &findings[..] else { panic!("there is one finding: {findings:?}") };
    assert_eq!(finding.code.word(), "tls-timeout");
    assert!(
        finding.cause.starts_with("The server accepted the connection and did not answer the TLS handshake")
    );
    let Evidence::Tcp { local: Some(local), remote: Some(remote), .. } = told.evidence(Stage::Tcp) else {
        panic!("evidence of TCP")
    };
    let logged = format!(
        "the pipeline would log: Failed to connect to websocket: read tcp {local}->{remote}: i/o timeout"
    );
    assert_eq!(finding.evidence, [failure.message, logged]);
}

#[tokio::test]
async fn half_an_answer_is_kept_when_the_rest_never_comes() {
    let server = crate::support::servers::answering(vec![b"HTTP/1.1 101 Swi".to_vec()]).await;
    let limits = Limits { connect: Duration::from_millis(500), ..Limits::default() };
    let told = dial_within(limits, settings(&server.ws("/"))).await;
    assert!(matches!(told.failed(), (Stage::Upgrade, FailureKind::TimedOut { .. })));
    assert_eq!(told.exchange().unread, b"HTTP/1.1 101 Swi");
}

async fn opening(kind: MessageType, messages: &[&str]) -> (Vec<Message>, crate::Told) {
    let expected = messages.len();
    let server = once(async move |stream| {
        let socket = accept_async(stream).await.expect("the upgrade is right");
        let messages: Vec<_> = socket.take(expected).collect().await;
        messages.into_iter().map(|message| message.expect("it is well formed")).collect::<Vec<_>>()
    })
    .await;
    let mut settings = settings(&server.ws("/"));
    settings.open_message_type = kind;
    settings.open_messages = messages.iter().map(|message| Secret::new(*message)).collect();
    let told = dial(settings).await;
    (server.outcome().await, told)
}

#[tokio::test]
async fn opening_messages_arrive_in_order_as_text() {
    let (heard, told) = opening(MessageType::Text, &["one", "", "three"]).await;
    assert_eq!(heard, ["one", "", "three"].map(Message::text));
    let sent: Vec<_> = told.opening().iter().map(|sent| sent.payload.clone()).collect();
    assert_eq!(sent, ["one", "", "three"]);
    assert!(told.opening().iter().all(|sent| sent.opening && sent.kind == Kind::Text));
    let sent = [3, 0, 5].map(|size| OpenSent { kind: Kind::Text, size }).to_vec();
    assert_eq!(*told.evidence(Stage::Open), Evidence::Open { sent });
}

#[tokio::test]
async fn opening_messages_are_binary_unless_asked_otherwise() {
    let long = "x".repeat(10_000);
    let (heard, told) = opening(MessageType::Binary, &["{}", &long]).await;
    assert_eq!(heard, [Message::binary("{}"), Message::binary(long.clone())]);
    assert_eq!(told.stages().last(), Some(&Stage::Open));
}

#[tokio::test]
async fn more_opening_messages_than_the_queue_holds_all_arrive() {
    let messages: Vec<_> = (0..100).map(|n| n.to_string()).collect();
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    let (heard, told) = opening(MessageType::Text, &messages).await;
    assert_eq!((heard.len(), told.opening().len()), (100, 100));
}

#[tokio::test]
async fn opening_messages_that_are_not_taken_are_given_up() {
    let server = once(async |mut stream| {
        let request = read_head(&mut stream).await;
        let answer = crate::support::servers::switching(&request, "");
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes()).await.expect("the peer listens");
        // Nothing is read any more, but the connection stays.
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let mut settings = settings(&server.ws("/"));
    settings.open_messages = vec![Secret::new("x".repeat(32 << 20))];
    let limits = Limits { open: Duration::from_millis(300), ..Limits::default() };
    let told = dial_within(limits, settings).await;
    assert_eq!(told.failed(), (Stage::Open, FailureKind::TimedOut { limit_ms: 300 }));
    assert_eq!(*told.evidence(Stage::Open), Evidence::Open { sent: Vec::new() });
}

#[tokio::test]
async fn frames_in_the_packet_of_the_answer_are_kept() {
    let frames = b"\x81\x02hi\x82\x01!";
    let server = upgrading("", frames.to_vec()).await;
    let socket = dial(settings(&server.ws("/"))).await.socket();
    assert_eq!(&socket.read_ahead[..], frames);
}

#[tokio::test]
async fn one_address_of_a_host_can_be_tried_alone() {
    let server = upgrading("", Vec::new()).await;
    let url = server.ws("/").replace("127.0.0.1", "localhost");
    let only = |address: [u8; 4]| {
        let mut settings = settings(&url);
        settings.options.only = Some(AddressChoice::This(address.into()));
        settings
    };
    let refused = dial(only([127, 0, 0, 9])).await;
    assert_eq!(refused.failed(), (Stage::Tcp, FailureKind::Refused));
    assert!(
        refused.failure().message.starts_with("connection refused by 127.0.0.9:"),
        "{:?}",
        refused.failure()
    );
    dial(only([127, 0, 0, 1])).await.socket();
}
