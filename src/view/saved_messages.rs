//! The list of messages with names.

use ratatui::{layout::Rect, text::Span};

use crate::app::App;

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// The most cells of a name, and those of a form.
const NAME: usize = 24;
const FORM: usize = 8;

/// A message a row: its name, how it is written, and how it begins; the newest first.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let messages: Vec<_> = app.sender.history.named().rev().collect();
    let name_of = |name: &Option<String>| untrusted::safe(name.as_deref().unwrap_or_default());
    let widest = messages.iter().map(|kept| canvas::width(&name_of(&kept.name))).max();
    let column = widest.unwrap_or(0).min(NAME);
    let right = format!("{} of {}", chosen + 1, messages.len());
    let list = List { title: "messages with names", right, count: messages.len(), chosen: Some(chosen) };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        let (theme, kept) = (canvas.theme, messages[nth]);
        let name = canvas::cut(&name_of(&kept.name), column);
        let gap = " ".repeat(column + 2 - canvas::width(&name));
        let text = crate::payload::preview(&kept.text, cells.saturating_sub(column + 2 + FORM));
        vec![
            Span::styled(name, if nth == chosen { theme.strong } else { theme.plain }),
            Span::raw(gap),
            Span::styled(format!("{:<FORM$}", kept.form.word()), theme.note),
            Span::styled(text, theme.dim),
        ]
    });
}
