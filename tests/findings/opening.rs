//! Findings about the opening messages and the subprotocol.

use std::time::Duration;

use sockeye::{
    config::{MessageType, Secret, Settings},
    diagnose,
    session::{Finding, LossKind, Lost},
};

use crate::fixtures::{NOW, answer, closed, codes, edits, lost, of_loss, settings};

fn opening(kind: MessageType, message: &str) -> Settings {
    let mut settings = settings("ws://h/");
    settings.open_messages = vec![Secret::new(message)];
    settings.open_message_type = kind;
    settings
}

fn at_once(kind: LossKind) -> Lost {
    Lost { messages: 0, open_for: Duration::from_millis(80), ..lost(kind) }
}

fn upgraded(settings: &Settings, chosen: Option<&str>) -> Vec<Finding> {
    let headers: Vec<_> = chosen.map(|chosen| ("Sec-WebSocket-Protocol", chosen)).into_iter().collect();
    diagnose::opened(settings, &[answer(101, &headers, "")], NOW)
}

#[test]
fn a_close_about_the_type_of_the_opening_offers_the_other_type() {
    for code in [1003, 1007] {
        let found = of_loss(&opening(MessageType::Binary, "{}"), &at_once(closed(Some(code))));
        assert!(codes(&found).contains(&"open-type".to_owned()), "{:?}", codes(&found));
        let finding = found.iter().find(|finding| finding.code.word() == "open-type").expect("a finding");
        let expected = "The opening message is text but was sent as binary";
        assert!(finding.cause.starts_with(expected), "{}", finding.cause);
        assert!(edits(&found).contains(&"open_message_type=text".to_owned()));
    }
    let found = of_loss(&opening(MessageType::Text, "{}"), &at_once(closed(Some(1003))));
    assert!(edits(&found).contains(&"open_message_type=binary".to_owned()));
}

#[test]
fn a_close_long_after_the_opening_is_not_about_its_type() {
    let found = of_loss(&opening(MessageType::Binary, "{}"), &lost(closed(Some(1003))));
    assert!(!codes(&found).contains(&"open-type".to_owned()), "{:?}", codes(&found));
}

#[test]
fn an_http_response_in_the_open_socket_is_named_as_such() {
    let last = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n".to_vec();
    let kind = LossKind::Violation { rule: "reserved bits".to_owned(), last };
    let found = of_loss(&settings("ws://h/"), &lost(kind));
    assert!(found[0].cause.starts_with("The server wrote an HTTP answer into the open websocket"));
    assert!(found[0].evidence.iter().any(|line| line.contains("HTTP/1.1 400 Bad Request")));
}

#[test]
fn a_subprotocol_that_was_not_requested_has_a_fix_that_requests_it() {
    let found = upgraded(&settings("ws://h/"), Some("mqtt"));
    assert_eq!(codes(&found), ["subprotocol"]);
    assert_eq!(edits(&found), ["headers.Sec-WebSocket-Protocol=mqtt"]);
}

#[test]
fn a_subprotocol_that_was_requested_and_not_chosen_is_reported() {
    let mut settings = settings("ws://h/");
    settings.headers = vec![("sec-websocket-protocol".to_owned(), Secret::new("mqtt, v2.json"))];
    assert_eq!(codes(&upgraded(&settings, None)), ["subprotocol"]);
    assert_eq!(codes(&upgraded(&settings, Some("v2.json"))), [""; 0]);
}

/// The codes that only these tests produce.
pub fn used() -> Vec<String> {
    let mut found = upgraded(&settings("ws://h/"), Some("mqtt"));
    found.extend(of_loss(&opening(MessageType::Binary, "{}"), &at_once(closed(Some(1003)))));
    codes(&found)
}
