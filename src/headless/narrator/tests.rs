//! What is told once, what is counted, and what is never told.

use super::*;
use crate::session::{CloseFrame, Edit, FailureKind, FindingCode, Fix, LossKind, Severity, Side};

fn story(events: impl IntoIterator<Item = (u32, EventKind)>) -> String {
    let mut narrator = Narrator::new(Vec::new());
    for (connection, kind) in events {
        narrator.take(&Event { at: Timestamp(0), connection: ConnectionId(connection), kind });
    }
    String::from_utf8(narrator.lines.err).expect("words are UTF-8")
}

fn refused() -> Failure {
    Failure {
        stage: Stage::Tcp,
        kind: FailureKind::Refused,
        message: "127.0.0.1:9 refused".to_owned(),
        sources: vec!["Connection refused (os error 111)".to_owned()],
    }
}

fn failing(connection: u32, left: Option<u32>) -> [(u32, EventKind); 2] {
    let delay = Duration::from_millis(800);
    let retry = RetryIn { failures: connection, left, without_message: 0, delay };
    [(connection, EventKind::Failed(Box::new(refused()))), (connection, EventKind::RetryIn(retry))]
}

fn opened(connection: u32) -> (u32, EventKind) {
    let took = Duration::from_millis(84);
    (
        connection,
        EventKind::Opened(Box::new(Opened {
            remote: None,
            tls: None,
            subprotocol: None,
            extension: None,
            took,
        })),
    )
}

fn lost(connection: u32, open_for: Duration) -> (u32, EventKind) {
    let frame = CloseFrame { code: Some(1001), reason: String::new() };
    let kind = LossKind::Closed { by: Side::Server, frame };
    let message = "the server closed with 1001 (going away)".to_owned();
    (connection, EventKind::Lost(Box::new(Lost { kind, open_for, messages: 3, message })))
}

#[test]
fn a_first_failure_is_told_in_full_with_the_way_to_stop_trying() {
    assert_eq!(
        story(failing(1, None)),
        "sockeye: connection 1 failed at tcp: 127.0.0.1:9 refused\n  \
         from  Connection refused (os error 111)\n\
         sockeye: next connection in 800 ms\n\
         sockeye: it goes on trying; --no-retry or --max-retries N makes it give up\n"
    );
}

#[test]
fn a_server_that_stays_down_is_only_counted() {
    let story = story((1..=1000).flat_map(|connection| failing(connection, None)));
    assert!(
        story.contains("512 times like this in 0.0 ms: connection 512 failed at tcp: 127.0.0.1:9 refused\n"),
        "{story}"
    );
    assert!(story.lines().count() < 25, "{story}");
}

#[test]
fn a_server_that_accepts_and_drops_is_only_counted() {
    let flap = |connection| [opened(connection), lost(connection, Duration::from_millis(5))];
    let story = story((1..=1000).flat_map(flap));
    assert!(
        story.starts_with(
            "sockeye: connection 1 opened in 84 ms\nsockeye: the server closed with 1001 (going away); \
             connection 1 was open for 5.0 ms and received 3 messages\n"
        ),
        "{story}"
    );
    assert!(story.lines().count() < 25, "{story}");
}

#[test]
fn what_repeats_is_told_in_calm_words() {
    let flap = |connection| [opened(connection), lost(connection, Duration::from_secs(1))];
    let story = story((1..=2).flat_map(flap));
    assert_eq!(
        story.lines().skip(2).collect::<Vec<_>>(),
        [
            "sockeye: connection 2 opened in 84 ms",
            "sockeye: 2 times like this in 0.0 ms: the server closed with 1001 (going away); \
             connection 2 was open for 1.0 s and received 3 messages"
        ]
    );
}

#[test]
fn a_loss_without_retries_left_says_once_that_it_is_opened_again_all_the_same() {
    let retry = RetryIn { failures: 0, left: Some(0), without_message: 0, delay: Duration::from_millis(100) };
    let flap =
        |connection| [lost(connection, Duration::from_millis(5)), (connection, EventKind::RetryIn(retry))];
    let story = story((1..=8).flat_map(flap));
    assert!(!story.contains("the last one allowed"), "{story}");
    let told = "sockeye: next connection in 100 ms (a lost connection is opened again even with max_retries 0; \
                a connection that fails then ends it)\n";
    assert_eq!((story.matches(told).count(), story.matches("max_retries").count()), (1, 1), "{story}");
}

