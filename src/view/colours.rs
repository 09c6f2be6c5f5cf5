//! The list of colour rules, over the last lines of the screen.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::App;

use super::{canvas, canvas::Canvas, untrusted};

/// Cells of a colour's name.
const NAME: usize = 8;

pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let theme = canvas.theme;
    let rules = u16::try_from(app.colours.iter().len()).unwrap_or(u16::MAX);
    let height = body.height.min(rules.saturating_add(1));
    if height == 0 {
        return;
    }
    let area = Rect { y: body.bottom() - height, height, ..body };
    canvas.clear(area);
    let right = Span::styled("the first that matches", theme.dim);
    canvas.rule(area, Span::styled("colours", theme.accent), right);
    let room = usize::from(area.height - 1);
    let from = (chosen + 1).saturating_sub(room);
    for (y, (nth, rule)) in (area.y + 1..area.bottom()).zip(app.colours.iter().enumerate().skip(from)) {
        let is_chosen = nth == chosen;
        let text =
            canvas::cut(&untrusted::safe(&rule.text), usize::from(area.width).saturating_sub(NAME + 3));
        let spans = vec![
            Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
            Span::styled(format!("{:<NAME$}", <&str>::from(rule.hue)), theme.hue(rule.hue)),
            Span::raw(text),
        ];
        canvas.row(Rect { y, height: 1, ..area }, &Line::from(spans), is_chosen);
    }
}
