//! The timeline as a table. Only the rows that are seen are made.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line as Spans, Span},
};

use crate::{
    app::{App, Column, Entry, Fold, Line, Received, Row, RowOrder, TimeStyle, layout::Areas},
    describe,
    payload::{
        Piece, counted,
        document::{Found, MemberPath, values},
        gap, one_line, size, span_of, stopwatch, thousands,
    },
    session::{Control, ControlKind, Delivery, Direction, Kind, Timestamp},
};

use super::{canvas::Canvas, found, header, problem, untrusted, words};

/// The least a preview is worth; below it other columns leave.
const PREVIEW: usize = 20;

/// The most cells of a column that shows values of a path.
const MEMBER: usize = 24;

/// The columns that fit, in order with their widths in cells, and what is left for the preview.
struct Layout<'a> {
    shown: Vec<(&'a Column, usize)>,
    /// Whether the values of each wanted path stand at its right end: where numbers are in sight.
    at_right: Vec<bool>,
    preview: usize,
}

impl<'a> Layout<'a> {
    /// `members` are the widths that the values of the wanted paths take, in order.
    fn of(width: u16, app: &'a App, members: &[usize], at_right: Vec<bool>) -> Self {
        let number = thousands(app.current.counts.messages).len().max(7);
        let mut members = members.iter();
        let mut shown: Vec<(&Column, usize)> = app
            .columns
            .wanted()
            .map(|column| {
                let width = match column {
                    Column::Number => number,
                    Column::Time => 12,
                    Column::Delta => 9,
                    Column::Direction => 1,
                    Column::Type | Column::Size => 7,
                    Column::Delivery => 3,
                    Column::Member(_) => members.next().copied().unwrap_or_default(),
                };
                (column, width)
            })
            .collect();
        // Whole columns leave, the least telling first and chosen paths late, until the preview has its room.
        let paths: Vec<&Column> =
            app.columns.wanted().filter(|column| matches!(column, Column::Member(_))).collect();
        let leaving = [Column::Delta, Column::Size, Column::Delivery, Column::Number, Column::Type];
        let mut leaving = leaving.iter().chain(paths.into_iter().rev()).chain([&Column::Time]);
        loop {
            let taken: usize = shown.iter().map(|(_, width)| width + 2).sum();
            let preview = usize::from(width).saturating_sub(taken + 2);
            let Some(next) = leaving.next() else { return Self { shown, at_right, preview } };
            // The time is worth more than a long preview, and so is a path that somebody chose.
            let late = matches!(next, Column::Time | Column::Member(_));
            if preview >= if late { PREVIEW / 2 } else { PREVIEW } {
                return Self { shown, at_right, preview };
            }
            shown.retain(|(column, _)| *column != next);
        }
    }
}

/// The value of a path as a cell shows it.
#[derive(Clone, Debug)]
struct Value {
    text: String,
    is_number: bool,
    /// Whether it is a value, and no sign that there is none.
    is_there: bool,
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
    /// Of the wanted paths, in order; none where a row has no payload.
    members: Vec<Value>,
}

pub fn draw(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) {
    if areas.rows.height == 0 {
        return;
    }
    let mut rows: Vec<_> = app.timeline.visible(areas.rows.height).collect();
    if app.row_order == RowOrder::NewestFirst {
        rows.reverse();
    }
    let paths: Vec<&MemberPath> = app.columns.wanted().filter_map(Column::path).collect();
    let members: Vec<_> = rows.iter().map(|row| member_values(row, &paths)).collect();
    let has_numbers = |nth: usize| members.iter().filter_map(|row| row.get(nth)).any(|value| value.is_number);
    let at_right = (0..paths.len()).map(has_numbers).collect();
    let columns = Layout::of(areas.rows.width, app, &widths(&paths, &members), at_right);
    heads(canvas, areas.heads, &columns);
    let selected = app.timeline.selected_id();
    for (area, (row, members)) in areas.rows.rows().zip(rows.into_iter().zip(members)) {
        let line = rule(canvas, app, &row, &columns);
        let line = line.unwrap_or_else(|| table_row(canvas, app, &row, &columns, members));
        let is_selected = row.id == selected;
        let note = app.timeline.seq_of(row.id).and_then(|seq| app.bookmarks.note(seq));
        let sign = match (app.timeline.is_marked(row.id), note.is_some()) {
            (true, true) => "◈",
            (true, false) => "◆",
            (false, true) => "★",
            (false, false) => " ",
        };
        let bar = if is_selected { "▌" } else { " " };
        let mut spans = vec![Span::styled(format!("{bar}{sign}"), canvas.theme.accent)];
        spans.extend(line);
        let line = Spans::from(spans);
        canvas.row(area, &line, is_selected);
    }
    let taken = u16::try_from(app.timeline.len()).unwrap_or(u16::MAX).min(areas.rows.height);
    let rest = Rect { y: areas.rows.y + taken, height: areas.rows.height - taken, ..areas.rows };
    if let Some(filter_view) = app.timeline.filter_view().filter(|filter_view| filter_view.messages == 0) {
        let message = match filter_view.scanning {
            Some(scan) => format!("no match yet; {} % of the capture is searched", scan.percent()),
            None => "no message matches; esc clears the filter".to_owned(),
        };
        let below = u16::from(rest.height > 1);
        let line = Rect { y: rest.y + below, ..super::canvas::indented(rest, 2) };
        canvas.text(line, message, canvas.theme.dim);
    } else if app.timeline.is_empty() || app.current.counts.messages == 0 {
        problem::empty_feed(canvas, rest, app);
    }
}

