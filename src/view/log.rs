//! The screen Log.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::app::App;

use super::pen::Pen;

pub fn draw(pen: &mut Pen<'_>, area: Rect, _app: &App) -> Option<Position> {
    let title = Line::from(Span::styled("Log", pen.theme.accent));
    pen.rule(area, &title, &Line::default());
    None
}
