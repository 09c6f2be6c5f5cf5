//! What is wrong or missing, in sentences: findings, their fixes, and what an empty feed says.

use ratatui::{
    layout::Rect,
    style::Style,
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
    let mut report = Report { theme, width, lines: Vec::new() };
    match app.current.finding() {
        Some(finding) => {
            let mut finding = finding.clone();
            // What the verdict of the stage says already is not said again.
            let failure = app.current.failed.as_ref().and_then(|failed| failed.failure.as_ref());
            finding.evidence.retain(|seen| failure.is_none_or(|failure| failure.message != *seen));
            report.finding(&finding, app.shows_ladder());
        }
        None => report.unexplained(app),
    }
    report.refusal(app);
    if app.current.findings.len() > 1 {
        report.lines.push(Line::default());
        for other in app.current.findings.iter().filter(|other| Some(*other) != app.current.finding()) {
            let message = format!("{} {}", sign(other.severity), untrusted::safe(&other.title));
            let message = canvas::cut(&message, width);
            report.lines.push(Line::styled(message, theme.severity(other.severity)));
        }
    }
    report.lines
}

/// What is wrong as lines, and how they are written.
pub struct Report<'a> {
    pub theme: &'a Theme,
    pub width: usize,
    pub lines: Vec<Line<'static>>,
}

impl Report<'_> {
    /// `keys` says whether enter applies the first fix here.
    pub fn finding(&mut self, finding: &Finding, keys: bool) {
        let theme = self.theme;
        let style = theme.severity(finding.severity);
        self.hang((sign(finding.severity), style), &finding.title, theme.strong);
        if !finding.cause.is_empty() {
            self.hang((" ", theme.plain), &finding.cause, theme.plain);
        }
        // What fixes it stands before the evidence, so that it is in sight on a small screen.
        let mut first = keys;
        for fix in &finding.fixes {
            let is_applied = first && !fix.edits.is_empty() && !fix.weakens_security();
            let sign = if is_applied { "⏎" } else { "→" };
            first &= !is_applied;
            self.hang((sign, theme.accent), &fix.title, theme.plain);
            for edit in &fix.edits {
                self.hang((" ", theme.dim), &format!("{}: {}", edit.path, edit.value), theme.note);
            }
            for line in fix.yaml.lines() {
                self.hang((" ", theme.dim), line, theme.note);
            }
        }
        if !finding.evidence.is_empty() {
            self.lines.push(Line::default());
        }
        for seen in &finding.evidence {
            self.hang(("·", theme.dim), seen, theme.dim);
        }
    }

    /// Without a finding, what the network said stands for itself.
    fn unexplained(&mut self, app: &App) {
        let theme = self.theme;
        if app.current.was_stopped() && app.current.failed.is_none() {
            self.hang(("•", theme.note), "the session was stopped as asked", theme.strong);
            self.hang(("→", theme.accent), "r begins a new session, q quits", theme.plain);
        } else if let Some(lost) = &app.current.lost {
            self.hang(("✕", theme.bad), &lost.message, theme.strong);
        } else if let Some(failure) = app.current.failed.as_ref().and_then(|failed| failed.failure.as_ref()) {
            self.hang(("✕", theme.bad), &failure.message, theme.strong);
            for cause in &failure.sources {
                self.hang(("·", theme.dim), cause, theme.dim);
            }
        }
    }

    /// The body of a refusal, which often names the reason in the server's own words.
    fn refusal(&mut self, app: &App) {
        let Some(response) = app.current.failed.as_ref().and_then(|failed| failed.response()) else { return };
        let first = response.body.lines().map(str::trim).find(|line| !line.is_empty());
        let Some(first) = first else { return };
        let is_evidence = |finding: &Finding| finding.evidence.iter().any(|seen| seen.contains(first));
        if app.current.finding().is_some_and(is_evidence) {
            return;
        }
        self.lines.push(Line::default());
        self.lines.push(Line::styled("  the server's answer", self.theme.dim));
        let body = crate::payload::printable_lines(&response.body);
        let room = self.width.saturating_sub(4);
        for line in body.lines().flat_map(|line| canvas::wrap(line, room)).take(BODY) {
            self.lines.push(Line::from(vec![Span::styled("  │ ", self.theme.rule), Span::raw(line)]));
        }
    }

    /// Text from outside, wrapped behind a sign that stands alone in its column.
    fn hang(&mut self, (sign, sign_style): (&str, Style), text: &str, style: Style) {
        let sign = Span::styled(format!("  {sign} "), sign_style);
        self.lines.extend(canvas::hanging(sign, &untrusted::safe(text), style, self.width));
    }
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
                (End::FileEnds, _) => "the imported file tells no more".to_owned(),
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
    let mut report = Report { theme, width, lines: vec![Line::default()] };
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
    report.hang(("◌", theme.dim), &message, theme.plain);
    if let State::Open { opened, .. } = &app.current.state {
        let sent = match counts.sent {
            0 => "nothing was sent (i writes a message)".to_owned(),
            n => format!("{} sent", counted(n, "message")),
        };
        let text = format!("the connection opened in {}; {sent}", span_of(opened.took));
        report.hang((" ", theme.dim), &text, theme.dim);
    }
    if let Some(finding) = app.current.finding() {
        report.lines.push(Line::default());
        report.finding(finding, app.shows_ladder());
    }
    canvas.lines(area, report.lines);
}
