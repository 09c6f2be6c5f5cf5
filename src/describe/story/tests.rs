//! The paragraph as people read it.

use std::time::Duration;

use super::*;
use crate::session::{
    CloseFrame, End, Ended, FailureKind, FindingCode, Fix, Kind, LossKind, Sent, Severity, Side, Stage,
};

fn story(kinds: Vec<EventKind>) -> String {
    let event = |kind| Event { at: Timestamp(1_767_323_045_000_000), connection: ConnectionId(2), kind };
    let mut story = Story::begun(&event(EventKind::Connecting { url: "wss://feed.example/".to_owned() }))
        .expect("it begins");
    for kind in kinds {
        story.take(&event(kind));
    }
    story.told()
}

fn opened() -> EventKind {
    let remote = "203.0.113.7:443".parse().ok();
    let tls = Some("TLS 1.3".to_owned());
    EventKind::Opened(Box::new(Opened {
        remote,
        tls,
        subprotocol: None,
        extension: None,
        took: Duration::from_millis(84),
    }))
}

fn closed() -> EventKind {
    EventKind::Lost(Box::new(Lost {
        kind: LossKind::Closed {
            by: Side::Server,
            frame: CloseFrame { code: Some(1012), reason: "bye".to_owned() },
        },
        open_for: Duration::from_secs(12),
        messages: 3,
        message: "the server closed with 1012 (service restart): bye".to_owned(),
    }))
}

#[test]
fn a_connection_that_was_lost_is_told_from_its_beginning_to_what_to_do() {
    let finding = Finding {
        code: FindingCode::SameLossAgain,
        severity: Severity::Warning,
        title: "the server restarts".to_owned(),
        cause: "It said so.".to_owned(),
        evidence: Vec::new(),
        fixes: vec![Fix { title: "wait for it".to_owned(), ..Fix::default() }],
        field: None,
    };
    let sent = Sent { kind: Kind::Text, payload: "hi".into(), opening: true };
    let retry = RetryIn { failures: 0, left: None, without_message: 0, delay: Duration::from_millis(100) };
    let kinds = vec![
        opened(),
        EventKind::Sent(sent),
        closed(),
        EventKind::Finding(Box::new(finding)),
        EventKind::RetryIn(retry),
    ];
    assert_eq!(
        story(kinds),
        "Connection 2 to wss://feed.example/ was begun at 2026-01-02 03:04:05 UTC and opened in 84 ms to \
         203.0.113.7:443 with TLS 1.3. It was open for 12.0 s; 3 messages came in and 1 went out. What ended it: the \
         server closed with 1012 (service restart): bye. The client then waited 100 ms to connect again. Found: the server \
         restarts (same-loss-again). To do: wait for it."
    );
}

#[test]
fn a_connection_that_failed_says_where_and_how_the_session_went_on() {
    let failure = Failure {
        stage: Stage::Tcp,
        kind: FailureKind::Refused,
        message: "every address refused".to_owned(),
        sources: vec!["os error 111".to_owned()],
    };
    let ended = Ended { why: End::NotRetried, messages: 0, connections: 2, during: None };
    let told = story(vec![EventKind::Failed(Box::new(failure)), EventKind::Ended(ended)]);
    for part in [
        "and did not open.",
        "it failed at tcp, since every address refused (os error 111).",
        "The session ended with it: ended, not retried.",
        "Nothing was found that says what to do.",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn what_is_not_known_is_said_to_be_not_known() {
    let begun = story(Vec::new());
    assert!(begun.contains("whether it opened is not known. No end of it is known."), "{begun}");
    let open = story(vec![opened()]);
    assert!(open.contains("So far 0 messages came in and 0 went out. No end of it is known."), "{open}");
    let lost = story(vec![opened(), closed()]);
    assert!(lost.contains("What the client did next is not known."), "{lost}");
}
