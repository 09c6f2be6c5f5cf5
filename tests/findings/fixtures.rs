//! Builders of settings, ladders and losses, and helpers that read findings.

use std::{net::SocketAddr, time::Duration};

use sockeye::{
    config::{Endpoint, Settings},
    diagnose::{self, Conversation},
    session::{
        Certificate, CloseFrame, Edit, Evidence, Exchange, Failure, FailureKind, Finding, Kind, LossKind,
        Lost, Response, Run, Side, Span, Stage, StageReport, Timestamp, TlsEvidence, TlsVerdict, Tried,
    },
};

pub const DAY: i64 = 86_400_000_000;
/// 2026-01-14T00:00:00Z
pub const NOW: Timestamp = Timestamp(1_768_348_800_000_000);

pub fn settings(url: &str) -> Settings {
    Settings::new(Endpoint::parse(url).expect("the URL of the test is valid"))
}

pub fn failure(stage: Stage, kind: FailureKind) -> Failure {
    Failure { stage, kind, message: "it failed".to_owned(), sources: Vec::new() }
}

/// The line that the pipeline would log about this failure; empty where it would log nothing.
pub fn pipeline_line(failure: &Failure) -> String {
    let line = diagnose::logged_failure(&settings("wss://feed.example/"), &[], failure, NOW);
    line.map_or(String::new(), |line| line.text)
}

pub fn report(stage: Stage, evidence: Evidence) -> StageReport {
    StageReport { stage, began: NOW, took: Duration::ZERO, outcome: Ok(()), evidence }
}

pub fn address(text: &str) -> SocketAddr {
    text.parse().expect("the address of the test is valid")
}

pub fn tcp(error: &str) -> StageReport {
    let tried = vec![Tried { address: address("127.0.0.1:9"), took_us: 300, error: Some(error.to_owned()) }];
    report(Stage::Tcp, Evidence::Tcp { tried, local: None, remote: None, of_proxy: false, unix_socket: None })
}

pub fn leaf() -> Certificate {
    Certificate {
        subject: "feed.example".to_owned(),
        issuer: "Example CA".to_owned(),
        names: vec!["feed.example".to_owned()],
        not_before: Timestamp(NOW.0 - 100 * DAY),
        not_after: Timestamp(NOW.0 + 100 * DAY),
        ..Certificate::default()
    }
}

pub fn tls(chain: Vec<Certificate>) -> StageReport {
    let evidence =
        TlsEvidence { chain, trust: "145 roots of this system".to_owned(), ..TlsEvidence::default() };
    report(Stage::Tls, Evidence::Tls(Box::new(evidence)))
}

/// A handshake of which the pipeline makes something else than Sockeye.
pub fn judged(pipeline: TlsVerdict) -> StageReport {
    let evidence = TlsEvidence { chain: vec![leaf()], pipeline: Some(pipeline), ..TlsEvidence::default() };
    report(Stage::Tls, Evidence::Tls(Box::new(evidence)))
}

pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> StageReport {
    let response = Response {
        status,
        head: format!("HTTP/1.1 {status} Words\r\n"),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.to_owned(),
        ..Response::default()
    };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))
}

pub fn unread(bytes: &[u8]) -> StageReport {
    let unread_size = bytes.len() as u64;
    let exchange = Exchange { unread: bytes.to_vec(), unread_size, ..Exchange::default() };
    report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))
}

pub fn codes(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| finding.code.to_string()).collect()
}

/// All edits of all fixes, as `path=value`.
pub fn edits(findings: &[Finding]) -> Vec<String> {
    let fixes = findings.iter().flat_map(|finding| &finding.fixes);
    fixes.flat_map(|fix| &fix.edits).map(|Edit { path, value }| format!("{path}={value}")).collect()
}

pub fn lost(kind: LossKind) -> Lost {
    Lost { kind, open_for: Duration::from_millis(12_340), messages: 3, message: "it ended".to_owned() }
}

pub fn closed(code: Option<u16>) -> LossKind {
    LossKind::Closed { by: Side::Server, frame: CloseFrame { code, reason: String::new() } }
}

/// The findings about a loss before which nothing was said.
pub fn of_loss(settings: &Settings, lost: &Lost) -> Vec<Finding> {
    diagnose::lost(settings, lost, &Conversation::default())
}

/// A read of the socket that brought one binary message.
pub fn binary(payload: &[u8]) -> Run {
    let len = u32::try_from(payload.len()).expect("the payloads of a test are short");
    let span = Span { start: 0, len, kind: Kind::Binary, valid: true, frames: 1, wire: None };
    Run { spans: [span].into(), bytes: payload.to_vec().into() }
}

/// A read of the socket that brought these texts.
pub fn texts(texts: &[&str]) -> Run {
    let spans = texts.iter().scan(0, |start, text| {
        let len = u32::try_from(text.len()).expect("the texts of a test are short");
        let span = Span { start: *start, len, kind: Kind::Text, valid: true, frames: 1, wire: None };
        *start += len;
        Some(span)
    });
    Run { spans: spans.collect(), bytes: texts.concat().into() }
}
