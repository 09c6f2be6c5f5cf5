//! The list of columns.

use ratatui::{layout::Rect, text::Span};

use crate::app::{App, Column};

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// Cells of a column's name.
const NAME: usize = 28;

/// A column a row with its tick box, and what it shows.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let choices = app.columns.choices();
    let right = "from left to right; the preview has the rest".to_owned();
    let list = List { title: "columns", right, count: choices.len(), chosen: Some(chosen) };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        let theme = canvas.theme;
        let choice = &choices[nth];
        let name = match &choice.column {
            Column::Direction => "way".to_owned(),
            column => untrusted::safe(&column.head()),
        };
        let name = canvas::cut(&name, NAME - 2);
        let gap = " ".repeat(NAME.saturating_sub(canvas::width(&name)));
        let is_on = choice.is_wanted;
        let style = match is_on {
            true if nth == chosen => theme.strong,
            true => theme.plain,
            false => theme.dim,
        };
        vec![
            Span::styled(if is_on { "[✓] " } else { "[ ] " }, if is_on { theme.ok } else { theme.dim }),
            Span::styled(name, style),
            Span::raw(gap),
            Span::styled(canvas::cut(choice.column.meaning(), cells.saturating_sub(NAME + 4)), theme.dim),
        ]
    });
}
