//! The line of screens, and the rule with the title of the feed.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        App, Focus,
        layout::{Areas, Room},
    },
    payload::thousands,
};

use super::pen::Pen;

/// The screens there are, the current one in the accent; at the right what plays the output.
pub fn tabs(pen: &mut Pen<'_>, area: Rect, app: &App) {
    pen.line(area, &Line::from(vec![Span::raw(" "), Span::styled("1 Feed", pen.theme.accent)]));
    let nacks = if app.profile.replays { "nacked: handed out again" } else { "nacked: dropped" };
    pen.right(area, &Line::from(Span::styled(format!("output: accept all · {nacks} "), pen.theme.dim)));
}

/// `─ Feed ──────── 148,201 messages · following ─`
pub fn feed(pen: &mut Pen<'_>, areas: &Areas, app: &App) {
    if areas.room == Room::One && app.detail.open {
        return;
    }
    let theme = pen.theme;
    let focused = app.focus == Focus::Feed && app.help.is_none();
    let left = Line::from(Span::styled("Feed", if focused { theme.accent } else { theme.strong }));
    let timeline = &app.timeline;
    let messages = app.link.counts.messages;
    let noun = if messages == 1 { "message" } else { "messages" };
    let mut right = Vec::new();
    if areas.title.width >= 56 {
        right.push(Span::raw(format!("{} {noun} · ", thousands(messages))));
        if timeline.has_lost_rows() && areas.title.width >= 76 {
            right.push(Span::styled("last 10,000 kept · ", theme.dim));
        }
    }
    if timeline.is_following() {
        right.push(Span::styled("following", theme.ok));
    } else {
        right.push(Span::styled(format!("held · {} passed", thousands(timeline.passed())), theme.wait));
    }
    pen.rule(areas.title, &left, &Line::from(right));
}