fn heads(canvas: &mut Canvas<'_>, area: Rect, columns: &Layout<'_>) {
    let mut text = String::from("  ");
    let mut at_right = columns.at_right.iter();
    for &(column, width) in &columns.shown {
        let head = super::canvas::cut(&untrusted::safe(&column.head()), width);
        let blanks = " ".repeat(width.saturating_sub(super::canvas::width(&head)));
        let is_right = match column {
            Column::Number | Column::Delta | Column::Size => true,
            Column::Member(_) => at_right.next().is_some_and(|at_right| *at_right),
            _ => false,
        };
        let parts = if is_right { [&blanks, &head] } else { [&head, &blanks] };
        parts.into_iter().for_each(|part| text.push_str(part));
        text.push_str("  ");
    }
    text.push_str("preview");
    canvas.text(area, text, canvas.theme.dim);
}

/// The values of a row at these paths; none where it has no payload at hand.
fn member_values(row: &Row<'_>, paths: &[&MemberPath]) -> Vec<Value> {
    let Some((payload, is_whole)) = row.json().filter(|_| !paths.is_empty()) else { return Vec::new() };
    let value = |found| match found {
        Found::Missing => Value { text: "·".to_owned(), is_number: false, is_there: false },
        Found::Unread => Value { text: "…".to_owned(), is_number: false, is_there: false },
        Found::At(place) => written(&payload[place]),
    };
    values(payload, is_whole, paths).into_iter().map(value).collect()
}

/// A value as it was sent; a text without its quotes.
fn written(value: &[u8]) -> Value {
    // More does not fit into a cell.
    let text = String::from_utf8_lossy(&value[..value.len().min(4 * MEMBER)]);
    let text = match text.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"').filter(|_| value.len() <= 4 * MEMBER).unwrap_or(inner),
        None => &text,
    };
    let is_number = value.first().is_some_and(|first| first.is_ascii_digit() || *first == b'-');
    Value { text: super::canvas::cut(&untrusted::safe(text), MEMBER), is_number, is_there: true }
}

/// The cells that each path takes: by what is in sight, in steps, so that a column mostly keeps its place.
fn widths(paths: &[&MemberPath], members: &[Vec<Value>]) -> Vec<usize> {
    let width = |(nth, path): (usize, &&MemberPath)| {
        let values =
            members.iter().filter_map(|row| row.get(nth)).map(|value| super::canvas::width(&value.text));
        let head = super::canvas::width(&path.to_string());
        values.max().unwrap_or(0).max(head).next_multiple_of(4).min(MEMBER)
    };
    paths.iter().enumerate().map(width).collect()
}

/// A row that cuts through the columns: closes, connections, pauses, gaps.
fn rule(canvas: &Canvas<'_>, app: &App, row: &Row<'_>, columns: &Layout<'_>) -> Option<Vec<Span<'static>>> {
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

fn table_row(
    canvas: &Canvas<'_>,
    app: &App,
    row: &Row<'_>,
    columns: &Layout<'_>,
    members: Vec<Value>,
) -> Vec<Span<'static>> {
    let theme = canvas.theme;
    let hue = app.colours.hue_of(row).map(|hue| theme.hue(hue));
    let times = app.timeline.times_repeated(row.id).map(|times| format!("×{} ", thousands(times)));
    let room = columns.preview - times.as_deref().map_or(0, super::canvas::width).min(columns.preview);
    let cells = Cells { members, ..cells(canvas, app, row, room, hue) };
    let mut values = cells.members.iter().zip(&columns.at_right);
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
            Column::Member(_) => {
                let (text, style) =
                    values.next().map_or((String::new(), theme.plain), |(value, at_right)| {
                        let blanks = " ".repeat(width.saturating_sub(super::canvas::width(&value.text)));
                        let text = if value.is_number || (*at_right && !value.is_there) {
                            format!("{blanks}{}", value.text)
                        } else {
                            format!("{}{blanks}", value.text)
                        };
                        (text, if value.is_there { hue.unwrap_or(theme.plain) } else { theme.dim })
                    });
                (format!("{text:<width$}"), style)
            }
        };
        spans.push(Span::styled(text, style));
        spans.push(Span::raw("  "));
    }
    spans.extend(times.map(|times| Span::styled(times, theme.note)));
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
    // The messages of one read came together: there is no time between them to show.
    let delta =
        row.delta.map_or(String::new(), |delta| if delta.is_zero() { "·".to_owned() } else { gap(delta) });
    let received = |direction, message: &Received<'_>, delivery: Delivery, style| Cells {
        number: thousands(message.id.0),
        direction: (direction, theme.dim),
        size: size(message.size),
        delivery: words::delivery(delivery, theme),
        ..previewed(canvas, app, message.kind, (message.payload, message.size), room, style)
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
                room,
                hue.unwrap_or(theme.plain),
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
    room: usize,
    style: Style,
) -> Cells {
    let theme = canvas.theme;
    let (kind, preview) = match payload {
        None => (kind.word(), vec![Span::styled(super::canvas::cut("(payload not kept)", room), theme.dim)]),
        Some([]) => (kind.word(), vec![Span::styled("(empty)", theme.dim)]),
        Some(bytes) => {
            let preview = one_line(kind, bytes, size, room);
            let spans = |piece: Piece| {
                let style = if piece.is_broken { theme.bad } else { style };
                found::spans(&piece.text, style, app.sought(), theme)
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
