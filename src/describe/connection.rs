//! The life of one connection, from its first step to the pause before the next.

use crate::{
    payload::{counted, duration_in_words, limit_in_words},
    session::{Answered, ConnectionId, Failure, Lost, Opened, RetryIn},
};

/// `connection 2: connecting to wss://feed.example/`; the first has no number.
pub fn connecting(connection: ConnectionId, url: &str) -> String {
    match connection.0 {
        0 | 1 => format!("connecting to {url}"),
        number => format!("connection {number}: connecting to {url}"),
    }
}

/// The head of an answer was received, and its body is still being read.
pub fn answered(answered: &Answered) -> String {
    let status = format!("{} {}", answered.status, answered.reason);
    format!("the other side answered {}; its body is still being read", status.trim_end())
}

/// `connection 2 opened in 84 ms, 203.0.113.7:443, TLS 1.3`
pub fn opened(connection: ConnectionId, opened: &Opened) -> String {
    let remote = opened.remote.map(|remote| format!(", {remote}")).unwrap_or_default();
    let tls = opened.tls.as_ref().map(|tls| format!(", {tls}")).unwrap_or_default();
    format!("connection {connection} {}{remote}{tls}", opened_in_short(opened))
}

/// `opened in 84 ms`
pub fn opened_in_short(opened: &Opened) -> String {
    format!("opened in {}", duration_in_words(opened.took))
}

/// `connection 2 failed at tls: the server's certificate is not trusted`
pub fn failed(connection: ConnectionId, failure: &Failure) -> String {
    format!("connection {connection} {}", failed_in_short(failure))
}

/// The same without its number.
pub fn failed_in_short(failure: &Failure) -> String {
    format!("failed at {}: {}", failure.stage, failure.message)
}

/// What ended a connection, and how long it was open.
pub fn lost(connection: ConnectionId, lost: &Lost) -> String {
    format!("{}; {}", lost.message, was_open(connection, lost))
}

/// The same without the number of the connection and what it received.
pub fn lost_in_short(lost: &Lost) -> String {
    format!("{}, after {}", lost.message, duration_in_words(lost.open_for))
}

/// `connection 2 was open for 12.1 s and received 3 messages`
pub fn was_open(connection: ConnectionId, lost: &Lost) -> String {
    let (open, messages) = (duration_in_words(lost.open_for), counted(lost.messages, "message"));
    format!("connection {connection} was open for {open} and received {messages}")
}

/// When the next connection is made, and how many retries are left. A lost connection is replaced even if none is.
pub fn retry(retry: &RetryIn) -> String {
    let left = match (retry.failures, retry.left) {
        (0, Some(0)) | (_, None) => String::new(),
        (_, Some(0)) => ", the last one allowed".to_owned(),
        (_, Some(left)) => format!(", {left} more allowed after it"),
    };
    let slower = match retry.without_message {
        0 => String::new(),
        lost => format!(" ({lost} connections in a row received no message, so the pause grows)"),
    };
    format!("next connection in {}{left}{slower}", limit_in_words(retry.delay))
}
