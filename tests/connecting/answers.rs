//! Answers to the upgrade request that refuse it, or that are invalid.

use std::time::Duration;

use sockeye::{
    config::Dialect,
    diagnose,
    net::Limits,
    session::{BodyEnd, Counted, FailureKind, Stage, Timestamp},
};

use crate::{
    Outcome, dial, dial_within, settings,
    support::servers::{answering, once, read_head, upgrading},
};

/// A connection to a server that sends these parts.
async fn answered(parts: &[&str]) -> Outcome {
    let server = answering(parts.iter().map(|part| part.as_bytes().to_vec()).collect()).await;
    dial(settings(&server.ws("/feed?a=1"))).await
}

fn status(code: u16) -> (Stage, FailureKind) {
    (Stage::Upgrade, FailureKind::Status { code })
}

#[tokio::test]
async fn a_redirect_is_reported_and_not_followed() {
    let outcome =
        answered(&["HTTP/1.1 301 Moved Permanently\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"]).await;
    assert_eq!(outcome.failed(), status(301));
    assert_eq!(outcome.response().header("location"), Some("/other"));
    let message = "the server answered 301 Moved Permanently instead of 101 Switching Protocols";
    assert_eq!(outcome.failure().message, message);
}

#[tokio::test]
async fn a_body_in_a_later_packet_is_read() {
    let outcome =
        answered(&["HTTP/1.1 401 Unauthorized\r\nContent-Length: 11\r\n\r\n", "token ", "is no"]).await;
    assert_eq!(outcome.failed(), status(401));
    assert_eq!(outcome.response().body, "token is no");
    assert_eq!(outcome.response().head, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 11\r\n\r\n");
}

#[tokio::test]
async fn other_refusals_are_reported_with_their_status() {
    for (code, line) in [(403, "403 Forbidden"), (404, "404 Not Found"), (426, "426 Upgrade Required")] {
        let outcome = answered(&[&format!("HTTP/1.1 {line}\r\nContent-Length: 2\r\n\r\nno")]).await;
        assert_eq!(outcome.failed(), status(code));
        assert_eq!((outcome.response().status, outcome.response().body.as_str()), (code, "no"));
    }
}

#[tokio::test]
async fn the_retry_after_header_of_a_busy_server_is_kept() {
    let outcome =
        answered(&["HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"]).await;
    assert_eq!(outcome.failed(), status(429));
    assert_eq!(outcome.response().header("Retry-After"), Some("7"));
}

#[tokio::test]
async fn a_chunked_body_is_joined() {
    let outcome = answered(&[
        "HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nthe f",
        "\r\n4\r\need \r\n2;x\r\nis\r\n5\r\n down\r\n0\r\n\r\n",
    ])
    .await;
    assert_eq!(outcome.failed(), status(500));
    assert_eq!(
        (outcome.response().body.as_str(), outcome.response().body_end),
        ("the feed is down", BodyEnd::Whole)
    );
}

#[tokio::test]
async fn a_body_without_a_length_is_read_until_the_server_pauses() {
    let outcome = answered(&["HTTP/1.1 502 Bad Gateway\r\n\r\nupstream"]).await;
    assert_eq!(outcome.failed(), status(502));
    assert_eq!(outcome.response().body, "upstream");
}

#[tokio::test]
async fn a_body_over_the_limit_is_cut() {
    let body = "x".repeat(2 << 20);
    let outcome = answered(&["HTTP/1.1 500 Oops\r\n\r\n", &body]).await;
    assert_eq!(outcome.failed(), status(500));
    assert_eq!((outcome.response().body.len(), outcome.response().body_end), (1 << 20, BodyEnd::TooLong));
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_kept() {
    let outcome = answered(&["SSH-2.0-OpenSSH_9.6\r\n"]).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: false }));
    assert_eq!(outcome.exchange().unread, b"SSH-2.0-OpenSSH_9.6\r\n");
    assert_eq!(outcome.exchange().response, None);
}

#[tokio::test]
async fn a_wrong_accept_key_is_reported_with_the_right_one() {
    let outcome = answered(&[
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
    ])
    .await;
    let (stage, kind) = outcome.failed();
    assert_eq!(stage, Stage::Upgrade);
    let FailureKind::BadAccept { expected, got } = kind else { panic!("it is the key: {kind:?}") };
    assert_eq!((expected.len(), got.as_deref()), (28, Some("AAAA")));
    assert_eq!(outcome.response().header("sec-websocket-accept"), Some("AAAA"));
}

#[tokio::test]
async fn a_missing_upgrade_header_is_reported() {
    let outcome = answered(&["HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n"]).await;
    let kind = FailureKind::BadUpgradeHeader { header: "Upgrade".to_owned(), got: None };
    assert_eq!(outcome.failed(), (Stage::Upgrade, kind));
}

