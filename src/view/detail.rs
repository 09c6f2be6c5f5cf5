//! The selected row, whole.

use ratatui::{
    layout::Rect,
    text::{Line as Text, Span},
};

use crate::{
    app::{
        App, Compared, Entry, Focus, Fold, Line, Row, RowId, With,
        layout::{Areas, NOTE_LEAD},
    },
    describe,
    payload::{counted, size, span_of, thousands},
    session::{ConnectionId, Control, ControlKind, Direction, Lost, MessageId},
};

use super::{
    canvas,
    canvas::Canvas,
    compared::{self, Shown},
    payload, problem, untrusted, words,
};

pub fn draw(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) {
    let row = app.timeline.selected();
    let style = if app.focus.is_detail() { canvas.theme.accent } else { canvas.theme.strong };
    let compared = app.detail.compared.as_ref();
    let mode = match compared {
        Some(_) => "comparison",
        None => app.selected_payload().map_or("", |_| app.detail.mode.word()),
    };
    // The view mode stays: it says what the bytes below are.
    let taken = if mode.is_empty() { 4 } else { canvas::width(mode) + 7 };
    let room = usize::from(areas.detail_title.width).saturating_sub(taken);
    // What the type of the message says already is not said again.
    let title = app.detail.reading().and_then(|reading| reading.title.as_deref());
    let title = title.filter(|title| !matches!(*title, "text" | "binary"));
    let name = match (&row, compared) {
        (Some(_), Some(compared)) => canvas::cut(&name_of_comparison(app, compared), room),
        (Some(row), None) => name(row, title, app.pairing_of(row.id), room),
        (None, _) => canvas::cut("nothing selected", room),
    };
    canvas.rule(areas.detail_title, Span::styled(name, style), Span::styled(mode, canvas.theme.dim));
    if areas.divider.height > 0 {
        canvas.upright(areas.divider);
    }
    draw_note(canvas, areas.detail_note, app);
    let Some(row) = row else { return };
    if let Some(compared) = &app.detail.compared {
        let missing = match compared.with {
            With::Previous => "no message before this one has the same shape and is at hand",
            With::Marked => "no other message is marked: space marks one, then D compares with it",
        };
        let has_keys = app.focus == Focus::Detail;
        let shown = Shown::of(compared, missing, has_keys, canvas::inner(areas.detail).height);
        return compared::draw(canvas, areas.detail, areas.detail_foot, &shown);
    }
    if let Some(reading) = app.detail.reading() {
        return payload::draw(canvas, areas.detail, areas.detail_foot, app, reading);
    }
    let pane = canvas::inner(areas.detail);
    let lines = body(canvas, app, &row, pane);
    let height = usize::from(pane.height);
    let top = usize::try_from(app.detail.top).unwrap_or(usize::MAX).min(lines.len().saturating_sub(height));
    canvas.page(pane, lines, top);
}

