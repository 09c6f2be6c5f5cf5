//! The line of screens, and the rule with the title of the feed.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, Capture, Focus, Screen, layout::Areas},
    config::Dialect,
    payload::{counted, thousands},
};

use super::canvas::Canvas;

/// The screens there are, the current one in the accent; at the right what plays the output.
pub fn tabs(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    if app.screen == Screen::Start {
        let message = Span::styled(" a terminal inspector for websocket feeds", canvas.theme.dim);
        return canvas.line(area, &Line::from(message));
    }
    let tab = |screen: Screen| {
        let spec = screen.spec();
        let key = app.bindings.of_screen(screen);
        let style = if screen == app.screen { canvas.theme.accent } else { canvas.theme.plain };
        [Span::raw(" "), Span::styled(format!("{key} {}", spec.title), style), Span::raw("  ")]
    };
    let tabs: Vec<_> = Screen::TABS.into_iter().flat_map(tab).collect();
    let taken = tabs.iter().map(Span::width).sum::<usize>();
    canvas.line(area, &Line::from(tabs));
    let dropped = app.deliveries.tally.dropped;
    let nacks = match (app.profile.replays, dropped) {
        (true, _) => "nacked: redelivered".to_owned(),
        (false, 0) => "nacked: dropped".to_owned(),
        (false, dropped) => format!("nacked: dropped · {} dropped", thousands(dropped)),
    };
    let deliveries = &app.deliveries;
    let output = if deliveries.is_auto() {
        format!("ack mode: auto · {nacks}")
    } else {
        let ack_mode = super::canvas::cut(&super::untrusted::safe(&deliveries.ack_mode.text), 24);
        let [in_flight, waiting] = [deliveries.in_flight.len(), deliveries.waiting.len()];
        format!(
            "ack mode: {ack_mode} · in flight {} · waiting {}",
            thousands(in_flight as u64),
            thousands(waiting as u64)
        )
    };
    let dialect = match app.profile.dialect {
        Dialect::Standard => String::new(),
        dialect => format!("as {} · ", dialect.word()),
    };
    let message = match &app.capture {
        Capture::Reading { sessions, nth, .. } if *sessions > 1 => format!("session {nth} of {sessions} "),
        Capture::Reading { .. } => String::new(),
        _ if app.has_no_session => String::new(),
        _ => format!("{dialect}{output} "),
    };
    let fits = |message: &String| taken + super::canvas::width(message) <= usize::from(area.width);
    // Where only one of two facts fits, the dialect matters more.
    let message = if fits(&message) { message } else { dialect.replace(" · ", " ") };
    if fits(&message) {
        canvas.right(area, &Line::from(Span::styled(message, canvas.theme.dim)));
    }
}

/// `─ Feed ──────── 148,201 messages · following ─`
pub fn feed(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) {
    if areas.rows.height == 0 && app.has_detail() {
        return;
    }
    let theme = canvas.theme;
    let focused = app.focus == Focus::Feed && app.overlay.is_none();
    let left = Span::styled("Feed", if focused { theme.accent } else { theme.strong });
    let timeline = &app.timeline;
    let messages = app.current.counts.messages;
    let mut right = Vec::new();
    let marked = timeline.marks().len();
    if marked > 0 {
        right.push(Span::raw(format!("{marked} marked · ")));
    }
    if app.highlight.filter().is_some() {
        let text = super::canvas::cut(&super::untrusted::safe(app.highlight.text_in_force()), 24);
        right.push(Span::styled(format!("\\{text}"), theme.note));
        let found = timeline.highlight_view().map(|view| {
            let more = if view.full || view.scanning.is_some() { "+" } else { "" };
            format!(" {}{more}", thousands(view.matches()))
        });
        right.push(Span::raw(format!("{} · ", found.unwrap_or_default())));
    }
    if let Some(filter_view) = timeline.filter_view() {
        let text = super::canvas::cut(&super::untrusted::safe(&filter_view.text), 24);
        let scan =
            filter_view.scanning.map_or(String::new(), |scan| format!(" scanning {} %", scan.percent()));
        let full = if filter_view.full { "+" } else { "" };
        let of = if areas.title.width >= 72 { format!(" of {}", thousands(messages)) } else { String::new() };
        right.push(Span::styled(text, theme.note));
        right.push(Span::raw(format!(" {}{full}{of}{scan}", thousands(filter_view.matches()))));
        if let Some(overrun) = filter_view.filter.overrun() {
            right.push(Span::styled(format!(", {} too long for jq", thousands(overrun.count)), theme.bad));
        }
        right.push(Span::raw(" · "));
    } else if areas.title.width >= 56 {
        if timeline.folds_repeats() {
            right.push(Span::styled("repeats folded · ", theme.note));
        }
        right.push(Span::raw(format!("{} · ", counted(messages, "message"))));
        let wide = areas.title.width >= 84;
        let kept = match (timeline.has_lost_rows(), timeline.has_lost_payloads()) {
            (true, true) if wide => "last 10,000 kept, payloads of the last 8 MiB · ",
            (true, _) if areas.title.width >= 72 => "last 10,000 kept · ",
            (true, _) => "last 10,000 · ",
            (false, true) if wide => "payloads of the last 8 MiB kept · ",
            (false, true) => "last 8 MiB · ",
            (false, false) => "",
        };
        right.push(Span::styled(kept, theme.dim));
    }
    if timeline.is_following() {
        right.push(Span::styled("following", theme.ok));
    } else {
        right.push(Span::styled(format!("held · {} new", thousands(timeline.passed())), theme.wait));
    }
    canvas.rule(areas.title, left, right);
}
