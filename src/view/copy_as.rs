//! The list of forms to copy in, at the top of the body.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, Screen, first_shown},
    payload::{size, thousands},
};

use super::{canvas, canvas::Canvas, untrusted};

/// Cells of the key of a form, and of its name.
const KEY: usize = 3;
const NAME: usize = 16;

/// A form a row with its key, and why it cannot be used, if it cannot; a rule above and below.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let theme = canvas.theme;
    let forms = app.copy_forms();
    let wanted = u16::try_from(forms.len() + 2).unwrap_or(u16::MAX);
    let area = Rect { height: wanted.min(body.height), ..body };
    if area.height < 3 {
        return;
    }
    canvas.clear(area);
    let title = Span::styled("copy as", theme.accent);
    let room = usize::from(area.width).saturating_sub(title.width() + 7);
    canvas.rule(area, title, Span::styled(canvas::cut(&subject(app), room), theme.dim));
    let inner = Rect { y: area.y + 1, height: area.height - 2, ..area };
    let top = first_shown(chosen, inner.height.into());
    for (place, (nth, form)) in inner.rows().zip(forms.iter().enumerate().skip(top)) {
        let is_chosen = nth == chosen;
        let reason = form.available(app).err();
        let style = match (is_chosen, &reason) {
            (true, _) => theme.strong,
            (false, Some(_)) => theme.dim,
            (false, None) => theme.plain,
        };
        let key = form.keys.first().map_or(String::new(), ToString::to_string);
        let room = usize::from(place.width).saturating_sub(2 + KEY + NAME + 1);
        let meaning = match &reason {
            Some(reason) => format!("not now: {}", untrusted::safe(reason)),
            None => form.doc.to_owned(),
        };
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(format!("{key:<KEY$}"), if reason.is_none() { theme.note } else { theme.dim }),
            Span::styled(format!("{:<NAME$}", form.label), style),
            Span::styled(canvas::cut(&meaning, room), theme.dim),
        ];
        canvas.row(place, &Line::from(spans), is_chosen);
    }
    canvas.rule(Rect { y: area.bottom() - 1, height: 1, ..area }, "", "");
}

/// What is copied: the message with its size where one is selected, else the connection.
fn subject(app: &App) -> String {
    let payload = app.selected_payload().filter(|_| app.screen == Screen::Feed);
    let Some((_, payload)) = payload else { return untrusted::safe(&app.profile.url) };
    let size = size(payload.len() as u64);
    match app.timeline.selected_message_id() {
        Some(id) => format!("message {}, {size}; or the connection", thousands(id.0)),
        None => format!("the selected row, {size}; or the connection"),
    }
}
