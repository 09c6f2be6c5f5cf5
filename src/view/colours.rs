//! The list of colour rules.

use ratatui::{layout::Rect, text::Span};

use crate::app::App;

use super::{
    canvas,
    canvas::Canvas,
    list::{self, List},
    untrusted,
};

/// Cells of a colour's name.
const NAME: usize = 8;

/// A rule a row: its colour, and its filter.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    let rules: Vec<_> = app.colours.iter().collect();
    let right = "the first that matches".to_owned();
    list::draw(
        canvas,
        body,
        &List { title: "colours", right, count: rules.len(), chosen: Some(chosen) },
        |canvas, nth, cells| {
            let rule = rules[nth];
            vec![
                Span::styled(format!("{:<NAME$}", <&str>::from(rule.hue)), canvas.theme.hue(rule.hue)),
                Span::raw(canvas::cut(&untrusted::safe(&rule.text), cells.saturating_sub(NAME))),
            ]
        },
    );
}
