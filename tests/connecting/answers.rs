//! Answers to the upgrade that are none, or not the right one.

use std::time::Duration;

use sockeye::{
    config::Dialect,
    diagnose,
    net::Limits,
    session::{BodyEnd, Counted, FailureKind, Stage, Timestamp},
};

use crate::{
    Told, dial, dial_within, settings,
    support::servers::{answering, once, read_head, upgrading},
};

/// A connection to a server that sends these parts.
async fn answered(parts: &[&str]) -> Told {
    let server = answering(parts.iter().map(|part| part.as_bytes().to_vec()).collect()).await;
    dial(settings(&server.ws("/feed?a=1"))).await
}

fn status(code: u16) -> (Stage, FailureKind) {
    (Stage::Upgrade, FailureKind::Status { code })
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_told() {
    let told =
        answered(&["HTTP/1.1 301 Moved Permanently\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"]).await;
    assert_eq!(told.failed(), status(301));
    assert_eq!(told.response().header("location"), Some("/other"));
    let message = "the server answered 301 Moved Permanently instead of 101 Switching Protocols";
    assert_eq!(told.failure().message, message);
}

#[tokio::test]
async fn a_body_in_a_later_packet_is_read() {
    let told =
        answered(&["HTTP/1.1 401 Unauthorized\r\nContent-Length: 11\r\n\r\n", "token ", "is no"]).await;
    assert_eq!(told.failed(), status(401));
    assert_eq!(told.response().body, "token is no");
    assert_eq!(told.response().head, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 11\r\n\r\n");
}

#[tokio::test]
async fn other_refusals_are_told_by_their_status() {
    for (code, line) in [(403, "403 Forbidden"), (404, "404 Not Found"), (426, "426 Upgrade Required")] {
        let told = answered(&[&format!("HTTP/1.1 {line}\r\nContent-Length: 2\r\n\r\nno")]).await;
        assert_eq!(told.failed(), status(code));
        assert_eq!((told.response().status, told.response().body.as_str()), (code, "no"));
    }
}

#[tokio::test]
async fn the_advice_of_a_busy_server_is_kept() {
    let told =
        answered(&["HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"]).await;
    assert_eq!(told.failed(), status(429));
    assert_eq!(told.response().header("Retry-After"), Some("7"));
}

#[tokio::test]
async fn a_chunked_body_is_joined() {
    let told = answered(&[
        "HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nthe f",
        "\r\n4\r\need \r\n2;x\r\nis\r\n5\r\n down\r\n0\r\n\r\n",
    ])
    .await;
    assert_eq!(told.failed(), status(500));
    assert_eq!(
        (told.response().body.as_str(), told.response().body_end),
        ("the feed is down", BodyEnd::Whole)
    );
}

#[tokio::test]
async fn a_body_without_an_end_is_read_until_it_is_quiet() {
    let told = answered(&["HTTP/1.1 502 Bad Gateway\r\n\r\nupstream"]).await;
    assert_eq!(told.failed(), status(502));
    assert_eq!(told.response().body, "upstream");
}

#[tokio::test]
async fn a_giant_body_is_cut() {
    let body = "x".repeat(2 << 20);
    let told = answered(&["HTTP/1.1 500 Oops\r\n\r\n", &body]).await;
    assert_eq!(told.failed(), status(500));
    assert_eq!((told.response().body.len(), told.response().body_end), (1 << 20, BodyEnd::TooLong));
}

#[tokio::test]
async fn what_is_not_http_is_kept_as_it_came() {
    let told = answered(&["SSH-2.0-OpenSSH_9.6\r\n"]).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: false }));
    assert_eq!(told.exchange().unread, b"SSH-2.0-OpenSSH_9.6\r\n");
    assert_eq!(told.exchange().response, None);
}

#[tokio::test]
async fn a_wrong_accept_key_is_told_with_both() {
    let told = answered(&[
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
    ])
    .await;
    let (stage, kind) = told.failed();
    assert_eq!(stage, Stage::Upgrade);
    let FailureKind::BadAccept { expected, got } = kind else { panic!("it is the key: {kind:?}") };
    assert_eq!((expected.len(), got.as_deref()), (28, Some("AAAA")));
    assert_eq!(told.response().header("sec-websocket-accept"), Some("AAAA"));
}

#[tokio::test]
async fn a_missing_upgrade_header_is_named() {
    let told = answered(&["HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n"]).await;
    let kind = FailureKind::BadUpgradeHeader { header: "Upgrade".to_owned(), got: None };
    assert_eq!(told.failed(), (Stage::Upgrade, kind));
}

