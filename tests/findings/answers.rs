//! The text of findings about responses to the upgrade.

use sockeye::{
    diagnose,
    session::{Counted, Evidence, Exchange, Failure, FailureKind, Finding, Response, Stage, StageReport},
};

use crate::fixtures::{NOW, answer, codes, edits, failure, pipeline_line, report, settings, unread};

fn finding(kind: FailureKind, ladder: &[StageReport]) -> Finding {
    let failure = failure(Stage::Upgrade, kind);
    let findings = diagnose::failed(&settings("ws://feed.example:8080/ticks"), ladder, &failure, NOW);
    let [finding] = findings.try_into().expect("there is one finding");
    finding
}

/// The error that the pipeline would log, without the prefix of all its lines.
fn logged(finding: &Finding) -> Option<&str> {
    let begin = "the pipeline would log: Failed to connect to websocket: ";
    finding.evidence.iter().find_map(|line| line.strip_prefix(begin))
}

#[test]
fn the_size_of_an_incomplete_response_is_reported() {
    let ladder = [unread(b"HTTP/1.1 101 Switching Protocols\r\nUpg")];
    let closed = finding(FailureKind::ClosedEarly, &ladder);
    assert_eq!(closed.title, "closed within the response");
    let cause =
        "feed.example:8080 closed the connection after 37 bytes of a response, before its head was complete.";
    assert_eq!(closed.cause, cause);
    assert_eq!(closed.evidence[1], r"first bytes: HTTP/1.1 101 Switching Protocols\r\nUpg");
    let late = finding(FailureKind::TimedOut { limit_ms: 44_980 }, &ladder);
    assert_eq!(late.title, "incomplete response to the upgrade request");
    let cause = "The connection is open, but the response was still incomplete after 45 s, at 37 bytes.";
    assert_eq!(late.cause, cause);
    for finding in [closed, late] {
        assert!(finding.fixes.iter().all(|fix| !fix.title.contains("wss")), "{:?}", finding.fixes);
    }
}

#[test]
fn each_limit_of_a_response_head_is_reported_in_its_unit() {
    let cause = |limit, counted| finding(FailureKind::AnswerTooLarge { limit, counted }, &[]).cause;
    let bytes = cause(262_144, Counted::Bytes);
    assert_eq!(bytes, "The head of the response is larger than the limit of 256 KiB.");
    assert_eq!(cause(1024, Counted::Headers), "The response has more headers than the limit of 1024.");
    assert!(cause(16, Counted::Interim).starts_with("The server sent more than 16 interim responses (1xx)"));
}

#[test]
fn the_status_line_is_that_of_the_final_response() {
    let head = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\n\r\n".to_owned();
    let response = Response { status: 401, head, ..Response::default() };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    let ladder = [report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))];
    let finding = finding(FailureKind::Status { code: 401 }, &ladder);
    assert_eq!(finding.evidence[0], "HTTP/1.1 401 Unauthorized");
}

#[test]
fn a_redirect_with_a_new_secret_is_advice_without_an_edit() {
    let moved = |to| {
        let ladder = [answer(302, &[("Location", to)], "")];
        finding(FailureKind::Status { code: 302 }, &ladder).fixes.swap_remove(0)
    };
    let fix = moved("/v2?token=abc");
    assert_eq!(fix.title, "connect to the new location: ws://feed.example:8080/v2?token=•••");
    assert_eq!(fix.edits, []);
    // A secret that the old URL has too may stay in the edit.
    let settings = settings("ws://feed.example:8080/ticks?token=abc");
    let ladder = [answer(302, &[("Location", "/v2?token=abc")], "")];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 302 });
    let found = diagnose::failed(&settings, &ladder, &failure, NOW);
    assert_eq!(edits(&found), ["url=ws://feed.example:8080/v2?token=abc"]);
    assert_eq!(moved("https://me:pw@feed.example/v2").title, "connect to the new location");
}

#[test]
fn an_upgrade_header_is_missing_or_wrong() {
    let title = |got: Option<&str>| {
        let (header, got) = ("Upgrade".to_owned(), got.map(str::to_owned));
        finding(FailureKind::BadUpgradeHeader { header, got }, &[]).title
    };
    assert_eq!(title(None), "the response has no header Upgrade");
    assert_eq!(title(Some("h2c")), "the header Upgrade of the response is wrong");
}

#[test]
fn a_426_that_names_another_version_is_about_the_version() {
    let cause = |headers: &[(&str, &str)]| {
        let ladder = [answer(426, headers, "")];
        finding(FailureKind::Status { code: 426 }, &ladder).cause
    };
    assert_eq!(
        cause(&[("Sec-WebSocket-Version", "8, 7")]),
        "The server requires another version of the websocket protocol: it supports 8, 7, but the request has 13."
    );
    assert!(cause(&[("Sec-WebSocket-Version", "13")]).contains("a proxy that drops the Upgrade header"));
    assert!(cause(&[]).contains("a proxy that drops the Upgrade header"));
}

