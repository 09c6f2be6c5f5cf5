//! The list of messages with names, at the top of the body.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{App, first_shown};

use super::{canvas, canvas::Canvas, untrusted};

/// The most cells of a name, and those of a form.
const NAME: usize = 24;
const FORM: usize = 8;

/// A message a row: its name, how it is written, and how it begins; the newest first, a rule above and below.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let theme = canvas.theme;
    let count = app.sender.history.named().count();
    let wanted = u16::try_from(count + 2).unwrap_or(u16::MAX);
    let area = Rect { height: wanted.min(body.height), ..body };
    if area.height < 3 {
        return;
    }
    canvas.clear(area);
    let right = Span::styled(format!("{} of {count}", chosen + 1), theme.dim);
    canvas.rule(area, Span::styled("messages with names", theme.accent), right);
    let inner = Rect { y: area.y + 1, height: area.height - 2, ..area };
    let name_of = |name: &Option<String>| untrusted::safe(name.as_deref().unwrap_or_default());
    let widest = app.sender.history.named().map(|kept| canvas::width(&name_of(&kept.name))).max();
    let column = widest.unwrap_or(0).min(NAME);
    let top = first_shown(chosen, inner.height.into());
    let messages = app.sender.history.named().rev().enumerate().skip(top);
    for (place, (nth, kept)) in inner.rows().zip(messages) {
        let is_chosen = nth == chosen;
        let name = canvas::cut(&name_of(&kept.name), column);
        let gap = " ".repeat(column + 2 - canvas::width(&name));
        let room = usize::from(place.width).saturating_sub(column + FORM + 5);
        let text = crate::payload::preview(&kept.text, room);
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(name, if is_chosen { theme.strong } else { theme.plain }),
            Span::raw(gap),
            Span::styled(format!("{:<FORM$}", kept.form.word()), theme.note),
            Span::styled(text, theme.dim),
        ];
        canvas.row(place, &Line::from(spans), is_chosen);
    }
    canvas.rule(Rect { y: area.bottom() - 1, height: 1, ..area }, "", "");
}
