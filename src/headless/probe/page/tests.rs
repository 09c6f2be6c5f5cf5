//! The page at its widths.

use std::time::Duration;

use super::*;
use crate::session::{ConnectionId, Event, EventKind, Failure, FailureKind, StageReport};

const LONG: &str = "connection refused by 192.0.2.17:8443; none of 12 addresses took it, and each of \
                    them was tried for as long as its share of the time was";

fn page(columns: usize, told: Vec<EventKind>) -> String {
    let mut report =
        Report { url: format!("wss://feed.example/{}", "ticks/".repeat(30)), ..Report::default() };
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
