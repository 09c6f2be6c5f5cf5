//! What the feed does over time: what was found, numbers, a chart, and lists.

mod chart;
mod facts;
mod lifetimes;
mod lists;

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    app::{
        App, Capture,
        layout::Areas,
        screens::stats::{LISTS, areas},
    },
    payload::thousands,
};

use super::{canvas, canvas::Canvas, problem, untrusted};

pub fn draw(canvas: &mut Canvas<'_>, _: &Areas, app: &App) -> Option<Position> {
    let areas = areas(app);
    title(canvas, areas.title, app);
    found(canvas, areas.found, app);
    facts::draw(canvas, areas.facts, app);
    chart::draw(canvas, &areas, app);
    for (pane, (rule, list)) in LISTS.into_iter().zip(areas.lists) {
        lists::draw(canvas, (rule, list), pane, app, areas.divider.height > 0);
    }
    if areas.divider.height > 0 {
        canvas.upright(areas.divider);
        for (rule, _) in &areas.lists[1..] {
            canvas.text(Rect { y: rule.y, height: 1, ..areas.divider }, "├", canvas.theme.rule);
        }
    }
    None
}

/// `─ Stats ─────── 12,481 messages · 3,000 not looked into ─`
fn title(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    let of = &app.over_time.snapshot;
    let mut right = Vec::new();
    match (app.over_time.percent, app.over_time.counted_since) {
        (Some(percent), _) => {
            right.push(Span::styled(format!("reading the capture {percent} % · "), theme.wait));
        }
        (None, Some(since)) => {
            let clock = since.clock(&app.zone);
            let clock = clock.split('.').next().unwrap_or_default();
            right.push(Span::styled(format!("since {clock} · "), theme.wait));
        }
        (None, None) => {}
    }
    right.push(Span::raw(format!("{} messages", thousands(of.messages))));
    if of.skipped > 0 {
        right
            .push(Span::styled(format!(" · sampled: {} not looked into", thousands(of.skipped)), theme.wait));
    }
    if matches!(app.capture, Capture::Reading { .. }) && app.over_time.percent.is_none() {
        right.push(Span::styled(" · old capture", theme.dim));
    }
    canvas.rule(area, Span::styled("Stats", theme.strong), right);
}

/// What was found, a line each.
fn found(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    let all = &app.over_time.noticed;
    for (nth, (place, noticed)) in area.rows().zip(all).enumerate() {
        let finding = &noticed.finding;
        let more = match all.len() - nth - 1 {
            more if more > 0 && place.y + 1 == area.bottom() => format!(" (and {more} more on 6)"),
            _ => String::new(),
        };
        let style = theme.severity(finding.severity);
        let room = usize::from(place.width).saturating_sub(canvas::width(&finding.title) + more.len() + 8);
        let cause = canvas::cut(&untrusted::safe(&finding.cause), room);
        let spans = vec![
            Span::styled(format!("  {} ", problem::sign(finding.severity)), style),
            Span::styled(finding.title.clone(), theme.strong),
            Span::styled(format!(" · {cause}"), theme.dim),
            Span::styled(more, theme.dim),
        ];
        canvas.line(place, &Line::from(spans));
    }
}
