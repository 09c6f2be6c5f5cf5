//! The line on which a message is written, or what is looked for.

use ratatui::{
    layout::{Position, Rect},
    text::Span,
};

use crate::{
    app::{App, Focus, Search},
    filter::Completions,
    payload::size,
};

use super::{canvas, canvas::Canvas, untrusted};

/// Draws the line that is written, of a message or of what is looked for, and says where the cursor stands;
/// `None` when it is not there.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let (title, sign, search) = match app.focus {
        Focus::Filter => ("filter", "/ ", &app.filter),
        Focus::Highlight => ("highlight", "\\ ", &app.highlight),
        Focus::Find => ("find in the payload", "/ ", &app.find),
        Focus::Feed | Focus::Detail | Focus::Send => return Some(message(canvas, area, app)),
    };
    let line = last(area);
    let completions =
        if app.focus == Focus::Find { Completions::default() } else { search.completions(&app.words) };
    let several = listed(&completions, usize::from(area.width) / 2);
    if area.height > 1 {
        let right = match &search.fault {
            // A path that is not whole is no fault of who is writing it.
            _ if !several.is_empty() => Span::styled(several, canvas.theme.note),
            None => Span::styled(hint(app.focus), canvas.theme.dim),
            // Where it is stands in red below.
            Some(fault) => {
                let room = usize::from(area.width).saturating_sub(canvas::width(title) + 9);
                Span::styled(canvas::cut(&untrusted::safe(&fault.message), room), canvas.theme.bad)
            }
        };
        canvas.rule(area, Span::styled(title, canvas.theme.accent), right);
    }
    let cursor = canvas.input(line, sign, &search.input);
    let (before, behind) = search.input.split();
    let rest = completions.candidates.first().and_then(|first| first.get(before.len() - completions.from..));
    if let Some(rest) = rest.filter(|_| behind.is_empty()) {
        let place = Rect { x: cursor.x, width: line.right().saturating_sub(cursor.x), ..line };
        canvas.text(place, untrusted::safe(rest), canvas.theme.dim);
    }
    if let Some(fault) = &search.fault {
        mark(canvas, canvas::indented(line, 2), cursor, search, fault.column);
    }
    Some(cursor)
}

/// What the word may go on with, where there are several, as many as fit.
fn listed(completions: &Completions, room: usize) -> String {
    let candidates = &completions.candidates;
    if candidates.len() < 2 {
        return String::new();
    }
    let each: Vec<_> = candidates.iter().take(room).map(|candidate| untrusted::safe(candidate)).collect();
    canvas::cut(&each.join("  "), room)
}

/// What may be written.
const fn hint(focus: Focus) -> &'static str {
    match focus {
        Focus::Find => "words, \"a phrase\", /regex/",
        _ => "words, \"a phrase\", /regex/, size:>1k, .price > 5, !not, or",
    }
}

/// Marks the text from this column on, as far as it is in sight; at its end, the place where something is missing.
fn mark(canvas: &mut Canvas<'_>, area: Rect, cursor: Position, search: &Search, column: usize) {
    let (before, behind) = search.input.split();
    let written = before.chars().chain(behind.chars()).take(column.saturating_sub(1)).collect::<String>();
    let cells = |text: &str| canvas::width(&untrusted::safe(text));
    // The line is scrolled so that the cursor is in sight.
    let hidden = cells(before).saturating_sub(usize::from(cursor.x.saturating_sub(area.x)));
    let skipped = u16::try_from(cells(&written).saturating_sub(hidden)).unwrap_or(u16::MAX);
    let from = skipped.min(area.width.saturating_sub(1));
    canvas.buffer.set_style(canvas::indented(area, from), canvas.theme.bad);
}

fn message(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Position {
    if area.height > 1 {
        let message = app.sender.message("");
        let (form, frame) = (message.form.word(), message.frame().word());
        let bytes = size(app.send.text().len() as u64);
        let right = match &app.sender.fault {
            Some(fault) => Span::styled(
                canvas::cut(&untrusted::safe(fault), usize::from(area.width).saturating_sub(13)),
                canvas.theme.bad,
            ),
            None if form == frame => Span::styled(format!("{form} · {bytes}"), canvas.theme.dim),
            None => Span::styled(format!("{form} in a {frame} frame · {bytes}"), canvas.theme.dim),
        };
        canvas.rule(area, Span::styled("send", canvas.theme.accent), right);
    }
    canvas.input(last(area), "› ", &app.send)
}

const fn last(area: Rect) -> Rect {
    Rect { y: area.bottom() - 1, height: 1, ..area }
}
