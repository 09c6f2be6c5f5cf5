//! The last line: the keys that work now, or what was just said.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{ActionId, App, Hint, Tone, hints};

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
    for (nth, hint) in fitting(app, usize::from(area.width)).into_iter().enumerate() {
        let style = if nth == 0 { theme.accent } else { theme.strong };
        spans.push(Span::raw(" "));
        spans.push(Span::styled(hint.key.to_string(), style));
        spans.push(Span::styled(format!(" {}  ", hint.action.label_now(app)), theme.dim));
    }
    canvas.line(area, &Line::from(spans));
}

/// As many keys as fit, in the order of their rank. The way to the help is always among them.
fn fitting(app: &App, width: usize) -> Vec<Hint> {
    let cells = |hint: &Hint| hint.key.to_string().len() + hint.action.label_now(app).len() + 4;
    let fits = |hints: &[Hint]| hints.len() <= MOST && hints.iter().map(cells).sum::<usize>() <= width;
    let all = hints(app, usize::MAX);
    let mut shown: Vec<Hint> = Vec::new();
    for hint in &all {
        shown.push(*hint);
        if !fits(&shown) {
            shown.pop();
            break;
        }
    }
    let is_help = |hint: &&Hint| hint.action.id == ActionId::Help;
    if let Some(help) = all.iter().find(is_help).filter(|_| !shown.iter().any(|hint| is_help(&hint))) {
        shown.push(*help);
        while !fits(&shown) && shown.len() > 1 {
            shown.remove(shown.len() - 2);
        }
    }
    shown
}
