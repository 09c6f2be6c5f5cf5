//! The screen of the connections: all of them at the left, the one that is looked at at the right.

mod sections;

use ratatui::{
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        App, Compared, Connection, ConnectionsPane, With, first_shown,
        layout::{self, Areas},
        screens::connections::panes,
    },
    payload::{counted, span_of},
    session::ConnectionId,
};

use super::{
    canvas,
    canvas::Canvas,
    compared::{self, Shown},
    theme::Theme,
    untrusted,
};
use sections::Item;

pub fn draw(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) -> Option<Position> {
    let panes = panes(app);
    debug_assert!(panes.title.bottom() <= areas.body.bottom(), "the connections stand in the body");
    if panes.first.height > 0 {
        list(canvas, panes.title, panes.first, app);
    }
    let joints = if panes.second.height > 0 {
        detail(canvas, panes.second_title, panes.second, app)
    } else {
        Vec::new()
    };
    if panes.divider.height > 0 {
        canvas.upright(panes.divider);
        for y in joints {
            canvas.text(Rect { y, width: 1, height: 1, ..panes.divider }, "├", canvas.theme.rule);
        }
    }
    None
}

fn list(canvas: &mut Canvas<'_>, title: Rect, area: Rect, app: &App) {
    let theme = canvas.theme;
    let style = if app.connections.pane == ConnectionsPane::List { theme.accent } else { theme.strong };
    let all = app.connections.newest_first().len() as u64;
    let message = match app.connections.forgotten {
        0 => String::new(),
        _ => format!("last {all}"),
    };
    canvas.rule(title, Span::styled("Connections", style), Span::styled(message, theme.dim));
    if app.connections.is_empty() {
        let message =
            if app.capture.is_reading() { "no connection is captured" } else { "there is no connection yet" };
        return canvas.text(canvas::indented(area, 2), message, theme.dim);
    }
    let place = app.connections.place();
    let top = first_shown(place, usize::from(area.height));
    let mut newer = "";
    for (row, (nth, connection)) in area.rows().zip(app.connections.newest_first().enumerate().skip(top)) {
        let is_marked = app.connections.marked == Some(connection.id());
        let mark = match (nth == place, is_marked) {
            (true, true) => "▌◆",
            (true, false) => "▌ ",
            (false, true) => " ◆",
            (false, false) => "  ",
        };
        let (sign, word, style) = state(app, connection, nth == 0, theme);
        let took = span_of(connection.ladder.span(app.now));
        let clock = connection.ladder.began.clock(&app.zone);
        let clock = clock.split('.').next().unwrap_or_default().to_owned();
        let name = if nth == place { theme.strong } else { theme.plain };
        let mut spans = vec![
            Span::styled(mark, theme.accent),
            Span::styled(format!("{:<4}", connection.id().0), name),
            Span::styled(format!("{sign} {word:<8}"), style),
            Span::styled(format!("{:>SPAN$}", lived(app, connection, nth == 0).unwrap_or(took)), theme.plain),
            Span::styled(format!("  {clock}"), theme.dim),
        ];
        let taken = spans.iter().map(|span| canvas::width(&span.content)).sum::<usize>();
        let room = usize::from(area.width).saturating_sub(taken);
        let end = end(connection);
        if room >= END {
            // Of a series of equal ends the newest is told.
            let told = if end == newer && !end.is_empty() { "the same" } else { end };
            let told = canvas::cut(&untrusted::safe(told), room - 3);
            spans.push(Span::styled(format!("  {told}"), theme.dim));
        }
        newer = end;
        canvas.row(row, &Line::from(spans), nth == place);
    }
}

/// Cells of how long a connection was open, `↔ 12.1 ms`, or how long one that failed took.
const SPAN: usize = 10;
/// Cells that the end of a connection takes at least.
const END: usize = 20;

/// How long it was open, or has been; `None` if it never was.
fn lived(app: &App, connection: &Connection, is_newest: bool) -> Option<String> {
    let opened = connection.opened.as_ref().map(|(at, _)| *at);
    let span = match (&connection.lost, opened) {
        (Some((_, lost)), _) => lost.open_for,
        (None, Some(at)) if is_newest && app.current.is_open() && !app.capture.is_reading() => {
            app.now.since(at)
        }
        _ => return None,
    };
    Some(format!("↔ {}", span_of(span)))
}

/// How it ended, in words; nothing while it has not.
fn end(connection: &Connection) -> &str {
    let failed = connection.ladder.failure.as_ref().map(|failure| failure.message.as_str());
    let lost = connection.lost.as_ref().map(|(_, lost)| lost.message.as_str());
    failed.or(lost).unwrap_or("")
}