/// The note of the selected row's bookmark; what does not fit is marked as cut.
fn draw_note(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let Some(note) = app.selected_note().filter(|_| area.height > 0) else { return };
    let (note, style) =
        if note.is_empty() { ("bookmarked", canvas.theme.dim) } else { (note, canvas.theme.plain) };
    canvas.text(
        Rect { x: area.x + 1, width: area.width.saturating_sub(1).min(1), ..area },
        "★",
        canvas.theme.accent,
    );
    let text = canvas::indented(area, NOTE_LEAD);
    let mut lines = canvas::wrap(&untrusted::safe(note), usize::from(text.width.saturating_sub(1)).max(1));
    if lines.len() > usize::from(area.height) {
        lines.truncate(area.height.into());
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    canvas.lines(text, lines.into_iter().map(|line| Text::styled(line, style)));
}

/// `#148,201 compared with #148,199`
fn name_of_comparison(app: &App, compared: &Compared<RowId>) -> String {
    let name = |message: Option<MessageId>| {
        message.map_or_else(|| "another row".to_owned(), |id| format!("#{}", thousands(id.0)))
    };
    let own = name(app.timeline.selected_message_id());
    match compared.found() {
        Some((other, _)) => format!("{own} compared with {}", name(app.timeline.message_at(other))),
        None => format!("{own} compared"),
    }
}

/// How much it matters what a payload is.
const WHAT: u8 = 4;

/// `#148,201 · text · 212 B · acked`: what matters least leaves first when it does not fit.
fn name(row: &Row<'_>, title: Option<&str>, pairing: Option<String>, room: usize) -> String {
    let mut parts = parts(row);
    if let Some(pairing) = pairing {
        parts.insert(1.min(parts.len()), (7, untrusted::safe(&pairing)));
    }
    if let Some(title) = title {
        parts.insert(2.min(parts.len()), (WHAT, untrusted::safe(title)));
    }
    let mut kept: Vec<usize> = (0..parts.len()).collect();
    loop {
        let name = kept.iter().map(|&nth| parts[nth].1.as_str()).collect::<Vec<_>>().join(" · ");
        // Beside its number, one fact is rather cut than left out.
        let leaves = |nth: &usize| kept.len() > 2 || kept.len() > 1 && parts[*nth].0 < WHAT;
        let least = kept.iter().copied().min_by_key(|&nth| parts[nth].0).filter(leaves);
        match least {
            Some(least) if canvas::width(&name) > room => kept.retain(|&nth| nth != least),
            _ => return canvas::cut(&name, room),
        }
    }
}

/// The parts of the name with how much each matters.
fn parts(row: &Row<'_>) -> Vec<(u8, String)> {
    match &row.line {
        Line::Message { message, delivery } | Line::Redelivered { message: Some(message), delivery, .. } => {
            let mut parts = vec![
                (9, format!("#{}", thousands(message.id.0))),
                (3, message.kind.word().to_owned()),
                (1, size(message.size)),
                (2, describe::delivery(*delivery)),
            ];
            if !message.valid {
                parts.insert(1, (8, "not UTF-8".to_owned()));
            }
            if message.frames > 1 {
                parts.push((0, counted(message.frames.into(), "frame")));
            }
            if let Some(wire) = message.wire {
                parts.push((0, format!("{} on the wire", size(wire.get().into()))));
            }
            parts
        }
        Line::Redelivered { id, delivery, message: None } => {
            vec![(9, format!("#{}", thousands(id.0))), (2, describe::delivery(*delivery))]
        }
        Line::Entry(Entry::Sent(sent)) => {
            let kind = if sent.opening { "opening message" } else { "sent" };
            vec![(9, kind.to_owned()), (3, sent.kind.word().to_owned()), (1, size(sent.size))]
        }
        Line::Entry(Entry::Control(Control { direction, kind })) => {
            let way = if *direction == Direction::In { "received" } else { "sent" };
            vec![(9, words::control(kind).to_owned()), (1, way.to_owned())]
        }
        Line::Entry(_) => vec![(9, "event".to_owned())],
        Line::Newer(_) => vec![(9, "held".to_owned())],
        Line::Unread { message, .. } => {
            vec![(9, message.map_or("a row".to_owned(), |id| format!("#{}", thousands(id.0))))]
        }
    }
}

fn body(canvas: &Canvas<'_>, app: &App, row: &Row<'_>, pane: Rect) -> Vec<Text<'static>> {
    let width = usize::from(pane.width);
    if app.selected_payload().is_some() {
        return vec![Text::styled("an empty payload", canvas.theme.dim)];
    }
    let fold = app.timeline.fold_of(row.id);
    let found: Vec<_> = match (&row.line, fold) {
        (_, Some(fold)) => app.timeline.found_of(fold).collect(),
        (Line::Entry(Entry::Found(finding)), _) => vec![&**finding],
        (Line::Entry(Entry::Lost(_, findings)), _) => findings.iter().collect(),
        _ => Vec::new(),
    };
    if !found.is_empty() {
        let mut report = problem::Report { theme: canvas.theme, width, lines: Vec::new() };
        if let Line::Entry(entry @ (Entry::Lost(..) | Entry::Failed(_))) = &row.line {
            let mut message: Vec<String> = fold.map(repeated).into_iter().collect();
            sentences(entry, row.connection, &mut message);
            let parts = message.iter().flat_map(|message| canvas::wrap(message, width));
            report.lines.extend(parts.map(Text::from).chain([Text::default()]));
        }
        for finding in found {
            report.finding(finding, false);
        }
        return report.lines;
    }
    let mut text: Vec<String> = fold.map(repeated).into_iter().collect();
    match &row.line {
        Line::Entry(Entry::Sent(_)) => {}
        Line::Entry(entry) => sentences(entry, row.connection, &mut text),
        Line::Newer(rows) => text.push(format!(
            "{} arrived while the view was held. A view that is held keeps what it shows and nothing behind \
             it; f lets it follow the newest again.",
            counted(*rows, "row")
        )),
        Line::Redelivered { message: None, .. } => {
            text.push("its message is no longer kept".to_owned());
        }
        Line::Message { .. } | Line::Redelivered { .. } => {}
        Line::Unread { is_gone: true, .. } => {
            text.push("it came after the end of the capture, and is no longer kept".to_owned());
        }
        Line::Unread { .. } => text.push("reading from the capture".to_owned()),
    }
    text.extend(row.let_go().map(|bytes| {
        format!(
            "{}, not kept: the window holds 8 MiB of payloads (the newest is always kept whole)",
            size(bytes)
        )
    }));
    let lines = text.iter().flat_map(|message| canvas::wrap(message, width));
    lines.map(Text::from).collect()
}

