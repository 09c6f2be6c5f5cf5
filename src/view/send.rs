//! The line on which a message is written.

use ratatui::{
    layout::{Position, Rect},
    text::Span,
};

use crate::{
    app::{App, Focus},
    payload::size,
};

use super::{canvas, canvas::Canvas, untrusted};

/// Draws the line that is written, of a message or of the filter, and says where the cursor stands;
/// `None` when it is not there.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let theme = canvas.theme;
    let line = Rect { y: area.bottom() - 1, height: 1, ..area };
    if app.focus == Focus::Filter {
        let fault = app.filter_fault.as_deref().map(untrusted::safe).unwrap_or_default();
        if area.height > 1 {
            let right = match fault.as_str() {
                "" => Span::styled("words, \"a phrase\", !not, /regex/", theme.dim),
                fault => Span::styled(fault.to_owned(), theme.bad),
            };
            canvas.rule(area, Span::styled("filter", theme.accent), right);
        }
        let cursor = canvas.input(line, "/ ", &app.filter);
        if !fault.is_empty() {
            canvas.buffer.set_style(canvas::indented(line, 2), theme.bad);
        }
        return Some(cursor);
    }
    if area.height > 1 {
        let bytes = size(app.send.text().len() as u64);
        let right = Span::styled(format!("text · {bytes}"), theme.dim);
        canvas.rule(area, Span::styled("send", theme.accent), right);
    }
    Some(canvas.input(line, "› ", &app.send))
}
