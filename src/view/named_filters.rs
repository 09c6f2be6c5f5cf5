//! The list of filters with names.

use ratatui::{layout::Rect, text::Span};

use crate::app::App;

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// The most cells of a name.
const NAME: usize = 24;

/// A filter a row with its tick box, and why it cannot be read, if it cannot.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let filters: Vec<_> = app.named_filters.rows().collect();
    let widest = filters.iter().map(|(one, _)| canvas::width(&untrusted::safe(&one.name))).max();
    let column = widest.unwrap_or(0).min(NAME);
    let right = app.named_filters.file.as_deref().map(untrusted::safe).unwrap_or_default();
    let list = List { title: "filters", right, count: filters.len(), chosen: Some(chosen) };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        let theme = canvas.theme;
        let (one, fault) = filters[nth];
        let is_on = one.on && fault.is_none();
        let name = canvas::cut(&untrusted::safe(&one.name), column);
        let gap = " ".repeat(column + 2 - canvas::width(&name));
        let (text, style) = match fault {
            Some(fault) => (format!("column {}: {}", fault.column, fault.message), theme.bad),
            None => (one.filter.clone(), theme.dim),
        };
        vec![
            Span::styled(if is_on { "[✓] " } else { "[ ] " }, if is_on { theme.ok } else { theme.dim }),
            Span::styled(name, if nth == chosen { theme.strong } else { theme.plain }),
            Span::raw(gap),
            Span::styled(canvas::cut(&untrusted::safe(&text), cells.saturating_sub(column + 6)), style),
        ]
    });
}
