//! A list over the screen: every list stands over the last lines, under one rule, so that what it changes stays in sight
//! above it.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::first_shown;

use super::canvas::Canvas;

/// A list: its title, what stands at the right end of its rule, how many rows it has, and which is chosen, if any.
pub struct List {
    pub title: &'static str,
    pub right: String,
    pub count: usize,
    pub chosen: Option<usize>,
}

/// The last lines of `body` for a list of so many rows, its rule included. A third of the body stays in sight.
pub fn area(body: Rect, rows: usize) -> Rect {
    let most = (body.height - body.height / 3).max(4).min(body.height);
    let height = u16::try_from(rows + 1).unwrap_or(u16::MAX).min(most);
    Rect { y: body.bottom() - height, height, ..body }
}

/// Draws a list; `row` makes the spans of a row that has so many cells, behind the sign of the one that is chosen.
pub fn draw(
    canvas: &mut Canvas<'_>,
    body: Rect,
    list: &List,
    mut row: impl FnMut(&Canvas<'_>, usize, usize) -> Vec<Span<'static>>,
) {
    let area = area(body, list.count.max(1));
    if area.height == 0 {
        return;
    }
    canvas.clear(area);
    let title = Span::styled(list.title, canvas.theme.accent);
    let room = usize::from(area.width).saturating_sub(title.width() + 7);
    let right = Span::styled(super::canvas::cut(&list.right, room), canvas.theme.dim);
    canvas.rule(area, title, right);
    let rows = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let from = list.chosen.map_or(0, |chosen| first_shown(chosen, rows.height.into()));
    for (place, nth) in rows.rows().zip(from..list.count) {
        let is_chosen = Some(nth) == list.chosen;
        let mut spans = vec![Span::styled(if is_chosen { "▌ " } else { "  " }, canvas.theme.accent)];
        spans.extend(row(canvas, nth, usize::from(place.width).saturating_sub(3)));
        canvas.row(place, &Line::from(spans), is_chosen);
    }
}
