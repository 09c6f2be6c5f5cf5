//! What there is to try in the demo, until something was tried.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::app::{ActionId, App, Screen};

use super::canvas::Canvas;

/// What to try: the keys, and what they do. A line each.
const TIPS: [&[(ActionId, &str)]; 2] = [
    &[
        (ActionId::OpenDetail, "opens a message"),
        (ActionId::Filter, "filters: .p > 100"),
        (ActionId::GoTo(Screen::Connections), "shows how it connected"),
    ],
    &[
        (ActionId::ChooseAckMode, "nacks some: reject 30%"),
        (ActionId::Send, "sends"),
        (ActionId::Palette, "finds every action"),
        (ActionId::Help, "lists the keys"),
    ],
];

/// A rule, and below it what to try.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    if area.height == 0 {
        return;
    }
    let theme = canvas.theme;
    canvas.rule(area, Span::styled("try", theme.strong), "");
    for (place, tips) in area.rows().skip(1).zip(TIPS) {
        let mut spans = vec![Span::raw(" ")];
        for (action, does) in tips {
            spans.push(Span::styled(app.key_of(*action), theme.strong));
            spans.push(Span::styled(format!(" {does}   "), theme.dim));
        }
        canvas.line(place, &Line::from(spans));
    }
}
