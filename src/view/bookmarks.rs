//! The list of bookmarks, over the last lines of the screen.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, first_shown},
    payload::thousands,
};

use super::{canvas, canvas::Canvas, untrusted};

/// Lines that the list takes, at most, its rule included.
const LINES: u16 = 13;
/// Cells of a message's number.
const NUMBER: usize = 12;

pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let theme = canvas.theme;
    let count = app.bookmarks.iter().len();
    let height = body.height.min(LINES).min(u16::try_from(count + 1).unwrap_or(u16::MAX));
    if height == 0 {
        return;
    }
    let area = Rect { y: body.bottom() - height, height, ..body };
    canvas.clear(area);
    let right = Span::styled(format!("{} of {}", chosen + 1, thousands(count as u64)), theme.dim);
    canvas.rule(area, Span::styled("bookmarks", theme.accent), right);
    let from = first_shown(chosen, usize::from(area.height - 1));
    for (y, (nth, (seq, note))) in
        (area.y + 1..area.bottom()).zip(app.bookmarks.iter().enumerate().skip(from))
    {
        let row = app.timeline.row_at(seq);
        let message = row.and_then(|row| app.timeline.message_at(row));
        let number = message.map_or_else(|| "a row".to_owned(), |id| thousands(id.0));
        let (note, style) = if note.is_empty() { ("without a note", theme.dim) } else { (note, theme.plain) };
        let room = usize::from(area.width).saturating_sub(NUMBER + 6);
        let spans = vec![
            Span::styled(if nth == chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled("★ ", theme.accent),
            Span::styled(format!("{number:>NUMBER$}  "), theme.dim),
            Span::styled(canvas::cut(&untrusted::safe(note), room), style),
        ];
        canvas.row(Rect { y, height: 1, ..area }, &Line::from(spans), nth == chosen);
    }
}
