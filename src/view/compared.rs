//! What differs between a message and another, in place of its payload.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, Compared, Focus, With},
    payload::{
        compare::{Change, Comparison, Unit},
        counted, thousands,
    },
};

use super::{canvas, canvas::Canvas, theme::Theme, untrusted};

/// `#148,201 compared with #148,199`
pub fn title(app: &App, compared: &Compared) -> String {
    let name = |message: Option<crate::session::MessageId>| {
        message.map_or_else(|| "another row".to_owned(), |id| format!("#{}", thousands(id.0)))
    };
    let own = name(app.timeline.selected_message_id());
    match compared.found() {
        Some((other, _)) => format!("{own} compared with {}", name(app.timeline.message_at(other))),
        None => format!("{own} compared"),
    }
}

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, foot: Rect, app: &App, compared: &Compared) {
    let pane = canvas::inner(area);
    let Some((_, comparison)) = compared.found() else {
        let message = match compared.with {
            With::Previous => "no message before this one has the same shape and is at hand",
            With::Marked => "no other message is marked: space marks one, then D compares with it",
        };
        return canvas.paragraph(pane, message, canvas.theme.dim);
    };
    if comparison.changes.is_empty() {
        canvas.text(pane, format!("no difference in {}", equal(comparison)), canvas.theme.ok);
        return;
    }
    let places = comparison.changes.iter().map(|change| canvas::width(&change.place)).max().unwrap_or(0);
    let column = places.min(usize::from(pane.width) * 2 / 5);
    let top = compared.top(pane.height.into());
    for (place, (nth, change)) in pane.rows().zip(comparison.changes.iter().enumerate().skip(top)) {
        let line = line(change, column, pane.width.into(), canvas.theme);
        canvas.line(place, &line);
        if app.focus == Focus::Detail && nth == compared.cursor {
            canvas.fill(Rect { x: area.x, width: area.width, ..place });
        }
    }
    if foot.height > 0 {
        let count =
            |wanted: fn(&Change) -> bool| comparison.changes.iter().filter(|change| wanted(change)).count();
        let changed = count(|change| change.before.is_some() && change.after.is_some());
        let added = count(|change| change.before.is_none());
        let removed = count(|change| change.after.is_none());
        let more = if comparison.is_cut { "+" } else { "" };
        let left =
            format!("{changed}{more} changed · {added} added · {removed} removed · {}", equal(comparison));
        let right =
            format!("{} of {}{more}", compared.cursor + 1, thousands(comparison.changes.len() as u64));
        let room = usize::from(foot.width).saturating_sub(canvas::width(&right) + 7);
        let left = Span::styled(canvas::cut(&left, room), canvas.theme.note);
        canvas.rule(foot, left, Span::styled(right, canvas.theme.dim));
    }
}

/// `40 equal values`
fn equal(comparison: &Comparison) -> String {
    let what = match comparison.unit {
        Unit::Paths => "equal value",
        Unit::Lines => "equal line",
        Unit::Bytes => "equal byte",
        Unit::Facts => "equal fact",
    };
    counted(comparison.equal, what)
}

/// `~ .price   64012.5 → 64013.0`
fn line(change: &Change, column: usize, width: usize, theme: &Theme) -> Line<'static> {
    let (sign, style) = match (&change.before, &change.after) {
        (Some(_), Some(_)) => ("~ ", theme.wait),
        (None, _) => ("+ ", theme.ok),
        (_, None) => ("- ", theme.bad),
    };
    let place = canvas::cut(&untrusted::safe(&change.place), column);
    let pad = " ".repeat(column.saturating_sub(canvas::width(&place)) + 2);
    let mut room = width.saturating_sub(2 + column + 2);
    let mut spans = vec![Span::styled(sign, style), Span::styled(place, theme.note), Span::raw(pad)];
    let both = change.before.is_some() && change.after.is_some();
    if let Some(before) = &change.before {
        let text =
            canvas::cut(&untrusted::safe(before), if both { room.saturating_sub(3) / 2 } else { room });
        room = room.saturating_sub(canvas::width(&text) + 3);
        spans.push(Span::styled(text, theme.dim));
    }
    if both {
        spans.push(Span::styled(" → ", theme.dim));
    }
    if let Some(after) = &change.after {
        spans.push(Span::styled(canvas::cut(&untrusted::safe(after), room), theme.plain));
    }
    Line::from(spans)
}
