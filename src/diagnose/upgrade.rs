//! Findings about failures of the upgrade other than an HTTP status, and of the opening messages.

use std::time::Duration;

use crate::{
    payload::limit_in_words,
    session::{Counted, Finding, FindingCode, Severity},
};

use super::{
    failed_connection::{FailedConnection, with_error},
    finding::{cut, escaped},
    pipeline::{Deflate, deflate},
    response::with_response,
    status::{perhaps_tls, tls_on_ws},
};

/// The first bytes of other protocols.
const BANNERS: [(&[u8], &str); 6] = [
    (b"SSH-", "an SSH server"),
    (b"220 ", "a mail or FTP server"),
    (b"* OK", "an IMAP server"),
    (b"+OK", "a POP3 server"),
    (b"-ERR", "a Redis or POP3 server"),
    (b"RTSP/", "a streaming server"),
];

/// Who greets with these bytes.
pub(super) fn banner(bytes: &[u8]) -> Option<&'static str> {
    BANNERS.iter().find(|(banner, _)| bytes.starts_with(banner)).map(|(_, who)| *who)
}

pub(super) fn not_http(failed: &FailedConnection, looks_like_tls: bool) -> Finding {
    if looks_like_tls && !failed.settings.url.secure {
        return tls_on_ws(failed);
    }
    if failed.response().is_some() {
        return with_response(
            failed,
            FindingCode::NotHttp,
            "The server answered 101, but the head of its response breaks the rules of HTTP.",
        )
        .evidence(failed.error_lines())
        .title("the head of the response cannot be read")
        .advise("find out what writes control characters into the status line or a header of the response");
    }
    let unread = failed.exchange().map(|exchange| exchange.unread.as_slice()).unwrap_or_default();
    // An HTTP/2 server greets with a SETTINGS frame (RFC 9113, section 3.4).
    let http2 = unread.len() >= 9 && unread[3] == 4 && unread[5..9] == [0; 4];
    let who = banner(unread);
    let cause = match who {
        Some(who) => format!("{who} answers at {}.", failed.place()),
        None if http2 => {
            format!("{} speaks only HTTP/2; a websocket is upgraded from HTTP/1.1.", failed.place())
        }
        None => format!("The server at {} is not an HTTP server.", failed.place()),
    };
    with_error(failed, FindingCode::NotHttp, capitalized(&cause)).evidence(first_bytes(failed)).cure()
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + characters.as_str())
        .unwrap_or_default()
}

pub(super) fn accept(failed: &FailedConnection, expected: &str, got: Option<&str>) -> Finding {
    let got =
        got.map_or_else(|| "no Sec-WebSocket-Accept".to_owned(), |got| format!("got: {}", cut(got, 80)));
    let cause = "The response does not prove that it belongs to this request (RFC 6455, section 4.2.2).";
    with_response(failed, FindingCode::UpgradeAccept, cause)
        .evidence([format!("expected: {expected}"), got])
        .cure()
        .advise("if the websocket server is your own code, check how it hashes Sec-WebSocket-Key")
}

pub(super) fn header(failed: &FailedConnection, header: &str, got: Option<&str>) -> Finding {
    let (title, cause) = match got {
        Some(got) => (
            format!("the header {header} of the response is wrong"),
            format!("The server answered 101, but with “{header}: {}”.", cut(got, 80)),
        ),
        None => (
            format!("the response has no header {header}"),
            format!("The server answered 101, but without the header {header}."),
        ),
    };
    with_response(failed, FindingCode::UpgradeHeader, cause).title(title).cure()
}

pub(super) fn not_asked(failed: &FailedConnection, header: &str, got: &str) -> Finding {
    let offered = failed.settings.options.deflate && deflate(header, got).is_some();
    let (which, fix) = match deflate(header, got) {
        Some(Deflate::Refused) if failed.settings.options.dialect.is_pipeline() => (
            "a compression that the pipeline refuses",
            "make the server answer with server_no_context_takeover and client_no_context_takeover, or without \
             compression",
        ),
        Some(_) => (
            "a compression with invalid parameters (RFC 7692, section 7.1)",
            "fix the extension that the server answers with, or switch compression off there",
        ),
        None => ("which the request did not offer", "make the server use only extensions that were offered"),
    };
    let cause = format!("The response has “{header}: {}”, {which}.", cut(got, 120));
    let finding = with_response(failed, FindingCode::ExtensionNotAsked, cause).advise(fix);
    if offered { finding.title("the compression cannot be used") } else { finding }
}

