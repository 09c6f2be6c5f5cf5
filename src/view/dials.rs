//! The screen of the dials: all of them at the left, the one that is looked at at the right.

mod sections;

use ratatui::{
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        App, Capture,
        dials::{Dial, DialsPane, areas, first_shown},
    },
    payload::{counted, span_of},
};

use super::{outside, pen, pen::Pen, theme::Theme};

pub(super) use sections::Item;

pub fn draw(pen: &mut Pen<'_>, area: Rect, app: &App) -> Option<Position> {
    let areas = areas(app.size, app);
    debug_assert!(areas.title.bottom() <= area.bottom(), "the dials stand in the body");
    if areas.list.height > 0 {
        list(pen, areas.title, areas.list, app);
    }
    let joints =
        if areas.detail.height > 0 { detail(pen, areas.detail_title, areas.detail, app) } else { Vec::new() };
    if areas.divider.height > 0 {
        pen.upright(areas.divider);
        for y in joints {
            pen.text(Rect { y, width: 1, height: 1, ..areas.divider }, "├", pen.theme.rule);
        }
    }
    None
}

fn list(pen: &mut Pen<'_>, title: Rect, area: Rect, app: &App) {
    let theme = pen.theme;
    let style = if app.dials.pane == DialsPane::List { theme.accent } else { theme.strong };
    let all = app.dials.newest_first().len() as u64;
    let says = match app.dials.forgotten {
        0 => String::new(),
        _ => format!("last {all}"),
    };
    pen.rule(title, &Line::from(Span::styled("Dials", style)), &Line::from(Span::styled(says, theme.dim)));
    if app.dials.is_empty() {
        let says =
            if app.capture.is_reading() { "no dial is captured" } else { "nothing has been dialled yet" };
        pen.text(
            Rect { x: area.x + 2, width: area.width.saturating_sub(2), height: 1, ..area },
            says,
            theme.dim,
        );
        return;
    }
    let place = app.dials.place();
    let top = first_shown(place, usize::from(area.height));
    for (y, (nth, dial)) in (area.y..area.bottom()).zip(app.dials.newest_first().enumerate().skip(top)) {
        let mark = if nth == place { "▌ " } else { "  " };
        let (sign, word, style) = state(app, dial, nth == 0, theme);
        let took = span_of(dial.ladder.span(app.now));
        let clock = dial.ladder.began.clock(&app.zone);
        let clock = clock.split('.').next().unwrap_or_default().to_owned();
        let name = if nth == place { theme.strong } else { theme.plain };
        let line = Line::from(vec![
            Span::styled(mark, theme.accent),
            Span::styled(format!("{:<4}", dial.id().0), name),
            Span::styled(format!("{sign} {word:<8}"), style),
            Span::styled(format!("{took:>8}"), theme.plain),
            Span::styled(format!("  {clock}"), theme.dim),
        ]);
        pen.line(Rect { y, height: 1, ..area }, &line);
    }
}

/// Where a dial stands: a sign, a word of at most eight cells, and their colour.
fn state(app: &App, dial: &Dial, is_newest: bool, theme: &Theme) -> (&'static str, &'static str, Style) {
    if let Some(failure) = &dial.ladder.failure {
        return ("✕", failure.stage.word(), theme.bad);
    }
    match (&dial.opened, &dial.lost) {
        (_, Some((_, lost))) if lost.is_ours() => ("✓", "closed", theme.ok),
        (_, Some(_)) => ("✕", "lost", theme.bad),
        (Some(_), None)
            if is_newest && app.link.is_open() && !matches!(app.capture, Capture::Reading { .. }) =>
        {
            ("●", "open", theme.ok)
        }
        (Some(_), None) => ("✓", "opened", theme.ok),
        (None, None) if dial.ladder.over.is_none() && is_newest => ("◐", "dialing", theme.wait),
        (None, None) => ("·", "left", theme.dim),
    }
}

/// Draws the dial that is looked at; the lines in which rules begin.
fn detail(pen: &mut Pen<'_>, title: Rect, area: Rect, app: &App) -> Vec<u16> {
    let theme = pen.theme;
    let Some(dial) = app.dials.selected() else {
        pen.rule(title, &Line::default(), &Line::default());
        return Vec::new();
    };
    let mut joints = Vec::new();
    let style = if app.dials.pane == DialsPane::Detail { theme.accent } else { theme.strong };
    pen.rule(title, &Line::from(Span::styled(name(app, dial), style)), &Line::default());
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let items = sections::items(app, dial, theme, usize::from(inner.width));
    let room = usize::from(inner.height);
    let from = app.dials.scroll.min(items.len().saturating_sub(room));
    let more = items.len() > from + room;
    for (y, item) in (inner.y..inner.bottom()).zip(items.iter().skip(from)) {
        let place = Rect { y, height: 1, ..inner };
        match item {
            Item::Rule(text) => {
                joints.push(y);
                let rule = Rect { x: area.x, width: area.width, ..place };
                pen.rule(rule, &Line::from(Span::styled(text.clone(), theme.strong)), &Line::default());
            }
            Item::Line(line) => pen.line(place, line),
        }
    }
    if more && room > 1 {
        let says =
            if app.dials.pane == DialsPane::Detail { "↓ j goes on" } else { "↓ tab, then j goes on" };
        let width = u16::try_from(pen::width(says) + 1).unwrap_or(0).min(inner.width);
        let place = Rect { x: inner.right() - width, y: inner.bottom() - 1, width, height: 1 };
        pen.clear(place);
        pen.text(Rect { x: place.x + 1, width: place.width - 1, ..place }, says, theme.dim);
    }
    joints
}

/// `dial 2 · failed at tls after 61 ms`
fn name(app: &App, dial: &Dial) -> String {
    let (id, took) = (dial.id(), span_of(dial.ladder.span(app.now)));
    if let Some(failure) = &dial.ladder.failure {
        return format!("dial {id} · failed at {} after {took}", failure.stage);
    }
    match (&dial.opened, &dial.lost) {
        (_, Some((_, lost))) => {
            let messages = counted(lost.messages, "message");
            let how = if lost.is_ours() { "closed" } else { "lost" };
            format!("dial {id} · {how} after {}, {messages}", span_of(lost.open_for))
        }
        (Some(_), None) => format!("dial {id} · open in {took}"),
        (None, None) if dial.ladder.over.is_none() => format!("dial {id} · {took}"),
        (None, None) => format!("dial {id}"),
    }
}

/// Text from outside over several lines, cut into the width.
pub(super) fn verbatim(text: &str, width: usize, style: Style, items: &mut Vec<Item>) {
    for line in text.lines() {
        for part in pen::wrap(&outside::safe(line), width) {
            items.push(Item::Line(Line::styled(part, style)));
        }
    }
}