#[tokio::test]
async fn a_list_of_connection_options_is_accepted() {
    let server = upgrading("Connection: keep-alive, Upgrade\r\n", Vec::new()).await;
    dial(settings(&server.ws("/"))).await.socket();
}

#[tokio::test]
async fn a_connection_list_that_comes_alone_is_accepted() {
    let server = once(async |mut stream| {
        let request = read_head(&mut stream).await;
        let answer = crate::support::servers::switching(&request, "");
        let answer = answer.replace("Connection: Upgrade", "Connection: keep-alive, Upgrade");
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes()).await.expect("the peer listens");
        crate::support::servers::until_left(stream).await;
    })
    .await;
    dial(settings(&server.ws("/"))).await.socket();
}

#[tokio::test]
async fn compression_that_was_not_offered_is_taken_and_told() {
    let server = upgrading("Sec-WebSocket-Extensions: permessage-deflate\r\n", Vec::new()).await;
    let settings = settings(&server.ws("/"));
    let told = dial(settings.clone()).await;
    let reports: Vec<_> = told.reports().cloned().collect();
    assert_eq!(told.exchange().extension.as_deref(), Some("permessage-deflate"));
    let findings = diagnose::opened(&settings, &reports, Timestamp(0));
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.word()).collect();
    assert_eq!(codes, ["deflate-unasked"]);
    let socket = told.socket();
    assert!(socket.inflate.is_some());
    assert_eq!(socket.opened.extension.as_deref(), Some("permessage-deflate"));
}

#[tokio::test]
async fn a_pipeline_takes_compression_only_where_each_message_stands_for_itself() {
    let header = "Sec-WebSocket-Extensions";
    let plain = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    let both = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; \
                client_no_context_takeover\r\n";
    for line in [plain, both] {
        let got = line.trim_end().trim_start_matches(header).trim_start_matches(": ");
        let server = upgrading(line, Vec::new()).await;
        let mut settings = settings(&server.ws("/"));
        settings.options.dialect = Dialect::Bento;
        let told = dial(settings).await;
        if line == both {
            assert!(told.socket().inflate.is_some());
        } else {
            let kind = FailureKind::NotAsked { header: header.to_owned(), got: got.to_owned() };
            assert_eq!(told.failed(), (Stage::Upgrade, kind));
        }
    }
}

#[tokio::test]
async fn compression_that_was_offered_is_no_finding() {
    let server = upgrading("Sec-WebSocket-Extensions: permessage-deflate\r\n", Vec::new()).await;
    let mut settings = settings(&server.ws("/"));
    settings.options.deflate = true;
    let told = dial(settings.clone()).await;
    let reports: Vec<_> = told.reports().cloned().collect();
    assert!(told.exchange().request.contains("Sec-WebSocket-Extensions: permessage-deflate;"));
    assert_eq!(diagnose::opened(&settings, &reports, Timestamp(0)), []);
}

#[tokio::test]
async fn a_server_that_leaves_without_an_answer_is_told() {
    let server = once(async |mut stream| drop(read_head(&mut stream).await)).await;
    let told = dial(settings(&server.ws("/"))).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::ClosedEarly));
    let message = format!("{} closed the connection without an answer to the upgrade", server.address);
    assert_eq!(told.failure().message, message);
}

#[tokio::test]
async fn a_server_that_leaves_within_its_answer_is_told() {
    let server = once(async |mut stream| {
        read_head(&mut stream).await;
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 101 Swi")
            .await
            .expect("the peer listens");
    })
    .await;
    let told = dial(settings(&server.ws("/"))).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::ClosedEarly));
    assert_eq!(told.exchange().unread, b"HTTP/1.1 101 Swi");
    assert_eq!(told.exchange().unread_size, 16);
}

#[tokio::test]
async fn a_giant_head_is_not_read_to_its_end() {
    let long = format!("HTTP/1.1 101 Switching Protocols\r\nX: {}", "x".repeat(300 << 10));
    let told = answered(&[&long]).await;
    assert_eq!(
        told.failed(),
        (Stage::Upgrade, FailureKind::AnswerTooLarge { limit: 256 << 10, counted: Counted::Bytes })
    );
    assert_eq!(told.exchange().unread, &long.as_bytes()[..1024]);
}

