//! The start screen: a line for an address, and what there is to begin with.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    app::{ActionId, App, Offer, first_shown, layout::Areas, screens::start::HEAD},
    payload::{counted, size},
};

use super::{canvas, canvas::Canvas, untrusted};

pub fn draw(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) -> Option<Position> {
    let area = areas.body;
    let theme = canvas.theme;
    let start = &app.start;
    if area.height < 3 {
        return None;
    }
    canvas.rule(area, Span::styled("Start", theme.accent), "");
    let line = |nth: u16| Rect {
        x: area.x + 2,
        y: area.y + nth,
        width: area.width.saturating_sub(4),
        height: u16::from(nth < area.height),
    };
    let width = usize::from(area.width).saturating_sub(4);
    let message =
        canvas::wrap("Type or paste an address, a line of curl, websocat or wscat, or YAML.", width);
    canvas.text(line(1), message.first().map_or("", String::as_str), theme.plain);
    let cursor = (area.height > 2).then(|| canvas.input(line(2), "› ", &start.input));
    if start.input.is_empty() && area.height > 2 {
        let place = line(2);
        canvas.text(canvas::indented(place, 2), "wss://feed.example/ticks", theme.dim);
    }
    if let Some(fault) = &start.fault {
        canvas.text(line(3), format!("✕ {}", untrusted::safe(fault)), theme.bad);
    }
    if area.height > HEAD {
        let heading = Rect { y: area.y + HEAD - 1, height: 1, ..area };
        let kept = start.offers.iter().filter(|offer| matches!(offer, Offer::Capture { .. })).count() as u64;
        let kept = if kept > 0 { counted(kept, "capture") } else { "no captures yet".to_owned() };
        let key = app.key_of(ActionId::ShowEmptyCaptures);
        let right = match (start.empty_captures(), start.shows_empty) {
            (0, _) => kept,
            (empty, false) => format!("{kept} · {empty} without messages hidden, {key} shows"),
            (empty, true) => format!("{kept} · {empty} without messages, {key} hides"),
        };
        canvas.rule(heading, Span::styled("or begin with", theme.strong), Span::styled(right, theme.dim));
    }
    let rows = area.y + HEAD.min(area.height)..area.bottom();
    let top = first_shown(start.chosen, rows.len().max(1));
    for (y, (nth, offer)) in rows.zip(start.offers.iter().enumerate().skip(top)) {
        row(canvas, Rect { y, height: 1, ..area }, app, offer, nth == start.chosen && start.input.is_empty());
    }
    cursor
}

fn row(canvas: &mut Canvas<'_>, area: Rect, app: &App, offer: &Offer, is_chosen: bool) {
    let theme = canvas.theme;
    let mark = Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent);
    let style = if is_chosen { theme.strong } else { theme.plain };
    let day = |at: crate::session::Timestamp| format!("{} {}", at.day(), &at.clock(&app.zone)[..5]);
    let spans = match offer {
        Offer::Demo => vec![
            mark,
            Span::styled(format!("{:<9}", "demo"), theme.note),
            Span::styled("a built-in feed server, nothing to set up", style),
        ],
        Offer::Profile { path, url, at } => vec![
            mark,
            Span::styled(format!("{:<9}", "profile"), theme.note),
            Span::styled(format!("{}  ", untrusted::safe(&path.display().to_string())), style),
            Span::styled(format!("{}  {}", untrusted::safe(url), day(*at)), theme.dim),
        ],
        Offer::Capture { path, bytes, about } => {
            let name =
                path.file_name().map_or(String::new(), |name| untrusted::safe(&name.to_string_lossy()));
            let summary = match about {
                Ok(about) => format!(
                    "{}  {}  {}",
                    day(about.began),
                    counted(about.messages, "message"),
                    untrusted::safe(&about.url)
                ),
                Err(message) => format!("cannot be read: {}", untrusted::safe(message)),
            };
            let style = if about.is_ok() { theme.dim } else { theme.bad };
            vec![
                mark,
                Span::styled(format!("{:<9}", "capture"), theme.note),
                Span::styled(format!("{:>8}  ", size(*bytes)), theme.plain),
                Span::styled(format!("{name}  "), style),
                Span::styled(summary, style),
            ]
        }
    };
    let taken: usize = spans.iter().rev().skip(1).map(Span::width).sum();
    let mut spans = spans;
    if let Some(last) = spans.last_mut() {
        last.content = canvas::cut(&last.content, usize::from(area.width).saturating_sub(taken + 1)).into();
    }
    canvas.row(area, &Line::from(spans), is_chosen);
}
