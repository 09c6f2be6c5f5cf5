//! The report for people: a waterfall, then what stands behind it.

use std::{collections::HashSet, net::IpAddr, time::Duration};

use unicode_width::UnicodeWidthStr as _;

use crate::{
    cli::Exit,
    headless::words::explained,
    payload::{counted, cut, duration_in_words as took, printable, wrap},
    session::{
        Certificate, ClientEvidence, Evidence, Exchange, Finding, Kind, OpenSent, ProxyEvidence, Response,
        Route, Severity, Stage, StageReport, Timestamp, TlsEvidence, Tried,
    },
};

use super::{report::Report, style::Style};

/// Cells of the waterfall.
const WIDTH: usize = 24;
/// Cells of a step of the waterfall before its words.
const RUNG: usize = 2 + 7 + 1 + 9 + 2 + WIDTH + 2;
/// How many lines of an answer are shown.
const LINES: usize = 20;
/// How much of one line from outside is shown, in cells.
const LONGEST: usize = 1000;
/// A page is at least as wide, so that a bar and some words fit.
const NARROWEST: usize = 60;

/// Appends the report as text.
pub(super) fn write(out: &mut Vec<u8>, report: &Report, exit: Exit, now: Timestamp, style: Style) {
    let columns = style.columns.max(NARROWEST);
    let mut page = Page { text: String::new(), style, columns, evidence: HashSet::new() };
    page.line(&style.bold(&cut(&printable(&report.url), columns)));
    page.line("");
    page.waterfall(report);
    if let Some(Evidence::Proxy(proxy)) = report.stage(Stage::Proxy).map(|stage| &stage.evidence) {
        page.proxy(proxy, now);
    }
    if let Some(Evidence::Tls(tls)) = report.stage(Stage::Tls).map(|stage| &stage.evidence) {
        page.certificates("", tls, now);
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

struct Page {
    text: String,
    style: Style,
    columns: usize,
    /// What findings have brought forward, since several may rest on the same.
    evidence: HashSet<String>,
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
        let label = format!("{label:<9}");
        self.rows(&format!("  {} ", self.style.dim(&label)), label.width() + 3, text);
    }

    /// Text behind a `lead` of so many cells, in as many rows as it takes.
    fn rows(&mut self, lead: &str, indent: usize, text: &str) {
        let text = clipped(text);
        for (nth, row) in wrap(&text, self.columns - indent).into_iter().enumerate() {
            match nth {
                0 => self.line(&format!("{lead}{row}")),
                _ => self.line(&format!("{:indent$}{row}", "")),
            }
        }
    }

    fn waterfall(&mut self, report: &Report) {
        let Some((origin, whole)) = report.span() else { return };
        for stage in report.ladder.iter().filter(|report| report.stage != Stage::First) {
            let bar = bar(stage.began.since(origin), stage.took, whole);
            let sign = if stage.outcome.is_ok() { self.style.good("✓") } else { self.style.bad("✗") };
            self.stage_row(&sign, stage.stage, Some(stage.took), &bar, &in_words(stage));
        }
        match (&report.first, report.opened_at) {
            (Some(first), Some(opened)) => {
                let bar = bar(opened.since(origin), first.took, whole);
                let kind = first.kind.word();
                let preview = String::from_utf8_lossy(&first.preview);
                let begins = if first.kind == Kind::Text { format!(": {preview}") } else { String::new() };
                let message = format!("{kind}, {} B{begins}", first.size);
                self.stage_row(&self.style.good("✓"), Stage::First, Some(first.took), &bar, &message);
            }
            (None, Some(_)) if report.lost.is_none() => {
                self.stage_row(&self.style.odd("·"), Stage::First, None, "", "nothing came");
            }
            _ => (),
        }
    }

    fn stage_row(&mut self, sign: &str, stage: Stage, time: Option<Duration>, bar: &str, message: &str) {
        let time = time.map_or_else(String::new, took);
        let bar = format!("{bar:<WIDTH$}");
        let lead = format!("{sign} {stage:<7} {time:>9}  {}  ", self.style.dim(&bar));
        if clipped(message).width() <= self.columns - RUNG {
            return self.line(&format!("{lead}{}", clipped(message)));
        }
        self.line(&lead);
        self.rows("    ", 4, message);
    }

    /// What the proxy said, apart from what the server said.
    fn proxy(&mut self, proxy: &ProxyEvidence, now: Timestamp) {
        self.heading("proxy");
        self.entry("address", &proxy.url);
        self.entry("chosen by", &proxy.by);
        self.entry("target", &proxy.target);
        if let Some(socks) = proxy.socks {
            self.entry("SOCKS", socks.words());
        }
        if !proxy.unread.is_empty() {
            self.entry("sent", &String::from_utf8_lossy(&proxy.unread));
        }
        if let Some(tls) = &proxy.tls {
            self.certificates(" of the proxy", tls, now);
        }
        if let Some(exchange) = &proxy.exchange {
            self.heading("request to the proxy");
            self.quoted(&exchange.request);
            self.answer("answer of the proxy", exchange);
        }
    }

    /// `whose` stands behind the headings where they are not the server's.
    fn certificates(&mut self, whose: &str, tls: &TlsEvidence, now: Timestamp) {
        self.heading(&format!("tls{whose}"));
        self.entry("sent", tls.server_name.as_deref().unwrap_or("no server name: the host is an address"));
        self.entry("offered", "TLS 1.2 and TLS 1.3, no ALPN");
        if let Some(asked) = tls.client.as_ref().map(ClientEvidence::summary) {
            self.entry("client", &asked);
        }
        self.entry("trust", tls.anchor.as_deref().unwrap_or(&tls.trust));
        if let Some(verdict) = &tls.verdict {
            self.entry("verdict", verdict);
        }
        if tls.chain.is_empty() {
            return;
        }
        self.heading(&format!("certificates{whose}"));
        for (certificate, nth) in tls.chain.iter().zip(0..) {
            self.entry(&nth.to_string(), &certificate.subject);
            self.entry("issuer", &certificate.issuer);
            if !certificate.names.is_empty() {
                self.entry("names", &certificate.names.join(", "));
            }
            self.entry("valid", &validity(certificate, now));
            let authority = if certificate.ca { ", an authority" } else { "" };
            let key = format!("{}, signed with {}{authority}", certificate.key, certificate.signature);
            self.entry("key", &key);
            self.entry("sha256", &certificate.sha256);
        }
    }

    fn authentication(&mut self, exchange: &Exchange, now: Timestamp) {
        let server = exchange.response.as_ref().and_then(Response::date);
        for evidence in &exchange.auth {
            self.heading("authentication");
            for (name, text) in evidence.facts(now, server) {
                self.entry(name, &text);
            }
        }
    }

    fn answer(&mut self, heading: &str, exchange: &Exchange) {
        let Some(response) = &exchange.response else {
            if !exchange.unread.is_empty() {
                self.heading(heading);
                self.quoted(&String::from_utf8_lossy(&exchange.unread));
            }
            return;
        };
        self.heading(heading);
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
            self.rows("  ", 2, line);
        }
        let more = text.lines().count().saturating_sub(LINES);
        if more > 0 {
            self.line(&self.style.dim(&format!("  ({} more)", counted(more as u64, "line"))));
        }
    }

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
        for (label, text) in explained(finding) {
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

/// How each address did, one a line.
pub(super) fn write_addresses(out: &mut Vec<u8>, reports: &[Report], exits: &[Exit], style: Style) {
    let columns = style.columns.max(NARROWEST);
    let mut page = Page { text: String::new(), style, columns, evidence: HashSet::new() };
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

/// How a connection did, in one sentence.
fn verdict(report: &Report) -> String {
    match report {
        Report { interrupted: true, during: Some((stage, lasting)), .. } => {
            format!("interrupted during {stage}, after {}: it never opened", took(*lasting))
        }
        Report { interrupted: true, .. } => "interrupted".to_owned(),
        Report { failed: Some(failure), .. } => format!("failed at {}: {}", failure.stage, failure.message),
        Report { lost: Some(lost), first, .. } => {
            let after = if first.is_some() { "messages came, then " } else { "" };
            format!("{after}lost after {}: {}", took(lost.open_for), lost.message)
        }
        Report { first: Some(_), opened: Some(opened), .. } => {
            format!("open in {}, and messages come", took(opened.took))
        }
        Report { opened: Some(opened), .. } => format!("open in {}, but silent", took(opened.took)),
        _ => "no answer".to_owned(),
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
    cut(&printable(text), LONGEST).into_owned()
}

fn validity(certificate: &Certificate, now: Timestamp) -> String {
    let Certificate { not_before, not_after, .. } = certificate;
    let days = counted(not_after.days_since(now).unsigned_abs(), "day");
    let left = match (*not_before..=*not_after).contains(&now) {
        true => format!("{days} left"),
        false if now > *not_after => format!("expired {days} ago"),
        false => "not yet valid".to_owned(),
    };
    format!("{} to {}, {left}", not_before.day(), not_after.day())
}

fn in_words(report: &StageReport) -> String {
    if let Err(failure) = &report.outcome {
        return failure.message.clone();
    }
    match &report.evidence {
        Evidence::Nothing {} => String::new(),
        Evidence::Lookup { host, addresses, route } => lookup_in_words(host, addresses, route.as_ref()),
        Evidence::Proxy(proxy) => proxy.summary(),
        Evidence::Tcp { tried, remote, .. } => tcp_in_words(tried, *remote),
        Evidence::Tls(tls) => {
            let known = [&tls.version, &tls.suite, &tls.group];
            let mut words: Vec<&str> = known.into_iter().filter_map(Option::as_deref).collect();
            words.extend(tls.skipped.then_some("not verified"));
            words.join(", ")
        }
        Evidence::Upgrade(exchange) => exchange.summary().unwrap_or_default(),
        Evidence::Open { sent } => opening_in_words(sent),
    }
}

/// The addresses, and why a proxy that is named does not count. Of a proxy its host too.
fn lookup_in_words(host: &str, addresses: &[IpAddr], route: Option<&Route>) -> String {
    let all = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match route {
        None => all,
        Some(route @ Route { proxy: Some(_), .. }) if all != host => {
            format!("{host}: {all} ({})", route.summary())
        }
        Some(route) => format!("{all} ({})", route.summary()),
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
    format!("{} sent, {bytes} B", counted(sent.len() as u64, "message"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{ConnectionId, Event, EventKind, Failure, FailureKind};

    const LONG: &str = "connection refused by 192.0.2.17:8443; none of 12 addresses took it, and each of \
                        them was tried for as long as its share of the time was";

    fn page(columns: usize, told: Vec<EventKind>) -> String {
        let mut report = Report::new(format!("wss://feed.example/{}", "ticks/".repeat(30)));
        for kind in told {
            report.take(&Event { at: Timestamp(0), connection: ConnectionId(1), kind });
        }
        let mut out = Vec::new();
        let style = Style { colours: false, columns };
        write(&mut out, &report, Exit::Tcp, Timestamp(0), style);
        String::from_utf8(out).expect("a page is UTF-8")
    }

    fn failure() -> Failure {
        Failure {
            stage: Stage::Tcp,
            kind: FailureKind::Refused,
            message: LONG.to_owned(),
            sources: Vec::new(),
        }
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
            title: "none of the addresses took the connection, which a firewall may be the reason of"
                .to_owned(),
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
}