#[test]
fn a_failure_with_one_retry_left_says_so() {
    assert!(story(failing(1, Some(0))).contains("next connection in 800 ms, the last one allowed\n"));
}

#[test]
fn a_connection_that_lasted_is_news_when_it_is_lost() {
    let hourly = |connection| [opened(connection), lost(connection, Duration::from_hours(1))];
    assert_eq!(story((1..=5).flat_map(hourly)).lines().count(), 10);
}

#[test]
fn a_finding_is_told_once_with_cause_evidence_and_fixes() {
    let finding = Finding {
        field: None,
        code: FindingCode::TcpRefused,
        severity: Severity::Error,
        title: "nothing listens there".to_owned(),
        cause: "the port is closed".to_owned(),
        evidence: vec!["127.0.0.1:9".to_owned()],
        fixes: vec![Fix {
            title: "use another port".to_owned(),
            yaml: String::new(),
            file: None,
            edits: vec![Edit { path: "url".to_owned(), value: "ws://127.0.0.1".to_owned() }],
        }],
    };
    let event = || (1, EventKind::Finding(Box::new(finding.clone())));
    assert_eq!(
        story([event(), event()]),
        "sockeye: nothing listens there [tcp-refused]\n  \
         why   the port is closed\n  \
         seen  127.0.0.1:9\n  \
         fix   use another port\n  \
         set   url: ws://127.0.0.1\n"
    );
}

#[test]
fn retries_that_are_used_up_end_the_story() {
    let end = End::RetriesExhausted { retries: 3, last: Box::new(refused()) };
    let ended = EventKind::Ended(Ended { why: end, messages: 0, connections: 4, during: None });
    assert_eq!(
        story([(4, ended)]),
        "sockeye: gave up after 3 retries, the last failed at tcp: 127.0.0.1:9 refused; 0 messages in 4 connections\n"
    );
}

#[test]
fn nothing_a_server_says_reaches_the_terminal_as_a_control() {
    let mut failure = refused();
    failure.message = "401 \u{1b}[2J\u{9b}2J\nUnauthorized".to_owned();
    let story = story([(1, EventKind::Failed(Box::new(failure)))]);
    assert!(!story.replace('\n', "").chars().any(char::is_control), "{story:?}");
}

#[test]
fn the_last_total_says_how_often_and_how_long_before_the_end() {
    let mut narrator = Narrator::new(Vec::new());
    for nth in 1..=47_u32 {
        for (connection, kind) in failing(nth, None) {
            let at = Timestamp(i64::from(nth) * 1_000_000);
            narrator.take(&Event { at, connection: ConnectionId(connection), kind });
        }
    }
    let ended = Ended { why: End::Stopped, messages: 0, connections: 47, during: None };
    let kind = EventKind::Ended(ended);
    narrator.take(&Event { at: Timestamp(47_400_000), connection: ConnectionId(47), kind });
    let story = String::from_utf8(narrator.lines.err).expect("words are UTF-8");
    let total = "sockeye: 47 times like this in 46.0 s: connection 47 failed at tcp: 127.0.0.1:9 refused, \
                 the last 400 ms before the end\n";
    assert!(story.contains(total), "{story}");
}

#[test]
fn on_a_terminal_one_line_is_counted_in_place_until_something_else_is_said() {
    let mut narrator = Narrator::new(Vec::new()).on_terminal(Some(80));
    for (connection, kind) in (1..=5).flat_map(|connection| failing(connection, None)) {
        narrator.take(&Event { at: Timestamp(0), connection: ConnectionId(connection), kind });
    }
    let story = String::from_utf8(narrator.lines.err).expect("words are UTF-8");
    assert_eq!(story.matches("times like this").count(), 4, "{story}");
    assert_eq!(story.matches("\x1b[1A").count(), 3, "the first count has a line of its own: {story}");
    assert!(story.contains("\x1b[2Ksockeye: 5 times like this"), "{story}");
}
