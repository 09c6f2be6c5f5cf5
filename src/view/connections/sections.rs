//! What one connection showed, section by section.

mod tls;

use std::time::Duration;

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{App, Connection},
    payload::{hex, size, span_of},
    session::{Evidence, Exchange, Finding, Fix, PIPELINE_LOG, ProxyEvidence, Response, Route},
};

use super::super::{canvas, ladder, log, problem, theme::Theme, untrusted};

/// A line of the detail, or a rule with the title of a section.
pub enum Item {
    Rule(String),
    Line(Line<'static>),
}

/// Bytes of an answer that is no HTTP that are shown.
const UNREAD: usize = 256;

/// Everything there is to see of a connection, in `width` cells.
pub fn items(app: &App, connection: &Connection, theme: &Theme, width: usize) -> Vec<Item> {
    let lines = ladder::waterfall_of(app, &connection.ladder, theme, width);
    let mut sections = Sections { app, theme, width, items: lines.into_iter().map(Item::Line).collect() };
    sections.happened(connection);
    for report in connection.ladder.stage_rows.iter().filter_map(|stage_row| stage_row.report.as_ref()) {
        sections.evidence(&report.evidence, report.outcome.is_ok());
    }
    if !connection.sent.is_empty() {
        sections.rule("opening messages");
        for sent in &connection.sent {
            let head = format!("↑ {} {:>7}  ", sent.kind.word(), size(sent.payload.len() as u64));
            let room = width.saturating_sub(canvas::width(&head));
            let text = untrusted::preview(sent.kind, &sent.payload, room);
            sections.line([Span::styled(head, theme.dim), Span::raw(text)]);
        }
    }
    sections.pipeline(connection);
    sections.items
}

/// The sections so far, and what they are made with.
struct Sections<'a> {
    app: &'a App,
    theme: &'a Theme,
    width: usize,
    items: Vec<Item>,
}

