//! The page at its widths.

use std::time::Duration;

use super::*;
use crate::session::{
    Aspect, Certificate, CertificateCheck, ConnectionId, Event, EventKind, Failure, FailureKind, Judgement,
    StageReport, TlsEvidence, TlsVerdict,
};

const LONG: &str = "connection refused by 192.0.2.17:8443; none of 12 addresses took it, and each of \
                    them was tried for as long as its share of the time was";

fn page(columns: usize, told: Vec<EventKind>) -> String {
    let mut report = Report::of(format!("wss://feed.example/{}", "ticks/".repeat(30)));
    for kind in told {
        report.take(&Event { at: Timestamp(0), connection: ConnectionId(1), kind });
    }
    let mut out = Vec::new();
    let style = Style { colours: false, columns };
    write(&mut out, &report, Exit::Tcp, Timestamp(0), style);
    String::from_utf8(out).expect("a page is UTF-8")
}

fn failure() -> Failure {
    Failure { stage: Stage::Tcp, kind: FailureKind::Refused, message: LONG.to_owned(), sources: Vec::new() }
}

fn stage() -> EventKind {
    EventKind::StageEnded(Box::new(StageReport {
        stage: Stage::Tcp,
        began: Timestamp(0),
        took: Duration::from_millis(3),
        outcome: Err(failure()),
        evidence: Evidence::Nothing {},
    }))
}

fn finding(code: &'static str, evidence: &[&str]) -> EventKind {
    EventKind::Finding(Box::new(Finding {
        field: None,
        code: code.parse().expect("a code"),
        severity: Severity::Error,
        title: "none of the addresses took the connection, which a firewall may be the reason of".to_owned(),
        cause: LONG.to_owned(),
        evidence: evidence.iter().map(|line| (*line).to_owned()).collect(),
        fixes: Vec::new(),
    }))
}

#[test]
fn a_page_keeps_to_its_width_and_cuts_nothing_but_its_address() {
    for columns in [80, 120] {
        let told = vec![stage(), EventKind::Failed(Box::new(failure())), finding("tcp-refused", &[LONG])];
        let page = page(columns, told);
        assert!(page.lines().all(|line| line.width() <= columns), "{page}");
        assert!(page.lines().next().is_some_and(|line| line.ends_with('…')), "{page}");
        assert_eq!(page.matches('…').count(), 1, "{page}");
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words.matches(LONG).count(), 4, "rung, cause, evidence, verdict: {page}");
    }
}

#[test]
fn what_does_not_fit_beside_a_bar_stands_below_it() {
    let page = page(80, vec![stage()]);
    let below = page.lines().skip_while(|line| !line.starts_with("✗ tcp")).nth(1);
    assert!(below.is_some_and(|line| line.starts_with("    connection refused by")), "{page}");
}

#[test]
fn evidence_that_findings_share_is_shown_once() {
    let page = page(
        80,
        vec![
            finding("flapping", &["close 1008", "after 3 ms"]),
            finding("subprotocol", &["close 1008", "more"]),
        ],
    );
    assert_eq!(["close 1008", "after 3 ms", "more"].map(|line| page.matches(line).count()), [1, 1, 1]);
}

/// The stage of a handshake that was completed here, with a certificate that the pipeline does not trust.
fn handshake(text: &str) -> EventKind {
    let checks = [
        (Aspect::Parsing, None),
        (Aspect::Extensions, None),
        (Aspect::Dates, None),
        (Aspect::Name, None),
        (Aspect::Usage, None),
        (Aspect::Trust, Some(text.to_owned())),
    ];
    let checks = checks.map(|(aspect, fault)| CertificateCheck { aspect, fault });
    let signer = "signed by the root \"Example Root\"".to_owned();
    let certificate = Certificate {
        subject: format!("CN={text}"),
        issuer: "CN=Example Root".to_owned(),
        names: vec!["feed.example".to_owned()],
        not_after: Timestamp(0).plus(Duration::from_hours(48)),
        key: "EC P-256".to_owned(),
        signature: "ECDSA-SHA256".to_owned(),
        sha256: "9f86d081".to_owned(),
        judgement: Some(Judgement { checks: checks.to_vec(), in_chain: false, signer }),
        ..Certificate::default()
    };
    let tls = TlsEvidence {
        server_name: Some("feed.example".to_owned()),
        version: Some("TLS 1.3".to_owned()),
        trust: "145 roots of this system".to_owned(),
        chain: vec![certificate],
        pipeline: Some(TlsVerdict::Fails { line: format!("tls: failed to verify certificate: {text}") }),
        ..TlsEvidence::default()
    };
    EventKind::StageEnded(Box::new(StageReport {
        stage: Stage::Tls,
        began: Timestamp(0),
        took: Duration::from_millis(3),
        outcome: Ok(()),
        evidence: Evidence::Tls(Box::new(tls)),
    }))
}

#[test]
fn the_pipelines_verdict_on_tls_and_on_each_certificate_stands_beside_that_of_the_own_library() {
    let page = page(100, vec![handshake("x509: unknown authority")]);
    let (_, tls) = page.split_once("\ntls\n").expect("there is a section");
    assert_eq!(
        tls.split_once("\n\nno answer").expect("the page ends with a verdict").0,
        "  ✗ the pipeline fails: tls: failed to verify certificate: x509: unknown authority\n  \
           ✓ Sockeye's own library judges otherwise: it opens, and the chain and the name are right\n  \
           sent      feed.example\n  \
           offered   TLS 1.2 and TLS 1.3, no ALPN\n  \
           trust     145 roots of this system\n\
         \n\
         certificates\n  \
           0         CN=x509: unknown authority\n  \
           issuer    CN=Example Root\n  \
           dates     1970-01-01 to 1970-01-03, 2 days left\n  \
           names     feed.example\n  \
           key       EC P-256, signed with ECDSA-SHA256\n  \
           sha256    9f86d081\n  \
           pipeline  ✓ read  ✓ extensions  ✓ dates  ✓ name      ✓ usage  ✗ trust\n            \
                     trust: x509: unknown authority\n  \
           chain     signed by the root \"Example Root\""
    );
}

#[test]
fn what_a_certificate_holds_is_not_obeyed_and_not_wider_than_the_page() {
    for text in ["\u{1b}[2J\u{202e}evil\u{9b}31m\r\n".repeat(60), "n".repeat(1_000)] {
        let page = page(60, vec![handshake(&text)]);
        assert!(page.lines().all(|line| line.width() <= 60), "{page}");
        assert!(!page.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\r']), "{page}");
    }
}
