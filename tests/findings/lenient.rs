//! Findings about rules that a server breaks and the pipeline does not enforce.

use bytes::Bytes;
use sockeye::{
    diagnose,
    session::{Evidence, Exchange, Finding, Response, Severity, Stage},
    wire::{Deviation, Leniency},
};
use strum::VariantArray as _;

use crate::fixtures::{NOW, codes, report, settings};

/// The findings of a 101 with this head; `compression` is the extension that was enabled.
fn opened(head: &str, compression: Option<&str>) -> Vec<Finding> {
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let response = Response { status: 101, head: head.to_owned(), headers, ..Response::default() };
    let extension = compression.map(str::to_owned);
    let exchange = Exchange { response: Some(response), extension, ..Exchange::default() };
    let mut settings = settings("ws://feed.example/");
    settings.options.deflate = compression.is_some();
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
    Leniency::VARIANTS
        .iter()
        .map(|&rule| diagnose::deviation(&Deviation { rule, raw: raw.clone() }))
        .collect()
}

fn answers() -> Vec<Finding> {
    let deflate = "permessage-deflate; server_no_context_takeover; client_no_context_takeover; x";
    let head = format!(
        "HTTP/1.0 101\r\nUpgrade: h2c, websocket\r\nContent-Length: 0\r\n\
         Sec-WebSocket-Extensions: x-own; a b\r\nSec-WebSocket-Extensions: x-own, {deflate}\r\n\r\n"
    );
    opened(&head, Some(deflate))
}

/// The codes that only these tests produce.
pub fn used() -> Vec<String> {
    codes(&[frames(), answers()].concat())
}

#[test]
fn each_broken_rule_of_a_response_has_a_finding() {
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
fn a_tolerated_fault_is_not_an_error_and_has_a_cause_and_a_fix() {
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
fn a_valid_response_yields_no_finding() {
    let head = "HTTP/1.1 101 \r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\r\n";
    assert_eq!(opened(head, None), []);
}

#[test]
fn a_body_length_that_go_refuses_has_its_error() {
    let logged = |lines: &str| {
        let finding = one(lines);
        assert_eq!(finding.code.word(), "upgrade-with-body");
        let line = finding.evidence.last().cloned().unwrap_or_default();
        line.trim_start_matches("the pipeline would log: Failed to connect to websocket: ").to_owned()
    };
    let continues = "the pipeline accepts this and logs nothing";
    assert_eq!(logged("Content-Length: 5"), continues);
    assert_eq!(logged("Content-Length: 5\r\nContent-Length: 5"), continues);
    assert_eq!(logged("Transfer-Encoding: Chunked"), continues);
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
fn only_the_final_response_is_checked() {
    let head = "HTTP/1.0 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n";
    assert_eq!(codes(&opened(head, None)), ["interim-answer"]);
}

#[test]
fn a_masked_header_is_not_reported_as_malformed() {
    let finding = one("Sec-WebSocket-Extensions: x-own, y; token=•••");
    assert_eq!(finding.code.word(), "extension-unasked");
}
