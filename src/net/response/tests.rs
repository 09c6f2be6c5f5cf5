//! Complete, incomplete and invalid heads of responses.

use super::*;
use crate::config::Dialect;

const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

fn validated(headers: &str) -> Result<(), FailureKind> {
    validated_as(headers, SessionOptions::default()).map(drop)
}

fn validated_as(headers: &str, options: SessionOptions) -> Result<Option<Deflate>, FailureKind> {
    let response = format!("HTTP/1.1 101 Switching Protocols\r\n{headers}\r\n\r\n");
    let head = Head::parse(response.as_bytes(), "h:1").expect("it is HTTP").expect("it is complete");
    assert_eq!(head.len, response.len());
    head.validate(ACCEPT, options).map_err(|cause| cause.kind)
}

fn broken(bytes: &[u8]) -> FailureKind {
    Head::parse(bytes, "h:1").expect_err("it cannot be read").kind
}

#[test]
fn a_truncated_response_fails_only_as_the_whole_one_does() {
    for response in ["HTTP/1.3 401 No\r\n\r\n", "\u{15}\u{3}\u{3}"] {
        for cut in 1..response.len() {
            if let Err(cause) = Head::parse(&response.as_bytes()[..cut], "h:1") {
                assert_eq!(cause.kind, broken(response.as_bytes()), "cut at {cut}");
            }
        }
    }
}

#[test]
fn an_error_quotes_only_the_beginning_of_a_long_value() {
    assert_eq!(super::shortened("h2c"), "h2c");
    assert_eq!(super::shortened(&"é".repeat(1_024)), "é".repeat(1_024), "nothing is missing");
    assert_eq!(super::shortened(&"é".repeat(5_000)), "é".repeat(1_024) + "…");
}

#[test]
fn a_valid_response_is_accepted_in_any_spelling() {
    let accept = format!("sec-websocket-accept: {ACCEPT}");
    assert_eq!(validated(&format!("Upgrade: websocket\r\nConnection: Upgrade\r\n{accept}")), Ok(()));
    assert_eq!(
        validated(&format!("UPGRADE: WebSocket\r\nconnection: keep-alive, upgrade\r\n{accept}")),
        Ok(())
    );
    assert_eq!(
        validated(&format!(
            "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: x\r\nConnection: Upgrade\r\n{accept}"
        )),
        Ok(())
    );
}

#[test]
fn missing_and_wrong_headers_are_named() {
    let bad = |header: &str, got: Option<&str>| {
        let got = got.map(str::to_owned);
        Err(FailureKind::BadUpgradeHeader { header: header.to_owned(), got })
    };
    assert_eq!(validated("Connection: Upgrade"), bad("Upgrade", None));
    assert_eq!(validated("Upgrade: h2c\r\nConnection: Upgrade"), bad("Upgrade", Some("h2c")));
    assert_eq!(validated("Upgrade: websocket\r\nConnection: close"), bad("Connection", Some("close")));
    for got in [", websocket", "x y, websocket", "websocket/13"] {
        assert_eq!(validated(&format!("Upgrade: {got}\r\nConnection: Upgrade")), bad("Upgrade", Some(got)));
    }
}

#[test]
fn the_accept_header_must_be_the_hash_of_the_key() {
    let upgraded = "Upgrade: websocket\r\nConnection: Upgrade";
    let bad = |got: Option<&str>| {
        let got = got.map(str::to_owned);
        Err(FailureKind::BadAccept { expected: ACCEPT.to_owned(), got })
    };
    assert_eq!(validated(upgraded), bad(None));
    assert_eq!(validated(&format!("{upgraded}\r\nSec-WebSocket-Accept: AAAA")), bad(Some("AAAA")));
}

#[test]
fn compression_depends_on_the_dialect_and_unknown_extensions_are_ignored() {
    let upgraded = format!("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {ACCEPT}");
    let header = "Sec-WebSocket-Extensions";
    let with = |got: &str, dialect| {
        let options = SessionOptions { dialect, ..SessionOptions::default() };
        validated_as(&format!("{upgraded}\r\n{header}: {got}"), options)
    };
    let refused = |got: &str| Err(FailureKind::NotAsked { header: header.to_owned(), got: got.to_owned() });
    assert_eq!(with("x-own; a=1", Dialect::Standard), Ok(None));
    let one = "x-own, permessage-deflate; server_no_context_takeover";
    let both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    assert!(
        with(one, Dialect::Standard).is_ok_and(|found| found.is_some_and(|found| found.server_no_takeover))
    );
    for dialect in [Dialect::Bento, Dialect::Benthos, Dialect::Connect, Dialect::Connect4106] {
        assert_eq!(with(one, dialect), refused(one));
        assert!(with(both, dialect).is_ok_and(|found| found.is_some()));
    }
    let wrong = "permessage-deflate; server_max_window_bits=7";
    assert_eq!(with(wrong, Dialect::Standard), refused(wrong));
    let accepted = format!("{both}; server_max_window_bits=7");
    for dialect in [Dialect::Standard, Dialect::Bento] {
        assert!(with(&accepted, dialect).is_ok_and(|found| found.is_some()));
    }
}

