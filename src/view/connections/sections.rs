//! What one connection showed, section by section.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{App, Connection},
    payload::{hex, size, span_of},
    session::{
        Certificate, ClientEvidence, Evidence, Exchange, Finding, Fix, PIPELINE_LOG, ProxyEvidence, Response,
        Route, Timestamp, TlsEvidence,
    },
};

use super::super::{canvas, ladder, problem, theme::Theme, untrusted};
use super::verbatim;

/// A line of the detail, or a rule with the title of a section.
pub enum Item {
    Rule(String),
    Line(Line<'static>),
}

/// Bytes of an answer that is no HTTP that are shown.
const UNREAD: usize = 256;

/// Everything there is to see of a connection, in `width` cells.
pub fn items(app: &App, connection: &Connection, theme: &Theme, width: usize) -> Vec<Item> {
    let mut items: Vec<Item> =
        ladder::waterfall_of(app, &connection.ladder, theme, width).into_iter().map(Item::Line).collect();
    happened(app, connection, theme, width, &mut items);
    for stage_row in &connection.ladder.stage_rows {
        let Some(report) = &stage_row.report else { continue };
        match &report.evidence {
            Evidence::Lookup { route: Some(Route { proxy: None, by }), .. } => {
                items.push(Item::Rule("no proxy".to_owned()));
                verbatim(by, width, theme.plain, &mut items);
            }
            Evidence::Lookup { addresses, .. } if addresses.len() > 1 => {
                items.push(Item::Rule(format!("{} addresses", addresses.len())));
                let all: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                verbatim(&all.join(", "), width, theme.plain, &mut items);
            }
            Evidence::Tcp { tried, .. } if tried.iter().any(|one| one.error.is_some()) || tried.len() > 1 => {
                items.push(Item::Rule("addresses tried".to_owned()));
                for one in tried {
                    let took = span_of(std::time::Duration::from_micros(one.took_us));
                    let (sign, style, message) = match &one.error {
                        Some(error) => ("✕", theme.bad, untrusted::safe(error)),
                        None => ("✓", theme.ok, "connected".to_owned()),
                    };
                    items.push(Item::Line(Line::from(vec![
                        Span::styled(format!("{sign} "), style),
                        Span::raw(format!("{:<28} {took:>9}  ", one.address.to_string())),
                        Span::styled(message, theme.dim),
                    ])));
                }
            }
            Evidence::Tls(tls) => of_tls("", app, tls, report.outcome.is_ok(), theme, width, &mut items),
            Evidence::Proxy(proxy) => of_proxy(app, proxy, report.outcome.is_ok(), theme, width, &mut items),
            Evidence::Upgrade(exchange) => of_exchange("", exchange, app.now, theme, width, &mut items),
            _ => {}
        }
    }
    if !connection.sent.is_empty() {
        items.push(Item::Rule("opening messages".to_owned()));
        for sent in &connection.sent {
            let head = format!("↑ {} {:>7}  ", sent.kind.word(), size(sent.payload.len() as u64));
            let room = width.saturating_sub(canvas::width(&head));
            let text = untrusted::preview(sent.kind, &sent.payload, room);
            items.push(Item::Line(Line::from(vec![Span::styled(head, theme.dim), Span::raw(text)])));
        }
    }
    pipeline(connection, theme, width, &mut items);
    items
}

/// Findings with their fixes, or what ended the connection where nothing was found.
fn happened(app: &App, connection: &Connection, theme: &Theme, width: usize, items: &mut Vec<Item>) {
    let findings = connection.by_gravity();
    if findings.is_empty() && connection.lost.is_none() && connection.ladder.failure.is_none() {
        return;
    }
    items.push(Item::Rule("what happened".to_owned()));
    if let Some((_, lost)) = &connection.lost {
        verbatim(&lost.message, width, theme.plain, items);
    }
    if findings.is_empty()
        && let Some(failure) = &connection.ladder.failure
    {
        verbatim(&failure.message, width, theme.strong, items);
        failure
            .sources
            .iter()
            .for_each(|cause| verbatim(&format!("because: {cause}"), width, theme.dim, items));
    }
    let mut nth_fix = 0;
    for finding in findings {
        of_finding(app, finding, &mut nth_fix, theme, width, items);
    }
}

fn of_finding(
    app: &App,
    finding: &Finding,
    nth_fix: &mut usize,
    theme: &Theme,
    width: usize,
    items: &mut Vec<Item>,
) {
    let sign = format!("{} ", problem::sign(finding.severity));
    let sign = Span::styled(sign, theme.severity(finding.severity));
    let code = Span::styled(format!("  {}", finding.code), theme.dim);
    let room = width.saturating_sub(code.width() + 1);
    let mut title = canvas::hanging(sign, &untrusted::safe(&finding.title), theme.strong, room);
    items.extend(title.next().map(|mut first| {
        first.push_span(code);
        Item::Line(first)
    }));
    items.extend(title.map(Item::Line));
    hang(Span::raw("  "), &finding.cause, theme.plain, width, items);
    // What fixes it stands before the evidence, so that it is in sight on a small screen.
    for fix in &finding.fixes {
        of_fix(app, fix, nth_fix, theme, width, items);
    }
    // What the pipeline says has a section of its own.
    for seen in finding.evidence.iter().filter(|seen| !seen.starts_with(PIPELINE_LOG)) {
        hang(Span::styled("  · ", theme.dim), seen, theme.dim, width, items);
    }
}

/// Text from outside, wrapped behind its head.
fn hang(head: Span<'static>, text: &str, style: Style, width: usize, items: &mut Vec<Item>) {
    items.extend(canvas::hanging(head, &untrusted::safe(text), style, width).map(Item::Line));
}

/// A fix with the key that applies it; advice has none.
fn of_fix(app: &App, fix: &Fix, nth_fix: &mut usize, theme: &Theme, width: usize, items: &mut Vec<Item>) {
    let is_chosen = !fix.edits.is_empty() && app.connections.choosing == Some(*nth_fix);
    let key = match (fix.edits.is_empty(), app.connections.choosing) {
        (true, _) => "→",
        (false, None) if *nth_fix == 0 => "⏎",
        (false, None) => "F",
        (false, Some(_)) => {
            if is_chosen {
                "▌⏎"
            } else {
                " ·"
            }
        }
    };
    *nth_fix += usize::from(!fix.edits.is_empty());
    let style = if is_chosen { theme.strong } else { theme.plain };
    hang(Span::styled(format!("  {key:<3} "), theme.accent), &fix.title, style, width, items);
    for edit in &fix.edits {
        let text =
            canvas::cut(&format!("{}: {}", edit.path, untrusted::safe(&edit.value)), width.saturating_sub(6));
        items.push(Item::Line(Line::from(vec![Span::raw("      "), Span::styled(text, theme.note)])));
    }
}

fn fact(name: &str, text: &str, theme: &Theme, width: usize, items: &mut Vec<Item>) {
    hang(Span::styled(format!("{name:<14}"), theme.dim), text, theme.plain, width, items);
}

/// What the proxy was asked and said, apart from what the server said.
fn of_proxy(
    app: &App,
    proxy: &ProxyEvidence,
    is_ok: bool,
    theme: &Theme,
    width: usize,
    items: &mut Vec<Item>,
) {
    items.push(Item::Rule("proxy".to_owned()));
    fact("address", &proxy.url, theme, width, items);
    fact("chosen by", &proxy.by, theme, width, items);
    fact("target", &proxy.target, theme, width, items);
    if let Some(socks) = proxy.socks {
        fact("SOCKS 5", socks.words(), theme, width, items);
    }
    if let Some(tls) = &proxy.tls {
        of_tls(" with the proxy", app, tls, is_ok || proxy.exchange.is_some(), theme, width, items);
    }
    if let Some(exchange) = &proxy.exchange {
        of_exchange(" to the proxy", exchange, app.now, theme, width, items);
    }
    if !proxy.unread.is_empty() {
        items.push(Item::Rule("what the proxy sent instead".to_owned()));
        of_bytes(&proxy.unread, theme, width, items);
    }
}

/// The title names `whom` it is with, unless it is the server.
fn of_tls(
    whom: &str,
    app: &App,
    tls: &TlsEvidence,
    is_ok: bool,
    theme: &Theme,
    width: usize,
    items: &mut Vec<Item>,
) {
    items.push(Item::Rule(format!("tls{whom}")));
    let mut tell = |name: &str, text: Option<&str>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            fact(name, text, theme, width, items);
        }
    };
    tell("version", tls.version.as_deref());
    tell("suite", tls.suite.as_deref());
    tell("key exchange", tls.group.as_deref());
    tell("server name", tls.server_name.as_deref());
    tell("offered", Some("TLS 1.2 and TLS 1.3, no ALPN"));
    tell("client cert", tls.client.as_ref().map(ClientEvidence::summary).as_deref());
    tell("trust", Some(&tls.trust));
    tell("leads to", tls.anchor.as_deref());
    let verified = (is_ok && !tls.skipped).then_some("the chain and the name verified");
    tell("verdict", tls.verdict.as_deref().or(verified));
    tell("verify", tls.skipped.then_some("off: anyone on the way can read the traffic"));
    if tls.chain.is_empty() {
        return;
    }
    items.push(Item::Rule("certificate chain, as received".to_owned()));
    for (nth, certificate) in tls.chain.iter().enumerate() {
        of_certificate(nth, certificate, app.now, theme, width, items);
    }
}

