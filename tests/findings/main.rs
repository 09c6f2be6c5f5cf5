//! The findings about each failure and each loss, and the edits of their fixes.

mod answers;
mod auth;
mod certificate_mends;
mod closes;
mod fixtures;
mod heartbeats;
mod lenient;
mod opening;
mod over_time;
mod poison;
mod protocol;
mod proxies;
mod refusals;
mod rows;
mod series;
mod tls_causes;
mod wording;

use std::collections::BTreeSet;

use fixtures::{NOW, codes, edits, failure, lost, of_loss, pipeline_line, settings};
use rows::{losses, number, rows};
use strum::VariantArray as _;

use sockeye::{
    ack::{AckMode, Answers},
    diagnose,
    session::{
        CloseFrame, FailureKind, FindingCode, Kind, LossKind, Message, MessageId, ReplayWaits, RetryIn, Side,
        Stage,
    },
};

#[test]
fn each_failure_has_its_findings_and_fixes() {
    for row in rows() {
        let findings = row.findings();
        let kind = format!("{:?} at {} of {}", row.kind, row.stage, row.url);
        assert_eq!(codes(&findings), row.codes, "{kind}");
        assert_eq!(edits(&findings), row.edits, "{kind}");
    }
}

#[test]
fn every_kind_of_failure_has_a_row() {
    let covered: BTreeSet<usize> = rows().iter().map(|row| number(&row.kind)).collect();
    assert_eq!(covered, (0..35).collect());
}

#[test]
fn every_failure_yields_a_finding_at_every_stage() {
    for row in rows() {
        for stage in Stage::ALL {
            let failure = failure(stage, row.kind.clone());
            let findings = diagnose::failed(&settings(row.url), &[], &failure, NOW);
            assert!(!findings.is_empty(), "{:?} at {stage}", row.kind);
        }
    }
}

#[test]
fn each_loss_has_its_finding() {
    let settings = settings("ws://feed.example/ticks");
    for (kind, code) in losses() {
        assert_eq!(codes(&of_loss(&settings, &lost(kind.clone()))), [code], "{kind:?}");
    }
}

#[test]
fn a_close_by_this_side_is_not_a_finding() {
    let settings = settings("ws://feed.example/ticks");
    let ours = LossKind::Closed { by: Side::Us, frame: CloseFrame::default() };
    for kind in [LossKind::Left, ours] {
        assert_eq!(of_loss(&settings, &lost(kind)), []);
    }
}

#[test]
fn every_code_of_the_table_is_used() {
    let open = settings("ws://feed.example/ticks");
    let mut used: BTreeSet<String> = rows().iter().flat_map(|row| codes(&row.findings())).collect();
    used.extend(losses().into_iter().flat_map(|(kind, _)| codes(&of_loss(&open, &lost(kind)))));
    let text = Message {
        id: MessageId(7),
        kind: Kind::Text,
        payload: b"ok \xff\xfe",
        valid: false,
        frames: 1,
        wire: None,
    };
    used.insert(diagnose::invalid_utf8(&text).code.to_string());
    let large = diagnose::over_a_limit(&open, MessageId(1), 40 << 20).expect("Redpanda Connect stops before");
    assert!(
        large.cause.contains("Redpanda Connect ends the connection with 1009 above 33554432"),
        "{large:?}"
    );
    assert_eq!(diagnose::over_a_limit(&open, MessageId(1), 32 << 20), None);
    used.insert(large.code.to_string());
    used.insert(diagnose::silent(&open, std::time::Duration::from_secs(10)).code.to_string());
    used.extend(codes(&[diagnose::capture_failed("full"), diagnose::capture_large("10 GiB")]));
    used.extend(codes(&[diagnose::imported("feed.har", &[])]));
    let full = diagnose::reading_paused(&AckMode::of(Answers::Manual), 64, 1_200);
    let waits = ReplayWaits { id: MessageId(7), attempt: 4, delay: std::time::Duration::from_millis(500) };
    used.extend(codes(&[full, diagnose::nack_dropped(MessageId(7)), diagnose::replay_holds_up(&waits)]));
    used.insert(poison::around().code.to_string());
    used.insert(diagnose::stop_waits(1, std::time::Duration::from_secs(15)).code.to_string());
    used.extend(codes(&diagnose::left_behind(2, 3, 1)));
    let retry =
        RetryIn { failures: 0, left: None, without_message: 3, delay: std::time::Duration::from_millis(400) };
    used.extend(codes(&[diagnose::flapping(&open, &retry)]));
    used.extend(
        ["verification-off", "cert-expires-soon", "interim-answer", "deflate-unasked", "proxy-from-env"]
            .into_iter()
            .chain(["keys-logged", "beyond-pipeline"])
            .map(str::to_owned),
    );
    used.extend(auth::used());
    used.extend(opening::used());
    used.extend(over_time::used());
    used.extend(lenient::used());
    used.insert(poison::used());
    used.insert(series::used());
    used.insert(heartbeats::used());
    assert_eq!(used, diagnose::FINDINGS.iter().map(|spec| spec.code.to_string()).collect());
}

