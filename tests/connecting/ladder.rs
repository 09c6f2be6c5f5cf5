//! The stages from the lookup to the open connection.

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
async fn every_stage_starts_and_ends_in_order() {
    let server = upgrading("Sec-WebSocket-Protocol: chat\r\n", Vec::new()).await;
    let outcome = dial(settings(&server.ws("/feed"))).await;
    assert_eq!(outcome.stages(), [Stage::Lookup, Stage::Tcp, Stage::Upgrade]);
    let steps: Vec<_> = outcome
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Started(stage) => Some(format!("{stage}…")),
            Step::Ended(report) => Some(report.stage.to_string()),
            Step::OpeningSent(_) => Some("sent".to_owned()),
            Step::Answered(_) | Step::Secrets(_) => None,
        })
        .collect();
    assert_eq!(steps, ["lookup…", "lookup", "tcp…", "tcp", "upgrade…", "upgrade"]);
    let reports: Vec<_> = outcome.reports().cloned().collect();
    assert!(reports.is_sorted_by_key(|report| report.began), "stages start one after the other: {reports:?}");
    assert!(reports.iter().all(|report| report.outcome.is_ok()));

    let ip = server.address.ip();
    let host = ip.to_string();
    assert_eq!(*outcome.evidence(Stage::Lookup), Evidence::Lookup { host, addresses: vec![ip], route: None });
    let Evidence::Tcp { tried, local, remote, of_proxy: false, unix_socket: None } =
        outcome.evidence(Stage::Tcp)
    else {
        panic!("evidence of TCP")
    };
    assert_eq!((tried.len(), tried[0].address, &tried[0].error), (1, server.address, &None));
    assert_eq!(*remote, Some(server.address));
    assert!(local.is_some_and(|local| local.ip() == ip));
    assert_eq!(outcome.response().status, 101);

    let opened = outcome.socket().opened;
    assert_eq!(opened.remote, Some(server.address));
    assert_eq!(opened.tls, None);
    assert_eq!(opened.subprotocol.as_deref(), Some("chat"));
}

