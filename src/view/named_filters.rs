//! The list of filters with names, at the top of the body.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{App, first_shown};

use super::{canvas, canvas::Canvas, untrusted};

/// The most cells of a name.
const NAME: usize = 24;

/// A filter a row with its tick box, and why it cannot be read, if it cannot; a rule above and below.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let theme = canvas.theme;
    let wanted = u16::try_from(app.named_filters.len() + 2).unwrap_or(u16::MAX);
    let area = Rect { height: wanted.min(body.height), ..body };
    if area.height < 3 {
        return;
    }
    canvas.clear(area);
    let title = Span::styled("filters", theme.accent);
    let file = app.named_filters.file.as_deref().map(untrusted::safe).unwrap_or_default();
    let room = usize::from(area.width).saturating_sub(title.width() + 7);
    canvas.rule(area, title, Span::styled(canvas::cut(&file, room), theme.dim));
    let inner = Rect { y: area.y + 1, height: area.height - 2, ..area };
    let widest = app.named_filters.rows().map(|(one, _)| canvas::width(&untrusted::safe(&one.name))).max();
    let column = widest.unwrap_or(0).min(NAME);
    let top = first_shown(chosen, inner.height.into());
    for (place, (nth, (one, fault))) in inner.rows().zip(app.named_filters.rows().enumerate().skip(top)) {
        let is_chosen = nth == chosen;
        let is_on = one.on && fault.is_none();
        let name = canvas::cut(&untrusted::safe(&one.name), column);
        let gap = " ".repeat(column + 2 - canvas::width(&name));
        let room = usize::from(place.width).saturating_sub(column + 9);
        let (text, style) = match fault {
            Some(fault) => (format!("column {}: {}", fault.column, fault.message), theme.bad),
            None => (one.filter.clone(), theme.dim),
        };
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(if is_on { "[✓] " } else { "[ ] " }, if is_on { theme.ok } else { theme.dim }),
            Span::styled(name, if is_chosen { theme.strong } else { theme.plain }),
            Span::raw(gap),
            Span::styled(canvas::cut(&untrusted::safe(&text), room), style),
        ];
        canvas.row(place, &Line::from(spans), is_chosen);
    }
    canvas.rule(Rect { y: area.bottom() - 1, height: 1, ..area }, "", "");
}