#[tokio::test]
async fn a_list_of_connection_options_is_accepted() {
    let server = upgrading("Connection: keep-alive, Upgrade\r\n", Vec::new()).await;
    dial(settings(&server.ws("/"))).await.socket();
}

#[tokio::test]
async fn a_single_connection_header_with_a_list_is_accepted() {
    let server = once(async |mut stream| {
        let request = read_head(&mut stream).await;
        let answer = crate::support::servers::switching(&request, "");
        let answer = answer.replace("Connection: Upgrade", "Connection: keep-alive, Upgrade");
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes()).await.expect("the client reads");
        crate::support::servers::until_left(stream).await;
    })
    .await;
    dial(settings(&server.ws("/"))).await.socket();
}

#[tokio::test]
async fn compression_that_was_not_offered_is_accepted_and_reported() {
    let server = upgrading("Sec-WebSocket-Extensions: permessage-deflate\r\n", Vec::new()).await;
    let settings = settings(&server.ws("/"));
    let outcome = dial(settings.clone()).await;
    let reports: Vec<_> = outcome.reports().cloned().collect();
    assert_eq!(outcome.exchange().extension.as_deref(), Some("permessage-deflate"));
    let findings = diagnose::opened(&settings, &reports, Timestamp(0));
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.word()).collect();
    assert_eq!(codes, ["deflate-unasked"]);
    let socket = outcome.socket();
    assert!(socket.inflate.is_some());
    assert_eq!(socket.opened.extension.as_deref(), Some("permessage-deflate"));
}

#[tokio::test]
async fn a_pipeline_accepts_compression_only_without_context_takeover() {
    let header = "Sec-WebSocket-Extensions";
    let plain = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    let both = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; \
                client_no_context_takeover\r\n";
    for line in [plain, both] {
        let got = line.trim_end().trim_start_matches(header).trim_start_matches(": ");
        let server = upgrading(line, Vec::new()).await;
        let mut settings = settings(&server.ws("/"));
        settings.options.dialect = Dialect::Bento;
        let outcome = dial(settings).await;
        if line == both {
            assert!(outcome.socket().inflate.is_some());
        } else {
            let kind = FailureKind::NotAsked { header: header.to_owned(), got: got.to_owned() };
            assert_eq!(outcome.failed(), (Stage::Upgrade, kind));
        }
    }
}

#[tokio::test]
async fn compression_that_was_offered_is_not_reported() {
    let server = upgrading("Sec-WebSocket-Extensions: permessage-deflate\r\n", Vec::new()).await;
    let mut settings = settings(&server.ws("/"));
    settings.options.deflate = true;
    let outcome = dial(settings.clone()).await;
    let reports: Vec<_> = outcome.reports().cloned().collect();
    assert!(outcome.exchange().request.contains("Sec-WebSocket-Extensions: permessage-deflate;"));
    assert_eq!(diagnose::opened(&settings, &reports, Timestamp(0)), []);
}

#[tokio::test]
async fn a_server_that_hangs_up_without_an_answer_is_reported() {
    let server = once(async |mut stream| drop(read_head(&mut stream).await)).await;
    let outcome = dial(settings(&server.ws("/"))).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::ClosedEarly));
    let message = format!("{} closed the connection without an answer to the upgrade", server.address);
    assert_eq!(outcome.failure().message, message);
}

#[tokio::test]
async fn a_server_that_hangs_up_within_its_answer_is_reported() {
    let server = once(async |mut stream| {
        read_head(&mut stream).await;
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 101 Swi")
            .await
            .expect("the client reads");
    })
    .await;
    let outcome = dial(settings(&server.ws("/"))).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::ClosedEarly));
    assert_eq!(outcome.exchange().unread, b"HTTP/1.1 101 Swi");
    assert_eq!(outcome.exchange().unread_size, 16);
}

#[tokio::test]
async fn a_head_over_the_limit_is_not_read_to_its_end() {
    let long = format!("HTTP/1.1 101 Switching Protocols\r\nX: {}", "x".repeat(300 << 10));
    let outcome = answered(&[&long]).await;
    assert_eq!(
        outcome.failed(),
        (Stage::Upgrade, FailureKind::AnswerTooLarge { limit: 256 << 10, counted: Counted::Bytes })
    );
    assert_eq!(outcome.exchange().unread, &long.as_bytes()[..1024]);
}

#[tokio::test]
async fn two_hundred_headers_are_accepted() {
    let many: &str = Box::leak("X-Filler: y\r\n".repeat(200).into_boxed_str());
    let server = upgrading(many, Vec::new()).await;
    let outcome = dial(settings(&server.ws("/"))).await;
    assert_eq!(outcome.response().headers.len(), 203);
    outcome.socket();
}