#[tokio::test]
async fn a_closed_port_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let outcome = dial(settings(&format!("ws://{address}/"))).await;
    assert_eq!(outcome.failed(), (Stage::Tcp, FailureKind::Refused));
    assert_eq!(outcome.failure().message, format!("connection refused by {address}"));
    let Evidence::Tcp { tried, remote: None, .. } = outcome.evidence(Stage::Tcp) else {
        panic!("evidence of TCP")
    };
    assert_eq!(tried[0].address, address);
    assert_eq!(tried[0].error.as_deref(), Some(&*outcome.failure().message));
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_reported() {
    let outcome = dial(settings("ws://no-such-host.invalid/")).await;
    // No resolver knows a name under .invalid (RFC 6761, section 6.4), but a machine without a resolver
    // cannot tell. The meaning of each error is tested with `lookup`.
    match outcome.failed() {
        (Stage::Lookup, FailureKind::NameNotFound) => {
            assert_eq!(outcome.failure().message, "no host is named \"no-such-host.invalid\"");
        }
        failed => assert_eq!(failed, (Stage::Lookup, FailureKind::LookupFailed)),
    }
    let host = "no-such-host.invalid".to_owned();
    assert_eq!(
        *outcome.evidence(Stage::Lookup),
        Evidence::Lookup { host, addresses: Vec::new(), route: None }
    );
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_refuses() {
    // `localhost` has one address or two; only 127.0.0.1 listens.
    let server = upgrading("", Vec::new()).await;
    let outcome = dial(settings(&format!("ws://localhost:{}/", server.address.port()))).await;
    let Evidence::Tcp { tried, remote, .. } = outcome.evidence(Stage::Tcp) else { panic!("evidence of TCP") };
    assert_eq!(*remote, Some(server.address));
    let (last, others) = tried.split_last().expect("an address was tried");
    assert_eq!(last.error, None);
    assert!(others.iter().all(|other| other.error.is_some()));
    outcome.socket();
}

#[tokio::test]
async fn a_server_that_hangs_times_out() {
    let server = once(until_left).await;
    let connect = Duration::from_millis(300);
    let limits = Limits { connect, ..Limits::default() };
    let outcome = dial_within(limits, settings(&server.ws("/"))).await;
    let (stage, kind) = outcome.failed();
    assert_eq!(stage, Stage::Upgrade);
    let FailureKind::TimedOut { limit_ms } = kind else { panic!("it timed out: {kind:?}") };
    assert!(limit_ms <= 300, "the rest of the limit: {limit_ms}");
    assert!(outcome.failure().message.starts_with(&format!("no answer from {} within ", server.address)));
    assert!(outcome.exchange().request.starts_with("GET / HTTP/1.1\r\n"), "{:?}", outcome.exchange());
    assert_eq!(outcome.exchange().response, None);
}

#[tokio::test]
async fn a_tls_server_that_hangs_times_out() {
    let server = once(until_left).await;
    let connect = Duration::from_millis(500);
    let limits = Limits { connect, ..Limits::default() };
    let settings = settings(&server.wss("/"));
    let outcome = dial_within(limits, settings.clone()).await;
    let (stage, kind) = outcome.failed();
    assert_eq!(stage, Stage::Tls);
    let FailureKind::TimedOut { limit_ms } = kind else { panic!("it timed out: {kind:?}") };
    assert!(limit_ms <= 500, "the rest of the limit: {limit_ms}");
    let failure = outcome.failure();
    assert!(
        failure.message.starts_with(&format!("no answer from {} within ", server.address)),
        "{failure:?}"
    );

    let ladder: Vec<_> = outcome.reports().cloned().collect();
    let findings = diagnose::failed(&settings, &ladder, &failure, Timestamp::default());
    let [finding] = &findings[..] else { panic!("there is one finding: {findings:?}") };
    assert_eq!(finding.code.word(), "tls-timeout");
    assert!(
        finding.cause.starts_with("The server accepted the connection and did not answer the TLS handshake")
    );
    let logged =
        "the pipeline would log: Failed to connect to websocket: context deadline exceeded".to_owned();
    assert_eq!(finding.evidence, [failure.message, logged]);
}

#[tokio::test]
async fn an_incomplete_answer_is_kept_on_a_timeout() {
    let server = crate::support::servers::answering(vec![b"HTTP/1.1 101 Swi".to_vec()]).await;
    let limits = Limits { connect: Duration::from_millis(500), ..Limits::default() };
    let outcome = dial_within(limits, settings(&server.ws("/"))).await;
    assert!(matches!(outcome.failed(), (Stage::Upgrade, FailureKind::TimedOut { .. })));
    assert_eq!(outcome.exchange().unread, b"HTTP/1.1 101 Swi");
}

async fn opening(kind: MessageType, messages: &[&str]) -> (Vec<Message>, crate::Outcome) {
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
    let outcome = dial(settings).await;
    (server.outcome().await, outcome)
}

#[tokio::test]
async fn opening_messages_arrive_in_order_as_text() {
    let (received, outcome) = opening(MessageType::Text, &["one", "", "three"]).await;
    assert_eq!(received, ["one", "", "three"].map(Message::text));
    let sent: Vec<_> = outcome.opening().iter().map(|sent| sent.payload.clone()).collect();
    assert_eq!(sent, ["one", "", "three"]);
    assert!(outcome.opening().iter().all(|sent| sent.opening && sent.kind == Kind::Text));
    let sent = [3, 0, 5].map(|size| OpenSent { kind: Kind::Text, size }).to_vec();
    assert_eq!(*outcome.evidence(Stage::Open), Evidence::Open { sent });
}

#[tokio::test]
async fn opening_messages_can_be_binary() {
    let long = "x".repeat(10_000);
    let (received, outcome) = opening(MessageType::Binary, &["{}", &long]).await;
    assert_eq!(received, [Message::binary("{}"), Message::binary(long.clone())]);
    assert_eq!(outcome.stages().last(), Some(&Stage::Open));
}

#[tokio::test]
async fn more_opening_messages_than_the_queue_holds_are_all_sent() {
    let messages: Vec<_> = (0..100).map(|n| n.to_string()).collect();
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    let (received, outcome) = opening(MessageType::Text, &messages).await;
    assert_eq!((received.len(), outcome.opening().len()), (100, 100));
}

#[tokio::test]
async fn opening_messages_that_the_server_does_not_read_time_out() {
    let server = once(async |mut stream| {
        let request = read_head(&mut stream).await;
        let answer = crate::support::servers::switching(&request, "");
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes()).await.expect("the client reads");
        // Nothing more is read, but the connection stays open.
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let mut settings = settings(&server.ws("/"));
    settings.open_messages = vec![Secret::new("x".repeat(32 << 20))];
    let limits = Limits { open: Duration::from_millis(300), ..Limits::default() };
    let outcome = dial_within(limits, settings).await;
    assert_eq!(outcome.failed(), (Stage::Open, FailureKind::TimedOut { limit_ms: 300 }));
    assert_eq!(*outcome.evidence(Stage::Open), Evidence::Open { sent: Vec::new() });
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
        settings.options.address = Some(AddressChoice::This(address.into()));
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
