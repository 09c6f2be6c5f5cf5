//! What is wrong, in three lines above the footer: what failed, why, what mends it.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{App, State};

use super::{outside, pen, pen::Pen, theme::Theme, trouble};

pub fn draw(pen: &mut Pen<'_>, area: Rect, app: &App) {
    if area.height < 4 {
        return;
    }
    let theme = pen.theme;
    let next = trouble::next(app).map_or_else(Span::default, |says| match app.link.state {
        State::Waiting { .. } => Span::styled(format!("◌ {says}"), theme.wait),
        _ => Span::styled(says, theme.dim),
    });
    pen.rule(area, &Line::from(Span::styled(heading(app), theme.strong)), &Line::from(next));
    let width = usize::from(area.width).saturating_sub(2);
    let lines = lines(app, theme, width);
    for (y, line) in (area.y + 1..area.bottom()).zip(&lines) {
        pen.line(Rect { y, height: 1, ..area }, line);
    }
}

fn heading(app: &App) -> String {
    let link = &app.link;
    match link.failed.as_ref().and_then(|failed| Some((failed.dial, failed.failure.as_ref()?.stage))) {
        Some((dial, stage)) => format!("dial {dial} failed at {stage}"),
        None => "the connection was lost".to_owned(),
    }
}

/// What failed, why, what mends it.
fn lines(app: &App, theme: &Theme, width: usize) -> [Line<'static>; 3] {
    let link = &app.link;
    let room = width.saturating_sub(4);
    let row = |sign: &str, sign_style, text: &str, style| {
        let text = pen::cut(&outside::safe(text), room);
        Line::from(vec![Span::styled(format!("  {sign} "), sign_style), Span::styled(text, style)])
    };
    if let Some(finding) = link.finding() {
        let fix = finding.fixes.first().map_or("r dials again at once", |fix| fix.title.as_str());
        return [
            row(
                trouble::sign(finding.severity),
                theme.severity(finding.severity),
                &finding.title,
                theme.strong,
            ),
            row(" ", theme.dim, &finding.cause, theme.plain),
            row("→", theme.accent, fix, theme.plain),
        ];
    }
    let failure = link.failed.as_ref().and_then(|failed| failed.failure.as_ref());
    let (what, why) = match (failure, &link.lost) {
        (Some(failure), _) => (failure.says.as_str(), failure.because.join(": ")),
        (None, Some(lost)) => {
            let messages = crate::payload::counted(lost.messages, "message");
            let open = crate::payload::span_of(lost.open_for);
            (lost.says.as_str(), format!("it was open for {open} and brought {messages}"))
        }
        (None, None) => ("", String::new()),
    };
    let mend = if link.has_ended() { "q leaves" } else { "r dials again at once" };
    [
        row("✕", theme.bad, what, theme.strong),
        row(" ", theme.dim, &why, theme.dim),
        row("→", theme.accent, mend, theme.plain),
    ]
}