fn of_certificate(
    nth: usize,
    certificate: &Certificate,
    now: Timestamp,
    theme: &Theme,
    width: usize,
    items: &mut Vec<Item>,
) {
    let left = certificate.not_after.days_since(now);
    let (validity, style) = if now < certificate.not_before {
        (format!("not valid before {}", certificate.not_before.day()), theme.bad)
    } else if now >= certificate.not_after {
        (format!("expired {}, {} days ago", certificate.not_after.day(), -left), theme.bad)
    } else {
        let style = if left < 14 { theme.wait } else { theme.ok };
        (format!("valid {left} days, until {}", certificate.not_after.day()), style)
    };
    let subject = canvas::cut(&untrusted::safe(&certificate.subject), width.saturating_sub(4));
    items.push(Item::Line(Line::from(vec![
        Span::styled(format!("{nth} "), theme.dim),
        Span::styled(subject, theme.strong),
    ])));
    let mut tell = |name: &str, text: &str, style| {
        hang(Span::styled(format!("  {name:<12}"), theme.dim), text, style, width, items);
    };
    tell("", &validity, style);
    if !certificate.names.is_empty() {
        tell("names", &certificate.names.join(", "), theme.plain);
    }
    let own = if certificate.self_issued { " (itself)" } else { "" };
    tell("issuer", &format!("{}{own}", certificate.issuer), theme.plain);
    let ca = if certificate.ca { " · a certificate authority" } else { "" };
    tell("key", &format!("{} · signed with {}{ca}", certificate.key, certificate.signature), theme.plain);
    tell("sha-256", &certificate.sha256, theme.dim);
}

