//! The report for people: a waterfall, then what stands behind it.

use std::time::Duration;

use crate::{
    cli::Exit,
    headless::words::{count, day, explained, took},
    payload::{cut, printable},
    session::{
        Certificate, Evidence, Exchange, Finding, Kind, OpenSent, Severity, Stage, StageReport, Timestamp,
        TlsEvidence, Tried,
    },
};

use super::{report::Report, style::Style};

/// Cells of the waterfall.
const WIDTH: usize = 24;
/// How many lines of an answer are shown.
const LINES: usize = 20;
/// How wide a text from outside may be, in cells.
const COLUMNS: usize = 200;

/// Appends the report as text.
pub(super) fn write(out: &mut Vec<u8>, report: &Report, exit: Exit, now: Timestamp, style: Style) {
    let mut page = Page { text: String::new(), style };
    page.line(&style.bold(&printable(&report.url)));
    page.line("");
    page.waterfall(report);
    if let Some(Evidence::Tls(tls)) = report.stage(Stage::Tls).map(|stage| &stage.evidence) {
        page.certificates(tls, now);
    }
    if let Some(Evidence::Upgrade(exchange)) = report.stage(Stage::Upgrade).map(|stage| &stage.evidence) {
        page.answer(exchange);
    }
    for finding in &report.findings {
        page.finding(finding);
    }
    page.line("");
    page.verdict(report, exit);
    out.extend_from_slice(page.text.as_bytes());
}

struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.line("");
        self.line(&self.style.bold(text));
    }

    fn entry(&mut self, label: &str, text: &str) {
        let label = self.style.dim(&format!("{label:<9}"));
        self.line(&format!("  {label} {}", clipped(text)));
    }

    fn waterfall(&mut self, report: &Report) {
        let Some((origin, whole)) = report.span() else { return };
        for stage in report.ladder.iter().filter(|report| report.stage != Stage::First) {
            let bar = bar(stage.began.since(origin), stage.took, whole);
            let sign = if stage.outcome.is_ok() { self.style.good("✓") } else { self.style.bad("✗") };
            self.rung(&sign, stage.stage, Some(stage.took), &bar, &in_words(stage));
        }
        match (&report.first, report.opened_at) {
            (Some(first), Some(opened)) => {
                let bar = bar(opened.since(origin), first.took, whole);
                let kind = if first.kind == Kind::Text { "text" } else { "binary" };
                let preview = String::from_utf8_lossy(&first.preview);
                let begins = if first.kind == Kind::Text { format!(": {preview}") } else { String::new() };
                let says = format!("{kind}, {} B{begins}", first.size);
                self.rung(&self.style.good("✓"), Stage::First, Some(first.took), &bar, &says);
            }
            (None, Some(_)) if report.lost.is_none() => {
                self.rung(&self.style.odd("·"), Stage::First, None, "", "nothing came");
            }
            _ => (),
        }
    }

    fn rung(&mut self, sign: &str, stage: Stage, time: Option<Duration>, bar: &str, says: &str) {
        let time = time.map_or_else(String::new, took);
        let bar = format!("{bar}{}", " ".repeat(WIDTH.saturating_sub(bar.chars().count())));
        self.line(&format!("{sign} {stage:<7} {time:>9}  {}  {}", self.style.dim(&bar), clipped(says)));
    }

    fn certificates(&mut self, tls: &TlsEvidence, now: Timestamp) {
        if tls.chain.is_empty() {
            return;
        }
        self.heading("certificates");
        for (certificate, nth) in tls.chain.iter().zip(1..) {
            self.entry(&nth.to_string(), &certificate.subject);
            self.entry("issuer", &certificate.issuer);
            if !certificate.names.is_empty() {
                self.entry("names", &certificate.names.join(", "));
            }
            self.entry("valid", &validity(certificate, now));
            self.entry("key", &format!("{}, signed with {}", certificate.key, certificate.signature));
            self.entry("sha256", &certificate.sha256);
        }
        self.entry("trust", &tls.trust);
        if let Some(verdict) = &tls.verdict {
            self.entry("verdict", verdict);
        }
    }

    fn answer(&mut self, exchange: &Exchange) {
        let Some(response) = &exchange.response else {
            if !exchange.unread.is_empty() {
                self.heading("answer");
                self.quoted(&String::from_utf8_lossy(&exchange.unread));
            }
            return;
        };
        self.heading("answer");
        self.quoted(&response.head);
        if !response.body.is_empty() {
            self.line("");
            self.quoted(&response.body);
        }
        if let Some(missing) = response.body_end.words() {
            self.line(&self.style.dim(&format!("  ({missing})")));
        }
    }

    /// Text of the server, its first lines.
    fn quoted(&mut self, text: &str) {
        let text = text.trim_end();
        for line in text.lines().take(LINES) {
            self.line(&format!("  {}", clipped(line)));
        }
        let more = text.lines().count().saturating_sub(LINES);
        if more > 0 {
            self.line(&self.style.dim(&format!("  ({} more)", count(more as u64, "line"))));
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let word = match finding.severity {
            Severity::Note => self.style.dim("note"),
            Severity::Warning => self.style.odd("warning"),
            Severity::Error => self.style.bad("error"),
        };
        let title = self.style.bold(&printable(&finding.title));
        self.line("");
        self.line(&format!("{word}: {title} {}", self.style.dim(&format!("[{}]", finding.code))));
        for (label, text) in explained(finding) {
            for line in text.lines() {
                self.entry(label, line);
            }
        }
    }

    fn verdict(&mut self, report: &Report, exit: Exit) {
        let says = match report {
            Report { interrupted: true, .. } => "interrupted".to_owned(),
            Report { failed: Some(failure), .. } => format!("failed at {}: {}", failure.stage, failure.says),
            Report { lost: Some(lost), .. } => format!("lost after {}: {}", took(lost.open_for), lost.says),
            Report { first: Some(_), opened: Some(opened), .. } => {
                format!("open in {}, and messages come", took(opened.took))
            }
            Report { opened: Some(opened), .. } => format!("open in {}, but silent", took(opened.took)),
            _ => "no answer".to_owned(),
        };
        self.line(&format!("{} (exit {})", clipped(&says), exit.code()));
    }
}