#[tokio::test]
async fn two_hundred_headers_are_fine() {
    let many: &str = Box::leak("X-Filler: y\r\n".repeat(200).into_boxed_str());
    let server = upgrading(many, Vec::new()).await;
    let told = dial(settings(&server.ws("/"))).await;
    assert_eq!(told.response().headers.len(), 203);
    told.socket();
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
                .expect("the peer listens");
            tokio::task::yield_now().await;
        }
        crate::support::servers::until_left(stream).await;
    })
    .await;
    let told = dial(settings(&server.ws("/"))).await;
    let response = told.response();
    assert_eq!((response.status, response.header("Link")), (101, None));
    let head = format!("HTTP/1.1 100 Continue\r\n\r\n{hints}HTTP/1.1 101 Switching Protocols\r\n");
    assert!(response.head.starts_with(&head), "{}", response.head);
    told.socket();
}

#[tokio::test]
async fn a_refusal_behind_an_interim_answer_is_told() {
    let told =
        answered(&["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"])
            .await;
    assert_eq!(told.failed(), status(401));
    assert_eq!(told.response().body, "no");
}

#[tokio::test]
async fn endless_interim_answers_are_given_up() {
    let told = answered(&[&"HTTP/1.1 100 Continue\r\n\r\n".repeat(50)]).await;
    let kind = FailureKind::AnswerTooLarge { limit: 16, counted: Counted::Interim };
    assert_eq!(told.failed(), (Stage::Upgrade, kind));
}

#[tokio::test]
async fn an_interim_answer_with_nothing_behind_it_is_a_refusal() {
    let server = once(async |mut stream| {
        read_head(&mut stream).await;
        let answer = b"HTTP/1.1 100 Continue\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await.expect("the peer listens");
    })
    .await;
    assert_eq!(dial(settings(&server.ws("/"))).await.failed(), status(100));
}

#[tokio::test]
async fn control_characters_do_not_hide_the_status() {
    let head = "HTTP/1.1 401 No\x1b[31m\r\nX-Evil: a\x07b\r\nServer: x\r\nContent-Length: 2\r\n\r\n";
    let told = answered(&[head, "no"]).await;
    assert_eq!(told.failed(), status(401));
    let response = told.response();
    assert_eq!((response.head.as_str(), response.body.as_str()), (head, "no"));
    assert_eq!(response.header("server"), Some("x"));
}

#[tokio::test]
async fn a_101_with_control_characters_is_no_upgrade() {
    let server = upgrading("X-Evil: a\x07b\r\n", Vec::new()).await;
    let told = dial(settings(&server.ws("/"))).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: false }));
    let message =
        "the server answered 101, but the head of its response cannot be read: invalid header value";
    assert_eq!(told.failure().message, message);
    assert!(told.response().head.contains("X-Evil: a\x07b"), "{}", told.response().head);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told_from_one_that_stalls() {
    let chunked = "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n";
    let length = "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nno entry";
    let ends = [
        answered(&[chunked, "zz\r\nhello\r\n"]).await,
        answered(&[chunked, "ffffffffffffffff\r\nhello\r\n"]).await,
        answered(&[length]).await,
    ]
    .map(|told| told.response().body_end);
    assert_eq!(ends, [BodyEnd::BrokenOff, BodyEnd::Stalled, BodyEnd::Stalled]);
    let server = once(async |mut stream| {
        read_head(&mut stream).await;
        tokio::io::AsyncWriteExt::write_all(&mut stream, length.as_bytes()).await.expect("the peer listens");
    })
    .await;
    assert_eq!(dial(settings(&server.ws("/"))).await.response().body_end, BodyEnd::BrokenOff);
}

#[tokio::test]
async fn an_answer_that_trickles_past_the_limit_is_counted() {
    let server = answering(vec![b"HTTP/1.1 101 Switch".to_vec()]).await;
    let limits = Limits { connect: Duration::from_millis(400), ..Limits::default() };
    let told = dial_within(limits, settings(&server.ws("/"))).await;
    assert!(matches!(told.failed(), (Stage::Upgrade, FailureKind::TimedOut { .. })));
    let message = told.failure().message;
    let expected = format!("{} sent only 19 bytes of a response within ", server.address);
    assert!(message.starts_with(&expected), "{message}");
    assert_eq!(told.exchange().unread_size, 19);
}

#[tokio::test]
async fn the_limit_of_headers_is_told_as_such() {
    let told = answered(&[&format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1025))]).await;
    let kind = FailureKind::AnswerTooLarge { limit: 1024, counted: Counted::Headers };
    assert_eq!(told.failed(), (Stage::Upgrade, kind));
    assert_eq!(told.failure().message, "the head of the response has more than 1024 headers");
}