impl Sections<'_> {
    fn rule(&mut self, title: impl Into<String>) {
        self.items.push(Item::Rule(title.into()));
    }

    fn line<const N: usize>(&mut self, spans: [Span<'static>; N]) {
        self.items.push(Item::Line(spans.into_iter().collect()));
    }

    /// Text from outside over several lines, wrapped into the width.
    fn verbatim(&mut self, text: &str, style: Style) {
        for line in text.lines() {
            let parts = canvas::wrap(&untrusted::safe(line), self.width);
            self.items.extend(parts.into_iter().map(|part| Item::Line(Line::styled(part, style))));
        }
    }

    /// Text from outside, wrapped behind its head.
    fn hang(&mut self, head: Span<'static>, text: &str, style: Style) {
        let lines = canvas::hanging(head, &untrusted::safe(text), style, self.width);
        self.items.extend(lines.map(Item::Line));
    }

    fn fact(&mut self, name: &str, text: &str) {
        self.hang(Span::styled(format!("{name:<14}"), self.theme.dim), text, self.theme.plain);
    }

    /// Findings with their fixes, or what ended the connection where nothing was found.
    fn happened(&mut self, connection: &Connection) {
        let findings = connection.by_gravity();
        if findings.is_empty() && connection.lost.is_none() && connection.ladder.failure.is_none() {
            return;
        }
        self.rule("what happened");
        if let Some((_, lost)) = &connection.lost {
            self.verbatim(&lost.message, self.theme.plain);
        }
        if findings.is_empty()
            && let Some(failure) = &connection.ladder.failure
        {
            self.verbatim(&failure.message, self.theme.strong);
            for cause in &failure.sources {
                self.verbatim(&format!("because: {cause}"), self.theme.dim);
            }
        }
        let mut nth_fix = 0;
        for finding in findings {
            self.finding(finding, &mut nth_fix);
        }
    }

    fn finding(&mut self, finding: &Finding, nth_fix: &mut usize) {
        let theme = self.theme;
        let sign = format!("{} ", problem::sign(finding.severity));
        let sign = Span::styled(sign, theme.severity(finding.severity));
        let code = Span::styled(format!("  {}", finding.code), theme.dim);
        let room = self.width.saturating_sub(code.width() + 1);
        let mut title = canvas::hanging(sign, &untrusted::safe(&finding.title), theme.strong, room);
        self.items.extend(title.next().map(|mut first| {
            first.push_span(code);
            Item::Line(first)
        }));
        self.items.extend(title.map(Item::Line));
        self.hang(Span::raw("  "), &finding.cause, theme.plain);
        // What fixes it stands before the evidence, so that it is in sight on a small screen.
        for fix in &finding.fixes {
            self.fix(fix, nth_fix);
        }
        // What the pipeline says has a section of its own.
        for seen in finding.evidence.iter().filter(|seen| !seen.starts_with(PIPELINE_LOG)) {
            self.hang(Span::styled("  · ", theme.dim), seen, theme.dim);
        }
    }

    /// A fix with the key that applies it; advice has none.
    fn fix(&mut self, fix: &Fix, nth_fix: &mut usize) {
        let chosen = self.app.connections.choosing;
        let is_chosen = !fix.edits.is_empty() && chosen == Some(*nth_fix);
        let key = match chosen {
            _ if fix.edits.is_empty() => "→",
            None if self.app.connections.fix() == Some(fix) => "⏎",
            None => "F",
            Some(_) if is_chosen => "▌⏎",
            Some(_) => " ·",
        };
        *nth_fix += usize::from(!fix.edits.is_empty());
        let style = if is_chosen { self.theme.strong } else { self.theme.plain };
        self.hang(Span::styled(format!("  {key:<3} "), self.theme.accent), &fix.title, style);
        for edit in &fix.edits {
            let text = format!("{}: {}", edit.path, untrusted::safe(&edit.value));
            let text = canvas::cut(&text, self.width.saturating_sub(6));
            self.line([Span::raw("      "), Span::styled(text, self.theme.note)]);
        }
        for line in fix.yaml.lines() {
            let text = canvas::cut(&untrusted::safe(line), self.width.saturating_sub(6));
            self.line([Span::raw("      "), Span::styled(text, self.theme.note)]);
        }
    }

    /// What a stage showed, where there is more of it than its line in the ladder says.
    fn evidence(&mut self, evidence: &Evidence, is_ok: bool) {
        match evidence {
            Evidence::Lookup { route: Some(Route { proxy: None, by }), .. } => {
                self.rule("no proxy");
                self.verbatim(by, self.theme.plain);
            }
            Evidence::Lookup { addresses, .. } if addresses.len() > 1 => {
                self.rule(format!("{} addresses", addresses.len()));
                let all: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                self.verbatim(&all.join(", "), self.theme.plain);
            }
            Evidence::Tcp { tried, .. } if tried.iter().any(|one| one.error.is_some()) || tried.len() > 1 => {
                self.rule("addresses tried");
                for one in tried {
                    let took = span_of(Duration::from_micros(one.took_us));
                    let (sign, style, message) = match &one.error {
                        Some(error) => ("✕ ", self.theme.bad, untrusted::safe(error)),
                        None => ("✓ ", self.theme.ok, "connected".to_owned()),
                    };
                    let address = format!("{:<28} {took:>9}  ", one.address.to_string());
                    let message = Span::styled(message, self.theme.dim);
                    self.line([Span::styled(sign, style), Span::raw(address), message]);
                }
            }
            Evidence::Tls(tls) => self.tls("", tls, is_ok),
            Evidence::Proxy(proxy) => self.proxy(proxy, is_ok),
            Evidence::Upgrade(exchange) => self.exchange("", exchange),
            _ => {}
        }
    }

    /// What the proxy was asked and said, apart from what the server said.
    fn proxy(&mut self, proxy: &ProxyEvidence, is_ok: bool) {
        self.rule("proxy");
        self.fact("address", &proxy.url);
        self.fact("chosen by", &proxy.by);
        self.fact("target", &proxy.target);
        if let Some(socks) = proxy.socks {
            self.fact("SOCKS 5", socks.words());
        }
        if let Some(tls) = &proxy.tls {
            self.tls(" with the proxy", tls, is_ok || proxy.exchange.is_some());
        }
        if let Some(exchange) = &proxy.exchange {
            self.exchange(" to the proxy", exchange);
        }
        if !proxy.unread.is_empty() {
            self.rule("what the proxy sent instead");
            self.bytes(&proxy.unread);
        }
    }

    /// The title names `whom` it is sent to, unless it is the server.
    fn exchange(&mut self, whom: &str, exchange: &Exchange) {
        self.rule(format!("request{whom}, secrets masked"));
        self.verbatim(&exchange.request, self.theme.plain);
        let server = exchange.response.as_ref().and_then(Response::date);
        for evidence in &exchange.auth {
            self.rule("authentication, secrets masked");
            for (name, text) in evidence.facts(self.app.now, server) {
                self.fact(name, &text);
            }
        }
        if let Some(response) = &exchange.response {
            self.rule(match exchange.renegotiations {
                0 if whom.is_empty() => "response",
                0 => "response of the proxy",
                _ => "response, after a new TLS handshake that the server asked for",
            });
            self.verbatim(&response.head, self.theme.plain);
            if !response.body.is_empty() {
                let end = response.body_end.words().map_or(String::new(), |words| format!(", {words}"));
                self.rule(format!("body, {}{end}", size(response.body.len() as u64)));
                self.verbatim(&response.body, self.theme.plain);
            }
        }
        if !exchange.unread.is_empty() {
            self.rule(format!("an answer that is not HTTP, {}", size(exchange.unread_size)));
            self.bytes(&exchange.unread);
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(UNREAD)];
        let each = hex::each(bytes.len(), self.width);
        for row in (0..).map_while(|nth| hex::row(bytes, nth, each)) {
            self.line([Span::raw(row.hex), Span::styled(format!("  {}", row.text), self.theme.ok)]);
        }
    }

    /// What an operator of the pipeline would have seen.
    fn pipeline(&mut self, connection: &Connection) {
        let is_over = connection.ladder.failure.is_some() || connection.lost.is_some();
        if connection.pipeline.is_empty() && !is_over {
            return;
        }
        self.rule("the pipeline's log");
        if connection.pipeline.is_empty() {
            self.line([Span::styled("nothing: the pipeline logs nothing about this", self.theme.dim)]);
        }
        for line in &connection.pipeline {
            let level = format!("{:<6}", line.level.word().to_uppercase());
            let head = Span::styled(level, log::level(line.level, self.theme));
            self.hang(head, &line.text, self.theme.plain);
        }
    }
}
