//! The lists: what has happened, the kinds, and the shapes.

use std::time::Duration;

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        App, StatsPane,
        screens::stats::{LISTS, first_listed},
    },
    payload::{duration_in_words, size, thousands},
    session::Timestamp,
    stats::{Happening, IncidentKind, KindRow, Line as Wire, ShapeRow, Silence, What},
};

use super::super::{canvas, canvas::Canvas, theme::Theme, untrusted};

pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    (rule, area): (Rect, Rect),
    pane: StatsPane,
    app: &App,
    is_beside: bool,
) {
    if rule.height == 0 {
        return;
    }
    title(canvas, rule, pane, app, is_beside);
    if app.over_time.rows(pane) == 0 {
        let place = canvas::indented(Rect { width: area.width.saturating_sub(1), ..area }, 2);
        return canvas.paragraph(place, nothing(pane, app), canvas.theme.dim);
    }
    let mut rows = area;
    if pane != StatsPane::Happenings {
        let heads = match pane {
            StatsPane::Kinds => kind_heads(area),
            _ => shape_heads(area),
        };
        canvas.text(Rect { height: 1, ..area }, heads, canvas.theme.dim);
        rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    }
    let place = app.over_time.place(pane);
    let from = first_listed(app, pane, rows.height);
    let theme = *canvas.theme;
    for (row, nth) in rows.rows().zip(from..app.over_time.rows(pane)) {
        let is_selected = nth == place;
        let has_keys = app.over_time.list() == pane;
        let mark = if is_selected && has_keys { "▌ " } else { "  " };
        let mut spans = vec![Span::styled(mark, theme.accent)];
        let room = usize::from(row.width).saturating_sub(3);
        let style = if is_selected && has_keys { theme.strong } else { theme.plain };
        let of = &app.over_time.snapshot;
        spans.extend(
            match pane {
                StatsPane::Happenings => {
                    of.happenings.get(nth).map(|one| happening(one, app, &theme, style, room))
                }
                StatsPane::Kinds => of.kinds.get(nth).map(|row| kind(row, app, &theme, style, room)),
                StatsPane::Shapes => of.shapes.get(nth).map(|row| shape(row, app, &theme, style, room)),
                StatsPane::Chart => None,
            }
            .unwrap_or_default(),
        );
        canvas.row(row, &Line::from(spans), is_selected && has_keys);
    }
}

/// The name of the list with its count; where the others are not in sight, theirs stand beside it.
fn title(canvas: &mut Canvas<'_>, rule: Rect, pane: StatsPane, app: &App, is_beside: bool) {
    let theme = canvas.theme;
    let mut left = Vec::new();
    for other in LISTS.into_iter().filter(|other| !is_beside || *other == pane) {
        let has_keys = app.over_time.pane == other;
        let style = match (has_keys, other == pane) {
            (true, _) => theme.accent,
            (false, true) => theme.strong,
            (false, false) => theme.dim,
        };
        if !left.is_empty() {
            left.push(Span::styled("   ", theme.dim));
        }
        let count = thousands(app.over_time.rows(other) as u64);
        left.push(Span::styled(format!("{count} {}", name(other)), style));
    }
    let of = &app.over_time.snapshot;
    let right = match pane {
        StatsPane::Kinds if of.kinds_without + of.kinds_others > 0 => {
            format!("{} without, {} others", thousands(of.kinds_without), thousands(of.kinds_others))
        }
        StatsPane::Shapes if of.shapes_without + of.shapes_others > 0 => {
            format!("{} no JSON, {} others", thousands(of.shapes_without), thousands(of.shapes_others))
        }
        _ if is_beside => String::new(),
        _ => "tab the next".to_owned(),
    };
    canvas.rule(rule, left, Span::styled(right, theme.dim));
}

const fn name(pane: StatsPane) -> &'static str {
    match pane {
        StatsPane::Happenings => "incidents",
        StatsPane::Kinds => "kinds",
        StatsPane::Shapes => "shapes",
        StatsPane::Chart => "",
    }
}

fn nothing(pane: StatsPane, app: &App) -> &'static str {
    let of = &app.over_time.snapshot;
    match pane {
        StatsPane::Happenings if of.messages == 0 => "no message has come yet",
        StatsPane::Happenings => "no number is missing, nothing was silent, no shape is new",
        StatsPane::Kinds if of.paths.kind.is_none() && !of.is_learning => {
            "no path of a kind is read: c chooses one, such as kind .type"
        }
        _ => "no message was looked into yet",
    }
}

fn clock(at: Timestamp, app: &App) -> String {
    at.clock(&app.zone).split('.').next().unwrap_or_default().to_owned()
}

