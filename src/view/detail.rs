//! The selected row, whole.

use std::fmt::Write as _;

use ratatui::{
    layout::Rect,
    text::{Line as Text, Span},
};

use crate::{
    app::{App, Entry, Focus, Line, Row, layout::Areas},
    payload::{size, span_of, thousands},
    session::{Control, ControlKind, Direction},
};

use super::{outside, payload, pen, pen::Pen, trouble, words};

pub fn draw(pen: &mut Pen<'_>, areas: &Areas, app: &App) {
    let row = app.timeline.selected();
    let style = if app.focus == Focus::Detail { pen.theme.accent } else { pen.theme.strong };
    let name = row.as_ref().map_or_else(|| "nothing selected".to_owned(), |row| name(row));
    let mode = app.selected_payload().map_or("", |_| app.detail.mode.word());
    pen.rule(
        areas.detail_title,
        &Text::from(Span::styled(
            pen::cut(&name, usize::from(areas.detail_title.width).saturating_sub(4)),
            style,
        )),
        &Text::from(Span::styled(mode, pen.theme.dim)),
    );
    if areas.divider.height > 0 {
        pen.upright(areas.divider);
    }
    let Some(row) = row else { return };
    let pane = inner(areas.detail);
    for (y, line) in (pane.y..pane.bottom()).zip(body(pen, app, &row, pane)) {
        pen.line(Rect { y, height: 1, ..pane }, &line);
    }
}

/// The pane without the blank cell at its left.
const fn inner(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// `#148,201 · text · 212 B · acked`
fn name(row: &Row<'_>) -> String {
    match &row.line {
        Line::Message { message, delivery } | Line::Redelivered { message: Some(message), delivery, .. } => {
            let mut name = format!(
                "#{} · {} · {} · {}",
                thousands(message.id.0),
                words::kind(message.kind),
                size(message.payload.len() as u64),
                words::delivered(*delivery)
            );
            if message.frames > 1 {
                let _ = write!(name, " · {} frames", message.frames);
            }
            if !message.valid {
                name.push_str(" · not UTF-8");
            }
            name
        }
        Line::Redelivered { id, delivery, message: None } => {
            format!("#{} · {}", thousands(id.0), words::delivered(*delivery))
        }
        Line::Entry(Entry::Sent(sent)) => {
            let what = if sent.opening { "opening message" } else { "sent" };
            format!("{what} · {} · {}", words::kind(sent.kind), size(sent.payload.len() as u64))
        }
        Line::Entry(Entry::Control(Control { direction, kind })) => {
            let way = if *direction == Direction::In { "received" } else { "sent" };
            format!("{} · {way}", words::control(kind))
        }
        Line::Entry(_) => "what happened".to_owned(),
        Line::Gap(_) => "gap".to_owned(),
    }
}

fn body(pen: &Pen<'_>, app: &App, row: &Row<'_>, pane: Rect) -> Vec<Text<'static>> {
    let (width, height) = (usize::from(pane.width), usize::from(pane.height));
    if let Some((_, bytes)) = app.selected_payload() {
        if bytes.is_empty() {
            return vec![Text::styled("an empty payload", pen.theme.dim)];
        }
        return payload::lines(bytes, app.detail.mode, app.detail.scroll, (width, height), pen.theme);
    }
    if let Line::Entry(Entry::Found(finding)) = &row.line {
        let mut lines = Vec::new();
        trouble::of_finding(finding, pen.theme, width, &mut lines);
        return lines.into_iter().skip(app.detail.scroll).take(height).collect();
    }
    let mut text = Vec::new();
    match &row.line {
        Line::Entry(entry) => sentences(entry, row.dial.0, &mut text),
        Line::Gap(rows) => text.push(format!(
            "{} rows arrived and left while the view was held. A view that is held keeps what it showed, and \
             the newest rows beside it; what lies between is not kept.",
            thousands(*rows)
        )),
        Line::Redelivered { .. } => text.push("its payload has left the window".to_owned()),
        Line::Message { .. } => {}
    }
    let lines = text.iter().flat_map(|says| pen::wrap(says, width));
    lines.skip(app.detail.scroll).take(height).map(Text::from).collect()
}

/// What an event says in full.
fn sentences(entry: &Entry, dial: u32, text: &mut Vec<String>) {
    match entry {
        Entry::Failed(failure) => {
            text.push(format!("dial {dial} failed at {}: {}", failure.stage, outside::safe(&failure.says)));
            text.extend(failure.because.iter().map(|cause| format!("because: {}", outside::safe(cause))));
        }
        Entry::Lost(lost) => {
            text.push(outside::safe(&lost.says));
            let messages = thousands(lost.messages);
            text.push(format!(
                "dial {dial} was open for {} and brought {messages} messages",
                span_of(lost.open_for)
            ));
        }
        Entry::Opened(opened) => {
            text.push(format!("dial {dial} opened after {}", span_of(opened.took)));
            text.extend(opened.remote.map(|remote| format!("address: {remote}")));
            text.extend(opened.tls.as_ref().map(|tls| format!("tls: {}", outside::safe(tls))));
            text.extend(
                opened.subprotocol.as_ref().map(|name| format!("subprotocol: {}", outside::safe(name))),
            );
        }
        Entry::Control(Control { kind, .. }) => match kind {
            ControlKind::Close(close) => text.push(format!("close {}", words::close(close))),
            ControlKind::Pong { round_trip: Some(time), .. } => {
                text.push(format!("the answer to our ping, after {}", span_of(*time)));
            }
            _ => text.push("without a payload".to_owned()),
        },
        other => {
            let plain = super::theme::Theme::of(crate::app::Look::Plain);
            text.extend(words::event(other, dial, &plain).map(|(says, _)| says));
        }
    }
}
