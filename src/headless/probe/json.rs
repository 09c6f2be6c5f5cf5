//! The report for machines: one JSON object, documented in `assets/probe.md`.

use serde::Serialize;

use crate::{
    cli::Exit,
    payload::milliseconds,
    schema,
    session::{Evidence, Failure, Finding, Kind, Lost, Opened, Stage, StageReport, Timestamp},
};

use super::report::{First, Report};

#[derive(Serialize)]
struct Object<'a> {
    v: u32,
    url: &'a str,
    outcome: &'static str,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    during: Option<Stage>,
    ladder: Vec<StageRow<'a>>,
    opened: Option<&'a Opened>,
    first: Option<Message<'a>>,
    failed: Option<&'a Failure>,
    lost: Option<&'a Lost>,
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct StageRow<'a> {
    stage: Stage,
    outcome: &'static str,
    began: Timestamp,
    took_ms: f64,
    evidence: &'a Evidence,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a Failure>,
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    size: u64,
    took_ms: f64,
    /// How a text begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    begins: Option<&'a str>,
}

/// Appends the report as one line.
pub(super) fn write(out: &mut Vec<u8>, report: &Report, exit: Exit) {
    let outcome = match report {
        Report { interrupted: true, .. } => "interrupted",
        Report { failed: Some(_), .. } => "failed",
        Report { lost: Some(_), .. } => "lost",
        Report { first: Some(_), .. } => "message",
        Report { opened: Some(_), .. } => "silent",
        _ => "interrupted",
    };
    let object = Object {
        v: schema::VERSION,
        url: &report.url,
        outcome,
        exit: exit.code(),
        during: report.during.map(|(stage, _)| stage),
        ladder: report.ladder.iter().map(stage_row).collect(),
        opened: report.opened.as_ref(),
        first: report.first.as_ref().map(message),
        failed: report.failed.as_ref(),
        lost: report.lost.as_ref(),
        findings: &report.findings,
    };
    schema::write_value(out, &object);
    out.push(b'\n');
}

fn stage_row(report: &StageReport) -> StageRow<'_> {
    StageRow {
        stage: report.stage,
        outcome: if report.outcome.is_ok() { "ok" } else { "failed" },
        began: report.began,
        took_ms: milliseconds(report.took),
        evidence: &report.evidence,
        failure: report.outcome.as_ref().err(),
    }
}

fn message(first: &First) -> Message<'_> {
    Message {
        kind: first.kind,
        size: first.size,
        took_ms: milliseconds(first.took),
        begins: first.begins.as_deref(),
    }
}