/// How often it happened alike, before the last of them is told in full.
fn repeated(fold: &Fold) -> String {
    format!("{} connections in a row ended like this; the last:", thousands(fold.times))
}

/// The text about a connection that was lost.
fn loss(lost: &Lost, connection: ConnectionId) -> [String; 2] {
    [untrusted::safe(&lost.message), describe::was_open(connection, lost)]
}

/// What an event says in full.
fn sentences(entry: &Entry, connection: ConnectionId, text: &mut Vec<String>) {
    match entry {
        Entry::Failed(failure) => {
            text.push(untrusted::safe(&describe::failed(connection, failure)));
            text.extend(failure.sources.iter().map(|cause| format!("because: {}", untrusted::safe(cause))));
        }
        Entry::Lost(lost, _) => text.extend(loss(lost, connection)),
        Entry::Opened(opened) => {
            text.push(format!("connection {connection} {}", describe::opened_in_short(opened)));
            text.extend(opened.remote.map(|remote| format!("address: {remote}")));
            text.extend(opened.tls.as_ref().map(|tls| format!("tls: {}", untrusted::safe(tls))));
            let [protocol, extension] = [&opened.subprotocol, &opened.extension];
            text.extend(protocol.as_ref().map(|name| format!("subprotocol: {}", untrusted::safe(name))));
            text.extend(extension.as_ref().map(|words| format!("extension: {}", untrusted::safe(words))));
        }
        Entry::Control(Control { kind, .. }) => match kind {
            ControlKind::Close(close) => {
                text.push(untrusted::safe(&format!("close {}", describe::close(close))));
            }
            ControlKind::Pong { round_trip: Some(time), .. } => {
                text.push(format!("the answer to our ping, after {}", span_of(*time)));
            }
            _ => text.push("without a payload".to_owned()),
        },
        other => {
            let plain = super::theme::Theme::of(crate::app::Look::Plain);
            text.extend(words::event(other, connection, &plain, usize::MAX).map(|(message, _)| message));
        }
    }
}
