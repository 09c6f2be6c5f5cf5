//! The lists: what has happened, the kinds, the shapes, and the connections.

use std::{fmt::Write as _, time::Duration};

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
    payload::{counted, duration_in_words, limit_in_words, size, span_of, thousands},
    session::Timestamp,
    stats::{
        Against, ConnectionRow, Difference, Happening, IncidentKind, KindRow, KindSilence, Late,
        Line as Wire, ShapeRow, Silence, What,
    },
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
            StatsPane::Connections => connection_heads(),
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
                StatsPane::Connections => {
                    of.connections.rows.get(nth).map(|row| connection(row, app, &theme, style, room))
                }
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
        left.push(Span::styled(counted(app.over_time.rows(other) as u64, name(other)), style));
    }
    let of = &app.over_time.snapshot;
    let right = match pane {
        StatsPane::Kinds if of.kinds_without + of.kinds_others > 0 => {
            format!("{} without, {} others", thousands(of.kinds_without), thousands(of.kinds_others))
        }
        StatsPane::Shapes if let Some(saved) = &of.saved => {
            format!("with {}: {} new, {} absent", untrusted::safe(&saved.name), saved.new, saved.absent)
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
        StatsPane::Happenings => "incident",
        StatsPane::Kinds => "kind",
        StatsPane::Shapes => "shape",
        StatsPane::Connections => "connection",
        StatsPane::Chart => "",
    }
}

fn nothing(pane: StatsPane, app: &App) -> &'static str {
    let of = &app.over_time.snapshot;
    match pane {
        StatsPane::Happenings if of.messages == 0 => "no message has come yet",
        StatsPane::Happenings => "no number is missing, nothing was silent or late, no shape is new",
        StatsPane::Connections => "no connection has begun",
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
        What::KindSilence(silence) => {
            let (text, style) = stayed_away(silence, app, theme);
            ("…", "kind", style, text)
        }
        What::Late(late) => {
            let style = if late.until.is_some() { theme.wait } else { theme.bad };
            ("◷", "lag", style, was_late(late))
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
    let (lasts, lasted) = match silence.line {
        Wire::Lives { .. } => ("the line lives", "the line lived"),
        Wire::Dead { .. } | Wire::Cut => ("the line is dead", "the line was dead"),
        Wire::Hangs { .. } => ("the server's program hangs", "the server's program hung"),
        Wire::Acknowledged { .. } => ("TCP lives, no ping came or went", "TCP lived, no ping came or went"),
        Wire::Unknown => ("no ping came or went", "no ping came or went"),
    };
    let words = |until: Timestamp| duration_in_words(until.since(silence.since));
    match silence.until {
        Some(until) => (format!("{}, {lasted}", words(until)), theme.wait),
        None => (format!("for {} now, {lasts}", words(app.now)), theme.bad),
    }
}

fn stayed_away(silence: &KindSilence, app: &App, theme: &Theme) -> (String, Style) {
    let kind = silence.written.trim_matches('"');
    let others = thousands(silence.others);
    let lasted = duration_in_words(silence.until.unwrap_or(app.now).since(silence.since));
    let (now, style) = if silence.until.is_some() { ("", theme.wait) } else { (" now", theme.bad) };
    (format!("no {kind} for {lasted}{now}, {others} others came"), style)
}

fn was_late(late: &Late) -> String {
    let [most, usual, lasted] = [late.most, late.usual, late.lasted()].map(duration_in_words);
    let grew = if late.grows() { ", and grew" } else { "" };
    format!("up to {most} for {lasted}, usually {usual}{grew}")
}

/// Cells of a value at most.
const VALUE: usize = 28;

fn value_cells(room: usize) -> usize {
    room.saturating_sub(58).clamp(12, VALUE)
}

fn kind_heads(area: Rect) -> String {
    let cells = value_cells(usize::from(area.width).saturating_sub(3));
    format!(
        "  {:<cells$}{:>11}{:>9}{:>9}{:>9}{:>10}{:>9}",
        "value", "messages", "share", "rate", "bytes", "last", "gap p99"
    )
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
        Span::styled(
            format!("{:>10}", clock(row.last, app)),
            if row.silent_since.is_some() { theme.bad } else { theme.dim },
        ),
        Span::styled(
            format!("{:>9}", row.usual.map_or_else(|| "–".to_owned(), |gap| format!("≤{}", span_of(gap)))),
            theme.dim,
        ),
    ]
}

