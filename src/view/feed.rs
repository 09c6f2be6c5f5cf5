//! The timeline as a table. Only the rows that are seen are made.

use std::time::Duration;

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line as Spans, Span},
};

use crate::{
    app::{
        App, Column, Entry, Fold, Line, Received, Row, TimeStyle,
        layout::Areas,
        table::{self, Table, TableRow},
    },
    describe,
    payload::{Piece, break_all, counted, gap, one_line, size, span_of, stopwatch, thousands},
    session::{Control, ControlKind, Delivery, Direction, Kind, Timestamp},
};

use super::{canvas::Canvas, found, header, problem, theme::Theme, untrusted, words};

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
    let table = Table::of(app, areas.rows.width, areas.rows.height);
    heads(canvas, areas.heads, &table);
    let mut y = areas.rows.y;
    for table_row in &table.rows {
        for line in row_lines(canvas, app, &table, table_row) {
            if y < areas.rows.bottom() {
                let is_selected = table_row.row.id == app.timeline.selected_id();
                canvas.row(Rect { y, height: 1, ..areas.rows }, &line, is_selected);
            }
            y += 1;
        }
    }
    let taken = u16::try_from(app.timeline.len()).unwrap_or(u16::MAX).min(areas.rows.height);
    let rest = Rect { y: areas.rows.y + taken, height: areas.rows.height - taken, ..areas.rows };
    if let Some(filter_view) = app.timeline.filter_view().filter(|filter_view| filter_view.matches() == 0) {
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

/// A row in its lines, the bar of the selected one and the signs before it.
fn row_lines(
    canvas: &Canvas<'_>,
    app: &App,
    table: &Table<'_>,
    table_row: &TableRow<'_>,
) -> Vec<Spans<'static>> {
    let row = &table_row.row;
    let (lead, preview) = match rule(canvas, app, row, table) {
        Some(line) => (line, Vec::new()),
        None => cells_and_preview(canvas, app, table_row, table),
    };
    let note = app.timeline.seq_of(row.id).and_then(|seq| app.bookmarks.note(seq));
    let sign = match (app.timeline.is_marked(row.id), note.is_some()) {
        (true, true) => "◈",
        (true, false) => "◆",
        (false, true) => "★",
        (false, false) => " ",
    };
    let bar = if row.id == app.timeline.selected_id() { "▌" } else { " " };
    let mut first = vec![Span::styled(format!("{bar}{sign}"), canvas.theme.accent)];
    first.extend(lead);
    if table_row.lines == 1 {
        first.extend(preview);
        return vec![Spans::from(first)];
    }
    let parts = break_all(preview.iter().map(|span| span.content.as_ref()), table.preview);
    let before = " ".repeat(table.before_preview() - 1);
    let mut lines: Vec<Vec<Span<'static>>> = vec![first];
    lines.extend(
        (1..table_row.lines).map(|_| vec![Span::styled(bar, canvas.theme.accent), Span::raw(before.clone())]),
    );
    for (line, parts) in lines.iter_mut().zip(parts) {
        line.extend(parts.into_iter().map(|(nth, part)| Span::styled(part.to_owned(), preview[nth].style)));
    }
    lines.into_iter().map(Spans::from).collect()
}

fn heads(canvas: &mut Canvas<'_>, area: Rect, columns: &Table<'_>) {
    let mut text = String::from("  ");
    let mut at_right = columns.at_right.iter();
    for &(column, width) in &columns.shown {
        let head = super::canvas::cut(&untrusted::safe(&column.head()), width);
        let blanks = " ".repeat(width.saturating_sub(super::canvas::width(&head)));
        let is_right = match column {
            Column::Number | Column::Delta | Column::Size | Column::Lag => true,
            Column::Member(_) => at_right.next().is_some_and(|at_right| *at_right),
            _ => false,
        };
        let parts = if is_right { [&blanks, &head] } else { [&head, &blanks] };
        text.extend(parts.into_iter().map(String::as_str));
        text.push_str("  ");
    }
    text.push_str("preview");
    canvas.text(area, text, canvas.theme.dim);
}

/// A row that cuts through the columns: closes, connections, pauses, gaps.
fn rule(canvas: &Canvas<'_>, app: &App, row: &Row<'_>, columns: &Table<'_>) -> Option<Vec<Span<'static>>> {
    let mut spans = Vec::new();
    let mut room = columns.preview;
    let time_at = columns.shown.iter().position(|(column, _)| **column == Column::Time);
    for (nth, &(column, width)) in columns.shown.iter().enumerate() {
        match column {
            column if *column == Column::Number || time_at.is_some_and(|time_at| nth < time_at) => {
                spans.push(Span::raw(" ".repeat(width + 2)));
            }
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

/// The cells before the preview, and the preview.
fn cells_and_preview(
    canvas: &Canvas<'_>,
    app: &App,
    table_row: &TableRow<'_>,
    columns: &Table<'_>,
) -> (Vec<Span<'static>>, Vec<Span<'static>>) {
    let theme = canvas.theme;
    let row = &table_row.row;
    let hue = app.colours.hue_of(row).map(|hue| theme.hue(hue));
    let lead = table::lead(app, row);
    let room = columns.room(app.wraps && row.json().is_some());
    let room = room.saturating_sub(super::canvas::width(&lead));
    let cells = cells(canvas, app, row, room, hue);
    let mut values = table_row.members.iter().zip(&columns.at_right);
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
            Column::Lag => lag(table_row, app, theme, width),
            Column::Member(_) => {
                let (text, style) = values.next().map_or_else(
                    || (" ".repeat(width), theme.plain),
                    |(value, at_right)| {
                        let blanks = " ".repeat(width.saturating_sub(super::canvas::width(&value.text)));
                        let text = if value.is_number || (*at_right && !value.is_there) {
                            format!("{blanks}{}", value.text)
                        } else {
                            format!("{}{blanks}", value.text)
                        };
                        (text, if value.is_there { hue.unwrap_or(theme.plain) } else { theme.dim })
                    },
                );
                (text, style)
            }
        };
        spans.push(Span::styled(text, style));
        spans.push(Span::raw("  "));
    }
    let lead = (!lead.is_empty()).then(|| Span::styled(lead, theme.note));
    (spans, lead.into_iter().chain(cells.preview).collect())
}

/// How old the message was when it came; amber while the feed is late, and where its time is in the future.
fn lag(table_row: &TableRow<'_>, app: &App, theme: &Theme, width: usize) -> (String, Style) {
    let Some(micros) = table_row.lag else {
        let sign = if table_row.row.json().is_some() { "·" } else { "" };
        return (format!("{sign:>width$}"), theme.dim);
    };
    let sign = if micros < 0 { "-" } else { "" };
    let text = format!("{sign}{}", span_of(Duration::from_micros(micros.unsigned_abs())));
    let is_late = micros < 0 || app.over_time.is_late_at(table_row.row.at);
    (format!("{text:>width$}"), if is_late { theme.wait } else { theme.plain })
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
