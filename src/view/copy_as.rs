//! The list of forms to copy in.

use ratatui::{layout::Rect, text::Span};

use crate::{
    app::{App, Screen},
    payload::{size, thousands},
};

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// Cells of the key of a form, and of its name.
const KEY: usize = 3;
const NAME: usize = 16;

/// A form a row with its key, and why it cannot be used, if it cannot.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let forms = app.copy_forms();
    let list = List { title: "copy as", right: subject(app), count: forms.len(), chosen: Some(chosen) };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        let (theme, form) = (canvas.theme, forms[nth]);
        let reason = form.available(app).err();
        let style = match &reason {
            _ if nth == chosen => theme.strong,
            Some(_) => theme.dim,
            None => theme.plain,
        };
        let key = app.keys_of(form).first().map_or(String::new(), ToString::to_string);
        let meaning = match &reason {
            Some(reason) => format!("not now: {}", untrusted::safe(reason)),
            None => form.doc.to_owned(),
        };
        vec![
            Span::styled(format!("{key:<KEY$}"), if reason.is_none() { theme.note } else { theme.dim }),
            Span::styled(format!("{:<NAME$}", form.label), style),
            Span::styled(canvas::cut(&meaning, cells.saturating_sub(KEY + NAME)), theme.dim),
        ]
    });
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
