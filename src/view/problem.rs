//! What is wrong or missing, in sentences: findings, their fixes, and what an empty feed says.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, State},
    payload::{counted, span_of, thousands},
    session::{End, Finding, Severity, Stage},
};

use super::{canvas, canvas::Canvas, theme::Theme, untrusted};

/// Lines of a server's refusal that are shown.
const BODY: usize = 4;

/// The sign that stands before a finding.
pub const fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "•",
        Severity::Warning => "!",
        Severity::Error => "✕",
    }
}

/// What happened, why, what was seen, and what would fix it.
pub fn explained(app: &App, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    match app.current.finding() {
        Some(finding) => {
            let mut finding = finding.clone();
            // What the verdict of the stage says already is not said again.
            let failure = app.current.failed.as_ref().and_then(|failed| failed.failure.as_ref());
            finding.evidence.retain(|seen| failure.is_none_or(|failure| failure.message != *seen));
            of_finding(&finding, app.shows_ladder(), theme, width, &mut lines);
        }
        None => unexplained(app, theme, width, &mut lines),
    }
    refusal(app, theme, width, &mut lines);
    if app.current.findings.len() > 1 {
        lines.push(Line::default());
        let also = app.current.findings.iter().filter(|other| Some(*other) != app.current.finding());
        for other in also {
            let message = format!("{} {}", sign(other.severity), untrusted::safe(&other.title));
            lines.push(Line::styled(canvas::cut(&message, width), theme.severity(other.severity)));
        }
    }
    lines
}

/// `keys` says whether enter applies the first fix here.
pub(super) fn of_finding(
    finding: &Finding,
    keys: bool,
    theme: &Theme,
    width: usize,
    lines: &mut Vec<Line<'static>>,
) {
    let style = theme.severity(finding.severity);
    let title = untrusted::safe(&finding.title);
    hang(lines, (sign(finding.severity), style), &title, theme.strong, width);
    if !finding.cause.is_empty() {
        hang(lines, (" ", theme.plain), &untrusted::safe(&finding.cause), theme.plain, width);
    }
    // What fixes it stands before the evidence, so that it is in sight on a small screen.
    let mut first = keys;
    for fix in &finding.fixes {
        let edits: Vec<String> =
            fix.edits.iter().map(|edit| format!("{}: {}", edit.path, untrusted::safe(&edit.value))).collect();
        let sign = if first && !fix.edits.is_empty() { "⏎" } else { "→" };
        first &= fix.edits.is_empty();
        hang(lines, (sign, theme.accent), &untrusted::safe(&fix.title), theme.plain, width);
        for edit in edits {
            hang(lines, (" ", theme.dim), &edit, theme.note, width);
        }
    }
    if !finding.evidence.is_empty() {
        lines.push(Line::default());
    }
    for seen in &finding.evidence {
        hang(lines, ("·", theme.dim), &untrusted::safe(seen), theme.dim, width);
    }
}

/// Without a finding, what the network said stands for itself.
fn unexplained(app: &App, theme: &Theme, width: usize, lines: &mut Vec<Line<'static>>) {
    if app.current.was_stopped() && app.current.failed.is_none() {
        hang(lines, ("•", theme.note), "the session was stopped as asked", theme.strong, width);
        hang(lines, ("→", theme.accent), "r begins a new session, q quits", theme.plain, width);
    } else if let Some(lost) = &app.current.lost {
        hang(lines, ("✕", theme.bad), &untrusted::safe(&lost.message), theme.strong, width);
    } else if let Some(failure) = app.current.failed.as_ref().and_then(|failed| failed.failure.as_ref()) {
        hang(lines, ("✕", theme.bad), &untrusted::safe(&failure.message), theme.strong, width);
        for cause in &failure.sources {
            hang(lines, ("·", theme.dim), &untrusted::safe(cause), theme.dim, width);
        }
    }
}

/// The body of a refusal, which often names the reason in the server's own words.
fn refusal(app: &App, theme: &Theme, width: usize, lines: &mut Vec<Line<'static>>) {
    let Some(response) = app.current.failed.as_ref().and_then(|failed| failed.response()) else { return };
    let first = response.body.lines().map(str::trim).find(|line| !line.is_empty());
    let Some(first) = first else { return };
    let is_evidence = |finding: &Finding| finding.evidence.iter().any(|seen| seen.contains(first));
    if app.current.finding().is_some_and(is_evidence) {
        return;
    }
    lines.push(Line::default());
    lines.push(Line::styled("  the server's answer", theme.dim));
    let body = crate::payload::printable_lines(&response.body).into_owned();
    for line in body.lines().flat_map(|line| canvas::wrap(line, width.saturating_sub(4))).take(BODY) {
        lines.push(Line::from(vec![Span::styled("  │ ", theme.rule), Span::raw(line)]));
    }
}