#[test]
fn compression_without_an_offer_has_the_pipelines_log_line() {
    let enabled = |got: &str| {
        let (header, got) = ("Sec-WebSocket-Extensions".to_owned(), got.to_owned());
        finding(FailureKind::NotAsked { header, got }, &[])
    };
    let both = enabled("x, permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    assert_eq!(logged(&both), None);
    assert!(both.cause.ends_with("a compression with invalid parameters (RFC 7692, section 7.1)."));
    for got in ["permessage-deflate", "permessage-deflate; server_no_context_takeover"] {
        assert_eq!(logged(&enabled(got)), Some("websocket: invalid compression negotiation"), "{got}");
    }
}

#[test]
fn a_101_that_breaks_the_rules_of_http_is_reported_as_such() {
    let head = "HTTP/1.1 101 Switching Protocols\r\nX-Evil: a\x07b\r\n\r\n".to_owned();
    let response = Response { status: 101, head, ..Response::default() };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    let ladder = [report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))];
    let finding = finding(FailureKind::NotHttp { looks_like_tls: false }, &ladder);
    assert_eq!(finding.title, "the head of the response cannot be read");
    let cause = "The server answered 101, but the head of its response breaks the rules of HTTP.";
    assert_eq!(finding.cause, cause);
    assert_eq!(logged(&finding), Some(r#"malformed MIME header line: "X-Evil: a\ab""#));
}

#[test]
fn system_errors_are_logged_as_go_writes_them() {
    let line = |stage, kind: FailureKind, sources: &str| {
        let sources = vec![sources.to_owned()];
        pipeline_line(&Failure { sources, ..failure(stage, kind) })
            .trim_start_matches("Failed to connect to websocket: ")
            .to_owned()
    };
    let reset = "Connection reset by peer (os error 104)";
    let broken = "Broken pipe (os error 32)";
    let network = "Network is unreachable (os error 101)";
    let logged = [
        line(Stage::Upgrade, FailureKind::Io, reset),
        line(Stage::Tls, FailureKind::Io, reset),
        line(Stage::Upgrade, FailureKind::Io, broken),
        line(Stage::Tcp, FailureKind::Io, "Permission denied (os error 13)"),
        line(Stage::Tcp, FailureKind::Unreachable, network),
        line(Stage::Upgrade, FailureKind::Io, "received corrupt message of type Handshake"),
    ];
    let expected = [
        "read tcp A->B: read: connection reset by peer",
        "read tcp A->B: read: connection reset by peer",
        "write tcp A->B: write: broken pipe",
        "dial tcp A:P: connect: permission denied",
        "dial tcp A:P: connect: network is unreachable",
        "",
    ];
    assert_eq!(logged, expected);
    assert_eq!(codes(&[finding(FailureKind::Io, &[])]), ["connection-failed"]);
}

#[test]
fn a_response_that_is_not_http_is_logged_as_go_writes_it() {
    let line = |bytes: &[u8]| {
        let finding = finding(FailureKind::NotHttp { looks_like_tls: false }, &[unread(bytes)]);
        logged(&finding).expect("the pipeline logs a line").to_owned()
    };
    assert_eq!(line(b"SSH-2.0-x\r\n"), r#"malformed HTTP response "SSH-2.0-x""#);
    assert_eq!(line(b"220 mail ESMTP\r\n"), r#"malformed HTTP status code "mail""#);
    assert_eq!(line(b"ICY 200 OK\r\n"), r#"malformed HTTP version "ICY""#);
}

#[test]
fn an_interim_response_is_reported_although_the_connection_opened() {
    let opened = |head: &str| {
        let response = Response { status: 101, head: head.to_owned(), ..Response::default() };
        let exchange = Exchange { response: Some(response), ..Exchange::default() };
        let ladder = [report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))];
        diagnose::opened(&settings("ws://feed.example/"), &ladder, NOW)
    };
    let switching = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
    assert_eq!(opened(switching), []);
    let findings = opened(&format!("HTTP/1.1 100 Continue\r\n\r\n{switching}"));
    assert_eq!(codes(&findings), ["interim-answer"]);
    assert_eq!(findings[0].evidence[0], "HTTP/1.1 100 Continue");
    assert_eq!(logged(&findings[0]), Some("websocket: bad handshake"));
}

#[test]
fn compression_without_an_offer_is_reported_with_the_reaction_of_the_pipeline() {
    let findings = |extension: &str, offered| {
        let exchange = Exchange { extension: Some(extension.to_owned()), ..Exchange::default() };
        let ladder = [report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))];
        let mut settings = settings("ws://feed.example:8080/ticks");
        settings.options.deflate = offered;
        diagnose::opened(&settings, &ladder, NOW)
    };
    let both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    let [finding] = &findings(both, false)[..] else { panic!("there is one finding") };
    assert_eq!((finding.code.word(), finding.evidence.len()), ("deflate-unasked", 2));
    assert!(finding.evidence[1].starts_with("the pipeline inflates too"), "{:?}", finding.evidence);
    let [finding] = &findings("permessage-deflate", false)[..] else { panic!("there is one finding") };
    assert_eq!(logged(finding), Some("websocket: invalid compression negotiation"));
    let [finding] = &findings("Permessage-Deflate", false)[..] else { panic!("there is one finding") };
    let expected = "the pipeline does not recognise this spelling";
    assert!(finding.evidence[1].starts_with(expected), "{:?}", finding.evidence);
    assert_eq!(findings(both, true), []);
}