#[test]
fn the_table_is_well_formed() {
    let locations: Vec<&str> =
        Stage::ALL.iter().map(|stage| stage.word()).chain(["open connection", "session"]).collect();
    let codes: Vec<_> =
        diagnose::FINDINGS.iter().map(|spec| spec.code).chain([FindingCode::Unknown]).collect();
    assert_eq!(codes, FindingCode::VARIANTS, "one row for each code, in the order of the enum");
    for spec in diagnose::FINDINGS {
        assert!(locations.contains(&spec.at), "{} is at {}", spec.code, spec.at);
        assert!(!spec.title.is_empty() && !spec.title.ends_with('.'), "{}", spec.title);
        assert!(spec.meaning.ends_with('.'), "{}", spec.meaning);
        for told in [spec.evidence, spec.cure] {
            assert!(!told.is_empty() && !told.ends_with('.'), "{}: {told}", spec.code);
        }
    }
}

/// The words of a line before and between those in capitals, which stand for what a case fills in.
fn fixed_parts(line: &str) -> Vec<&str> {
    let words = ["HOST", "PROXY", "ADDRESS", "SCHEME", "ENDS", "NAME", "BYTES", "Forbidden"];
    let mut parts = vec![line];
    for word in words {
        parts = parts.into_iter().flat_map(|part| part.split(word)).collect();
    }
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[test]
fn the_line_of_the_table_is_the_one_that_the_pipeline_logs() {
    for row in rows().into_iter().filter(|row| row.ladder.is_empty()) {
        let failure = failure(row.stage, row.kind.clone());
        let line = pipeline_line(&failure);
        let spec = diagnose::spec(row.findings()[0].code);
        let late_name = row.stage == Stage::Lookup && matches!(row.kind, FailureKind::TimedOut { .. });
        let is_alert =
            matches!(row.kind, FailureKind::TlsAlert { .. } | FailureKind::ClientCertRefused { .. });
        let is_of_a_case = line.is_empty()
            || spec.line.is_empty()
            || row.stage.word() != spec.at
            || late_name
            || is_alert
            || matches!(row.kind, FailureKind::Socks { .. });
        let mut rest = line.as_str();
        for part in fixed_parts(spec.line).into_iter().filter(|_| !is_of_a_case) {
            let at =
                rest.find(part).unwrap_or_else(|| panic!("{}: “{line}” is not “{}”", spec.code, spec.line));
            rest = &rest[at + part.len()..];
        }
    }
}

#[test]
fn every_finding_has_a_cause_evidence_and_a_fix() {
    for row in rows() {
        for finding in row.findings() {
            assert!(finding.cause.ends_with('.'), "{finding:?}");
            assert!(!finding.evidence.is_empty(), "{finding:?}");
            assert!(!finding.fixes.is_empty(), "{finding:?}");
        }
    }
}
