//! The line on which a message is written.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};
use unicode_segmentation::UnicodeSegmentation;

use crate::{app::App, payload::size};

use super::{outside, pen, pen::Pen};

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
    let room = usize::from(line.width).saturating_sub(3);
    let (before, behind) = app.send.split();
    let before = tail(before, room);
    let left = room.saturating_sub(pen::width(&before));
    let behind = crate::payload::preview(behind.as_bytes(), crate::payload::Shown::Text, left);
    let x = line.x + 2 + u16::try_from(pen::width(&before)).unwrap_or(0);
    pen.line(line, &Line::from(vec![Span::styled("› ", theme.accent), Span::raw(before), Span::raw(behind)]));
    Some(Position { x: x.min(line.right().saturating_sub(1)), y: line.y })
}

/// The end of `text` that fits, so that the cursor stays in sight.
fn tail(text: &str, cells: usize) -> String {
    let mut used = 0;
    let mut shown = Vec::new();
    for grapheme in text.graphemes(true).rev() {
        let grapheme = outside::safe(grapheme);
        used += pen::width(&grapheme);
        if used > cells {
            break;
        }
        shown.push(grapheme);
    }
    shown.into_iter().rev().collect()
}
