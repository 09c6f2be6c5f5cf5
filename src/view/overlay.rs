//! What stands over a screen: a question, the palette.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::app::{App, Overlay, Palette, Prompt};

use super::{pen, pen::Pen};

/// Draws an open overlay over `body`; where the cursor stands, if it writes.
pub fn draw(pen: &mut Pen<'_>, body: Rect, _app: &App, overlay: &Overlay) -> Option<Position> {
    match overlay {
        Overlay::Help(_) => None,
        Overlay::Prompt(prompt) => question(pen, body, prompt),
        Overlay::Palette(palette) => names(pen, body, palette),
    }
}

/// The question in the last two lines of the body: its rule, and the line for the answer.
fn question(pen: &mut Pen<'_>, body: Rect, prompt: &Prompt) -> Option<Position> {
    let area = Rect { y: body.bottom().saturating_sub(2).max(body.y), height: body.height.min(2), ..body };
    let title = Line::from(Span::styled(prompt.purpose.question(), pen.theme.accent));
    let refusal = prompt.refusal.as_deref().map(super::outside::safe).unwrap_or_default();
    pen.clear(area);
    pen.rule(area, &title, &Line::from(Span::styled(refusal, pen.theme.bad)));
    let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    Some(pen.input(line, "› ", &prompt.input))
}

fn names(pen: &mut Pen<'_>, body: Rect, palette: &Palette) -> Option<Position> {
    let area = Rect { height: body.height.min(1), ..body };
    pen.clear(area);
    let _ = pen::width("");
    Some(pen.input(area, ": ", &palette.input))
}