#[tokio::test]
async fn interim_answers_are_skipped_and_kept() {
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let server = once(async move |mut stream| {
        let request = read_head(&mut stream).await;
        let answer = crate::support::servers::switching(&request, "");
        for part in ["HTTP/1.1 100 Continue\r\n\r\n", hints, &answer, "\u{1}"] {
            tokio::io::AsyncWriteExt::write_all(&mut stream, part.as_bytes())
                .await
                .expect("the client reads");
            tokio::task::yield_now().await;
        }
        crate::support::servers::until_left(stream).await;
    })
    .await;
    let outcome = dial(settings(&server.ws("/"))).await;
    let response = outcome.response();
    assert_eq!((response.status, response.header("Link")), (101, None));
    let head = format!("HTTP/1.1 100 Continue\r\n\r\n{hints}HTTP/1.1 101 Switching Protocols\r\n");
    assert!(response.head.starts_with(&head), "{}", response.head);
    outcome.socket();
}

#[tokio::test]
async fn a_refusal_after_an_interim_answer_is_reported() {
    let outcome =
        answered(&["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"])
            .await;
    assert_eq!(outcome.failed(), status(401));
    assert_eq!(outcome.response().body, "no");
}

#[tokio::test]
async fn the_number_of_interim_answers_is_limited() {
    let outcome = answered(&[&"HTTP/1.1 100 Continue\r\n\r\n".repeat(50)]).await;
    let kind = FailureKind::AnswerTooLarge { limit: 16, counted: Counted::Interim };
    assert_eq!(outcome.failed(), (Stage::Upgrade, kind));
}

#[tokio::test]
async fn an_interim_answer_without_a_final_one_is_a_refusal() {
    let server = once(async |mut stream| {
        read_head(&mut stream).await;
        let answer = b"HTTP/1.1 100 Continue\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await.expect("the client reads");
    })
    .await;
    assert_eq!(dial(settings(&server.ws("/"))).await.failed(), status(100));
}

#[tokio::test]
async fn control_characters_do_not_hide_the_status() {
    let head = "HTTP/1.1 401 No\x1b[31m\r\nX-Evil: a\x07b\r\nServer: x\r\nContent-Length: 2\r\n\r\n";
    let outcome = answered(&[head, "no"]).await;
    assert_eq!(outcome.failed(), status(401));
    let response = outcome.response();
    assert_eq!((response.head.as_str(), response.body.as_str()), (head, "no"));
    assert_eq!(response.header("server"), Some("x"));
}

#[tokio::test]
async fn a_101_with_control_characters_is_refused() {
    let server = upgrading("X-Evil: a\x07b\r\n", Vec::new()).await;
    let outcome = dial(settings(&server.ws("/"))).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: false }));
    let message =
        "the server answered 101, but the head of its response cannot be read: invalid header value";
    assert_eq!(outcome.failure().message, message);
    assert!(outcome.response().head.contains("X-Evil: a\x07b"), "{}", outcome.response().head);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_distinguished_from_one_that_stalls() {
    let chunked = "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n";
    let length = "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nno entry";
    let ends = [
        answered(&[chunked, "zz\r\nhello\r\n"]).await,
        answered(&[chunked, "ffffffffffffffff\r\nhello\r\n"]).await,
        answered(&[length]).await,
    ]
    .map(|outcome| outcome.response().body_end);
    assert_eq!(ends, [BodyEnd::BrokenOff, BodyEnd::Stalled, BodyEnd::Stalled]);
    let server = once(async |mut stream| {
        read_head(&mut stream).await;
        tokio::io::AsyncWriteExt::write_all(&mut stream, length.as_bytes()).await.expect("the client reads");
    })
    .await;
    assert_eq!(dial(settings(&server.ws("/"))).await.response().body_end, BodyEnd::BrokenOff);
}

#[tokio::test]
async fn an_answer_that_is_incomplete_at_the_time_limit_is_reported_with_its_size() {
    let server = answering(vec![b"HTTP/1.1 101 Switch".to_vec()]).await;
    let limits = Limits { connect: Duration::from_millis(400), ..Limits::default() };
    let outcome = dial_within(limits, settings(&server.ws("/"))).await;
    assert!(matches!(outcome.failed(), (Stage::Upgrade, FailureKind::TimedOut { .. })));
    let message = outcome.failure().message;
    let expected = format!("{} sent only 19 bytes of a response within ", server.address);
    assert!(message.starts_with(&expected), "{message}");
    assert_eq!(outcome.exchange().unread_size, 19);
}

#[tokio::test]
async fn too_many_headers_are_reported_as_such() {
    let outcome = answered(&[&format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1025))]).await;
    let kind = FailureKind::AnswerTooLarge { limit: 1024, counted: Counted::Headers };
    assert_eq!(outcome.failed(), (Stage::Upgrade, kind));
    assert_eq!(outcome.failure().message, "the head of the response has more than 1024 headers");
}
