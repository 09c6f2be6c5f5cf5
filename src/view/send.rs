//! The line on which a message is written.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{app::App, payload::size};

use super::pen::Pen;

/// Draws it and says where the cursor stands; `None` when it is not there.
pub fn draw(pen: &mut Pen<'_>, area: Rect, app: &App) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let theme = pen.theme;
    if area.height > 1 {
        let bytes = size(app.send.text().len() as u64);
        let right = Span::styled(format!("text · {bytes}"), theme.dim);
        pen.rule(area, &Line::from(Span::styled("send", theme.accent)), &Line::from(right));
    }
    let line = Rect { y: area.bottom() - 1, height: 1, ..area };
    Some(pen.input(line, "› ", &app.send))
}