/// The title names `whom` it is sent to, unless it is the server.
fn of_exchange(
    whom: &str,
    exchange: &Exchange,
    now: Timestamp,
    theme: &Theme,
    width: usize,
    items: &mut Vec<Item>,
) {
    items.push(Item::Rule(format!("request{whom}, secrets masked")));
    verbatim(&exchange.request, width, theme.plain, items);
    let server = exchange.response.as_ref().and_then(Response::date);
    for evidence in &exchange.auth {
        items.push(Item::Rule("authentication, secrets masked".to_owned()));
        for (name, text) in evidence.facts(now, server) {
            fact(name, &text, theme, width, items);
        }
    }
    if let Some(response) = &exchange.response {
        let again = match exchange.renegotiations {
            0 if whom.is_empty() => "response",
            0 => "response of the proxy",
            _ => "response, after a new TLS handshake that the server asked for",
        };
        items.push(Item::Rule(again.to_owned()));
        verbatim(&response.head, width, theme.plain, items);
        if !response.body.is_empty() {
            let end = response.body_end.words().map_or(String::new(), |words| format!(", {words}"));
            items.push(Item::Rule(format!("body, {}{end}", size(response.body.len() as u64))));
            verbatim(&response.body, width, theme.plain, items);
        }
    }
    if !exchange.unread.is_empty() {
        items.push(Item::Rule(format!("an answer that is not HTTP, {}", size(exchange.unread_size))));
        of_bytes(&exchange.unread, theme, width, items);
    }
}

fn of_bytes(bytes: &[u8], theme: &Theme, width: usize, items: &mut Vec<Item>) {
    let bytes = &bytes[..bytes.len().min(UNREAD)];
    let each = hex::each(bytes.len(), width);
    for row in (0..).map_while(|nth| hex::row(bytes, nth, each)) {
        items.push(Item::Line(Line::from(vec![
            Span::raw(row.hex),
            Span::styled(format!("  {}", row.text), theme.ok),
        ])));
    }
}

/// What an operator of the pipeline would have seen.
fn pipeline(connection: &Connection, theme: &Theme, width: usize, items: &mut Vec<Item>) {
    let is_over = connection.ladder.failure.is_some() || connection.lost.is_some();
    if connection.pipeline.is_empty() && !is_over {
        return;
    }
    items.push(Item::Rule("the pipeline's log".to_owned()));
    if connection.pipeline.is_empty() {
        items.push(Item::Line(Line::styled("nothing: the pipeline logs nothing about this", theme.dim)));
    }
    for line in &connection.pipeline {
        let level = line.level.word().to_uppercase();
        let head = Span::styled(format!("{level:<6}"), super::super::log::level(line.level, theme));
        hang(head, &line.text, theme.plain, width, items);
    }
}
