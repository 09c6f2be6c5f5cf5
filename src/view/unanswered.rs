//! The list of requests without an answer, over the last lines of the screen.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, first_shown},
    payload::{span_of, thousands},
};

use super::{canvas, canvas::Canvas, untrusted};

/// Lines that the list takes, at most, its rule included.
const LINES: u16 = 13;
/// The most cells of an id, and those of the time since a request.
const ID: usize = 28;
const SINCE: usize = 10;

pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let theme = canvas.theme;
    let count = app.pairs.unanswered().count();
    let height = body.height.min(LINES).min(u16::try_from(count.max(1) + 1).unwrap_or(u16::MAX));
    if height == 0 {
        return;
    }
    let area = Rect { y: body.bottom() - height, height, ..body };
    canvas.clear(area);
    let of = format!("{} of {}", (chosen + 1).min(count), thousands(count as u64));
    let right = if app.capture.is_reading() { format!("as far as rows were read · {of}") } else { of };
    canvas.rule(
        area,
        Span::styled("requests without an answer", theme.accent),
        Span::styled(right, theme.dim),
    );
    let ids = app.pairs.unanswered().map(|(_, request)| canvas::width(&untrusted::safe(&request.id)));
    let column = ids.max().unwrap_or(0).min(ID);
    let from = first_shown(chosen, usize::from(area.height - 1));
    for (y, (nth, (_, request))) in
        (area.y + 1..area.bottom()).zip(app.pairs.unanswered().enumerate().skip(from))
    {
        let id = canvas::cut(&untrusted::safe(&request.id), column);
        let blanks = " ".repeat(column + 2 - canvas::width(&id));
        let since = span_of(app.now.since(request.at));
        let room = usize::from(area.width).saturating_sub(column + SINCE + 20);
        let style = if nth == chosen { theme.strong } else { theme.plain };
        let spans = vec![
            Span::styled(if nth == chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(format!("{}  ", request.at.clock(&app.zone)), theme.dim),
            Span::styled(format!("{since:>SINCE$}  "), theme.wait),
            Span::styled(id, style),
            Span::raw(blanks),
            Span::styled(canvas::cut(&untrusted::safe(&request.what), room), theme.dim),
        ];
        canvas.row(Rect { y, height: 1, ..area }, &Line::from(spans), nth == chosen);
    }
    if count == 0 {
        let line = Rect { y: area.y + 1, height: 1, ..canvas::indented(area, 2) };
        canvas.text(line, "each request is answered", theme.dim);
    }
}
