//! Checks `assets/rfc6455.md`: each row of the page must match what happens when a server breaks its rule.

pub mod support;

#[path = "rfc6455/cases.rs"]
mod cases;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use cases::{Answer, Case, Frames, cases};
use sockeye::{
    config::{Endpoint, Settings},
    diagnose::{self, Conversation},
    net::{Connect, Limits, Network, Reporter, Step},
    session::{Finding, FindingCode, LossKind, Lost, Message, MessageId, Side, StageReport, Timestamp},
    wire::{ControlFrame, Decoder, Deviation, Inflater, Leniency, Piece, Run, Strictness},
};
use strum::VariantArray as _;
use support::servers::{once, read_head, until_left};
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Whether the connection continues, and the codes of its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Verdict {
    passes: bool,
    codes: BTreeSet<String>,
}

fn verdict(passes: bool, findings: &[Finding]) -> Verdict {
    Verdict { passes, codes: findings.iter().map(|finding| finding.code.to_string()).collect() }
}

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/rfc6455.md");
    fs::read_to_string(path).expect("the page exists")
}

/// The names of the cases on the page, each with the verdict for Sockeye.
fn rows(page: &str) -> Vec<(String, Verdict)> {
    let mut rows = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [case, _, rule, sockeye, ..] = cells[..] else { panic!("a row has five cells: {line}") };
        if case == "Case" {
            continue;
        }
        assert!(!rule.is_empty(), "{line}");
        if case.is_empty() {
            assert!(sockeye.starts_with("not checked: "), "a row without a case is not checked: {line}");
            continue;
        }
        let (word, codes) = sockeye.split_once(": ").expect("the codes follow a word");
        assert!(matches!(word, "passes" | "fails"), "{line}");
        let codes = codes.split(", ").map(|code| code.trim_matches('`').to_owned()).collect();
        rows.push((case.trim_matches('`').to_owned(), Verdict { passes: word == "passes", codes }));
    }
    rows
}

#[tokio::test]
async fn each_row_of_the_page_has_the_right_verdict() {
    let rows = rows(&page());
    let verdicts: BTreeMap<_, _> = rows.iter().cloned().collect();
    assert_eq!(verdicts.len(), rows.len(), "a case is on the page twice");
    let mut named = BTreeSet::new();
    for (name, case) in cases() {
        assert!(named.insert(name.to_owned()), "{name} is tested twice");
        let expected = verdicts.get(name).unwrap_or_else(|| panic!("{name} has no row"));
        match case {
            Case::Frames(frames) => {
                for bytes in &frames.bytes {
                    assert_eq!(&framed(&frames, bytes), expected, "{name}: {bytes:02x?}");
                }
            }
            Case::Answers(answers) => {
                for answer in answers {
                    assert_eq!(&answered(&answer).await, expected, "{name}: {answer:?}");
                }
            }
            Case::Ended => assert_eq!(&lost(LossKind::Ended), expected, "{name}"),
        }
    }
    let rows: BTreeSet<_> = verdicts.into_keys().collect();
    assert_eq!(rows, named, "a row without a case");
}

#[test]
fn every_code_of_the_page_is_in_the_table_of_findings() {
    for (case, verdict) in rows(&page()) {
        for code in verdict.codes {
            assert!(code.parse::<FindingCode>().is_ok(), "{case}: {code}");
        }
    }
}

#[test]
fn every_tolerated_rule_of_frames_is_on_the_page() {
    let page = page();
    for rule in Leniency::VARIANTS.iter().copied() {
        let code = diagnose::deviation(&Deviation { rule, raw: Bytes::new() }).code;
        assert!(page.contains(&format!("passes: `{code}`")), "{code}");
    }
}

fn settings(url: &str) -> Settings {
    Settings::new(Endpoint::parse(url).expect("the URL is right"))
}

fn lost(kind: LossKind) -> Verdict {
    let lost = Lost { kind, open_for: Duration::from_mins(1), messages: 3, message: "it ended".to_owned() };
    verdict(false, &diagnose::lost(&settings("ws://feed.test/"), &lost, &Conversation::default()))
}

/// The verdict for these frames. A close by the server is a finding only if there is no other.
fn framed(frames: &Frames, bytes: &[u8]) -> Verdict {
    let inflate = frames.negotiated.then(Inflater::without_takeover);
    let mut decoder = Decoder::new(1 << 20, Strictness::Pipeline).inflating(inflate);
    let mut buf = BytesMut::from(bytes);
    let (mut findings, mut closed) = (Vec::new(), None);
    loop {
        let piece = decoder.next(&mut buf, usize::MAX);
        findings.extend(decoder.take_deviations().iter().map(diagnose::deviation));
        match piece {
            Ok(Some(Piece::Messages(run))) => findings.extend(invalid(&run)),
            Ok(Some(Piece::Control(ControlFrame::Close(close)))) => {
                closed = Some(close);
                break;
            }
            Ok(Some(Piece::Control(_))) => {}
            Ok(None) => break,
            Err(violation) => {
                assert_eq!(findings, [], "nothing is reported before the violation");
                let rule = violation.reason().to_owned();
                return lost(LossKind::Violation { rule, last: violation.last.to_vec() });
            }
        }
    }
    match closed {
        Some(frame) if findings.is_empty() => {
            Verdict { passes: true, ..lost(LossKind::Closed { by: Side::Server, frame }) }
        }
        _ => verdict(true, &findings),
    }
}

fn invalid(run: &Run) -> Option<Finding> {
    let span = run.spans.iter().find(|span| !span.valid)?;
    let (id, kind, valid, frames) = (MessageId(1), span.kind, span.valid, span.frames);
    Some(diagnose::invalid_utf8(&Message { id, kind, payload: run.payload(span), valid, frames, wire: None }))
}

/// The verdict for a server with this answer to the upgrade.
async fn answered(answer: &Answer) -> Verdict {
    let Answer { status, headers, .. } = *answer;
    let server = once(async move |mut stream| {
        let request = read_head(&mut stream).await;
        let key = support::servers::header(&request, "Sec-WebSocket-Key").expect("the request has a key");
        let accept = format!("Sec-WebSocket-Accept: {}", derive_accept_key(key.as_bytes()));
        let text = format!("{status}{}\r\n", headers.replace("ACCEPT", &accept));
        stream.write_all(text.as_bytes()).await.expect("the client reads");
        until_left(stream).await;
    })
    .await;
    let mut settings = settings(&server.ws("/"));
    settings.options.deflate = answer.offers;
    settings.options.dialect = answer.dialect;
    let limit = Duration::from_secs(20);
    let limits = Limits { connect: limit, open: limit, quiet: Duration::from_millis(300) };
    let (reporter, mut steps) = Reporter::new();
    let collect = async {
        let mut ladder: Vec<StageReport> = Vec::new();
        while let Some(step) = steps.recv().await {
            if let Step::Ended(report) = step {
                ladder.push(*report);
            }
        }
        ladder
    };
    let network = Network::with_limits(limits);
    let connection = network.connect(Arc::new(settings.clone()), reporter);
    let (result, ladder) = tokio::join!(connection, collect);
    let now = Timestamp(0);
    match result {
        Ok(_) => verdict(true, &diagnose::opened(&settings, &ladder, now)),
        Err(error) => verdict(false, &diagnose::failed(&settings, &ladder, &error, now)),
    }
}
