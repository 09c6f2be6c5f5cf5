//! Failures of the upgrade and of the opening messages other than an HTTP status.

use std::time::Duration;

use crate::session::{Counted, Finding, FindingCode, limit_in_words};

use super::{
    connection::FailedConnection,
    finding_builder::{FindingBuilder, cut, escaped},
    pipeline::{Deflate, deflate},
    status::{answer, perhaps_tls, tls_on_ws},
};

/// How other protocols introduce themselves.
const BANNERS: [(&[u8], &str); 6] = [
    (b"SSH-", "an SSH server"),
    (b"220 ", "a mail or FTP server"),
    (b"* OK", "an IMAP server"),
    (b"+OK", "a POP3 server"),
    (b"-ERR", "a Redis or POP3 server"),
    (b"RTSP/", "a streaming server"),
];

pub(super) fn not_http(connection: &FailedConnection, looks_like_tls: bool) -> Finding {
    if looks_like_tls && !connection.settings.url.secure {
        return tls_on_ws(connection);
    }
    if connection.response().is_some() {
        return answered(
            FindingCode::NotHttp,
            connection,
            "The server answered 101, but the head of its answer breaks the rules of HTTP.",
        )
        .seen(connection.said())
        .titled("the head of the answer cannot be read".to_owned())
        .advise("look for what writes control characters into the status line or a header of the answer")
        .done();
    }
    let unread = connection.exchange().map(|exchange| exchange.unread.as_slice()).unwrap_or_default();
    // An HTTP/2 server greets with a SETTINGS frame (RFC 9113, section 3.4).
    let http2 = unread.len() >= 9 && unread[3] == 4 && unread[5..9] == [0; 4];
    let who = BANNERS.iter().find(|(banner, _)| unread.starts_with(banner)).map(|(_, who)| *who);
    let cause = match who {
        Some(who) => format!("{who} answers at {}.", connection.place()),
        None if http2 => {
            format!("{} speaks HTTP/2 only; a websocket is upgraded from HTTP/1.1.", connection.place())
        }
        None => format!("What answers at {} is no HTTP server.", connection.place()),
    };
    FindingBuilder::new(FindingCode::NotHttp, capital(&cause))
        .seen(connection.said())
        .seen(began(connection))
        .logged(connection.pipeline())
        .advise("correct the port in url")
        .done()
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + characters.as_str())
        .unwrap_or_default()
}

pub(super) fn accept(connection: &FailedConnection, expected: &str, got: Option<&str>) -> Finding {
    let got =
        got.map_or_else(|| "no Sec-WebSocket-Accept".to_owned(), |got| format!("got: {}", cut(got, 80)));
    let cause = "The answer does not prove that it was made for our request (RFC 6455, section 4.2.2).";
    answered(FindingCode::UpgradeAccept, connection, cause)
        .seen([format!("expected: {expected}"), got])
        .advise("look for a cache or a proxy that answers in place of the server")
        .advise("if the server is home-made, fix how it hashes Sec-WebSocket-Key")
        .done()
}

pub(super) fn header(connection: &FailedConnection, header: &str, got: Option<&str>) -> Finding {
    let (title, cause) = match got {
        Some(got) => (
            format!("the header {header} of the answer is wrong"),
            format!("The server answered 101, but with “{header}: {}”.", cut(got, 80)),
        ),
        None => (
            format!("the answer lacks the header {header}"),
            format!("The server answered 101, but without the header {header}."),
        ),
    };
    answered(FindingCode::UpgradeHeader, connection, cause)
        .titled(title)
        .advise("let proxies in between pass Upgrade and Connection on, in both directions")
        .done()
}

pub(super) fn not_asked(connection: &FailedConnection, header: &str, got: &str) -> Finding {
    let offered = connection.settings.options.deflate && deflate(header, got).is_some();
    let (which, fix) = match deflate(header, got) {
        Some(Deflate::Refused) if connection.settings.options.dialect.is_pipeline() => (
            "a compression that the pipeline does not take",
            "let the server answer with server_no_context_takeover and client_no_context_takeover, or without \
             compression",
        ),
        Some(_) => (
            "a compression with parameters that cannot be (RFC 7692, section 7.1)",
            "fix the extension that the server answers with, or switch compression off there",
        ),
        None => ("which the request did not offer", "let the server use only extensions that were offered"),
    };
    let cause = format!("The answer says “{header}: {}”, {which}.", cut(got, 120));
    let finding = answered(FindingCode::ExtensionNotAsked, connection, cause).advise(fix);
    if offered { finding.titled("the compression cannot be used".to_owned()).done() } else { finding.done() }
}