#[test]
fn an_incomplete_head_is_not_an_error() {
    assert_eq!(Head::parse(b"", "h:1").expect("nothing is wrong yet"), None);
    assert_eq!(Head::parse(b"HTTP/1.1 101 Swi", "h:1").expect("nothing is wrong yet"), None);
}

#[test]
fn tls_is_distinguished_from_other_protocols() {
    assert_eq!(broken(b"SSH-2.0-OpenSSH_9.6\r\n"), FailureKind::NotHttp { looks_like_tls: false });
    assert_eq!(broken(b"\x15\x03\x01\x00\x02\x02\x46"), FailureKind::NotHttp { looks_like_tls: true });
    assert_eq!(broken(b"HTTP/2 200\r\n\r\n"), FailureKind::NotHttp { looks_like_tls: false });
}

#[test]
fn interim_responses_are_skipped_up_to_a_limit() {
    let real = "HTTP/1.1 401 Unauthorized\r\n\r\n";
    let behind = |interim: usize| format!("{}{real}", "HTTP/1.1 102 Processing\r\n\r\n".repeat(interim));
    let parsed = |text: &str| Head::parse(text.as_bytes(), "h:1");
    for interim in [0, 1, 16] {
        let text = behind(interim);
        let head = parsed(&text).expect("it is HTTP").expect("it is whole");
        assert_eq!((head.status, head.len), (401, text.len()), "{interim}");
    }
    let limit = FailureKind::AnswerTooLarge { limit: 16, counted: Counted::Interim };
    assert_eq!(broken(behind(17).as_bytes()), limit);
    assert_eq!(parsed("HTTP/1.1 100 Continue\r\n\r\n").expect("it is HTTP"), None);
    assert_eq!(parsed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 1").expect("it is HTTP"), None);
}

#[test]
fn interim_responses_count_against_the_limit_of_the_head() {
    let interim = format!("HTTP/1.1 103 Early Hints\r\nLink: {}\r\n\r\n", "x".repeat(200 << 10));
    let limit = FailureKind::AnswerTooLarge { limit: 256 << 10, counted: Counted::Bytes };
    assert_eq!(broken(interim.repeat(2).as_bytes()), limit);
}

#[test]
fn an_interim_response_at_the_end_of_the_stream_is_found() {
    let last = |text: &str| Head::parse_interim(text.as_bytes(), "h:1").map(|head| head.status);
    assert_eq!(last("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"), Some(103));
    assert_eq!(last("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101"), None);
    assert_eq!(last(""), None);
}

#[test]
fn a_101_that_breaks_the_rules_of_http_is_refused() {
    let response = "HTTP/1.1 101 Switching\x1b Protocols\r\nUpgrade: websocket\r\n\r\n";
    let head = Head::parse(response.as_bytes(), "h:1").expect("it can be read").expect("it is complete");
    let cause = head.validate(ACCEPT, SessionOptions::default()).expect_err("it breaks the rules");
    assert_eq!(cause.kind, FailureKind::NotHttp { looks_like_tls: false });
    let message =
        "the server answered 101, but the head of its response cannot be read: invalid response status";
    assert_eq!(cause.message, message);
}

#[test]
fn a_head_has_a_limit() {
    let limit = FailureKind::AnswerTooLarge { limit: 256 << 10, counted: Counted::Bytes };
    let long = format!("HTTP/1.1 101 S\r\nX: {}", "x".repeat(300 << 10));
    assert_eq!(broken(long.as_bytes()), limit);
    let limit = FailureKind::AnswerTooLarge { limit: 1024, counted: Counted::Headers };
    let many = format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1025));
    assert_eq!(broken(many.as_bytes()), limit);
    let enough = format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1024));
    let head = Head::parse(enough.as_bytes(), "h:1").expect("it is HTTP").expect("it is whole");
    assert_eq!(head.headers.len(), 1024);
}
