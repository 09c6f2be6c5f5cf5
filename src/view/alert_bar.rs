//! What is wrong, in three lines above the footer: what failed, why, what fixes it.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, Screen},
    describe,
    session::Finding,
};

use super::{canvas, canvas::Canvas, problem, theme::Theme, untrusted};

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    if area.height < 4 {
        return;
    }
    let theme = canvas.theme;
    if let Some(noticed) = app.over_time.unseen().filter(|_| !is_about_a_connection(app)) {
        let right = Span::styled(format!("{} shows it", app.bindings.of_screen(Screen::Stats)), theme.dim);
        canvas.rule(area, Span::styled("over time", theme.strong), right);
        let lines = found(&noticed.finding, theme, usize::from(area.width).saturating_sub(6));
        return canvas.lines(Rect { y: area.y + 1, height: area.height - 1, ..area }, lines);
    }
    canvas.rule(area, Span::styled(heading(app), theme.strong), problem::next(app, theme));
    let width = usize::from(area.width).saturating_sub(2);
    canvas.lines(Rect { y: area.y + 1, height: area.height - 1, ..area }, lines(app, theme, width));
}

/// A connection that is down says more than what was found over time.
fn is_about_a_connection(app: &App) -> bool {
    app.current.is_troubled() || app.current.can_be_mended()
}

/// What was found over time, why, and what to do.
fn found(finding: &Finding, theme: &Theme, room: usize) -> [Line<'static>; 3] {
    let fix = finding.fixes.first().map_or("", |fix| fix.title.as_str());
    [
        (problem::sign(finding.severity), theme.severity(finding.severity), &*finding.title, theme.strong),
        (" ", theme.dim, &finding.cause, theme.plain),
        ("→", theme.accent, fix, theme.plain),
    ]
    .map(|(sign, sign_style, text, style)| {
        let text = canvas::cut(&untrusted::safe(text), room);
        Line::from(vec![Span::styled(format!("  {sign} "), sign_style), Span::styled(text, style)])
    })
}

fn heading(app: &App) -> String {
    let current = &app.current;
    let heading = what(app);
    match current.findings.len() {
        0 | 1 => heading,
        all => format!("{heading} · {} of {all}", current.place() + 1),
    }
}

fn what(app: &App) -> String {
    let current = &app.current;
    match current.failed.as_ref().and_then(|failed| Some((failed.connection, failed.failure.as_ref()?.stage)))
    {
        Some((connection, stage)) => format!("connection {connection} failed at {stage}"),
        None if current.lost.is_some() => "the connection was lost".to_owned(),
        None => format!("connection {}", current.findings_of),
    }
}

/// What failed, why, what fixes it.
fn lines(app: &App, theme: &Theme, width: usize) -> [Line<'static>; 3] {
    let current = &app.current;
    let room = width.saturating_sub(4);
    let row = |sign: &str, sign_style, text: &str, style| {
        let text = canvas::cut(&untrusted::safe(text), room);
        Line::from(vec![Span::styled(format!("  {sign} "), sign_style), Span::styled(text, style)])
    };
    if let Some(finding) = current.finding() {
        let sign = problem::sign(finding.severity);
        let (key, fix) = match current.own_fix().filter(|_| app.strip_offers_fix()) {
            Some(fix) => ("⏎", fix.title.as_str()),
            None => ("→", finding.fixes.first().map_or("r reconnects at once", |fix| fix.title.as_str())),
        };
        return [
            row(sign, theme.severity(finding.severity), &finding.title, theme.strong),
            row(" ", theme.dim, &finding.cause, theme.plain),
            row(key, theme.accent, fix, theme.plain),
        ];
    }
    let failure = current.failed.as_ref().and_then(|failed| failed.failure.as_ref());
    let (kind, why) = match (failure, &current.lost) {
        (Some(failure), _) => (failure.message.as_str(), failure.sources.join(": ")),
        (None, Some(lost)) => (lost.message.as_str(), describe::was_open(app.current.connection, lost)),
        (None, None) => ("", String::new()),
    };
    let fix = if current.has_ended() { "q quits" } else { "r reconnects at once" };
    [
        row("✕", theme.bad, kind, theme.strong),
        row(" ", theme.dim, &why, theme.dim),
        row("→", theme.accent, fix, theme.plain),
    ]
}
