//! The question before something is lost.

use ratatui::{layout::Rect, text::Span};

use crate::app::Losses;

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// What would be lost, a line each.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, losses: &Losses) {
    let lines = losses.lines();
    // No line is chosen: the keys in the footer are the answers.
    let list = List { title: "quit?", right: String::new(), count: lines.len(), chosen: None };
    list::draw(canvas, body, &list, |canvas, nth, cells| {
        vec![Span::styled(canvas::cut(&untrusted::safe(&lines[nth]), cells), canvas.theme.plain)]
    });
}
