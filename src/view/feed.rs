//! The timeline as a table. Only the rows that are seen are made.

use std::fmt::Write as _;

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line as Spans, Span},
};

use crate::{
    app::{App, Entry, Fold, Line, Received, Row, TimeStyle, layout::Areas},
    describe,
    payload::{Piece, counted, gap, one_line, size, span_of, stopwatch, thousands},
    session::{Control, ControlKind, Delivery, Direction, Kind, Timestamp},
};

use super::{canvas::Canvas, found, header, problem, untrusted, words};

/// The least a preview is worth; below it other columns leave.
const PREVIEW: usize = 20;

/// A column: its head, its width in cells, and whether it stands at its right end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Number,
    Time,
    Delta,
    Direction,
    Type,
    Size,
    Delivery,
}

/// The columns that fit, in order, and what is left for the preview.
struct Columns {
    shown: Vec<(Column, usize)>,
    preview: usize,
}

impl Columns {
    fn of(width: u16, app: &App) -> Self {
        use Column::{Delivery, Delta, Direction, Number, Size, Time, Type};
        let number = thousands(app.current.counts.messages).len().max(7);
        let mut shown = vec![
            (Number, number),
            (Time, 12),
            (Delta, 9),
            (Direction, 1),
            (Type, 7),
            (Size, 7),
            (Delivery, 3),
        ];
        // Whole columns leave, the least telling first, until the preview has its room.
        let mut leaving = [Delta, Size, Delivery, Number, Type, Time].into_iter();
        loop {
            let taken: usize = shown.iter().map(|(_, width)| width + 2).sum();
            let preview = usize::from(width).saturating_sub(taken + 2);
            let Some(next) = leaving.next() else { return Self { shown, preview } };
            // The time is worth more than a long preview.
            if preview >= if next == Time { PREVIEW / 2 } else { PREVIEW } {
                return Self { shown, preview };
            }
            shown.retain(|(column, _)| *column != next);
        }
    }
}

/// The texts of one row, one for each column.
#[derive(Default)]
struct Cells {
    number: String,
    delta: String,
    direction: (&'static str, Style),
    kind: &'static str,
    size: String,
    delivery: (String, Style),
    preview: Vec<Span<'static>>,
}

pub fn draw(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) {
    if areas.rows.height == 0 {
        return;
    }
    let columns = Columns::of(areas.rows.width, app);
    heads(canvas, areas.heads, &columns);
    let selected = app.timeline.selected_id();
    for (area, row) in areas.rows.rows().zip(app.timeline.visible(areas.rows.height)) {
        let line = rule(canvas, app, &row, &columns);
        let line = line.unwrap_or_else(|| table_row(canvas, app, &row, &columns));
        let is_selected = row.id == selected;
        let mark = match (is_selected, app.timeline.is_marked(row.id)) {
            (true, true) => "▌◆",
            (true, false) => "▌ ",
            (false, true) => " ◆",
            (false, false) => "  ",
        };
        let mut spans = vec![Span::styled(mark, canvas.theme.accent)];
        spans.extend(line);
        let line = Spans::from(spans);
        canvas.row(area, &line, is_selected);
    }
    let taken = u16::try_from(app.timeline.len()).unwrap_or(u16::MAX).min(areas.rows.height);
    let rest = Rect { y: areas.rows.y + taken, height: areas.rows.height - taken, ..areas.rows };
    if let Some(filter_view) = app.timeline.filter_view().filter(|filter_view| filter_view.messages == 0) {
        let message = match filter_view.scanning {
            Some(scan) => format!("no match yet; {} % of the capture is searched", scan.percent()),
            None if app.filter.filter().is_some() => "no message matches; esc clears the filter".to_owned(),
            None => "no message matches; F lists the filters that are on".to_owned(),
        };
        let below = u16::from(rest.height > 1);
        let line = Rect { y: rest.y + below, ..super::canvas::indented(rest, 2) };
        canvas.text(line, message, canvas.theme.dim);
    } else if app.timeline.is_empty() || app.current.counts.messages == 0 {
        problem::empty_feed(canvas, rest, app);
    }
}

fn heads(canvas: &mut Canvas<'_>, area: Rect, columns: &Columns) {
    let mut text = String::from("  ");
    for &(column, width) in &columns.shown {
        let head = match column {
            Column::Number => "number",
            Column::Time => "time",
            Column::Delta => "Δ",
            Column::Direction => "",
            Column::Type => "type",
            Column::Size => "size",
            Column::Delivery => "dlv",
        };
        // Writing to a string does not fail.
        let _ = match column {
            Column::Number | Column::Delta | Column::Size => write!(text, "{head:>width$}  "),
            _ => write!(text, "{head:<width$}  "),
        };
    }
    text.push_str("preview");
    canvas.text(area, text, canvas.theme.dim);
}

/// A row that cuts through the columns: closes, connections, pauses, gaps.
fn rule(canvas: &Canvas<'_>, app: &App, row: &Row<'_>, columns: &Columns) -> Option<Vec<Span<'static>>> {
    let mut spans = Vec::new();
    let mut room = columns.preview;
    for &(column, width) in &columns.shown {
        match column {
            Column::Number => spans.push(Span::raw(" ".repeat(width + 2))),
            Column::Time if matches!(row.line, Line::Newer(_) | Line::Unread { .. }) => {
                spans.push(Span::raw(" ".repeat(width + 2)));
            }
            Column::Time => {
                spans.push(Span::styled(format!("{}  ", time(app, row)), canvas.theme.dim));
            }
            _ => room += width + 2,
        }
    }
    let fold = app.timeline.fold_of(row.id);
    let (message, style) = match &row.line {
        Line::Entry(entry) if let Some(fold) = fold => (folded(app, row, entry, fold), canvas.theme.bad),
        Line::Newer(rows) => (format!("{}; f follows", counted(*rows, "newer row")), canvas.theme.wait),
        Line::Entry(entry) => words::event(entry, row.connection, canvas.theme, room.saturating_sub(6))?,
        _ => return None,
    };
    let message = super::canvas::cut(&message, room.saturating_sub(6));
    let rest = room.saturating_sub(4 + super::canvas::width(&message));
    spans.push(Span::styled("── ", canvas.theme.rule));
    spans.push(Span::styled(message, style));
    spans.push(Span::styled(format!(" {}", "─".repeat(rest)), canvas.theme.rule));
    Some(spans)
}

