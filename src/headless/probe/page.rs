//! The report for people: a waterfall, the evidence, the findings and a verdict.

use unicode_width::UnicodeWidthStr as _;

use crate::{
    cli::Exit,
    describe::{failed_in_short, finding_lines, lost_in_short, opened_in_short},
    payload::{cut, duration_in_words, printable, wrap},
    session::{Evidence, Finding, Severity, Stage, Timestamp},
};

use super::{
    report::Report,
    sheet::{Page, clipped},
    style::Style,
};

/// Appends the report as text.
pub(super) fn write(out: &mut Vec<u8>, report: &Report, exit: Exit, now: Timestamp, style: Style) {
    let mut page = Page::new(style);
    page.line(&style.bold(&cut(&printable(&report.url), page.columns)));
    page.line("");
    page.waterfall(report);
    for stage in &report.ladder {
        match &stage.evidence {
            Evidence::Proxy(proxy) => page.proxy(proxy, stage.outcome.is_ok(), now),
            Evidence::Tls(tls) => page.certificates("", tls, stage.outcome.is_ok(), now),
            _ => {}
        }
    }
    if let Some(Evidence::Upgrade(exchange)) = report.stage(Stage::Upgrade).map(|stage| &stage.evidence) {
        page.authentication(exchange, now);
        page.answer("answer", exchange);
    }
    for finding in &report.findings {
        page.finding(finding);
    }
    page.line("");
    page.verdict(report, exit);
    out.extend_from_slice(page.text.as_bytes());
}

impl Page {
    fn finding(&mut self, finding: &Finding) {
        let (word, dressed) = match finding.severity {
            Severity::Note => ("note", self.style.dim("note")),
            Severity::Warning => ("warning", self.style.odd("warning")),
            Severity::Error => ("error", self.style.bad("error")),
        };
        self.line("");
        let (title, code) = (clipped(&finding.title), format!("[{}]", finding.code));
        let indent = word.width() + 2;
        let mut lead = format!("{dressed}: ");
        for row in wrap(&format!("{title} {code}"), self.columns - indent) {
            let (title, code) =
                row.strip_suffix(&code).map_or((row.as_str(), ""), |title| (title, code.as_str()));
            self.line(&format!("{lead}{}{}", self.style.bold(title), self.style.dim(code)));
            lead = " ".repeat(indent);
        }
        for (label, text) in finding_lines(finding) {
            if label == "seen" && !self.evidence.insert(text.clone()) {
                continue;
            }
            for line in text.lines() {
                self.entry(label, line);
            }
        }
    }

    fn verdict(&mut self, report: &Report, exit: Exit) {
        let message = verdict(report);
        self.rows("", 0, &format!("{message} (exit {})", exit.code()));
    }
}

/// Appends the result of each address, one a line.
pub(super) fn write_addresses(out: &mut Vec<u8>, reports: &[Report], exits: &[Exit], style: Style) {
    let mut page = Page::new(style);
    page.heading("addresses");
    let names: Vec<_> = reports
        .iter()
        .map(|report| report.tried_address().map_or_else(|| "none".to_owned(), |address| address.to_string()))
        .collect();
    let wide = names.iter().map(String::len).max().unwrap_or(0);
    for ((report, exit), name) in reports.iter().zip(exits).zip(&names) {
        let sign = if *exit == Exit::Done { style.good("✓") } else { style.bad("✗") };
        page.rows(&format!("  {sign} {name:<wide$}  "), wide + 6, &verdict(report));
    }
    out.extend_from_slice(page.text.as_bytes());
}

/// The result of a connection, in one sentence.
fn verdict(report: &Report) -> String {
    match report {
        Report { interrupted: true, during: Some((stage, lasting)), .. } => {
            format!("interrupted during {stage}, after {}: it never opened", duration_in_words(*lasting))
        }
        Report { interrupted: true, .. } => "interrupted".to_owned(),
        Report { failed: Some(failure), .. } => failed_in_short(failure),
        Report { lost: Some(lost), first: Some(_), .. } => {
            format!("messages came, then {}", lost_in_short(lost))
        }
        Report { lost: Some(lost), .. } => lost_in_short(lost),
        Report { first: Some(_), opened: Some(opened), .. } => {
            format!("{}, and messages come", opened_in_short(opened))
        }
        Report { opened: Some(opened), .. } => format!("{}, but silent", opened_in_short(opened)),
        _ => "no answer".to_owned(),
    }
}

#[cfg(test)]
mod tests;
