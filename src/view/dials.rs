//! The screen Dials.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::app::App;

use super::pen::Pen;

pub fn draw(pen: &mut Pen<'_>, area: Rect, _app: &App) -> Option<Position> {
    let title = Line::from(Span::styled("Dials", pen.theme.accent));
    pen.rule(area, &title, &Line::default());
    None
}
