//! The first line: whose session this is, where it stands, how fast it flows.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{App, Capture, State},
    payload::{size, span_of, thousands},
    session::End,
};

use super::{canvas, canvas::Canvas, untrusted};

/// Cells of the state, so that what follows it keeps its place.
const STATE: usize = 24;
/// Seconds in the picture of the rate.
const SPARK: usize = 8;

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let right = facts(canvas, app, area.width);
    let width = u16::try_from(right.width()).unwrap_or(area.width).min(area.width);
    let left = Rect { width: area.width - width, ..area };
    let room = usize::from(left.width).saturating_sub(2);
    let mut spans = vec![Span::raw(" ")];
    let name = untrusted::safe(&app.profile.name);
    let url = untrusted::safe(&app.profile.url);
    let mut used = 0;
    let mut add = |text: &str, style, spans: &mut Vec<Span<'static>>| {
        let left_over = room.saturating_sub(used);
        if left_over >= 6 {
            let shown = canvas::cut(text, left_over);
            used += canvas::width(&shown) + 2;
            spans.push(Span::styled(shown, style));
            spans.push(Span::raw("  "));
        }
    };
    let named = app.profile.is_named();
    // On a narrow screen the name of the session says more than ours.
    if area.width >= 100 || !named {
        add("sockeye", canvas.theme.strong, &mut spans);
    }
    if named {
        add(&name, canvas.theme.plain, &mut spans);
    }
    add(&url, canvas.theme.dim, &mut spans);
    canvas.line(left, &Line::from(spans));
    canvas.right(area, &right);
}

/// The facts at the right end, as many as leave room for the address.
fn facts(canvas: &Canvas<'_>, app: &App, width: u16) -> Line<'static> {
    let theme = canvas.theme;
    let current = &app.current;
    let (sign, words, style) = state(app, theme);
    let message = format!("{sign} {words}");
    let pad = if width >= 80 { STATE.saturating_sub(canvas::width(&message)).max(1) } else { 1 };
    let standing = app.sender.standing();
    let mut spans = Vec::new();
    if !standing.is_empty() {
        let room = usize::from(width / 3);
        spans.push(Span::styled(format!("{}  ", canvas::cut(&standing, room)), theme.note));
    }
    spans.extend([Span::styled(message, style), Span::raw(" ".repeat(pad))]);
    if width >= 72 {
        let connection = if current.connection.0 > 0 {
            format!("connection {:<3}", current.connection)
        } else {
            " ".repeat(8)
        };
        spans.push(Span::raw(connection));
    }
    if width >= 80 {
        let is_live = current.is_open() && !app.capture.is_reading();
        let rate = if is_live { format!("{}/s", thousands(current.rate.last())) } else { String::new() };
        spans.push(Span::raw(format!("{rate:>width$} ", width = if width >= 110 { 12 } else { 9 })));
    }
    if width >= 100 {
        spans.push(Span::styled(spark(app), theme.dim));
        spans.push(Span::raw(" "));
    }
    if let Some(address) = &app.metrics {
        spans.push(Span::styled(format!("{} ", metrics(address, width)), theme.note));
    }
    if width >= 110 {
        spans.extend(capture(app, theme));
    } else if matches!(app.capture, Capture::Failed { .. }) {
        spans.push(Span::styled("✕ cap ", theme.bad));
    }
    Line::from(spans)
}

/// Where the numbers are served; on a narrow screen the port is enough.
fn metrics(address: &str, width: u16) -> String {
    let port = address.rsplit(':').next().unwrap_or_default();
    if width >= 110 { format!("metrics {address}") } else { format!("metrics :{port}") }
}

/// The size of the capture and whether it grows; without one, that of the payloads.
fn capture(app: &App, theme: &super::theme::Theme) -> [Span<'static>; 2] {
    let with_sign =
        |bytes, sign, style| [Span::raw(format!("{:>8}", size(bytes))), Span::styled(sign, style)];
    match &app.capture {
        Capture::Off => with_sign(app.current.counts.bytes, "   ", theme.plain),
        Capture::Recording { bytes, .. } => with_sign(*bytes, " ◉ ", theme.ok),
        Capture::Reading { bytes, .. } => with_sign(*bytes, " ▤ ", theme.note),
        Capture::Failed { .. } => [Span::styled("✕ capture", theme.bad), Span::raw("  ")],
    }
}

/// The state as a sign, in words, and in its colour.
pub fn state(app: &App, theme: &super::theme::Theme) -> (&'static str, String, ratatui::style::Style) {
    let current = &app.current;
    if app.has_no_session && !app.capture.is_reading() {
        return ("·", "no session".to_owned(), theme.dim);
    }
    if let Capture::Reading { is_whole, .. } = &app.capture {
        let message = if *is_whole { "old capture" } else { "old capture, incomplete" };
        return ("▤", message.to_owned(), theme.note);
    }
    match &current.state {
        State::Starting => ("◌", "starting".to_owned(), theme.wait),
        State::Connecting { stage, .. } => {
            let stage = stage.map_or(String::new(), |stage| format!(" {stage}"));
            ("◐", format!("connecting{stage} {}", tenths(current.lasting(app.now))), theme.wait)
        }
        State::Open { .. } => match current.paused {
            Some((since, _)) => ("‖", format!("open, held up {}", tenths(app.now.since(since))), theme.wait),
            None => ("●", format!("open {}", lasting(current.lasting(app.now))), theme.ok),
        },
        State::Waiting { until, .. } => {
            ("◌", format!("waiting {}", tenths(until.since(app.now))), theme.wait)
        }
        State::Down => ("✕", "not connected".to_owned(), theme.bad),
        State::Ended(ended) => match ended.why {
            End::Stopped => ("•", "stopped as asked".to_owned(), theme.note),
            End::FileEnds => ("■", "imported".to_owned(), theme.dim),
            End::NotRetried => ("✕", "ended, not retried".to_owned(), theme.bad),
            End::RetriesExhausted { .. } => ("✕", "ended, retries spent".to_owned(), theme.bad),
        },
    }
}

/// How long the connection is open, by the second, so that nothing else moves.
pub fn lasting(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 24 * 3600 {
        format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    } else {
        span_of(time)
    }
}

/// `0.8 s`, always with one decimal.
pub fn tenths(time: std::time::Duration) -> String {
    format!("{}.{} s", time.as_secs(), time.subsec_millis() / 100)
}

/// The last seconds as bars, the highest of them full; it moves once a second.
fn spark(app: &App) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let seconds: Vec<u64> = app.current.rate.seconds(SPARK).collect();
    let highest = seconds.iter().copied().max().unwrap_or(0).max(1);
    let bars = seconds.iter().map(|&rate| match rate {
        0 => ' ',
        rate => BARS[usize::try_from((rate * 7).div_ceil(highest)).unwrap_or(7).min(7)],
    });
    format!("{:>SPARK$}", bars.collect::<String>())
}
