//! Secrets are sent, but no event of the engine contains one.

use sockeye::{
    ack::AckMode,
    config::{BasicAuth, Secret, Settings},
    engine,
    net::{Limits, Network},
    schema::write_event,
    session::{Command, Event, EventKind, Exchange, Failure, FailureKind, Response, Sent, Stage},
};

use crate::{
    settings,
    support::servers::{answering, header, once, read_head, upgrading},
};

/// The events of one connection, until it was open or had failed.
struct Emitted(Vec<Event>);

async fn dial(mut settings: Settings) -> Emitted {
    settings.options.no_retry = true;
    let (handle, mut events) =
        engine::start(settings, AckMode::default(), Network::with_limits(Limits::default()), 1);
    let mut all = Vec::new();
    while let Some(batch) = events.recv().await {
        if batch.iter().any(|event| matches!(event.kind, EventKind::Opened(_))) {
            handle.send(Command::Stop).expect("the engine takes commands");
        }
        all.extend(batch);
    }
    Emitted(all)
}

impl Emitted {
    fn find<'a, T>(&'a self, pick: impl Fn(&'a EventKind) -> Option<T>) -> T {
        self.0.iter().find_map(|event| pick(&event.kind)).expect("it was emitted")
    }

    fn exchange(&self) -> &Exchange {
        self.find(|kind| match kind {
            EventKind::StageEnded(report) => report.evidence.exchange(),
            _ => None,
        })
    }

    fn response(&self) -> &Response {
        self.exchange().response.as_ref().expect("there was an answer")
    }

    fn failed(&self) -> (Stage, FailureKind) {
        let failure: &Failure = self.find(|kind| match kind {
            EventKind::Failed(failure) => Some(&**failure),
            _ => None,
        });
        (failure.stage, failure.kind.clone())
    }

    fn opening(&self) -> Vec<&Sent> {
        let sent = self.0.iter().filter_map(|event| match &event.kind {
            EventKind::Sent(sent) if sent.opening => Some(sent),
            _ => None,
        });
        sent.collect()
    }
}

fn with_basic(url: &str) -> Settings {
    let password = Secret::new("hunter2");
    Settings { basic_auth: Some(BasicAuth { username: "me".to_owned(), password }), ..settings(url) }
}

/// All events, as JSON and in debug format.
fn everything(outcome: &Emitted) -> String {
    let mut lines = Vec::new();
    outcome.0.iter().for_each(|event| write_event(&mut lines, event));
    format!("{} {:?}", String::from_utf8_lossy(&lines), outcome.0)
}

#[tokio::test]
async fn basic_auth_is_sent_and_masked_in_the_evidence() {
    let server = upgrading("", Vec::new()).await;
    let outcome = dial(with_basic(&server.ws("/"))).await;
    let shown = &outcome.exchange().request;
    assert_eq!(header(shown, "Authorization"), Some("Basic •••"));
    let all = everything(&outcome);
    assert!(!all.contains("hunter2") && !all.contains("bWU6aHVudGVyMg=="), "{all}");
    drop(outcome);
    assert_eq!(header(&server.outcome().await, "Authorization"), Some("Basic bWU6aHVudGVyMg=="));
}

#[tokio::test]
async fn the_values_of_configured_headers_are_masked() {
    let server = upgrading("", Vec::new()).await;
    let mut settings = settings(&server.ws("/"));
    settings.headers = vec![("X-Api-Key".to_owned(), Secret::new("s3cr3t-key"))];
    let outcome = dial(settings).await;
    assert_eq!(header(&outcome.exchange().request, "X-Api-Key"), Some("•••"));
    assert!(!everything(&outcome).contains("s3cr3t-key"));
    drop(outcome);
    assert_eq!(header(&server.outcome().await, "X-Api-Key"), Some("s3cr3t-key"));
}

/// A connection to a server that sends the request back after `before`.
async fn echoed(before: &'static str) -> Emitted {
    let server = once(async move |mut stream| {
        let request = read_head(&mut stream).await;
        let answer = format!("{before}{request}");
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes()).await.expect("the client reads");
    })
    .await;
    let mut settings = with_basic(&server.ws("/"));
    settings.headers = vec![("X-Api-Key".to_owned(), Secret::new("s3cr3t-key"))];
    dial(settings).await
}

