//! The list of columns, over the last lines of the screen.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{App, Column};

use super::{canvas, canvas::Canvas, untrusted};

/// Cells of a column's name.
const NAME: usize = 28;

pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let theme = canvas.theme;
    let choices = app.columns.choices();
    let height = body.height.min(u16::try_from(choices.len() + 1).unwrap_or(u16::MAX));
    if height == 0 {
        return;
    }
    let area = Rect { y: body.bottom() - height, height, ..body };
    canvas.clear(area);
    let right = Span::styled("from left to right; the preview has the rest", theme.dim);
    canvas.rule(area, Span::styled("columns", theme.accent), right);
    let room = usize::from(area.height - 1);
    let from = (chosen + 1).saturating_sub(room);
    for (y, (nth, choice)) in (area.y + 1..area.bottom()).zip(choices.iter().enumerate().skip(from)) {
        let is_chosen = nth == chosen;
        let name = match &choice.column {
            Column::Direction => "way".to_owned(),
            column => untrusted::safe(&column.head()),
        };
        let name = canvas::cut(&name, NAME - 2);
        let blanks = " ".repeat(NAME.saturating_sub(canvas::width(&name)));
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(if choice.is_wanted { "✓ " } else { "  " }, theme.ok),
            Span::styled(format!("{name}{blanks}"), if choice.is_wanted { theme.plain } else { theme.dim }),
            Span::styled(choice.column.meaning(), theme.dim),
        ];
        canvas.row(Rect { y, height: 1, ..area }, &Line::from(spans), is_chosen);
    }
}