/// Equal failures in one row: how often, how long ago the last was, and why: the finding, or what failed.
fn folded(app: &App, row: &Row<'_>, entry: &Entry, fold: &Fold) -> String {
    let times = thousands(fold.times);
    let when = if app.capture.is_reading() {
        format!("in {}", span_of(row.at.since(fold.since)))
    } else {
        format!("last {} ago", header::tenths(app.now.since(row.at)))
    };
    let why = match entry {
        Entry::Lost(lost, _) => lost.message.as_str(),
        Entry::Failed(failure) => {
            app.timeline.gravest_of(fold).map_or(failure.message.as_str(), |finding| finding.title.as_str())
        }
        _ => "",
    };
    untrusted::safe(&format!("×{times}, {when}: {why}"))
}

fn table_row(canvas: &Canvas<'_>, app: &App, row: &Row<'_>, columns: &Columns) -> Vec<Span<'static>> {
    let theme = canvas.theme;
    let hue = app.colours.hue_of(row).map(|hue| theme.hue(hue));
    let cells = cells(canvas, app, row, columns.preview, hue);
    let mut spans = Vec::with_capacity(columns.shown.len() + 1);
    for &(column, width) in &columns.shown {
        let (text, style) = match column {
            Column::Number => (format!("{:>width$}", cells.number), theme.plain),
            Column::Time => (time(app, row), theme.dim),
            Column::Delta => (format!("{:>width$}", cells.delta), theme.dim),
            Column::Direction => (cells.direction.0.to_owned(), cells.direction.1),
            Column::Type => (format!("{:<width$}", cells.kind), hue.unwrap_or(theme.plain)),
            Column::Size => (format!("{:>width$}", cells.size), theme.plain),
            Column::Delivery => (format!("{:<width$}", cells.delivery.0), cells.delivery.1),
        };
        spans.push(Span::styled(text, style));
        spans.push(Span::raw("  "));
    }
    spans.extend(cells.preview);
    spans
}

/// When it happened, in the chosen style, in twelve cells.
fn time(app: &App, row: &Row<'_>) -> String {
    if matches!(row.line, Line::Unread { .. }) {
        return " ".repeat(12);
    }
    let since = |from: Timestamp| {
        let (sign, span) = if row.at < from { ('-', from.since(row.at)) } else { ('+', row.at.since(from)) };
        let text = format!("{sign}{}", stopwatch(span));
        format!("{text:>12}")
    };
    match app.time {
        TimeStyle::Clock => row.at.clock(&app.zone),
        TimeStyle::Session => since(app.began.unwrap_or(row.at)),
        TimeStyle::Connection => since(app.timeline.opened_before(row.id).unwrap_or(row.at)),
        TimeStyle::Age => since(app.now),
        TimeStyle::Selected => since(app.timeline.selected().map_or(row.at, |selected| selected.at)),
    }
}