fn connection_heads() -> String {
    format!(
        "  {:>4}{:>10}{:>10}{:>9}  {}",
        "no.", "began", "stood", "messages", "what came first, against the time before"
    )
}

/// `   3  12:01:20    48.0 s      312  ≠ no snapshot · subscribed › trade ×3`
fn connection(
    row: &ConnectionRow,
    app: &App,
    theme: &Theme,
    style: Style,
    room: usize,
) -> Vec<Span<'static>> {
    let stood = match (row.opened, row.ended) {
        (None, None) => "…".to_owned(),
        (None, Some(_)) => "–".to_owned(),
        (Some(opened), ended) => limit_in_words(whole(ended.unwrap_or(app.now).since(opened))),
    };
    let head = format!(
        "{:>4}{:>10}{stood:>10}{:>9}  ",
        row.connection.0,
        clock(row.began, app),
        thousands(row.messages)
    );
    let end = row.end.as_deref().unwrap_or_default();
    let parts = match &row.difference {
        _ if row.opened.is_none() => vec![(format!("✕ {end}"), theme.bad)],
        _ if row.beginning.is_empty() && row.messages == 0 => vec![("nothing came".to_owned(), theme.dim)],
        _ if row.beginning.is_empty() => vec![("its beginning was not looked into".to_owned(), theme.dim)],
        Difference::Unknown => vec![(row.beginning.clone(), theme.plain)],
        Difference::Same => vec![("= ".to_owned(), theme.ok), (row.beginning.clone(), theme.plain)],
        Difference::Other(what) => {
            vec![(format!("≠ {what}"), theme.wait), (format!(" · {}", row.beginning), theme.dim)]
        }
    };
    let mut left = room.saturating_sub(canvas::width(&head));
    let mut spans = vec![Span::styled(head, style)];
    for (text, style) in parts {
        let text = canvas::cut(&untrusted::safe(&text), left);
        left -= canvas::width(&text);
        spans.push(Span::styled(text, style));
    }
    spans
}

/// To the tenth of a second, and from a minute on to the second.
fn whole(time: Duration) -> Duration {
    if time < Duration::from_mins(1) {
        Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(0) / 100 * 100)
    } else {
        Duration::from_secs(time.as_secs())
    }
}

/// So many cells have room for the sizes of a shape, and for when it came first.
const WIDE: usize = 90;

fn shape_heads(area: Rect) -> String {
    let (size, first) = if is_wide(usize::from(area.width).saturating_sub(3)) {
        (format!("{:>18}", "size"), format!("{:>10}", "first"))
    } else {
        Default::default()
    };
    format!(
        "  {:<8}{:>11}{:>9}{size}{first}{:>10}  {}",
        "shape", "messages", "rate", "last", "what is new, or its paths"
    )
}

const fn is_wide(room: usize) -> bool {
    room >= WIDE
}

fn shape(row: &ShapeRow, app: &App, theme: &Theme, style: Style, room: usize) -> Vec<Span<'static>> {
    let has_come = row.against != Against::Absent;
    let of = |text: &dyn Fn() -> String| if has_come { text() } else { String::new() };
    let rate = of(&|| rate(row.messages, app.over_time.snapshot.span));
    let mut head = format!("{:<8}{:>11}{rate:>9}", row.name, thousands(row.messages));
    let mut times = String::new();
    if is_wide(room) {
        let sizes = of(&|| match [size(row.smallest), size(row.largest)] {
            [smallest, largest] if smallest == largest => smallest,
            [smallest, largest] => format!("{smallest} – {largest}"),
        });
        let _ = write!(head, "{sizes:>18}");
        let _ = write!(times, "{:>10}", of(&|| clock(row.first, app)));
    }
    let _ = write!(times, "{:>10}  ", of(&|| clock(row.last, app)));
    let (sign, sign_style) = match row.against {
        Against::Same => ("", theme.plain),
        Against::New => ("+ new, ", theme.wait),
        Against::Absent => ("- has not come: ", theme.bad),
    };
    let taken = canvas::width(&head) + canvas::width(&times) + canvas::width(sign);
    vec![
        Span::styled(head, style),
        Span::styled(times, theme.dim),
        Span::styled(sign, sign_style),
        Span::styled(canvas::cut(&untrusted::safe(&row.about), room.saturating_sub(taken)), theme.plain),
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