/// `12:01:07  hole      17 to 19 of BTC-USD are missing, before #1,204`
fn happening(one: &Happening, app: &App, theme: &Theme, style: Style, room: usize) -> Vec<Span<'static>> {
    let (sign, word, sign_style, text) = match &one.what {
        What::Number { kind, key, across } => number(*kind, key, *across, theme),
        What::Silence(silence) => {
            let (text, style) = quiet(silence, app, theme);
            ("…", "silence", style, text)
        }
        What::Shape { name, news } => ("◆", "shape", theme.note, format!("{name} {news}")),
    };
    let message = one.message.map_or(String::new(), |message| format!("#{}", thousands(message.0)));
    let head = format!("{}  ", clock(one.at, app));
    let left = room.saturating_sub(canvas::width(&head) + 11 + 11);
    let text = canvas::cut(&untrusted::safe(&text), left);
    vec![
        Span::styled(head, theme.dim),
        Span::styled(format!("{sign} {word:<9}"), sign_style),
        Span::styled(format!("{text}{}", " ".repeat(left.saturating_sub(canvas::width(&text)))), style),
        Span::styled(format!("{message:>11}"), theme.dim),
    ]
}

fn number(
    kind: IncidentKind,
    key: &str,
    across: bool,
    theme: &Theme,
) -> (&'static str, &'static str, Style, String) {
    let of = if key.is_empty() { String::new() } else { format!(" of {key}") };
    let down = if across { ", while no connection was open" } else { "" };
    match kind {
        IncidentKind::Hole { from, to } if from == to => {
            ("✕", "hole", theme.bad, format!("{from}{of} is missing{down}"))
        }
        IncidentKind::Hole { from, to } => {
            let count = thousands((to - from).saturating_add(1));
            ("✕", "hole", theme.bad, format!("{count} are missing, {from} to {to}{of}{down}"))
        }
        IncidentKind::Repeat { number } => ("↻", "repeat", theme.wait, format!("{number}{of} came again")),
        IncidentKind::Late { number } => {
            ("↓", "late", theme.wait, format!("{number}{of} came after later ones"))
        }
        IncidentKind::Back { from, to } => {
            ("←", "back", theme.note, format!("from {from} to {to}{of} on a new connection"))
        }
    }
}

fn quiet(silence: &Silence, app: &App, theme: &Theme) -> (String, Style) {
    let line = match silence.line {
        Wire::Lives { .. } => "the line lived",
        Wire::Dead { .. } => "the line was dead",
        Wire::Unknown => "no ping came or went",
    };
    match silence.until {
        Some(until) => (format!("{}, {line}", duration_in_words(until.since(silence.since))), theme.wait),
        None => (format!("for {} now, {line}", duration_in_words(app.now.since(silence.since))), theme.bad),
    }
}

/// Cells of a value at most.
const VALUE: usize = 28;

fn value_cells(room: usize) -> usize {
    room.saturating_sub(60).clamp(12, VALUE)
}

fn kind_heads(area: Rect) -> String {
    let cells = value_cells(usize::from(area.width).saturating_sub(3));
    format!("  {:<cells$}{:>11}{:>9}{:>9}{:>9}{:>10}", "value", "messages", "share", "rate", "bytes", "last")
}

fn kind(row: &KindRow, app: &App, theme: &Theme, style: Style, room: usize) -> Vec<Span<'static>> {
    let of = &app.over_time.snapshot;
    let cells = value_cells(room);
    let value = canvas::cut(&untrusted::safe(row.written.trim_matches('"')), cells);
    vec![
        Span::styled(format!("{value}{}", " ".repeat(cells.saturating_sub(canvas::width(&value)))), style),
        Span::styled(
            format!(
                "{:>11}{:>9}{:>9}{:>9}",
                thousands(row.messages),
                share(row.messages, of.messages.saturating_sub(of.skipped)),
                rate(row.messages, of.span),
                size(row.bytes)
            ),
            style,
        ),
        Span::styled(format!("{:>10}", clock(row.last, app)), theme.dim),
    ]
}

fn shape_heads(area: Rect) -> String {
    let _ = area;
    format!(
        "  {:<8}{:>10}{:>8}{:>17}{:>10}{:>10}  {}",
        "shape", "messages", "rate", "size", "first", "last", "what is new, or its paths"
    )
}

fn shape(row: &ShapeRow, app: &App, theme: &Theme, style: Style, room: usize) -> Vec<Span<'static>> {
    let sizes = if row.smallest == row.largest {
        size(row.smallest)
    } else {
        format!("{} – {}", size(row.smallest), size(row.largest))
    };
    let head = format!(
        "{:<8}{:>10}{:>8}{sizes:>17}",
        row.name,
        thousands(row.messages),
        rate(row.messages, app.over_time.snapshot.span)
    );
    let times = format!("{:>10}{:>10}  ", clock(row.first, app), clock(row.last, app));
    let left = room.saturating_sub(canvas::width(&head) + canvas::width(&times));
    vec![
        Span::styled(head, style),
        Span::styled(times, theme.dim),
        Span::styled(canvas::cut(&untrusted::safe(&row.about), left), theme.plain),
    ]
}

/// `12.5 %`
fn share(part: u64, whole: u64) -> String {
    let permille = (u128::from(part) * 1_000).checked_div(u128::from(whole)).unwrap_or(0);
    format!("{}.{} %", permille / 10, permille % 10)
}

/// `12/s`, `0.2/s`
fn rate(messages: u64, span: Duration) -> String {
    let tenths = u128::from(messages) * 10_000 / span.as_millis().max(1_000);
    match tenths {
        100.. => format!("{}/s", thousands(u64::try_from(tenths / 10).unwrap_or(u64::MAX))),
        _ => format!("{}.{}/s", tenths / 10, tenths % 10),
    }
}