/// `hue` is the colour of one's own, if the row has one.
fn cells(canvas: &Canvas<'_>, app: &App, row: &Row<'_>, room: usize, hue: Option<Style>) -> Cells {
    let theme = canvas.theme;
    let is_selected = row.id == app.timeline.selected_id();
    // The messages of one read came together: there is no time between them to show.
    let delta =
        row.delta.map_or(String::new(), |delta| if delta.is_zero() { "·".to_owned() } else { gap(delta) });
    let received = |direction, message: &Received<'_>, delivery: Delivery, style| Cells {
        number: thousands(message.id.0),
        direction: (direction, theme.dim),
        size: size(message.size),
        delivery: words::delivery(delivery, theme),
        ..previewed(canvas, app, message.kind, (message.payload, message.size), (room, style, is_selected))
    };
    let shown = match &row.line {
        Line::Message { message, delivery } => received("↓", message, *delivery, hue.unwrap_or(theme.plain)),
        Line::Redelivered { delivery, message: Some(message), .. } => {
            received("↻", message, *delivery, hue.unwrap_or(theme.dim))
        }
        Line::Redelivered { id, delivery, message: None } => Cells {
            number: thousands(id.0),
            direction: ("↻", theme.dim),
            delivery: words::delivery(*delivery, theme),
            preview: vec![Span::styled(super::canvas::cut("its message is no longer kept", room), theme.dim)],
            ..Cells::default()
        },
        Line::Entry(Entry::Sent(sent)) => Cells {
            direction: ("↑", theme.note),
            size: size(sent.size),
            ..previewed(
                canvas,
                app,
                sent.kind,
                (sent.payload.as_deref(), sent.size),
                (room, hue.unwrap_or(theme.plain), is_selected),
            )
        },
        Line::Entry(Entry::Control(frame)) => control(canvas, frame, room, hue),
        Line::Unread { message, is_gone } => Cells {
            number: message.map_or(String::new(), |id| thousands(id.0)),
            preview: vec![Span::styled(if *is_gone { "(not captured)" } else { "…" }, theme.dim)],
            ..Cells::default()
        },
        Line::Entry(_) | Line::Newer(_) => Cells::default(),
    };
    Cells { delta, ..shown }
}

/// What kind of payload it is and how it begins, or why that is not known.
fn previewed(
    canvas: &Canvas<'_>,
    app: &App,
    kind: Kind,
    (payload, size): (Option<&[u8]>, u64),
    (room, style, is_selected): (usize, Style, bool),
) -> Cells {
    let theme = canvas.theme;
    let found = if is_selected { theme.found_now } else { theme.found };
    let (kind, preview) = match payload {
        None => (kind.word(), vec![Span::styled(super::canvas::cut("(payload not kept)", room), theme.dim)]),
        Some([]) => (kind.word(), vec![Span::styled("(empty)", theme.dim)]),
        Some(bytes) => {
            let preview = one_line(kind, bytes, size, room);
            let spans = |piece: Piece| {
                let style = if piece.is_broken { theme.bad } else { style };
                found::spans(&piece.text, style, app.sought(), found)
            };
            (preview.name, preview.pieces.into_iter().flat_map(spans).collect())
        }
    };
    Cells { kind, preview, ..Cells::default() }
}

fn control(canvas: &Canvas<'_>, frame: &Control, room: usize, hue: Option<Style>) -> Cells {
    let theme = canvas.theme;
    let direction = match frame.direction {
        Direction::In => ("↓", theme.dim),
        Direction::Out => ("↑", theme.note),
    };
    let (length, preview) = match &frame.kind {
        ControlKind::Ping(payload) | ControlKind::Pong { payload, round_trip: None } => {
            (payload.len(), untrusted::preview(Kind::Binary, payload, room))
        }
        ControlKind::Pong { payload, round_trip: Some(time) } => {
            (payload.len(), format!("round trip {}", crate::payload::span_of(*time)))
        }
        ControlKind::Close(close) => (
            close.code.map_or(0, |_| 2) + close.reason.len(),
            crate::payload::preview(&describe::close(close), room),
        ),
    };
    Cells {
        direction,
        kind: words::control(&frame.kind),
        size: size(length as u64),
        preview: vec![Span::styled(preview, hue.unwrap_or(theme.dim))],
        ..Cells::default()
    }
}
