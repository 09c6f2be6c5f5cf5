//! The log: what happened at the left, what the pipeline would have said of it at the right.

use ratatui::{
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        App, JournalLine,
        layout::Areas,
        screens::log::{areas, is_side_by_side},
    },
    payload::{counted, thousands},
    session::Level,
};

use super::{canvas, canvas::Canvas, theme::Theme, untrusted};

pub fn draw(canvas: &mut Canvas<'_>, _: &Areas, app: &App) -> Option<Position> {
    let areas = areas(app);
    if areas.title.height == 0 {
        return None;
    }
    let beside = is_side_by_side(app);
    let middle = areas.rows.width * 11 / 20;
    title(canvas, areas.title, app, beside.then_some(middle));
    let height = usize::from(areas.rows.height);
    let selected = app.journal.selected().map(|(number, _)| number);
    let shown = app.journal.rows(height, beside);
    for (place, (number, is_pipeline)) in areas.rows.rows().zip(&shown) {
        let Some(line) = app.journal.line(*number) else { continue };
        let is_selected = Some(*number) == selected;
        if *is_pipeline {
            pipeline(canvas, canvas::indented(place, 4), line, "pipeline ");
            continue;
        }
        let left = if beside { Rect { width: middle, ..place } } else { place };
        ours(canvas, left, app, line, is_selected);
        if beside {
            let right =
                Rect { x: place.x + middle + 2, width: place.width.saturating_sub(middle + 3), ..place };
            pipeline(canvas, right, line, "");
        }
    }
    if beside {
        let divider =
            Rect { x: areas.rows.x + middle, y: areas.title.y, width: 1, height: areas.rows.height + 1 };
        canvas.upright(divider);
    }
    if shown.is_empty() {
        let message = if app.journal.is_empty() {
            "nothing has happened yet"
        } else {
            "no line has this level and matches the search; l changes the level, esc clears the search"
        };
        let room = if beside { middle } else { areas.rows.width };
        let place = Rect { x: areas.rows.x + 2, width: room.saturating_sub(3), ..areas.rows };
        canvas.paragraph(place, message, canvas.theme.dim);
    }
    whole(canvas, areas.whole, app);
    search(canvas, areas.search, app)
}

fn title(canvas: &mut Canvas<'_>, area: Rect, app: &App, middle: Option<u16>) {
    let theme = canvas.theme;
    let journal = &app.journal;
    let mut right = vec![Span::raw(counted(journal.len() as u64, "line"))];
    if journal.forgotten > 0 {
        right.push(Span::styled(format!(" · {} older dropped", thousands(journal.forgotten)), theme.dim));
    }
    right.push(Span::styled(format!(" · {} and above", journal.least.word()), theme.dim));
    if journal.is_searched() {
        let text = canvas::cut(&untrusted::safe(journal.search.text()), 20);
        right.push(Span::styled(format!(" · /{text}"), theme.note));
    }
    let (state, style) =
        if journal.is_following() { (" · following", theme.ok) } else { (" · held", theme.wait) };
    right.push(Span::styled(state, style));
    let left = Rect { width: middle.unwrap_or(area.width), ..area };
    canvas.rule(left, Span::styled("Log", theme.accent), right);
    if let Some(middle) = middle {
        let place = Rect { x: area.x + middle + 1, width: area.width.saturating_sub(middle + 1), ..area };
        let head = Span::styled("the pipeline's log", theme.strong);
        canvas.rule(place, head, Span::styled("info and above", theme.dim));
    }
}

fn ours(canvas: &mut Canvas<'_>, place: Rect, app: &App, line: &JournalLine, is_selected: bool) {
    let theme = canvas.theme;
    let mark = if is_selected { "▌ " } else { "  " };
    let clock = line.at.clock(&app.zone);
    let head = format!("{clock}  ");
    let room = usize::from(place.width).saturating_sub(2 + head.len() + 7 + 2);
    let text = canvas::cut(&untrusted::safe(&line.text), room);
    let style = if is_selected { theme.strong } else { theme.plain };
    let spans = vec![
        Span::styled(mark, theme.accent),
        Span::styled(head, theme.dim),
        Span::styled(format!("{} {:<5}", sign(line.level), line.level.word()), level(line.level, theme)),
        Span::styled(format!(" {text}"), style),
    ];
    canvas.row(place, &Line::from(spans), is_selected);
}

fn pipeline(canvas: &mut Canvas<'_>, place: Rect, line: &JournalLine, lead: &str) {
    let theme = canvas.theme;
    let Some(said) = &line.pipeline else { return };
    // At the level an operator runs with, debug lines are not seen.
    let seen = said.level >= Level::Info;
    let head = format!("{lead}{:<6}", said.level.word().to_uppercase());
    let room = usize::from(place.width).saturating_sub(head.len());
    let text = canvas::cut(&untrusted::safe(&said.text), room);
    let (head_style, style) =
        if seen { (level(said.level, theme), theme.plain) } else { (theme.dim, theme.dim) };
    canvas.line(place, &Line::from(vec![Span::styled(head, head_style), Span::styled(text, style)]));
}

/// The selected line, whole.
fn whole(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    if area.height < 2 {
        return;
    }
    let theme = canvas.theme;
    let Some((_, line)) = app.journal.selected() else { return };
    let about = line.connection.map_or(String::new(), |connection| format!("connection {connection}"));
    canvas.rule(area, Span::styled("the line", theme.strong), Span::styled(about, theme.dim));
    let inner =
        Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(3), height: area.height - 1 };
    let width = usize::from(inner.width);
    let mut lines: Vec<Line<'_>> =
        canvas::wrap(&untrusted::safe(&line.text), width).into_iter().map(Line::raw).collect();
    if let Some(said) = &line.pipeline {
        let text = format!("pipeline {}: {}", said.level.word().to_uppercase(), untrusted::safe(&said.text));
        lines.truncate(usize::from(inner.height).saturating_sub(1).max(1));
        lines.extend(canvas::wrap(&text, width).into_iter().map(|part| Line::styled(part, theme.dim)));
    }
    canvas.lines(inner, lines);
}

fn search(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let cursor = canvas.input(area, " / ", &app.journal.search);
    if let Some(fault) = &app.journal.fault {
        let fault = canvas::cut(&untrusted::safe(fault), usize::from(area.width) / 2);
        canvas.right(area, &Line::from(Span::styled(format!("{fault} "), canvas.theme.bad)));
    }
    Some(cursor)
}

const fn sign(level: Level) -> &'static str {
    match level {
        Level::Debug => "·",
        Level::Info => "•",
        Level::Warn => "!",
        Level::Error => "✕",
    }
}

/// The colour of a level; its word stands beside it.
pub(super) const fn level(level: Level, theme: &Theme) -> Style {
    match level {
        Level::Debug => theme.dim,
        Level::Info => theme.note,
        Level::Warn => theme.wait,
        Level::Error => theme.bad,
    }
}