pub(super) fn too_large(failed: &FailedConnection, limit: u64, counted: Counted) -> Finding {
    let cause = match counted {
        Counted::Bytes => {
            format!("The head of the response is larger than the limit of {} KiB.", limit / 1024)
        }
        Counted::Headers => format!("The response has more headers than the limit of {limit}."),
        Counted::Interim => {
            format!("The server sent more than {limit} interim responses (1xx) and no final one.")
        }
    };
    with_error(failed, FindingCode::AnswerTooLarge, cause).cure()
}

pub(super) fn unsendable(failed: &FailedConnection, name: &str) -> Finding {
    let cause = format!(
        "headers.{} has a name or value that HTTP does not allow, or is a header that the upgrade sets itself.",
        cut(name, 80)
    );
    with_error(failed, FindingCode::HeaderUnsendable, cause)
        .advise(format!("correct or remove headers.{}", cut(name, 80)))
}

pub(super) fn timed_out(failed: &FailedConnection, limit_ms: u64) -> Finding {
    let limit = limit_in_words(Duration::from_millis(limit_ms));
    let (title, cause) = match received(failed) {
        None => (None, format!("The connection is open, but no response was received within {limit}.")),
        Some(size) => (
            Some("incomplete response to the upgrade request"),
            format!(
                "The connection is open, but the response was still incomplete after {limit}, at {size}."
            ),
        ),
    };
    unanswered(FindingCode::UpgradeTimeout, failed, title, cause)
}

pub(super) fn closed_early(failed: &FailedConnection) -> Finding {
    let place = failed.place();
    let (title, cause) = match received(failed) {
        None => (None, format!("{place} closed the connection before it answered the upgrade request.")),
        Some(size) => (
            Some("closed within the response"),
            format!(
                "{place} closed the connection after {size} of a response, before its head was complete."
            ),
        ),
    };
    unanswered(FindingCode::ClosedEarly, failed, title, cause)
}

/// No response, or only a part of one. TLS is suggested only without a part: one in plain text rules TLS out.
fn unanswered(code: FindingCode, failed: &FailedConnection, title: Option<&str>, cause: String) -> Finding {
    let finding =
        with_error(failed, code, cause).evidence(received(failed).and_then(|_| first_bytes(failed))).cure();
    match title {
        None => finding.fix(perhaps_tls(failed)),
        Some(title) => finding.title(title),
    }
}

/// The size of an incomplete response: `37 bytes`.
fn received(failed: &FailedConnection) -> Option<String> {
    match failed.exchange()?.unread_size {
        0 => None,
        1 => Some("1 byte".to_owned()),
        bytes => Some(format!("{bytes} bytes")),
    }
}

fn first_bytes(failed: &FailedConnection) -> Option<String> {
    let unread = failed.exchange()?.unread.as_slice();
    (!unread.is_empty()).then(|| format!("first bytes: {}", escaped(unread)))
}

pub(super) fn open_timed_out(failed: &FailedConnection, limit_ms: u64) -> Finding {
    let cause = format!(
        "The server did not read the opening messages within {}.",
        limit_in_words(Duration::from_millis(limit_ms))
    );
    with_error(failed, FindingCode::OpenTimeout, cause)
        .evidence(["the pipeline has no time limit here and would keep waiting"])
        .cure()
}

pub(super) fn broken(failed: &FailedConnection) -> Finding {
    with_error(failed, FindingCode::ConnectionFailed, format!("The connection to {} broke.", failed.place()))
        .severity(Severity::Error)
        .advise("reconnect; if it breaks again, check firewalls and proxies in between")
}