pub(super) fn too_large(connection: &FailedConnection, limit: u64, counted: Counted) -> Finding {
    let cause = match counted {
        Counted::Bytes => {
            format!("The head of the answer is larger than the {} KiB that are read.", limit / 1024)
        }
        Counted::Headers => format!("The answer has more than the {limit} headers that are read."),
        Counted::Interim => format!(
            "The server sent more than {limit} interim answers (1xx) and none that says whether it upgrades."
        ),
    };
    FindingBuilder::new(FindingCode::AnswerTooLarge, cause)
        .seen(connection.said())
        .logged(connection.pipeline())
        .advise("look at what answers there: curl -v shows it")
        .done()
}

pub(super) fn unsendable(connection: &FailedConnection, name: &str) -> Finding {
    let cause = format!(
        "headers.{} has a name or a value that HTTP does not allow, or is one that the upgrade sets itself.",
        cut(name, 80)
    );
    FindingBuilder::new(FindingCode::HeaderUnsendable, cause)
        .seen(connection.said())
        .logged(connection.pipeline())
        .advise(format!("correct or remove headers.{}", cut(name, 80)))
        .done()
}

pub(super) fn timed_out(connection: &FailedConnection, limit_ms: u64) -> Finding {
    let limit = limit_in_words(Duration::from_millis(limit_ms));
    let (title, cause) = match part(connection) {
        None => (None, format!("The connection stands, but no answer came within {limit}.")),
        Some(part) => (
            Some("no whole answer to the upgrade request"),
            format!("The connection stands, but within {limit} only {part} of an answer came."),
        ),
    };
    unanswered(FindingCode::UpgradeTimeout, connection, title, cause)
}

pub(super) fn closed_early(connection: &FailedConnection) -> Finding {
    let place = connection.place();
    let (title, cause) = match part(connection) {
        None => {
            (None, format!("{place} took the connection and hung up before it answered the upgrade request."))
        }
        Some(part) => (
            Some("closed within the answer"),
            format!("{place} hung up after {part} of an answer, before the head of it was whole."),
        ),
    };
    unanswered(FindingCode::ClosedEarly, connection, title, cause)
}

/// No answer, or only a part of one; a server that sent a part in plain text does not want TLS.
fn unanswered(
    code: FindingCode,
    connection: &FailedConnection,
    title: Option<&str>,
    cause: String,
) -> Finding {
    let finding = FindingBuilder::new(code, cause)
        .seen(connection.said())
        .seen(part(connection).and_then(|_| began(connection)))
        .logged(connection.pipeline())
        .advise("check that the server behind a proxy or load balancer runs");
    match title {
        None => finding.fix(perhaps_tls(connection)).done(),
        Some(title) => finding.titled(title.to_owned()).done(),
    }
}

/// How much came of an answer that never became whole: `37 bytes`.
fn part(connection: &FailedConnection) -> Option<String> {
    match connection.exchange()?.unread_size {
        0 => None,
        1 => Some("1 byte".to_owned()),
        bytes => Some(format!("{bytes} bytes")),
    }
}

fn began(connection: &FailedConnection) -> Option<String> {
    let unread = connection.exchange()?.unread.as_slice();
    (!unread.is_empty()).then(|| format!("it began with: {}", escaped(unread)))
}

pub(super) fn open_timed_out(connection: &FailedConnection, limit_ms: u64) -> Finding {
    let cause = format!(
        "The server did not take the opening messages within {}: it does not read.",
        limit_in_words(Duration::from_millis(limit_ms))
    );
    FindingBuilder::new(FindingCode::OpenTimeout, cause)
        .seen(connection.said())
        .seen(["the pipeline has no limit here: it would wait on".to_owned()])
        .advise("send smaller opening messages, or look at the server")
        .done()
}

pub(super) fn broken(connection: &FailedConnection) -> Finding {
    FindingBuilder::new(
        FindingCode::ConnectionFailed,
        format!("The connection to {} broke.", connection.place()),
    )
    .seen(connection.said())
    .logged(connection.pipeline())
    .advise("reconnect; if it stays, look at firewalls and proxies in between")
    .done()
}

/// A draft with the answer that came as evidence.
fn answered(code: FindingCode, connection: &FailedConnection, cause: impl Into<String>) -> FindingBuilder {
    let lines = connection.response().map_or_else(|| connection.said().collect(), answer);
    FindingBuilder::new(code, cause).seen(lines).logged(connection.pipeline())
}