#[tokio::test]
async fn secrets_that_a_server_echoes_are_masked() {
    let outcome = echoed("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::Status { code: 400 }));
    assert!(outcome.response().body.contains("X-Api-Key: •••"), "{}", outcome.response().body);
    let all = everything(&outcome);
    assert!(!all.contains("bWU6aHVudGVyMg==") && !all.contains("s3cr3t-key"), "{all}");
}

#[tokio::test]
async fn an_echo_that_is_not_http_is_masked_too() {
    let outcome = echoed("").await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: false }));
    let unread = String::from_utf8_lossy(&outcome.exchange().unread).into_owned();
    assert!(unread.contains("X-Api-Key: •••") && unread.contains("Basic •••"), "{unread}");
}

#[tokio::test]
async fn the_query_is_masked_as_in_the_settings() {
    let server = upgrading("X-Echo: s3cr3t-t0ken\r\n", Vec::new()).await;
    let settings = settings(&server.ws("/feed?symbol=a&token=s3cr3t-t0ken"));
    let shown = format!("GET {} HTTP/1.1\r\n", settings.url.shown_target());
    let outcome = dial(settings).await;
    assert!(outcome.exchange().request.starts_with(&shown), "{}", outcome.exchange().request);
    assert!(!everything(&outcome).contains("s3cr3t-t0ken"));
    drop(outcome);
    let request = server.outcome().await;
    assert!(request.starts_with("GET /feed?symbol=a&token=s3cr3t-t0ken HTTP/1.1\r\n"), "{request}");
}

#[tokio::test]
async fn a_known_secret_in_an_opening_message_is_masked() {
    let server = upgrading("", Vec::new()).await;
    let mut settings = with_basic(&server.ws("/"));
    settings.open_messages = vec![Secret::new(r#"{"login":"hunter2"}"#), Secret::new("subscribe")];
    let outcome = dial(settings).await;
    let sent: Vec<_> = outcome.opening().iter().map(|sent| sent.payload.clone()).collect();
    assert_eq!(sent, [r#"{"login":"•••"}"#, "subscribe"]);
}

#[tokio::test]
async fn a_header_that_would_break_the_request_is_not_sent() {
    let server = upgrading("", Vec::new()).await;
    let mut settings = settings(&server.ws("/"));
    settings.headers = vec![("X-A".to_owned(), Secret::new("1\r\nX-B: s3cr3t"))];
    let outcome = dial(settings).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::BadHeader { name: "X-A".to_owned() }));
    assert!(!everything(&outcome).contains("s3cr3t"));
}

#[tokio::test]
async fn credentials_in_a_redirect_are_masked_everywhere() {
    let answer = "HTTP/1.1 302 Found\r\nLocation: https://me:pa55word@h/v2?token=s3cr3t-t0ken&a=b#key=f00-bar\r\n\r\n\
                  <a href=\"https://me:pa55word@h/v2?token=s3cr3t-t0ken&amp;a=b#key=f00-bar\">Found</a>";
    let server = answering(vec![answer.as_bytes().to_vec()]).await;
    let outcome = dial(settings(&server.ws("/"))).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::Status { code: 302 }));
    let shown = "https://•••@h/v2?token=•••&a=b#key=•••";
    assert_eq!(outcome.response().header("location"), Some(shown));
    assert_eq!(outcome.response().head, format!("HTTP/1.1 302 Found\r\nLocation: {shown}\r\n\r\n"));
    let all = everything(&outcome);
    assert!(!["pa55word", "s3cr3t-t0ken", "f00-bar"].iter().any(|secret| all.contains(secret)), "{all}");
}

#[tokio::test]
async fn the_credentials_of_the_handshake_are_masked_in_an_opening_message_too() {
    let server = upgrading("", Vec::new()).await;
    let mut settings = with_basic(&server.ws("/"));
    settings.open_messages = vec![Secret::new("auth bWU6aHVudGVyMg== please")];
    let outcome = dial(settings).await;
    let sent: Vec<_> = outcome.opening().iter().map(|sent| sent.payload.clone()).collect();
    assert_eq!(sent, ["auth ••• please"]);
}