/// Where a connection stands: a sign, a word of at most eight cells, and their colour.
fn state(
    app: &App,
    connection: &Connection,
    is_newest: bool,
    theme: &Theme,
) -> (&'static str, &'static str, Style) {
    if let Some(failure) = &connection.ladder.failure {
        return ("✕", failure.stage.word(), theme.bad);
    }
    match (&connection.opened, &connection.lost) {
        (_, Some((_, lost))) if lost.is_ours() => ("✓", "closed", theme.ok),
        (_, Some(_)) => ("✕", "lost", theme.bad),
        (Some(_), None) if is_newest && app.current.is_open() && !app.capture.is_reading() => {
            ("●", "open", theme.ok)
        }
        (Some(_), None) => ("✓", "opened", theme.ok),
        (None, None) if connection.ladder.over.is_none() && is_newest => ("◐", "connecting", theme.wait),
        (None, None) => ("·", "left", theme.dim),
    }
}

/// Draws the connection that is looked at; the lines in which rules begin.
fn detail(canvas: &mut Canvas<'_>, title: Rect, area: Rect, app: &App) -> Vec<u16> {
    let theme = canvas.theme;
    let Some(connection) = app.connections.selected() else {
        canvas.rule(title, "", "");
        return Vec::new();
    };
    let has_keys = app.connections.pane == ConnectionsPane::Detail;
    let style = if has_keys { theme.accent } else { theme.strong };
    if let Some(compared) = &app.connections.compared {
        let other = compared.found().map_or(String::new(), |(other, _)| format!(" with {other}"));
        let name = format!("connection {} compared{other}", connection.id());
        canvas.rule(title, Span::styled(name, style), Span::styled("comparison", theme.dim));
        comparison(canvas, area, has_keys, compared);
        return Vec::new();
    }
    let mut joints = Vec::new();
    canvas.rule(title, Span::styled(name(app, connection), style), "");
    let inner = canvas::inner(area);
    let items = sections::items(app, connection, theme, usize::from(inner.width));
    let room = usize::from(inner.height);
    let from = app.connections.scroll.min(items.len().saturating_sub(room));
    let more = items.len() > from + room;
    for (place, item) in inner.rows().zip(items.iter().skip(from)) {
        match item {
            Item::Rule(text) => {
                joints.push(place.y);
                let rule = Rect { x: area.x, width: area.width, ..place };
                canvas.rule(rule, Span::styled(text.clone(), theme.strong), "");
            }
            Item::Line(line) => canvas.line(place, line),
        }
    }
    if more && room > 1 {
        let message = if has_keys { "↓ j scrolls" } else { "↓ tab, then j scrolls" };
        let width = u16::try_from(canvas::width(message) + 1).unwrap_or(0).min(inner.width);
        let place = Rect { x: inner.right() - width, y: inner.bottom() - 1, width, height: 1 };
        canvas.clear(place);
        canvas.text(Rect { x: place.x + 1, width: place.width - 1, ..place }, message, theme.dim);
    }
    joints
}

/// What differs from another connection, and below it how much does.
fn comparison(canvas: &mut Canvas<'_>, mut area: Rect, has_keys: bool, compared: &Compared<ConnectionId>) {
    let missing = match compared.with {
        With::Previous => "no connection before this one is kept",
        With::Marked => "no other connection is marked: space marks one, then D compares with it",
    };
    let foot = if area.height >= 4 { layout::bottom(&mut area, 1) } else { Rect::default() };
    let shown = Shown::of(compared, missing, has_keys, canvas::inner(area).height);
    compared::draw(canvas, area, foot, &shown);
}

/// `connection 2 · failed at tls after 61 ms`
fn name(app: &App, connection: &Connection) -> String {
    let (id, took) = (connection.id(), span_of(connection.ladder.span(app.now)));
    if let Some(failure) = &connection.ladder.failure {
        return format!("connection {id} · failed at {} after {took}", failure.stage);
    }
    match (&connection.opened, &connection.lost) {
        (_, Some((_, lost))) => {
            let messages = counted(lost.messages, "message");
            let how = if lost.is_ours() { "closed" } else { "lost" };
            format!("connection {id} · {how} after {}, {messages}", span_of(lost.open_for))
        }
        (Some(_), None) => format!("connection {id} · open in {took}"),
        (None, None) if connection.ladder.over.is_none() => format!("connection {id} · {took}"),
        (None, None) => format!("connection {id}"),
    }
}