/// `text` wrapped behind a sign that stands alone in its column.
fn hang(
    lines: &mut Vec<Line<'static>>,
    (sign, sign_style): (&str, ratatui::style::Style),
    text: &str,
    style: ratatui::style::Style,
    width: usize,
) {
    lines.extend(canvas::hanging(Span::styled(format!("  {sign} "), sign_style), text, style, width));
}

/// What comes next, and when: `next connection in 0.8 s, retry 4, 2 left`.
pub fn next(app: &App, theme: &Theme) -> Span<'static> {
    match &app.current.state {
        State::Waiting { until, retry } => {
            let left = match retry.left {
                Some(1) => ", the last retry".to_owned(),
                Some(left) => format!(", {} retries left", thousands(left.into())),
                None => String::new(),
            };
            let failures = match retry.failures {
                0 => String::new(),
                1 => ", after 1 failure".to_owned(),
                n => format!(", after {} failures in a row", thousands(n.into())),
            };
            let (next, wait) = (app.current.connection.next(), super::header::tenths(until.since(app.now)));
            Span::styled(format!("◌ connection {next} in {wait}{failures}{left}"), theme.wait)
        }
        State::Ended(ended) => {
            let message = match (&ended.why, ended.during) {
                (End::Stopped, Some(stage)) => format!("stopped as asked, during {stage}: it never opened"),
                (End::Stopped, None) => "stopped as asked".to_owned(),
                (End::NotRetried, _) => "ended: not retried (--no-retry)".to_owned(),
                (End::RetriesExhausted { retries, .. }, _) => {
                    format!("ended: max_retries {retries} is used up")
                }
            };
            Span::styled(message, theme.dim)
        }
        _ => Span::default(),
    }
}

/// What a connection that runs waits for, and when it is given up.
pub fn waits(app: &App) -> Option<String> {
    let State::Connecting { since, stage } = &app.current.state else { return None };
    if let Some(answered) = &app.current.ladder.answered {
        let reason = untrusted::safe(&answered.reason);
        return Some(format!("refused with {} {reason}; its body is still being read", answered.status));
    }
    let message = match stage {
        None | Some(Stage::Lookup) => "waiting for the resolver",
        Some(Stage::Tcp) => "no answer to the connection yet",
        Some(Stage::Proxy) => "connected to the proxy, which has not let us through yet",
        Some(Stage::Tls) => "connected, but the TLS handshake is not over yet",
        Some(Stage::Upgrade) => "connected, but no answer to the upgrade yet",
        Some(Stage::Open) => "upgraded; sending the opening messages",
        Some(Stage::First) => return Some("open; waiting for a first message".to_owned()),
    };
    let until = match stage {
        Some(Stage::Open) => {
            let mut stage_rows = app.current.ladder.stage_rows.iter();
            stage_rows.find(|row| row.stage == Stage::Open)?.began.plus(app.profile.open_limit)
        }
        _ => since.plus(app.profile.connect_limit),
    };
    Some(format!("{message}; gives up in {}", super::header::tenths(until.since(app.now))))
}

/// What stands in a feed to which no message has come.
pub fn empty_feed(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    let counts = app.current.counts;
    let width = usize::from(area.width).saturating_sub(2);
    let mut lines = vec![Line::default()];
    let message = match (counts.messages, app.current.is_open()) {
        (0, true) => {
            format!("no messages yet: the server has sent 0 messages and {}", counted(counts.pings, "ping"))
        }
        (0, false) if app.current.has_ended() => {
            "no messages were received; r begins a new session".to_owned()
        }
        (0, false) => "no messages were received, and no connection is open".to_owned(),
        (n, _) => {
            format!("the view was cleared; {} so far, the next one appears here", counted(n, "message"))
        }
    };
    hang(&mut lines, ("◌", theme.dim), &message, theme.plain, width);
    if let State::Open { opened, .. } = &app.current.state {
        let sent = match counts.sent {
            0 => "nothing was sent (i writes a message)".to_owned(),
            n => format!("{} sent", counted(n, "message")),
        };
        let text = format!("the connection opened in {}; {sent}", span_of(opened.took));
        hang(&mut lines, (" ", theme.dim), &text, theme.dim, width);
    }
    if let Some(finding) = app.current.finding() {
        lines.push(Line::default());
        of_finding(finding, app.shows_ladder(), theme, width, &mut lines);
    }
    canvas.lines(area, lines);
}
