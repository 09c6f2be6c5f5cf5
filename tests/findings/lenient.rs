//! What findings say about rules that a server breaks and the pipeline lets pass.

use bytes::Bytes;
use sockeye::{
    diagnose,
    session::{Evidence, Exchange, Finding, Response, Severity, Stage},
    wire::{Deviation, Leniency},
};

use crate::made::{NOW, codes, report, settings};

/// The findings of a 101 with this head; `taken` is the compression that was switched on.
fn opened(head: &str, taken: Option<&str>) -> Vec<Finding> {
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let response = Response { status: 101, head: head.to_owned(), headers, ..Response::default() };
    let extension = taken.map(str::to_owned);
    let exchange = Exchange { response: Some(response), extension, ..Exchange::default() };
    let mut settings = settings("ws://feed.example/");
    settings.options.deflate = taken.is_some();
    diagnose::opened(&settings, &[report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))], NOW)
}

/// The one finding of a 101 with these lines in its head.
fn one(lines: &str) -> Finding {
    let findings = opened(&format!("HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n\r\n"), None);
    let [finding] = findings.try_into().expect("there is one finding");
    finding
}

fn frames() -> Vec<Finding> {
    let raw = Bytes::from_static(&[0x81, 0x7e, 0x00, 0x01]);
    Leniency::ALL.map(|rule| diagnose::deviation(&Deviation { rule, raw: raw.clone() })).to_vec()
}

fn answers() -> Vec<Finding> {
    let deflate = "permessage-deflate; server_no_context_takeover; client_no_context_takeover; x";
    let head = format!(
        "HTTP/1.0 101\r\nUpgrade: h2c, websocket\r\nContent-Length: 0\r\n\
         Sec-WebSocket-Extensions: x-own; a b\r\nSec-WebSocket-Extensions: x-own, {deflate}\r\n\r\n"
    );
    opened(&head, Some(deflate))
}

/// The codes that are made here.
pub fn used() -> Vec<String> {
    codes(&[frames(), answers()].concat())
}

#[test]
fn each_rule_of_an_answer_is_told_by_itself() {
    let expected = [
        "upgrade-http-version",
        "upgrade-head-form",
        "upgrade-value",
        "upgrade-header-repeated",
        "upgrade-with-body",
        "extension-malformed",
        "extension-unasked",
        "deflate-parameters",
    ];
    assert_eq!(codes(&answers()), expected);
}

#[test]
fn what_is_let_pass_is_no_error_and_says_why_and_what_to_do() {
    for finding in [frames(), answers()].concat() {
        assert!(finding.severity < Severity::Error, "{finding:?}");
        assert!(finding.cause.ends_with('.'), "{finding:?}");
        assert!(!finding.evidence.is_empty() && finding.fixes.len() == 1, "{finding:?}");
    }
}

#[test]
fn the_bytes_of_the_frame_are_evidence() {
    assert_eq!(frames()[0].code.word(), "length-not-shortest");
    assert_eq!(frames()[0].evidence, ["head of the frame: 81 7e 00 01"]);
}

#[test]
fn a_right_answer_is_no_finding() {
    let head = "HTTP/1.1 101 \r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\r\n";
    assert_eq!(opened(head, None), []);
}

#[test]
fn a_body_that_go_cannot_read_is_told_in_its_words() {
    let logged = |lines: &str| {
        let finding = one(lines);
        assert_eq!(finding.code.word(), "upgrade-with-body");
        let line = finding.evidence.last().cloned().unwrap_or_default();
        line.trim_start_matches("the pipeline would log: Failed to connect to websocket: ").to_owned()
    };
    let goes_on = "the pipeline goes on without a word";
    assert_eq!(logged("Content-Length: 5"), goes_on);
    assert_eq!(logged("Content-Length: 5\r\nContent-Length: 5"), goes_on);
    assert_eq!(logged("Transfer-Encoding: Chunked"), goes_on);
    assert_eq!(logged("Content-Length: -1"), "bad Content-Length \"-1\"");
    let huge = "9223372036854775808";
    assert_eq!(logged(&format!("Content-Length: {huge}")), format!("bad Content-Length \"{huge}\""));
    assert_eq!(logged("Content-Length:"), "invalid empty Content-Length \"\"");
    assert_eq!(
        logged("Content-Length: 1\r\nContent-Length: 2"),
        "http: message cannot contain multiple Content-Length headers; got [\"1\" \"2\"]"
    );
    assert_eq!(logged("Transfer-Encoding: gzip"), "unsupported transfer encoding: \"gzip\"");
    assert_eq!(
        logged("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        "too many transfer encodings: [\"chunked\" \"chunked\"]"
    );
}

#[test]
fn the_answer_itself_is_judged_and_not_what_came_before_it() {
    let head = "HTTP/1.0 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n";
    assert_eq!(codes(&opened(head, None)), ["interim-answer"]);
}

#[test]
fn a_masked_header_is_not_called_malformed() {
    let finding = one("Sec-WebSocket-Extensions: x-own, y; token=•••");
    assert_eq!(finding.code.word(), "extension-unasked");
}