/// Where in the whole a stage lay, in eighths of a cell, never without a mark.
fn bar(began: Duration, time: Duration, whole: Duration) -> String {
    const PARTS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let eighths = |span: Duration| {
        let share = span.as_micros() * (WIDTH as u128 * 8) / whole.as_micros().max(1);
        usize::try_from(share).unwrap_or(WIDTH * 8).min(WIDTH * 8)
    };
    // A bar begins at a whole cell, since there are no blocks that lack their left part.
    let indent = (eighths(began) / 8).min(WIDTH - 1);
    let length = eighths(time).clamp(1, (WIDTH - indent) * 8);
    let mut bar = " ".repeat(indent);
    bar.extend(std::iter::repeat_n('█', length / 8));
    bar.extend((!length.is_multiple_of(8)).then(|| PARTS[length % 8 - 1]));
    bar
}

fn clipped(text: &str) -> String {
    cut(&printable(text), COLUMNS).into_owned()
}

fn validity(certificate: &Certificate, now: Timestamp) -> String {
    const DAY: i64 = 86_400_000_000;
    let days = (certificate.not_after.0 - now.0) / DAY;
    let left = match days {
        _ if certificate.not_after < now => format!("expired {} ago", count(days.unsigned_abs(), "day")),
        _ if certificate.not_before > now => "not yet valid".to_owned(),
        _ => format!("{} left", count(days.unsigned_abs(), "day")),
    };
    format!("{} to {}, {left}", day(certificate.not_before), day(certificate.not_after))
}

fn in_words(report: &StageReport) -> String {
    if let Err(failure) = &report.outcome {
        return failure.says.clone();
    }
    match &report.evidence {
        Evidence::Nothing {} => String::new(),
        Evidence::Lookup { addresses, .. } => {
            addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Evidence::Tcp { tried, remote, .. } => tcp_in_words(tried, *remote),
        Evidence::Tls(tls) => {
            let known = [&tls.version, &tls.suite, &tls.group];
            let mut words: Vec<&str> = known.into_iter().filter_map(Option::as_deref).collect();
            words.extend(tls.skipped.then_some("not verified"));
            words.join(", ")
        }
        Evidence::Upgrade(exchange) => exchange
            .response
            .as_ref()
            .map_or_else(String::new, |response| format!("{} {}", response.status, response.reason)),
        Evidence::Open { sent } => opening_in_words(sent),
    }
}

fn tcp_in_words(tried: &[Tried], remote: Option<std::net::SocketAddr>) -> String {
    let mut words: Vec<String> = remote.iter().map(ToString::to_string).collect();
    for tried in tried {
        words.extend(tried.error.as_ref().map(|error| format!("not {}: {error}", tried.address)));
    }
    words.join("; ")
}

fn opening_in_words(sent: &[OpenSent]) -> String {
    let bytes: u64 = sent.iter().map(|sent| sent.size).sum();
    format!("{} sent, {bytes} B", count(sent.len() as u64, "message"))
}
