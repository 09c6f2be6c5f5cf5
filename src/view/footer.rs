//! The last line: the keys that work now, or what was just said.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{App, Tone, hints};

use super::{canvas, canvas::Canvas, untrusted};

/// Keys in the footer at most.
const MOST: usize = 6;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    if app.closing {
        let message = "closing, waiting for the server (ctrl+c quits now)";
        let message = canvas::cut(message, usize::from(area.width).saturating_sub(4));
        return canvas.line(area, &Line::from(vec![Span::styled(" ◌ ", theme.wait), Span::raw(message)]));
    }
    if let Some(notice) = &app.notice {
        let sign = match notice.tone {
            Tone::Done => "✓",
            Tone::Note => "•",
            Tone::Bad => "✕",
        };
        let message =
            canvas::cut(&untrusted::safe(&notice.message), usize::from(area.width).saturating_sub(4));
        let line = [Span::styled(format!(" {sign} "), theme.tone(notice.tone)), Span::raw(message)];
        return canvas.line(area, &Line::from(line.to_vec()));
    }
    let mut spans = Vec::new();
    let mut used = 0;
    for (nth, hint) in hints(app, MOST).into_iter().enumerate() {
        let key = hint.key.to_string();
        let label = hint.action.label_now(app);
        used += key.len() + label.len() + 4;
        if used > usize::from(area.width) {
            break;
        }
        let style = if nth == 0 { theme.accent } else { theme.strong };
        spans.push(Span::raw(" "));
        spans.push(Span::styled(key, style));
        spans.push(Span::styled(format!(" {label}  "), theme.dim));
    }
    canvas.line(area, &Line::from(spans));
}
