//! The list of bookmarks.

use ratatui::{layout::Rect, text::Span};

use crate::{app::App, payload::thousands};

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// Cells of a message's number.
const NUMBER: usize = 12;

/// A bookmark a row: its message, and its note.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let bookmarks: Vec<_> = app.bookmarks.iter().collect();
    let count = bookmarks.len();
    let right = format!("{} of {}", chosen + 1, thousands(count as u64));
    list::draw(
        canvas,
        body,
        &List { title: "bookmarks", right, count, chosen: Some(chosen) },
        |canvas, nth, cells| {
            let theme = canvas.theme;
            let (seq, note) = bookmarks[nth];
            let row = app.timeline.row_at(seq);
            let message = row.and_then(|row| app.timeline.message_at(row));
            let number = message.map_or_else(|| "a row".to_owned(), |id| thousands(id.0));
            let (note, style) =
                if note.is_empty() { ("without a note", theme.dim) } else { (note, theme.plain) };
            vec![
                Span::styled("★ ", theme.accent),
                Span::styled(format!("{number:>NUMBER$}  "), theme.dim),
                Span::styled(canvas::cut(&untrusted::safe(note), cells.saturating_sub(NUMBER + 4)), style),
            ]
        },
    );
}
